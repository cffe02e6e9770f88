// The service's objects, as far as this app reads them, and what a payment's status means to a
// merchant. Pure. Deliberately knows nothing of words or screens.

export interface Charge {
  id: string;
  amount: number;
  amount_refunded: number;
  refunded: boolean;
  status: string;
  created?: number;
  receipt_url: string | null;
  payment_method_details?: { card?: { brand: string | null; last4: string | null } } | null;
  failure_code?: string | null;
}

export interface PaymentIntent {
  id: string;
  amount: number;
  amount_received?: number;
  currency: string;
  status: string;
  created: number;
  canceled_at?: number | null;
  description?: string | null;
  last_payment_error?: { code?: string; decline_code?: string; message?: string } | null;
  latest_charge?: string | Charge | null;
  next_action?: { redirect_to_url?: { url: string } | null } | null;
}

export interface CheckoutSession {
  id: string;
  url: string | null;
  payment_intent: string | PaymentIntent | null;
  status: string;
}

export interface Refund {
  id: string;
  amount: number;
  currency: string;
  status: string;
  created: number;
  failure_reason?: string | null;
}

export interface List<T> {
  data: T[];
  has_more: boolean;
}

/**
 * What a payment is to a merchant. `open`: nothing was charged and it can still be paid.
 * `authorising`: the card networks have been asked and have not answered; while it lasts nobody
 * knows, and asking for the money a second time could charge twice.
 */
export type State =
  | "open"
  | "action"
  | "authorising"
  | "held"
  | "paid"
  | "refused"
  | "canceled";

export function stateOf(intent: PaymentIntent): State {
  switch (intent.status) {
    case "succeeded":
      return "paid";
    case "requires_capture":
      return "held";
    case "requires_action":
      return "action";
    case "canceled":
      return "canceled";
    case "requires_payment_method":
    case "requires_confirmation":
      return intent.last_payment_error ? "refused" : "open";
    default:
      // `processing`, and any status this version does not know: the careful reading of both is
      // that the payment may have been made.
      return "authorising";
  }
}

/** True when nothing that happens later can change whether this payment was made. */
export function isSettled(intent: PaymentIntent): boolean {
  const state = stateOf(intent);
  return state === "paid" || state === "canceled" || state === "held";
}

export function chargeOf(intent: PaymentIntent): Charge | null {
  const charge = intent.latest_charge;
  return charge && typeof charge === "object" ? charge : null;
}

export function chargeIdOf(intent: PaymentIntent): string | null {
  const charge = intent.latest_charge;
  return typeof charge === "string" ? charge : (charge?.id ?? null);
}

export function refundedOf(intent: PaymentIntent): number {
  return chargeOf(intent)?.amount_refunded ?? 0;
}

/** The reason of the last refusal: the issuer's word when there is one, else the service's. */
export function reasonOf(intent: PaymentIntent): string | null {
  const error = intent.last_payment_error;
  return error?.decline_code ?? error?.code ?? null;
}

/** The address of a page of ours, on the origin this app was opened from. */
export function pathOf(url: string): string {
  return new URL(url, "http://origin.invalid").pathname;
}
