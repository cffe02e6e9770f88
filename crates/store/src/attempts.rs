//! Table `attempts`.

use domain::{
    Attempt, AttemptId, AttemptStatus, Authentication, CaptureMethod, CustomerId, CvcCheck,
    DeclineReason, Owner, PaymentId, Timestamp, Trace,
};

use crate::labels::{self, Label, Word};
use crate::page::Page;
use crate::statements::statements;
use crate::value::values;
use crate::{Error, Row, Tx};

macro_rules! columns {
    () => {
        "id, merchant_id, livemode, payment_id, status, amount_minor, currency, captured_minor, \
         refunded_minor, capture_method, method_id, acquirer, terminal, stan, sent_at, \
         authentication_reference, authentication_indicator, authentication_value, challenge, \
         approval_code, response_code, cvc_check, decline, node_id, idempotency_key, created_at, \
         ended_at"
    };
}

statements! {
    INSERT = concat!(
        "INSERT INTO attempts (",
        columns!(),
        ", open_node_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, \
         ?, ?, ?, ?, ?, ?)"
    );
    REPLACE = "UPDATE attempts SET status = ?, captured_minor = ?, refunded_minor = ?, \
        challenge = ?, approval_code = ?, response_code = ?, cvc_check = ?, decline = ?, \
        ended_at = ?, open_node_id = NULL WHERE id = ?";
    GET = concat!("SELECT ", columns!(), " FROM attempts WHERE id = ?");
    // Every identifier is above the empty text, and nothing is above no value: unlike `IS NOT NULL`
    // this is answered from the index on every engine.
    ABANDONED = "SELECT id, payment_id FROM attempts WHERE open_node_id > '' \
        AND (created_at < ? OR NOT EXISTS \
        (SELECT 1 FROM nodes WHERE nodes.id = open_node_id AND nodes.seen_at >= ?)) LIMIT ?";
    KNOWN = "SELECT id FROM attempts WHERE id = ? AND merchant_id = ? AND livemode = ?";
    @pages
    OWNED = "attempts WHERE merchant_id = ? AND livemode = ?" by "id";
    OF_PAYMENT = "attempts WHERE payment_id = ?" by "id";
    LABELLED = "labels JOIN attempts ON id = object_id WHERE label = ?" by "object_id";
}

/// Adds an attempt; `customer` is that of its payment now.
pub(crate) fn insert(
    tx: &Tx<'_>,
    attempt: &Attempt,
    customer: Option<CustomerId>,
) -> Result<(), Error> {
    let proof = attempt.authentication.as_ref();
    let values = values![
        &attempt.id,
        &attempt.owner.merchant,
        attempt.owner.mode,
        &attempt.payment,
        attempt.status.as_str(),
        attempt.amount.minor,
        attempt.amount.currency,
        attempt.captured_minor,
        attempt.refunded_minor,
        attempt.capture_method.as_str(),
        &attempt.method,
        &attempt.trace.acquirer,
        &attempt.trace.terminal,
        i64::from(attempt.trace.stan),
        attempt.trace.sent_at,
        proof.map(|proof| &proof.reference),
        proof.map(|proof| &proof.indicator),
        proof.map(|proof| &proof.value),
        attempt.challenge.as_ref(),
        attempt.approval_code.as_ref(),
        attempt.response_code.as_ref(),
        attempt.cvc_check.as_str(),
        attempt.decline.map(DeclineReason::as_str),
        &attempt.node,
        attempt.key.as_ref(),
        attempt.created_at,
        attempt.ended_at,
        &attempt.node,
    ];
    tx.insert(INSERT, values, "trace")?;
    match customer {
        Some(customer) => {
            let label = Label::of(attempt.owner, Word::ChargeCustomer(customer));
            labels::put(tx, &label, &attempt.id)
        }
        None => Ok(()),
    }
}

/// Replaces what changes of an attempt; the payment's version guards it.
pub(crate) fn replace(tx: &Tx<'_>, attempt: &Attempt) -> Result<(), Error> {
    let values = values![
        attempt.status.as_str(),
        attempt.captured_minor,
        attempt.refunded_minor,
        attempt.challenge.as_ref(),
        attempt.approval_code.as_ref(),
        attempt.response_code.as_ref(),
        attempt.cvc_check.as_str(),
        attempt.decline.map(DeclineReason::as_str),
        attempt.ended_at,
        &attempt.id,
    ];
    tx.change_one(REPLACE, values)
}

/// The trace in the columns that begin at `first`: acquirer, terminal, number, time.
pub(crate) fn read_trace(row: &Row<'_>, first: usize) -> Result<Trace, Error> {
    let stan = row.int(first.saturating_add(2))?;
    Ok(Trace {
        acquirer: row.text(first)?,
        terminal: row.text(first.saturating_add(1))?,
        stan: u32::try_from(stan).map_err(|_| Error::Corrupt(format!("trace {stan}")))?,
        sent_at: row.time(first.saturating_add(3))?,
    })
}

fn read_proof(row: &Row<'_>) -> Result<Option<Authentication>, Error> {
    let parts = (row.text_opt(15)?, row.text_opt(16)?, row.text_opt(17)?);
    Ok(match parts {
        (Some(reference), Some(indicator), Some(value)) => Some(Authentication {
            reference,
            indicator,
            value,
        }),
        _ => None,
    })
}

fn read(row: &Row<'_>) -> Result<Attempt, Error> {
    Ok(Attempt {
        id: row.id(0)?,
        owner: Owner {
            merchant: row.id(1)?,
            mode: row.mode(2)?,
        },
        payment: row.id(3)?,
        status: row.named(4, AttemptStatus::parse)?,
        amount: row.money(5, 6)?,
        captured_minor: row.int(7)?,
        refunded_minor: row.int(8)?,
        capture_method: row.named(9, CaptureMethod::parse)?,
        method: row.id(10)?,
        trace: read_trace(row, 11)?,
        authentication: read_proof(row)?,
        challenge: row.text_opt(18)?,
        approval_code: row.text_opt(19)?,
        response_code: row.text_opt(20)?,
        cvc_check: row.named(21, CvcCheck::parse)?,
        decline: row.named_opt(22, DeclineReason::parse)?,
        node: row.id(23)?,
        key: row.text_opt(24)?,
        created_at: row.time(25)?,
        ended_at: row.time_opt(26)?,
    })
}

/// The attempt of that id, whoever owns it.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn find(tx: &Tx<'_>, id: AttemptId) -> Result<Option<Attempt>, Error> {
    tx.one(GET, values![&id], read)
}

/// A page of the attempts of a payment of `owner`'s.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn list_of_payment(
    tx: &Tx<'_>,
    owner: Owner,
    payment: PaymentId,
    page: &Page<AttemptId>,
) -> Result<Vec<Attempt>, Error> {
    page.check(tx, owner, KNOWN)?;
    page.run(tx, &OF_PAYMENT, values![&payment], read)
}

/// A page of `owner`'s attempts.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn list(tx: &Tx<'_>, owner: Owner, page: &Page<AttemptId>) -> Result<Vec<Attempt>, Error> {
    page.check(tx, owner, KNOWN)?;
    page.run(tx, &OWNED, values![&owner.merchant, owner.mode], read)
}

/// A page of the attempts under a label of `owner`'s.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn list_labelled(
    tx: &Tx<'_>,
    owner: Owner,
    label: &Label,
    page: &Page<AttemptId>,
) -> Result<Vec<Attempt>, Error> {
    page.check(tx, owner, KNOWN)?;
    page.run(tx, &LABELLED, values![label], read)
}

/// Attempts under way whose process was not seen since `seen_since`, or that began before
/// `begun_before`: nobody will end them but whoever asks.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn list_abandoned(
    tx: &Tx<'_>,
    seen_since: Timestamp,
    begun_before: Timestamp,
    limit: i64,
) -> Result<Vec<(AttemptId, PaymentId)>, Error> {
    tx.all(ABANDONED, values![begun_before, seen_since, limit], |row| {
        Ok((row.id(0)?, row.id(1)?))
    })
}
