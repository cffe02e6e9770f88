import assert from "node:assert/strict";
import { test } from "node:test";
import { chargeIdOf, isSettled, pathOf, reasonOf, stateOf } from "../src/intent.ts";
import { charge, declined, intent } from "./samples.ts";

test("each_status_has_its_meaning", () => {
  const states = {
    requires_payment_method: "open",
    requires_confirmation: "open",
    requires_action: "action",
    processing: "authorising",
    requires_capture: "held",
    succeeded: "paid",
    canceled: "canceled",
  };
  for (const [status, state] of Object.entries(states)) {
    assert.equal(stateOf(intent({ status })), state);
  }
});

test("a_decline_leaves_the_payment_refused_but_not_settled", () => {
  const refused = intent({ last_payment_error: declined });
  assert.equal(stateOf(refused), "refused");
  assert.equal(isSettled(refused), false);
  assert.equal(reasonOf(refused), "insufficient_funds");
});

test("a_status_of_a_later_version_is_read_as_unknown", () => {
  assert.equal(stateOf(intent({ status: "requires_something_new" })), "authorising");
});

test("a_charge_is_named_or_expanded", () => {
  assert.equal(chargeIdOf(intent({ latest_charge: "ch_9" })), "ch_9");
  assert.equal(chargeIdOf(intent({ latest_charge: charge({ id: "ch_9" }) })), "ch_9");
  assert.equal(chargeIdOf(intent()), null);
});

test("a_page_is_asked_for_on_the_origin_the_app_came_from", () => {
  assert.equal(pathOf("https://pay.example.test/pay/abc?x=1"), "/pay/abc");
  assert.equal(pathOf("/pay/abc"), "/pay/abc");
});
