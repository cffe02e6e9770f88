//! Table `webhook_attempts`: each try to tell an endpoint, and what it answered.

use domain::webhook::SendFault;
use domain::{EventId, Owner, Timestamp, WebhookEndpointId};

use crate::statements::statements;
use crate::value::values;
use crate::{Error, Tx};

/// One try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Which try it was, from 1 on.
    pub number: i64,
    /// When it began.
    pub at: Timestamp,
    /// The status of the answer, when there was one.
    pub answer_status: Option<u16>,
    /// Why there was none.
    pub fault: Option<SendFault>,
    /// The first characters of the answer.
    pub excerpt: String,
    /// How long it took, in milliseconds.
    pub duration_ms: i64,
}

statements! {
    INSERT = "INSERT INTO webhook_attempts (event_id, endpoint_id, number, merchant_id, \
        livemode, answer_status, fault, excerpt, duration_ms, created_at) \
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    OF_DELIVERY = "SELECT number, created_at, answer_status, fault, excerpt, duration_ms \
        FROM webhook_attempts WHERE event_id = ? AND endpoint_id = ? ORDER BY number";
    FORGET = "DELETE FROM webhook_attempts WHERE event_id = ? AND endpoint_id = ?";
}

pub(crate) fn insert(
    tx: &Tx<'_>,
    owner: Owner,
    (event, endpoint): (EventId, WebhookEndpointId),
    attempt: &Attempt,
) -> Result<(), Error> {
    let values = values![
        &event,
        &endpoint,
        attempt.number,
        &owner.merchant,
        owner.mode,
        attempt.answer_status.map(i64::from),
        attempt.fault.map(SendFault::as_str),
        &attempt.excerpt,
        attempt.duration_ms,
        attempt.at,
    ];
    tx.insert(INSERT, values, "webhook attempt")
}

/// Every try of one delivery, the first one first.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn list(
    tx: &Tx<'_>,
    event: EventId,
    endpoint: WebhookEndpointId,
) -> Result<Vec<Attempt>, Error> {
    tx.all(OF_DELIVERY, values![&event, &endpoint], |row| {
        let status = row.int_opt(2)?.map(u16::try_from).transpose();
        Ok(Attempt {
            number: row.int(0)?,
            at: row.time(1)?,
            answer_status: status.map_err(|_| Error::Corrupt("answer status".into()))?,
            fault: row.named_opt(3, SendFault::parse)?,
            excerpt: row.text(4)?,
            duration_ms: row.int(5)?,
        })
    })
}

/// Forgets every try of one delivery.
pub(crate) fn forget(
    tx: &Tx<'_>,
    event: EventId,
    endpoint: WebhookEndpointId,
) -> Result<(), Error> {
    tx.execute(FORGET, values![&event, &endpoint]).map(drop)
}
