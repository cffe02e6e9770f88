//! Table `idempotency_keys`: one key, one answer.
//!
//! A key is claimed in the transaction that writes the intent of its request, and answered in the
//! one that writes the outcome: after a crash there is never one without the other.

use domain::{Owner, Timestamp};

use crate::packed::{pack, unpack};
use crate::statements::statements;
use crate::value::values;
use crate::{Error, Tx};

/// A key and what was asked under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Whose key.
    pub owner: Owner,
    /// The key as the caller chose it, at most 255 characters.
    pub key: String,
    /// Keyed hash of the request.
    pub fingerprint: [u8; 32],
}

/// What a request was answered. Its body is opaque here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// What is known under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Keyed hash of the request that claimed it.
    pub fingerprint: [u8; 32],
    /// Its answer; `None` while the request runs.
    pub answer: Option<Answer>,
}

statements! {
    CLAIM = "INSERT INTO idempotency_keys (merchant_id, livemode, idempotency_key, \
        fingerprint, answer_status, answer, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)";
    ANSWER = "UPDATE idempotency_keys SET answer_status = ?, answer = ? \
        WHERE merchant_id = ? AND livemode = ? AND idempotency_key = ? AND answer_status IS NULL";
    FIND = "SELECT fingerprint, answer_status, answer FROM idempotency_keys \
        WHERE merchant_id = ? AND livemode = ? AND idempotency_key = ?";
    OLD = "SELECT merchant_id, livemode, idempotency_key FROM idempotency_keys \
        WHERE created_at < ? AND answer_status IS NOT NULL ORDER BY created_at LIMIT ?";
    FORGET = "DELETE FROM idempotency_keys \
        WHERE merchant_id = ? AND livemode = ? AND idempotency_key = ?";
}

/// Claims `key`, with its answer when the request ends in the same write.
///
/// # Errors
/// [`Error::KeyTaken`] when it is claimed already.
pub fn claim(tx: &Tx<'_>, key: &Key, answer: Option<&Answer>, now: Timestamp) -> Result<(), Error> {
    let body = answer.map(|answer| pack(&answer.body)).transpose()?;
    let values = values![
        &key.owner.merchant,
        key.owner.mode,
        &key.key,
        &key.fingerprint,
        answer.map(|answer| i64::from(answer.status)),
        body.as_ref(),
        now,
    ];
    match tx.insert(CLAIM, values, "idempotency key") {
        Err(Error::Exists(_)) => Err(Error::KeyTaken),
        other => other,
    }
}

/// Answers `key`, unless it has its answer already.
///
/// # Errors
/// As [`crate::Store::write`].
pub fn answer(tx: &Tx<'_>, owner: Owner, key: &str, answer: &Answer) -> Result<(), Error> {
    let body = pack(&answer.body)?;
    let status = i64::from(answer.status);
    let values = values![status, &body, &owner.merchant, owner.mode, key];
    tx.execute(ANSWER, values).map(drop)
}

/// What is known under a key.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn find(tx: &Tx<'_>, owner: Owner, key: &str) -> Result<Option<Known>, Error> {
    tx.one(FIND, values![&owner.merchant, owner.mode, key], |row| {
        let answer = match row.bytes_opt(2)? {
            None => None,
            Some(body) => {
                let status = u16::try_from(row.int(1)?)
                    .map_err(|_| Error::Corrupt("answer status".into()))?;
                Some(Answer {
                    status,
                    body: unpack(&body)?,
                })
            }
        };
        Ok(Known {
            fingerprint: row.array(0)?,
            answer,
        })
    })
}

/// Forgets up to `limit` answered keys claimed before `before`, and says how many.
///
/// # Errors
/// As [`crate::Store::write`].
pub fn purge(tx: &Tx<'_>, before: Timestamp, limit: i64) -> Result<usize, Error> {
    let old = tx.all(OLD, values![before, limit], |row| {
        Ok((row.array::<16>(0)?, row.int(1)?, row.text(2)?))
    })?;
    for (merchant, livemode, key) in &old {
        tx.execute(FORGET, values![merchant, *livemode, key])?;
    }
    Ok(old.len())
}
