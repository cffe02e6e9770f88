//! Whoever takes payments, and the two worlds their records live in.
//!
//! Does not own users, keys or sessions: those open doors, they do not own money.

use crate::named::named_enum;
use crate::{Currency, FeeRules, MerchantId};

named_enum! {
    /// Whether money is real. The two never meet: an id of one mode does not exist in the other.
    pub enum Mode {
        /// Fictitious money, spoken of with the sandbox acquirer.
        Test = "test",
        /// Real money.
        Live = "live",
    }
}

/// To whom a row belongs. Every row of the database has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Owner {
    /// The merchant.
    pub merchant: MerchantId,
    /// The mode.
    pub mode: Mode,
}

/// A merchant and how they do business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merchant {
    /// Its id.
    pub id: MerchantId,
    /// The name payers see.
    pub name: String,
    /// IANA name of the time zone their days are counted in.
    pub time_zone: String,
    /// ISO 3166-1 alpha-2 country.
    pub country: String,
    /// BCP 47 tag of the language they work in.
    pub locale: String,
    /// The currencies they take, the first one being the usual one.
    pub currencies: Vec<Currency>,
    /// The fifteen characters of ISO 8583 DE 42 by which the acquirer knows them.
    pub acceptor: String,
    /// What the service takes of each payment.
    pub fees: FeeRules,
    /// After how many of their days a payment can be paid out; at once when 0.
    pub payout_delay_days: i64,
}

impl Merchant {
    /// Whether this merchant takes payments in `currency`.
    pub fn takes(&self, currency: Currency) -> bool {
        self.currencies.contains(&currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_merchant_takes_only_their_own_currencies() {
        let merchant = Merchant {
            id: MerchantId::from_bytes([1; 16]),
            name: "Café".into(),
            time_zone: "Europe/Paris".into(),
            country: "FR".into(),
            locale: "fr-FR".into(),
            currencies: vec![Currency::EUR],
            acceptor: "000000000000001".into(),
            fees: FeeRules::default(),
            payout_delay_days: 0,
        };
        assert!(merchant.takes(Currency::EUR));
        assert!(!merchant.takes(Currency::parse("usd").unwrap()));
    }
}
