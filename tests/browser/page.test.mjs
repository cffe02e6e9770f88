// The payer's page as a page: what it weighs, and that a keyboard is enough. Every test of this
// folder also proves that no page asks any other origin for anything.

import assert from "node:assert/strict";
import { payButton, standsAt } from "./payer.mjs";
import { stage } from "./stage.mjs";
import { CARDS, chargeByLink } from "./till.mjs";

const proves = stage();

/** All that a first visit may load, in bytes, headers included. */
const FIRST_LOAD_MAX = 50_000;

proves("the payer's page loads less than 50 kB", async (scene) => {
  const link = await chargeByLink(await scene.merchant());
  const payer = await scene.payer();
  const answers = [];
  payer.on("requestfinished", (request) => answers.push(request.sizes()));
  await payer.goto(link, { waitUntil: "networkidle" });
  const sizes = await Promise.all(answers);
  const total = sizes.reduce((sum, one) => sum + one.responseBodySize + one.responseHeadersSize, 0);
  scene.say(`first load of the payer's page: ${total} bytes in ${sizes.length} answers`);
  assert.ok(sizes.length >= 3, "the page, its style and its script");
  assert.ok(total < FIRST_LOAD_MAX, `${total} bytes`);
});

proves("a keyboard is enough to pay", async (scene) => {
  const link = await chargeByLink(await scene.merchant());
  const payer = await scene.payer();
  await payer.goto(link);
  await payer.keyboard.press("Tab");
  await payer.keyboard.type(CARDS.visa.replaceAll(" ", ""));
  await payer.keyboard.press("Tab");
  await payer.keyboard.type("1234");
  await payer.keyboard.press("Tab");
  await payer.keyboard.type("123");
  await payer.keyboard.press("Tab");
  assert.ok(await payButton(payer).evaluate((button) => button === document.activeElement));
  assert.equal(await payer.locator("#number").inputValue(), CARDS.visa);
  assert.equal(await payer.locator("#expiry").inputValue(), "12 / 34");
  await payer.keyboard.press("Enter");
  await standsAt(payer, "paid");
});

proves("a mistake is said at its field, which gets the focus", async (scene) => {
  const link = await chargeByLink(await scene.merchant());
  const payer = await scene.payer();
  await payer.goto(link);
  await payer.locator("#number").fill("4242 4242 4242 4241");
  await payer.locator("#expiry").fill("12/34");
  await payer.locator("#code").fill("123");
  await payer.keyboard.press("Enter");
  await payer.getByText("Ce numéro contient une erreur. Vérifiez-le sur la carte.").waitFor();
  const focused = await payer.evaluate(() => document.activeElement.id);
  assert.equal(focused, "number");
  assert.equal(await payer.locator("#code").inputValue(), "123", "what was right is kept");
});

proves("an address without a payment says what to do", async (scene) => {
  const payer = await scene.payer();
  const answer = await payer.goto("/pay/nothing");
  assert.equal(answer.status(), 404);
  await payer.getByText("Vérifiez le lien, ou demandez-en un nouveau au commerçant.").waitFor();
});
