//! What a field is: the standard's attributes, and the form in which a dialect sends it.
//!
//! All of it is data. The only behaviour here is to say whether a value fits.

use crate::encoding::Encoding;
use crate::error::{DecodeErrorKind, EncodeErrorKind};
use crate::mask::Mask;
use crate::prefix::Prefix;
use crate::sub::Subs;

/// The character class of a value (ISO 8583:1987, 4.3.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Decimal digits.
    N,
    /// Letters and digits; a space fills a short value.
    An,
    /// Printable ASCII.
    Ans,
    /// Digits and special characters, no letters.
    Ns,
    /// The sign `C` (credit) or `D` (debit), then digits.
    Xn,
    /// Track data: the characters `0` to `?` of ISO/IEC 7813.
    Z,
    /// Bytes.
    B,
}

impl Kind {
    /// True when every character of the value is of this class.
    pub fn admits(self, value: &[u8]) -> bool {
        match self {
            Kind::N => value.iter().all(u8::is_ascii_digit),
            Kind::An => value
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || *byte == b' '),
            Kind::Ans => value.iter().all(|byte| is_printable(*byte)),
            Kind::Ns => value
                .iter()
                .all(|byte| is_printable(*byte) && !byte.is_ascii_alphabetic()),
            Kind::Xn => match value.split_first() {
                Some((b'C' | b'D', digits)) => digits.iter().all(u8::is_ascii_digit),
                _ => false,
            },
            Kind::Z => value.iter().all(|byte| (b'0'..=b'?').contains(byte)),
            Kind::B => true,
        }
    }

    /// How a value of this class that is too short for its field is filled up; only a fixed field
    /// needs it.
    pub(crate) const fn padding(self, size: Size) -> Padding {
        match (size, self) {
            (Size::Fixed(_), Kind::N) => Padding::LeadingZeros,
            (Size::Fixed(_), Kind::An | Kind::Ans | Kind::Ns) => Padding::TrailingSpaces,
            _ => Padding::None,
        }
    }
}

const fn is_printable(byte: u8) -> bool {
    matches!(byte, b' '..=b'~')
}

/// How long a value is, in units of its class: characters, digits or bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Size {
    /// Always so many.
    Fixed(usize),
    /// At most so many, with two digits of length in front.
    Ll(usize),
    /// At most so many, with three digits of length in front.
    Lll(usize),
}

impl Size {
    /// The greatest number of units.
    pub const fn max(self) -> usize {
        match self {
            Size::Fixed(units) | Size::Ll(units) | Size::Lll(units) => units,
        }
    }

    /// The digits of the length in front.
    pub const fn prefix_digits(self) -> usize {
        match self {
            Size::Fixed(_) => 0,
            Size::Ll(_) => 2,
            Size::Lll(_) => 3,
        }
    }

    /// Says whether a value of so many units can be sent, given the filling of short ones.
    pub(crate) const fn admits(
        self,
        units: usize,
        padding: Padding,
    ) -> Result<(), EncodeErrorKind> {
        if units > self.max() {
            return Err(EncodeErrorKind::TooLong);
        }
        match (self, padding) {
            (Size::Fixed(exact), Padding::None) if units < exact => Err(EncodeErrorKind::TooShort),
            _ => Ok(()),
        }
    }
}

/// The filling of a value that is shorter than its fixed field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Padding {
    /// None: the value must have the exact length.
    None,
    /// Zeros in front.
    LeadingZeros,
    /// Spaces behind.
    TrailingSpaces,
}

/// A data element with the attributes that the standard gives it, whatever its wire form.
#[derive(Clone, Copy, Debug)]
pub struct Element {
    /// Its number, from 2 to 128.
    pub number: u8,
    /// Its name in the standard.
    pub name: &'static str,
    /// Its character class.
    pub kind: Kind,
    /// Its length.
    pub size: Size,
    /// Its inner structure.
    pub subs: Subs,
    /// How it is printed.
    pub mask: Mask,
}

impl Element {
    /// The same element, printed so.
    pub(crate) const fn mask(self, mask: Mask) -> Element {
        Element { mask, ..self }
    }

    /// The same element with an inner structure.
    pub(crate) const fn subs(self, subs: Subs) -> Element {
        Element { subs, ..self }
    }
}

/// An element without inner structure that may be printed.
pub(crate) const fn open(number: u8, kind: Kind, size: Size, name: &'static str) -> Element {
    Element {
        number,
        name,
        kind,
        size,
        subs: Subs::None,
        mask: Mask::Open,
    }
}

/// An element without inner structure that must not be printed.
pub(crate) const fn hidden(number: u8, kind: Kind, size: Size, name: &'static str) -> Element {
    open(number, kind, size, name).mask(Mask::Hidden)
}

/// A data element as one dialect sends it.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// What it is.
    pub element: Element,
    /// The wire form of its value.
    pub encoding: Encoding,
    /// The length in front of it.
    pub prefix: Prefix,
    /// The filling of a short value.
    pub padding: Padding,
}

impl Field {
    /// Says whether this value can be sent in this field.
    pub(crate) fn admits(&self, value: &[u8]) -> Result<(), EncodeErrorKind> {
        self.element.size.admits(value.len(), self.padding)?;
        match self.element.kind.admits(value) {
            true => Ok(()),
            false => Err(EncodeErrorKind::Character),
        }
    }

    /// Appends the field: length, filling and value. `units` is the length of `value`.
    pub(crate) fn write(&self, value: impl Iterator<Item = u8>, units: usize, out: &mut Vec<u8>) {
        let total = match self.element.size {
            Size::Fixed(exact) => exact,
            Size::Ll(_) | Size::Lll(_) => units,
        };
        self.prefix.write(self.encoding.count(total), out);
        let missing = total.saturating_sub(units);
        let (front, back) = self.padding.around(missing);
        self.encoding
            .write(front.chain(value).chain(back), total, out);
    }

    /// Cuts the field off the front of `bytes`: its wire form, its units, and what follows.
    pub(crate) fn read<'a>(
        &self,
        bytes: &'a [u8],
    ) -> Result<(&'a [u8], usize, &'a [u8]), DecodeErrorKind> {
        let (count, rest) = self.prefix.read(bytes)?;
        let units = match self.element.size {
            Size::Fixed(exact) => exact,
            Size::Ll(max) | Size::Lll(max) => {
                let units = self.encoding.units(count).ok_or(DecodeErrorKind::Length)?;
                if units > max {
                    return Err(DecodeErrorKind::TooLong);
                }
                units
            }
        };
        let (wire, rest) = rest
            .split_at_checked(self.encoding.wire_len(units))
            .ok_or(DecodeErrorKind::Truncated)?;
        self.encoding.check(self.element.kind, wire, units)?;
        Ok((wire, units, rest))
    }
}

impl Padding {
    /// The filling in front of a value and behind it.
    pub(crate) fn around(
        self,
        missing: usize,
    ) -> (impl Iterator<Item = u8>, impl Iterator<Item = u8>) {
        let (front, back) = match self {
            Padding::None => (0, 0),
            Padding::LeadingZeros => (missing, 0),
            Padding::TrailingSpaces => (0, missing),
        };
        (
            std::iter::repeat_n(b'0', front),
            std::iter::repeat_n(b' ', back),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(kind: Kind, size: Size, encoding: Encoding, prefix: Prefix) -> Field {
        let element = open(2, kind, size, "Sample");
        Field {
            element,
            encoding,
            prefix,
            padding: kind.padding(size),
        }
    }

    #[track_caller]
    fn check(field: Field, value: &[u8], wire: &[u8], decoded: &[u8]) {
        assert_eq!(field.admits(value), Ok(()));
        let mut out = Vec::new();
        field.write(value.iter().copied(), value.len(), &mut out);
        assert_eq!(out, wire);
        out.push(0xEE);
        let (found, units, rest) = field.read(&out).unwrap();
        assert_eq!(rest, [0xEE]);
        assert_eq!(field.encoding.value(found, units), decoded);
    }

    #[test]
    fn classes_admit_their_characters_only() {
        let samples: [(Kind, &[u8], &[u8]); 6] = [
            (Kind::N, b"0123456789", b"12 4"),
            (Kind::An, b"AZaz09 ", b"A-1"),
            (Kind::Ans, b" !A~", b"A\x7f"),
            (Kind::Ns, b"12=34/5", b"1A"),
            (Kind::Xn, b"D0001", b"0001"),
            (Kind::Z, b"12=34?", b"12D34"),
        ];
        for (kind, good, bad) in samples {
            assert!(kind.admits(good), "{kind:?}");
            assert!(!kind.admits(bad), "{kind:?}");
        }
        assert!(Kind::B.admits(&[0, 255]));
        assert!(!Kind::Xn.admits(b""), "a signed amount has a sign");
        assert!(!Kind::Xn.admits(b"C1D"));
    }

    #[test]
    fn short_values_of_fixed_fields_are_filled() {
        let amount = field(Kind::N, Size::Fixed(6), Encoding::Ascii, Prefix::None);
        check(amount, b"1250", b"001250", b"001250");
        let terminal = field(Kind::Ans, Size::Fixed(6), Encoding::Ascii, Prefix::None);
        check(terminal, b"T1", b"T1    ", b"T1    ");
        let packed = field(Kind::N, Size::Fixed(3), Encoding::Bcd, Prefix::None);
        check(packed, b"7", &[0x00, 0x07], b"007");
    }

    #[test]
    fn variable_fields_say_their_length() {
        let ascii = field(Kind::N, Size::Ll(19), Encoding::Ascii, Prefix::Ascii(2));
        check(ascii, b"411", b"03411", b"411");
        check(ascii, b"", b"00", b"");
        let packed = field(Kind::N, Size::Ll(19), Encoding::Bcd, Prefix::Bcd(2));
        check(packed, b"411", &[0x03, 0x04, 0x11], b"411");
        let hex = field(Kind::B, Size::Lll(255), Encoding::Hex, Prefix::Ascii(3));
        check(hex, &[0x9F, 0x02], b"0049F02", &[0x9F, 0x02]);
    }

    #[test]
    fn a_value_that_does_not_fit_is_refused() {
        let fixed = field(Kind::N, Size::Fixed(4), Encoding::Ascii, Prefix::None);
        assert_eq!(fixed.admits(b"12345"), Err(EncodeErrorKind::TooLong));
        assert_eq!(fixed.admits(b"12A"), Err(EncodeErrorKind::Character));
        let bytes = field(Kind::B, Size::Fixed(8), Encoding::Binary, Prefix::None);
        assert_eq!(bytes.admits(&[0; 7]), Err(EncodeErrorKind::TooShort));
        assert_eq!(bytes.admits(&[0; 9]), Err(EncodeErrorKind::TooLong));
        let signed = field(Kind::Xn, Size::Fixed(9), Encoding::Ascii, Prefix::None);
        assert_eq!(signed.admits(b"C1"), Err(EncodeErrorKind::TooShort));
    }

    #[test]
    fn over_long_and_half_lengths_are_refused() {
        let pan = field(Kind::N, Size::Ll(19), Encoding::Ascii, Prefix::Ascii(2));
        let refused = pan.read(b"20411111111111111111111").unwrap_err();
        assert_eq!(refused, DecodeErrorKind::TooLong);
        let hex = field(Kind::B, Size::Lll(255), Encoding::Hex, Prefix::Ascii(3));
        assert_eq!(hex.read(b"0039F0").unwrap_err(), DecodeErrorKind::Length);
        assert_eq!(hex.read(b"512").unwrap_err(), DecodeErrorKind::TooLong);
        assert_eq!(hex.read(b"0049F").unwrap_err(), DecodeErrorKind::Truncated);
    }
}
