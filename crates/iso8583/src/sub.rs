//! The inner structure of a field: parts at fixed places, or tagged values one after another.
//!
//! Chip data (field 55) stays bytes here: its structure is EMV's, not ISO 8583's.

use crate::error::{DecodeErrorKind, EncodeErrorKind};
use crate::field::{Kind, Size};
use crate::mask::Mask;

/// One sub-field: a part at its place, or a value behind its tag.
#[derive(Clone, Copy, Debug)]
pub struct Sub {
    /// The place, counted from 1, or the tag.
    pub number: u8,
    /// What it says.
    pub name: &'static str,
    /// Its character class.
    pub kind: Kind,
    /// Its length. A variable part at a place has two digits of length in front of it; a tagged
    /// value always has.
    pub size: Size,
    /// How it is printed.
    pub mask: Mask,
}

impl Sub {
    /// A sub-field that may be printed.
    pub(crate) const fn new(number: u8, kind: Kind, size: Size, name: &'static str) -> Sub {
        Sub {
            number,
            name,
            kind,
            size,
            mask: Mask::Open,
        }
    }

    /// The same sub-field, printed so.
    pub(crate) const fn mask(self, mask: Mask) -> Sub {
        Sub { mask, ..self }
    }

    /// Says whether this value can be sent in this sub-field.
    pub(crate) fn admits(&self, value: &[u8]) -> Result<(), EncodeErrorKind> {
        self.size
            .admits(value.len(), self.kind.padding(self.size))?;
        match self.kind.admits(value) {
            true => Ok(()),
            false => Err(EncodeErrorKind::Character),
        }
    }
}

/// The inner structure of a field.
#[derive(Clone, Copy, Debug)]
pub enum Subs {
    /// None.
    None,
    /// Parts one after another, each at its place.
    Positional(&'static [Sub]),
    /// Two digits of tag, two digits of length, the value; in any order. The list names the known
    /// tags; others are read, never written, and never printed.
    Tagged(&'static [Sub]),
}

impl Subs {
    /// The definition of a sub-field.
    pub fn get(&self, number: u8) -> Option<&'static Sub> {
        match self {
            Subs::None => None,
            Subs::Positional(subs) | Subs::Tagged(subs) => {
                subs.iter().find(|sub| sub.number == number)
            }
        }
    }

    /// Walks through the text of a field. After the first error nothing follows.
    pub(crate) fn walk<'t>(&self, text: &'t [u8]) -> Walk<'t> {
        let subs: &'static [Sub] = match self {
            Subs::None => &[],
            Subs::Positional(subs) | Subs::Tagged(subs) => subs,
        };
        Walk {
            rest: text,
            subs,
            tagged: matches!(self, Subs::Tagged(_)),
        }
    }

    /// Checks the text of a whole field; the error names the sub-field.
    pub(crate) fn check(&self, text: &[u8]) -> Result<(), (u8, DecodeErrorKind)> {
        if matches!(self, Subs::None) {
            return Ok(());
        }
        let mut seen = crate::Bitmap::EMPTY;
        for found in self.walk(text) {
            let (number, _) = found?;
            // Tags end at 99; shifted by two they are a subset of the field numbers.
            let mark = number.saturating_add(2);
            if seen.contains(mark) {
                return Err((number, DecodeErrorKind::RepeatedTag));
            }
            seen.insert(mark);
        }
        Ok(())
    }
}

/// The sub-fields of one text, in its order.
pub(crate) struct Walk<'t> {
    rest: &'t [u8],
    subs: &'static [Sub],
    tagged: bool,
}

impl<'t> Walk<'t> {
    fn tagged(&mut self) -> Result<(u8, &'t [u8]), (u8, DecodeErrorKind)> {
        let (tag, rest) = two_digits(self.rest).map_err(|kind| (0, kind))?;
        let (length, rest) = two_digits(rest).map_err(|kind| (tag, kind))?;
        let (value, rest) = rest
            .split_at_checked(usize::from(length))
            .ok_or((tag, DecodeErrorKind::Truncated))?;
        if let Some(sub) = self.subs.iter().find(|sub| sub.number == tag) {
            check_value(sub, value)?;
        }
        self.rest = rest;
        Ok((tag, value))
    }

    fn positional(&mut self, sub: &Sub) -> Result<(u8, &'t [u8]), (u8, DecodeErrorKind)> {
        let at = |kind| (sub.number, kind);
        let (units, rest) = match sub.size {
            Size::Fixed(exact) => (exact, self.rest),
            Size::Ll(_) | Size::Lll(_) => {
                let (length, rest) = two_digits(self.rest).map_err(at)?;
                (usize::from(length), rest)
            }
        };
        let (value, rest) = rest
            .split_at_checked(units)
            .ok_or(at(DecodeErrorKind::Truncated))?;
        check_value(sub, value)?;
        self.rest = rest;
        Ok((sub.number, value))
    }
}

impl<'t> Iterator for Walk<'t> {
    type Item = Result<(u8, &'t [u8]), (u8, DecodeErrorKind)>;

    fn next(&mut self) -> Option<Self::Item> {
        let found = if self.tagged {
            (!self.rest.is_empty()).then(|| self.tagged())?
        } else if let Some((sub, later)) = self.subs.split_first() {
            self.subs = later;
            self.positional(sub)
        } else {
            let rest = std::mem::take(&mut self.rest);
            (!rest.is_empty()).then_some(Err((0, DecodeErrorKind::TrailingBytes)))?
        };
        if found.is_err() {
            self.subs = &[];
            self.rest = &[];
        }
        Some(found)
    }
}

fn check_value(sub: &Sub, value: &[u8]) -> Result<(), (u8, DecodeErrorKind)> {
    if value.len() > sub.size.max() {
        return Err((sub.number, DecodeErrorKind::TooLong));
    }
    match sub.kind.admits(value) {
        true => Ok(()),
        false => Err((sub.number, DecodeErrorKind::Character)),
    }
}

fn two_digits(bytes: &[u8]) -> Result<(u8, &[u8]), DecodeErrorKind> {
    let (digits, rest) = bytes
        .split_first_chunk()
        .ok_or(DecodeErrorKind::Truncated)?;
    match digits {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => Ok(((tens - b'0') * 10 + (ones - b'0'), rest)),
        _ => Err(DecodeErrorKind::Length),
    }
}

/// The characters of one tagged value: tag, length, value.
pub(crate) fn tagged_bytes(tag: u8, value: &[u8]) -> impl Iterator<Item = u8> {
    // The length was checked against the sub-field's maximum, which two digits can say.
    let length = u8::try_from(value.len()).unwrap_or_default();
    let head = [tag / 10, tag % 10, length / 10, length % 10].map(|digit| b'0' + digit);
    head.into_iter().chain(value.iter().copied())
}

/// The characters of one part at its place, filled to its size.
pub(crate) fn placed_bytes<'v>(sub: &Sub, value: &'v [u8]) -> impl Iterator<Item = u8> + use<'v> {
    let (length, missing) = match sub.size {
        Size::Fixed(exact) => (None, exact.saturating_sub(value.len())),
        Size::Ll(_) | Size::Lll(_) => (u8::try_from(value.len()).ok(), 0),
    };
    let head = length.map(|length| [b'0' + length / 10, b'0' + length % 10]);
    let (front, back) = sub.kind.padding(sub.size).around(missing);
    head.into_iter()
        .flatten()
        .chain(front)
        .chain(value.iter().copied())
        .chain(back)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAGS: Subs = Subs::Tagged(&[
        Sub::new(44, Kind::An, Size::Ll(1), "Result"),
        Sub::new(92, Kind::N, Size::Ll(4), "Code").mask(Mask::Hidden),
    ]);
    const PLACES: Subs = Subs::Positional(&[
        Sub::new(1, Kind::N, Size::Fixed(4), "Type"),
        Sub::new(2, Kind::An, Size::Fixed(3), "Name"),
        Sub::new(3, Kind::N, Size::Ll(11), "Institution"),
    ]);

    #[track_caller]
    fn check(subs: Subs, text: &str, expect: &[(u8, &str)]) {
        assert_eq!(subs.check(text.as_bytes()), Ok(()));
        let found: Vec<_> = subs.walk(text.as_bytes()).map(Result::unwrap).collect();
        let expect: Vec<_> = expect
            .iter()
            .map(|(n, value)| (*n, value.as_bytes()))
            .collect();
        assert_eq!(found, expect);
    }

    #[track_caller]
    fn refused(subs: Subs, text: &str, number: u8, kind: DecodeErrorKind) {
        assert_eq!(subs.check(text.as_bytes()), Err((number, kind)));
        let tail: Vec<_> = subs
            .walk(text.as_bytes())
            .skip_while(Result::is_ok)
            .collect();
        assert!(tail.len() <= 1, "nothing follows an error");
    }

    #[test]
    fn tagged_values_come_in_any_order() {
        check(TAGS, "", &[]);
        check(TAGS, "4401M", &[(44, "M")]);
        check(TAGS, "92031234401M", &[(92, "123"), (44, "M")]);
        check(TAGS, "0000", &[(0, "")]);
        check(TAGS, "7705hello", &[(77, "hello")]);
    }

    #[test]
    fn parts_stand_at_their_places() {
        check(
            PLACES,
            "0200ABC0510031",
            &[(1, "0200"), (2, "ABC"), (3, "10031")],
        );
        check(PLACES, "0200   00", &[(1, "0200"), (2, "   "), (3, "")]);
    }

    #[test]
    fn broken_tagged_values_are_refused_by_tag() {
        refused(TAGS, "4", 0, DecodeErrorKind::Truncated);
        refused(TAGS, "4A01M", 0, DecodeErrorKind::Length);
        refused(TAGS, "44", 44, DecodeErrorKind::Truncated);
        refused(TAGS, "440XM", 44, DecodeErrorKind::Length);
        refused(TAGS, "4402M", 44, DecodeErrorKind::Truncated);
        refused(TAGS, "4402MM", 44, DecodeErrorKind::TooLong);
        refused(TAGS, "920312A", 92, DecodeErrorKind::Character);
        refused(TAGS, "4401M4401N", 44, DecodeErrorKind::RepeatedTag);
    }

    #[test]
    fn broken_parts_are_refused_by_place() {
        refused(PLACES, "020", 1, DecodeErrorKind::Truncated);
        refused(PLACES, "02A0ABC00", 1, DecodeErrorKind::Character);
        refused(PLACES, "0200AB", 2, DecodeErrorKind::Truncated);
        refused(PLACES, "0200ABC", 3, DecodeErrorKind::Truncated);
        refused(PLACES, "0200ABC12123456789012", 3, DecodeErrorKind::TooLong);
        refused(PLACES, "0200ABC00X", 0, DecodeErrorKind::TrailingBytes);
    }

    #[test]
    fn what_is_written_reads_back() {
        let tagged: Vec<u8> = tagged_bytes(92, b"123")
            .chain(tagged_bytes(7, b""))
            .collect();
        assert_eq!(tagged, b"92031230700");
        let Subs::Positional(places) = PLACES else {
            unreachable!()
        };
        let placed: Vec<u8> = places
            .iter()
            .zip([&b"42"[..], b"X", b"99"])
            .flat_map(|(sub, value)| placed_bytes(sub, value))
            .collect();
        assert_eq!(placed, b"0042X  0299");
    }

    #[test]
    fn a_value_must_fit_its_sub_field() {
        let code = TAGS.get(92).unwrap();
        assert_eq!(code.admits(b"123"), Ok(()));
        assert_eq!(code.admits(b"12345"), Err(EncodeErrorKind::TooLong));
        assert_eq!(code.admits(b"12A"), Err(EncodeErrorKind::Character));
        assert!(TAGS.get(93).is_none());
        assert!(Subs::None.get(1).is_none());
    }
}
