//! Table `sessions`: log-ins on devices. Only a hash of the token is kept.

use domain::{Owner, SessionId, Timestamp, UserId};

use crate::statements::statements;
use crate::value::values;
use crate::{Error, Tx};

/// One log-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// What they act on.
    pub owner: Owner,
    /// When it was last used.
    pub seen_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

statements! {
    INSERT = "INSERT INTO sessions (token_hash, id, user_id, merchant_id, livemode, \
        created_at, seen_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    FIND = "SELECT id, user_id, merchant_id, livemode, seen_at, expires_at \
        FROM sessions WHERE token_hash = ? AND expires_at > ?";
    SEEN = "UPDATE sessions SET seen_at = ?, expires_at = ? WHERE token_hash = ?";
    DELETE = "DELETE FROM sessions WHERE token_hash = ?";
    PURGE = "DELETE FROM sessions WHERE expires_at <= ?";
}

/// Adds a log-in.
///
/// # Errors
/// As [`crate::Store::write`].
pub fn insert(tx: &Tx<'_>, token_hash: &[u8; 32], session: &Session) -> Result<(), Error> {
    let values = values![
        token_hash,
        &session.id,
        &session.user,
        &session.owner.merchant,
        session.owner.mode,
        session.seen_at,
        session.seen_at,
        session.expires_at,
    ];
    tx.insert(INSERT, values, "session")
}

/// The log-in of that token, unless it has ended.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn find(tx: &Tx<'_>, token_hash: &[u8; 32], now: Timestamp) -> Result<Option<Session>, Error> {
    tx.one(FIND, values![token_hash, now], |row| {
        Ok(Session {
            id: row.id(0)?,
            user: row.id(1)?,
            owner: Owner {
                merchant: row.id(2)?,
                mode: row.mode(3)?,
            },
            seen_at: row.time(4)?,
            expires_at: row.time(5)?,
        })
    })
}

/// Keeps a log-in alive until `expires_at`.
///
/// # Errors
/// As [`crate::Store::write`].
pub fn touch(
    tx: &Tx<'_>,
    token_hash: &[u8; 32],
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), Error> {
    tx.execute(SEEN, values![now, expires_at, token_hash])
        .map(drop)
}

/// Ends a log-in.
///
/// # Errors
/// As [`crate::Store::write`].
pub fn delete(tx: &Tx<'_>, token_hash: &[u8; 32]) -> Result<(), Error> {
    tx.execute(DELETE, values![token_hash]).map(drop)
}

/// Forgets every log-in that has ended, and says how many.
///
/// # Errors
/// As [`crate::Store::write`].
pub fn purge(tx: &Tx<'_>, now: Timestamp) -> Result<usize, Error> {
    tx.execute(PURGE, values![now])
}
