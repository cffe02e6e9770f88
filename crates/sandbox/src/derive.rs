//! Values that the host makes itself: approval codes, challenge references, authentication values.
//!
//! They follow from the message alone, so that a run repeats. None of them is a secret, and nothing
//! here would protect one.

use crate::key::Key;

/// The approval code (field 38) of a message: six digits.
pub(crate) fn approval_code(key: &Key) -> String {
    format!("{:06}", hash(&["approval", &key.to_string()]) % 1_000_000)
}

/// The reference under which the holder is asked to authenticate (field 48, tag 71).
pub(crate) fn challenge_reference(key: &Key) -> String {
    format!("ch{:016x}", hash(&["challenge", &key.to_string()]))
}

/// The authentication value (field 48, tag 43) that a completed challenge yields. The sandbox's
/// challenge page stands for the card issuer's and gets it from here.
///
/// ```
/// let value = sandbox::authentication_value("ch0123456789abcdef");
/// assert_eq!(value.len(), 16);
/// assert_ne!(value, sandbox::authentication_value("ch0123456789abcdee"));
/// ```
pub fn authentication_value(reference: &str) -> String {
    format!("{:016X}", hash(&["authentication", reference]))
}

/// FNV-1a over the parts, each ended by a zero byte.
fn hash(parts: &[&str]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
    bytes.fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_follow_from_the_message_alone() {
        let one = Key::new("TERM0001", 1_122_123_456, 1).unwrap();
        let two = Key::new("TERM0001", 1_122_123_456, 2).unwrap();
        assert_eq!(approval_code(&one), approval_code(&one));
        assert_ne!(approval_code(&one), approval_code(&two));
        assert_ne!(challenge_reference(&one), challenge_reference(&two));
    }

    #[test]
    fn values_fit_their_fields() {
        let key = Key::new("T", 0, 0).unwrap();
        assert_eq!(approval_code(&key).len(), 6);
        assert!(
            approval_code(&key)
                .bytes()
                .all(|byte| byte.is_ascii_digit())
        );
        assert_eq!(challenge_reference(&key).len(), 18);
        assert_eq!(authentication_value("").len(), 16);
    }
}
