// Every screen of the app and of the payer's page, looked at by axe: in both languages and both
// themes. Owns the way to each screen; what the screens do is proved elsewhere.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe } from "node:test";
import { pay, payButton, singleLink, standsAt, typeCard } from "./payer.mjs";
import { stage } from "./stage.mjs";
import { CARDS, chargeByLink, enter, kept, keyCard } from "./till.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Fails when axe finds anything on the page as it is, in light or in dark. */
async function isClean(page, screen) {
  await page.evaluate(AXE);
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const { violations } = await page.evaluate(() => globalThis.axe.run(document));
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
    assert.deepEqual(found, [], `${screen}, ${colorScheme}`);
  }
}

/** One screen after another of the app; gives the payment that was made. */
async function walkApp(page) {
  await enter(page, "1250");
  await isClean(page, "keypad");
  await chargeByLink(page);
  await isClean(page, "waiting");
  await page.locator(".quiet-row button").first().click();
  await page.getByRole("dialog").waitFor();
  await isClean(page, "means");
  await page.getByRole("dialog").locator(".line").nth(1).click();
  await page.getByTestId("card-form").waitFor();
  await page.getByTestId("pay-card").click();
  await page.locator("[aria-invalid]").first().waitFor();
  await isClean(page, "card form with mistakes");
  await keyCard(page, CARDS.funds);
  await page.getByTestId("pay-card").click();
  await page.getByTestId("outcome-refused").waitFor();
  await isClean(page, "refused");
  await page.getByTestId("outcome-refused").locator(".primary").click();
  await keyCard(page, CARDS.visa);
  await page.getByTestId("pay-card").click();
  await page.getByTestId("paid").locator(".thirds button").first().click();
  await page.getByTestId("paid").locator(".qr img").waitFor();
  await isClean(page, "paid, with the receipt's code");
  const { intentId } = await kept(page);
  await page.getByTestId("done").click();
  return intentId;
}

async function walkHistory(page, intentId) {
  await page.goto("/#/history");
  await page.locator("a.payment").first().waitFor();
  await isClean(page, "history");
  await page.locator(`a.payment[href$="${intentId}"]`).click();
  await page.getByTestId("refund").waitFor();
  await isClean(page, "detail");
  await page.getByTestId("refund").click();
  await page.getByTestId("refund-confirm").waitFor();
  await isClean(page, "refund");
  await page.getByTestId("refund-confirm").click();
  await page.getByTestId("refund-done").waitFor();
  await isClean(page, "refunded");
  await page.goto("/#/settings");
  await page.locator(".settings").waitFor();
  await isClean(page, "settings");
}

async function walkPage(payer, link) {
  await payer.goto(link);
  await isClean(payer, "payable");
  await payButton(payer).click();
  await payer.locator("[aria-invalid]").first().waitFor();
  await isClean(payer, "form with mistakes");
  await pay(payer, link, CARDS.funds);
  await payer.locator(".alert .happened").waitFor();
  await isClean(payer, "refused");
  await pay(payer, link, CARDS.challenge);
  await payer.locator("[name=verdict][value=confirm]").waitFor();
  await isClean(payer, "challenge");
  await payer.locator("[name=verdict][value=confirm]").click();
  await standsAt(payer, "paid");
  await isClean(payer, "paid");
  await payer.locator('a[href^="/pay/receipt/"]').click();
  await payer.waitForURL(/\/receipt\//);
  await isClean(payer, "receipt");
  await payer.goto("/pay/nothing");
  await isClean(payer, "missing");
}

/** What both phones show while nobody knows, and the payer's page of a link that is over. */
async function walkEnds(merchant, payer) {
  await pay(payer, await chargeByLink(merchant), CARDS.silent);
  await standsAt(payer, "unknown");
  await isClean(payer, "payer's unknown");
  await merchant.getByTestId("outcome-unknown").waitFor();
  await isClean(merchant, "unknown");
  await merchant.getByTestId("waiting").waitFor();
  await merchant.locator(".quiet-row button").last().click();
  await standsAt(payer, "expired");
  await isClean(payer, "expired");
}

/** A link that anybody may open: before, and when its only place is taken. */
async function walkLink(server, payer) {
  const { url } = await singleLink(server);
  await payer.goto(url);
  await isClean(payer, "offer");
  await payer.locator("button.primary").click();
  await typeCard(payer, CARDS.visa);
  await payButton(payer).click();
  await standsAt(payer, "paid");
  await isClean(payer, "paid with the merchant's words");
  await payer.goto(url);
  await standsAt(payer, "unavailable");
  await isClean(payer, "taken");
}

describe("axe finds nothing", { concurrency: true }, () => {
  const proves = stage();
  for (const language of ["fr-FR", "en-GB"]) {
    proves(`on the app, ${language}`, async (scene) => {
      const stranger = await scene.stranger({ language });
      await stranger.goto("/");
      await stranger.locator("[name=password]").waitFor();
      await isClean(stranger, "log-in");
      const merchant = await scene.merchant({ language });
      await walkHistory(merchant, await walkApp(merchant));
    });

    proves(`on the payer's page, ${language}`, async (scene) => {
      const merchant = await scene.merchant({ language });
      await walkPage(await scene.payer({ language }), await chargeByLink(merchant));
    });

    proves(`on the page of a link that anybody may open, ${language}`, async (scene) => {
      await walkLink(scene.server, await scene.payer({ language }));
    });

    proves(`while nobody knows, and after, ${language}`, async (scene) => {
      await walkEnds(await scene.merchant({ language }), await scene.payer({ language }));
    });
  }
});
