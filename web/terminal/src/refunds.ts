// Giving money back. Owns the same rule as a charge: key, amount and reason are written down before
// the first send and asked again unchanged until there is an answer, so a refund is made once.

import { ask, askUntilAnswered, Refusal } from "./api.ts";
import type { List, Refund } from "./intent.ts";
import { newKey } from "./key.ts";
import { forget, keep, recall } from "./memory.ts";
import { NotKept } from "./pending.ts";

export const REASONS = ["requested_by_customer", "duplicate", "fraudulent"] as const;

export interface RefundWish {
  key: string;
  amount: number;
  reason?: (typeof REASONS)[number];
}

const nameOf = (intentId: string) => `refund.${intentId}`;

/** The refund of this payment that was sent and never answered, if there is one. */
export function openRefund(intentId: string): RefundWish | null {
  return recall<RefundWish>(nameOf(intentId));
}

/** Makes the refund, or asks again for the one without an answer: its wish then wins. */
export async function refund(intentId: string, wish: Omit<RefundWish, "key">): Promise<Refund> {
  const open = openRefund(intentId) ?? { ...wish, key: newKey() };
  if (!keep(nameOf(intentId), open)) throw new NotKept();
  try {
    const made = await askUntilAnswered<Refund>(
      "/v1/refunds",
      { payment_intent: intentId, amount: open.amount, reason: open.reason },
      { key: open.key, attempts: 3 },
    );
    forget(nameOf(intentId));
    return made;
  } catch (problem) {
    // Only a final no ends the wish; being logged out or asked for patience is not one.
    const final = problem instanceof Refusal && !problem.again && problem.status !== 401;
    if (final) forget(nameOf(intentId));
    throw problem;
  }
}

export async function listRefunds(intentId: string): Promise<Refund[]> {
  const list = await ask<List<Refund>>("GET", "/v1/refunds", { payment_intent: intentId });
  return list.data;
}
