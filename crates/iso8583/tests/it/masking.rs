//! Printing: a card number or a security code never appears, however the message is printed.

use iso8583::{Builder, ISO87_ASCII, ISO93_ASCII, Message, Mti};
use proptest::prelude::*;

use crate::sample::{DIALECTS, purchase};

const PAN: &str = "4000001234567890128";

#[test]
fn a_message_prints_on_one_line() {
    let bytes = purchase(&ISO87_ASCII);
    let message = Message::decode(&ISO87_ASCII, &bytes).unwrap();
    assert_eq!(
        message.to_string(),
        "0200 {2: 400000*********0128, 3: 000000, 4: 000000001250, 7: 1122123456, 11: 000042, \
         14: <4 hidden>, 35: <31 hidden>, 37: 532612000042, 41: TERM0001, 48: {92: <3 hidden>}, \
         49: 978, 52: <8 hidden>, 55: <9 hidden>, 97: C0000000000001250}"
    );
    assert_eq!(format!("{message:?}"), format!("Message({message})"));
}

#[test]
fn a_message_is_described_for_people() {
    let mut builder = Builder::new(&ISO87_ASCII, Mti::FINANCIAL_RESPONSE);
    builder
        .set(2, PAN)
        .unwrap()
        .set(39, "05")
        .unwrap()
        .set_sub(48, 44, "N")
        .unwrap();
    let mut bytes = Vec::new();
    builder.encode(&mut bytes).unwrap();
    let message = Message::decode(&ISO87_ASCII, &bytes).unwrap();
    assert_eq!(
        message.describe(),
        "0210 iso87-ascii\n    \
             2 Primary account number: 400000*********0128\n   \
             39 Response code: 05\n   \
             48 Additional data, private: {44: N}\n"
    );
}

#[test]
fn a_builder_prints_masked_too() {
    let mut builder = Builder::new(&ISO87_ASCII, Mti::FINANCIAL_REQUEST);
    builder.set(2, PAN).unwrap().set_number(4, 1250).unwrap();
    builder
        .set_sub(48, 92, "987")
        .unwrap()
        .set_sub(90, 1, "0100")
        .unwrap();
    let printed = format!("{builder:?}");
    assert!(printed.starts_with("Builder(0200 {2: 400000*********0128, 4: 1250, 48: {92: <3"));
    assert!(!printed.contains(PAN));
    assert!(!printed.contains("987"));
}

#[test]
fn errors_name_the_place_and_never_the_value() {
    let mut builder = Builder::new(&ISO87_ASCII, Mti::FINANCIAL_REQUEST);
    let error = builder.set(2, format!("{PAN}{PAN}")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot encode at 2: the value is longer than the field"
    );
    let mut bytes = purchase(&ISO93_ASCII);
    bytes.truncate(40);
    let error = Message::decode(&ISO93_ASCII, &bytes).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("400000"));
}

proptest! {
    #[test]
    fn a_card_number_is_never_printed(
        pan in "[1-9][0-9]{12,18}",
        dialect in 0..3_usize,
        code in "[0-9]{3,4}",
    ) {
        let dialect = DIALECTS[dialect];
        let mut builder = Builder::new(dialect, Mti::FINANCIAL_REQUEST);
        let chip: Vec<u8> = [&[0x5A, 10][..], pan.as_bytes()].concat();
        builder.set(2, &pan).unwrap();
        builder.set(34, &pan).unwrap();
        builder.set(35, format!("{pan}=2912101")).unwrap();
        builder.set(36, format!("{pan}=2912101")).unwrap();
        builder.set(45, format!("B{pan}^HOLDER^2912")).unwrap();
        builder.set(47, &pan).unwrap();
        builder.set_sub(48, 92, &code).unwrap();
        builder.set_sub(48, 43, &pan).unwrap();
        builder.set_bytes(55, chip).unwrap();
        builder.set(60, &pan).unwrap();
        builder.set(102, &pan).unwrap();
        builder.set(120, format!("PAN{pan}")).unwrap();
        let mut bytes = Vec::new();
        builder.encode(&mut bytes).unwrap();
        let message = Message::decode(dialect, &bytes).unwrap();

        let hex: String = pan.bytes().map(|byte| format!("{byte:02X}")).collect();
        let printed = format!("{builder:?}\n{message}\n{message:?}\n{}", message.describe());
        prop_assert!(!printed.contains(&pan));
        prop_assert!(!printed.contains(&hex));
        prop_assert!(printed.contains(&pan[pan.len() - 4..]), "the last four are shown");
        let shown = printed.matches('*').count();
        prop_assert!(shown >= 3 * (pan.len() - 10), "the middle is stars");
    }
}
