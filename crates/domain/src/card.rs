//! What may be known of a card outside the vault.
//!
//! The number and the security code are not here and cannot be: the vault owns them.

use crate::named::named_enum;
use crate::{CustomerId, Owner, PaymentMethodId, Timestamp};

named_enum! {
    /// The network a number belongs to, by its first digits (ISO/IEC 7812).
    pub enum Brand {
        /// American Express.
        Amex = "amex",
        /// Diners Club.
        Diners = "diners",
        /// Discover.
        Discover = "discover",
        /// JCB.
        Jcb = "jcb",
        /// Mastercard.
        Mastercard = "mastercard",
        /// UnionPay.
        UnionPay = "unionpay",
        /// Visa.
        Visa = "visa",
        /// Any other network.
        Unknown = "unknown",
    }
}

named_enum! {
    /// Where the money of a card comes from, as far as its first digits tell.
    pub enum Funding {
        /// Credit.
        Credit = "credit",
        /// Debit.
        Debit = "debit",
        /// Not known.
        Unknown = "unknown",
    }
}

named_enum! {
    /// What the issuer said of the security code.
    pub enum CvcCheck {
        /// It was right.
        Pass = "pass",
        /// It was wrong.
        Fail = "fail",
        /// None was sent, or the issuer did not look.
        Unavailable = "unavailable",
    }
}

/// Month and year printed on a card; it is good until the end of that month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expiry {
    month: u8,
    year: u16,
}

impl Expiry {
    /// Month 1 to 12 and year with four digits, or two digits meant for this century.
    pub fn new(month: u8, year: u16) -> Option<Self> {
        let year = if year < 100 {
            year.checked_add(2000)?
        } else {
            year
        };
        ((1..=12).contains(&month) && (2000..2100).contains(&year)).then_some(Self { month, year })
    }

    /// The month, 1 to 12.
    pub const fn month(self) -> u8 {
        self.month
    }

    /// The year, with four digits.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// Whether the card is over in the given month.
    pub fn is_before(self, year: u16, month: u8) -> bool {
        (self.year, self.month) < (year, month)
    }
}

/// What may be shown of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// The network.
    pub brand: Brand,
    /// Credit or debit.
    pub funding: Funding,
    /// The first six digits.
    pub bin: String,
    /// The last four digits.
    pub last4: String,
    /// Month and year of expiry.
    pub expiry: Expiry,
    /// The same for the same number and merchant, and of no use to find the number.
    pub fingerprint: String,
    /// ISO 3166-1 alpha-2 country of the issuer, where the first digits tell.
    pub country: Option<String>,
}

/// A means of payment that can be charged: the token by which a card in the vault is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentMethod {
    /// Its id. Not derived from the number.
    pub id: PaymentMethodId,
    /// To whom it belongs.
    pub owner: Owner,
    /// The customer it is kept for.
    pub customer: Option<CustomerId>,
    /// What may be shown.
    pub card: Card,
    /// The name the payer gave.
    pub holder: Option<String>,
    /// The payer's e-mail address.
    pub email: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_digit_years_are_of_this_century() {
        assert_eq!(Expiry::new(4, 28), Expiry::new(4, 2028));
    }

    #[test]
    fn impossible_months_and_years_are_refused() {
        for (month, year) in [(0, 2030), (13, 2030), (1, 1999), (1, 2100), (1, 150)] {
            assert_eq!(Expiry::new(month, year), None, "{month}/{year}");
        }
    }

    #[test]
    fn a_card_is_good_until_the_end_of_its_month() {
        let expiry = Expiry::new(6, 2027).unwrap();
        assert!(!expiry.is_before(2027, 6));
        assert!(expiry.is_before(2027, 7));
        assert!(expiry.is_before(2028, 1));
        assert!(!expiry.is_before(2026, 12));
    }
}
