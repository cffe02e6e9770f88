//! Table `vault_keys`: which card keys this database was written with.
//!
//! Only their ids: a key itself is never in the database. A process whose key file does not have the current one
//! must not start.

use domain::Timestamp;

use crate::value::values;
use crate::{Error, Tx};

const CURRENT: &str = "SELECT id FROM vault_keys WHERE is_current = 1";
const RETIRE: &str = "UPDATE vault_keys SET is_current = 0 WHERE id = ? AND is_current = 1";
const INSERT: &str = "INSERT INTO vault_keys (id, is_current, created_at) VALUES (?, 1, ?)";
const CARDS: &str = "SELECT COUNT(*) FROM (SELECT id FROM payment_methods LIMIT 1) AS one";

/// The id of the key new cards are wrapped by.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn current(tx: &Tx<'_>) -> Result<Option<[u8; 16]>, Error> {
    tx.one(CURRENT, values![], |row| row.array(0))
}

/// Makes `new` the current key in place of `old`.
///
/// # Errors
/// [`Error::Conflict`] when another key is current.
pub fn replace_current(
    tx: &Tx<'_>,
    old: Option<[u8; 16]>,
    new: [u8; 16],
    now: Timestamp,
) -> Result<(), Error> {
    if current(tx)? != old {
        return Err(Error::Conflict);
    }
    if let Some(old) = &old {
        tx.change_one(RETIRE, values![old])?;
    }
    tx.insert(INSERT, values![&new, now], "vault key")
}

/// Whether the database holds any card.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn has_cards(tx: &Tx<'_>) -> Result<bool, Error> {
    Ok(tx.one(CARDS, values![], |row| row.int(0))?.unwrap_or(0) > 0)
}
