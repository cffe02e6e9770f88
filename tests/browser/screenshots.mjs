// Makes the pictures of the README from the real app: a small shop's afternoon, on a phone, in
// French. Owns what is shown; how the screens look is the app's.

import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { pay, payButton, standsAt, typeCard } from "./payer.mjs";
import { startServer } from "./server.mjs";
import { logIn, openBrowser, SIZES } from "./stage.mjs";
import { CARDS, chargeByCard, chargeByLink, keyCard, linkShown } from "./till.mjs";

const FOLDER = fileURLToPath(new URL("../../docs/screenshots/", import.meta.url));

/** Sharp enough for a page that shows them at a third of their width, and small. */
const SCALE = 1.5;

/** What was sold before the pictures, oldest first: digits, card, refunded afterwards. */
const SOLD = [
  ["1890", CARDS.visa],
  ["4200", CARDS.mastercard, "10,00"],
  ["990", CARDS.amex],
  ["2650", CARDS.visa],
];

await mkdir(FOLDER, { recursive: true });
const server = await startServer();
const browser = await openBrowser();
try {
  await takeAll();
} finally {
  await browser.close();
  await server.stop();
}

async function takeAll() {
  const merchant = await openPhone();
  const payer = await openPhone();
  await logIn(merchant, server.merchant);
  for (const [digits, number, refunded] of SOLD) await sell(merchant, digits, number, refunded);
  await sellRefused(merchant);

  await merchant.goto("/");
  for (const digit of "1250") {
    await merchant.getByRole("button", { name: digit, exact: true }).click();
  }
  await merchant.getByLabel("Note").fill("Deux livres de poche");
  await merchant.getByLabel("Note").blur();
  await take(merchant, "charge");
  await merchant.getByTestId("charge").click();
  const link = await linkShown(merchant);
  await take(merchant, "waiting");
  await payer.goto(link);
  await typeCard(payer, CARDS.visa);
  await payer.locator("#code").blur();
  await take(payer, "pay");
  await payButton(payer).click();
  await merchant.getByTestId("paid").waitFor();
  await take(merchant, "paid");
  await standsAt(payer, "paid");
  await merchant.getByTestId("done").click();
  await merchant.goto("/#/history");
  await merchant.locator("a.payment").first().waitFor();
  await take(merchant, "history");
}

async function openPhone() {
  const context = await browser.newContext({
    baseURL: server.origin,
    viewport: SIZES.merchant,
    deviceScaleFactor: SCALE,
    locale: "fr-FR",
    timezoneId: "Europe/Paris",
    colorScheme: "light",
    reducedMotion: "reduce",
    isMobile: true,
    hasTouch: true,
  });
  return context.newPage();
}

async function sell(page, digits, number, refunded) {
  await chargeByCard(page, digits);
  await keyCard(page, number);
  await page.getByTestId("pay-card").click();
  await page.getByTestId("done").click();
  if (!refunded) return;
  await page.getByRole("link", { name: "Historique" }).click();
  await page.locator("a.payment").first().click();
  await page.getByTestId("refund").click();
  await page.getByLabel("Montant à rembourser").fill(refunded);
  await page.getByTestId("refund-confirm").click();
  await page.getByTestId("refund-done").waitFor();
}

/** A customer whose bank says no, and who leaves. */
async function sellRefused(page) {
  const payer = await openPhone();
  await pay(payer, await chargeByLink(page, "6400"), CARDS.funds);
  await payer.getByRole("alert").getByText("faute de provision").waitFor();
  await payer.context().close();
  await page.getByRole("button", { name: "Annuler" }).click();
  await page.getByTestId("charge").waitFor();
}

function take(page, name) {
  return page.screenshot({ path: `${FOLDER}${name}.png`, animations: "disabled", caret: "hide" });
}
