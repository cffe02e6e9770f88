//! The security code of a card: checked by its length, wiped when dropped.
//!
//! Cannot be sealed: no function turns it into anything that could be stored (PCI DSS 3.3.1.2).

use std::fmt;

use domain::Brand;
use zeroize::Zeroizing;

/// Three digits, four on American Express cards. Printing shows nothing of it.
#[derive(Clone)]
pub struct SecurityCode(Zeroizing<String>);

/// Why a text is not the security code of a card. Never holds the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Something other than digits.
    #[error("a security code is made of digits")]
    NotDigits,
    /// Another count of digits than cards of this network have.
    #[error("a security code has three digits, four on American Express cards")]
    Length,
}

impl SecurityCode {
    /// Reads the code of a card of `brand`. Cards of unknown networks may have three or four
    /// digits.
    ///
    /// # Errors
    /// The first of: another character, the count of digits.
    pub fn parse(text: &str, brand: Brand) -> Result<Self, CodeError> {
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(CodeError::NotDigits);
        }
        let fits = match brand {
            Brand::Amex => text.len() == 4,
            Brand::Unknown => (3..=4).contains(&text.len()),
            Brand::Diners
            | Brand::Discover
            | Brand::Jcb
            | Brand::Mastercard
            | Brand::UnionPay
            | Brand::Visa => text.len() == 3,
        };
        if !fits {
            return Err(CodeError::Length);
        }
        Ok(Self(Zeroizing::new(text.to_owned())))
    }

    /// The digits themselves, for the message that carries them.
    pub fn digits(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecurityCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecurityCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, brand: Brand, expect: Result<&str, CodeError>) {
        let read = SecurityCode::parse(text, brand);
        assert_eq!(
            read.as_ref().map(SecurityCode::digits),
            expect.as_ref().copied()
        );
    }

    #[test]
    fn most_cards_have_three_digits() {
        for brand in Brand::ALL {
            if !matches!(brand, Brand::Amex | Brand::Unknown) {
                check("123", *brand, Ok("123"));
                check("1234", *brand, Err(CodeError::Length));
            }
        }
    }

    #[test]
    fn american_express_has_four() {
        check("1234", Brand::Amex, Ok("1234"));
        check("123", Brand::Amex, Err(CodeError::Length));
    }

    #[test]
    fn an_unknown_network_may_have_either() {
        check("000", Brand::Unknown, Ok("000"));
        check("0000", Brand::Unknown, Ok("0000"));
        check("00", Brand::Unknown, Err(CodeError::Length));
        check("00000", Brand::Unknown, Err(CodeError::Length));
    }

    #[test]
    fn other_characters_are_refused_first() {
        for text in ["12a", " 12", "１２３", "-12"] {
            check(text, Brand::Visa, Err(CodeError::NotDigits));
        }
        check("", Brand::Visa, Err(CodeError::Length));
    }

    #[test]
    fn printing_shows_no_digit() {
        let code = SecurityCode::parse("123", Brand::Visa).unwrap();
        assert!(!format!("{code:?}").contains(|c: char| c.is_ascii_digit()));
    }
}
