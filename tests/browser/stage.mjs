// The stage of a file of tests: one server, one Chromium, and for each test phones of its own. Owns
// what must hold in every test, whatever it is about: no error in a page, nothing the content
// security policy had to stop, no request to anybody else.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { given, startServer } from "./server.mjs";

const QUIET = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The screens a merchant and a payer hold, and a desk. */
export const SIZES = {
  merchant: { width: 390, height: 844 },
  payer: { width: 360, height: 740 },
  desk: { width: 1280, height: 800 },
};

/** How long anything may take on a busy machine before a test gives up, in milliseconds. */
const PATIENCE = 10_000;

const LIMIT = { timeout: 90_000 };

/**
 * Declares the server and the browser of a file and gives the function that declares its tests.
 * `host` is a name the browser knows the server by, over plain http.
 */
export function stage({ host, settings = {} } = {}) {
  const common = {};
  given("ENCAISSE_BIN");
  before(async () => {
    const url = host && { ENCAISSE_PUBLIC_URL: `http://${host}` };
    common.server = await startServer({ settings: { ...settings, ...url } });
    common.browser = await openBrowser(host && `MAP ${host} 127.0.0.1:${common.server.port}`);
  }, LIMIT);
  after(async () => {
    await common.browser?.close();
    await common.server?.stop();
  }, LIMIT);
  return (claim, act) => test(claim, LIMIT, (t) => perform(common, act, t));
}

export function openBrowser(rules) {
  const args = rules ? [...QUIET, `--host-resolver-rules=${rules}`] : QUIET;
  return chromium.launch({ executablePath: given("ENCAISSE_TEST_CHROMIUM"), args });
}

async function perform(common, act, t) {
  const { server } = common;
  const scene = { browser: common.browser, origin: server.origin, pages: [], faults: [] };
  try {
    await act({
      server,
      say: (line) => t.diagnostic(line),
      /** The merchant's phone, logged in. */
      merchant: async (options) => {
        common.login ??= logInOnce(scene, server);
        return openPhone(scene, { ...options, storageState: await common.login });
      },
      /** A phone that nobody has used yet. */
      stranger: (options) => openPhone(scene, options),
      payer: (options) => openPhone(scene, { viewport: SIZES.payer, ...options }),
    });
    assert.deepEqual(scene.faults, []);
  } catch (problem) {
    for (const fault of scene.faults) t.diagnostic(fault);
    for (const page of scene.pages) t.diagnostic(await seenOn(page));
    throw problem;
  } finally {
    await Promise.all(scene.pages.map((page) => page.context().close()));
  }
}

/** A page on a phone of its own, French and light unless told otherwise. */
async function openPhone(scene, { language = "fr-FR", theme = "light", ...options } = {}) {
  const isTouched = (options.viewport?.width ?? 0) < 900;
  const context = await scene.browser.newContext({
    baseURL: scene.origin,
    viewport: SIZES.merchant,
    locale: language,
    timezoneId: "Europe/Paris",
    colorScheme: theme,
    isMobile: isTouched,
    hasTouch: isTouched,
    ...options,
  });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  scene.pages.push(page);
  watch(page, scene);
  return page;
}

/** Logs in the way people do, once for all tests of the file. */
async function logInOnce(scene, server) {
  const page = await openPhone(scene);
  await logIn(page, server.merchant);
  return page.context().storageState();
}

export async function logIn(page, { email, password }) {
  await page.goto("/");
  await page.getByLabel("Adresse e-mail").fill(email);
  await page.getByLabel("Mot de passe").fill(password);
  await page.getByRole("button", { name: "Se connecter" }).click();
  await page.getByTestId("charge").waitFor();
}

/**
 * What Chromium says of a refusal, of no network, of a header it heeds only over https, and of the
 * signal of success on a page that nobody has touched since it was opened again.
 */
const EXPECTED = [
  /^Failed to load resource: the server responded with a status of 4(0[1-4]|10)/,
  /^Failed to load resource: net::/,
  /^The Cross-Origin-Opener-Policy header has been ignored/,
  /^Blocked call to navigator\.vibrate/,
  /^The AudioContext was not allowed to start/,
];

function watch(page, { origin, faults }) {
  page.on("pageerror", (error) => faults.push(`an error: ${error.message}`));
  page.on("console", (message) => {
    const text = message.text();
    const isFault = ["error", "warning"].includes(message.type());
    const isExpected = EXPECTED.some((expected) => expected.test(text));
    if (isFault && !isExpected) faults.push(`a message: ${text}`);
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    const isOurs = url.protocol === "data:" || url.origin === origin;
    if (!isOurs) faults.push(`a request to ${url.origin}`);
  });
}

async function seenOn(page) {
  const text = await page.locator("body").innerText({ timeout: 1000 }).catch(() => "nothing");
  return `${page.url()} shows: ${text.replaceAll("\n", " | ")}`;
}
