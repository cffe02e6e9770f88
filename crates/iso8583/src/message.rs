//! A received message: checked once, then read in place.
//!
//! The bytes stay the caller's; a message only remembers where each field stands. It never copies a
//! card number, unless packed digits are asked for as text.

use std::borrow::Cow;
use std::fmt;

use crate::bitmap::Bitmap;
use crate::dialect::{Dialect, MtiForm};
use crate::error::{DecodeError, DecodeErrorKind, Path};
use crate::field::Field;
use crate::mask::Masked;
use crate::mti::Mti;

/// A message that follows its dialect to the last byte.
///
/// Printing it, with `{}` or `{:?}`, shows card data masked.
#[derive(Clone)]
pub struct Message<'a> {
    dialect: &'static Dialect,
    mti: Mti,
    present: Bitmap,
    /// One per present field, in ascending order.
    values: Vec<Value<'a>>,
}

#[derive(Clone, Copy)]
struct Value<'a> {
    field: &'static Field,
    wire: &'a [u8],
    units: usize,
}

impl<'a> Value<'a> {
    fn bytes(&self) -> Cow<'a, [u8]> {
        self.field.encoding.value(self.wire, self.units)
    }
}

impl<'a> Message<'a> {
    /// Reads one whole message. Every length, character and sub-field is checked here, so that
    /// reading a value later cannot fail.
    ///
    /// # Errors
    /// The first place where the bytes leave the dialect, with the reason; never the value.
    pub fn decode(dialect: &'static Dialect, bytes: &'a [u8]) -> Result<Message<'a>, DecodeError> {
        let (mti, rest) = read_mti(dialect, bytes).map_err(|kind| DecodeError {
            path: Path::Mti,
            kind,
        })?;
        let (present, mut rest) =
            Bitmap::read(dialect.bitmap, rest).map_err(|kind| DecodeError {
                path: Path::Bitmap,
                kind,
            })?;
        let mut values = Vec::with_capacity(present.len());
        for number in present.iter() {
            let at = |kind| DecodeError {
                path: Path::Field(number),
                kind,
            };
            let field = dialect
                .field(number)
                .ok_or(at(DecodeErrorKind::UnknownField))?;
            let (wire, units, after) = field.read(rest).map_err(at)?;
            let value = Value { field, wire, units };
            check_subs(&value)?;
            values.push(value);
            rest = after;
        }
        match rest {
            [] => Ok(Message {
                dialect,
                mti,
                present,
                values,
            }),
            _ => Err(DecodeError {
                path: Path::End,
                kind: DecodeErrorKind::TrailingBytes,
            }),
        }
    }

    /// The message type.
    pub fn mti(&self) -> Mti {
        self.mti
    }

    /// The dialect it was read with.
    pub fn dialect(&self) -> &'static Dialect {
        self.dialect
    }

    /// The fields it carries.
    pub fn fields(&self) -> Bitmap {
        self.present
    }

    /// True when it carries the field.
    pub fn has(&self, field: u8) -> bool {
        self.present.contains(field)
    }

    fn value(&self, field: u8) -> Option<&Value<'a>> {
        self.present
            .contains(field)
            .then(|| self.values.get(self.present.rank(field)))?
    }

    /// The value of a field as text, with the filling that the wire carried. Bytes (class `b`) come
    /// as hexadecimal digits. Borrowed when the wire form is the text.
    pub fn text(&self, field: u8) -> Option<Cow<'a, str>> {
        let value = self.value(field)?;
        if value.field.element.kind == crate::Kind::B {
            let bytes = value.bytes();
            return Some(Cow::Owned(
                bytes.iter().map(|byte| format!("{byte:02X}")).collect(),
            ));
        }
        text_of(value.bytes())
    }

    /// The value of a field as a number. `None` when the field is absent, is not made of digits
    /// only, or is greater than a `u64`.
    pub fn numeric(&self, field: u8) -> Option<u64> {
        let bytes = self.value(field)?.bytes();
        (!bytes.is_empty()).then_some(())?;
        bytes.iter().try_fold(0_u64, |sum, byte| {
            let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
            sum.checked_mul(10)?.checked_add(u64::from(digit))
        })
    }

    /// The value of a field as bytes: the bytes of class `b`, the ASCII characters of the others.
    pub fn bytes(&self, field: u8) -> Option<Cow<'a, [u8]>> {
        self.value(field).map(Value::bytes)
    }

    /// A sub-field as text: a part by its place, counted from 1, or a tagged value by its tag.
    pub fn sub(&self, field: u8, sub: u8) -> Option<Cow<'a, str>> {
        let value = self.value(field)?;
        let subs = &value.field.element.subs;
        let find = |(number, _): &(u8, &[u8])| *number == sub;
        match value.bytes() {
            Cow::Borrowed(text) => {
                let (_, found) = subs.walk(text).flatten().find(find)?;
                text_of(Cow::Borrowed(found))
            }
            Cow::Owned(text) => {
                let (_, found) = subs.walk(&text).flatten().find(find)?;
                text_of(Cow::Owned(found.to_vec()))
            }
        }
    }

    /// The message in full, one line per field with its name, card data masked: for people.
    pub fn describe(&self) -> String {
        let mut text = format!("{} {}\n", self.mti, self.dialect.name);
        for (field, value) in self.masked() {
            let element = &field.element;
            let masked = Masked {
                field,
                value: &value,
            };
            text.push_str(&format!(
                "{:>5} {}: {masked}\n",
                element.number, element.name
            ));
        }
        text
    }

    fn masked(&self) -> impl Iterator<Item = (&'static Field, Cow<'a, [u8]>)> {
        self.values.iter().map(|value| (value.field, value.bytes()))
    }
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {{", self.mti)?;
        for (index, (field, value)) in self.masked().enumerate() {
            let separator = if index > 0 { ", " } else { "" };
            let masked = Masked {
                field,
                value: &value,
            };
            write!(f, "{separator}{}: {masked}", field.element.number)?;
        }
        f.write_str("}")
    }
}

impl fmt::Debug for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Message({self})")
    }
}

fn read_mti<'a>(dialect: &Dialect, bytes: &'a [u8]) -> Result<(Mti, &'a [u8]), DecodeErrorKind> {
    let (digits, rest) = match dialect.mti {
        MtiForm::Ascii => {
            let (digits, rest) = bytes
                .split_first_chunk()
                .ok_or(DecodeErrorKind::Truncated)?;
            (*digits, rest)
        }
        MtiForm::Bcd => {
            let (&[high, low], rest) = bytes
                .split_first_chunk()
                .ok_or(DecodeErrorKind::Truncated)?;
            (
                [high >> 4, high & 15, low >> 4, low & 15].map(|nibble| b'0' + nibble),
                rest,
            )
        }
    };
    let mti = Mti::from_digits(digits).ok_or(DecodeErrorKind::MessageType)?;
    match mti.version() == dialect.version {
        true => Ok((mti, rest)),
        false => Err(DecodeErrorKind::Version),
    }
}

fn check_subs(value: &Value<'_>) -> Result<(), DecodeError> {
    let element = &value.field.element;
    if matches!(element.subs, crate::Subs::None) {
        return Ok(());
    }
    element.subs.check(&value.bytes()).map_err(|(sub, kind)| {
        let path = match sub {
            0 => Path::Field(element.number),
            sub => Path::Sub(element.number, sub),
        };
        DecodeError { path, kind }
    })
}

/// Text of checked bytes. They are ASCII, so this always succeeds.
fn text_of(bytes: Cow<'_, [u8]>) -> Option<Cow<'_, str>> {
    match bytes {
        Cow::Borrowed(bytes) => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
        Cow::Owned(bytes) => String::from_utf8(bytes).ok().map(Cow::Owned),
    }
}
