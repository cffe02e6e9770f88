// Why a payment was refused, in words a merchant can say aloud, by the issuer's decline code. A
// card reported lost, stolen or fraudulent is deliberately only *refused by the bank*: the person
// holding it must not learn more from this screen. Part of the catalogue in `words.ts`.

export const reasons = {
  generic: "La banque a refusé cette carte.",
  funds: "Provision insuffisante.",
  expired: "La carte est expirée.",
  cvc: "Le code de sécurité n’est pas le bon.",
  number: "Le numéro de carte n’est pas le bon.",
  limit: "La carte a atteint son plafond.",
  unsupported: "Cette carte n’accepte pas ce type de paiement.",
  call: "La banque demande que le porteur l’appelle.",
  authentication: "L’authentification auprès de la banque n’a pas abouti.",
  technical: "La banque n’a pas pu répondre. Rien n’a été débité.",
  testCardInLive: "Ceci est une carte d’essai\u202f; elle ne paie pas avec de l’argent réel.",
  liveCardInTest: "En mode test, seules les cartes d’essai sont acceptées.",
};

export type Reason = keyof typeof reasons;

export const reasonsEn: typeof reasons = {
  generic: "The bank refused this card.",
  funds: "Insufficient funds.",
  expired: "The card has expired.",
  cvc: "The security code is not right.",
  number: "The card number is not right.",
  limit: "The card has reached its limit.",
  unsupported: "This card does not take this kind of payment.",
  call: "The bank asks the cardholder to call it.",
  authentication: "Authentication with the bank did not succeed.",
  technical: "The bank could not answer. Nothing was charged.",
  testCardInLive: "This is a test card; it does not pay real money.",
  liveCardInTest: "In test mode, only test cards are accepted.",
};
