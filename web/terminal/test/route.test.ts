import "./browser.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { hrefOf, readRoute, type Route } from "../src/route.ts";

test("every_room_has_an_address_that_leads_back_to_it", () => {
  const rooms: Route[] = [
    { at: "charge" },
    { at: "settings" },
    { at: "history", intentId: null },
    { at: "history", intentId: "pi_1" },
  ];
  for (const room of rooms) assert.deepEqual(readRoute(hrefOf(room)), room);
});

test("an_unknown_address_opens_the_keypad", () => {
  for (const hash of ["", "#", "#/", "#/nowhere", "#history"]) {
    assert.equal(readRoute(hash).at, "charge");
  }
});
