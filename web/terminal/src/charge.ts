// What can be done with the charge in progress: open its payment page, confirm it with a card,
// withdraw it. Owns the order of sends and writes. No screens and no words.

import { ask, askUntilAnswered, Lost, Refusal } from "./api.ts";
import type { Card } from "./card.ts";
import { chargeIdOf, stateOf, type CheckoutSession, type PaymentIntent } from "./intent.ts";
import { newKey } from "./key.ts";
import { note, type Pending } from "./pending.ts";

const INTENTS = "/v1/payment_intents";
const SESSIONS = "/v1/checkout/sessions";

export function getIntent(id: string): Promise<PaymentIntent> {
  return ask("GET", `${INTENTS}/${id}`, { expand: ["latest_charge"] }, { timeoutMs: 10_000 });
}

/**
 * Makes the payment page, asking with the same key until there is an answer. No money can move
 * before its link is shown, so a page whose answer never comes is harmless: it expires unseen.
 */
export async function openPage(charge: Pending, name: string, signal: AbortSignal): Promise<void> {
  const session = await askUntilAnswered<CheckoutSession>(
    SESSIONS,
    {
      mode: "payment",
      line_items: [
        {
          quantity: 1,
          price_data: {
            currency: charge.currency,
            unit_amount: charge.amount,
            product_data: { name: charge.note || name },
          },
        },
      ],
    },
    { key: charge.key, signal },
  );
  const intent = session.payment_intent;
  const intentId = typeof intent === "string" ? intent : intent?.id;
  note(charge.key, {
    sessionId: session.id,
    ...(session.url && { url: session.url }),
    ...(intentId && { intentId }),
  });
}

/** `unknown`: the card was sent and no answer came; only the payment itself can tell. */
export type Confirmation = PaymentIntent | "unknown";

/**
 * Confirms the charge with a card. The payment is made first, without the card, and its id written
 * down: after a reload it can be looked up, although the card is no longer known. A failure before
 * the card was sent is thrown: nothing was charged, and the same call may be made again. `before`
 * is the payment as last seen, when a card has been refused already.
 */
export async function confirmWithCard(
  charge: Pending,
  card: Card,
  before: PaymentIntent | null,
): Promise<Confirmation> {
  const id = charge.intentId ?? (await createIntent(charge));
  const confirmKey = newKey();
  const refusedCharge = before && chargeIdOf(before);
  note(charge.key, { confirmKey, ...(refusedCharge && { refusedCharge }) });
  try {
    return await askUntilAnswered<PaymentIntent>(
      `${INTENTS}/${id}/confirm`,
      {
        payment_method_data: { type: "card", card: { ...card } },
        return_url: `${location.origin}/`,
        expand: ["latest_charge"],
      },
      // A lost answer is not asked for again with the card: by then the customer may have gone.
      { key: confirmKey, pauseMs: () => 1000, attempts: 30, givesUpWhenLost: true },
    );
  } catch (problem) {
    if (problem instanceof Lost) return "unknown";
    if (!(problem instanceof Refusal)) throw problem;
    if (problem.error.payment_intent) return problem.error.payment_intent;
    const elsewhere = problem.error.code === "payment_intent_unexpected_state";
    if (problem.again || elsewhere) return "unknown";
    throw problem;
  }
}

async function createIntent(charge: Pending): Promise<string> {
  const intent = await askUntilAnswered<PaymentIntent>(
    INTENTS,
    {
      amount: charge.amount,
      currency: charge.currency,
      description: charge.note || undefined,
    },
    { key: charge.key, attempts: 3 },
  );
  note(charge.key, { intentId: intent.id });
  return intent.id;
}

/**
 * Withdraws the charge at the service, so that it can no longer be paid. Gives nothing when it is
 * withdrawn, and the payment when it turned out otherwise (the customer was quicker). Thrown `Lost`
 * means that it may still be payable.
 */
export async function withdraw(
  charge: Pick<Pending, "intentId" | "sessionId">,
): Promise<PaymentIntent | null> {
  // Nobody has seen the link and no card was sent: there is nothing to withdraw.
  if (!charge.intentId) return null;
  const path = charge.sessionId
    ? `${SESSIONS}/${charge.sessionId}/expire`
    : `${INTENTS}/${charge.intentId}/cancel`;
  try {
    await ask("POST", path, {}, { timeoutMs: 10_000 });
  } catch (problem) {
    if (!(problem instanceof Refusal) || problem.status === 401) throw problem;
  }
  // Neither yes nor no is taken at its word: what counts is the state of the payment itself.
  const intent = await getIntent(charge.intentId);
  return stateOf(intent) === "canceled" ? null : intent;
}

/**
 * What the payment says of the last card sent. A refusal that was there before it was sent is not
 * its answer: the new card never arrived, and the payment is open.
 */
export function ofLastCard(charge: Pending, intent: PaymentIntent): PaymentIntent {
  const known = charge.refusedCharge !== undefined && chargeIdOf(intent) === charge.refusedCharge;
  return known ? { ...intent, last_payment_error: null } : intent;
}
