// What is on the keypad: amount, note, currency, means. Kept while the merchant looks at another
// room, and emptied when a charge begins. Only the means last used outlives a restart.

import { Cell } from "./cell.ts";
import { keep, recall } from "./memory.ts";
import type { Means } from "./pending.ts";

export const MEANS: readonly Means[] = ["link", "card"];

export interface Typed {
  amount: number;
  note: string;
  /** The chosen currency; nothing means the merchant's first. */
  currency: string | null;
}

const BLANK: Typed = { amount: 0, note: "", currency: null };

export const typed = new Cell<Typed>(BLANK);

/** A line shown on the keypad once, such as *payment cancelled*. */
export const notice = new Cell<string | null>(null);

export function clearTyped(): void {
  typed.set({ ...BLANK, currency: typed.get().currency });
}

export function lastMeans(): Means {
  return recall<Means>("means") === "card" ? "card" : "link";
}

export function rememberMeans(means: Means): void {
  keep("means", means);
}

/** The means, the one used last first. */
export function orderedMeans(): Means[] {
  const last = lastMeans();
  return [last, ...MEANS.filter((each) => each !== last)];
}
