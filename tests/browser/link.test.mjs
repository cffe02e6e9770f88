// A link that anybody may open, on the narrowest phone and in both languages: what it offers, that
// opening it makes nothing, and that one of two who hold it pays.

import assert from "node:assert/strict";
import { payButton, singleLink, standsAt, typeCard } from "./payer.mjs";
import { stage } from "./stage.mjs";
import { CARDS } from "./till.mjs";

const proves = stage();

const offerButton = (page) => page.locator("form button.primary");

/** Nothing of the page is wider than the phone. */
async function fits(page) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= page.viewportSize().width, `${page.url()} is ${wide} wide`);
}

const WORDS = {
  "fr-FR": { pay: "Payer 12,50 €", taken: "Ce lien de paiement est déjà pris" },
  "en-GB": { pay: "Pay €12.50", taken: "This payment link is taken" },
};

for (const [language, words] of Object.entries(WORDS)) {
  proves(`a link offers, is paid once and says so to the next, ${language}`, async (scene) => {
    const { url } = await singleLink(scene.server);
    const before = (await scene.server.get("/v1/checkout/sessions?limit=100")).data.length;
    const [first, second] = [await scene.payer({ language }), await scene.payer({ language })];
    for (const payer of [first, second]) {
      await payer.goto(url);
      await payer.reload();
      const offered = await offerButton(payer).innerText();
      assert.equal(offered.replaceAll(/\s/g, " "), words.pay);
      await fits(payer);
    }
    const opened = (await scene.server.get("/v1/checkout/sessions?limit=100")).data.length;
    assert.equal(opened, before, "looking makes nothing");
    for (const payer of [first, second]) {
      await offerButton(payer).click();
      await standsAt(payer, "payable");
      await typeCard(payer, CARDS.visa);
    }
    await payButton(first).click();
    await standsAt(first, "paid");
    await first.getByText("Rendez-vous samedi à 14 h.").waitFor();
    await fits(first);
    // The other's page hears of it by itself, and their card was never sent.
    await standsAt(second, "unavailable");
    await second.getByText(words.taken).waitFor();
    await second.getByText("Le prochain atelier est en mars.").waitFor();
    await fits(second);
  });
}
