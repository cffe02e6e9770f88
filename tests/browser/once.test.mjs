// Impatient fingers: however often a button is pressed, money moves once.

import assert from "node:assert/strict";
import { payButton, standsAt, typeCard } from "./payer.mjs";
import { stage } from "./stage.mjs";
import { CARDS, chargeByCard, chargeByLink, enter, keyCard } from "./till.mjs";

const proves = stage();

/** How many payments and attempts there are, and how many of the latter took money. */
async function counted({ server }) {
  const [payments, charges] = await Promise.all([
    server.get("/v1/payment_intents?limit=100"),
    server.get("/v1/charges?limit=100"),
  ]);
  return [payments, charges].map((list) => list.data.length);
}

const grown = (before, after) => after.map((count, place) => count - before[place]);

proves("a payer who clicks and presses Enter again and again pays once", async (scene) => {
  const [merchant, payer] = [await scene.merchant(), await scene.payer()];
  const before = await counted(scene);
  await payer.goto(await chargeByLink(merchant));
  await typeCard(payer, CARDS.slow);
  await payButton(payer).dblclick();
  await payer.keyboard.press("Enter");
  await payer.keyboard.press("Enter");
  await standsAt(payer, "paid");
  await merchant.getByTestId("paid").waitFor();
  assert.deepEqual(grown(before, await counted(scene)), [1, 1]);
});

proves("two phones that pay the same link at once pay it once", async (scene) => {
  const payers = [await scene.payer(), await scene.payer()];
  const link = await chargeByLink(await scene.merchant());
  const before = await counted(scene);
  for (const payer of payers) {
    await payer.goto(link);
    await typeCard(payer, CARDS.slow);
  }
  await Promise.all(payers.map((payer) => payButton(payer).click()));
  await Promise.all(payers.map((payer) => standsAt(payer, "paid")));
  assert.deepEqual(grown(before, await counted(scene)), [0, 1]);
});

proves("a form sent again by going back pays once", async (scene) => {
  const payer = await scene.payer({ javaScriptEnabled: false });
  const link = await chargeByLink(await scene.merchant());
  const before = await counted(scene);
  await payer.goto(link);
  await typeCard(payer, CARDS.visa);
  await payButton(payer).click();
  await standsAt(payer, "paid");
  await payer.reload();
  await standsAt(payer, "paid");
  assert.deepEqual(grown(before, await counted(scene)), [0, 1]);
});

proves("a merchant who taps twice charges once", async (scene) => {
  const page = await scene.merchant();
  const before = await counted(scene);
  await enter(page, "1250");
  await page.getByTestId("charge").evaluate((button) => {
    button.click();
    button.click();
  });
  await page.getByTestId("waiting").locator(".qr img").waitFor();
  assert.deepEqual(grown(before, await counted(scene)), [1, 0]);
});

proves("a merchant who sends a card twice charges it once", async (scene) => {
  const page = await scene.merchant();
  const before = await counted(scene);
  await chargeByCard(page);
  await keyCard(page, CARDS.slow);
  await page.getByTestId("pay-card").dblclick();
  await page.keyboard.press("Enter");
  await page.getByTestId("paid").waitFor();
  assert.deepEqual(grown(before, await counted(scene)), [1, 1]);
});
