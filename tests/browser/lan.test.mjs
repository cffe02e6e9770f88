// A phone on the shop's own network, over plain http: no secure context, and yet a whole payment.

import assert from "node:assert/strict";
import { pay, standsAt } from "./payer.mjs";
import { stage } from "./stage.mjs";
import { CARDS, chargeByLink } from "./till.mjs";

const proves = stage({ host: "shop.test" });

proves("a payment needs no secure context", async (scene) => {
  const [merchant, payer] = [await scene.merchant(), await scene.payer()];
  const link = await chargeByLink(merchant);
  assert.equal(await merchant.evaluate(() => isSecureContext), false);
  assert.equal(new URL(merchant.url()).origin, "http://shop.test");
  await pay(payer, link, CARDS.funds);
  await payer.getByRole("alert").getByText("faute de provision").waitFor();
  await pay(payer, link, CARDS.visa);
  await standsAt(payer, "paid");
  await merchant.getByTestId("paid").waitFor();
});

proves("the link is handed out by its address on the network", async (scene) => {
  const merchant = await scene.merchant();
  const link = await chargeByLink(merchant);
  await merchant.getByRole("button", { name: "Copier le lien" }).click();
  await merchant.getByText("Lien copié").waitFor();
  await merchant.reload();
  const { url } = JSON.parse(await merchant.evaluate(() => localStorage["encaisse.pending"]));
  assert.equal(url, `http://shop.test${link}`);
});
