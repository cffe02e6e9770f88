import { fire, fresh, storageFails, stored } from "./browser.ts";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import {
  begin,
  finish,
  NotKept,
  note,
  pending,
  recallPending,
  watchPending,
  type Pending,
} from "../src/pending.ts";
import { draft } from "./samples.ts";

beforeEach(() => {
  fresh();
  recallPending("mer_1");
});

test("a_charge_is_stored_with_its_key_when_it_begins", () => {
  const charge = begin(draft);
  assert.match(charge.key, /^[0-9a-f]{32}$/);
  assert.deepEqual(stored("pending"), charge);
});

test("a_second_begin_gives_the_charge_in_progress", () => {
  const charge = begin(draft);
  assert.deepEqual(begin({ ...draft, amount: 9900 }), charge);
  assert.equal((stored("pending") as Pending).amount, 1250);
});

test("a_charge_that_cannot_be_stored_does_not_begin", () => {
  storageFails.now = true;
  assert.throws(() => begin(draft), NotKept);
  assert.equal(pending.get(), null);
});

test("a_reload_finds_the_charge_again", () => {
  const charge = begin(draft);
  pending.set(null);
  recallPending("mer_1");
  assert.deepEqual(pending.get(), charge);
});

test("another_merchants_charge_is_not_shown", () => {
  begin(draft);
  recallPending("mer_2");
  assert.equal(pending.get(), null);
  const other = begin({ ...draft, merchant: "mer_2" });
  assert.equal(other.merchant, "mer_2");
});

test("what_is_learnt_late_does_not_touch_the_next_charge", () => {
  const first = begin(draft);
  finish(first.key);
  const second = begin(draft);
  assert.notEqual(second.key, first.key);
  assert.equal(note(first.key, { intentId: "pi_late" }), null);
  finish(first.key);
  assert.deepEqual(stored("pending"), second);
});

test("another_tab_finishing_the_charge_finishes_it_here", () => {
  watchPending();
  const charge = begin(draft);
  localStorage.removeItem("encaisse.pending");
  fire("storage");
  assert.equal(pending.get(), null);
  assert.equal(note(charge.key, { intentId: "pi_1" }), null);
  assert.equal(stored("pending"), null);
});
