//! Table `refunds`.

use domain::payment::Metadata;
use domain::{
    AttemptId, DeclineReason, Owner, PaymentId, Refund, RefundId, RefundReason, RefundStatus,
    Timestamp,
};

use crate::attempts::read_trace;
use crate::page::Page;
use crate::statements::statements;
use crate::text::{of_metadata, to_metadata};
use crate::value::values;
use crate::{Error, Row, Tx};

macro_rules! columns {
    () => {
        "id, merchant_id, livemode, payment_id, attempt_id, status, amount_minor, currency, \
         reason, decline, metadata, acquirer, terminal, stan, sent_at, node_id, idempotency_key, \
         created_at, ended_at"
    };
}

statements! {
    INSERT = concat!(
        "INSERT INTO refunds (",
        columns!(),
        ", open_node_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    );
    REPLACE = "UPDATE refunds SET status = ?, decline = ?, ended_at = ?, \
        open_node_id = NULL WHERE id = ?";
    RENAME = "UPDATE refunds SET metadata = ? WHERE id = ? AND metadata = ?";
    GET = concat!("SELECT ", columns!(), " FROM refunds WHERE id = ?");
    // Every identifier is above the empty text, and nothing is above no value: unlike `IS NOT NULL`
    // this is answered from the index on every engine.
    ABANDONED = "SELECT id, payment_id FROM refunds WHERE open_node_id > '' \
        AND (created_at < ? OR NOT EXISTS \
        (SELECT 1 FROM nodes WHERE nodes.id = open_node_id AND nodes.seen_at >= ?)) LIMIT ?";
    KNOWN = "SELECT id FROM refunds WHERE id = ? AND merchant_id = ? AND livemode = ?";
    @pages
    OWNED = "refunds WHERE merchant_id = ? AND livemode = ?" by "id";
    OF_PAYMENT = "refunds WHERE payment_id = ?" by "id";
    OF_CHARGE = "refunds WHERE payment_id = ? AND attempt_id = ?" by "id";
}

pub(crate) fn insert(tx: &Tx<'_>, refund: &Refund) -> Result<(), Error> {
    let values = values![
        &refund.id,
        &refund.owner.merchant,
        refund.owner.mode,
        &refund.payment,
        &refund.attempt,
        refund.status.as_str(),
        refund.amount.minor,
        refund.amount.currency,
        refund.reason.map(RefundReason::as_str),
        refund.decline.map(DeclineReason::as_str),
        of_metadata(&refund.metadata),
        &refund.trace.acquirer,
        &refund.trace.terminal,
        i64::from(refund.trace.stan),
        refund.trace.sent_at,
        &refund.node,
        refund.key.as_ref(),
        refund.created_at,
        refund.ended_at,
        &refund.node,
    ];
    tx.insert(INSERT, values, "trace")
}

/// Replaces what changes of a refund; the payment's version guards it.
pub(crate) fn replace(tx: &Tx<'_>, refund: &Refund) -> Result<(), Error> {
    let values = values![
        refund.status.as_str(),
        refund.decline.map(DeclineReason::as_str),
        refund.ended_at,
        &refund.id,
    ];
    tx.change_one(REPLACE, values)
}

/// Replaces the merchant's own pairs, which move no money, as they were `before`.
///
/// # Errors
/// [`Error::Conflict`] when they were changed meanwhile: load them and decide again.
pub fn replace_metadata(tx: &Tx<'_>, before: &Metadata, refund: &Refund) -> Result<(), Error> {
    let (old, new) = (of_metadata(before), of_metadata(&refund.metadata));
    tx.change_one(RENAME, values![new, &refund.id, old])
}

fn read(row: &Row<'_>) -> Result<Refund, Error> {
    Ok(Refund {
        id: row.id(0)?,
        owner: Owner {
            merchant: row.id(1)?,
            mode: row.mode(2)?,
        },
        payment: row.id(3)?,
        attempt: row.id(4)?,
        status: row.named(5, RefundStatus::parse)?,
        amount: row.money(6, 7)?,
        reason: row.named_opt(8, RefundReason::parse)?,
        decline: row.named_opt(9, DeclineReason::parse)?,
        metadata: to_metadata(&row.text(10)?)?,
        trace: read_trace(row, 11)?,
        node: row.id(15)?,
        key: row.text_opt(16)?,
        created_at: row.time(17)?,
        ended_at: row.time_opt(18)?,
    })
}

/// The refund of that id, whoever owns it.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn find(tx: &Tx<'_>, id: RefundId) -> Result<Option<Refund>, Error> {
    tx.one(GET, values![&id], read)
}

/// A page of the refunds of a payment of `owner`'s; of one of its attempts when that is given.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn list_of_payment(
    tx: &Tx<'_>,
    owner: Owner,
    (payment, attempt): (PaymentId, Option<AttemptId>),
    page: &Page<RefundId>,
) -> Result<Vec<Refund>, Error> {
    page.check(tx, owner, KNOWN)?;
    match attempt {
        Some(attempt) => page.run(tx, &OF_CHARGE, values![&payment, &attempt], read),
        None => page.run(tx, &OF_PAYMENT, values![&payment], read),
    }
}

/// A page of `owner`'s refunds.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn list(tx: &Tx<'_>, owner: Owner, page: &Page<RefundId>) -> Result<Vec<Refund>, Error> {
    page.check(tx, owner, KNOWN)?;
    page.run(tx, &OWNED, values![&owner.merchant, owner.mode], read)
}

/// Refunds under way that nobody will end; see [`crate::attempts::list_abandoned`].
///
/// # Errors
/// As [`crate::Store::read`].
pub fn list_abandoned(
    tx: &Tx<'_>,
    seen_since: Timestamp,
    begun_before: Timestamp,
    limit: i64,
) -> Result<Vec<(RefundId, PaymentId)>, Error> {
    tx.all(ABANDONED, values![begun_before, seen_since, limit], |row| {
        Ok((row.id(0)?, row.id(1)?))
    })
}
