import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AMOUNT_MAX,
  decimalOf,
  editableMoney,
  exponentOf,
  formatMoney,
  parseMoney,
  press,
  type Key,
} from "../src/money.ts";

const typing = (...keys: Key[]) => keys.reduce(press, 0);

test("cents_enter_first", () => {
  assert.equal(typing("1", "2", "5", "0"), 1250);
  assert.equal(typing("1", "2", "00"), 1200);
  assert.equal(typing("00", "0", "7"), 7);
});

test("backspace_takes_the_last_digit_and_stops_at_zero", () => {
  assert.equal(typing("1", "2", "back"), 1);
  assert.equal(typing("1", "back", "back"), 0);
});

test("a_digit_past_the_limit_is_ignored", () => {
  const nines = Array<Key>(8).fill("9");
  assert.equal(typing(...nines), AMOUNT_MAX);
  assert.equal(typing(...nines, "9"), AMOUNT_MAX);
  assert.equal(typing(...nines.slice(1), "00"), 9_999_999);
});

test("the_point_stands_where_the_currency_has_it", () => {
  assert.equal(exponentOf("eur"), 2);
  assert.equal(exponentOf("jpy"), 0);
  assert.equal(exponentOf("kwd"), 3);
  assert.equal(decimalOf(5, 2), "0.05");
  assert.equal(decimalOf(1250, 0), "1250");
  assert.equal(decimalOf(1250, 3), "1.250");
  assert.equal(decimalOf(-1250, 2), "-12.50");
});

test("money_is_written_as_the_locale_does", () => {
  assert.equal(formatMoney(1250, "eur", "fr-FR"), "12,50\u00a0€");
  assert.equal(formatMoney(123456, "eur", "fr-FR"), "1\u202f234,56\u00a0€");
  assert.equal(formatMoney(1250, "eur", "en-GB"), "€12.50");
  assert.equal(formatMoney(1250, "jpy", "en-GB"), "JP¥1,250");
  assert.equal(formatMoney(AMOUNT_MAX, "kwd", "en-GB"), "KWD\u00a099,999.999");
});

test("what_a_person_types_is_read_exactly", () => {
  assert.equal(parseMoney("12,5", 2), 1250);
  assert.equal(parseMoney("12.50", 2), 1250);
  assert.equal(parseMoney(" 1\u202f234,56 ", 2), 123456);
  assert.equal(parseMoney("7", 2), 700);
  assert.equal(parseMoney("7,", 2), 700);
  assert.equal(parseMoney("7", 0), 7);
  assert.equal(parseMoney("0,29", 2), 29);
  assert.equal(parseMoney("1.1", 3), 1100);
});

test("what_is_not_an_amount_is_refused", () => {
  for (const text of ["", ",", ",5", "12,505", "1,2,3", "-5", "abc", "12 €", "1e3"]) {
    assert.equal(parseMoney(text, 2), null, text);
  }
  assert.equal(parseMoney("7,5", 0), null);
  assert.equal(parseMoney("1000000", 2), null);
});

test("an_amount_can_be_edited_and_read_back", () => {
  for (const locale of ["fr-FR", "en-GB"]) {
    assert.equal(parseMoney(editableMoney(123456, "eur", locale), 2), 123456);
  }
  assert.equal(editableMoney(1250, "eur", "fr-FR"), "12,50");
  assert.equal(editableMoney(1250, "jpy", "fr-FR"), "1250");
});
