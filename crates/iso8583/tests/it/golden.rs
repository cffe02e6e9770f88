//! The messages of a card payment, spelled out piece by piece in each dialect: what a person with
//! the standard beside them would write.

use iso8583::{Builder, Dialect, EncodeError, Message, Mti, Origin};
use iso8583::{ISO87_ASCII, ISO87_BINARY, ISO93_ASCII};

/// The bytes behind hexadecimal digits between spaces, and behind text between quotes.
fn bytes(pieces: &[&str]) -> Vec<u8> {
    let mut out = Vec::new();
    for piece in pieces {
        if let Some(text) = piece.strip_prefix('"') {
            out.extend(text.strip_suffix('"').expect("a closing quote").bytes());
        } else {
            let digits: Vec<u8> = piece.bytes().filter(|byte| *byte != b' ').collect();
            out.extend(
                digits.chunks(2).map(|pair| {
                    u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()
                }),
            );
        }
    }
    out
}

/// Writes the message, compares every byte, reads it back and writes it again.
#[track_caller]
fn check(
    dialect: &'static Dialect,
    mti: Mti,
    fill: impl Fn(&mut Builder<'static>) -> Result<(), EncodeError>,
    pieces: &[&str],
) {
    let mut builder = Builder::new(dialect, mti);
    fill(&mut builder).unwrap();
    let mut written = Vec::new();
    builder.encode(&mut written).unwrap();
    let expected = bytes(pieces);
    let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert_eq!(
        written,
        expected,
        "{} instead of {}",
        shown(&written),
        shown(&expected)
    );

    let message = Message::decode(dialect, &expected).unwrap();
    let mut again = Builder::new(dialect, message.mti());
    for field in message.fields().iter() {
        again.copy(&message, field).unwrap();
    }
    let mut rewritten = Vec::new();
    again.encode(&mut rewritten).unwrap();
    assert_eq!(rewritten, expected);
}

fn purchase(builder: &mut Builder<'static>) -> Result<(), EncodeError> {
    builder
        .set(2, "378282246310005")?
        .set(3, "000000")?
        .set_number(4, 1250)?
        .set(7, "1122123456")?
        .set_number(11, 42)?
        .set(14, "2912")?
        .set(22, "012")?
        .set(37, "632612000042")?
        .set(41, "T1")?
        .set(42, "MERCHANT0000001")?
        .set_sub(48, 92, "1234")?
        .set(49, "978")?;
    Ok(())
}

#[test]
fn a_purchase_of_1987_in_ascii() {
    check(
        &ISO87_ASCII,
        Mti::FINANCIAL_REQUEST,
        purchase,
        &[
            "\"0200\"",
            "\"7224040008C18000\"",
            "\"15378282246310005\"",
            "\"000000\"",
            "\"000000001250\"",
            "\"1122123456\"",
            "\"000042\"",
            "\"2912\"",
            "\"012\"",
            "\"632612000042\"",
            "\"T1      \"",
            "\"MERCHANT0000001\"",
            "\"00892041234\"",
            "\"978\"",
        ],
    );
}

#[test]
fn a_purchase_of_1987_packed() {
    check(
        &ISO87_BINARY,
        Mti::FINANCIAL_REQUEST,
        purchase,
        &[
            "02 00",
            "72 24 04 00 08 C1 80 00",
            "15 03 78 28 22 46 31 00 05",
            "00 00 00",
            "00 00 00 00 12 50",
            "11 22 12 34 56",
            "00 00 42",
            "29 12",
            "00 12",
            "\"632612000042\"",
            "\"T1      \"",
            "\"MERCHANT0000001\"",
            "00 08",
            "\"92041234\"",
            "\"978\"",
        ],
    );
}

#[test]
fn a_purchase_of_1993() {
    check(
        &ISO93_ASCII,
        Mti::FINANCIAL_REQUEST,
        |builder| {
            builder
                .set(2, "378282246310005")?
                .set(3, "000000")?
                .set_number(4, 1250)?;
            builder
                .set_number(11, 42)?
                .set(12, "261122133456")?
                .set(14, "2912")?;
            builder
                .set(22, "600050600110")?
                .set(24, "200")?
                .set(49, "978")?;
            Ok(())
        },
        &[
            "\"1200\"",
            "70 34 05 00 00 00 80 00",
            "\"15378282246310005\"",
            "\"000000\"",
            "\"000000001250\"",
            "\"000042\"",
            "\"261122133456\"",
            "\"2912\"",
            "\"600050600110\"",
            "\"200\"",
            "\"978\"",
        ],
    );
}

fn reversal(builder: &mut Builder<'static>) -> Result<(), EncodeError> {
    builder
        .set(7, "1122123556")?
        .set_number(11, 43)?
        .set(41, "TERM0001")?
        .set_sub(90, 1, "0200")?
        .set_sub(90, 2, "000042")?
        .set_sub(90, 3, "1122123456")?
        .set_sub(90, 4, "00000010031")?;
    Ok(())
}

#[test]
fn a_repeated_reversal_of_1987_in_ascii() {
    check(
        &ISO87_ASCII,
        Mti::REVERSAL_ADVICE.repeat(),
        reversal,
        &[
            "\"0421\"",
            "\"82200000008000000000004000000000\"",
            "\"1122123556\"",
            "\"000043\"",
            "\"TERM0001\"",
            "\"0200\"",
            "\"000042\"",
            "\"1122123456\"",
            "\"00000010031\"",
            "\"00000000000\"",
        ],
    );
}

#[test]
fn a_repeated_reversal_of_1987_packed() {
    check(
        &ISO87_BINARY,
        Mti::REVERSAL_ADVICE.repeat(),
        reversal,
        &[
            "04 21",
            "82 20 00 00 00 80 00 00 00 00 00 40 00 00 00 00",
            "11 22 12 35 56",
            "00 00 43",
            "\"TERM0001\"",
            "02 00 00 00 42 11 22 12 34 56 00 00 00 10 03 10 00 00 00 00 00",
        ],
    );
}

#[test]
fn a_reversal_of_1993() {
    check(
        &ISO93_ASCII,
        Mti::REVERSAL_ADVICE,
        |builder| {
            builder
                .set_number(11, 43)?
                .set(24, "400")?
                .set(25, "4021")?;
            builder.set_sub(56, 1, "1200")?.set_sub(56, 2, "000042")?;
            builder
                .set_sub(56, 3, "261122133456")?
                .set_sub(56, 4, "10031")?;
            Ok(())
        },
        &[
            "\"1420\"",
            "00 20 01 80 00 00 01 00",
            "\"000043\"",
            "\"400\"",
            "\"4021\"",
            "\"2912000000422611221334560510031\"",
        ],
    );
}

#[test]
fn a_chip_and_a_track_in_each_dialect() {
    let chip = |builder: &mut Builder<'static>| {
        builder.set(35, "4242424242424242=29122010000")?;
        builder.set_bytes(52, vec![0x12, 0x34, 0x56, 0x78, 0x9A, 0xBC, 0xDE, 0xF0])?;
        builder.set_bytes(55, vec![0x9F, 0x02, 0x01, 0xFF])?;
        Ok(())
    };
    let request = Mti::AUTHORIZATION_REQUEST;
    let text = [
        "\"0100\"",
        "\"0000000020001200\"",
        "\"284242424242424242=29122010000\"",
        "\"123456789ABCDEF0\"",
        "\"0089F0201FF\"",
    ];
    check(&ISO87_ASCII, request, chip, &text);
    let packed = [
        "01 00",
        "00 00 00 00 20 00 12 00",
        "28 42 42 42 42 42 42 42 42 D2 91 22 01 00 00",
        "12 34 56 78 9A BC DE F0",
        "00 04 9F 02 01 FF",
    ];
    check(&ISO87_BINARY, request, chip, &packed);
    let mixed = [
        "\"1100\"",
        "00 00 00 00 20 00 12 00",
        "\"284242424242424242=29122010000\"",
        "12 34 56 78 9A BC DE F0",
        "\"004\"",
        "9F 02 01 FF",
    ];
    check(&ISO93_ASCII, request, chip, &mixed);
}

#[test]
fn amounts_with_a_sign_in_each_dialect() {
    let fees = |builder: &mut Builder<'static>| {
        builder.set(28, "D00000150")?.set(97, "C0000000000001250")?;
        Ok(())
    };
    let advice = Mti::FINANCIAL_ADVICE;
    let map = "80 00 00 10 00 00 00 00 00 00 00 00 80 00 00 00";
    let text = [
        "\"0220\"",
        "\"80000010000000000000000080000000\"",
        "\"D00000150C0000000000001250\"",
    ];
    check(&ISO87_ASCII, advice, fees, &text);
    let packed = ["02 20", map, "44 00 00 01 50", "43 00 00 00 00 00 00 12 50"];
    check(&ISO87_BINARY, advice, fees, &packed);
}

#[test]
fn an_echo_in_each_dialect() {
    let echo = |builder: &mut Builder<'static>| {
        builder
            .set(7, "1122123456")?
            .set_number(11, 1)?
            .set(70, "301")?;
        Ok(())
    };
    let text = [
        "\"0800\"",
        "\"82200000000000000400000000000000\"",
        "\"1122123456\"",
        "\"000001\"",
        "\"301\"",
    ];
    check(&ISO87_ASCII, Mti::NETWORK_REQUEST, echo, &text);
    let packed = [
        "08 00",
        "82 20 00 00 00 00 00 00 04 00 00 00 00 00 00 00",
        "11 22 12 34 56",
        "00 00 01",
        "03 01",
    ];
    check(&ISO87_BINARY, Mti::NETWORK_REQUEST, echo, &packed);
    let of_1993 = |builder: &mut Builder<'static>| {
        builder
            .set(7, "1122123456")?
            .set_number(11, 1)?
            .set(24, "831")?;
        Ok(())
    };
    let mixed = [
        "\"1804\"",
        "02 20 01 00 00 00 00 00",
        "\"1122123456\"",
        "\"000001\"",
        "\"831\"",
    ];
    check(
        &ISO93_ASCII,
        Mti::NETWORK_REQUEST.from_origin(Origin::Other),
        of_1993,
        &mixed,
    );
}
