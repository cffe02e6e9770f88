//! The length in front of a value: none, two or three digits in ASCII, or the same packed.

use crate::error::DecodeErrorKind;

/// The form of the length that stands in front of a variable field (LLVAR, LLLVAR).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Prefix {
    /// The field is of fixed length and says nothing.
    None,
    /// So many ASCII digits.
    Ascii(usize),
    /// So many digits, packed two per byte, with a zero nibble in front of an odd number.
    Bcd(usize),
}

impl Prefix {
    /// The bytes it takes.
    pub const fn wire_len(self) -> usize {
        match self {
            Prefix::None => 0,
            Prefix::Ascii(digits) => digits,
            Prefix::Bcd(digits) => digits.div_ceil(2),
        }
    }

    /// The greatest length it can say.
    pub const fn max(self) -> usize {
        match self {
            Prefix::None => 0,
            Prefix::Ascii(0) | Prefix::Bcd(0) => 0,
            Prefix::Ascii(1) | Prefix::Bcd(1) => 9,
            Prefix::Ascii(2) | Prefix::Bcd(2) => 99,
            Prefix::Ascii(3) | Prefix::Bcd(3) => 999,
            Prefix::Ascii(_) | Prefix::Bcd(_) => 9999,
        }
    }

    /// Appends the length. The caller has checked that it fits.
    pub(crate) fn write(self, count: usize, out: &mut Vec<u8>) {
        debug_assert!(
            self == Prefix::None || count <= self.max(),
            "the length does not fit"
        );
        match self {
            Prefix::None => {}
            Prefix::Ascii(digits) => {
                (0..digits)
                    .rev()
                    .for_each(|place| out.push(b'0' + digit(count, place)));
            }
            Prefix::Bcd(digits) => {
                let pairs = digits.div_ceil(2);
                (0..pairs).rev().for_each(|pair| {
                    out.push(digit(count, pair * 2 + 1) << 4 | digit(count, pair * 2));
                });
            }
        }
    }

    /// Reads the length; returns it with what follows. [`Prefix::None`] reads zero.
    pub(crate) fn read(self, bytes: &[u8]) -> Result<(usize, &[u8]), DecodeErrorKind> {
        let (wire, rest) = bytes
            .split_at_checked(self.wire_len())
            .ok_or(DecodeErrorKind::Truncated)?;
        let count = match self {
            Prefix::None => Some(0),
            Prefix::Ascii(_) => number(wire.iter().map(|byte| byte.wrapping_sub(b'0'))),
            Prefix::Bcd(_) => number(wire.iter().flat_map(|byte| [byte >> 4, byte & 15])),
        };
        match count {
            Some(count) if self == Prefix::None || count <= self.max() => Ok((count, rest)),
            _ => Err(DecodeErrorKind::Length),
        }
    }
}

/// The decimal digit at a place, counted from the last one.
fn digit(count: usize, place: usize) -> u8 {
    let shifted = (0..place).fold(count, |count, _| count / 10);
    // A remainder of ten always fits a byte.
    u8::try_from(shifted % 10).unwrap_or_default()
}

/// The number that decimal digits form; `None` when one is no digit.
fn number(mut digits: impl Iterator<Item = u8>) -> Option<usize> {
    digits.try_fold(0, |sum, digit| {
        (digit < 10).then(|| sum * 10 + usize::from(digit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(prefix: Prefix, count: usize, wire: &[u8]) {
        let mut out = Vec::new();
        prefix.write(count, &mut out);
        assert_eq!(out, wire);
        assert_eq!(out.len(), prefix.wire_len());
        out.push(b'x');
        assert_eq!(prefix.read(&out), Ok((count, &b"x"[..])));
    }

    #[test]
    fn lengths_stand_as_digits() {
        check(Prefix::Ascii(2), 0, b"00");
        check(Prefix::Ascii(2), 19, b"19");
        check(Prefix::Ascii(3), 7, b"007");
        check(Prefix::Ascii(3), 999, b"999");
    }

    #[test]
    fn packed_lengths_begin_with_zero_when_odd() {
        check(Prefix::Bcd(2), 19, &[0x19]);
        check(Prefix::Bcd(3), 104, &[0x01, 0x04]);
        check(Prefix::Bcd(3), 999, &[0x09, 0x99]);
        check(Prefix::Bcd(4), 1234, &[0x12, 0x34]);
    }

    #[test]
    fn a_fixed_field_says_nothing() {
        check(Prefix::None, 0, &[]);
    }

    #[test]
    fn a_prefix_can_say_all_its_digits() {
        assert_eq!(Prefix::None.max(), 0);
        for (digits, max) in [(0, 0), (1, 9), (2, 99), (3, 999), (4, 9999)] {
            assert_eq!(Prefix::Ascii(digits).max(), max);
            assert_eq!(Prefix::Bcd(digits).max(), max);
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for bad in [&b"1A"[..], b" 1", b"-1", b"\xFF\xFF"] {
            assert_eq!(Prefix::Ascii(2).read(bad), Err(DecodeErrorKind::Length));
        }
        assert_eq!(Prefix::Bcd(2).read(&[0x1A]), Err(DecodeErrorKind::Length));
        assert_eq!(
            Prefix::Bcd(3).read(&[0x10, 0x00]),
            Err(DecodeErrorKind::Length)
        );
    }

    #[test]
    fn a_cut_length_is_refused() {
        assert_eq!(
            Prefix::Ascii(3).read(b"01"),
            Err(DecodeErrorKind::Truncated)
        );
        assert_eq!(
            Prefix::Bcd(3).read(&[0x01]),
            Err(DecodeErrorKind::Truncated)
        );
        assert_eq!(Prefix::Ascii(2).read(b""), Err(DecodeErrorKind::Truncated));
    }
}
