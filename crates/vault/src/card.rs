//! What a rail needs of a card for one order.
//!
//! Lives for the length of that order and is not stored.

use std::fmt;

use domain::Expiry;

use crate::{Pan, SecurityCode};

/// A card as a message to the acquirer carries it. Printing masks it.
pub struct CardData {
    /// The number (ISO 8583 DE 2).
    pub pan: Pan,
    /// Month and year of expiry (DE 14).
    pub expiry: Expiry,
    /// The security code, when this process holds it.
    pub code: Option<SecurityCode>,
}

impl fmt::Debug for CardData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardData({})", self.pan)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Brand;

    #[test]
    fn printing_shows_neither_number_nor_code_nor_expiry() {
        let card = CardData {
            pan: Pan::parse("4242424242424242").unwrap(),
            expiry: Expiry::new(11, 2031).unwrap(),
            code: SecurityCode::parse("987", Brand::Visa).ok(),
        };
        assert_eq!(format!("{card:?}"), "CardData(424242……4242)");
    }
}
