//! Table `users`: people who may log in.

use domain::{MerchantId, Timestamp, UserId};

use crate::statements::statements;
use crate::value::values;
use crate::{Error, Row, Tx};

/// One person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// The merchant they work for.
    pub merchant: MerchantId,
    /// What they log in with, in lower case.
    pub email: String,
    /// Their password, hashed, in PHC string format.
    pub password_hash: String,
    /// Log-ins that failed since the last one that did not.
    pub failure_count: i64,
    /// Until when no log-in is tried.
    pub locked_until: Timestamp,
}

statements! {
    INSERT = "INSERT INTO users (id, merchant_id, email, password_hash, failure_count, \
        locked_until, created_at) VALUES (?, ?, ?, ?, 0, 0, ?)";
    FIND = "SELECT id, merchant_id, email, password_hash, failure_count, locked_until \
        FROM users WHERE email = ?";
    GET = "SELECT id, merchant_id, email, password_hash, failure_count, locked_until \
        FROM users WHERE id = ?";
    FAIL = "UPDATE users SET failure_count = failure_count + 1 WHERE id = ?";
    LOCK = "UPDATE users SET failure_count = 0, locked_until = ? \
        WHERE id = ? AND failure_count >= ?";
    FORGIVE = "UPDATE users SET failure_count = 0 WHERE id = ? AND locked_until <= ?";
}

/// Adds a person.
///
/// # Errors
/// [`Error::Exists`] when somebody has that e-mail address.
pub fn insert(tx: &Tx<'_>, user: &User, now: Timestamp) -> Result<(), Error> {
    let values = values![
        &user.id,
        &user.merchant,
        &user.email,
        &user.password_hash,
        now
    ];
    tx.insert(INSERT, values, "e-mail address")
}

fn read(row: &Row<'_>) -> Result<User, Error> {
    Ok(User {
        id: row.id(0)?,
        merchant: row.id(1)?,
        email: row.text(2)?,
        password_hash: row.text(3)?,
        failure_count: row.int(4)?,
        locked_until: row.time(5)?,
    })
}

/// The person with that e-mail address, in lower case.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn find_by_email(tx: &Tx<'_>, email: &str) -> Result<Option<User>, Error> {
    tx.one(FIND, values![email], read)
}

/// The person of that id.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn find(tx: &Tx<'_>, id: UserId) -> Result<Option<User>, Error> {
    tx.one(GET, values![&id], read)
}

/// Counts a failed log-in, and locks the account until `locked_until` at the `failures_max`th.
///
/// # Errors
/// As [`crate::Store::write`].
pub fn note_failure(
    tx: &Tx<'_>,
    id: UserId,
    failures_max: i64,
    locked_until: Timestamp,
) -> Result<(), Error> {
    tx.execute(FAIL, values![&id])?;
    tx.execute(LOCK, values![locked_until, &id, failures_max])
        .map(drop)
}

/// Forgets failed log-ins after one that succeeded; says no when the account was locked meanwhile.
///
/// # Errors
/// [`Error::Conflict`] when it is locked.
pub fn note_success(tx: &Tx<'_>, id: UserId, now: Timestamp) -> Result<(), Error> {
    tx.change_one(FORGIVE, values![&id, now])
}
