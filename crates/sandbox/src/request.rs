//! What a received message asks for, in the host's own words, independent of the dialect.
//!
//! The card number and the security code end here: a request holds the test card that was found,
//! the masked number, and whether a code was sent.

use std::borrow::Cow;

use iso8583::{Class, Message, Mti, masked_pan};

use crate::cards::Card;
use crate::key::Key;
use crate::profile;

/// What kind of message it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    /// Sign-on of a connection.
    SignOn,
    /// Sign-off of a connection.
    SignOff,
    /// Are you there?
    Echo,
    /// 0100: money is reserved.
    Authorization,
    /// 0200: money is taken.
    Purchase,
    /// 0200 with processing code 20: money is given back.
    Refund,
    /// 0220: reserved money is taken.
    Capture,
    /// 0420: an earlier message is undone.
    Reversal,
    /// None of these.
    Unsupported,
}

const NAMES: [(Kind, &str); 9] = [
    (Kind::SignOn, "sign_on"),
    (Kind::SignOff, "sign_off"),
    (Kind::Echo, "echo"),
    (Kind::Authorization, "authorization"),
    (Kind::Purchase, "purchase"),
    (Kind::Refund, "refund"),
    (Kind::Capture, "capture"),
    (Kind::Reversal, "reversal"),
    (Kind::Unsupported, "unsupported"),
];

impl Kind {
    /// Its name in the journal.
    pub fn name(self) -> &'static str {
        NAMES
            .iter()
            .find(|(kind, _)| *kind == self)
            .map_or("", |(_, name)| name)
    }

    /// The kind behind a name of the journal.
    pub fn from_name(name: &str) -> Option<Kind> {
        NAMES
            .iter()
            .find(|(_, known)| *known == name)
            .map(|(kind, _)| *kind)
    }

    /// True for messages about the connection itself.
    pub fn is_network(self) -> bool {
        matches!(self, Kind::SignOn | Kind::SignOff | Kind::Echo)
    }

    /// The class of the message, which an original is named by.
    pub(crate) fn class(self) -> Option<Class> {
        match self {
            Kind::Authorization => Some(Class::Authorization),
            Kind::Purchase | Kind::Refund => Some(Class::Financial),
            Kind::SignOn | Kind::SignOff | Kind::Echo => None,
            Kind::Capture | Kind::Reversal | Kind::Unsupported => None,
        }
    }
}

/// A message, understood.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub(crate) kind: Kind,
    pub(crate) mti: Mti,
    pub(crate) key: Key,
    pub(crate) merchant: Cow<'a, str>,
    pub(crate) rrn: Cow<'a, str>,
    /// First six and last four digits; empty without a card.
    pub(crate) pan: String,
    pub(crate) card: Option<&'static Card>,
    pub(crate) amount_minor: u64,
    pub(crate) currency: Cow<'a, str>,
    /// The original it names: class and key.
    pub(crate) original: Option<(Class, Key)>,
    pub(crate) code_sent: bool,
    /// The challenge reference that was proven by its authentication value.
    pub(crate) authenticated: Option<Cow<'a, str>>,
    /// A field that the kind needs is missing.
    pub(crate) incomplete: bool,
}

impl<'a> Request<'a> {
    pub(crate) fn read(message: &Message<'a>) -> Request<'a> {
        let kind = profile::kind(message);
        let text = |field| message.text(field).unwrap_or_default();
        let key = key(message, kind);
        let number = text(2);
        let request = Request {
            kind,
            mti: message.mti(),
            key: key.unwrap_or(Key::NONE),
            merchant: trimmed(text(42)),
            rrn: trimmed(text(37)),
            pan: masked_pan(&number),
            card: Card::find(&number),
            amount_minor: message.numeric(4).unwrap_or(0),
            currency: trimmed(text(49)),
            original: key.and_then(|key| profile::original(message, &key)),
            code_sent: message.sub(48, 92).is_some_and(|code| !code.is_empty()),
            authenticated: authenticated(message),
            incomplete: false,
        };
        Request {
            incomplete: key.is_none() || !has_required(message, kind),
            ..request
        }
    }

    /// The same with `card` where the number is no test card's.
    pub(crate) fn or_card(self, card: &'static Card) -> Request<'a> {
        let other = (!self.pan.is_empty()).then_some(card);
        Request {
            card: self.card.or(other),
            ..self
        }
    }
}

fn key(message: &Message<'_>, kind: Kind) -> Option<Key> {
    let terminal = match message.text(41) {
        Some(terminal) => terminal,
        // A message about the connection comes from no terminal.
        None if kind.is_network() => Cow::Borrowed(""),
        None => return None,
    };
    let transmitted = message.numeric(profile::moment_field(message.dialect()))?;
    let stan = u32::try_from(message.numeric(11)?).ok()?;
    Key::new(terminal.trim_end(), transmitted, stan)
}

/// The fields that a kind cannot do without, besides those of the key.
fn has_required(message: &Message<'_>, kind: Kind) -> bool {
    let required: &[u8] = match kind {
        Kind::Authorization | Kind::Purchase | Kind::Refund => &[2, 3, 4, 14, 37, 42, 49],
        Kind::Capture => &[4, 37, 42, 49],
        Kind::Reversal => &[42],
        Kind::SignOn | Kind::SignOff | Kind::Echo | Kind::Unsupported => &[],
    };
    required.iter().all(|field| message.has(*field))
}

/// The challenge reference of tag 71, when tag 42 says that the holder was authenticated (05, for
/// Mastercard 02) and tag 43 holds the value that only the completed challenge gives.
fn authenticated<'a>(message: &Message<'a>) -> Option<Cow<'a, str>> {
    let indicator = message.sub(48, 42)?;
    let reference = message.sub(48, 71)?;
    let value = message.sub(48, 43)?;
    let proven = value == crate::derive::authentication_value(&reference);
    (matches!(indicator.as_ref(), "05" | "02") && proven).then_some(reference)
}

fn trimmed(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_end()),
        Cow::Owned(text) => Cow::Owned(text.trim_end().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use iso8583::{Builder, ISO87_ASCII};

    use super::*;

    fn purchase(change: impl FnOnce(&mut Builder<'static>)) -> Vec<u8> {
        let mut builder = Builder::new(&ISO87_ASCII, Mti::FINANCIAL_REQUEST);
        builder
            .set(2, "4242424242424242")
            .unwrap()
            .set(3, "000000")
            .unwrap();
        builder
            .set_number(4, 1250)
            .unwrap()
            .set(7, "1122123456")
            .unwrap();
        builder.set_number(11, 42).unwrap().set(14, "2912").unwrap();
        builder
            .set(37, "532612000042")
            .unwrap()
            .set(41, "T1")
            .unwrap();
        builder.set(42, "MERCHANT").unwrap().set(49, "978").unwrap();
        change(&mut builder);
        let mut bytes = Vec::new();
        builder.encode(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn a_request_holds_no_card_number_and_no_code() {
        let bytes = purchase(|builder| {
            builder.set_sub(48, 92, "737").unwrap();
        });
        let message = Message::decode(&ISO87_ASCII, &bytes).unwrap();
        let request = Request::read(&message);
        assert!(!request.incomplete);
        assert!(request.code_sent);
        assert_eq!(request.card.unwrap().name, "visa");
        assert_eq!(request.pan, "424242******4242");
        assert_eq!(request.key.to_string(), "T1/1122123456/000042");
        assert_eq!(request.merchant, "MERCHANT");
        let printed = format!(
            "{:?}",
            Request {
                card: None,
                ..request
            }
        );
        assert!(!printed.contains("4242424242424242"));
        assert!(!printed.contains("737"));
    }

    #[test]
    fn a_missing_field_makes_it_incomplete() {
        let good = purchase(|_| {});
        let message = Message::decode(&ISO87_ASCII, &good).unwrap();
        for missing in [2, 4, 7, 11, 14, 37, 41, 42, 49] {
            let mut builder = Builder::new(&ISO87_ASCII, message.mti());
            for field in message.fields().iter().filter(|field| *field != missing) {
                builder.copy(&message, field).unwrap();
            }
            let mut bytes = Vec::new();
            builder.encode(&mut bytes).unwrap();
            let without = Message::decode(&ISO87_ASCII, &bytes).unwrap();
            assert!(Request::read(&without).incomplete, "without {missing}");
        }
    }

    #[test]
    fn an_authentication_needs_indicator_reference_and_value() {
        let value = crate::derive::authentication_value("ch1");
        let proven = |indicator: &str, reference: &str, value: &str| {
            let [indicator, reference, value] =
                [indicator, reference, value].map(ToOwned::to_owned);
            let bytes = purchase(|builder| {
                builder.set_sub(48, 42, indicator).unwrap();
                builder.set_sub(48, 71, reference).unwrap();
                builder.set_sub(48, 43, value).unwrap();
            });
            let message = Message::decode(&ISO87_ASCII, &bytes).unwrap();
            Request::read(&message).authenticated.is_some()
        };
        assert!(proven("05", "ch1", &value));
        assert!(proven("02", "ch1", &value));
        assert!(!proven("06", "ch1", &value), "only attempted");
        assert!(!proven("05", "ch2", &value), "of another challenge");
        assert!(!proven("05", "ch1", "0"), "made up");
    }

    #[test]
    fn every_kind_has_a_name() {
        for (kind, name) in NAMES {
            assert_eq!(kind.name(), name);
            assert_eq!(Kind::from_name(name), Some(kind));
        }
        assert_eq!(Kind::from_name("0200"), None);
    }
}
