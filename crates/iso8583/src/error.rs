//! What can be wrong with a message, and where: the field path and the kind of mistake.
//!
//! An error never holds the value, because the value may be a card number and errors are logged.

use std::fmt;

/// Where in a message something is wrong.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Path {
    /// The message type identifier.
    Mti,
    /// The primary or the secondary bitmap.
    Bitmap,
    /// A field, by its number.
    Field(u8),
    /// A sub-field: the field, then the position or tag.
    Sub(u8, u8),
    /// Behind the last field.
    End,
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Mti => f.write_str("mti"),
            Path::Bitmap => f.write_str("bitmap"),
            Path::Field(field) => write!(f, "{field}"),
            Path::Sub(field, sub) => write!(f, "{field}.{sub}"),
            Path::End => f.write_str("end"),
        }
    }
}

/// Why bytes are not a message of the dialect.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum DecodeErrorKind {
    /// The bytes end before the value does.
    Truncated,
    /// Bytes follow the last field.
    TrailingBytes,
    /// A character is outside the field's class (`n`, `an`, …) or not of its encoding.
    Character,
    /// The filling of an odd number of digits is not the dialect's.
    Padding,
    /// The length in front of the value is not a number, or not a possible one.
    Length,
    /// The length in front of the value is above the field's maximum.
    TooLong,
    /// The message type has a reserved digit.
    MessageType,
    /// The message type is of another edition of the standard than the dialect.
    Version,
    /// The bitmap names a field that the dialect does not define.
    UnknownField,
    /// The same tag stands twice in one field.
    RepeatedTag,
}

impl fmt::Display for DecodeErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            DecodeErrorKind::Truncated => "the message ends too early",
            DecodeErrorKind::TrailingBytes => "bytes follow the last field",
            DecodeErrorKind::Character => "a character is outside the field's class",
            DecodeErrorKind::Padding => "the filling is wrong",
            DecodeErrorKind::Length => "the length is no valid number",
            DecodeErrorKind::TooLong => "the value is longer than the field",
            DecodeErrorKind::MessageType => "the message type is reserved",
            DecodeErrorKind::Version => "the message is of another edition of the standard",
            DecodeErrorKind::UnknownField => "the field is not defined",
            DecodeErrorKind::RepeatedTag => "the tag stands twice",
        })
    }
}

/// Bytes that are not a message of the dialect.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct DecodeError {
    /// Where.
    pub path: Path,
    /// What.
    pub kind: DecodeErrorKind,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot decode at {}: {}", self.path, self.kind)
    }
}

impl std::error::Error for DecodeError {}

/// Why a value cannot be put into a message.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum EncodeErrorKind {
    /// The dialect does not define the field or the sub-field.
    UnknownField,
    /// The value is longer than the field.
    TooLong,
    /// The value is shorter than the field, which has no filling.
    TooShort,
    /// A character is outside the field's class.
    Character,
    /// The field takes bytes and was given text, or the other way round.
    WrongKind,
    /// The inner structure of a value that was set whole is not the field's.
    Structure,
    /// The field was set whole and by its parts, or is set twice.
    Repeated,
}

impl fmt::Display for EncodeErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            EncodeErrorKind::UnknownField => "the field is not defined",
            EncodeErrorKind::TooLong => "the value is longer than the field",
            EncodeErrorKind::TooShort => "the value is shorter than the field",
            EncodeErrorKind::Character => "a character is outside the field's class",
            EncodeErrorKind::WrongKind => "text and bytes are confused",
            EncodeErrorKind::Structure => "the inner structure is broken",
            EncodeErrorKind::Repeated => "the field is set twice",
        })
    }
}

/// A value that cannot be put into a message.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct EncodeError {
    /// Where.
    pub path: Path,
    /// What.
    pub kind: EncodeErrorKind,
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot encode at {}: {}", self.path, self.kind)
    }
}

impl std::error::Error for EncodeError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: Path, expect: &str) {
        assert_eq!(path.to_string(), expect);
    }

    #[test]
    fn a_path_reads_like_the_specification() {
        check(Path::Mti, "mti");
        check(Path::Bitmap, "bitmap");
        check(Path::Field(2), "2");
        check(Path::Sub(48, 2), "48.2");
        check(Path::End, "end");
    }

    #[test]
    fn an_error_says_where_and_what_in_one_sentence() {
        let decode = DecodeError {
            path: Path::Sub(48, 92),
            kind: DecodeErrorKind::Truncated,
        };
        assert_eq!(
            decode.to_string(),
            "cannot decode at 48.92: the message ends too early"
        );
        let encode = EncodeError {
            path: Path::Field(4),
            kind: EncodeErrorKind::TooLong,
        };
        assert_eq!(
            encode.to_string(),
            "cannot encode at 4: the value is longer than the field"
        );
    }
}
