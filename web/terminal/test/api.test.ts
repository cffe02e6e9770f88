import { answer, fresh, json, lost, sent } from "./browser.ts";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import {
  Abandoned,
  ask,
  askUntilAnswered,
  Lost,
  Refusal,
  whenSignedOut,
} from "../src/api.ts";
import { reachable } from "../src/network.ts";

const soon = { key: "k1", pauseMs: () => 0 };

beforeEach(fresh);

test("a_refusal_is_an_answer", async () => {
  answer(json(402, { error: { code: "card_declined", decline_code: "expired_card" } }));
  await assert.rejects(ask("POST", "/v1/x"), (problem) => {
    assert.ok(problem instanceof Refusal);
    assert.equal(problem.status, 402);
    assert.equal(problem.error.decline_code, "expired_card");
    assert.equal(problem.again, false);
    return true;
  });
});

test("silence_a_fault_and_a_cut_answer_are_all_lost", async () => {
  const cut = () => new Response('{"id": "pi_', { status: 200 });
  for (const reply of [lost, json(500, { error: {} }), json(502, {}), cut]) {
    answer(reply);
    await assert.rejects(ask("POST", "/v1/x"), Lost);
  }
});

test("silence_is_noted_and_so_is_the_next_answer", async () => {
  const seen: boolean[] = [];
  const stop = reachable.subscribe((online) => seen.push(online));
  answer(lost, json(200, {}));
  await assert.rejects(ask("GET", "/v1/x"), Lost);
  await ask("GET", "/v1/x");
  stop();
  assert.deepEqual(seen, [false, true]);
});

test("a_session_that_ended_is_announced", async () => {
  let told = 0;
  whenSignedOut(() => (told += 1));
  answer(json(401, { error: {} }));
  await assert.rejects(ask("GET", "/v1/x"), Refusal);
  assert.equal(told, 1);
});

test("a_lost_answer_is_asked_for_again_with_the_same_key_and_words", async () => {
  answer(lost, json(503, {}), json(200, { id: "cs_1" }));
  const params = { amount: 1250, nested: { a: 1 } };
  assert.deepEqual(await askUntilAnswered("/v1/x", params, soon), { id: "cs_1" });
  const posts = sent.filter(({ method }) => method === "POST");
  assert.equal(posts.length, 3);
  for (const post of posts) {
    assert.equal(post.key, "k1");
    assert.deepEqual(post.form, { amount: "1250", "nested[a]": "1" });
  }
});

test("a_key_in_use_is_waited_for", async () => {
  const inUse = { error: { code: "idempotency_key_in_use" } };
  answer(json(409, inUse, { "Stripe-Should-Retry": "true" }), json(200, { id: "pi_1" }));
  assert.deepEqual(await askUntilAnswered("/v1/x", {}, soon), { id: "pi_1" });
});

test("a_final_no_is_not_asked_again", async () => {
  answer(json(400, { error: { code: "parameter_invalid" } }));
  await assert.rejects(askUntilAnswered("/v1/x", {}, soon), Refusal);
  assert.equal(sent.length, 1);
});

test("a_card_is_not_sent_a_second_time_after_silence", async () => {
  answer(lost);
  await assert.rejects(askUntilAnswered("/v1/x", {}, { ...soon, givesUpWhenLost: true }), Lost);
  assert.equal(sent.filter(({ method }) => method === "POST").length, 1);
});

test("asking_stops_when_the_screen_is_gone", async () => {
  const stop = new AbortController();
  answer(() => {
    stop.abort();
    return new TypeError("aborted");
  });
  await assert.rejects(
    askUntilAnswered("/v1/x", {}, { ...soon, signal: stop.signal }),
    Abandoned,
  );
  assert.equal(sent.length, 1);
});

test("a_question_carries_its_parameters_in_the_address", async () => {
  answer(json(200, {}));
  await ask("GET", "/v1/payment_intents", { limit: 25, starting_after: undefined });
  assert.deepEqual(sent[0]?.form, { limit: "25" });
});
