// What a merchant does on the app, by what they see on it. Owns the names of the
// screens; proves nothing by itself.

/** Numbers of the sandbox's table, `docs/reference/sandbox.md`. */
export const CARDS = {
  visa: "4242 4242 4242 4242",
  mastercard: "5555 5555 5555 4444",
  amex: "3782 822463 10005",
  funds: "4000 0000 0000 9995",
  declined: "4000 0000 0000 0002",
  challenge: "4000 0025 0000 3155",
  slow: "4000 0000 0055 0303",
  silent: "4000 0000 0055 1509",
};

/** Opens the keypad and types the digits of an amount, cents first. */
export async function enter(page, digits) {
  await page.goto("/");
  for (const digit of digits) {
    await page.getByRole("button", { name: digit, exact: true }).click();
  }
}

/** Charges by a link; gives the address of the payer's page, as the QR code has it. */
export async function chargeByLink(page, digits = "1250") {
  await enter(page, digits);
  await page.getByLabel(/QR ou lien|QR or link/).check();
  await page.getByTestId("charge").click();
  return linkShown(page);
}

/** The address in the QR code; its picture stands under the address that it leads to. */
export async function linkShown(page) {
  const source = await page.getByTestId("waiting").locator(".qr img").getAttribute("src");
  return source.replace(/\/qr\.svg.*$/, "");
}

/** Opens the form for a card that the merchant types. */
export async function chargeByCard(page, digits = "1250") {
  await enter(page, digits);
  await page.getByLabel(/Saisir la carte|Enter card/).check();
  await page.getByTestId("charge").click();
  await page.getByTestId("card-form").waitFor();
}

export async function keyCard(page, number) {
  await page.locator("[name=number]").fill(number);
  await page.locator("[name=expiry]").fill("12/34");
  await page.locator("[name=cvc]").fill(number === CARDS.amex ? "1234" : "123");
}

/** The newest payment in the history. */
export async function openNewest(page) {
  await page.goto("/#/history");
  await page.locator("a.payment").first().click();
  await page.getByTestId("detail-state").waitFor();
}

/** What the app keeps of the charge in progress. */
export const kept = (page) =>
  page.evaluate(() => JSON.parse(localStorage.getItem("encaisse.pending")));

/** Waits until a place of the page says something. */
export const says = (page, testId, words) =>
  page.getByTestId(testId).filter({ hasText: words }).waitFor();
