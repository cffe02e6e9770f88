//! The registry of typed identifiers and how they are written.
//!
//! An id is sixteen bytes that begin with the time it was made (RFC 9562, version 7), so ids of one
//! kind sort by creation. People see a prefix and 22 base-62 digits that sort the same way.
//! Making one needs a clock and chance, so it happens in `engine`.

use std::fmt;

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const LENGTH: usize = 22;

/// Ten base-62 digits, the most whose value always fits 64 bits.
const CHUNK: u128 = 839_299_365_868_340_224;

/// Writes sixteen bytes as 22 base-62 digits; the order of the texts is the order of the bytes.
pub fn to_base62(bytes: [u8; 16]) -> String {
    let value = u128::from_be_bytes(bytes);
    let mut text = [b'0'; LENGTH];
    let (head, tail) = text.split_at_mut(LENGTH - 20);
    let (middle, end) = tail.split_at_mut(10);
    // Two divisions of 128 bits in place of 22.
    write_digits(end, value % CHUNK);
    write_digits(middle, value / CHUNK % CHUNK);
    write_digits(head, value / CHUNK / CHUNK);
    String::from_utf8_lossy(&text).into_owned()
}

fn write_digits(places: &mut [u8], value: u128) {
    let mut rest = u64::try_from(value).unwrap_or(0);
    for place in places.iter_mut().rev() {
        let digit = usize::try_from(rest % 62).unwrap_or(0);
        *place = DIGITS.get(digit).copied().unwrap_or(b'0');
        rest /= 62;
    }
}

/// Reads what [`to_base62`] wrote. `None` for any other text.
pub fn from_base62(text: &str) -> Option<[u8; 16]> {
    if text.len() != LENGTH {
        return None;
    }
    let mut value = 0_u128;
    for byte in text.bytes() {
        let digit = DIGITS.iter().position(|d| *d == byte)?;
        value = value
            .checked_mul(62)?
            .checked_add(u128::try_from(digit).ok()?)?;
    }
    Some(value.to_be_bytes())
}

/// One more digit, as the texts of ids use it. `None` from 62 on.
pub(crate) fn digit(value: u8) -> Option<char> {
    DIGITS.get(usize::from(value)).copied().map(char::from)
}

macro_rules! ids {
    ($( $(#[$meta:meta])* $name:ident = $prefix:literal; )+) => {
        /// What stands before the digits of each kind of id.
        pub const PREFIXES: &[&str] = &[$($prefix),+];
        $(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            /// What stands before the digits.
            pub const PREFIX: &'static str = $prefix;

            /// An id from its sixteen bytes.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// The sixteen bytes.
            pub const fn bytes(&self) -> &[u8; 16] {
                &self.0
            }

            /// Reads the form people see. `None` for any other text, another prefix included.
            pub fn parse(text: &str) -> Option<Self> {
                from_base62(text.strip_prefix($prefix)?).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str($prefix)?;
                f.write_str(&to_base62(self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
        )+
    };
}

ids! {
    /// A message owed to a rail.
    AdviceId = "adv_";
    /// A key of the API.
    ApiKeyId = "key_";
    /// One exchange with a rail: a Stripe Charge.
    AttemptId = "ch_";
    /// A line of the audit trail.
    AuditId = "aud_";
    /// A Stripe Checkout Session: one payment asked of one payer by a link.
    CheckoutSessionId = "cs_";
    /// Somebody who pays, as the merchant knows them.
    CustomerId = "cus_";
    /// Something that happened, told to whoever listens.
    EventId = "evt_";
    /// Whoever takes payments.
    MerchantId = "acct_";
    /// One running process of the service.
    NodeId = "node_";
    /// What the merchant asked for: a Stripe PaymentIntent.
    PaymentId = "pi_";
    /// A link that anybody may open and pay.
    PaymentLinkId = "plink_";
    /// A means of payment kept in the vault.
    PaymentMethodId = "pm_";
    /// Money going to the merchant's bank.
    PayoutId = "po_";
    /// How much one of a product is.
    PriceId = "price_";
    /// Something that is sold.
    ProductId = "prod_";
    /// Money going back.
    RefundId = "re_";
    /// A log-in on a device.
    SessionId = "ses_";
    /// One write of money.
    StepId = "step_";
    /// A person who may log in.
    UserId = "usr_";
    /// An address of a merchant that is told what happened.
    WebhookEndpointId = "we_";
}

/// 128 bits of chance that open one payment to its payer, without any other right.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ClientSecret([u8; 16]);

impl ClientSecret {
    /// A secret from its sixteen bytes, which must come from a cryptographic source.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The sixteen bytes.
    pub const fn bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Whether `other` is the same secret, in a time that does not tell where they differ.
    pub fn matches(&self, other: &Self) -> bool {
        let differences = self
            .0
            .iter()
            .zip(other.0)
            .fold(0, |sum, (a, b)| sum | (a ^ b));
        differences == 0
    }

    /// Reads the 22 digits that [`ClientSecret::reveal`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        from_base62(text).map(Self)
    }

    /// The 22 base-62 digits that stand in links.
    pub fn reveal(&self) -> String {
        to_base62(self.0)
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn no_prefix_begins_another() {
        for (place, one) in PREFIXES.iter().enumerate() {
            let mut others = PREFIXES.iter().skip(place + 1);
            assert!(others.all(|two| !one.starts_with(two) && !two.starts_with(one)));
        }
    }

    #[test]
    fn an_id_shows_its_kind() {
        let id = PaymentId::from_bytes([0; 16]);
        assert_eq!(id.to_string(), "pi_0000000000000000000000");
        assert_eq!(format!("{id:?}"), id.to_string());
    }

    #[test]
    fn an_id_of_another_kind_is_refused() {
        let text = RefundId::from_bytes([7; 16]).to_string();
        assert_eq!(PaymentId::parse(&text), None);
    }

    #[test]
    fn what_is_no_id_is_refused() {
        let too_big = format!("pi_{}", "z".repeat(22));
        for text in [
            "",
            "pi_",
            "pi_1",
            "pi_000000000000000000000é",
            too_big.as_str(),
        ] {
            assert_eq!(PaymentId::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_client_secret_does_not_print() {
        let secret = ClientSecret::from_bytes([9; 16]);
        assert!(!format!("{secret:?}").contains(&secret.reveal()));
    }

    #[test]
    fn a_client_secret_matches_only_itself() {
        let secret = ClientSecret::from_bytes([9; 16]);
        assert!(secret.matches(&ClientSecret::parse(&secret.reveal()).unwrap()));
        let mut other = [9; 16];
        other[15] = 8;
        assert!(!secret.matches(&ClientSecret::from_bytes(other)));
    }

    proptest! {
        #[test]
        fn every_id_reads_back(bytes: [u8; 16]) {
            prop_assert_eq!(from_base62(&to_base62(bytes)), Some(bytes));
        }

        #[test]
        fn texts_sort_like_bytes(a: [u8; 16], b: [u8; 16]) {
            prop_assert_eq!(a.cmp(&b), to_base62(a).cmp(&to_base62(b)));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text: String) {
            let _ = PaymentId::parse(&text);
        }
    }
}
