//! What can go wrong with keys and sealed records, in words for whoever runs the service.
//!
//! No variant can hold a key, a card number or a part of either.

use std::io;
use std::path::PathBuf;

use crate::KeyId;

/// Why the vault cannot do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// There is no key file.
    #[error("there is no key file at {}", .0.display())]
    Missing(PathBuf),
    /// A key file is made only where there is none: a lost one cannot be made again.
    #[error("{} is there already, and a key file is never overwritten", .0.display())]
    Exists(PathBuf),
    /// Somebody else could read the keys.
    #[error(
        "{file} can be read by others (mode {mode:03o}): run chmod 600 {file}",
        file = .path.display()
    )]
    Exposed {
        /// The key file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// The system refused.
    #[error("cannot {doing} {}: {source}", .path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// On which file or directory.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The key file is not as it was written.
    #[error("{}, line {line}: {what}", .path.display())]
    Garbled {
        /// The key file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it.
        what: &'static str,
    },
    /// Another process changes the key file at this moment, or was cut short when it did.
    #[error(
        "{} is there: another change of the keys is under way; if none is, remove it",
        .0.display()
    )]
    UnderChange(PathBuf),
    /// The current key cannot be retired, and a key that is not in the file need not be.
    #[error("{} is not a former key of this file", hex(.0))]
    NotFormer(KeyId),
    /// A record was sealed under a key that is not in the key file.
    #[error("the record is sealed under key {}, which is not in the key file", hex(.0))]
    UnknownKey(KeyId),
    /// A record does not open: altered, or not of this owner and token.
    #[error("the sealed record does not open: it was altered, or belongs to another token")]
    Sealed,
    /// The cryptographic library gave up; nothing this program does leads there.
    #[error("the cryptographic library refused to seal")]
    Cipher,
}

impl VaultError {
    pub(crate) fn io(doing: &'static str, path: &std::path::Path, source: io::Error) -> Self {
        let path = path.to_owned();
        Self::Io {
            doing,
            path,
            source,
        }
    }
}

/// The hexadecimal digits of bytes that are no secret.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_says_what_to_look_at() {
        let path = PathBuf::from("/data/vault.keys");
        let exposed = VaultError::Exposed { path, mode: 0o644 };
        assert_eq!(
            exposed.to_string(),
            "/data/vault.keys can be read by others (mode 644): run chmod 600 /data/vault.keys"
        );
        let unknown = VaultError::UnknownKey([0xab; 16]);
        assert!(unknown.to_string().contains("abababab"));
    }

    #[test]
    fn hexadecimal_keeps_leading_zeros() {
        assert_eq!(hex(&[0, 1, 0xfe]), "0001fe");
    }
}
