//! Tables `balance_snapshots` and `balance_guards`: what is due to a merchant, quickly, and the one
//! row that tells two payouts at once apart.
//!
//! A balance is a sum of transfers. A snapshot is that sum up to a time, so that reading a balance
//! only adds what came later; [`crate::transfers`] refuses what would come too late for it. No
//! payment writes a row of either table.

use domain::{Currency, MerchantId, Mode, Owner, Timestamp};

use crate::statements::statements;
use crate::value::values;
use crate::{Error, Row, Tx};

/// How many transfers one snapshot adds to the one before: bounds how long it holds up the writer,
/// and how many reading a balance adds up by itself.
pub const SNAPSHOT_TRANSFERS: i64 = 1024;

/// What a transfer adds to what is due. A refund counts from its reservation on.
macro_rules! due_sum {
    () => {
        "CAST(SUM(CASE WHEN cause IN ('purchase', 'capture', 'refund_failed', 'payout_failed', \
         'payout_canceled') THEN amount_minor \
         WHEN cause IN ('fee', 'refund_reserved', 'payout') THEN -amount_minor \
         ELSE 0 END) AS SIGNED)"
    };
}

pub(crate) use due_sum;

statements! {
    SNAPSHOTS = "SELECT currency, due_minor, through FROM balance_snapshots \
        WHERE merchant_id = ? AND livemode = ?";
    INSERT = "INSERT INTO balance_snapshots (due_minor, through, merchant_id, livemode, currency) \
        VALUES (?, ?, ?, ?, ?)";
    REPLACE = "UPDATE balance_snapshots SET due_minor = ?, through = ? \
        WHERE merchant_id = ? AND livemode = ? AND currency = ? AND through = ?";
    MOVED = concat!(
        "SELECT currency, ",
        due_sum!(),
        " FROM transfers WHERE merchant_id = ? AND livemode = ? \
         AND created_at > ? AND created_at <= ? GROUP BY currency"
    );
    TAKEN = concat!(
        "SELECT currency, ",
        due_sum!(),
        " FROM transfers WHERE merchant_id = ? AND livemode = ? AND created_at >= ? \
         AND cause IN ('purchase', 'capture', 'fee') GROUP BY currency"
    );
    // One merchant after the other, each by the index of transfers.
    UNSUMMED = "SELECT id, nth FROM (SELECT m.id AS id, (SELECT t.created_at FROM transfers t \
        WHERE t.merchant_id = m.id AND t.livemode = ? AND t.created_at > COALESCE(\
        (SELECT MAX(s.through) FROM balance_snapshots s \
        WHERE s.merchant_id = m.id AND s.livemode = ?), ?) AND t.created_at <= ? \
        ORDER BY t.created_at LIMIT 1 OFFSET ?) AS nth FROM merchants m) found \
        WHERE nth IS NOT NULL LIMIT ?";
    GUARD = "SELECT version FROM balance_guards \
        WHERE merchant_id = ? AND livemode = ? AND currency = ?";
    GUARD_INSERT = "INSERT INTO balance_guards (merchant_id, livemode, currency, version) \
        VALUES (?, ?, ?, 1)";
    GUARD_ADVANCE = "UPDATE balance_guards SET version = version + 1 \
        WHERE merchant_id = ? AND livemode = ? AND currency = ? AND version = ?";
}

/// An amount of minor units for each currency.
pub type Sums = Vec<(Currency, i64)>;

/// Before every transfer.
const NEVER: Timestamp = Timestamp::from_micros(i64::MIN);
/// After every transfer.
const EVER: Timestamp = Timestamp::from_micros(i64::MAX);

struct Snapshot {
    sums: Sums,
    through: Timestamp,
}

fn snapshot(tx: &Tx<'_>, owner: Owner) -> Result<Snapshot, Error> {
    let values = values![&owner.merchant, owner.mode];
    let rows = tx.all(SNAPSHOTS, values, |row| Ok((read_sum(row)?, row.time(2)?)))?;
    let through = rows.iter().map(|(_, through)| *through).max();
    Ok(Snapshot {
        sums: rows.into_iter().map(|(sum, _)| sum).collect(),
        through: through.unwrap_or(NEVER),
    })
}

fn read_sum(row: &Row<'_>) -> Result<(Currency, i64), Error> {
    let money = row.money(1, 0)?;
    Ok((money.currency, money.minor))
}

/// Adds `more` to `sums`, currency by currency.
fn add(sums: &mut Sums, more: Sums) -> Result<(), Error> {
    for (currency, minor) in more {
        match sums.iter_mut().find(|(known, _)| *known == currency) {
            Some((_, sum)) => {
                let total = sum.checked_add(minor);
                *sum = total.ok_or_else(|| Error::Corrupt("a balance of 64 bits".into()))?;
            }
            None => sums.push((currency, minor)),
        }
    }
    Ok(())
}

/// What is due to `owner` now: the last snapshot and all that came later.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn due(tx: &Tx<'_>, owner: Owner) -> Result<Sums, Error> {
    let Snapshot { mut sums, through } = snapshot(tx, owner)?;
    let values = values![&owner.merchant, owner.mode, through, EVER];
    add(&mut sums, tx.all(MOVED, values, read_sum)?)?;
    Ok(sums)
}

/// What payments took from `since` on, less their fees: the part of what is due that cannot be
/// paid out yet. Adds up all of it, so its cost is that of as many days as the merchant waits.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn taken_since(tx: &Tx<'_>, owner: Owner, since: Timestamp) -> Result<Sums, Error> {
    let values = values![&owner.merchant, owner.mode, since];
    tx.all(TAKEN, values, read_sum)
}

/// A snapshot that can be made: whose, and up to when.
pub type Summary = (Owner, Timestamp);

/// Owners with at least [`SNAPSHOT_TRANSFERS`] between their snapshot and `horizon`.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn list_unsummed(tx: &Tx<'_>, horizon: Timestamp, limit: i64) -> Result<Vec<Summary>, Error> {
    let mut found = Vec::new();
    for mode in Mode::ALL {
        let offset = SNAPSHOT_TRANSFERS.saturating_sub(1);
        let values = values![*mode, *mode, NEVER, horizon, offset, limit];
        found.extend(tx.all(UNSUMMED, values, |row| {
            let merchant: MerchantId = row.id(0)?;
            let owner = Owner {
                merchant,
                mode: *mode,
            };
            Ok((owner, row.time(1)?))
        })?);
    }
    Ok(found)
}

/// Moves the snapshot of an owner on, up to a time that has passed everywhere.
///
/// # Errors
/// [`Error::Conflict`] when somebody else moved it.
pub fn summarise(tx: &Tx<'_>, (owner, through): Summary) -> Result<(), Error> {
    let before = snapshot(tx, owner)?;
    if through <= before.through {
        return Err(Error::Conflict);
    }
    let mut sums = before.sums.clone();
    let values = values![&owner.merchant, owner.mode, before.through, through];
    add(&mut sums, tx.all(MOVED, values, read_sum)?)?;
    for (currency, due_minor) in sums {
        let (merchant, mode) = (&owner.merchant, owner.mode);
        let is_known = before.sums.iter().any(|(known, _)| *known == currency);
        if is_known {
            let values = values![due_minor, through, merchant, mode, currency, before.through];
            tx.change_one(REPLACE, values)?;
        } else {
            let values = values![due_minor, through, merchant, mode, currency];
            conflict(tx.insert(INSERT, values, "balance snapshot"))?;
        }
    }
    Ok(())
}

/// How many payouts were decided on a balance.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn guard(tx: &Tx<'_>, owner: Owner, currency: Currency) -> Result<i64, Error> {
    let values = values![&owner.merchant, owner.mode, currency];
    Ok(tx.one(GUARD, values, |row| row.int(0))?.unwrap_or(0))
}

/// Counts one more decision on a balance on which `decided` were made before.
pub(crate) fn advance(
    tx: &Tx<'_>,
    owner: Owner,
    currency: Currency,
    decided: i64,
) -> Result<(), Error> {
    let (merchant, mode) = (&owner.merchant, owner.mode);
    if decided == 0 {
        let values = values![merchant, mode, currency];
        return conflict(tx.insert(GUARD_INSERT, values, "balance guard"));
    }
    tx.change_one(GUARD_ADVANCE, values![merchant, mode, currency, decided])
}

/// Somebody else wrote the row first: whoever decided must decide again.
fn conflict(written: Result<(), Error>) -> Result<(), Error> {
    match written {
        Err(Error::Exists(_)) => Err(Error::Conflict),
        other => other,
    }
}
