//! Table `payment_steps`: which step made which version of a payment, for ever.

use domain::{Payment, PaymentId, PaymentStatus, StepId, Timestamp};

use crate::statements::statements;
use crate::value::values;
use crate::{Error, Tx};

statements! {
    INSERT = "INSERT INTO payment_steps (payment_id, version, step_id, status, created_at) \
        VALUES (?, ?, ?, ?, ?)";
    MADE_BY = "SELECT step_id FROM payment_steps WHERE payment_id = ? AND version = ?";
    HISTORY =
        "SELECT status, created_at FROM payment_steps WHERE payment_id = ? ORDER BY version";
}

/// Whether this very step made that version.
pub(crate) fn is_written(
    tx: &Tx<'_>,
    payment: PaymentId,
    version: i64,
    step: StepId,
) -> Result<bool, Error> {
    let made_by = tx.one(MADE_BY, values![&payment, version], |row| {
        row.id::<StepId>(0)
    })?;
    Ok(made_by == Some(step))
}

pub(crate) fn insert(
    tx: &Tx<'_>,
    payment: &Payment,
    step: StepId,
    at: Timestamp,
) -> Result<(), Error> {
    let values = values![
        &payment.id,
        payment.version,
        &step,
        payment.status.as_str(),
        at
    ];
    match tx.insert(INSERT, values, "version") {
        Err(Error::Exists(_)) => Err(Error::Conflict),
        other => other,
    }
}

/// The states a payment went through, and when.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn history(tx: &Tx<'_>, payment: PaymentId) -> Result<Vec<(PaymentStatus, Timestamp)>, Error> {
    tx.all(HISTORY, values![&payment], |row| {
        Ok((row.named(0, PaymentStatus::parse)?, row.time(1)?))
    })
}
