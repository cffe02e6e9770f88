// The language of the screens and the way they write money and time. Language is the person's
// choice; time zone and currency are the merchant's. Owns no strings: those are in `words.ts`.

import { Cell, useCell } from "./cell.ts";
import { keep, recall } from "./memory.ts";
import { formatMoney } from "./money.ts";
import { session } from "./session.ts";
import { catalogue, type Language, type Words } from "./words.ts";

const NAME = "language";

/** Where a language is written when the merchant's own locale is of another one. */
const HOME: Record<Language, string> = { fr: "fr-FR", en: "en-GB" };

export const language = new Cell<Language>("fr");

function known(tag: string | undefined): Language | null {
  const found = tag?.slice(0, 2).toLowerCase();
  return found === "fr" || found === "en" ? found : null;
}

/** The stored choice, else the browser's language, else the merchant's, else French. */
export function chooseLanguage(): void {
  const stored = known(recall<string>(NAME) ?? undefined);
  const merchant = known(session.get()?.merchant.locale);
  show(stored ?? known(navigator.language) ?? merchant ?? "fr");
}

export function speak(chosen: Language): void {
  keep(NAME, chosen);
  show(chosen);
}

function show(chosen: Language): void {
  language.set(chosen);
  document.documentElement.lang = chosen;
}

export function localeFor(chosen: Language, merchantLocale: string | undefined): string {
  return merchantLocale && known(merchantLocale) === chosen ? merchantLocale : HOME[chosen];
}

export interface Text {
  w: Words;
  locale: string;
  money: (minor: number, currency: string) => string;
  /** Hour and minute of a time in Unix seconds. */
  time: (at: number) => string;
  /** The day, as a heading: today, yesterday, or the date. */
  day: (at: number) => string;
  /** Sortable day of a time in Unix seconds, in the merchant's zone: `2026-11-22`. */
  dayKey: (at: number) => string;
}

export function textFor(chosen: Language, locale: string, timeZone?: string): Text {
  const zone = timeZone ? { timeZone } : {};
  const w = catalogue[chosen];
  const date = (at: number) => new Date(at * 1000);
  const dayKey = (at: number) =>
    new Intl.DateTimeFormat("en-CA", { ...zone, dateStyle: "short" }).format(date(at));
  return {
    w,
    locale,
    money: (minor, currency) => formatMoney(minor, currency, locale),
    time: (at) => new Intl.DateTimeFormat(locale, { ...zone, timeStyle: "short" }).format(date(at)),
    dayKey,
    day: (at) => {
      const now = Date.now() / 1000;
      if (dayKey(at) === dayKey(now)) return w.today;
      if (dayKey(at) === dayKey(now - 86_400)) return w.yesterday;
      const format = { ...zone, weekday: "long", day: "numeric", month: "long" } as const;
      const text = new Intl.DateTimeFormat(locale, format).format(date(at));
      return text.charAt(0).toUpperCase() + text.slice(1);
    },
  };
}

export function useText(): Text {
  const chosen = useCell(language);
  const merchant = useCell(session)?.merchant;
  return textFor(chosen, localeFor(chosen, merchant?.locale), merchant?.time_zone);
}
