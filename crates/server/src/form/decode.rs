//! Percent-encoded text and bracketed names, read strictly.
//!
//! What a lenient reader would guess at is refused, so that no two readers of a request can differ.

use zeroize::Zeroizing;

use super::fault::{Fault, FaultKind};

/// Decodes `application/x-www-form-urlencoded` text: `+` is a space, `%` needs two digits, and the
/// result is UTF-8 without NUL.
pub(super) fn percent(text: &[u8]) -> Result<Zeroizing<String>, Fault> {
    let malformed = || Fault::of_body(FaultKind::MalformedText);
    // Never longer than the input, so it does not move and leaves no copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text;
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        bytes.push(match first {
            b'+' => b' ',
            b'%' => {
                let (high, tail) = rest.split_first().ok_or_else(malformed)?;
                let (low, tail) = tail.split_first().ok_or_else(malformed)?;
                rest = tail;
                let pair = digit(*high).zip(digit(*low)).ok_or_else(malformed)?;
                pair.0 << 4 | pair.1
            }
            other => *other,
        });
    }
    match String::from_utf8(std::mem::take(&mut *bytes)) {
        Ok(text) if !text.contains('\0') => Ok(Zeroizing::new(text)),
        Ok(text) => {
            drop(Zeroizing::new(text));
            Err(malformed())
        }
        Err(error) => {
            drop(Zeroizing::new(error.into_bytes()));
            Err(malformed())
        }
    }
}

const fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// Splits `a[b][0][]` into `a`, `b`, `0` and an empty name, which stands for "the next one".
pub(super) fn segments(name: &str) -> Result<Vec<&str>, Fault> {
    let malformed = || Fault::new(FaultKind::MalformedName, name.to_owned());
    let is_name = |text: &str| !text.contains(['[', ']']);
    let (first, mut rest) = name.split_at(name.find('[').unwrap_or(name.len()));
    if first.is_empty() || !is_name(first) {
        return Err(malformed());
    }
    let mut segments = vec![first];
    while !rest.is_empty() {
        let inner = rest.strip_prefix('[').ok_or_else(malformed)?;
        let (segment, tail) = inner.split_once(']').ok_or_else(malformed)?;
        if !is_name(segment) {
            return Err(malformed());
        }
        segments.push(segment);
        rest = tail;
    }
    Ok(segments)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_signs_and_pluses_are_decoded() {
        for (text, expect) in [
            ("", ""),
            ("a+b", "a b"),
            ("%41%6a%6A", "Ajj"),
            ("caf%C3%A9", "café"),
            ("a%2Bb", "a+b"),
        ] {
            assert_eq!(percent(text.as_bytes()).unwrap().as_str(), expect);
        }
    }

    #[test]
    fn what_cannot_be_decoded_exactly_is_refused() {
        for text in ["%", "%4", "%zz", "%4g", "%C3", "%00", "%u0041"] {
            let fault = percent(text.as_bytes()).unwrap_err();
            assert_eq!(fault.kind, FaultKind::MalformedText, "{text}");
        }
        assert!(percent(b"\xff").is_err());
    }

    #[test]
    fn names_split_at_their_brackets() {
        assert_eq!(segments("a").unwrap(), ["a"]);
        assert_eq!(segments("a[b][0][c]").unwrap(), ["a", "b", "0", "c"]);
        assert_eq!(segments("a[]").unwrap(), ["a", ""]);
    }

    #[test]
    fn names_with_broken_brackets_are_refused() {
        for name in [
            "", "[a]", "a[", "a]", "a[b", "a[b]c", "a[[b]]", "a[b]]", "a][b]",
        ] {
            let fault = segments(name).unwrap_err();
            assert_eq!(fault.kind, FaultKind::MalformedName, "{name}");
        }
    }
}
