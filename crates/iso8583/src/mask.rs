//! How values are printed: card data never, and a card number as its first six and last four.
//!
//! PCI DSS 3.4.1 allows at most the issuer's digits and the last four. Whatever is not known to be
//! harmless is hidden, because what is printed ends up in a log.

use std::fmt;

use crate::field::{Field, Kind};
use crate::sub::Subs;

/// How a value is printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mask {
    /// As it is.
    Open,
    /// A card number: first six, stars, last four.
    Pan,
    /// Not at all; only its length.
    Hidden,
}

/// The printable form of a card number: first six and last four digits, stars between. A number of
/// fewer than thirteen digits is no card number of ISO/IEC 7812 and becomes stars altogether.
///
/// ```
/// assert_eq!(iso8583::masked_pan("4242424242424242"), "424242******4242");
/// assert_eq!(iso8583::masked_pan("1234"), "****");
/// ```
pub fn masked_pan(pan: &str) -> String {
    let length = pan.chars().count();
    let shown = |place: usize| length >= 13 && (place < 6 || place >= length - 4);
    pan.chars()
        .enumerate()
        .map(|(place, c)| if shown(place) { c } else { '*' })
        .collect()
}

/// A field's value, ready to be printed.
pub(crate) struct Masked<'m> {
    pub(crate) field: &'m Field,
    /// The value: ASCII, or bytes for a field of kind `b`.
    pub(crate) value: &'m [u8],
}

impl fmt::Display for Masked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let element = &self.field.element;
        match (element.mask, element.subs) {
            (Mask::Open, Subs::Tagged(_)) => self.tagged(f),
            (mask, _) => write_masked(f, mask, element.kind, self.value),
        }
    }
}

impl Masked<'_> {
    fn tagged(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subs = &self.field.element.subs;
        f.write_str("{")?;
        for (index, found) in subs.walk(self.value).enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            let Ok((tag, value)) = found else {
                return f.write_str("?}");
            };
            write!(f, "{tag:02}: ")?;
            match subs.get(tag) {
                Some(sub) => write_masked(f, sub.mask, sub.kind, value)?,
                None => write_masked(f, Mask::Hidden, Kind::Ans, value)?,
            }
        }
        f.write_str("}")
    }
}

fn write_masked(f: &mut fmt::Formatter<'_>, mask: Mask, kind: Kind, value: &[u8]) -> fmt::Result {
    match (mask, std::str::from_utf8(value)) {
        (Mask::Open, _) if kind == Kind::B => {
            value.iter().try_for_each(|byte| write!(f, "{byte:02X}"))
        }
        (Mask::Open, Ok(text)) => f.write_str(text),
        (Mask::Pan, Ok(text)) => f.write_str(&masked_pan(text)),
        (Mask::Hidden, _) | (_, Err(_)) => write!(f, "<{} hidden>", value.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::ISO87_ASCII;

    #[track_caller]
    fn check(field: u8, value: &[u8], expect: &str) {
        let field = ISO87_ASCII.field(field).unwrap();
        assert_eq!(Masked { field, value }.to_string(), expect);
    }

    #[test]
    fn a_card_number_keeps_six_and_four() {
        assert_eq!(masked_pan("4242424242424242"), "424242******4242");
        assert_eq!(masked_pan("378282246310005"), "378282*****0005");
        assert_eq!(masked_pan("4222222222222"), "422222***2222");
        assert_eq!(masked_pan("6304000000000000000"), "630400*********0000");
    }

    #[test]
    fn a_short_number_is_stars_altogether() {
        assert_eq!(masked_pan(""), "");
        assert_eq!(masked_pan("123456789012"), "************");
        assert_eq!(masked_pan("é"), "*");
    }

    #[test]
    fn card_data_is_hidden() {
        check(2, b"4242424242424242", "424242******4242");
        check(14, b"2912", "<4 hidden>");
        check(34, b"4242424242424242", "<16 hidden>");
        check(35, b"4242424242424242=2912", "<21 hidden>");
        check(45, b"B4242424242424242^X^2912", "<24 hidden>");
        check(52, &[1; 8], "<8 hidden>");
        check(55, &[0x5A, 8], "<2 hidden>");
        check(120, b"anything", "<8 hidden>");
    }

    #[test]
    fn harmless_fields_are_shown() {
        check(4, b"000000001250", "000000001250");
        check(64, &[0xAB, 0x01], "AB01");
        check(90, b"0200", "0200");
    }

    #[test]
    fn private_data_is_shown_tag_by_tag() {
        check(48, b"4401M9203123420205", "{44: M, 92: <3 hidden>, 42: 05}");
        check(48, b"7716424242424242424", "{?}");
        check(48, b"77164242424242424242", "{77: <16 hidden>}");
        check(48, b"", "{}");
        check(48, b"4401M9", "{44: M, ?}");
    }
}
