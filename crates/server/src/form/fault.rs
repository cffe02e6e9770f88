//! What is wrong with a request's parameters: which one, and of a closed list of kinds, how.
//!
//! Holds no value of the request but an id, as far as that may be shown. The words people read
//! are in the table of `error`.

use std::fmt;

/// The closed list of what can be wrong with a parameter or the whole body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// A parameter that must be there is not.
    Missing,
    /// A parameter that does not exist.
    Unknown,
    /// The same parameter twice.
    Repeated,
    /// An empty text where a value is needed.
    Empty,
    /// A text of spaces only.
    Blank,
    /// More characters than are kept; the detail is how many are.
    TooLong,
    /// No whole number.
    InvalidInteger,
    /// No value of the kind that the detail names.
    Invalid,
    /// An address that nothing is sent to; the detail says why.
    UrlInvalid,
    /// None of the names that the detail lists.
    NotOneOf,
    /// Something else where a single value is needed.
    NotText,
    /// Something else where an object is needed.
    NotObject,
    /// Something else where a list is needed.
    NotList,
    /// There is no such thing, or it belongs to somebody else; the detail is what it would be, and
    /// its id as far as it may be shown.
    NoSuch,
    /// A key of `metadata` that is empty or too long.
    MetadataKey,
    /// More pairs in `metadata` than are kept.
    MetadataPairs,
    /// Two parameters that exclude each other; the detail is the other one.
    Exclusive,
    /// A search that cannot be understood; the detail says why and where.
    Query,
    /// The name of a parameter cannot be read.
    MalformedName,
    /// A percent sign that is not followed by two hexadecimal digits, or bytes that are no UTF-8.
    MalformedText,
    /// The body is no JSON object.
    MalformedJson,
    /// More values than one request may have.
    TooMany,
    /// Names too deep within each other.
    TooDeep,
    /// A body too large to read.
    TooLarge,
    /// A body in another encoding.
    UnsupportedEncoding,
}

impl FaultKind {
    /// Every kind, in the order of declaration.
    #[cfg(test)]
    pub(crate) const ALL: &'static [Self] = &[
        Self::Missing,
        Self::Unknown,
        Self::Repeated,
        Self::Empty,
        Self::Blank,
        Self::TooLong,
        Self::InvalidInteger,
        Self::Invalid,
        Self::UrlInvalid,
        Self::NotOneOf,
        Self::NotText,
        Self::NotObject,
        Self::NotList,
        Self::NoSuch,
        Self::MetadataKey,
        Self::MetadataPairs,
        Self::Exclusive,
        Self::Query,
        Self::MalformedName,
        Self::MalformedText,
        Self::MalformedJson,
        Self::TooMany,
        Self::TooDeep,
        Self::TooLarge,
        Self::UnsupportedEncoding,
    ];
}

/// One thing that is wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// What.
    pub kind: FaultKind,
    /// The full name of the parameter; empty when the whole body is meant.
    pub param: String,
    /// What the kind says it is; of the values of a request only an id, by [`shown`].
    pub detail: String,
}

impl Fault {
    /// A fault of the parameter with the full name `param`.
    pub(crate) fn new(kind: FaultKind, param: String) -> Self {
        Self {
            kind,
            param: shown(&param),
            detail: String::new(),
        }
    }

    /// A fault of the body as a whole.
    pub(crate) fn of_body(kind: FaultKind) -> Self {
        Self::new(kind, String::new())
    }

    /// There is no `object` (by Stripe's name) with the id that `param` holds.
    pub(crate) fn no_such(object: &str, id: &str, param: String) -> Self {
        let detail = format!("{object}: '{}'", shown(id));
        Self::new(FaultKind::NoSuch, param).with_detail(detail)
    }

    /// The same with its detail.
    #[must_use]
    pub(crate) fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {} {}", self.kind, self.param, self.detail)
    }
}

/// Characters of a client's text that are repeated to it.
const SHOWN_MAX: usize = 200;
/// Digits in a row, at least, that may be a card number (ISO/IEC 7812 has none shorter).
const NUMBER_DIGITS_MIN: usize = 12;

/// Whether a text holds digits that may be a card number.
pub(crate) fn has_card_number(text: &str) -> bool {
    let groups = text.split(|letter: char| !letter.is_ascii_digit() && !is_separator(letter));
    groups.into_iter().any(|group| {
        let digits = group.bytes().filter(u8::is_ascii_digit).count();
        digits >= NUMBER_DIGITS_MIN
    })
}

/// What people and forms write between the digits of a card number.
const fn is_separator(letter: char) -> bool {
    matches!(letter, ' ' | '-' | '.' | '_')
}

/// A text of a client as it may be repeated in an answer or a log: shortened, and without whatever
/// could be a card number.
pub(crate) fn shown(text: &str) -> String {
    let mut shown = String::new();
    let mut run = String::new();
    let mut digits = 0;
    let flush = |run: &mut String, digits: &mut usize, shown: &mut String| {
        if *digits >= NUMBER_DIGITS_MIN {
            shown.push('…');
        } else {
            shown.push_str(run);
        }
        run.clear();
        *digits = 0;
    };
    for letter in text.chars().take(SHOWN_MAX) {
        let is_digit = letter.is_ascii_digit();
        if is_digit || (digits > 0 && is_separator(letter)) {
            run.push(letter);
            digits += usize::from(is_digit);
            continue;
        }
        flush(&mut run, &mut digits, &mut shown);
        shown.push(if letter.is_control() {
            '\u{fffd}'
        } else {
            letter
        });
    }
    if text.chars().nth(SHOWN_MAX).is_some() {
        // What is cut within a number would be a part of it.
        digits = NUMBER_DIGITS_MIN;
    }
    flush(&mut run, &mut digits, &mut shown);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_and_ids_are_shown_as_they_are() {
        for text in [
            "",
            "amount",
            "line_items[0][price]",
            "pi_0A1b2C3d4E5f6G7h8I9j0K",
            "12-34",
        ] {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn what_may_be_a_card_number_is_not_shown() {
        for text in [
            "4242424242424242",
            "4242 4242 4242 4242",
            "4242-4242-4242-4242",
            "4242.4242.4242.4242",
            "4242_4242_4242_4242",
            "378282246310005",
        ] {
            assert_eq!(shown(&format!("card[{text}]x")), "card[…]x");
        }
    }

    #[test]
    fn a_card_number_is_found_among_words() {
        for text in [
            "4242424242424242",
            "Zoé 4242 4242 4242 4242",
            "4242-4242-4242-4242@x",
        ] {
            assert!(has_card_number(text), "{text}");
        }
        for text in [
            "",
            "Zoé Martin",
            "+33 1 23 45 67 89",
            "zoe1234567890@example.com",
        ] {
            assert!(!has_card_number(text), "{text}");
        }
    }

    #[test]
    fn a_number_at_the_cut_is_not_shown_in_part() {
        let text = format!("{}4242424242424242", "a".repeat(190));
        assert_eq!(shown(&text), format!("{}…", "a".repeat(190)));
    }

    #[test]
    fn control_characters_are_replaced() {
        assert_eq!(shown("a\nb\u{1b}"), "a\u{fffd}b\u{fffd}");
    }
}
