// Who may use the app: the cookie, its origin, and what is left after logging out.

import assert from "node:assert/strict";
import { logIn, stage } from "./stage.mjs";
import { enter } from "./till.mjs";

const proves = stage();

const sessionCookie = async (page) =>
  (await page.context().cookies()).find((cookie) => cookie.name === "encaisse_session");

/** A change asked for with the browser's cookie, by a page of `origin`. */
const charge = (page, origin) =>
  page.request.post("/v1/payment_intents", {
    headers: origin ? { Origin: origin } : {},
    form: { amount: "1250", currency: "eur" },
  });

proves("a wrong password says so and the right one opens the till", async (scene) => {
  const page = await scene.stranger();
  await page.goto("/");
  await page.getByLabel("Adresse e-mail").fill(scene.server.merchant.email);
  await page.getByLabel("Mot de passe").fill("not the password");
  await page.getByRole("button", { name: "Se connecter" }).click();
  await page.getByText("Adresse ou mot de passe inexact.").waitFor();
  await logIn(page, scene.server.merchant);
});

proves("scripts cannot read the log-in and other sites cannot send it", async (scene) => {
  const page = await scene.merchant();
  await page.goto("/");
  const cookie = await sessionCookie(page);
  assert.equal(cookie.httpOnly, true);
  assert.equal(cookie.sameSite, "Strict");
  assert.equal(await page.evaluate(() => document.cookie), "");
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }));
  assert.ok(!kept.includes(cookie.value));
  assert.doesNotMatch(kept, /sk_test/, "no secret key is on a phone");
});

proves("a change asked for by another site is refused", async (scene) => {
  const page = await scene.merchant();
  for (const origin of ["https://elsewhere.example", "null", undefined]) {
    const refused = await charge(page, origin);
    assert.equal(refused.status(), 403, `${origin}`);
  }
  const taken = await charge(page, scene.server.origin);
  assert.equal(taken.status(), 200);
});

proves("logging out ends the session and empties the phone", async (scene) => {
  const page = await scene.stranger();
  await logIn(page, scene.server.merchant);
  const { value } = await sessionCookie(page);
  await page.getByRole("link", { name: "Réglages" }).click();
  await page.getByRole("button", { name: "Se déconnecter" }).click();
  await page.getByLabel("Mot de passe").waitFor();
  assert.equal(await page.evaluate(() => localStorage.length), 0);
  assert.equal(await sessionCookie(page), undefined);
  const stolen = await fetch(`${scene.server.origin}/v1/payment_intents`, {
    headers: { Cookie: `encaisse_session=${value}` },
  });
  assert.equal(stolen.status, 401);
});

proves("a session that ends during work asks for the password, nothing more", async (scene) => {
  const page = await scene.stranger();
  await logIn(page, scene.server.merchant);
  await enter(page, "1250");
  await page.context().clearCookies();
  await page.getByTestId("charge").click();
  await page.getByText("Votre encaissement en cours vous attend après la connexion.").waitFor();
  await page.getByLabel("Adresse e-mail").fill(scene.server.merchant.email);
  await page.getByLabel("Mot de passe").fill(scene.server.merchant.password);
  await page.getByRole("button", { name: "Se connecter" }).click();
  await page.getByTestId("waiting").locator(".qr img").waitFor();
});
