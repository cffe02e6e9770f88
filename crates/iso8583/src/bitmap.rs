//! Which fields a message carries: the primary bitmap (1–64) and the secondary one (65–128).
//!
//! Bit 1 announces the secondary bitmap and is written and consumed here. Bit 65 would announce
//! a third one; no dialect defines it, so the decoder refuses it as an unknown field.

use crate::encoding::{hex_digit, hex_value};
use crate::error::DecodeErrorKind;

/// How a bitmap stands on the wire.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BitmapForm {
    /// Eight bytes for 64 fields.
    Binary,
    /// Sixteen hexadecimal digits for 64 fields; written in upper case, read in either.
    Hex,
}

impl BitmapForm {
    const fn wire_len(self) -> usize {
        match self {
            BitmapForm::Binary => 8,
            BitmapForm::Hex => 16,
        }
    }
}

/// A set of field numbers from 2 to 128.
///
/// Field 1 is the topmost bit, as on the wire.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub struct Bitmap(u128);

/// The bit that announces the secondary bitmap.
const SECONDARY: u128 = 1 << 127;

impl Bitmap {
    /// No field.
    pub const EMPTY: Bitmap = Bitmap(0);

    const fn bit(field: u8) -> u128 {
        match field {
            2..=128 => 1 << (128 - field),
            _ => 0,
        }
    }

    /// Adds a field. Numbers outside 2–128 are not fields and change nothing.
    pub const fn insert(&mut self, field: u8) {
        self.0 |= Bitmap::bit(field);
    }

    /// True when the field is in the set.
    pub const fn contains(self, field: u8) -> bool {
        self.0 & Bitmap::bit(field) != 0
    }

    /// How many fields come before this one: its place among the values.
    pub const fn rank(self, field: u8) -> usize {
        let before = match field {
            2..=128 => !0_u128 << (128 - field) << 1,
            _ => 0,
        };
        // At most 128 bits are set, so the conversion loses nothing.
        #[expect(
            clippy::as_conversions,
            reason = "no const conversion from u32 to usize exists"
        )]
        let rank = (self.0 & before).count_ones() as usize;
        rank
    }

    /// How many fields there are.
    pub const fn len(self) -> usize {
        #[expect(
            clippy::as_conversions,
            reason = "no const conversion from u32 to usize exists"
        )]
        let len = self.0.count_ones() as usize;
        len
    }

    /// True when there is no field.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The field numbers in ascending order.
    pub fn iter(self) -> impl Iterator<Item = u8> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let field = u8::try_from(rest.leading_zeros())
                .ok()
                .filter(|zeros| *zeros < 128)?
                + 1;
            rest &= !Bitmap::bit(field);
            Some(field)
        })
    }

    /// Appends the wire form; the secondary bitmap only when a field needs it.
    pub(crate) fn write(self, form: BitmapForm, out: &mut Vec<u8>) {
        let secondary = self.0 << 64 != 0;
        let marked = if secondary {
            self.0 | SECONDARY
        } else {
            self.0
        };
        for byte in marked
            .to_be_bytes()
            .into_iter()
            .take(if secondary { 16 } else { 8 })
        {
            match form {
                BitmapForm::Binary => out.push(byte),
                BitmapForm::Hex => out.extend([hex_digit(byte >> 4), hex_digit(byte & 15)]),
            }
        }
    }

    /// Reads the wire form; returns the set and what follows it.
    pub(crate) fn read(form: BitmapForm, bytes: &[u8]) -> Result<(Bitmap, &[u8]), DecodeErrorKind> {
        let (primary, rest) = read_half(form, bytes)?;
        let mut bits = u128::from(primary) << 64;
        if bits & SECONDARY == 0 {
            return Ok((Bitmap(bits), rest));
        }
        let (secondary, rest) = read_half(form, rest)?;
        bits = (bits & !SECONDARY) | u128::from(secondary);
        Ok((Bitmap(bits), rest))
    }
}

fn read_half(form: BitmapForm, bytes: &[u8]) -> Result<(u64, &[u8]), DecodeErrorKind> {
    let (wire, rest) = bytes
        .split_at_checked(form.wire_len())
        .ok_or(DecodeErrorKind::Truncated)?;
    let half = match form {
        BitmapForm::Binary => wire.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
        BitmapForm::Hex => wire.iter().try_fold(0, |sum, digit| {
            let value = hex_value(*digit).ok_or(DecodeErrorKind::Character)?;
            Ok(sum << 4 | u64::from(value))
        })?,
    };
    Ok((half, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(fields: &[u8]) -> Bitmap {
        let mut bitmap = Bitmap::EMPTY;
        fields.iter().for_each(|field| bitmap.insert(*field));
        bitmap
    }

    #[track_caller]
    fn check(fields: &[u8], hex: &str) {
        let bitmap = set(fields);
        let mut text = Vec::new();
        bitmap.write(BitmapForm::Hex, &mut text);
        assert_eq!(String::from_utf8(text.clone()).unwrap(), hex, "{fields:?}");
        assert_eq!(Bitmap::read(BitmapForm::Hex, &text), Ok((bitmap, &[][..])));
        let lower = hex.to_lowercase();
        assert_eq!(
            Bitmap::read(BitmapForm::Hex, lower.as_bytes()),
            Ok((bitmap, &[][..]))
        );

        let mut binary = Vec::new();
        bitmap.write(BitmapForm::Binary, &mut binary);
        assert_eq!(binary.len() * 2, hex.len());
        binary.push(7);
        assert_eq!(
            Bitmap::read(BitmapForm::Binary, &binary),
            Ok((bitmap, &[7][..]))
        );
        assert_eq!(bitmap.iter().collect::<Vec<_>>(), fields, "ascending");
        assert_eq!(bitmap.len(), fields.len());
        for (rank, field) in fields.iter().enumerate() {
            assert!(bitmap.contains(*field));
            assert_eq!(bitmap.rank(*field), rank, "rank of {field}");
        }
    }

    #[test]
    fn bits_stand_where_the_standard_puts_them() {
        check(&[], "0000000000000000");
        check(&[2], "4000000000000000");
        check(&[8], "0100000000000000");
        check(&[9], "0080000000000000");
        check(&[64], "0000000000000001");
        check(&[7, 11, 12, 24, 32], "0230010100000000");
        check(&[2, 3, 4, 7, 11, 41, 42, 49], "7220000000C08000");
    }

    #[test]
    fn the_secondary_bitmap_appears_only_when_needed() {
        check(&[65], "80000000000000008000000000000000");
        check(&[128], "80000000000000000000000000000001");
        check(&[11, 70], "80200000000000000400000000000000");
        check(&[2, 64, 90], "C0000000000000010000004000000000");
        let all: Vec<u8> = (2..=128).collect();
        check(&all, "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF");
    }

    #[test]
    fn a_secondary_bitmap_that_is_announced_may_be_empty() {
        let (bitmap, rest) =
            Bitmap::read(BitmapForm::Hex, b"C0000000000000000000000000000000").unwrap();
        assert_eq!(bitmap, set(&[2]));
        assert!(rest.is_empty());
    }

    #[test]
    fn numbers_that_are_no_fields_change_nothing() {
        let bitmap = set(&[0, 1, 129, 255]);
        assert!(bitmap.is_empty());
        assert!(!bitmap.contains(0));
        assert!(!bitmap.contains(1));
        assert_eq!(bitmap.rank(0), 0);
        assert_eq!(bitmap.iter().count(), 0);
    }

    #[test]
    fn a_short_bitmap_is_refused() {
        let hex = b"C0000000000000010000004000000000";
        for end in 0..hex.len() {
            let refused = Bitmap::read(BitmapForm::Hex, &hex[..end]);
            assert_eq!(refused, Err(DecodeErrorKind::Truncated), "cut at {end}");
        }
        assert_eq!(
            Bitmap::read(BitmapForm::Binary, &[0; 7]),
            Err(DecodeErrorKind::Truncated)
        );
        assert_eq!(
            Bitmap::read(BitmapForm::Binary, &[255; 15]),
            Err(DecodeErrorKind::Truncated)
        );
    }

    #[test]
    fn a_letter_that_is_no_hexadecimal_digit_is_refused() {
        let refused = Bitmap::read(BitmapForm::Hex, b"722000000000G000");
        assert_eq!(refused, Err(DecodeErrorKind::Character));
    }
}
