// The card form's rules: grouping, brands, Luhn, expiry. Pure, and for the person who types: the
// service checks again and has the last word. Nothing here stores or prints a number.

export interface Card {
  number: string;
  exp_month: string;
  exp_year: string;
  cvc: string;
}

export type Brand = "visa" | "mastercard" | "amex";

export type Fault = "number" | "expiry" | "expired" | "cvc";

export function digitsOf(text: string): string {
  return text.replace(/\D/g, "");
}

/** The brand by its first digits (ISO/IEC 7812 ranges of the schemes), when they are enough. */
export function brandOf(digits: string): Brand | null {
  if (/^4/.test(digits)) return "visa";
  if (/^3[47]/.test(digits)) return "amex";
  if (/^5[1-5]/.test(digits)) return "mastercard";
  const four = Number(digits.slice(0, 4));
  return digits.length >= 4 && four >= 2221 && four <= 2720 ? "mastercard" : null;
}

export function cvcLength(digits: string): number {
  return brandOf(digits) === "amex" ? 4 : 3;
}

/** Groups as printed on the card: 4-6-5 for American Express, fours for the others. */
export function groupNumber(digits: string): string {
  if (brandOf(digits) !== "amex") return (digits.slice(0, 19).match(/\d{1,4}/g) ?? []).join(" ");
  const parts = [digits.slice(0, 4), digits.slice(4, 10), digits.slice(10, 15)];
  return parts.filter((part) => part !== "").join(" ");
}

/** `MM / YY` while it is typed; a pasted `05/2028` or `5/28` becomes `05 / 28`. */
export function groupExpiry(text: string): string {
  const split = /^\s*(\d{1,2})\s*[/.-]\s*(\d*)/.exec(text);
  let digits = split ? `${(split[1] ?? "").padStart(2, "0")}${split[2]}` : digitsOf(text);
  if (/^[2-9]/.test(digits)) digits = `0${digits}`;
  if (/^\d{2}20\d{2}/.test(digits)) digits = digits.slice(0, 2) + digits.slice(4, 6);
  else if (/^\d{2}20\d?$/.test(digits)) return `${digits.slice(0, 2)} / ${digits.slice(2)}`;
  digits = digits.slice(0, 4);
  if (digits.length > 2) return `${digits.slice(0, 2)} / ${digits.slice(2)}`;
  // A slash typed right after the month opens the year; the same text with a space is what remains
  // when someone deletes backwards, and must not grow again.
  return /\d\/$|\/ $/.test(text) && digits.length === 2 ? `${digits} / ` : digits;
}

/** Where the caret goes after regrouping: behind as many digits as it had before it. */
export function caretAfter(grouped: string, digitsBefore: number): number {
  let seen = 0;
  for (let index = 0; index < grouped.length; index += 1) {
    if (seen === digitsBefore) return index;
    if (/\d/.test(grouped.charAt(index))) seen += 1;
  }
  return grouped.length;
}

/** ISO/IEC 7812-1, annex B. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits.charAt(digits.length - 1 - place));
    const doubled = place % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

export function numberFault(text: string): Fault | null {
  const digits = digitsOf(text);
  const length = digits.length;
  const long = brandOf(digits) === "amex" ? length === 15 : length >= 12 && length <= 19;
  return long && passesLuhn(digits) ? null : "number";
}

/** A card is good to the end of its month. Years are those of this century. */
export function expiryFault(text: string, now: Date): Fault | null {
  const digits = digitsOf(text);
  const month = Number(digits.slice(0, 2));
  if (digits.length !== 4 || month < 1 || month > 12) return "expiry";
  const months = (2000 + Number(digits.slice(2))) * 12 + month - 1;
  return months < now.getFullYear() * 12 + now.getMonth() ? "expired" : null;
}

export function cvcFault(text: string, number: string): Fault | null {
  return digitsOf(text).length === cvcLength(digitsOf(number)) ? null : "cvc";
}

export function cardOf(fields: { number: string; expiry: string; cvc: string }): Card {
  const expiry = digitsOf(fields.expiry);
  return {
    number: digitsOf(fields.number),
    exp_month: expiry.slice(0, 2),
    exp_year: `20${expiry.slice(2)}`,
    cvc: digitsOf(fields.cvc),
  };
}
