//! Table `advices`: messages owed to a rail.
//!
//! Whoever sends one claims it first, by the same conditional update that counts the try and sets
//! the next one: the claim is committed before anything is sent, and two processes never claim the
//! same try.

use domain::order::Original;
use domain::{
    Advice, AdviceId, AdviceKind, AdviceStatus, OrderKind, Owner, PaymentId, Timestamp, Trace,
};

use crate::attempts::read_trace;
use crate::statements::statements;
use crate::value::values;
use crate::{Error, Row, Tx};

macro_rules! columns {
    () => {
        "id, merchant_id, livemode, payment_id, attempt_id, refund_id, kind, status, \
         amount_minor, currency, original_kind, original_acquirer, original_terminal, \
         original_stan, original_sent_at, acquirer, terminal, stan, sent_at, tries, created_at"
    };
}

statements! {
    INSERT = concat!(
        "INSERT INTO advices (",
        columns!(),
        ", next_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL, NULL, \
         0, ?, ?)"
    );
    CLOSE = "UPDATE advices SET status = ? WHERE id = ? AND status = 'owed'";
    DUE = concat!(
        "SELECT ",
        columns!(),
        " FROM advices WHERE status = 'owed' AND next_at <= ? ORDER BY next_at LIMIT ?"
    );
    CLAIM = "UPDATE advices SET tries = tries + 1, next_at = ?, acquirer = ?, \
        terminal = ?, stan = ?, sent_at = ? WHERE id = ? AND status = 'owed' AND tries = ?";
    POSTPONE = "UPDATE advices SET next_at = ? WHERE id = ? AND status = 'owed' AND tries = ?";
    PUT_BACK = "UPDATE advices SET tries = tries - 1, next_at = ? \
        WHERE id = ? AND status = 'owed' AND tries = ?";
    GET = concat!("SELECT ", columns!(), " FROM advices WHERE id = ?");
    OF_PAYMENT = concat!(
        "SELECT ",
        columns!(),
        " FROM advices WHERE payment_id = ? ORDER BY id"
    );
    NEXT = "SELECT MIN(next_at) FROM advices WHERE status = 'owed'";
}

/// Inserts an owed advice, or closes one.
pub(crate) fn write(tx: &Tx<'_>, advice: &Advice) -> Result<(), Error> {
    if advice.status != AdviceStatus::Owed {
        return tx.change_one(CLOSE, values![advice.status.as_str(), &advice.id]);
    }
    let values = values![
        &advice.id,
        &advice.owner.merchant,
        advice.owner.mode,
        &advice.payment,
        &advice.attempt,
        advice.refund.as_ref(),
        advice.kind.as_str(),
        advice.status.as_str(),
        advice.amount.minor,
        advice.amount.currency,
        advice.original.kind.as_str(),
        &advice.original.trace.acquirer,
        &advice.original.trace.terminal,
        i64::from(advice.original.trace.stan),
        advice.original.trace.sent_at,
        advice.created_at,
        advice.created_at,
    ];
    tx.insert(INSERT, values, "advice")
}

fn read(row: &Row<'_>) -> Result<Advice, Error> {
    let is_sent = row.text_opt(15)?.is_some();
    Ok(Advice {
        id: row.id(0)?,
        owner: Owner {
            merchant: row.id(1)?,
            mode: row.mode(2)?,
        },
        payment: row.id(3)?,
        attempt: row.id(4)?,
        refund: row.id_opt(5)?,
        kind: row.named(6, AdviceKind::parse)?,
        status: row.named(7, AdviceStatus::parse)?,
        amount: row.money(8, 9)?,
        original: Original {
            kind: row.named(10, OrderKind::parse)?,
            trace: read_trace(row, 11)?,
        },
        trace: if is_sent {
            Some(read_trace(row, 15)?)
        } else {
            None
        },
        tries: row.int(19)?,
        created_at: row.time(20)?,
    })
}

/// Advices that may be sent now, the longest waiting first.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn list_due(tx: &Tx<'_>, now: Timestamp, limit: i64) -> Result<Vec<Advice>, Error> {
    tx.all(DUE, values![now, limit], read)
}

/// When the next advice may be sent, if any is owed.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn next_due(tx: &Tx<'_>) -> Result<Option<Timestamp>, Error> {
    Ok(tx.one(NEXT, values![], |row| row.time_opt(0))?.flatten())
}

/// Claims one try of `advice` under `trace`; the next one may begin at `next_at`.
///
/// # Errors
/// [`Error::Conflict`] when somebody else claimed it, or it is no longer owed.
pub fn claim(tx: &Tx<'_>, advice: &Advice, trace: &Trace, next_at: Timestamp) -> Result<(), Error> {
    let values = values![
        next_at,
        &trace.acquirer,
        &trace.terminal,
        i64::from(trace.stan),
        trace.sent_at,
        &advice.id,
        advice.tries,
    ];
    tx.change_one(CLAIM, values)
}

/// Takes back a claimed try whose message certainly did not leave.
///
/// # Errors
/// [`Error::Conflict`] when it is no longer owed.
pub fn put_back(tx: &Tx<'_>, claimed: &Advice, next_at: Timestamp) -> Result<(), Error> {
    tx.change_one(PUT_BACK, values![next_at, &claimed.id, claimed.tries])
}

/// Sets when the next try of a claimed advice may begin, once this one has ended without an answer.
///
/// # Errors
/// [`Error::Conflict`] when it is no longer owed.
pub fn postpone(tx: &Tx<'_>, claimed: &Advice, next_at: Timestamp) -> Result<(), Error> {
    tx.change_one(POSTPONE, values![next_at, &claimed.id, claimed.tries])
}

/// The advice of that id.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn find(tx: &Tx<'_>, id: AdviceId) -> Result<Option<Advice>, Error> {
    tx.one(GET, values![&id], read)
}

/// Every advice of a payment, in the order owed.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn list_of_payment(tx: &Tx<'_>, payment: PaymentId) -> Result<Vec<Advice>, Error> {
    tx.all(OF_PAYMENT, values![&payment], read)
}
