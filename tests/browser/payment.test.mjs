// The whole way of a payment by link: two phones, one link, and words for whatever comes of it.

import assert from "node:assert/strict";
import { pay, payButton, standsAt, typeCard } from "./payer.mjs";
import { logIn, stage } from "./stage.mjs";
import { CARDS, chargeByLink, kept, says } from "./till.mjs";

const proves = stage();

/** Milliseconds between the payer's click and the moment the app's screen says paid. */
async function timeToPaid(merchant, payer) {
  const seen = merchant.evaluate(
    () =>
      new Promise((resolve) => {
        const look = () => document.querySelector("[data-testid=paid]");
        const frame = () => (look() ? resolve(Date.now()) : requestAnimationFrame(frame));
        frame();
      }),
  );
  await payer.evaluate(() => {
    addEventListener("click", () => (globalThis.clickedAt = Date.now()), { capture: true });
  });
  await payButton(payer).click();
  return (await seen) - (await payer.evaluate(() => globalThis.clickedAt));
}

proves("a payer's click shows paid on the merchant's phone within a second", async (scene) => {
  const { server, say } = scene;
  const [merchant, payer] = [await scene.stranger(), await scene.payer()];
  await logIn(merchant, server.merchant);
  const link = await chargeByLink(merchant);
  assert.match(await merchant.getByTestId("amount").innerText(), /^12,50\s€$/);
  await says(merchant, "state", "En attente du paiement");

  await payer.goto(link);
  assert.match(await payer.locator("h1").innerText(), /^12,50\s€$/);
  assert.match(await payer.locator(".payee").innerText(), /Librairie du Port/);
  await typeCard(payer, CARDS.visa);
  const time = await timeToPaid(merchant, payer);
  say(`from the payer's click to paid on the merchant's phone: ${time} ms`);
  assert.ok(time < 1000, `${time} ms`);

  assert.match(await merchant.getByTestId("paid").innerText(), /Payé\s+12,50\s€\s+Visa/);
  await standsAt(payer, "paid");
  assert.match(await payer.locator("main").innerText(), /Payé\s+12,50\s€/);
  await merchant.getByTestId("done").click();
  await merchant.getByTestId("charge").waitFor();
  assert.equal(await kept(merchant), null);
});

proves("both phones lead to the same receipt", async (scene) => {
  const [merchant, payer] = [await scene.merchant(), await scene.payer()];
  await pay(payer, await chargeByLink(merchant, "800"), CARDS.mastercard);
  await merchant.getByTestId("paid").getByText("Code QR").click();
  const code = await merchant.getByAltText("Code QR du reçu").getAttribute("src");
  await payer.getByText("Ouvrir le reçu").click();
  await payer.waitForURL(/\/pay\/receipt\//);
  assert.equal(code.replace("/qr.svg", ""), new URL(payer.url()).pathname);
  assert.match(await payer.locator("main").innerText(), /Payé\s+8,00\s€[^]*Mastercard[^]*4444/);
});

proves("a decline says why, keeps the amount, and another card pays", async (scene) => {
  const [merchant, payer] = [await scene.merchant(), await scene.payer()];
  const link = await chargeByLink(merchant);
  await pay(payer, link, CARDS.funds);
  const alert = payer.getByRole("alert");
  await alert.getByText("Votre banque a refusé le paiement, faute de provision.").waitFor();
  assert.match(await alert.innerText(), /Rien n’a été débité\. Essayez une autre carte\./);
  assert.match(await payer.locator("h1").innerText(), /^12,50\s€$/);
  await says(merchant, "state", "Provision insuffisante. Le client peut réessayer.");
  assert.equal(await merchant.getByTestId("paid").count(), 0);

  await typeCard(payer, CARDS.visa);
  await payButton(payer).click();
  await standsAt(payer, "paid");
  await merchant.getByTestId("paid").waitFor();
});

proves("a bank's challenge that is confirmed pays", async (scene) => {
  const [merchant, payer] = [await scene.merchant(), await scene.payer()];
  await pay(payer, await chargeByLink(merchant), CARDS.challenge);
  await payer.waitForURL(/\/pay\/challenge\//);
  await says(merchant, "state", "Le client s’authentifie auprès de sa banque");
  await payer.getByRole("button", { name: /Confirmer 12,50/ }).click();
  await standsAt(payer, "paid");
  assert.match(payer.url(), /\/pay\/(?!challenge)/);
  await merchant.getByTestId("paid").waitFor();
});

proves("a bank's challenge that is refused leaves the payment to another card", async (scene) => {
  const [merchant, payer] = [await scene.merchant(), await scene.payer()];
  await pay(payer, await chargeByLink(merchant), CARDS.challenge);
  await payer.getByRole("button", { name: "Refuser le paiement" }).click();
  await standsAt(payer, "payable");
  const alert = await payer.getByRole("alert").innerText();
  assert.match(alert, /n’a pas reçu votre confirmation\.\s+Rien n’a été débité\./);
  await says(merchant, "state", "L’authentification auprès de la banque n’a pas abouti.");
  await typeCard(payer, CARDS.visa);
  await payButton(payer).click();
  await merchant.getByTestId("paid").waitFor();
});

proves("a cancelled charge closes its link", async (scene) => {
  const [merchant, payer] = [await scene.merchant(), await scene.payer()];
  const link = await chargeByLink(merchant);
  await payer.goto(link);
  await merchant.getByRole("button", { name: "Annuler" }).click();
  await merchant.getByText("Paiement annulé. Rien n’a été débité.").waitFor();
  await standsAt(payer, "expired");
  const answer = await payer.reload();
  assert.equal(answer.status(), 410);
});

proves("the payer's page does all of it without script", async (scene) => {
  const merchant = await scene.merchant();
  const payer = await scene.payer({ javaScriptEnabled: false });
  await pay(payer, await chargeByLink(merchant), CARDS.declined);
  await payer.getByText("Votre banque a refusé le paiement.").waitFor();
  await typeCard(payer, CARDS.challenge);
  await payButton(payer).click();
  await payer.getByRole("button", { name: /Confirmer 12,50/ }).click();
  await standsAt(payer, "paid");
  await merchant.getByTestId("paid").waitFor();
});
