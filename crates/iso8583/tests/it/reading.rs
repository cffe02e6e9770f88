//! Reading a message: values as text, numbers, bytes and parts, and what is borrowed.

use std::borrow::Cow;

use iso8583::{Builder, ISO87_ASCII, ISO87_BINARY, Message, Mti};

use crate::sample::{DIALECTS, purchase};

#[test]
fn every_dialect_gives_the_same_values() {
    for dialect in DIALECTS {
        let bytes = purchase(dialect);
        let message = Message::decode(dialect, &bytes).unwrap();
        assert_eq!(
            message.mti(),
            Mti::FINANCIAL_REQUEST.in_version(dialect.version)
        );
        assert_eq!(
            message.text(2).as_deref(),
            Some("4000001234567890128"),
            "{dialect:?}"
        );
        assert_eq!(message.numeric(4), Some(1250));
        assert_eq!(message.text(4).as_deref(), Some("000000001250"));
        assert_eq!(message.numeric(11), Some(42));
        assert_eq!(
            message.text(35).as_deref(),
            Some("4000001234567890128=29121010000")
        );
        assert_eq!(message.sub(48, 92).as_deref(), Some("123"));
        assert_eq!(message.text(49).as_deref(), Some("978"));
        assert_eq!(message.bytes(52).as_deref(), Some(&[0xA5; 8][..]));
        assert_eq!(
            message.text(52).as_deref(),
            Some("A5A5A5A5A5A5A5A5"),
            "bytes as digits"
        );
        assert_eq!(message.bytes(55).unwrap().len(), 9);
        assert_eq!(message.text(97).as_deref(), Some("C0000000000001250"));
        assert_eq!(message.dialect().name, dialect.name);
    }
}

#[test]
fn what_is_absent_is_none() {
    let bytes = purchase(&ISO87_ASCII);
    let message = Message::decode(&ISO87_ASCII, &bytes).unwrap();
    for field in [0, 1, 5, 39, 65, 128, 129, 255] {
        assert!(!message.has(field));
        assert_eq!(message.text(field), None);
        assert_eq!(message.numeric(field), None);
        assert_eq!(message.bytes(field), None);
        assert_eq!(message.sub(field, 1), None);
    }
    assert_eq!(message.sub(48, 44), None);
    assert_eq!(message.sub(4, 1), None, "no inner structure");
}

#[test]
fn only_digits_are_numbers() {
    let mut builder = Builder::new(&ISO87_ASCII, Mti::FINANCIAL_RESPONSE);
    builder.set(2, "9999999999999999999").unwrap();
    builder
        .set(38, "A12345")
        .unwrap()
        .set(39, "05")
        .unwrap()
        .set(44, "")
        .unwrap();
    builder.set(97, "C0000000000001250").unwrap();
    let mut bytes = Vec::new();
    builder.encode(&mut bytes).unwrap();
    let message = Message::decode(&ISO87_ASCII, &bytes).unwrap();
    assert_eq!(message.numeric(2), Some(9_999_999_999_999_999_999));
    assert_eq!(message.numeric(38), None, "a letter");
    assert_eq!(message.numeric(39), Some(5));
    assert_eq!(message.numeric(44), None, "empty");
    assert_eq!(message.text(44).as_deref(), Some(""));
    assert_eq!(message.numeric(97), None, "a sign");

    let mut long = Builder::new(&ISO87_ASCII, Mti::FINANCIAL_REQUEST);
    long.set(90, "9".repeat(42)).unwrap();
    let mut bytes = Vec::new();
    long.encode(&mut bytes).unwrap();
    let message = Message::decode(&ISO87_ASCII, &bytes).unwrap();
    assert_eq!(message.numeric(90), None, "too great for a u64");
}

#[test]
fn ascii_values_are_borrowed_from_the_buffer() {
    let bytes = purchase(&ISO87_ASCII);
    let message = Message::decode(&ISO87_ASCII, &bytes).unwrap();
    assert!(matches!(message.text(2), Some(Cow::Borrowed(_))));
    assert!(matches!(message.sub(48, 92), Some(Cow::Borrowed(_))));
    let text = message.text(41).unwrap();
    drop(message);
    assert_eq!(text, "TERM0001", "outlives the message, not the buffer");
}

#[test]
fn parts_of_packed_digits_are_cut_between_nibbles() {
    let mut builder = Builder::new(&ISO87_BINARY, Mti::REVERSAL_ADVICE);
    let parts = [
        (1, "0200"),
        (2, "000042"),
        (3, "1122123456"),
        (4, "00000012345"),
        (5, "1"),
    ];
    for (part, value) in parts {
        builder.set_sub(90, part, value).unwrap();
    }
    let mut bytes = Vec::new();
    builder.encode(&mut bytes).unwrap();
    let message = Message::decode(&ISO87_BINARY, &bytes).unwrap();
    assert_eq!(message.sub(90, 4).as_deref(), Some("00000012345"));
    assert_eq!(message.sub(90, 5).as_deref(), Some("00000000001"));
    assert_eq!(message.sub(90, 6), None);
}

#[test]
fn unknown_tags_can_be_read() {
    let mut builder = Builder::new(&ISO87_ASCII, Mti::FINANCIAL_RESPONSE);
    builder.set(48, "7705hello0000").unwrap();
    let mut bytes = Vec::new();
    builder.encode(&mut bytes).unwrap();
    let message = Message::decode(&ISO87_ASCII, &bytes).unwrap();
    assert_eq!(message.sub(48, 77).as_deref(), Some("hello"));
    assert_eq!(message.sub(48, 0).as_deref(), Some(""));
}
