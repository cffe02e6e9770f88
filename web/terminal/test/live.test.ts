import { answerAlways, fire, fresh, json, lost, sent } from "./browser.ts";
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import type { PaymentIntent } from "../src/intent.ts";
import { follow } from "../src/live.ts";
import { intent } from "./samples.ts";

class FakeStream {
  static opened: FakeStream[] = [];
  closed = false;
  readonly #listeners = new Map<string, (event: unknown) => void>();

  constructor(readonly url: string) {
    FakeStream.opened.push(this);
  }

  addEventListener(name: string, listener: (event: unknown) => void): void {
    this.#listeners.set(name, listener);
  }

  close(): void {
    this.closed = true;
  }

  say(news: PaymentIntent): void {
    this.#listeners.get("payment_intent")?.({ data: JSON.stringify(news) });
  }

  breakOff(): void {
    this.#listeners.get("error")?.({});
  }
}

Object.assign(globalThis, { EventSource: FakeStream });

const polls = () => sent.filter(({ path }) => path === "/v1/payment_intents/pi_1").length;
let now = 0;

/** Lets `seconds` pass, one tick a second, and every answer arrive. */
async function pass(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    now += 1000;
    mock.timers.tick(1000);
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

beforeEach(() => {
  fresh();
  mock.reset();
  mock.timers.reset();
  mock.timers.enable({ apis: ["setInterval", "setTimeout"] });
  mock.method(performance, "now", () => now);
  FakeStream.opened = [];
});

test("news_comes_from_the_stream_and_ends_when_it_is_settled", async () => {
  const heard: string[] = [];
  follow("pi_1", (news) => heard.push(news.status));
  const [stream] = FakeStream.opened;
  assert.equal(stream?.url, "/terminal/live?payment_intent=pi_1");
  stream?.say(intent());
  stream?.say(intent({ status: "succeeded" }));
  assert.deepEqual(heard, ["requires_payment_method", "succeeded"]);
  assert.equal(stream?.closed, true);
  await pass(20);
  assert.equal(polls(), 0);
});

test("a_broken_stream_is_replaced_by_a_question_every_second", async () => {
  answerAlways(json(200, intent()));
  const stop = follow("pi_1", () => undefined);
  FakeStream.opened[0]?.breakOff();
  await pass(5);
  assert.ok(polls() >= 4, `${polls()} polls`);
  stop();
  const asked = polls();
  await pass(5);
  assert.equal(polls(), asked);
});

test("a_broken_stream_is_tried_again_after_a_rest", async () => {
  answerAlways(json(200, intent()));
  const stop = follow("pi_1", () => undefined);
  FakeStream.opened[0]?.breakOff();
  await pass(17);
  assert.equal(FakeStream.opened.length, 2);
  stop();
});

test("a_silent_stream_is_checked", async () => {
  answerAlways(json(200, intent({ status: "succeeded" })));
  const heard: string[] = [];
  follow("pi_1", (news) => heard.push(news.status));
  FakeStream.opened[0]?.say(intent());
  await pass(9);
  assert.equal(polls(), 0);
  await pass(3);
  assert.deepEqual(heard, ["requires_payment_method", "succeeded"]);
});

test("questions_without_answer_are_asked_until_there_is_one", async () => {
  answerAlways(lost);
  const heard: string[] = [];
  follow("pi_1", (news) => heard.push(news.status));
  FakeStream.opened[0]?.breakOff();
  await pass(4);
  assert.deepEqual(heard, []);
  answerAlways(json(200, intent({ status: "succeeded" })));
  await pass(3);
  assert.deepEqual(heard, ["succeeded"]);
});

test("a_phone_that_wakes_asks_at_once", async () => {
  answerAlways(json(200, intent({ status: "succeeded" })));
  const heard: string[] = [];
  follow("pi_1", (news) => heard.push(news.status));
  FakeStream.opened[0]?.say(intent());
  fire("visibilitychange");
  await pass(1);
  assert.equal(heard.at(-1), "succeeded");
  assert.ok(FakeStream.opened.every((stream) => stream.closed));
});

test("a_session_that_ended_stops_the_questions", async () => {
  answerAlways(json(401, { error: {} }));
  follow("pi_1", () => undefined);
  FakeStream.opened[0]?.breakOff();
  await pass(5);
  assert.equal(polls(), 1);
});
