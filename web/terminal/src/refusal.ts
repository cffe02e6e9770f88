// From the service's decline codes to a reason in words and the next step it suggests. Pure.

import type { Reason } from "./words-reasons.ts";

/** `another`: another card. `correct`: the same card, typed again. `again`: the same, later. */
export type NextStep = "another" | "correct" | "again";

const BY_CODE: Record<string, [Reason, NextStep]> = {
  insufficient_funds: ["funds", "another"],
  expired_card: ["expired", "another"],
  incorrect_cvc: ["cvc", "correct"],
  invalid_cvc: ["cvc", "correct"],
  incorrect_number: ["number", "correct"],
  invalid_number: ["number", "correct"],
  invalid_account: ["number", "correct"],
  invalid_expiry_month: ["expired", "correct"],
  invalid_expiry_year: ["expired", "correct"],
  card_velocity_exceeded: ["limit", "another"],
  withdrawal_count_limit_exceeded: ["limit", "another"],
  card_not_supported: ["unsupported", "another"],
  currency_not_supported: ["unsupported", "another"],
  transaction_not_allowed: ["unsupported", "another"],
  service_not_allowed: ["unsupported", "another"],
  call_issuer: ["call", "another"],
  authentication_required: ["authentication", "again"],
  payment_intent_authentication_failure: ["authentication", "again"],
  issuer_not_available: ["technical", "again"],
  processing_error: ["technical", "again"],
  reenter_transaction: ["technical", "again"],
  try_again_later: ["technical", "again"],
  testmode_decline: ["testCardInLive", "another"],
  live_mode_test_card: ["testCardInLive", "another"],
  test_mode_live_card: ["liveCardInTest", "another"],
};

export function readReason(code: string | null): { reason: Reason; next: NextStep } {
  const [reason, next] = BY_CODE[code ?? ""] ?? ["generic", "another"];
  return { reason, next };
}
