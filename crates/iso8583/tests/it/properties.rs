//! What holds for every message: it survives the wire, and no bytes make the codec panic.

use iso8583::{Message, Mti};
use proptest::prelude::*;

use crate::exercise::exercise;
use crate::sample::{DIALECTS, encode, values};

fn seeds() -> impl Strategy<Value = Vec<(u8, Vec<u8>)>> {
    let entropy = prop_oneof![
        8 => prop::collection::vec(any::<u8>(), 0..64),
        1 => prop::collection::vec(any::<u8>(), 900..1000),
    ];
    prop::collection::vec((2..=128_u8, entropy), 0..40)
}

fn mti() -> impl Strategy<Value = Mti> {
    ("[1-8]", "[0-5]", "[0-5]").prop_map(|(class, function, origin)| {
        let digits = format!("0{class}{function}{origin}");
        Mti::from_digits(digits.as_bytes().try_into().unwrap()).unwrap()
    })
}

proptest! {
    #[test]
    fn a_message_survives_the_wire(dialect in 0..3_usize, mti in mti(), seeds in seeds()) {
        let dialect = DIALECTS[dialect];
        let values = values(dialect, &seeds);
        let bytes = encode(dialect, mti, &values);
        let message = Message::decode(dialect, &bytes).unwrap();
        prop_assert_eq!(message.mti(), mti.in_version(dialect.version));
        let present: Vec<u8> = message.fields().iter().collect();
        prop_assert_eq!(present, values.keys().copied().collect::<Vec<_>>());
        for (number, value) in &values {
            let bytes = message.bytes(*number).unwrap();
            prop_assert_eq!(bytes.as_ref(), &value[..], "field {}", number);
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        exercise(&bytes);
    }

    #[test]
    fn a_valid_head_with_arbitrary_bytes_never_panics(
        dialect in 0..3_u8,
        bitmap in any::<[u8; 16]>(),
        body in "[0-9 A-F]{0,300}",
    ) {
        let head = [&b"0200"[..], &[0x02, 0x00], b"1200"][usize::from(dialect)];
        let hex: String = bitmap.iter().map(|byte| format!("{byte:02X}")).collect();
        let bitmap = if dialect == 0 { hex.as_bytes() } else { &bitmap };
        exercise(&[&[dialect], head, bitmap, body.as_bytes()].concat());
    }

    #[test]
    fn a_changed_message_is_refused_or_stable(
        dialect in 0..3_u8,
        seeds in seeds(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let table = DIALECTS[usize::from(dialect)];
        let mut bytes = encode(table, Mti::FINANCIAL_REQUEST, &values(table, &seeds));
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        bytes.insert(0, dialect);
        exercise(&bytes);
    }
}
