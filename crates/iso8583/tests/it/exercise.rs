//! What must hold for any bytes at all. The fuzz target and the replay of its corpus run this.

use iso8583::{Builder, Dialect, ISO87_ASCII, ISO87_BINARY, ISO93_ASCII, Message};

/// The first byte chooses the dialect, the rest is the message.
///
/// Whatever decodes can be read, printed, and written again; what was written decodes to the same.
pub(crate) fn exercise(input: &[u8]) {
    let Some((choice, bytes)) = input.split_first() else {
        return;
    };
    let dialect: &'static Dialect = match choice % 3 {
        0 => &ISO87_ASCII,
        1 => &ISO87_BINARY,
        _ => &ISO93_ASCII,
    };
    let Ok(message) = Message::decode(dialect, bytes) else {
        return;
    };
    let printed = format!("{message} {message:?} {}", message.describe());
    if let Some(pan) = message.text(2).filter(|pan| pan.len() >= 13) {
        let middle = pan[6..pan.len() - 4].to_owned();
        let line = printed
            .lines()
            .find(|line| line.trim_start().starts_with("2 "))
            .unwrap();
        assert!(
            !line.contains(&format!("{}{middle}", &pan[..6])),
            "the card number is printed"
        );
    }
    for number in message.fields().iter() {
        assert!(message.text(number).is_some());
        assert!(message.bytes(number).is_some());
        let _ = message.numeric(number);
        for sub in 0..=99 {
            let _ = message.sub(number, sub);
        }
    }
    let first = write_again(&message);
    let second = Message::decode(dialect, &first).expect("what was written can be read");
    assert_eq!(write_again(&second), first, "writing is stable");
    assert_eq!(second.mti(), message.mti());
    assert_eq!(second.fields(), message.fields());
    for number in message.fields().iter() {
        assert_eq!(
            second.bytes(number),
            message.bytes(number),
            "field {number}"
        );
    }
}

fn write_again(message: &Message<'_>) -> Vec<u8> {
    let mut builder = Builder::new(message.dialect(), message.mti());
    for number in message.fields().iter() {
        builder
            .copy(message, number)
            .expect("what was read can be written");
    }
    let mut out = Vec::new();
    builder.encode(&mut out).expect("what was read fits");
    out
}
