import assert from "node:assert/strict";
import { test } from "node:test";
import { groupByDay, passesFilter, passesSearch, shownState } from "../src/history.ts";
import { textFor } from "../src/language.ts";
import { charge, declined, intent } from "./samples.ts";

const DAY = 86_400;
const { dayKey } = textFor("fr", "fr-FR", "Europe/Paris");
const paid = (more = {}, refunded = 0) =>
  intent({ status: "succeeded", latest_charge: charge({ amount_refunded: refunded }), ...more });

test("a_day_is_the_merchants_day", () => {
  const utcEvening = Date.UTC(2026, 10, 22, 23, 30) / 1000;
  assert.equal(dayKey(utcEvening), "2026-11-23");
  assert.equal(textFor("fr", "fr-FR", "America/Martinique").dayKey(utcEvening), "2026-11-22");
});

test("a_days_total_takes_refunds_off_and_counts_only_what_is_paid", () => {
  const list = [paid({}, 200), paid({ amount: 1000 }), intent(), intent({ status: "processing" })];
  const [day] = groupByDay(list, dayKey, true);
  assert.deepEqual([...(day?.totals ?? [])], [["eur", 1250 - 200 + 1000]]);
});

test("a_day_that_is_not_loaded_whole_has_no_total", () => {
  const list = [paid(), paid({ created: 1_700_000_000 - DAY })];
  const days = groupByDay(list, dayKey, false);
  assert.deepEqual(
    days.map(({ totals }) => totals === null),
    [false, true],
  );
});

test("currencies_are_not_added_together", () => {
  const [day] = groupByDay([paid(), paid({ currency: "usd" })], dayKey, true);
  assert.deepEqual([...(day?.totals ?? [])], [
    ["eur", 1250],
    ["usd", 1250],
  ]);
});

test("refunds_and_abandoned_refusals_have_their_own_state", () => {
  assert.equal(shownState(paid()), "paid");
  assert.equal(shownState(paid({}, 200)), "partly");
  assert.equal(shownState(paid({}, 1250)), "refunded");
  assert.equal(shownState(intent({ status: "canceled", last_payment_error: declined })), "refused");
  assert.equal(shownState(intent({ status: "canceled" })), "canceled");
});

test("filters_keep_what_they_say", () => {
  const all = [paid(), paid({}, 200), paid({}, 1250), intent({ last_payment_error: declined })];
  const kept = (filter: Parameters<typeof passesFilter>[1]) =>
    all.map((each) => passesFilter(each, filter));
  assert.deepEqual(kept("all"), [true, true, true, true]);
  assert.deepEqual(kept("paid"), [true, true, false, false]);
  assert.deepEqual(kept("refunded"), [false, true, true, false]);
  assert.deepEqual(kept("refused"), [false, false, false, true]);
});

test("search_finds_amount_card_note_and_reference", () => {
  const found = (query: string) =>
    passesSearch(paid({ description: "Thé vert" }), query, "1\u202f250,00\u00a0€");
  for (const query of ["", "1250,00", "1 250", "1250.0", "4242", "visa", "the VERT", "pi_1"]) {
    assert.ok(found(query), query);
  }
  assert.ok(!found("café"));
});
