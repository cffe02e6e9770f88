//! Secrets that are no cards: sealed for a purpose, under a key that serves this purpose alone.
//!
//! The key is derived from the one key of the file that a rotation keeps, so that no record has
//! to be re-wrapped before a former key is retired (the tag and nonce are those of `seal`). Does
//! not know what the secrets are for.

use std::fmt;

use zeroize::Zeroizing;

use crate::keys::{Secret, derive};
use crate::seal::{cipher, decrypt, encrypt};
use crate::{Vault, VaultError};

/// First byte of what is sealed; another form gets another number.
const VERSION: u8 = 1;

/// Bytes that do not print and are wiped when they go.
#[derive(Clone, PartialEq, Eq)]
pub struct Hidden(Zeroizing<Vec<u8>>);

impl Hidden {
    /// Takes `bytes` out of sight.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Zeroizing::new(bytes.into()))
    }

    /// The bytes.
    pub fn reveal(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden(…)")
    }
}

impl Vault {
    /// Seals `secret` for `purpose` and for what `owner` names; it opens for no other.
    ///
    /// # Errors
    /// Only a failure of the cryptographic library.
    pub fn hide(
        &self,
        purpose: &'static str,
        owner: &[&[u8]],
        secret: &Hidden,
    ) -> Result<Vec<u8>, VaultError> {
        let key = cipher(&self.hiding_key(purpose))?;
        let mut sealed = vec![VERSION];
        sealed.extend(encrypt(&key, &bound_to(owner), secret.reveal())?);
        Ok(sealed)
    }

    /// Opens what [`Vault::hide`] sealed for the same purpose and owner.
    ///
    /// # Errors
    /// It was altered, or is another's.
    pub fn unhide(
        &self,
        purpose: &'static str,
        owner: &[&[u8]],
        sealed: &[u8],
    ) -> Result<Hidden, VaultError> {
        let Some((&VERSION, sealed)) = sealed.split_first() else {
            return Err(VaultError::Sealed);
        };
        let key = cipher(&self.hiding_key(purpose))?;
        decrypt(&key, &bound_to(owner), sealed).map(Hidden)
    }

    fn hiding_key(&self, purpose: &'static str) -> Secret {
        Box::new(derive::<32>(
            self.digests(),
            &[b"hide ", purpose.as_bytes()],
        ))
    }
}

/// The parts, each with its length, so that no other division of them is the same.
fn bound_to(parts: &[&[u8]]) -> Vec<u8> {
    let mut bound = vec![VERSION];
    for part in parts {
        let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
        bound.extend(length.to_be_bytes());
        bound.extend_from_slice(part);
    }
    bound
}
