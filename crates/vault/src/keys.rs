//! The keys of a vault and the text they are kept as.
//!
//! Does not touch the disk and does not encrypt. The text is versioned, one key a line, each behind
//! a value derived from it: a damaged key is noticed when the file is read, not when a card is
//! lost.
//!
//! ```text
//! encaisse vault keys, version 1
//! # (comments and empty lines do not count)
//! fingerprint <check value> <key>
//! current <key id> <key>
//! former <key id> <key>
//! end 3
//! ```
//! Values are hexadecimal: 16 bytes for a key id, 32 for a key. `end` counts the keys, so a file
//! cut short between two lines is noticed too.

use aws_lc_rs::hkdf;
use zeroize::Zeroizing;

use crate::{KeyId, random};

const FIRST_LINE: &str = "encaisse vault keys, version 1";
const WARNING: &str = "\
# Whoever reads this file can read every card number sealed with it: leave its mode at 0600.
# Without it those numbers are lost: keep a copy, away from every copy of the database.
";

/// 256 secret bits, wiped when dropped. Boxed so that moving it leaves no copy behind.
pub(crate) type Secret = Box<Zeroizing<[u8; 32]>>;

/// Everything in a key file.
pub(crate) struct Keys {
    /// Keys the fingerprints and other digests; never changes, or cards would not be recognised.
    pub(crate) fingerprint: Secret,
    /// Wraps the data keys of new records.
    pub(crate) current: Secret,
    /// Still unwrap the data keys of older records.
    pub(crate) former: Vec<Secret>,
}

/// Where a text is not a key file, and why; never what stands there.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Garbled {
    pub(crate) line: usize,
    pub(crate) what: &'static str,
}

impl Keys {
    /// New keys for a new vault.
    pub(crate) fn generate() -> Self {
        Self {
            fingerprint: new_secret(),
            current: new_secret(),
            former: Vec::new(),
        }
    }

    /// The same with a new current key.
    pub(crate) fn rotated(mut self) -> Self {
        let former = std::mem::replace(&mut self.current, new_secret());
        self.former.insert(0, former);
        self
    }

    /// The same without the former key of that id, if there is one.
    pub(crate) fn without(mut self, id: &KeyId) -> Option<Self> {
        let place = self.former.iter().position(|key| key_id(key) == *id)?;
        self.former.remove(place);
        Some(self)
    }

    /// The text of the key file.
    pub(crate) fn print(&self) -> Zeroizing<String> {
        let lines = self.former.len().saturating_add(2);
        // Room for all of it at once: a text that grows leaves copies of keys behind.
        let mut text = Zeroizing::new(String::with_capacity(512 + lines * 128));
        text.push_str(FIRST_LINE);
        text.push('\n');
        text.push_str(WARNING);
        let first = [
            ("fingerprint", &self.fingerprint),
            ("current", &self.current),
        ];
        let former = self.former.iter().map(|key| ("former", key));
        for (role, key) in first.into_iter().chain(former) {
            text.push_str(role);
            text.push(' ');
            push_hex(&mut text, &key_id(key));
            text.push(' ');
            push_hex(&mut text, key.as_slice());
            text.push('\n');
        }
        text.push_str(&format!("end {lines}\n"));
        text
    }

    /// Reads what [`Keys::print`] wrote.
    pub(crate) fn parse(text: &str) -> Result<Self, Garbled> {
        let mut lines = text
            .lines()
            .enumerate()
            .map(|(index, line)| (index.saturating_add(1), line))
            .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        if lines.next().map(|(_, line)| line) != Some(FIRST_LINE) {
            return garbled(1, "this is no key file of version 1");
        }
        let (mut fingerprint, mut current, mut former) = (None, None, Vec::new());
        let mut last = 1;
        for (line, words) in lines {
            last = line;
            let words: Vec<&str> = words.split(' ').collect();
            match words.as_slice() {
                ["end", count] => {
                    let (Some(fingerprint), Some(current)) = (fingerprint, current) else {
                        return garbled(line, "the fingerprint key or the current key is missing");
                    };
                    if count.parse() != Ok(former.len().saturating_add(2)) {
                        return garbled(line, "a key is missing: the file was cut");
                    }
                    return Ok(Self {
                        fingerprint,
                        current,
                        former,
                    });
                }
                ["fingerprint", id, key] if fingerprint.is_none() => {
                    fingerprint = Some(read(line, id, key)?);
                }
                ["current", id, key] if current.is_none() => current = Some(read(line, id, key)?),
                ["former", id, key] => former.push(read(line, id, key)?),
                _ => return garbled(line, "this line is not understood, or one too many"),
            }
        }
        garbled(last, "the end is missing: the file was cut")
    }
}

fn garbled<T>(line: usize, what: &'static str) -> Result<T, Garbled> {
    Err(Garbled { line, what })
}

fn read(line: usize, id: &str, key: &str) -> Result<Secret, Garbled> {
    let mut secret: Secret = Box::default();
    let mut expected = [0; 16];
    if !fill_from_hex(id, &mut expected) || !fill_from_hex(key, secret.as_mut_slice()) {
        return garbled(
            line,
            "a key is not written as it should be: the file was damaged",
        );
    }
    if key_id(&secret) != expected {
        return garbled(line, "the key does not match its id: the file was damaged");
    }
    Ok(secret)
}

fn new_secret() -> Secret {
    Box::new(Zeroizing::new(random()))
}

/// The value by which a key is known, from which it cannot be found.
pub(crate) fn key_id(secret: &Secret) -> KeyId {
    *derive(&root(secret), &[b"key id"])
}

/// A key from which others are derived (RFC 5869, extract).
pub(crate) fn root(secret: &Secret) -> hkdf::Prk {
    hkdf::Salt::new(hkdf::HKDF_SHA256, b"encaisse vault 1").extract(secret.as_slice())
}

/// `N` bytes for one use of a root key (RFC 5869, expand). The last part of `label` alone may vary
/// in length, or two labels could be one.
#[expect(
    clippy::expect_used,
    reason = "HKDF refuses only more than 8,160 bytes"
)]
pub(crate) fn derive<const N: usize>(root: &hkdf::Prk, label: &[&[u8]]) -> Zeroizing<[u8; N]> {
    struct Length(usize);
    impl hkdf::KeyType for Length {
        fn len(&self) -> usize {
            self.0
        }
    }
    const { assert!(N <= 255 * 32) };
    let mut bytes = Zeroizing::new([0; N]);
    root.expand(label, Length(N))
        .and_then(|okm| okm.fill(bytes.as_mut_slice()))
        .expect("the length was checked when this was compiled");
    bytes
}

fn push_hex(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        for nibble in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
        }
    }
}

/// Fills `bytes` from exactly twice as many lower-case hexadecimal digits.
fn fill_from_hex(text: &str, bytes: &mut [u8]) -> bool {
    let nibble = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    rest.is_empty()
        && pairs.len() == bytes.len()
        && bytes.iter_mut().zip(pairs).all(|(byte, [high, low])| {
            let value = nibble(*high)
                .zip(nibble(*low))
                .map(|(high, low)| high << 4 | low);
            *byte = value.unwrap_or_default();
            value.is_some()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(keys: &Keys) -> Vec<KeyId> {
        [&keys.fingerprint, &keys.current]
            .into_iter()
            .chain(&keys.former)
            .map(key_id)
            .collect()
    }

    fn what(text: &str) -> &'static str {
        Keys::parse(text).err().map_or("", |garbled| garbled.what)
    }

    #[test]
    fn what_is_printed_reads_back() {
        let keys = Keys::generate().rotated().rotated();
        let read = Keys::parse(&keys.print()).unwrap();
        assert_eq!(ids(&read), ids(&keys));
        assert_eq!(read.former.len(), 2);
    }

    #[test]
    fn the_text_is_printed_without_growing() {
        let keys = (0..10).fold(Keys::generate(), |keys, _| keys.rotated());
        let text = keys.print();
        assert!(text.len() <= 512 + 12 * 128);
    }

    #[test]
    fn a_key_id_is_not_a_part_of_its_key() {
        let secret = new_secret();
        let id = key_id(&secret);
        assert!(
            !secret
                .windows(4)
                .any(|four| id.windows(4).any(|part| part == four))
        );
    }

    #[test]
    fn a_known_key_has_the_id_it_always_had() {
        let secret: Secret = Box::new(Zeroizing::new([7; 32]));
        let id = crate::error::hex(&key_id(&secret));
        // Computed with another implementation of HKDF.
        assert_eq!(id, "c828325522d174da2e9a9f23a874c774");
    }

    #[test]
    fn a_file_cut_anywhere_is_refused() {
        let text = Keys::generate().rotated().print();
        for length in 0..text.len() - 1 {
            assert!(Keys::parse(&text[..length]).is_err(), "cut at {length}");
        }
    }

    #[test]
    fn one_wrong_character_in_a_key_is_noticed() {
        let text = Keys::generate().print();
        let start = text.find("current").unwrap();
        for place in start + 8..start + 8 + 32 + 1 + 64 {
            let mut damaged = text.as_bytes().to_vec();
            damaged[place] = if damaged[place] == b'0' { b'1' } else { b'0' };
            assert!(
                Keys::parse(std::str::from_utf8(&damaged).unwrap()).is_err(),
                "{place}"
            );
        }
    }

    #[test]
    fn every_refusal_says_why_and_where() {
        let text = Keys::generate().print();
        let lines: Vec<&str> = text.lines().collect();
        let without = |word: &str| {
            let kept = lines.iter().filter(|line| !line.starts_with(word));
            kept.copied().collect::<Vec<_>>().join("\n")
        };
        assert_eq!(what(""), "this is no key file of version 1");
        assert_eq!(
            what("encaisse vault keys, version 2\n"),
            "this is no key file of version 1"
        );
        assert_eq!(
            what(&without("fingerprint")),
            "the fingerprint key or the current key is missing"
        );
        assert_eq!(
            what(&without("end")),
            "the end is missing: the file was cut"
        );
        let twice = text.replace("end 2", &format!("{}\nend 3", lines[4]));
        assert_eq!(what(&twice), "this line is not understood, or one too many");
        assert_eq!(
            what(&text.replace("end 2", "end 3")),
            "a key is missing: the file was cut"
        );
        assert_eq!(
            what(&text.replace("current ", "current x")),
            "a key is not written as it should be: the file was damaged"
        );
        let garbled = Keys::parse(&text.replace("current", "present"))
            .err()
            .unwrap();
        assert_eq!(garbled.line, 5);
    }

    #[test]
    fn rotating_keeps_the_fingerprint_key() {
        let keys = Keys::generate();
        let before = ids(&keys);
        let after = ids(&keys.rotated());
        assert_eq!(after[0], before[0]);
        assert_ne!(after[1], before[1]);
        assert_eq!(after[2], before[1]);
    }

    #[test]
    fn only_a_former_key_can_be_taken_out() {
        let keys = Keys::generate().rotated();
        let [fingerprint, current, former] = ids(&keys).try_into().unwrap();
        assert!(
            Keys::parse(&keys.print())
                .unwrap()
                .without(&current)
                .is_none()
        );
        assert!(
            Keys::parse(&keys.print())
                .unwrap()
                .without(&fingerprint)
                .is_none()
        );
        assert_eq!(ids(&keys.without(&former).unwrap()), [fingerprint, current]);
    }

    #[test]
    fn each_label_derives_its_own_bytes() {
        let root = root(&new_secret());
        let one = derive::<32>(&root, &[b"a ", b"b"]);
        assert_eq!(*one, *derive::<32>(&root, &[b"a ", b"b"]));
        assert_ne!(*one, *derive::<32>(&root, &[b"a ", b"c"]));
    }
}
