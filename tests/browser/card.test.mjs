// A card the merchant types, and the refund: the way of a payment that has no payer's page.

import assert from "node:assert/strict";
import { standsAt } from "./payer.mjs";
import { stage } from "./stage.mjs";
import { CARDS, chargeByCard, keyCard, openNewest, says } from "./till.mjs";

const proves = stage();

async function payByCard(page, digits, number = CARDS.visa) {
  await chargeByCard(page, digits);
  await keyCard(page, number);
  await page.getByTestId("pay-card").click();
}

proves("a keyed card pays", async (scene) => {
  const page = await scene.merchant();
  await payByCard(page, "1250");
  await page.getByTestId("paid").waitFor();
  assert.match(await page.getByTestId("paid").innerText(), /Payé\s+12,50\s€\s+Visa[^]*4242/);
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }));
  assert.ok(!kept.includes("4242"), "the phone keeps nothing of the card");
});

proves("a declined card says why, and another one pays the same payment", async (scene) => {
  const page = await scene.merchant();
  await payByCard(page, "1250", CARDS.funds);
  await says(page, "outcome-refused", "Provision insuffisante.");
  await says(page, "amount", "12,50");
  await page.getByRole("button", { name: "Essayer une autre carte" }).click();
  await keyCard(page, CARDS.mastercard);
  await page.getByTestId("pay-card").click();
  await page.getByTestId("paid").waitFor();
  const { data } = await scene.server.get("/v1/charges?limit=2");
  assert.deepEqual(data.map((charge) => charge.status), ["succeeded", "failed"]);
  assert.equal(data[0].payment_intent, data[1].payment_intent);
});

proves("a bank's challenge leads to the bank and back to paid", async (scene) => {
  const page = await scene.merchant();
  await payByCard(page, "1250", CARDS.challenge);
  await page.getByRole("button", { name: /Confirmer 12,50/ }).click();
  await standsAt(page, "paid");
  await page.getByTestId("paid").waitFor();
});

proves("a refund takes three taps from the history", async (scene) => {
  const page = await scene.merchant();
  await payByCard(page, "1250");
  await page.getByTestId("done").click();
  await page.getByRole("link", { name: "Historique" }).click();

  await page.locator("a.payment").first().click();
  await page.getByTestId("refund").click();
  await page.getByTestId("refund-confirm").click();

  await says(page, "refund-done", /12,50\s€ remboursés\./);
  await page.getByRole("button", { name: "Terminer" }).click();
  await says(page, "detail-state", "Remboursé");
  assert.equal(await page.getByTestId("refund").count(), 0, "nothing is left to refund");
});

proves("a part is refunded, and then no more than the rest", async (scene) => {
  const page = await scene.merchant();
  await payByCard(page, "2000");
  await page.getByTestId("paid").waitFor();
  await openNewest(page);
  await page.getByTestId("refund").click();
  await page.getByLabel("Montant à rembourser").fill("5,00");
  await page.getByTestId("refund-confirm").click();
  await says(page, "refund-done", /5,00\s€ remboursés\./);
  await page.getByRole("button", { name: "Terminer" }).click();
  await says(page, "detail-state", "Remboursé en partie");

  await page.getByTestId("refund").click();
  await page.getByLabel("Montant à rembourser").fill("15,01");
  assert.ok(await page.getByTestId("refund-confirm").isDisabled());
  await page.getByLabel("Montant à rembourser").fill("15,00");
  await page.getByTestId("refund-confirm").click();
  await says(page, "refund-done", /15,00\s€ remboursés\./);
});
