import assert from "node:assert/strict";
import { test } from "node:test";
import { readReason } from "../src/refusal.ts";

test("an_issuers_reason_has_words_and_a_next_step", () => {
  assert.deepEqual(readReason("insufficient_funds"), { reason: "funds", next: "another" });
  assert.deepEqual(readReason("incorrect_cvc"), { reason: "cvc", next: "correct" });
  assert.deepEqual(readReason("processing_error"), { reason: "technical", next: "again" });
});

test("lost_stolen_and_unknown_reasons_say_only_that_the_bank_refused", () => {
  for (const code of ["lost_card", "stolen_card", "fraudulent", "pickup_card", "new_code", null]) {
    assert.deepEqual(readReason(code), { reason: "generic", next: "another" });
  }
});
