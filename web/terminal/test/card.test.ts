import assert from "node:assert/strict";
import { test } from "node:test";
import {
  brandOf,
  cardOf,
  caretAfter,
  cvcFault,
  expiryFault,
  groupExpiry,
  groupNumber,
  numberFault,
  passesLuhn,
} from "../src/card.ts";

const november2026 = new Date(2026, 10, 22);

test("numbers_are_grouped_as_on_the_card", () => {
  assert.equal(groupNumber("4242424242424242"), "4242 4242 4242 4242");
  assert.equal(groupNumber("378282246310005"), "3782 822463 10005");
  assert.equal(groupNumber("37828"), "3782 8");
  assert.equal(groupNumber("4"), "4");
  assert.equal(groupNumber(""), "");
  assert.equal(groupNumber("4".repeat(25)).replaceAll(" ", "").length, 19);
});

test("brands_are_known_by_their_first_digits", () => {
  assert.equal(brandOf("4"), "visa");
  assert.equal(brandOf("34"), "amex");
  assert.equal(brandOf("5555"), "mastercard");
  assert.equal(brandOf("2221"), "mastercard");
  assert.equal(brandOf("2720"), "mastercard");
  assert.equal(brandOf("2721"), null);
  assert.equal(brandOf("222"), null);
  assert.equal(brandOf(""), null);
});

test("an_expiry_takes_the_shape_of_the_card", () => {
  assert.equal(groupExpiry("5"), "05");
  assert.equal(groupExpiry("1"), "1");
  assert.equal(groupExpiry("12"), "12");
  assert.equal(groupExpiry("123"), "12 / 3");
  assert.equal(groupExpiry("12/"), "12 / ");
  assert.equal(groupExpiry("5/28"), "05 / 28");
  assert.equal(groupExpiry("12/2028"), "12 / 28");
  assert.equal(groupExpiry("122028"), "12 / 28");
  assert.equal(groupExpiry("05-28"), "05 / 28");
});

test("an_expiry_can_be_deleted_backwards", () => {
  let text = "12 / 28";
  for (let step = 0; step < 7; step += 1) text = groupExpiry(text.slice(0, -1));
  assert.equal(text, "");
});

test("a_year_typed_with_its_century_is_understood_while_typing", () => {
  let text = "";
  for (const key of "12/2028") text = groupExpiry(text + key);
  assert.equal(text, "12 / 28");
});

test("the_caret_stays_behind_its_digits", () => {
  assert.equal(caretAfter("4242 4242", 4), 4);
  assert.equal(caretAfter("4242 4242", 5), 6);
  assert.equal(caretAfter("4242", 9), 4);
});

test("a_wrong_digit_fails_the_check", () => {
  assert.ok(passesLuhn("4242424242424242"));
  assert.ok(!passesLuhn("4242424242424241"));
  assert.equal(numberFault("4242 4242 4242 4242"), null);
  assert.equal(numberFault("4242 4242 4242 4241"), "number");
  assert.equal(numberFault("4242"), "number");
  assert.equal(numberFault("3782 822463 10005"), null);
  assert.equal(numberFault(""), "number");
});

test("a_card_is_good_to_the_end_of_its_month", () => {
  assert.equal(expiryFault("11 / 26", november2026), null);
  assert.equal(expiryFault("10 / 26", november2026), "expired");
  assert.equal(expiryFault("01 / 27", november2026), null);
  assert.equal(expiryFault("13 / 30", november2026), "expiry");
  assert.equal(expiryFault("00 / 30", november2026), "expiry");
  assert.equal(expiryFault("12", november2026), "expiry");
});

test("the_code_has_four_digits_on_american_express_only", () => {
  assert.equal(cvcFault("123", "4242"), null);
  assert.equal(cvcFault("1234", "4242"), "cvc");
  assert.equal(cvcFault("1234", "3782"), null);
  assert.equal(cvcFault("123", "3782"), "cvc");
});

test("the_card_is_sent_as_digits_with_a_whole_year", () => {
  assert.deepEqual(cardOf({ number: "4242 4242 4242 4242", expiry: "05 / 28", cvc: "123" }), {
    number: "4242424242424242",
    exp_month: "05",
    exp_year: "2028",
    cvc: "123",
  });
});
