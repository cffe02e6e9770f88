//! A dialect: one edition of the standard, and the form in which one kind of acquirer sends it.
//!
//! A dialect is made from the elements of its edition and one rule per character class. Nothing
//! here reads or writes a message.

mod elements87;
mod elements93;
mod iso87_ascii;
mod iso87_binary;
mod iso93_ascii;
mod subs;

use std::fmt;

use crate::bitmap::BitmapForm;
use crate::encoding::Encoding;
use crate::field::{Element, Field, Kind};
use crate::mti::Version;
use crate::prefix::Prefix;

pub use iso87_ascii::ISO87_ASCII;
pub use iso87_binary::ISO87_BINARY;
pub use iso93_ascii::ISO93_ASCII;

/// How the message type stands on the wire.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MtiForm {
    /// Four ASCII digits.
    Ascii,
    /// Four packed digits in two bytes.
    Bcd,
}

/// Everything that is needed to read and write the messages of one kind of acquirer.
pub struct Dialect {
    /// What it is called in configuration and logs.
    pub name: &'static str,
    /// The edition of the standard; messages of another one are refused.
    pub version: Version,
    /// The form of the message type.
    pub mti: MtiForm,
    /// The form of the bitmaps.
    pub bitmap: BitmapForm,
    /// The fields, each at the index of its number.
    fields: [Option<Field>; 129],
}

impl Dialect {
    /// The definition of a field, if the dialect has it.
    pub fn field(&self, number: u8) -> Option<&Field> {
        self.fields.get(usize::from(number))?.as_ref()
    }

    /// All fields in ascending order.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().flatten()
    }
}

impl fmt::Debug for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Dialect({})", self.name)
    }
}

/// The rule of a dialect: the wire form of each character class and of the lengths.
struct Wire {
    digits: Encoding,
    track: Encoding,
    signed: Encoding,
    bytes: Encoding,
    packed_lengths: bool,
}

impl Wire {
    const fn encoding(&self, kind: Kind) -> Encoding {
        match kind {
            Kind::N => self.digits,
            Kind::Z => self.track,
            Kind::Xn => self.signed,
            Kind::B => self.bytes,
            Kind::An | Kind::Ans | Kind::Ns => Encoding::Ascii,
        }
    }

    const fn prefix(&self, element: &Element) -> Prefix {
        match element.size.prefix_digits() {
            0 => Prefix::None,
            digits if self.packed_lengths => Prefix::Bcd(digits),
            digits => Prefix::Ascii(digits),
        }
    }

    const fn field(&self, element: Element) -> Field {
        let encoding = self.encoding(element.kind);
        let prefix = self.prefix(&element);
        Field {
            element,
            encoding,
            prefix,
            padding: element.kind.padding(element.size),
        }
    }

    /// Puts every element at the index of its number. A table out of order, with a number twice or
    /// with a length that its prefix cannot say does not compile.
    #[expect(
        clippy::indexing_slicing,
        reason = "const evaluation checks every index at compile time"
    )]
    #[expect(
        clippy::as_conversions,
        reason = "no const conversion from u8 to usize exists"
    )]
    const fn fields(&self, elements: &[Element]) -> [Option<Field>; 129] {
        let mut fields = [None; 129];
        let mut last = 1;
        let mut index = 0;
        while index < elements.len() {
            let field = self.field(elements[index]);
            let number = field.element.number;
            assert!(
                number > last && number <= 128,
                "fields stand in ascending order"
            );
            let says = field.encoding.count(field.element.size.max());
            assert!(matches!(field.prefix, Prefix::None) || says <= field.prefix.max());
            fields[number as usize] = Some(field);
            last = number;
            index += 1;
        }
        fields
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_stands_at_its_number() {
        for dialect in [&ISO87_ASCII, &ISO87_BINARY, &ISO93_ASCII] {
            for number in 0..=255 {
                let defined = matches!(number, 2..=64 | 66..=128);
                let found = dialect.field(number).map(|field| field.element.number);
                assert_eq!(found, defined.then_some(number), "{dialect:?}");
            }
            assert_eq!(dialect.fields().count(), 126);
        }
    }

    #[test]
    fn card_data_is_masked_in_every_dialect() {
        use crate::mask::Mask;
        for dialect in [&ISO87_ASCII, &ISO87_BINARY, &ISO93_ASCII] {
            let mask = |number| dialect.field(number).unwrap().element.mask;
            assert_eq!(mask(2), Mask::Pan);
            for number in [14, 34, 35, 36, 45, 52, 55, 102, 103] {
                assert_eq!(mask(number), Mask::Hidden, "{dialect:?} {number}");
            }
            let code = dialect.field(48).unwrap().element.subs.get(92).unwrap();
            assert_eq!(code.mask, Mask::Hidden);
        }
    }

    #[test]
    fn positional_parts_fill_their_field() {
        use crate::sub::Subs;
        for dialect in [&ISO87_ASCII, &ISO87_BINARY, &ISO93_ASCII] {
            for field in dialect.fields() {
                let Subs::Positional(parts) = field.element.subs else {
                    continue;
                };
                let total: usize = parts
                    .iter()
                    .map(|part| part.size.max() + part.size.prefix_digits())
                    .sum();
                assert_eq!(total, field.element.size.max(), "{}", field.element.number);
                let numbers: Vec<_> = parts.iter().map(|part| usize::from(part.number)).collect();
                assert_eq!(numbers, (1..=parts.len()).collect::<Vec<_>>());
            }
        }
    }
}
