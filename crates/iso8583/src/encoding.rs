//! How the characters of one value stand on the wire: as ASCII, packed digits, hexadecimal, bytes.
//!
//! It owns nothing but the value itself; the length in front is [`crate::Prefix`]'s, the filling of
//! a short value the field's.

use std::borrow::Cow;

use crate::error::DecodeErrorKind;
use crate::field::Kind;

/// The wire form of a value. Lengths are counted in *units*: characters, digits or bytes of the
/// value, whatever room they take on the wire.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    /// One ASCII byte per character.
    Ascii,
    /// Bytes as two hexadecimal ASCII digits each; written in upper case, read in either.
    Hex,
    /// Bytes as they are.
    Binary,
    /// Two decimal digits per byte; an odd number of digits begins with a zero nibble.
    Bcd,
    /// Two track characters per byte (their low nibbles, so that `=` is D); an odd number of them
    /// ends with the nibble F, as in EMV tag 57.
    TrackBcd,
    /// The sign `C` or `D` as one ASCII byte, then the digits as [`Encoding::Bcd`].
    SignedBcd,
}

impl Encoding {
    /// The bytes on the wire that a value of so many units takes.
    pub const fn wire_len(self, units: usize) -> usize {
        match self {
            Encoding::Ascii | Encoding::Binary => units,
            Encoding::Hex => units * 2,
            Encoding::Bcd | Encoding::TrackBcd => units.div_ceil(2),
            Encoding::SignedBcd => 1 + units.saturating_sub(1).div_ceil(2),
        }
    }

    /// What the length in front of the value says: units, except that hexadecimal digits are
    /// counted themselves.
    pub(crate) const fn count(self, units: usize) -> usize {
        match self {
            Encoding::Hex => units * 2,
            Encoding::Ascii
            | Encoding::Binary
            | Encoding::Bcd
            | Encoding::TrackBcd
            | Encoding::SignedBcd => units,
        }
    }

    /// The reverse of [`Encoding::count`]; `None` for half a byte.
    pub(crate) const fn units(self, count: usize) -> Option<usize> {
        match self {
            Encoding::Hex if count % 2 == 1 => None,
            Encoding::Hex => Some(count / 2),
            Encoding::Ascii
            | Encoding::Binary
            | Encoding::Bcd
            | Encoding::TrackBcd
            | Encoding::SignedBcd => Some(count),
        }
    }

    /// Appends a value of `units` units. The caller has checked its characters.
    pub(crate) fn write(
        self,
        mut value: impl Iterator<Item = u8>,
        units: usize,
        out: &mut Vec<u8>,
    ) {
        match self {
            Encoding::Ascii | Encoding::Binary => out.extend(value),
            Encoding::Hex => {
                value.for_each(|byte| out.extend([hex_digit(byte >> 4), hex_digit(byte & 15)]));
            }
            Encoding::Bcd => {
                let filling = (units % 2 == 1).then_some(0);
                write_nibbles(filling.into_iter().chain(value), out);
            }
            Encoding::TrackBcd => {
                let filling = (units % 2 == 1).then_some(15);
                write_nibbles(value.chain(filling), out);
            }
            Encoding::SignedBcd => {
                out.extend(value.next());
                Encoding::Bcd.write(value, units.saturating_sub(1), out);
            }
        }
    }

    /// Checks that `wire` is a value of so many units and of this kind.
    pub(crate) fn check(
        self,
        kind: Kind,
        wire: &[u8],
        units: usize,
    ) -> Result<(), DecodeErrorKind> {
        match self {
            Encoding::Ascii if kind.admits(wire) => Ok(()),
            Encoding::Hex if wire.iter().all(u8::is_ascii_hexdigit) => Ok(()),
            Encoding::Ascii | Encoding::Hex => Err(DecodeErrorKind::Character),
            Encoding::Binary => Ok(()),
            Encoding::Bcd if units % 2 == 1 && wire.first().is_some_and(|byte| byte >> 4 != 0) => {
                Err(DecodeErrorKind::Padding)
            }
            Encoding::Bcd => match wire.iter().all(|byte| byte >> 4 < 10 && byte & 15 < 10) {
                true => Ok(()),
                false => Err(DecodeErrorKind::Character),
            },
            Encoding::TrackBcd => {
                match units % 2 == 1 && wire.last().is_none_or(|b| b & 15 != 15) {
                    true => Err(DecodeErrorKind::Padding),
                    false => Ok(()),
                }
            }
            Encoding::SignedBcd => match wire.split_first() {
                Some((b'C' | b'D', digits)) => Encoding::Bcd.check(kind, digits, units - 1),
                _ => Err(DecodeErrorKind::Character),
            },
        }
    }

    /// The value behind checked wire bytes: text as ASCII, bytes as bytes. Borrowed where the wire
    /// form is the value itself.
    pub(crate) fn value(self, wire: &[u8], units: usize) -> Cow<'_, [u8]> {
        let odd = units % 2;
        match self {
            Encoding::Ascii | Encoding::Binary => Cow::Borrowed(wire),
            Encoding::Hex => Cow::Owned(wire.chunks(2).map(hex_byte).collect()),
            Encoding::Bcd => Cow::Owned(nibbles(wire).skip(odd).collect()),
            Encoding::TrackBcd => Cow::Owned(nibbles(wire).take(units).collect()),
            Encoding::SignedBcd => {
                let (sign, digits) = wire.split_at_checked(1).unwrap_or((wire, &[]));
                let skipped = (units + 1) % 2;
                Cow::Owned(
                    sign.iter()
                        .copied()
                        .chain(nibbles(digits).skip(skipped))
                        .collect(),
                )
            }
        }
    }
}

/// The nibbles of packed digits as the characters `0`–`?`; the decimal ones are digits.
fn nibbles(wire: &[u8]) -> impl Iterator<Item = u8> {
    wire.iter()
        .flat_map(|byte| [b'0' + (byte >> 4), b'0' + (byte & 15)])
}

/// Packs the low nibbles of an even number of characters.
fn write_nibbles(characters: impl Iterator<Item = u8>, out: &mut Vec<u8>) {
    let mut high = None;
    for character in characters {
        let nibble = character & 15;
        match high.take() {
            None => high = Some(nibble << 4),
            Some(high) => out.push(high | nibble),
        }
    }
    debug_assert!(high.is_none(), "half a byte is left over");
}

/// The upper-case hexadecimal digit of a nibble.
pub(crate) const fn hex_digit(nibble: u8) -> u8 {
    match nibble {
        0..=9 => b'0' + nibble,
        _ => b'A' + (nibble & 15) - 10,
    }
}

/// The value of a hexadecimal digit of either case.
pub(crate) const fn hex_value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

fn hex_byte(pair: &[u8]) -> u8 {
    pair.iter()
        .filter_map(|digit| hex_value(*digit))
        .fold(0, |byte, digit| byte << 4 | digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One value, its wire form in hexadecimal, and back.
    #[track_caller]
    fn check(encoding: Encoding, kind: Kind, value: &[u8], wire_hex: &str) {
        let mut wire = Vec::new();
        encoding.write(value.iter().copied(), value.len(), &mut wire);
        assert_eq!(hex(&wire), wire_hex);
        assert_eq!(wire.len(), encoding.wire_len(value.len()));
        assert_eq!(encoding.check(kind, &wire, value.len()), Ok(()));
        assert_eq!(encoding.value(&wire, value.len()), value);
        assert_eq!(
            encoding.units(encoding.count(value.len())),
            Some(value.len())
        );
    }

    #[track_caller]
    fn refused(encoding: Encoding, kind: Kind, wire: &[u8], units: usize, why: DecodeErrorKind) {
        assert_eq!(encoding.check(kind, wire, units), Err(why));
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02X}")).collect()
    }

    #[test]
    fn ascii_is_itself() {
        check(Encoding::Ascii, Kind::N, b"", "");
        check(
            Encoding::Ascii,
            Kind::N,
            b"0123456789",
            "30313233343536373839",
        );
        check(Encoding::Ascii, Kind::Ans, b"A b~", "4120627E");
        check(
            Encoding::Ascii,
            Kind::Xn,
            b"C00000150",
            "433030303030313530",
        );
        assert!(
            matches!(Encoding::Ascii.value(b"12", 2), Cow::Borrowed(_)),
            "not copied"
        );
    }

    #[test]
    fn hexadecimal_is_two_digits_a_byte() {
        check(Encoding::Hex, Kind::B, &[], "");
        check(Encoding::Hex, Kind::B, &[0x00, 0x9F, 0xAB], "303039464142");
        assert_eq!(
            Encoding::Hex.value(b"9fab", 2).as_ref(),
            [0x9F, 0xAB],
            "lower case is read"
        );
    }

    #[test]
    fn binary_is_itself() {
        check(Encoding::Binary, Kind::B, &[0, 255, 128], "00FF80");
        assert!(
            matches!(Encoding::Binary.value(&[1], 1), Cow::Borrowed(_)),
            "not copied"
        );
    }

    #[test]
    fn packed_digits_begin_with_zero_when_odd() {
        check(Encoding::Bcd, Kind::N, b"", "");
        check(Encoding::Bcd, Kind::N, b"1", "01");
        check(Encoding::Bcd, Kind::N, b"12", "12");
        check(Encoding::Bcd, Kind::N, b"978", "0978");
        check(Encoding::Bcd, Kind::N, b"000000001250", "000000001250");
    }

    #[test]
    fn packed_tracks_end_with_f_when_odd() {
        check(Encoding::TrackBcd, Kind::Z, b"", "");
        check(Encoding::TrackBcd, Kind::Z, b"12=34", "12D34F");
        check(Encoding::TrackBcd, Kind::Z, b"12=3", "12D3");
        check(Encoding::TrackBcd, Kind::Z, b"1:;<=>?2", "1ABCDEF2");
    }

    #[test]
    fn a_signed_amount_keeps_its_sign_readable() {
        check(Encoding::SignedBcd, Kind::Xn, b"C00000150", "4300000150");
        check(
            Encoding::SignedBcd,
            Kind::Xn,
            b"D0000000000000001",
            "440000000000000001",
        );
        check(Encoding::SignedBcd, Kind::Xn, b"C150", "430150");
    }

    #[test]
    fn letters_in_digits_are_refused() {
        refused(
            Encoding::Ascii,
            Kind::N,
            b"12A4",
            4,
            DecodeErrorKind::Character,
        );
        refused(
            Encoding::Ascii,
            Kind::An,
            b"\xC3\xA9",
            2,
            DecodeErrorKind::Character,
        );
        refused(Encoding::Hex, Kind::B, b"0G", 1, DecodeErrorKind::Character);
        refused(
            Encoding::Bcd,
            Kind::N,
            &[0x1A],
            2,
            DecodeErrorKind::Character,
        );
        refused(
            Encoding::Bcd,
            Kind::N,
            &[0xA1],
            2,
            DecodeErrorKind::Character,
        );
        refused(
            Encoding::SignedBcd,
            Kind::Xn,
            b"X\x01",
            3,
            DecodeErrorKind::Character,
        );
        refused(
            Encoding::SignedBcd,
            Kind::Xn,
            &[],
            3,
            DecodeErrorKind::Character,
        );
        refused(
            Encoding::SignedBcd,
            Kind::Xn,
            b"C\x0A",
            3,
            DecodeErrorKind::Character,
        );
    }

    #[test]
    fn a_wrong_filling_is_refused() {
        refused(
            Encoding::Bcd,
            Kind::N,
            &[0x11, 0x23],
            3,
            DecodeErrorKind::Padding,
        );
        refused(
            Encoding::TrackBcd,
            Kind::Z,
            &[0x12, 0x30],
            3,
            DecodeErrorKind::Padding,
        );
        refused(
            Encoding::SignedBcd,
            Kind::Xn,
            b"C\x11\x23",
            4,
            DecodeErrorKind::Padding,
        );
    }

    #[test]
    fn half_a_byte_is_no_length() {
        assert_eq!(Encoding::Hex.units(3), None);
        assert_eq!(Encoding::Hex.units(4), Some(2));
        assert_eq!(Encoding::Bcd.units(3), Some(3));
    }
}
