// The charge in progress: the one thing this app must never forget. Owns the rule that its
// idempotency key and everything the request will say are written down before the first send, so
// that a phone that sleeps, reloads or loses its network asks for the same payment and not for
// another. Holds no card data. It deliberately keeps one charge at a time: a second cannot begin.

import { Cell } from "./cell.ts";
import { newKey } from "./key.ts";
import { forget, keep, recall } from "./memory.ts";

export type Means = "link" | "card";

export interface Draft {
  merchant: string;
  means: Means;
  amount: number;
  currency: string;
  note: string;
}

export interface Pending extends Draft {
  /** Idempotency key of the creation, made before the first send and never changed. */
  key: string;
  /** Idempotency key of the confirmation with a card; a new one for each card entered. */
  confirmKey?: string;
  /** The charge of the last refusal seen, to tell it from one that is not known yet. */
  refusedCharge?: string;
  intentId?: string;
  sessionId?: string;
  url?: string;
}

const NAME = "pending";

export const pending = new Cell<Pending | null>(null);

/** Thrown when the browser refuses to store the key; then nothing may be sent. */
export class NotKept extends Error {}

let owner = "";

/** Finds the charge in progress again after a start; another merchant's is not ours to show. */
export function recallPending(merchant: string): void {
  owner = merchant;
  pending.set(stored());
}

/** What is stored is the truth: another tab may have begun, changed or finished the charge. */
export function watchPending(): void {
  addEventListener("storage", () => pending.set(stored()));
}

function stored(): Pending | null {
  const found = recall<Pending>(NAME);
  return found && found.merchant === owner ? found : null;
}

/** Starts a charge, or gives the one already in progress: a double tap charges once. */
export function begin(draft: Draft): Pending {
  const current = stored();
  if (current) {
    pending.set(current);
    return current;
  }
  const fresh: Pending = { ...draft, key: newKey() };
  write(fresh);
  return fresh;
}

/** Adds to the charge with this key; a charge that is over by now stays over. */
export function note(key: string, more: Partial<Pending>): Pending | null {
  const current = stored();
  if (current?.key !== key) return null;
  const next = { ...current, ...more };
  write(next);
  return next;
}

/** The charge is over for this phone: paid, withdrawn, or left to the history. */
export function finish(key: string): void {
  if (stored()?.key === key) forget(NAME);
  pending.set(stored());
}

function write(value: Pending): void {
  if (!keep(NAME, value)) throw new NotKept();
  pending.set(value);
}

/** A charge waits on this phone, whoever began it: the log-in screen says that it is not lost. */
export function pendingExists(): boolean {
  return recall<Pending>(NAME) !== null;
}
