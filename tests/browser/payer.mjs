// What a payer does on the hosted page. Proves nothing by itself.

/** The page when it shows a payment in this state (`data-state`). */
export const standsAt = (page, state) => page.locator(`main[data-state="${state}"]`).waitFor();

export async function typeCard(page, number) {
  await page.locator("#number").fill(number);
  await page.locator("#expiry").fill("12/34");
  await page.locator("#code").fill("123");
}

export const payButton = (page) => page.locator("form[data-card] button[type=submit]");

/** Opens the link and pays with a card; what comes of it is the caller's to see. */
export async function pay(page, link, number) {
  await page.goto(link);
  await typeCard(page, number);
  await payButton(page).click();
}

/** A link that one of all who open it may pay, made by the merchant's server. */
export async function singleLink(server) {
  const price = await server.post("/v1/prices", {
    currency: "eur",
    unit_amount: "1250",
    "product_data[name]": "Atelier de reliure, une place, matériel compris",
  });
  return server.post("/v1/payment_links", {
    "line_items[0][price]": price.id,
    "restrictions[completed_sessions][limit]": "1",
    "after_completion[type]": "hosted_confirmation",
    "after_completion[hosted_confirmation][custom_message]": "Rendez-vous samedi à 14 h.",
    inactive_message: "Le prochain atelier est en mars.",
  });
}
