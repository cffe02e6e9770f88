import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeForm } from "../src/form.ts";

const decoded = (params: Parameters<typeof encodeForm>[0]) =>
  decodeURIComponent(encodeForm(params).toString());

test("nested_values_are_bracketed_and_lists_numbered", () => {
  assert.equal(
    decoded({ line_items: [{ quantity: 1, price_data: { currency: "eur" } }] }),
    "line_items[0][quantity]=1&line_items[0][price_data][currency]=eur",
  );
  assert.equal(decoded({ expand: ["latest_charge"] }), "expand[0]=latest_charge");
});

test("absent_values_are_left_out_and_empty_ones_kept", () => {
  assert.equal(decoded({ reason: undefined, note: "", confirm: true }), "note=&confirm=true");
});

test("every_character_survives", () => {
  const note = "thé & café + 50 % = «\u202f5\u202f» €";
  assert.equal(new URLSearchParams(encodeForm({ note }).toString()).get("note"), note);
});
