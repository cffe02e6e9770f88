import { fresh } from "./browser.ts";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { chooseLanguage, language, localeFor, speak, textFor } from "../src/language.ts";
import { session } from "../src/session.ts";

const browser = navigator as unknown as { language: string };

function merchantSpeaks(locale: string): void {
  const merchant = { id: "m", name: "M", country: "FR", locale, time_zone: "UTC", currencies: [] };
  session.set({ merchant, user: { email: "a@b.c" }, livemode: false });
}

beforeEach(() => {
  fresh();
  session.set(null);
  browser.language = "fr-FR";
});

test("the_stored_choice_wins_over_the_browser_and_the_browser_over_the_merchant", () => {
  merchantSpeaks("en-IE");
  chooseLanguage();
  assert.equal(language.get(), "fr");
  browser.language = "de-DE";
  chooseLanguage();
  assert.equal(language.get(), "en");
  speak("fr");
  chooseLanguage();
  assert.equal(language.get(), "fr");
  assert.equal(document.documentElement.lang, "fr");
});

test("a_stranger_with_an_unknown_language_reads_french", () => {
  browser.language = "de-DE";
  chooseLanguage();
  assert.equal(language.get(), "fr");
});

test("the_merchants_locale_is_used_when_it_is_of_the_language", () => {
  assert.equal(localeFor("fr", "fr-CH"), "fr-CH");
  assert.equal(localeFor("en", "fr-CH"), "en-GB");
  assert.equal(localeFor("fr", undefined), "fr-FR");
});

test("times_are_those_of_the_merchants_clock", () => {
  const noon = Date.UTC(2026, 10, 22, 12, 5) / 1000;
  assert.equal(textFor("fr", "fr-FR", "Europe/Paris").time(noon), "13:05");
  assert.equal(textFor("fr", "fr-FR", "Indian/Reunion").time(noon), "16:05");
});

test("today_and_yesterday_are_said_as_such", () => {
  const { day, w } = textFor("fr", "fr-FR", "UTC");
  const now = Date.now() / 1000;
  assert.equal(day(now), w.today);
  assert.equal(day(now - 86_400), w.yesterday);
  assert.equal(day(Date.UTC(2020, 1, 29) / 1000), "Samedi 29 février");
});
