//! Where the editions of the standard put the same thing: the time that identifies a message, the
//! reference to an original, the code of a network message.

use iso8583::{Class, Dialect, Function, Message, Version};

use crate::key::Key;
use crate::request::Kind;

/// The field that identifies a message together with terminal and trace number: the transmission
/// time in 1987, the local time in 1993, because originals are referred to by it there.
pub(crate) fn moment_field(dialect: &Dialect) -> u8 {
    match dialect.version {
        Version::V1987 => 7,
        Version::V1993 | Version::V2003 => 12,
    }
}

/// The field with the reference to the original.
fn original_field(dialect: &Dialect) -> u8 {
    match dialect.version {
        Version::V1987 => 90,
        Version::V1993 | Version::V2003 => 56,
    }
}

/// The kind of a message: from its type, its processing code (a refund is a 0200 with 20) and, for
/// network messages, the code in field 70 (1987) or the function code in field 24 (1993).
pub(crate) fn kind(message: &Message<'_>) -> Kind {
    let mti = message.mti();
    match (mti.class(), mti.function()) {
        (Class::Authorization, Function::Request) => match message.sub(3, 1).as_deref() {
            Some("00") => Kind::Authorization,
            _ => Kind::Unsupported,
        },
        (Class::Financial, Function::Request) => match message.sub(3, 1).as_deref() {
            Some("00") => Kind::Purchase,
            Some("20") => Kind::Refund,
            _ => Kind::Unsupported,
        },
        (Class::Financial, Function::Advice) => Kind::Capture,
        (Class::Reversal, Function::Advice) => Kind::Reversal,
        (Class::Network, Function::Request) => network_kind(message),
        _ => Kind::Unsupported,
    }
}

fn network_kind(message: &Message<'_>) -> Kind {
    let code = match message.dialect().version {
        Version::V1987 => message.numeric(70),
        Version::V1993 | Version::V2003 => message.numeric(24),
    };
    match code {
        Some(1 | 801) => Kind::SignOn,
        Some(2 | 802) => Kind::SignOff,
        Some(301 | 831) => Kind::Echo,
        _ => Kind::Unsupported,
    }
}

/// The original that a message names: its class, and its key at the same terminal.
pub(crate) fn original(message: &Message<'_>, own: &Key) -> Option<(Class, Key)> {
    let field = original_field(message.dialect());
    let mti = message.sub(field, 1)?.as_bytes().try_into().ok()?;
    let class = iso8583::Mti::from_digits(mti)?.class();
    let stan = message.sub(field, 2)?.parse().ok()?;
    let transmitted = message.sub(field, 3)?.parse().ok()?;
    Some((class, own.of_same_terminal(transmitted, stan)))
}

#[cfg(test)]
mod tests {
    use iso8583::{Builder, ISO87_ASCII, ISO87_BINARY, ISO93_ASCII, Mti, Origin};

    use super::*;

    #[track_caller]
    fn check(dialect: &'static Dialect, mti: Mti, fields: &[(u8, &str)], expect: Kind) {
        let mut builder = Builder::new(dialect, mti);
        for (field, value) in fields {
            builder.set(*field, *value).unwrap();
        }
        let mut bytes = Vec::new();
        builder.encode(&mut bytes).unwrap();
        assert_eq!(kind(&Message::decode(dialect, &bytes).unwrap()), expect);
    }

    #[test]
    fn kinds_follow_from_type_and_processing_code() {
        for dialect in [&ISO87_ASCII, &ISO87_BINARY, &ISO93_ASCII] {
            let financial = Mti::FINANCIAL_REQUEST;
            check(
                dialect,
                Mti::AUTHORIZATION_REQUEST,
                &[(3, "000000")],
                Kind::Authorization,
            );
            check(
                dialect,
                Mti::AUTHORIZATION_REQUEST,
                &[(3, "200000")],
                Kind::Unsupported,
            );
            check(dialect, financial, &[(3, "000000")], Kind::Purchase);
            check(dialect, financial, &[(3, "200000")], Kind::Refund);
            check(dialect, financial, &[(3, "010000")], Kind::Unsupported);
            check(dialect, financial, &[], Kind::Unsupported);
            check(dialect, Mti::FINANCIAL_ADVICE, &[], Kind::Capture);
            check(dialect, Mti::FINANCIAL_ADVICE.repeat(), &[], Kind::Capture);
            check(dialect, Mti::REVERSAL_ADVICE.repeat(), &[], Kind::Reversal);
            check(dialect, Mti::FINANCIAL_RESPONSE, &[], Kind::Unsupported);
        }
    }

    #[test]
    fn network_messages_have_their_own_code_in_each_edition() {
        let network = Mti::NETWORK_REQUEST;
        check(&ISO87_ASCII, network, &[(70, "001")], Kind::SignOn);
        check(&ISO87_ASCII, network, &[(70, "002")], Kind::SignOff);
        check(&ISO87_BINARY, network, &[(70, "301")], Kind::Echo);
        check(&ISO87_ASCII, network, &[(70, "999")], Kind::Unsupported);
        let other = network.from_origin(Origin::Other);
        check(&ISO93_ASCII, other, &[(24, "801")], Kind::SignOn);
        check(&ISO93_ASCII, other, &[(24, "802")], Kind::SignOff);
        check(&ISO93_ASCII, other, &[(24, "831")], Kind::Echo);
        check(&ISO93_ASCII, other, &[], Kind::Unsupported);
    }

    #[test]
    fn originals_are_named_by_type_trace_number_and_time() {
        let own = Key::new("TERM0001", 1_122_123_500, 43).unwrap();
        let mut builder = Builder::new(&ISO87_BINARY, Mti::REVERSAL_ADVICE);
        builder
            .set_sub(90, 1, "0200")
            .unwrap()
            .set_sub(90, 2, "000042")
            .unwrap();
        builder.set_sub(90, 3, "1122123456").unwrap();
        let mut bytes = Vec::new();
        builder.encode(&mut bytes).unwrap();
        let message = Message::decode(&ISO87_BINARY, &bytes).unwrap();
        let (class, key) = original(&message, &own).unwrap();
        assert_eq!(class, Class::Financial);
        assert_eq!(key, Key::new("TERM0001", 1_122_123_456, 42).unwrap());
    }

    #[test]
    fn a_message_without_an_original_names_none() {
        let own = Key::NONE;
        for (dialect, broken) in [(&ISO87_ASCII, "9990000042"), (&ISO87_ASCII, "")] {
            let mut builder = Builder::new(dialect, Mti::REVERSAL_ADVICE);
            if !broken.is_empty() {
                builder.set(90, format!("{broken:0<42}")).unwrap();
            }
            let mut bytes = Vec::new();
            builder.encode(&mut bytes).unwrap();
            assert_eq!(
                original(&Message::decode(dialect, &bytes).unwrap(), &own),
                None
            );
        }
    }
}
