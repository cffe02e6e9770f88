import { answerKnocks, fire, fresh } from "./browser.ts";
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { noteAnswer, noteSilence, reachable, watchNetwork } from "../src/network.ts";

const device = navigator as unknown as { onLine: boolean };

async function pass(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    mock.timers.tick(1000);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

beforeEach(() => {
  fresh();
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  device.onLine = true;
  noteAnswer();
});

test("after_silence_the_service_is_asked_for_until_it_answers", async () => {
  let back = false;
  answerKnocks(() => new Response("{}", { status: back ? 401 : 502 }));
  noteSilence();
  await pass(7);
  assert.equal(reachable.get(), false);
  back = true;
  await pass(4);
  assert.equal(reachable.get(), true);
});

test("a_device_without_network_says_so_at_once_and_recovers", async () => {
  watchNetwork();
  device.onLine = false;
  fire("offline");
  assert.equal(reachable.get(), false);
  device.onLine = true;
  fire("online");
  await pass(1);
  assert.equal(reachable.get(), true);
});
