// The rules of the card form: grouping, caret, Luhn, dates and codes. The page itself is tried in a
// browser. Run by `node --test`.

import assert from "node:assert/strict";
import { test } from "node:test";

import { CHECKS, brandOf, caretAfter, digitsOf, groupExpiry, groupNumber, passesLuhn } from "../pay.js";

const NOW = new Date(2026, 10, 22);

test("numbers_are_grouped_as_on_the_card", () => {
  assert.equal(groupNumber("4242424242424242"), "4242 4242 4242 4242");
  assert.equal(groupNumber("4242"), "4242");
  assert.equal(groupNumber("42424"), "4242 4");
  assert.equal(groupNumber("378282246310005"), "3782 822463 10005");
  assert.equal(groupNumber("3782"), "3782");
  assert.equal(groupNumber("37828"), "3782 8");
  assert.equal(groupNumber("3782822463"), "3782 822463");
  assert.equal(groupNumber("6304000000000000000"), "6304 0000 0000 0000 000");
  assert.equal(groupNumber(""), "");
});

test("pasted_numbers_lose_their_separators", () => {
  for (const text of ["4242-4242-4242-4242", " 4242 4242  4242 4242", "4242\u00a04242\u202f42424242"]) {
    assert.equal(groupNumber(text), "4242 4242 4242 4242");
  }
  assert.equal(digitsOf(groupNumber("4".repeat(30))).length, 19);
});

test("grouping_twice_changes_nothing", () => {
  for (let length = 0; length <= 19; length += 1) {
    for (const start of ["4", "5", "37", "6"]) {
      const grouped = groupNumber(start.padEnd(length, "0").slice(0, length));
      assert.equal(groupNumber(grouped), grouped);
    }
  }
});

test("the_caret_stays_behind_its_digit", () => {
  assert.equal(caretAfter("4242 4242", 0), 0);
  assert.equal(caretAfter("4242 4242", 4), 4);
  assert.equal(caretAfter("4242 4242", 5), 6);
  assert.equal(caretAfter("3782 822463 1", 11), 13);
  assert.equal(caretAfter("4242", 9), 4);
  assert.equal(caretAfter("", 3), 0);
});

test("the_brand_shows_after_its_first_digits", () => {
  assert.equal(brandOf("4"), "visa");
  assert.equal(brandOf("55"), "mastercard");
  assert.equal(brandOf("2221"), "mastercard");
  assert.equal(brandOf("37"), "amex");
  for (const digits of ["", "5", "2", "3", "6011", "56"]) assert.equal(brandOf(digits), undefined);
});

test("luhn_finds_every_wrong_digit_and_most_swaps", () => {
  const number = "4242424242424242";
  assert.ok(passesLuhn(number) && passesLuhn("378282246310005") && passesLuhn("5555555555554444"));
  for (let place = 0; place < number.length; place += 1) {
    for (let more = 1; more < 10; more += 1) {
      const digit = (Number(number[place]) + more) % 10;
      assert.ok(!passesLuhn(number.slice(0, place) + digit + number.slice(place + 1)));
    }
  }
  assert.ok(!passesLuhn("2442424242424242"));
});

test("a_number_says_what_is_wrong_with_it", () => {
  const check = (text) => CHECKS.number(text);
  assert.equal(check("4242 4242 4242 4242"), "");
  assert.equal(check("3782 822463 10005"), "");
  assert.equal(check("6304 0000 0000"), "");
  assert.equal(check("4242 4242 4242 4242 428"), "");
  assert.equal(check("4242 4242"), "incomplete");
  assert.equal(check("4242 4242 4242"), "incomplete", "though it passes Luhn");
  assert.equal(check("3782 822463 1000"), "incomplete");
  assert.equal(check("4242 4242 4242 4241"), "wrong");
  assert.equal(check("3782 822463 100059"), "wrong");
  assert.equal(check("carte"), "wrong");
});

test("an_expiry_gets_its_slash", () => {
  assert.equal(groupExpiry("1"), "1");
  assert.equal(groupExpiry("5"), "05 / ");
  assert.equal(groupExpiry("12"), "12 / ");
  assert.equal(groupExpiry("1/"), "01 / ");
  assert.equal(groupExpiry("122"), "12 / 2");
  assert.equal(groupExpiry("12 / 28"), "12 / 28");
});

test("an_expiry_is_read_as_people_write_it", () => {
  for (const text of ["4/28", "04/28", "0428", "428", "04 / 28", "4-28", "04.28"]) {
    assert.equal(groupExpiry(text), "04 / 28", text);
  }
  for (const text of ["4/2028", "042028", "04 / 2028"]) {
    assert.equal(groupExpiry(text), "04 / 2028", text);
  }
});

test("an_expiry_can_be_deleted_to_nothing", () => {
  let text = "12 / 28";
  for (let steps = 0; text && steps < 10; steps += 1) text = groupExpiry(text.slice(0, -1), true);
  assert.equal(text, "");
});

test("an_expiry_says_what_is_wrong_with_it", () => {
  const check = (text) => CHECKS.expiry(text, "", NOW);
  for (const text of ["11 / 26", "12 / 26", "01 / 2028", "04/28"]) assert.equal(check(text), "", text);
  for (const text of ["1", "12 / ", "12 / 2", "12 / 202"]) assert.equal(check(text), "incomplete", text);
  for (const text of ["13 / 28", "00 / 28", "01 / 1928"]) assert.equal(check(text), "wrong", text);
  for (const text of ["10 / 26", "12 / 25"]) assert.equal(check(text), "past", text);
});

test("a_card_is_good_to_the_last_moment_of_its_month", () => {
  assert.equal(CHECKS.expiry("11 / 26", "", new Date(2026, 10, 30, 23, 59, 59)), "");
  assert.equal(CHECKS.expiry("11 / 26", "", new Date(2026, 11, 1)), "past");
});

test("a_code_has_the_length_of_its_card", () => {
  assert.equal(CHECKS.code("123", "4242"), "");
  assert.equal(CHECKS.code("123", ""), "");
  assert.equal(CHECKS.code("1234", "3782"), "");
  assert.equal(CHECKS.code("12", "4242"), "three");
  assert.equal(CHECKS.code("1234", "4242"), "three");
  assert.equal(CHECKS.code("123", "3782"), "four");
  assert.equal(CHECKS.code("12a", "4242"), "three");
});
