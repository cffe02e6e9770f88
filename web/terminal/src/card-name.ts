// A card as people name it: brand and last four digits. Pure.

import type { Charge } from "./intent.ts";

const BRANDS: Record<string, string> = {
  visa: "Visa",
  mastercard: "Mastercard",
  amex: "Amex",
  cartes_bancaires: "CB",
  discover: "Discover",
  diners: "Diners Club",
  jcb: "JCB",
  unionpay: "UnionPay",
};

export function cardName(charge: Charge | null): string | null {
  const card = charge?.payment_method_details?.card;
  if (!card?.last4) return null;
  return `${BRANDS[card.brand ?? ""] ?? ""} •••• ${card.last4}`.trim();
}
