//! The last part of a page's address: an id, and the secret that opens it.

use domain::{ClientSecret, from_base62, to_base62};

/// Digits of each half.
const HALF: usize = 22;

/// Sixteen bytes of an id and the payment's secret: 128 bits nobody can guess.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    /// The id of a checkout session or of a payment, as the address says which.
    pub(crate) id: [u8; 16],
    /// What opens it.
    pub(crate) secret: ClientSecret,
}

impl Token {
    /// Reads 44 base-62 digits. `None` for any other text.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (id, secret) = text.split_at_checked(HALF)?;
        let secret = ClientSecret::from_bytes(from_base62(secret)?);
        Some(Self {
            id: from_base62(id)?,
            secret,
        })
    }

    /// The 44 digits.
    pub(crate) fn reveal(&self) -> String {
        format!("{}{}", to_base62(self.id), self.secret.reveal())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back() {
        let token = Token {
            id: [7; 16],
            secret: ClientSecret::from_bytes([9; 16]),
        };
        let text = token.reveal();
        assert_eq!(text.len(), 44);
        assert!(Token::parse(&text).is_some_and(|read| read == token));
    }

    #[test]
    fn what_is_no_token_is_refused() {
        let whole = Token {
            id: [7; 16],
            secret: ClientSecret::from_bytes([9; 16]),
        }
        .reveal();
        let short = whole.get(..43).unwrap();
        let (long, big, foreign) = (format!("{whole}0"), "z".repeat(44), "é".repeat(22));
        for text in ["", short, &long, &big, &foreign] {
            assert!(Token::parse(text).is_none(), "{text}");
        }
    }
}
