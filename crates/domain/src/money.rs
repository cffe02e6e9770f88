//! Amounts in minor units, and the currencies that give them meaning.
//!
//! Does not format for people and does not convert between currencies: a payment settles in its
//! own.

use std::fmt;

/// An ISO 4217 currency that has minor units of its own (no funds codes, metals or test codes).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// The euro.
    pub const EUR: Self = Self(iso_currency::Currency::EUR);

    /// Reads a three-letter code in either case. `None` when ISO 4217 gives the code no exponent.
    pub fn parse(code: &str) -> Option<Self> {
        let upper = code.to_ascii_uppercase();
        let currency = iso_currency::Currency::from_code(&upper)?;
        currency.exponent().filter(|digits| *digits <= 3)?;
        Some(Self(currency))
    }

    /// The three upper-case letters of ISO 4217.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// The three-digit number of ISO 4217, which ISO 8583 carries in DE 49.
    pub fn numeric(self) -> u16 {
        self.0.numeric()
    }

    /// How many decimal digits the minor unit stands for: 0, 2 or 3.
    pub fn exponent(self) -> u32 {
        self.0.exponent().map_or(2, u32::from)
    }

    /// The sign people write (`€`), or the code where there is none.
    pub fn symbol(self) -> String {
        self.0.symbol().to_string()
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An amount of one currency, in its minor units (cents, yen, millimes).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    /// Minor units of `currency`. Records hold positive amounts; the sign is in the direction.
    pub minor: i64,
    /// The currency the amount is in.
    pub currency: Currency,
}

impl Money {
    /// An amount from its minor units.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// The same currency with another amount.
    pub const fn with_minor(self, minor: i64) -> Self {
        Self {
            minor,
            currency: self.currency,
        }
    }
}

/// The largest amount of one payment, in minor units: eight digits, as Stripe's API allows.
pub const AMOUNT_MINOR_MAX: i64 = 99_999_999;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_in_either_case() {
        assert_eq!(Currency::parse("eur"), Some(Currency::EUR));
        assert_eq!(Currency::parse("EUR"), Some(Currency::EUR));
    }

    #[test]
    fn every_currency_keeps_its_own_exponent() {
        let exponent = |code: &str| Currency::parse(code).map(Currency::exponent);
        assert_eq!(exponent("jpy"), Some(0));
        assert_eq!(exponent("usd"), Some(2));
        assert_eq!(exponent("tnd"), Some(3));
    }

    #[test]
    fn what_is_no_currency_is_refused() {
        for code in ["", "eu", "euro", "zzz", "xau", "€"] {
            assert_eq!(Currency::parse(code), None, "{code}");
        }
    }

    #[test]
    fn the_number_is_the_one_of_iso_4217() {
        assert_eq!(Currency::EUR.numeric(), 978);
        assert_eq!(Currency::EUR.code(), "EUR");
        assert_eq!(Currency::EUR.symbol(), "€");
    }
}
