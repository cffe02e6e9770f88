// Amounts: integers in the currency's minor unit, shown and read as decimal text. Owns the keypad's
// arithmetic, and deliberately never makes a fraction out of an amount: the decimal point is placed
// in text, and `Intl` knows how many decimals a currency has (0, 2 or 3).

/** The largest amount the service takes in one payment: eight digits, whatever the currency. */
export const AMOUNT_MAX = 99_999_999;

export function exponentOf(currency: string): number {
  const format = new Intl.NumberFormat("en", { style: "currency", currency });
  return format.resolvedOptions().maximumFractionDigits ?? 2;
}

/** `1250` with exponent 2 is `"12.50"`. */
export function decimalOf(minor: number, exponent: number): `${number}` {
  const digits = String(Math.abs(minor)).padStart(exponent + 1, "0");
  const whole = digits.slice(0, digits.length - exponent);
  const sign = minor < 0 ? "-" : "";
  const text = exponent === 0 ? whole : `${whole}.${digits.slice(-exponent)}`;
  return `${sign}${text}` as `${number}`;
}

export function formatMoney(minor: number, currency: string, locale: string): string {
  const format = new Intl.NumberFormat(locale, { style: "currency", currency });
  return format.format(decimalOf(minor, exponentOf(currency)));
}

/** The currency's sign alone, as the locale writes it: `€`. */
export function signOf(currency: string, locale: string): string {
  const format = new Intl.NumberFormat(locale, { style: "currency", currency });
  const part = format.formatToParts(0).find((each) => each.type === "currency");
  return part?.value ?? currency.toUpperCase();
}

/**
 * Reads what a person types: `12,5`, `12.50` or `1 234,56`. Gives nothing when the text is not an
 * amount, has more decimals than the currency, or exceeds `AMOUNT_MAX`.
 */
export function parseMoney(text: string, exponent: number): number | null {
  const compact = text.replace(/[\s\u00a0\u202f]/g, "");
  const match = /^(\d{1,9})(?:[.,](\d{0,4}))?$/.exec(compact);
  if (!match) return null;
  const fraction = match[2] ?? "";
  if (fraction.length > exponent) return null;
  const minor = Number(`${match[1]}${fraction.padEnd(exponent, "0")}`);
  return minor <= AMOUNT_MAX ? minor : null;
}

/** What a person would type for this amount, in this locale: `12,50`. */
export function editableMoney(minor: number, currency: string, locale: string): string {
  const parts = new Intl.NumberFormat(locale).formatToParts(1.5);
  const separator = parts.find((each) => each.type === "decimal")?.value ?? ".";
  return decimalOf(minor, exponentOf(currency)).replace(".", separator);
}

export type Key = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "00" | "back";

/** Cents first: each digit enters at the right, and one that would pass the limit is ignored. */
export function press(minor: number, key: Key): number {
  if (key === "back") return Math.trunc(minor / 10);
  const next = Number(`${minor}${key}`);
  return next <= AMOUNT_MAX ? next : minor;
}
