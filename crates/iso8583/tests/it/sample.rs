//! Makes valid messages out of arbitrary bytes, from the dialect's own table.
//!
//! It deliberately reads the same table as the codec: what the table *says* is the business of the
//! snapshots and of the differential test.

use std::collections::BTreeMap;

use iso8583::{Builder, Dialect, Field, Kind, Mti, Size, Subs};
use iso8583::{ISO87_ASCII, ISO87_BINARY, ISO93_ASCII};

pub(crate) static DIALECTS: [&Dialect; 3] = [&ISO87_ASCII, &ISO87_BINARY, &ISO93_ASCII];

/// A message as plain data: every field with its logical value.
pub(crate) type Values = BTreeMap<u8, Vec<u8>>;

/// The characters that a class may hold, besides signs.
fn alphabet(kind: Kind) -> Vec<u8> {
    match kind {
        Kind::N | Kind::Xn => (b'0'..=b'9').collect(),
        Kind::An => (b'0'..=b'9')
            .chain(b'A'..=b'Z')
            .chain(b'a'..=b'z')
            .collect(),
        Kind::Ans => (b' '..=b'~').collect(),
        Kind::Ns => (b' '..=b'@').collect(),
        Kind::Z => (b'0'..=b'?').collect(),
        Kind::B => (0..=255).collect(),
    }
}

fn spell(kind: Kind, units: usize, entropy: &[u8]) -> Vec<u8> {
    let alphabet = alphabet(kind);
    let mut value: Vec<u8> = (0..units)
        .map(|index| {
            let byte = entropy
                .get(index % entropy.len().max(1))
                .copied()
                .unwrap_or_default();
            alphabet[usize::from(byte) % alphabet.len()]
        })
        .collect();
    if kind == Kind::Xn {
        value[0] = if entropy.first().is_some_and(|byte| *byte > 127) {
            b'C'
        } else {
            b'D'
        };
    }
    value
}

/// A value that the field admits, shaped by arbitrary bytes; its length too.
pub(crate) fn value(field: &Field, entropy: &[u8]) -> Vec<u8> {
    let element = &field.element;
    match (element.subs, element.size) {
        (Subs::Tagged(subs), _) => {
            let chosen = subs.iter().zip(entropy.iter().chain([&7; 9]));
            let mut text = Vec::new();
            for (sub, choice) in chosen.filter(|(_, choice)| *choice % 2 == 1) {
                let units = usize::from(*choice) % (sub.size.max() + 1);
                text.extend(format!("{:02}{units:02}", sub.number).into_bytes());
                text.extend(spell(sub.kind, units, entropy));
            }
            text
        }
        (Subs::Positional(_), Size::Ll(_)) => {
            let units = entropy.len() % 12;
            let mut text = spell(Kind::N, 22, entropy);
            text.extend(format!("{units:02}").into_bytes());
            text.extend(spell(Kind::N, units, entropy));
            text
        }
        (_, Size::Fixed(units)) => spell(element.kind, units, entropy),
        (_, Size::Ll(max) | Size::Lll(max)) => {
            let longest = entropy.first() == Some(&255);
            let units = if longest {
                max
            } else {
                entropy.len() % (max + 1)
            };
            spell(element.kind, units, entropy)
        }
    }
}

/// A whole message out of `(field, entropy)` pairs; numbers that are no fields are left out.
pub(crate) fn values(dialect: &Dialect, seeds: &[(u8, Vec<u8>)]) -> Values {
    seeds
        .iter()
        .filter_map(|(number, entropy)| {
            let field = dialect.field(*number)?;
            Some((*number, value(field, entropy)))
        })
        .collect()
}

/// The message on the wire.
pub(crate) fn encode(dialect: &'static Dialect, mti: Mti, values: &Values) -> Vec<u8> {
    let mut builder = Builder::new(dialect, mti);
    for (number, value) in values {
        let set = if dialect.field(*number).unwrap().element.kind == Kind::B {
            builder.set_bytes(*number, &value[..])
        } else {
            builder.set(*number, std::str::from_utf8(value).unwrap())
        };
        set.unwrap();
    }
    let mut out = Vec::new();
    builder.encode(&mut out).unwrap();
    out
}

/// A purchase with every kind of field in it.
pub(crate) fn purchase(dialect: &'static Dialect) -> Vec<u8> {
    let mut builder = Builder::new(dialect, Mti::FINANCIAL_REQUEST);
    builder
        .set(2, "4000001234567890128")
        .unwrap()
        .set(3, "000000")
        .unwrap()
        .set_number(4, 1250)
        .unwrap()
        .set(7, "1122123456")
        .unwrap()
        .set_number(11, 42)
        .unwrap()
        .set(14, "2912")
        .unwrap()
        .set_bytes(52, &[0xA5; 8][..])
        .unwrap()
        .set(35, "4000001234567890128=29121010000")
        .unwrap()
        .set(37, "532612000042")
        .unwrap()
        .set(41, "TERM0001")
        .unwrap()
        .set_sub(48, 92, "123")
        .unwrap()
        .set(49, "978")
        .unwrap()
        .set_bytes(55, &[0x9F, 0x02, 0x06, 0, 0, 0, 0, 0x12, 0x50][..])
        .unwrap()
        .set(97, "C0000000000001250")
        .unwrap();
    let mut out = Vec::new();
    builder.encode(&mut out).unwrap();
    out
}

/// A small generator for repeatable tests (SplitMix64).
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end).unwrap()).unwrap()
    }

    pub(crate) fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.next().to_be_bytes()[0]).collect()
    }
}
