//! Building a message: what is refused when it is set, and what the output looks like.

use iso8583::{Builder, EncodeError, EncodeErrorKind, ISO87_ASCII, ISO87_BINARY, ISO93_ASCII};
use iso8583::{Dialect, Message, Mti, Path};

fn builder() -> Builder<'static> {
    Builder::new(&ISO87_ASCII, Mti::FINANCIAL_REQUEST)
}

fn encoded(builder: &Builder<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    builder.encode(&mut out).unwrap();
    out
}

#[track_caller]
fn refused(result: Result<&mut Builder<'_>, EncodeError>, path: Path, kind: EncodeErrorKind) {
    assert_eq!(result.map(|_| ()), Err(EncodeError { path, kind }));
}

#[test]
fn fields_may_be_set_in_any_order() {
    let mut one = builder();
    one.set(3, "000000")
        .unwrap()
        .set_number(11, 7)
        .unwrap()
        .set(70, "301")
        .unwrap();
    let mut other = builder();
    other
        .set(70, "301")
        .unwrap()
        .set_number(11, 7)
        .unwrap()
        .set(3, "000000")
        .unwrap();
    assert_eq!(encoded(&one), encoded(&other));
    assert_eq!(
        String::from_utf8(encoded(&one)).unwrap(),
        "0200A02000000000000004000000000000000000000000073 01".replace("73 01", "7301")
    );
}

#[test]
fn the_version_digit_is_the_dialects() {
    let expect: [(&'static Dialect, &[u8]); 3] = [
        (&ISO87_ASCII, b"0200"),
        (&ISO87_BINARY, &[0x02, 0x00]),
        (&ISO93_ASCII, b"1200"),
    ];
    for (dialect, mti) in expect {
        let out = encoded(&Builder::new(dialect, Mti::FINANCIAL_REQUEST));
        assert!(out.starts_with(mti), "{dialect:?}");
    }
}

#[test]
fn output_is_appended_and_untouched_on_error() {
    let mut out = b"head".to_vec();
    builder()
        .set_number(11, 1)
        .unwrap()
        .encode(&mut out)
        .unwrap();
    assert!(out.starts_with(b"head0200"));
}

#[test]
fn unknown_fields_are_refused() {
    for field in [0, 1, 65, 129, 255] {
        refused(
            builder().set(field, "1"),
            Path::Field(field),
            EncodeErrorKind::UnknownField,
        );
        refused(
            builder().set_number(field, 1),
            Path::Field(field),
            EncodeErrorKind::UnknownField,
        );
        let bytes = builder().set_bytes(field, &[1][..]).map(|_| ());
        assert_eq!(bytes.unwrap_err().kind, EncodeErrorKind::UnknownField);
    }
    refused(
        builder().set_sub(48, 1, "1"),
        Path::Sub(48, 1),
        EncodeErrorKind::UnknownField,
    );
    refused(
        builder().set_sub(90, 6, "1"),
        Path::Sub(90, 6),
        EncodeErrorKind::UnknownField,
    );
    refused(
        builder().set_sub(4, 1, "1"),
        Path::Sub(4, 1),
        EncodeErrorKind::UnknownField,
    );
    refused(
        builder().set_sub(65, 1, "1"),
        Path::Field(65),
        EncodeErrorKind::UnknownField,
    );
}

#[test]
fn values_that_do_not_fit_are_refused() {
    let long = "1".repeat(20);
    refused(
        builder().set(2, long),
        Path::Field(2),
        EncodeErrorKind::TooLong,
    );
    refused(
        builder().set(4, "12.50"),
        Path::Field(4),
        EncodeErrorKind::Character,
    );
    refused(
        builder().set(4, "-1250"),
        Path::Field(4),
        EncodeErrorKind::Character,
    );
    refused(
        builder().set(42, "é"),
        Path::Field(42),
        EncodeErrorKind::Character,
    );
    refused(
        builder().set(28, "C1"),
        Path::Field(28),
        EncodeErrorKind::TooShort,
    );
    refused(
        builder().set(28, "000000001"),
        Path::Field(28),
        EncodeErrorKind::Character,
    );
    refused(
        builder().set_number(11, 1_000_000),
        Path::Field(11),
        EncodeErrorKind::TooLong,
    );
    refused(
        builder().set_bytes(52, &[0; 7][..]),
        Path::Field(52),
        EncodeErrorKind::TooShort,
    );
    refused(
        builder().set_bytes(55, vec![0; 256]),
        Path::Field(55),
        EncodeErrorKind::TooLong,
    );
    refused(
        builder().set_sub(48, 44, "MM"),
        Path::Sub(48, 44),
        EncodeErrorKind::TooLong,
    );
    refused(
        builder().set_sub(48, 92, "12A"),
        Path::Sub(48, 92),
        EncodeErrorKind::Character,
    );
    refused(
        builder().set_sub(90, 1, "02000"),
        Path::Sub(90, 1),
        EncodeErrorKind::TooLong,
    );
}

#[test]
fn text_and_bytes_are_not_confused() {
    refused(
        builder().set(52, "0123456789ABCDEF"),
        Path::Field(52),
        EncodeErrorKind::WrongKind,
    );
    refused(
        builder().set_number(52, 1),
        Path::Field(52),
        EncodeErrorKind::WrongKind,
    );
    refused(
        builder().set_bytes(4, &b"1250"[..]),
        Path::Field(4),
        EncodeErrorKind::WrongKind,
    );
}

#[test]
fn a_field_is_set_once() {
    let mut twice = builder();
    twice.set(4, "1").unwrap();
    refused(twice.set(4, "2"), Path::Field(4), EncodeErrorKind::Repeated);
    refused(
        twice.set_number(4, 2),
        Path::Field(4),
        EncodeErrorKind::Repeated,
    );

    let mut parts = builder();
    parts.set_sub(90, 1, "0200").unwrap();
    refused(
        parts.set_sub(90, 1, "0100"),
        Path::Sub(90, 1),
        EncodeErrorKind::Repeated,
    );
    refused(
        parts.set(90, "1"),
        Path::Field(90),
        EncodeErrorKind::Repeated,
    );

    let mut whole = builder();
    whole.set(90, "1").unwrap();
    refused(
        whole.set_sub(90, 2, "1"),
        Path::Sub(90, 2),
        EncodeErrorKind::Repeated,
    );
}

#[test]
fn a_refused_value_leaves_the_message_as_it_was() {
    let mut message = builder();
    message.set_number(4, 1250).unwrap();
    let before = encoded(&message);
    assert!(message.set(11, "no digits").is_err());
    assert!(message.set_sub(48, 92, "no digits").is_err());
    assert_eq!(encoded(&message), before);
}

#[test]
fn whole_values_must_have_their_inner_structure() {
    refused(
        builder().set(48, "4401"),
        Path::Sub(48, 44),
        EncodeErrorKind::Structure,
    );
    refused(
        builder().set(48, "hello"),
        Path::Field(48),
        EncodeErrorKind::Structure,
    );
    builder().set(48, "4401M7702ab").unwrap();
    builder().set(90, "200").unwrap();
    builder().set(43, "12 High Street").unwrap();
    let mut of_1993 = Builder::new(&ISO93_ASCII, Mti::REVERSAL_ADVICE);
    refused(
        of_1993.set(56, "1200000042"),
        Path::Sub(56, 3),
        EncodeErrorKind::Structure,
    );
    of_1993.set(56, "12000000422511221234560510031").unwrap();
}

#[test]
fn parts_that_are_never_set_are_filled() {
    for dialect in [&ISO87_ASCII, &ISO87_BINARY] {
        let mut reversal = Builder::new(dialect, Mti::REVERSAL_ADVICE);
        reversal
            .set_sub(90, 2, "42")
            .unwrap()
            .set_sub(90, 1, "0200")
            .unwrap();
        reversal.set_sub(43, 2, "Paris").unwrap();
        let bytes = encoded(&reversal);
        let message = Message::decode(dialect, &bytes).unwrap();
        let expect = format!("0200000042{}", "0".repeat(32));
        assert_eq!(message.text(90).as_deref(), Some(expect.as_str()));
        assert_eq!(message.sub(43, 2).as_deref(), Some("Paris        "));
        assert_eq!(message.sub(43, 4).as_deref(), Some("  "));
    }
}

#[test]
fn the_original_of_1993_has_a_variable_last_part() {
    let mut reversal = Builder::new(&ISO93_ASCII, Mti::REVERSAL_ADVICE);
    for (part, value) in [
        (1, "1200"),
        (2, "000042"),
        (3, "251122123456"),
        (4, "10031"),
    ] {
        reversal.set_sub(56, part, value).unwrap();
    }
    let bytes = encoded(&reversal);
    let message = Message::decode(&ISO93_ASCII, &bytes).unwrap();
    assert_eq!(
        message.text(56).as_deref(),
        Some("12000000422511221234560510031")
    );
    assert_eq!(message.sub(56, 4).as_deref(), Some("10031"));
}

#[test]
fn tagged_values_keep_the_order_in_which_they_were_set() {
    let mut message = builder();
    message
        .set_sub(48, 92, "123")
        .unwrap()
        .set_sub(48, 42, "05")
        .unwrap();
    let bytes = encoded(&message);
    let decoded = Message::decode(&ISO87_ASCII, &bytes).unwrap();
    assert_eq!(decoded.text(48).as_deref(), Some("9203123420205"));
    assert_eq!(decoded.sub(48, 42).as_deref(), Some("05"));
    assert_eq!(decoded.sub(48, 44), None);
}

#[test]
fn numbers_of_any_size_become_digits() {
    for (number, digits) in [
        (0, "0000000000000000"),
        (9_999_999_999_999_999, "9999999999999999"),
    ] {
        let mut message = builder();
        message.set_number(86, number).unwrap();
        let bytes = encoded(&message);
        let decoded = Message::decode(&ISO87_ASCII, &bytes).unwrap();
        assert_eq!(decoded.text(86).as_deref(), Some(digits));
        assert_eq!(decoded.numeric(86), Some(number));
    }
    refused(
        builder().set_number(86, u64::MAX),
        Path::Field(86),
        EncodeErrorKind::TooLong,
    );
}

#[test]
fn an_answer_copies_what_the_question_carried() {
    let mut question = builder();
    question
        .set_number(11, 42)
        .unwrap()
        .set(41, "TERM0001")
        .unwrap();
    question.set_bytes(52, &[9; 8][..]).unwrap();
    let bytes = encoded(&question);
    let question = Message::decode(&ISO87_ASCII, &bytes).unwrap();

    let mut answer = Builder::new(&ISO87_ASCII, question.mti().response().unwrap());
    for field in [4, 11, 41, 52, 64, 200] {
        answer.copy(&question, field).unwrap();
    }
    let bytes = encoded(&answer);
    let answer = Message::decode(&ISO87_ASCII, &bytes).unwrap();
    assert_eq!(answer.mti(), Mti::FINANCIAL_RESPONSE);
    assert_eq!(answer.fields().iter().collect::<Vec<_>>(), [11, 41, 52]);
    assert_eq!(answer.bytes(52).as_deref(), Some(&[9; 8][..]));
}
