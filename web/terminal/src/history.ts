// The list of payments: reading its pages, grouping by day, filtering. Owns no screen. A day's
// total is given only when the whole day is loaded: a total that leaves payments out would be a
// lie.

import { ask } from "./api.ts";
import { cardName } from "./card-name.ts";
import {
  chargeOf,
  refundedOf,
  stateOf,
  type List,
  type PaymentIntent,
  type State,
} from "./intent.ts";

export type Filter = "all" | "paid" | "refunded" | "refused";

export const FILTERS: readonly Filter[] = ["all", "paid", "refunded", "refused"];

export type Shown = State | "refunded" | "partly";

const PAGE = 25;

export function listIntents(after?: string, limit = PAGE): Promise<List<PaymentIntent>> {
  return ask("GET", "/v1/payment_intents", {
    limit,
    starting_after: after,
    expand: ["data.latest_charge"],
  });
}

/** A payment's state as the history names it: refunds count, and an abandoned refusal is one. */
export function shownState(intent: PaymentIntent): Shown {
  const state = stateOf(intent);
  if (state === "canceled" && intent.last_payment_error) return "refused";
  if (state !== "paid") return state;
  const refunded = refundedOf(intent);
  if (refunded === 0) return "paid";
  return refunded >= intent.amount ? "refunded" : "partly";
}

export function passesFilter(intent: PaymentIntent, filter: Filter): boolean {
  const shown = shownState(intent);
  if (filter === "paid") return shown === "paid" || shown === "partly";
  if (filter === "refunded") return shown === "refunded" || shown === "partly";
  return filter === "all" || shown === filter;
}

/** `amount` is the payment's amount as the list writes it. */
export function passesSearch(intent: PaymentIntent, query: string, amount: string): boolean {
  const wanted = plain(query);
  if (wanted === "") return true;
  const card = cardName(chargeOf(intent)) ?? "";
  return [amount, card, intent.description ?? "", intent.id].some((text) =>
    plain(text).includes(wanted),
  );
}

/** Without spaces, case and accents, and with one decimal separator. */
function plain(text: string): string {
  return text
    .normalize("NFD")
    .replace(/[\u0300-\u036f\s\u00a0\u202f]/g, "")
    .replace(/,/g, ".")
    .toLowerCase();
}

export interface Day {
  key: string;
  intents: PaymentIntent[];
  /** What the day brought, refunds taken off, by currency; nothing while the day is incomplete. */
  totals: Map<string, number> | null;
}

export function groupByDay(
  intents: readonly PaymentIntent[],
  dayKey: (at: number) => string,
  complete: boolean,
): Day[] {
  const days: Day[] = [];
  for (const intent of intents) {
    const key = dayKey(intent.created);
    const last = days.at(-1);
    if (last?.key === key) last.intents.push(intent);
    else days.push({ key, intents: [intent], totals: null });
  }
  for (const [index, day] of days.entries()) {
    if (complete || index < days.length - 1) day.totals = totalsOf(day.intents);
  }
  return days;
}

function totalsOf(intents: readonly PaymentIntent[]): Map<string, number> {
  const totals = new Map<string, number>();
  for (const intent of intents) {
    if (stateOf(intent) !== "paid") continue;
    const net = (intent.amount_received || intent.amount) - refundedOf(intent);
    totals.set(intent.currency, (totals.get(intent.currency) ?? 0) + net);
  }
  return totals;
}
