//! A card number: read, checked, shown only in part, wiped when it goes out of use.
//!
//! Does not seal itself and is never compared with another number outside the vault's fingerprint.

use std::fmt;

use domain::{Brand, Card, Expiry};
use zeroize::Zeroizing;

use crate::brand;

const DIGITS_MIN: usize = 12;
pub(crate) const DIGITS_MAX: usize = 19;

/// A primary account number: 12 to 19 digits with a right check digit (ISO/IEC 7812-1).
///
/// Printing shows the first six and the last four digits. Its memory is wiped when it is dropped.
/// It is not `Clone`: one number, one owner.
// The text has room for the longest number from the start, so that it never moves in memory and
// leaves a copy behind.
pub struct Pan(Zeroizing<String>);

/// Why a text is not a card number. Never holds the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PanError {
    /// Something other than digits, spaces and dashes.
    #[error("a card number is made of digits")]
    NotDigits,
    /// Fewer than 12 digits or more than 19.
    #[error("a card number has 12 to 19 digits")]
    Length,
    /// The check digit is wrong: a digit was mistyped.
    #[error("the check digit of the card number is wrong")]
    CheckDigit,
}

impl Pan {
    /// Reads a number as people write it: spaces and dashes between the digits do not count.
    ///
    /// # Errors
    /// The first of: another character, the count of digits, the check digit.
    pub fn parse(text: &str) -> Result<Self, PanError> {
        let mut digits = Zeroizing::new(String::with_capacity(DIGITS_MAX));
        let mut count = 0_usize;
        for character in text.chars() {
            match character {
                ' ' | '-' => {}
                '0'..='9' => {
                    count = count.saturating_add(1);
                    if count <= DIGITS_MAX {
                        digits.push(character);
                    }
                }
                _ => return Err(PanError::NotDigits),
            }
        }
        if !(DIGITS_MIN..=DIGITS_MAX).contains(&count) {
            return Err(PanError::Length);
        }
        if !has_right_check_digit(&digits) {
            return Err(PanError::CheckDigit);
        }
        Ok(Self(digits))
    }

    /// The digits themselves, for the message that carries them (ISO 8583 DE 2).
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// The network, by the first digits.
    pub fn brand(&self) -> Brand {
        brand::brand(&self.0)
    }

    /// Whether the number exists for tests only: one of those every integrator knows, or any in the
    /// range 400000 that they come from.
    pub fn is_test(&self) -> bool {
        brand::is_test(&self.0)
    }

    /// What may be shown of the card, with the fingerprint that [`crate::Vault::fingerprint`] gave.
    pub fn face(&self, expiry: Expiry, fingerprint: String) -> Card {
        Card {
            brand: self.brand(),
            funding: brand::funding(&self.0),
            bin: self.first_six().to_owned(),
            last4: self.last_four().to_owned(),
            expiry,
            fingerprint,
            country: None,
        }
    }

    fn first_six(&self) -> &str {
        self.0.get(..6).unwrap_or_default()
    }

    fn last_four(&self) -> &str {
        let start = self.0.len().saturating_sub(4);
        self.0.get(start..).unwrap_or_default()
    }
}

impl fmt::Display for Pan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}……{}", self.first_six(), self.last_four())
    }
}

impl fmt::Debug for Pan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pan({self})")
    }
}

/// The Luhn formula (ISO/IEC 7812-1, annex B).
fn has_right_check_digit(digits: &str) -> bool {
    let sum: u32 = digits
        .chars()
        .rev()
        .filter_map(|digit| digit.to_digit(10))
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit) {
            (0, digit) => digit,
            (_, digit) if digit < 5 => digit * 2,
            (_, digit) => digit * 2 - 9,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Funding;
    use proptest::prelude::*;

    fn check(text: &str, expect: Result<&str, PanError>) {
        let read = Pan::parse(text);
        assert_eq!(read.as_ref().map(Pan::digits), expect.as_ref().copied());
    }

    #[test]
    fn a_number_is_read_as_people_write_it() {
        check("4242424242424242", Ok("4242424242424242"));
        check("4242 4242 4242 4242", Ok("4242424242424242"));
        check(" 3782-822463-10005 ", Ok("378282246310005"));
    }

    #[test]
    fn other_characters_are_refused_first() {
        for text in [
            "4242x",
            "4242４242",
            "4242\u{a0}4242",
            "+42424242424242",
            "4242\n",
        ] {
            check(text, Err(PanError::NotDigits));
        }
    }

    #[test]
    fn the_count_of_digits_is_checked_before_the_check_digit() {
        check("", Err(PanError::Length));
        check("42424242424", Err(PanError::Length));
        check("42424242424242424242", Err(PanError::Length));
        check(&"4".repeat(10_000), Err(PanError::Length));
    }

    #[test]
    fn the_shortest_and_the_longest_numbers_are_read() {
        check("676770000005", Ok("676770000005"));
        check("6205500000000000004", Ok("6205500000000000004"));
    }

    #[test]
    fn one_wrong_digit_is_noticed() {
        check("4242424242424241", Err(PanError::CheckDigit));
        check("5555555555554445", Err(PanError::CheckDigit));
    }

    #[test]
    fn the_face_shows_no_more_than_allowed() {
        let pan = Pan::parse("5555555555554444").unwrap();
        let face = pan.face(Expiry::new(12, 30).unwrap(), "f".into());
        assert_eq!((face.bin.as_str(), face.last4.as_str()), ("555555", "4444"));
        assert_eq!(face.brand, Brand::Mastercard);
        assert_eq!(face.funding, Funding::Credit);
        assert_eq!(face.country, None);
    }

    #[test]
    fn printing_masks_the_middle() {
        let pan = Pan::parse("4242424242424242").unwrap();
        assert_eq!(pan.to_string(), "424242……4242");
        assert_eq!(format!("{pan:?}"), "Pan(424242……4242)");
    }

    #[test]
    fn a_number_is_wiped_when_dropped() {
        fn wiped<T: zeroize::ZeroizeOnDrop>(_: &T) {}
        wiped(&Pan::parse("4242424242424242").unwrap().0);
    }

    #[test]
    fn the_text_of_a_number_never_grows_in_memory() {
        let pan = Pan::parse("6205500000000000004").unwrap();
        assert_eq!(pan.0.capacity(), DIGITS_MAX);
    }

    /// Adds the check digit to a number that lacks it.
    fn completed(body: &str) -> String {
        (0..10)
            .map(|digit| format!("{body}{digit}"))
            .find(|number| has_right_check_digit(number))
            .unwrap()
    }

    proptest! {
        #[test]
        fn no_print_shows_more_than_ten_digits(body in "[1-9][0-9]{10,17}") {
            let number = completed(&body);
            let pan = Pan::parse(&number).unwrap();
            for print in [format!("{pan}"), format!("{pan:?}"), format!("{pan:#?}")] {
                let shown = print.chars().filter(char::is_ascii_digit).count();
                prop_assert_eq!(shown, 10);
                prop_assert!(!print.contains(&number));
            }
        }

        #[test]
        fn every_single_mistyped_digit_is_noticed(
            body in "[1-9][0-9]{14}", place in 0_usize..16, by in 1_u32..10
        ) {
            let mut digits: Vec<char> = completed(&body).chars().collect();
            let digit = (digits[place].to_digit(10).unwrap() + by) % 10;
            digits[place] = char::from_digit(digit, 10).unwrap();
            let mistyped: String = digits.into_iter().collect();
            prop_assert_eq!(Pan::parse(&mistyped).unwrap_err(), PanError::CheckDigit);
        }

        #[test]
        fn no_text_makes_the_reader_panic(text: String) {
            let _ = Pan::parse(&text);
        }

        #[test]
        fn an_error_never_repeats_the_text(text in "[0-9]{4,11}") {
            let error = Pan::parse(&text).unwrap_err();
            let print = format!("{error} {error:?}");
            prop_assert!(!print.contains(&text));
        }
    }
}
