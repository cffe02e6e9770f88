import { answer, fresh, json, lost, sent, stored } from "./browser.ts";
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Lost, Refusal } from "../src/api.ts";
import { openRefund, refund } from "../src/refunds.ts";

const made = { id: "re_1", amount: 500, currency: "eur", status: "succeeded", created: 0 };

beforeEach(() => {
  fresh();
  mock.restoreAll();
  mock.method(globalThis, "setTimeout", (run: () => void) => void queueMicrotask(run));
});

test("a_refund_is_stored_before_it_is_sent_and_forgotten_when_answered", async () => {
  answer(json(200, made));
  await refund("pi_1", { amount: 500, reason: "duplicate" });
  const wish = sent[0]?.stored["refund.pi_1"] as { key: string; amount: number };
  assert.equal(wish.key, sent[0]?.key);
  assert.equal(wish.amount, 500);
  assert.equal(stored("refund.pi_1"), null);
});

test("a_refund_without_answer_is_asked_again_unchanged", async () => {
  const isRefund = ({ path }: { path: string }) => path === "/v1/refunds";
  answer(...Array(9).fill(lost));
  await assert.rejects(refund("pi_1", { amount: 500 }), Lost);
  const { key } = openRefund("pi_1") ?? {};
  assert.ok(key);
  fresh();
  localStorage.setItem("encaisse.refund.pi_1", JSON.stringify({ key, amount: 500 }));
  answer(json(200, made));
  await refund("pi_1", { amount: 1250 });
  assert.deepEqual(
    sent.filter(isRefund).map((each) => [each.key, each.form["amount"]]),
    [[key, "500"]],
  );
});

test("a_final_no_ends_the_wish", async () => {
  answer(json(400, { error: { code: "charge_already_refunded" } }));
  await assert.rejects(refund("pi_1", { amount: 500 }), Refusal);
  assert.equal(openRefund("pi_1"), null);
});

test("being_logged_out_does_not_end_the_wish", async () => {
  answer(json(401, { error: {} }));
  await assert.rejects(refund("pi_1", { amount: 500 }), Refusal);
  assert.equal(openRefund("pi_1")?.amount, 500);
});
