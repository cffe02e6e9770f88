//! What identifies a message at this host: terminal, time and trace number.

use std::fmt;

/// The identity of a message: field 41, field 7 (1987) or field 12 (1993), and field 11.
///
/// The edition of 1993 refers to originals by their local time, so that is its identity there.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    terminal: [u8; 8],
    transmitted: u64,
    stan: u32,
}

impl Key {
    /// The key of a message that does not say who it is.
    pub(crate) const NONE: Key = Key {
        terminal: [b'-'; 8],
        transmitted: 0,
        stan: 0,
    };

    /// Puts a key together. `None` when the terminal is longer than eight characters or not
    /// printable ASCII. `transmitted` is the number behind MMDDhhmmss or YYMMDDhhmmss.
    pub fn new(terminal: &str, transmitted: u64, stan: u32) -> Option<Key> {
        let mut padded = [b' '; 8];
        let place = padded.get_mut(..terminal.len())?;
        place.copy_from_slice(terminal.as_bytes());
        let printable = padded.iter().all(|byte| matches!(byte, b' '..=b'~'));
        printable.then_some(Key {
            terminal: padded,
            transmitted,
            stan,
        })
    }

    /// The terminal (field 41) without its filling.
    pub fn terminal(&self) -> &str {
        std::str::from_utf8(&self.terminal)
            .unwrap_or_default()
            .trim_end()
    }

    /// The time of the message as the number behind its digits.
    pub fn transmitted(&self) -> u64 {
        self.transmitted
    }

    /// The systems trace audit number (field 11).
    pub fn stan(&self) -> u32 {
        self.stan
    }

    /// The key of another message of the same terminal.
    pub(crate) fn of_same_terminal(&self, transmitted: u64, stan: u32) -> Key {
        Key {
            terminal: self.terminal,
            transmitted,
            stan,
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}/{:010}/{:06}",
            self.terminal(),
            self.transmitted,
            self.stan
        )
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_as_terminal_time_and_trace_number() {
        let key = Key::new("TERM1", 102_030_405, 42).unwrap();
        assert_eq!(key.to_string(), "TERM1/0102030405/000042");
        assert_eq!(key.terminal(), "TERM1");
        assert_eq!(key.transmitted(), 102_030_405);
        assert_eq!(key.stan(), 42);
        assert_eq!(
            key,
            Key::new("TERM1   ", 102_030_405, 42).unwrap(),
            "filling is no difference"
        );
    }

    #[test]
    fn a_terminal_that_cannot_be_one_is_refused() {
        assert_eq!(Key::new("TERMINAL9", 1, 1), None);
        assert_eq!(Key::new("é", 1, 1), None);
        assert_eq!(Key::new("\t", 1, 1), None);
    }

    #[test]
    fn another_message_of_the_terminal_has_another_key() {
        let key = Key::new("TERM0001", 1_122_123_456, 42).unwrap();
        let original = key.of_same_terminal(1_122_123_400, 41);
        assert_eq!(original.to_string(), "TERM0001/1122123400/000041");
        assert_ne!(original, key);
    }
}
