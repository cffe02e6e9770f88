//! Table `webhook_deliveries`: each event for each endpoint that wants to hear it.
//!
//! A row is made in the transaction of the change it tells of. It is `pending` with a time, or
//! without one while the event before it about the same subject was not yet tried; `sending` until
//! a lease ends; then it has ended. A lease is known by its end: what ends later than the lease
//! finds another one there and writes nothing.

use domain::webhook::{DeliveryStatus, DisabledReason, EndpointStatus};
use domain::{EventId, Owner, Timestamp, WebhookEndpointId};

use crate::events::Event;
use crate::page::Page;
use crate::statements::statements;
use crate::value::values;
use crate::webhook_attempts::{self, Attempt};
use crate::webhook_endpoints::{self, Endpoint};
use crate::{Error, Row, Tx};

/// One event for one endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// What is told.
    pub event: EventId,
    /// To whom.
    pub endpoint: WebhookEndpointId,
    /// To whom both belong.
    pub owner: Owner,
    /// What the event is about.
    pub subject: [u8; 16],
    /// Its place among the events about that subject, from 1 on.
    pub position: i64,
    /// How it stands.
    pub status: DeliveryStatus,
    /// How many attempts have ended.
    pub tries: i64,
    /// When it is tried next, or while it is being sent, when the lease ends.
    pub next_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// What to claim.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// What is due then.
    pub now: Timestamp,
    /// When the lease ends.
    pub until: Timestamp,
    /// After which endpoint the search begins; it goes once round.
    pub begin: WebhookEndpointId,
    /// How many of all.
    pub limit: i64,
}

/// How an attempt ended.
#[derive(Clone, Debug)]
pub struct End {
    /// The delivery as it was claimed.
    pub delivery: Delivery,
    /// The attempt.
    pub attempt: Attempt,
    /// Whether the event arrived.
    pub arrived: bool,
    /// When to try again, if it did not.
    pub again_at: Option<Timestamp>,
    /// To disable the endpoint if nothing arrived there since then, and why.
    pub disable: Option<(DisabledReason, Timestamp)>,
    /// When it ended.
    pub at: Timestamp,
}

macro_rules! columns {
    () => {
        "event_id, endpoint_id, merchant_id, livemode, subject_id, position, status, tries, \
         next_at, created_at, ended_at"
    };
}

statements! {
    LAST = "SELECT position FROM webhook_deliveries \
        WHERE endpoint_id = ? AND subject_id = ? ORDER BY position DESC LIMIT 1";
    FOLLOW = "UPDATE webhook_deliveries SET is_followed = 1 \
        WHERE endpoint_id = ? AND subject_id = ? AND position = ? \
        AND tries = 0 AND ended_at IS NULL";
    INSERT = "INSERT INTO webhook_deliveries (event_id, endpoint_id, merchant_id, livemode, \
        subject_id, position, is_followed, status, tries, waiting_endpoint_id, next_at, \
        created_at) VALUES (?, ?, ?, ?, ?, ?, 0, 'pending', 0, ?, ?, ?)";
    NEXT_WAITING = "SELECT MIN(waiting_endpoint_id) FROM webhook_deliveries \
        WHERE waiting_endpoint_id > ?";
    DUE = concat!(
        "SELECT ",
        columns!(),
        " FROM webhook_deliveries WHERE waiting_endpoint_id = ? AND next_at <= ? \
         ORDER BY next_at, event_id LIMIT ?"
    );
    CLAIM = "UPDATE webhook_deliveries SET status = 'sending', next_at = ? \
        WHERE event_id = ? AND endpoint_id = ? AND next_at = ?";
    END = "UPDATE webhook_deliveries SET status = ?, tries = tries + ?, \
        waiting_endpoint_id = ?, next_at = ?, ended_at = ? \
        WHERE event_id = ? AND endpoint_id = ? AND next_at = ?";
    RELEASE = "UPDATE webhook_deliveries SET waiting_endpoint_id = endpoint_id, next_at = ? \
        WHERE endpoint_id = ? AND subject_id = ? AND position = ? \
        AND next_at IS NULL AND ended_at IS NULL";
    RESEND = "UPDATE webhook_deliveries SET status = 'pending', \
        waiting_endpoint_id = endpoint_id, next_at = ?, ended_at = NULL \
        WHERE event_id = ? AND endpoint_id = ? AND status <> 'sending' \
        AND (next_at IS NOT NULL OR ended_at IS NOT NULL)";
    OPEN = "SELECT COUNT(*) FROM webhook_deliveries WHERE event_id = ? AND ended_at IS NULL";
    GET = concat!(
        "SELECT ",
        columns!(),
        " FROM webhook_deliveries WHERE event_id = ? AND endpoint_id = ?"
    );
    ENDED = "SELECT event_id, endpoint_id FROM webhook_deliveries \
        WHERE event_id < ? AND ended_at IS NOT NULL ORDER BY event_id LIMIT ?";
    FORGET = "DELETE FROM webhook_deliveries \
        WHERE event_id = ? AND endpoint_id = ? AND ended_at IS NOT NULL";
    @pages
    OF_ENDPOINT = "webhook_deliveries WHERE endpoint_id = ?" by "event_id";
}

/// Makes a delivery of `event` to each endpoint that wants to hear it; says how many.
///
/// The delivery before it is written when its first attempt has not ended: whoever ends that
/// attempt at the same time, on another node, collides with this write and sees what it made.
pub(crate) fn fan_out(tx: &Tx<'_>, event: &Event, subject: &[u8; 16]) -> Result<usize, Error> {
    let mut made = 0_usize;
    for (endpoint, wanted) in webhook_endpoints::listening(tx, event.owner)? {
        if !wanted.includes(event.kind) {
            continue;
        }
        let last = tx.one(LAST, values![&endpoint, subject], |row| row.int(0))?;
        let last = last.unwrap_or(0);
        let is_held = tx.execute(FOLLOW, values![&endpoint, subject, last])? > 0;
        let values = values![
            &event.id,
            &endpoint,
            &event.owner.merchant,
            event.owner.mode,
            subject,
            last.saturating_add(1),
            (!is_held).then_some(&endpoint),
            (!is_held).then_some(event.created_at),
            event.created_at,
        ];
        tx.insert(INSERT, values, "delivery")?;
        made = made.saturating_add(1);
    }
    Ok(made)
}

fn next_waiting(tx: &Tx<'_>, after: WebhookEndpointId) -> Result<Option<WebhookEndpointId>, Error> {
    let next = tx.one(NEXT_WAITING, values![&after], |row| row.id_opt(0))?;
    Ok(next.flatten())
}

/// Whether anything is due.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn is_any_due(tx: &Tx<'_>, now: Timestamp) -> Result<bool, Error> {
    let mut after = WebhookEndpointId::from_bytes([0; 16]);
    while let Some(endpoint) = next_waiting(tx, after)? {
        if tx.one(DUE, values![&endpoint, now, 1], read)?.is_some() {
            return Ok(true);
        }
        after = endpoint;
    }
    Ok(false)
}

/// What a claim found.
#[derive(Debug, Default)]
pub struct Claimed {
    /// What may be sent now, by endpoint.
    pub batches: Vec<(Endpoint, Vec<Delivery>)>,
    /// How many were dropped, because their endpoints are told nothing.
    pub dropped: usize,
    /// The endpoint where the search ended.
    pub end: Option<WebhookEndpointId>,
}

/// Claims what is due: of each endpoint at most what `room` says of it and of how many are left of
/// the limit, so that no endpoint's backlog stands before another's.
///
/// # Errors
/// As [`crate::Store::write`].
pub fn claim(
    tx: &Tx<'_>,
    look: Look,
    room: &impl Fn(&Endpoint, i64) -> i64,
) -> Result<Claimed, Error> {
    let Look { now, begin, .. } = look;
    let mut claimed = Claimed::default();
    let mut left = look.limit;
    let (mut after, mut is_second_half) = (begin, false);
    while left > 0 {
        let next = next_waiting(tx, after)?.filter(|id| !is_second_half || *id <= begin);
        let Some(id) = next else {
            if is_second_half {
                break;
            }
            (after, is_second_half) = (WebhookEndpointId::from_bytes([0; 16]), true);
            continue;
        };
        after = id;
        claimed.end = Some(id);
        let endpoint = webhook_endpoints::find(tx, id)?;
        let endpoint = endpoint.filter(|one| one.status == EndpointStatus::Enabled);
        let most = endpoint.as_ref().map_or(left, |one| room(one, left));
        let due = tx.all(DUE, values![&id, now, most.clamp(0, left)], read)?;
        left = left.saturating_sub(i64::try_from(due.len()).unwrap_or(i64::MAX));
        let Some(endpoint) = endpoint else {
            claimed.dropped = claimed.dropped.saturating_add(due.len());
            due.iter().try_for_each(|one| drop_one(tx, one, now))?;
            continue;
        };
        let batch = lease(tx, due, look.until)?;
        if !batch.is_empty() {
            claimed.batches.push((endpoint, batch));
        }
    }
    Ok(claimed)
}

fn lease(tx: &Tx<'_>, due: Vec<Delivery>, until: Timestamp) -> Result<Vec<Delivery>, Error> {
    let mut leased = Vec::with_capacity(due.len());
    for mut delivery in due {
        let values = values![until, &delivery.event, &delivery.endpoint, delivery.next_at];
        if tx.execute(CLAIM, values)? == 1 {
            delivery.status = DeliveryStatus::Sending;
            delivery.next_at = Some(until);
            leased.push(delivery);
        }
    }
    Ok(leased)
}

fn drop_one(tx: &Tx<'_>, delivery: &Delivery, now: Timestamp) -> Result<(), Error> {
    let values = values![
        DeliveryStatus::Dropped.as_str(),
        0,
        None::<&[u8]>,
        None::<Timestamp>,
        now,
        &delivery.event,
        &delivery.endpoint,
        delivery.next_at,
    ];
    tx.change_one(END, values)?;
    release_next(tx, delivery, now)
}

/// Lets the delivery go that waited for this one's first attempt.
fn release_next(tx: &Tx<'_>, delivery: &Delivery, now: Timestamp) -> Result<(), Error> {
    if delivery.tries > 0 {
        return Ok(());
    }
    let next = delivery.position.saturating_add(1);
    let values = values![now, &delivery.endpoint, &delivery.subject, next];
    tx.execute(RELEASE, values).map(drop)
}

/// Writes how an attempt ended: the delivery, the attempt, how the endpoint fares, and who may go
/// next. Says why the endpoint was disabled by it, if it was.
///
/// # Errors
/// [`Error::Conflict`] when the lease had ended and somebody else claimed it.
pub fn end(tx: &Tx<'_>, end: &End) -> Result<Option<DisabledReason>, Error> {
    let delivery = &end.delivery;
    let again_at = end.again_at.filter(|_| !end.arrived);
    let status = match (end.arrived, again_at) {
        (true, _) => DeliveryStatus::Delivered,
        (false, Some(_)) => DeliveryStatus::Pending,
        (false, None) => DeliveryStatus::Failed,
    };
    let values = values![
        status.as_str(),
        1,
        again_at.map(|_| &delivery.endpoint),
        again_at,
        again_at.is_none().then_some(end.at),
        &delivery.event,
        &delivery.endpoint,
        delivery.next_at,
    ];
    tx.change_one(END, values)?;
    let names = (delivery.event, delivery.endpoint);
    webhook_attempts::insert(tx, delivery.owner, names, &end.attempt)?;
    release_next(tx, delivery, end.at)?;
    if end.arrived {
        webhook_endpoints::note_works(tx, delivery.endpoint)?;
        return Ok(None);
    }
    webhook_endpoints::note_fails(tx, delivery.endpoint, end.at)?;
    match end.disable {
        Some(why) if webhook_endpoints::disable(tx, delivery.endpoint, why, end.at)? => {
            Ok(Some(why.0))
        }
        Some(_) | None => Ok(None),
    }
}

/// Sends a delivery once more, now: one that ended, or one that waits for its next attempt. One
/// that is being sent, or has not had its turn yet, stays as it is.
///
/// # Errors
/// As [`crate::Store::write`].
pub fn resend(
    tx: &Tx<'_>,
    event: EventId,
    endpoint: WebhookEndpointId,
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute(RESEND, values![now, &event, &endpoint])
        .map(drop)
}

/// How many endpoints have yet to hear of an event.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn count_open(tx: &Tx<'_>, event: EventId) -> Result<i64, Error> {
    Ok(tx
        .one(OPEN, values![&event], |row| row.int(0))?
        .unwrap_or(0))
}

fn read(row: &Row<'_>) -> Result<Delivery, Error> {
    Ok(Delivery {
        event: row.id(0)?,
        endpoint: row.id(1)?,
        owner: Owner {
            merchant: row.id(2)?,
            mode: row.mode(3)?,
        },
        subject: row.array(4)?,
        position: row.int(5)?,
        status: row.named(6, DeliveryStatus::parse)?,
        tries: row.int(7)?,
        next_at: row.time_opt(8)?,
        created_at: row.time(9)?,
        ended_at: row.time_opt(10)?,
    })
}

/// The delivery of an event to an endpoint.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn find(
    tx: &Tx<'_>,
    event: EventId,
    endpoint: WebhookEndpointId,
) -> Result<Option<Delivery>, Error> {
    tx.one(GET, values![&event, &endpoint], read)
}

/// A page of an endpoint's deliveries, the newest event first.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn list(
    tx: &Tx<'_>,
    endpoint: WebhookEndpointId,
    page: &Page<EventId>,
) -> Result<Vec<Delivery>, Error> {
    page.run(tx, &OF_ENDPOINT, values![&endpoint], read)
}

/// Forgets up to `limit` deliveries that ended, of events before `before` (an event's id begins
/// with its time), with their attempts; says how many.
///
/// # Errors
/// As [`crate::Store::write`].
pub fn purge(tx: &Tx<'_>, before: EventId, limit: i64) -> Result<usize, Error> {
    let old = tx.all(ENDED, values![&before, limit], |row| {
        Ok((row.id::<EventId>(0)?, row.id::<WebhookEndpointId>(1)?))
    })?;
    for (event, endpoint) in &old {
        webhook_attempts::forget(tx, *event, *endpoint)?;
        tx.execute(FORGET, values![event, endpoint])?;
    }
    Ok(old.len())
}
