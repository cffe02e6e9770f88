//! Whole messages, byte for byte, put together by hand from the tables of ISO 8583 and the contract
//! in `docs/reference/rails/card.md`; and the orders that have no message.

use domain::order::Original;
use domain::{Authentication, Currency, Expiry, Money, Order, OrderKind, Timestamp, Trace};
use iso8583::Message;
use jiff::tz::TimeZone;
use vault::{CardData, Pan, SecurityCode};

use super::{Inexpressible, Key, Profile, express};
use crate::card::Dialect;

/// 2026-03-01T07:08:09Z.
const SENT: Timestamp = Timestamp::from_seconds(1_772_348_889);

fn trace(stan: u32, sent_at: Timestamp) -> Trace {
    Trace {
        acquirer: "test".into(),
        terminal: "TERM0001".into(),
        stan,
        sent_at,
    }
}

fn order(kind: OrderKind) -> Order {
    Order {
        kind,
        amount: Money::new(1250, Currency::EUR),
        trace: trace(42, SENT),
        original: None,
        is_repeat: false,
        acceptor: "000000000000001".into(),
        authentication: None,
    }
}

/// An order a minute later, about the order of `kind` above.
fn about(original: OrderKind, kind: OrderKind) -> Order {
    Order {
        trace: trace(43, SENT.plus_millis(60_000)),
        original: Some(Original {
            kind: original,
            trace: trace(42, SENT),
        }),
        ..order(kind)
    }
}

fn card() -> CardData {
    let pan = Pan::parse("4242424242424242").unwrap();
    CardData {
        code: SecurityCode::parse("123", pan.brand()).ok(),
        expiry: Expiry::new(12, 2030).unwrap(),
        pan,
    }
}

fn try_bytes(dialect: Dialect, order: &Order) -> Result<Vec<u8>, Inexpressible> {
    let time_zone = TimeZone::get("Europe/Paris").unwrap();
    let profile = Profile {
        dialect,
        institution: Some("12345"),
        time_zone: if dialect.is_1993() {
            &time_zone
        } else {
            &TimeZone::UTC
        },
    };
    let mut out = Vec::new();
    express(&profile, order, Some(&card()), &mut out).map(|_| out)
}

fn bytes(dialect: Dialect, order: &Order) -> Vec<u8> {
    try_bytes(dialect, order).unwrap()
}

fn text(order: &Order) -> String {
    String::from_utf8(bytes(Dialect::Iso87Ascii, order)).unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
#[rustfmt::skip]
fn a_purchase_of_1987_in_ascii() {
    let expect = [
        "0200",
        "723C048108C18000",   // 2 3 4 7 11 12 13 14 22 25 32 37 41 42 48 49
        "16", "4242424242424242",
        "000000",             // DE 3
        "000000001250",       // DE 4
        "0301070809",         // DE 7
        "000042",             // DE 11
        "070809",             // DE 12
        "0301",               // DE 13
        "3012",               // DE 14
        "012",                // DE 22
        "59",                 // DE 25
        "05", "12345",        // DE 32
        "606007000042",       // DE 37
        "TERM0001",           // DE 41
        "000000000000001",    // DE 42
        "007", "9203123",     // DE 48: tag 92
        "978",                // DE 49
    ];
    assert_eq!(text(&order(OrderKind::Purchase)), expect.concat());
}

#[test]
#[rustfmt::skip]
fn a_repeated_reversal_of_1987_in_ascii() {
    let expect = [
        "0421",
        "B238048108C08000",   // no 2, 14 and 48: it carries no card
        "0000004000000000",   // 90
        "000000", "000000001250", "0301070909", "000043", "070909", "0301", "012", "59",
        "05", "12345",
        "606007000042",       // DE 37 of the original
        "TERM0001", "000000000000001", "978",
        "0200", "000042", "0301070809", "00000012345", "00000000000",
    ];
    let reversal = Order { is_repeat: true, ..about(OrderKind::Purchase, OrderKind::Reversal) };
    assert_eq!(text(&reversal), expect.concat());
}

#[test]
#[rustfmt::skip]
fn a_refund_of_1987_in_ascii() {
    let expect = [
        "0200",
        "F23C048108C08000", "0000004000000000",
        "16", "4242424242424242",
        "200000", "000000000500", "0301070909", "000043", "070909", "0301", "3012", "012", "59",
        "05", "12345", "606007000042", "TERM0001", "000000000000001", "978",
        "0200", "000042", "0301070809", "00000012345", "00000000000",
    ];
    let amount = Money::new(500, Currency::EUR);
    let refund = Order { amount, ..about(OrderKind::Purchase, OrderKind::Refund) };
    assert_eq!(text(&refund), expect.concat());
}

#[test]
#[rustfmt::skip]
fn a_purchase_of_1987_in_packed_digits() {
    let expect = [
        "0200", "723c048108c18000",
        "16", "4242424242424242",
        "000000", "000000001250", "0301070809", "000042", "070809", "0301", "3012", "0012", "59",
        "05", "012345",
        "363036303037303030303432", "5445524d30303031", "303030303030303030303030303031",
        "0007", "39323033313233",
        "393738",
    ];
    assert_eq!(hex(&bytes(Dialect::Iso87Binary, &order(OrderKind::Purchase))), expect.concat());
}

#[test]
fn an_authorisation_of_1993_has_its_time_in_the_acquirers_zone() {
    let message = bytes(Dialect::Iso93Ascii, &order(OrderKind::Authorisation));
    let (head, body) = message.split_at(12);
    assert_eq!(hex(head), "31313030".to_owned() + "7234050108c18000");
    let expect = [
        "16",
        "4242424242424242",
        "000000",
        "000000001250",
        "0301070809",
        "000042",
        "260301080809",
        "3012",
        "600050600110",
        "100",
        "05",
        "12345",
        "606007000042",
        "TERM0001",
        "000000000000001",
        "007",
        "9203123",
        "978",
    ];
    assert_eq!(std::str::from_utf8(body).unwrap(), expect.concat());
}

#[test]
fn a_reversal_of_1993_names_the_original_in_field_56() {
    let reversal = about(OrderKind::Authorisation, OrderKind::Reversal);
    let message = bytes(Dialect::Iso93Ascii, &reversal);
    let (head, body) = message.split_at(12);
    assert_eq!(hex(head), "31343230".to_owned() + "3230018108c08100");
    let expect = [
        "000000",
        "000000001250",
        "0301070909",
        "000043",
        "260301080909",
        "400",
        "4001",
        "05",
        "12345",
        "606007000042",
        "TERM0001",
        "000000000000001",
        "978",
        "29",
        "1100",
        "000042",
        "260301080809",
        "05",
        "12345",
    ];
    assert_eq!(std::str::from_utf8(body).unwrap(), expect.concat());
}

fn masked(order: &Order) -> String {
    let bytes = bytes(Dialect::Iso87Ascii, order);
    Message::decode(Dialect::Iso87Ascii.table(), &bytes)
        .unwrap()
        .to_string()
}

#[test]
fn every_kind_of_order_has_its_type_and_processing_code() {
    use OrderKind::{Authorisation, Capture, Purchase, Refund, Reversal};
    for (order, expect) in [
        (order(Purchase), "0200 {2: 424242******4242, 3: 000000"),
        (order(Authorisation), "0100 {2: 424242******4242, 3: 000000"),
        (order(Refund), "0200 {2: 424242******4242, 3: 200000"),
        (about(Authorisation, Capture), "0220 {3: 000000"),
        (about(Purchase, Reversal), "0420 {3: 000000"),
        (about(Refund, Reversal), "0420 {3: 200000"),
    ] {
        let message = masked(&order);
        assert!(message.starts_with(expect), "{message}");
    }
}

#[test]
fn what_follows_a_challenge_carries_its_result() {
    let authentication = Authentication {
        reference: "chl-7".into(),
        indicator: "05".into(),
        value: "AAABBBCCC".into(),
    };
    let order = Order {
        authentication: Some(authentication),
        ..order(OrderKind::Purchase)
    };
    let bytes = bytes(Dialect::Iso87Ascii, &order);
    let message = Message::decode(Dialect::Iso87Ascii.table(), &bytes).unwrap();
    let sub = |tag| message.sub(48, tag).map(|value| value.into_owned());
    assert_eq!(sub(42).as_deref(), Some("05"));
    assert_eq!(sub(43).as_deref(), Some("AAABBBCCC"));
    assert_eq!(sub(71).as_deref(), Some("chl-7"));
    assert_eq!(sub(92).as_deref(), Some("123"));
}

#[test]
fn a_message_without_an_institution_has_no_field_32() {
    let profile = Profile {
        dialect: Dialect::Iso87Ascii,
        institution: None,
        time_zone: &TimeZone::UTC,
    };
    let mut bytes = Vec::new();
    let reversal = about(OrderKind::Purchase, OrderKind::Reversal);
    express(&profile, &reversal, None, &mut bytes).unwrap();
    let message = Message::decode(Dialect::Iso87Ascii.table(), &bytes).unwrap();
    assert!(!message.has(32));
    assert_eq!(message.sub(90, 4).as_deref(), Some("00000000000"));
}

#[test]
fn the_key_is_what_the_answer_repeats() {
    let profile = Profile {
        dialect: Dialect::Iso87Ascii,
        institution: None,
        time_zone: &TimeZone::UTC,
    };
    let mut bytes = Vec::new();
    let reversal = Order {
        is_repeat: true,
        ..about(OrderKind::Purchase, OrderKind::Reversal)
    };
    let (key, _) = express(&profile, &reversal, None, &mut bytes).unwrap();
    let asked = Message::decode(Dialect::Iso87Ascii.table(), &bytes).unwrap();
    let mut answer =
        iso8583::Builder::new(Dialect::Iso87Ascii.table(), asked.mti().response().unwrap());
    for field in [7, 11, 41] {
        answer.copy(&asked, field).unwrap();
    }
    let mut bytes = Vec::new();
    answer.encode(&mut bytes).unwrap();
    let answer = Message::decode(Dialect::Iso87Ascii.table(), &bytes).unwrap();
    assert_eq!(answer.mti().to_string(), "0430");
    assert_eq!(Key::of(&answer), Some(key));
}

#[test]
fn an_order_that_could_harm_has_no_message() {
    use OrderKind::{Authorisation, Capture, Purchase, Refund, Reversal};
    let refusal = |order: Order| try_bytes(Dialect::Iso87Ascii, &order).unwrap_err();
    for kind in [Purchase, Authorisation, Refund] {
        let repeated = Order {
            is_repeat: true,
            ..order(kind)
        };
        assert_eq!(refusal(repeated), Inexpressible::RepeatedRequest);
    }
    for kind in [Capture, Reversal] {
        assert_eq!(refusal(order(kind)), Inexpressible::OriginalMissing);
    }
    for kind in [Capture, Reversal, Refund] {
        let mut elsewhere = about(Purchase, kind);
        elsewhere.trace.terminal = "TERM0002".into();
        assert_eq!(refusal(elsewhere), Inexpressible::OtherTerminal);
    }
}

#[test]
fn a_payment_without_its_card_has_no_message() {
    let profile = Profile {
        dialect: Dialect::Iso87Ascii,
        institution: None,
        time_zone: &TimeZone::UTC,
    };
    for kind in [
        OrderKind::Purchase,
        OrderKind::Authorisation,
        OrderKind::Refund,
    ] {
        let refused = express(&profile, &order(kind), None, &mut Vec::new());
        assert_eq!(refused.unwrap_err(), Inexpressible::CardMissing);
    }
}

#[test]
fn a_value_that_does_not_fit_is_named_by_its_field_only() {
    let check = |change: fn(&mut Order), field: &str| {
        let mut order = order(OrderKind::Purchase);
        change(&mut order);
        let error = try_bytes(Dialect::Iso87Ascii, &order).unwrap_err();
        let expect = format!("cannot encode at {field}: the value is longer than the field");
        assert_eq!(error.to_string(), expect);
    };
    check(|order| order.amount.minor = -1, "4");
    check(|order| order.amount.minor = 1_000_000_000_000, "4");
    check(|order| order.trace.stan = 1_000_000, "11");
    check(|order| order.trace.terminal = "TERM00012".into(), "41");
    check(|order| order.acceptor = "0000000000000012".into(), "42");
}
