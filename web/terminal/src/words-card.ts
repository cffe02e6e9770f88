// The words of the card form, in both languages: labels, hints, and what is wrong with a field and
// what to do about it. Part of the catalogue in `words.ts`.

export const card = {
  cardTitle: "Carte du client",
  cardNumber: "Numéro de carte",
  cardExpiry: "Expiration (MM/AA)",
  cardCvc: "Code de sécurité",
  cardCvcHint: (digits: number): string =>
    digits === 4 ? "4\u00a0chiffres au recto" : "3\u00a0chiffres au dos",
  expiryExample: "MM / AA",
  fault_number: "Ce numéro n’est pas complet ou contient une erreur. Vérifiez-le sur la carte.",
  fault_expiry: "Saisissez le mois et l’année, par exemple 05\u00a0/\u00a028.",
  fault_expired: "Cette carte est expirée. Demandez une autre carte.",
  fault_cvc: (digits: number): string => `Saisissez les ${digits}\u00a0chiffres du code.`,
  cardNoAnswer: "Pas de réponse. La carte n’a pas été débitée\u202f; vous pouvez réessayer.",
  cardNotTaken: "Cette carte n’a pas pu être présentée. Rien n’a été débité.",
};

export const cardEn: typeof card = {
  cardTitle: "Customer’s card",
  cardNumber: "Card number",
  cardExpiry: "Expiry (MM/YY)",
  cardCvc: "Security code",
  cardCvcHint: (digits) => (digits === 4 ? "4 digits on the front" : "3 digits on the back"),
  expiryExample: "MM / YY",
  fault_number: "This number is not complete or has a mistake. Check it on the card.",
  fault_expiry: "Enter the month and the year, for example 05 / 28.",
  fault_expired: "This card has expired. Ask for another card.",
  fault_cvc: (digits) => `Enter the ${digits} digits of the code.`,
  cardNoAnswer: "No answer. The card was not charged; you can try again.",
  cardNotTaken: "This card could not be presented. Nothing was charged.",
};
