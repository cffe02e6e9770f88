// Who is logged in. The proof is a cookie this code cannot read; kept here is only what the screens
// need at once at the next start, also without network. Owns log-in, log-out, and what they forget.

import { ask, Refusal, whenSignedOut } from "./api.ts";
import { Cell } from "./cell.ts";
import { forget, forgetAll, keep, recall } from "./memory.ts";
import { pending, recallPending } from "./pending.ts";

export interface Session {
  merchant: {
    id: string;
    name: string;
    country: string;
    locale: string;
    time_zone: string;
    currencies: string[];
  };
  user: { email: string };
  livemode: boolean;
}

const NAME = "session";

export const session = new Cell<Session | null>(null);

/** Shows the last known session at once, then asks the service whether it still holds. */
export async function start(): Promise<void> {
  whenSignedOut(leave);
  const known = recall<Session>(NAME);
  if (known) enter(known);
  try {
    enter(await ask<Session>("GET", "/terminal/session"));
  } catch {
    // A 401 has closed the session already; without an answer the last known one stays.
  }
}

export async function logIn(email: string, password: string): Promise<void> {
  enter(await ask<Session>("POST", "/terminal/session", { email, password }));
}

/** Logs out at the service, and then forgets everything this phone kept. */
export async function logOut(): Promise<void> {
  try {
    await ask("DELETE", "/terminal/session");
  } catch (problem) {
    if (!(problem instanceof Refusal)) throw problem;
  }
  forgetAll();
  pending.set(null);
  session.set(null);
}

function enter(next: Session): void {
  keep(NAME, next);
  recallPending(next.merchant.id);
  session.set(next);
}

/** The cookie no longer holds. The charge in progress is kept: the next log-in finds it again. */
function leave(): void {
  forget(NAME);
  session.set(null);
}
