import { answer, fresh, json, lost, sent, stored } from "./browser.ts";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Lost, Refusal } from "../src/api.ts";
import { confirmWithCard, ofLastCard, openPage, withdraw } from "../src/charge.ts";
import { stateOf } from "../src/intent.ts";
import { begin, pending, recallPending, type Pending } from "../src/pending.ts";
import { charge, declined, draft, intent, typedCard } from "./samples.ts";

const signal = new AbortController().signal;
const page = { id: "cs_1", url: "https://x/pay/a", payment_intent: "pi_1", status: "open" };

beforeEach(() => {
  fresh();
  recallPending("mer_1");
});

test("the_key_is_stored_before_the_page_is_asked_for", async () => {
  const begun = begin(draft);
  answer(json(200, page));
  await openPage(begun, "Librairie", signal);
  assert.equal((sent[0]?.stored["pending"] as Pending).key, sent[0]?.key);
  assert.equal(sent[0]?.form["line_items[0][price_data][product_data][name]"], "Librairie");
  assert.equal(sent[0]?.form["line_items[0][price_data][unit_amount]"], "1250");
  const { sessionId, url, intentId } = stored("pending") as Pending;
  assert.deepEqual([sessionId, url, intentId], ["cs_1", page.url, "pi_1"]);
});

test("the_note_names_what_is_paid", async () => {
  answer(json(200, page));
  await openPage(begin({ ...draft, note: "Deux livres" }), "Librairie", signal);
  assert.equal(sent[0]?.form["line_items[0][price_data][product_data][name]"], "Deux livres");
});

test("a_page_answered_after_its_charge_is_over_changes_nothing", async () => {
  const begun = begin(draft);
  answer(() => {
    localStorage.removeItem("encaisse.pending");
    return new Response(JSON.stringify(page));
  });
  await openPage(begun, "Librairie", signal);
  assert.equal(stored("pending"), null);
});

test("the_payment_and_both_keys_are_stored_before_the_card_is_sent", async () => {
  const begun = begin({ ...draft, means: "card" });
  answer(json(200, intent()), json(200, intent({ status: "succeeded" })));
  const paid = await confirmWithCard(begun, typedCard, null);
  assert.ok(paid !== "unknown" && paid.status === "succeeded");
  const [creation, confirmation] = sent;
  assert.equal(creation?.key, begun.key);
  assert.ok(!Object.keys(creation?.form ?? {}).some((name) => name.includes("card")));
  const before = confirmation?.stored["pending"] as Pending;
  assert.equal(before.intentId, "pi_1");
  assert.equal(before.confirmKey, confirmation?.key);
  assert.notEqual(confirmation?.key, creation?.key);
  assert.equal(confirmation?.path, "/v1/payment_intents/pi_1/confirm");
});

test("the_card_is_never_stored", async () => {
  answer(json(200, intent()), lost);
  await confirmWithCard(begin({ ...draft, means: "card" }), typedCard, null);
  const everything = JSON.stringify([stored("pending"), ...sent.map((each) => each.stored)]);
  assert.doesNotMatch(everything, /4242|2030|"123"/);
});

test("silence_after_the_card_was_sent_is_unknown_and_not_sent_again", async () => {
  for (const reply of [lost, json(500, {})]) {
    fresh();
    recallPending("mer_1");
    answer(json(200, intent()), reply);
    const begun = begin({ ...draft, means: "card" });
    assert.equal(await confirmWithCard(begun, typedCard, null), "unknown");
    assert.equal(sent.filter(({ path }) => path.endsWith("/confirm")).length, 1);
  }
});

test("a_decline_gives_the_refused_payment", async () => {
  const refused = intent({ last_payment_error: declined, latest_charge: charge() });
  const error = { type: "card_error", code: "card_declined", payment_intent: refused };
  answer(json(200, intent()), json(402, { error }));
  const answered = await confirmWithCard(begin({ ...draft, means: "card" }), typedCard, null);
  assert.ok(answered !== "unknown" && stateOf(answered) === "refused");
});

test("the_next_card_confirms_the_same_payment_with_a_new_key", async () => {
  const begun = begin({ ...draft, means: "card" });
  const refused = intent({ last_payment_error: declined, latest_charge: charge() });
  const error = { code: "card_declined", payment_intent: refused };
  answer(json(200, intent()), json(402, { error }), json(200, intent({ status: "succeeded" })));
  await confirmWithCard(begun, typedCard, null);
  await confirmWithCard(pending.get() ?? begun, typedCard, refused);
  assert.deepEqual(
    sent.map(({ path }) => path.replace("/v1/payment_intents", "")),
    ["", "/pi_1/confirm", "/pi_1/confirm"],
  );
  assert.notEqual(sent[1]?.key, sent[2]?.key);
});

test("a_payment_that_moved_on_elsewhere_is_looked_up", async () => {
  const error = { code: "payment_intent_unexpected_state" };
  answer(json(200, intent()), json(400, { error }));
  const answered = await confirmWithCard(begin({ ...draft, means: "card" }), typedCard, null);
  assert.equal(answered, "unknown");
});

test("a_card_refused_before_any_payment_is_thrown", async () => {
  answer(json(200, intent()), json(402, { error: { code: "incorrect_number" } }));
  await assert.rejects(
    confirmWithCard(begin({ ...draft, means: "card" }), typedCard, null),
    Refusal,
  );
});

test("the_former_refusal_is_not_the_answer_to_the_next_card", () => {
  const refused = intent({ last_payment_error: declined, latest_charge: "ch_1" });
  const again: Pending = { ...draft, key: "k", refusedCharge: "ch_1" };
  assert.equal(stateOf(ofLastCard(again, refused)), "open");
  assert.equal(stateOf(ofLastCard(again, { ...refused, latest_charge: "ch_2" })), "refused");
  assert.equal(stateOf(ofLastCard({ ...draft, key: "k" }, refused)), "refused");
});

test("what_nobody_could_pay_needs_no_withdrawal", async () => {
  assert.equal(await withdraw({}), null);
  assert.equal(sent.length, 0);
});

test("a_page_is_expired_and_its_payment_is_asked", async () => {
  answer(json(200, {}), json(200, intent({ status: "canceled" })));
  assert.equal(await withdraw({ intentId: "pi_1", sessionId: "cs_1" }), null);
  assert.deepEqual(
    sent.map(({ method, path }) => `${method} ${path}`),
    ["POST /v1/checkout/sessions/cs_1/expire", "GET /v1/payment_intents/pi_1"],
  );
});

test("a_customer_who_was_quicker_is_found_out", async () => {
  answer(json(400, { error: {} }), json(200, intent({ status: "succeeded" })));
  const still = await withdraw({ intentId: "pi_1" });
  assert.equal(still?.status, "succeeded");
});

test("a_withdrawal_without_answer_is_not_one", async () => {
  answer(lost);
  await assert.rejects(withdraw({ intentId: "pi_1", sessionId: "cs_1" }), Lost);
});
