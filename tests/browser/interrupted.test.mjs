// Payments cut in the middle: by a reload, and by an acquirer that does not answer. What is not
// known is said to be unknown, offers nothing that could charge twice, and ends by itself.

import assert from "node:assert/strict";
import { describe } from "node:test";
import { pay, payButton, standsAt, typeCard } from "./payer.mjs";
import { stage } from "./stage.mjs";
import { CARDS, chargeByCard, chargeByLink, keyCard, kept, linkShown, says } from "./till.mjs";

/** Every button that could ask for money again. */
const AGAIN = /Encaisser|Réessayer|Essayer|Corriger|Reprendre|Annuler|Autre moyen/;

describe("cut in the middle", { concurrency: true }, () => {
  const proves = stage();

  proves("a waiting screen finds its payment again after a reload", async (scene) => {
    const [merchant, payer] = [await scene.merchant(), await scene.payer()];
    const link = await chargeByLink(merchant);
    const before = await kept(merchant);
    await merchant.reload();
    assert.equal(await linkShown(merchant), link);
    assert.deepEqual(await kept(merchant), before);
    await pay(payer, link, CARDS.visa);
    await merchant.getByTestId("paid").waitFor();
  });

  proves("a reload while a card is authorised finds it paid", async (scene) => {
    const page = await scene.merchant();
    await chargeByCard(page, "3100");
    await keyCard(page, CARDS.slow);
    const sent = page.waitForRequest(/\/confirm$/);
    await page.getByTestId("pay-card").click();
    await sent;
    const { intentId } = await kept(page);
    await page.reload();
    await page.getByTestId("outcome-waiting").waitFor();
    await page.getByTestId("paid").waitFor();
    const charges = await scene.server.get(`/v1/charges?payment_intent=${intentId}`);
    assert.deepEqual(charges.data.map((charge) => charge.status), ["succeeded"]);
  });

  proves("a keyed card without an answer is unknown until it is reversed", async (scene) => {
    const page = await scene.merchant();
    await chargeByCard(page, "4200");
    await keyCard(page, CARDS.silent);
    await page.getByTestId("pay-card").click();
    await page.getByTestId("outcome-unknown").waitFor();
    await says(page, "state", "Nous ne savons pas encore si ce paiement est passé");
    assert.doesNotMatch(await page.getByTestId("outcome-unknown").innerText(), AGAIN);
    await page.reload();
    await says(page, "outcome-refused", "La banque n’a pas pu répondre. Rien n’a été débité.");
    assert.equal(await page.getByRole("button", { name: "Réessayer la carte" }).count(), 1);
  });

  proves("a payer without an answer is told not to pay twice, and then the end", async (scene) => {
    const [merchant, payer] = [await scene.merchant(), await scene.payer()];
    await pay(payer, await chargeByLink(merchant, "5300"), CARDS.silent);
    await standsAt(payer, "unknown");
    await payer.getByText("Ne payez pas une seconde fois").waitFor();
    assert.equal(await payButton(payer).count(), 0);
    await merchant.getByTestId("outcome-unknown").waitFor();
    assert.doesNotMatch(await merchant.getByTestId("outcome-unknown").innerText(), AGAIN);

    await standsAt(payer, "payable");
    await payer.getByText("Votre carte n’est pas débitée.").waitFor();
    await says(merchant, "state", "Rien n’a été débité. Le client peut réessayer.");
    await typeCard(payer, CARDS.visa);
    await payButton(payer).click();
    await merchant.getByTestId("paid").waitFor();
  });
});
