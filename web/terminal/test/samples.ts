// Payments as the service sends them, with only what a test cares about said.

import type { Charge, PaymentIntent } from "../src/intent.ts";
import type { Draft } from "../src/pending.ts";

export function intent(more: Partial<PaymentIntent> = {}): PaymentIntent {
  return {
    id: "pi_1",
    amount: 1250,
    currency: "eur",
    status: "requires_payment_method",
    created: 1_700_000_000,
    ...more,
  };
}

export function charge(more: Partial<Charge> = {}): Charge {
  return {
    id: "ch_1",
    amount: 1250,
    amount_refunded: 0,
    refunded: false,
    status: "succeeded",
    receipt_url: "https://shop.example/pay/receipt/r1",
    payment_method_details: { card: { brand: "visa", last4: "4242" } },
    ...more,
  };
}

export const declined = { code: "card_declined", decline_code: "insufficient_funds" };

export const draft: Draft = {
  merchant: "mer_1",
  means: "link",
  amount: 1250,
  currency: "eur",
  note: "",
};

export const typedCard = {
  number: "4242424242424242",
  exp_month: "12",
  exp_year: "2030",
  cvc: "123",
};
