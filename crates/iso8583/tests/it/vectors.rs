//! Messages that others have published, byte by byte.

use iso8583::{Builder, ISO93_ASCII, Message, Mti};

/// PayEx, host protocol, network management advice 1820 (sign-on), without the length in front.
const PAYEX_1820: &[u8] = b"1820\x02\x30\x01\x01\x00\x00\x00\x00\
    091015284138291009091015284183105\x31\x30\x30\x33\x31";

#[test]
fn the_published_payex_message_reads_as_documented() {
    assert_eq!(PAYEX_1820.len(), 50, "the published length is 0050");
    let message = Message::decode(&ISO93_ASCII, PAYEX_1820).unwrap();
    assert_eq!(message.mti().to_string(), "1820");
    assert_eq!(
        message.fields().iter().collect::<Vec<_>>(),
        [7, 11, 12, 24, 32]
    );
    let expect = [
        (7, "0910152841"),
        (11, "382910"),
        (12, "090910152841"),
        (24, "831"),
        (32, "10031"),
    ];
    for (field, value) in expect {
        assert_eq!(message.text(field).as_deref(), Some(value), "field {field}");
    }
}

#[test]
fn the_published_payex_message_is_written_byte_for_byte() {
    let mti = Mti::from_digits(*b"1820").unwrap();
    let mut builder = Builder::new(&ISO93_ASCII, mti);
    builder
        .set(7, "0910152841")
        .unwrap()
        .set(11, "382910")
        .unwrap();
    builder
        .set(12, "090910152841")
        .unwrap()
        .set_number(24, 831)
        .unwrap();
    builder.set(32, "10031").unwrap();
    let mut out = Vec::new();
    builder.encode(&mut out).unwrap();
    assert_eq!(out, PAYEX_1820);
}
