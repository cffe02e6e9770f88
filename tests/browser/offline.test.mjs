// A phone without network: the till opens, says so, and takes no money until it is back.

import assert from "node:assert/strict";
import { stage } from "./stage.mjs";
import { chargeByLink, enter } from "./till.mjs";

const proves = stage();

/** Opens the app and waits until its files are kept for a start without network. */
async function install(page) {
  await page.goto("/");
  await page.getByTestId("charge").waitFor();
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated");
}

proves("the till opens without network and charges when it is back", async (scene) => {
  const page = await scene.merchant();
  await install(page);
  await page.context().setOffline(true);
  await enter(page, "1250");
  await page.getByTestId("offline").getByText("Hors ligne.").waitFor();
  assert.ok(await page.getByTestId("charge").isDisabled());
  assert.ok(await page.getByTestId("test-band").isVisible());

  await page.context().setOffline(false);
  await page.getByRole("button", { name: /Encaisser 12,50/ }).click();
  await page.getByTestId("waiting").locator(".qr img").waitFor();
});

proves("nothing about a payment is kept for offline", async (scene) => {
  const page = await scene.merchant();
  await install(page);
  await chargeByLink(page);
  const paths = await page.evaluate(async () => {
    const opened = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
    const kept = await Promise.all(opened.map((cache) => cache.keys()));
    return kept.flat().map((request) => new URL(request.url).pathname);
  });
  assert.ok(paths.includes("/"));
  assert.deepEqual(paths.filter((path) => /^\/(v1|pay|terminal)\b/.test(path)), []);
});
