//! Table `vault_keys`: which card keys this database was written with.
//!
//! Only their ids: a key itself is never in the database. A process whose key file does not have
//! the current one must not start.

use domain::Timestamp;

use crate::statements::statements;
use crate::value::values;
use crate::{Error, Tx};

statements! {
    CURRENT = "SELECT id, identity FROM vault_keys WHERE is_current = 1";
    RETIRE = "UPDATE vault_keys SET is_current = 0 WHERE id = ? AND is_current = 1";
    INSERT = "INSERT INTO vault_keys (id, identity, is_current, created_at) VALUES (?, ?, 1, ?)";
    CARDS = "SELECT COUNT(*) FROM (SELECT id FROM payment_methods LIMIT 1) AS one";
}

/// What the database remembers of the key file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VaultKey {
    /// The id of the key new cards are wrapped by; a rotation changes it.
    pub id: [u8; 16],
    /// The id of the fingerprint key; it never changes.
    pub identity: [u8; 16],
}

/// The key new cards are wrapped by.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn current(tx: &Tx<'_>) -> Result<Option<VaultKey>, Error> {
    tx.one(CURRENT, values![], |row| {
        Ok(VaultKey {
            id: row.array(0)?,
            identity: row.array(1)?,
        })
    })
}

/// Makes `new` the current key in place of `old`.
///
/// # Errors
/// [`Error::Conflict`] when another key is current.
pub fn replace_current(
    tx: &Tx<'_>,
    old: Option<VaultKey>,
    new: VaultKey,
    now: Timestamp,
) -> Result<(), Error> {
    if current(tx)? != old {
        return Err(Error::Conflict);
    }
    if let Some(old) = &old {
        tx.change_one(RETIRE, values![&old.id])?;
    }
    tx.insert(INSERT, values![&new.id, &new.identity, now], "vault key")
}

/// Whether the database holds any card.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn has_cards(tx: &Tx<'_>) -> Result<bool, Error> {
    Ok(tx.one(CARDS, values![], |row| row.int(0))?.unwrap_or(0) > 0)
}
