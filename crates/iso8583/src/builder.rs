//! A message to be sent: values borrowed from the caller, written once into the caller's buffer.
//!
//! A value is checked when it is set, where the mistake was made. Nothing is copied but into the
//! output, so whoever holds the card number decides when it is wiped.

use std::borrow::Cow;
use std::fmt;

use crate::bitmap::Bitmap;
use crate::dialect::{Dialect, MtiForm};
use crate::error::{EncodeError, EncodeErrorKind, Path};
use crate::field::{Field, Kind};
use crate::mask::Masked;
use crate::message::Message;
use crate::mti::Mti;
use crate::sub::{Sub, Subs, placed_bytes, tagged_bytes};

/// A message being put together.
///
/// Printing it with `{:?}` shows card data masked.
pub struct Builder<'a> {
    dialect: &'static Dialect,
    mti: Mti,
    present: Bitmap,
    values: Vec<(&'static Field, Value<'a>)>,
    subs: Vec<(u8, &'static Sub, Cow<'a, str>)>,
}

enum Value<'a> {
    Text(Cow<'a, str>),
    Bytes(Cow<'a, [u8]>),
    Number(Digits),
    /// The parts stand in [`Builder::subs`].
    Subs,
}

/// The decimal digits of a number, at the end of a buffer that fits any `u64`.
#[derive(Clone, Copy)]
struct Digits {
    buffer: [u8; 20],
    unused: usize,
}

impl<'a> Builder<'a> {
    /// An empty message. The version digit of `mti` becomes the dialect's.
    pub fn new(dialect: &'static Dialect, mti: Mti) -> Builder<'a> {
        Builder {
            dialect,
            mti: mti.in_version(dialect.version),
            present: Bitmap::EMPTY,
            values: Vec::with_capacity(24),
            subs: Vec::new(),
        }
    }

    /// The message type, in the dialect's version.
    pub fn mti(&self) -> Mti {
        self.mti
    }

    /// Sets a text field. A value that is shorter than a fixed field is filled: zeros in front of
    /// digits, spaces behind letters.
    ///
    /// # Errors
    /// The field is unknown, takes bytes, or is set already; the value is too long or has a
    /// character outside the field's class.
    pub fn set(
        &mut self,
        field: u8,
        value: impl Into<Cow<'a, str>>,
    ) -> Result<&mut Self, EncodeError> {
        let value = value.into();
        let definition = self.vacant(field)?;
        if definition.element.kind == Kind::B {
            return Err(EncodeError {
                path: Path::Field(field),
                kind: EncodeErrorKind::WrongKind,
            });
        }
        check_whole(definition, value.as_bytes())?;
        Ok(self.insert(definition, Value::Text(value)))
    }

    /// Sets a field of class `b`.
    ///
    /// # Errors
    /// The field is unknown, takes text, or is set already; the value is too long, or too short for
    /// a fixed field.
    pub fn set_bytes(
        &mut self,
        field: u8,
        value: impl Into<Cow<'a, [u8]>>,
    ) -> Result<&mut Self, EncodeError> {
        let value = value.into();
        let definition = self.vacant(field)?;
        if definition.element.kind != Kind::B {
            return Err(EncodeError {
                path: Path::Field(field),
                kind: EncodeErrorKind::WrongKind,
            });
        }
        check_whole(definition, &value)?;
        Ok(self.insert(definition, Value::Bytes(value)))
    }

    /// Sets a text field to the digits of a number, as in amounts, dates and trace numbers.
    ///
    /// # Errors
    /// As [`Builder::set`].
    pub fn set_number(&mut self, field: u8, value: u64) -> Result<&mut Self, EncodeError> {
        let definition = self.vacant(field)?;
        if definition.element.kind == Kind::B {
            return Err(EncodeError {
                path: Path::Field(field),
                kind: EncodeErrorKind::WrongKind,
            });
        }
        let digits = Digits::of(value);
        check_whole(definition, digits.as_bytes())?;
        Ok(self.insert(definition, Value::Number(digits)))
    }

    /// Sets a sub-field: a part by its place, counted from 1, or a tagged value by its tag. Parts
    /// that are never set are filled with zeros or spaces; tagged values keep the order in which
    /// they were set.
    ///
    /// # Errors
    /// The field or the sub-field is unknown or set already; the value does not fit it.
    pub fn set_sub(
        &mut self,
        field: u8,
        sub: u8,
        value: impl Into<Cow<'a, str>>,
    ) -> Result<&mut Self, EncodeError> {
        let value = value.into();
        let at = |kind| EncodeError {
            path: Path::Sub(field, sub),
            kind,
        };
        let whole = |kind| EncodeError {
            path: Path::Field(field),
            kind,
        };
        let definition = self
            .dialect
            .field(field)
            .ok_or(whole(EncodeErrorKind::UnknownField))?;
        let found = definition
            .element
            .subs
            .get(sub)
            .ok_or(at(EncodeErrorKind::UnknownField))?;
        let set_whole = self
            .values
            .iter()
            .any(|(set, value)| set.element.number == field && !matches!(value, Value::Subs));
        let set_before = self.subs_of(field).any(|(set, _)| set.number == sub);
        if set_whole || set_before {
            return Err(at(EncodeErrorKind::Repeated));
        }
        found.admits(value.as_bytes()).map_err(at)?;
        self.subs.push((field, found, value));
        if !self.present.contains(field) {
            self.insert(definition, Value::Subs);
        }
        Ok(self)
    }

    /// Copies a field of a received message when it carries it, as answers do; otherwise nothing.
    ///
    /// # Errors
    /// As [`Builder::set`].
    pub fn copy(&mut self, from: &Message<'a>, field: u8) -> Result<&mut Self, EncodeError> {
        let is_bytes = from
            .dialect()
            .field(field)
            .is_some_and(|f| f.element.kind == Kind::B);
        match is_bytes {
            true => match from.bytes(field) {
                Some(value) => self.set_bytes(field, value),
                None => Ok(self),
            },
            false => match from.text(field) {
                Some(value) => self.set(field, value),
                None => Ok(self),
            },
        }
    }

    /// Appends the message to `out`. On an error `out` is as before.
    ///
    /// # Errors
    /// Tagged values that fit one by one are together longer than their field.
    pub fn encode(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let mut ordered: Vec<_> = self.values.iter().collect();
        ordered.sort_unstable_by_key(|(field, _)| field.element.number);
        for (field, value) in &ordered {
            if matches!(value, Value::Subs) && self.subs_len(field) > field.element.size.max() {
                let path = Path::Field(field.element.number);
                return Err(EncodeError {
                    path,
                    kind: EncodeErrorKind::TooLong,
                });
            }
        }
        match self.dialect.mti {
            MtiForm::Ascii => out.extend(self.mti.digits()),
            MtiForm::Bcd => {
                let [a, b, c, d] = self.mti.digits().map(|digit| digit & 15);
                out.extend([a << 4 | b, c << 4 | d]);
            }
        }
        self.present.write(self.dialect.bitmap, out);
        for (field, value) in ordered {
            match value.as_bytes() {
                Some(bytes) => field.write(bytes.iter().copied(), bytes.len(), out),
                None => self.write_subs(field, out),
            }
        }
        Ok(())
    }

    fn vacant(&self, field: u8) -> Result<&'static Field, EncodeError> {
        let at = |kind| EncodeError {
            path: Path::Field(field),
            kind,
        };
        match self.present.contains(field) {
            true => Err(at(EncodeErrorKind::Repeated)),
            false => self
                .dialect
                .field(field)
                .ok_or(at(EncodeErrorKind::UnknownField)),
        }
    }

    fn insert(&mut self, field: &'static Field, value: Value<'a>) -> &mut Self {
        self.present.insert(field.element.number);
        self.values.push((field, value));
        self
    }

    fn subs_of(&self, field: u8) -> impl Iterator<Item = (&'static Sub, &[u8])> {
        self.subs
            .iter()
            .filter(move |(of, _, _)| *of == field)
            .map(|(_, sub, value)| (*sub, value.as_bytes()))
    }

    /// The characters of a field that was set by its parts.
    fn sub_bytes(&self, field: &Field) -> impl Iterator<Item = u8> {
        let number = field.element.number;
        let (places, tagged) = match field.element.subs {
            Subs::Positional(places) => (places, false),
            Subs::Tagged(_) | Subs::None => (&[][..], true),
        };
        let placed = places.iter().flat_map(move |place| {
            let set = self
                .subs_of(number)
                .find(|(sub, _)| sub.number == place.number);
            placed_bytes(place, set.map_or(&[], |(_, value)| value))
        });
        let tagged = tagged.then(|| {
            self.subs_of(number)
                .flat_map(|(sub, value)| tagged_bytes(sub.number, value))
        });
        placed.chain(tagged.into_iter().flatten())
    }

    fn subs_len(&self, field: &Field) -> usize {
        self.sub_bytes(field).count()
    }

    fn write_subs(&self, field: &Field, out: &mut Vec<u8>) {
        field.write(self.sub_bytes(field), self.subs_len(field), out);
    }
}

/// Checks a value that is set whole, its inner structure included.
fn check_whole(field: &Field, value: &[u8]) -> Result<(), EncodeError> {
    let number = field.element.number;
    field.admits(value).map_err(|kind| EncodeError {
        path: Path::Field(number),
        kind,
    })?;
    let filled;
    let text = match field.element.subs {
        Subs::None => return Ok(()),
        Subs::Positional(_) if value.len() < field.element.size.max() => {
            filled = filled_up(field, value);
            &filled
        }
        Subs::Positional(_) | Subs::Tagged(_) => value,
    };
    field
        .element
        .subs
        .check(text)
        .map_err(|(sub, _)| EncodeError {
            path: if sub == 0 {
                Path::Field(number)
            } else {
                Path::Sub(number, sub)
            },
            kind: EncodeErrorKind::Structure,
        })
}

/// The value as it will stand in a fixed field.
fn filled_up(field: &Field, value: &[u8]) -> Vec<u8> {
    let missing = match field.element.size {
        crate::Size::Fixed(exact) => exact.saturating_sub(value.len()),
        crate::Size::Ll(_) | crate::Size::Lll(_) => 0,
    };
    let (front, back) = field.padding.around(missing);
    front.chain(value.iter().copied()).chain(back).collect()
}

impl Value<'_> {
    /// The characters or bytes; `None` for a value made of parts.
    fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Value::Text(text) => Some(text.as_bytes()),
            Value::Bytes(bytes) => Some(bytes),
            Value::Number(digits) => Some(digits.as_bytes()),
            Value::Subs => None,
        }
    }
}

impl Digits {
    fn of(mut number: u64) -> Digits {
        let mut digits = Digits {
            buffer: [b'0'; 20],
            unused: 20,
        };
        for place in digits.buffer.iter_mut().rev() {
            // A remainder of ten always fits a byte.
            *place = b'0' + u8::try_from(number % 10).unwrap_or_default();
            number /= 10;
            digits.unused -= 1;
            if number == 0 {
                break;
            }
        }
        digits
    }

    fn as_bytes(&self) -> &[u8] {
        self.buffer.get(self.unused..).unwrap_or_default()
    }
}

impl fmt::Debug for Builder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Builder({} {{", self.mti)?;
        for (index, (field, value)) in self.values.iter().enumerate() {
            let separator = if index > 0 { ", " } else { "" };
            let made;
            let bytes = match value.as_bytes() {
                Some(bytes) => bytes,
                None => {
                    made = self.sub_bytes(field).collect::<Vec<_>>();
                    &made
                }
            };
            let masked = Masked {
                field,
                value: bytes,
            };
            write!(f, "{separator}{}: {masked}", field.element.number)?;
        }
        f.write_str("})")
    }
}
