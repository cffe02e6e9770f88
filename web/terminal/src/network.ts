// Whether the service can be reached. Owns the `reachable` cell: false when the device has no
// network or a request got no answer, true again at the next answer of any kind.

import { Cell } from "./cell.ts";

export const reachable = new Cell(true);

/** How long to wait between two knocks while the service does not answer. */
const KNOCK_MS = 3000;

let knocking = false;

export function noteAnswer(): void {
  reachable.set(true);
}

export function noteSilence(): void {
  reachable.set(false);
  void knock();
}

export function watchNetwork(): void {
  reachable.set(navigator.onLine);
  addEventListener("offline", () => reachable.set(false));
  addEventListener("online", () => void knock());
  if (!navigator.onLine) void knock();
}

/** Asks for anything at all until something answers; a refusal is an answer. */
async function knock(): Promise<void> {
  if (knocking) return;
  knocking = true;
  try {
    for (;;) {
      if (navigator.onLine !== false && (await answers())) break;
      await new Promise((resolve) => setTimeout(resolve, KNOCK_MS));
    }
    reachable.set(true);
  } finally {
    knocking = false;
  }
}

async function answers(): Promise<boolean> {
  try {
    return (await fetch("/terminal/session", { cache: "no-store" })).status < 500;
  } catch {
    return false;
  }
}
