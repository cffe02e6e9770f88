//! Table `events`: what happened, with the object as it was committed.

use std::cmp::Reverse;

use domain::{EventId, EventKind, Owner, Timestamp};

use crate::labels::{self, Label, Word};
use crate::packed::{pack, unpack};
use crate::page::{Cursor, Page};
use crate::statements::statements;
use crate::value::values;
use crate::{Error, Row, Tx, webhook_deliveries};

/// One event. Its object is opaque here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// To whom it belongs.
    pub owner: Owner,
    /// What happened.
    pub kind: EventKind,
    /// The object it happened to, rendered as it was then.
    pub object: Vec<u8>,
    /// The request that caused it.
    pub request_id: Option<String>,
    /// The idempotency key of that request.
    pub key: Option<String>,
    /// When it happened.
    pub created_at: Timestamp,
}

macro_rules! columns {
    () => {
        "id, merchant_id, livemode, kind, object, request_id, idempotency_key, created_at"
    };
}

statements! {
    INSERT = concat!(
        "INSERT INTO events (",
        columns!(),
        ") VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    );
    GET = concat!("SELECT ", columns!(), " FROM events WHERE id = ?");
    KNOWN = "SELECT id FROM events WHERE id = ? AND merchant_id = ? AND livemode = ?";
    @pages
    OWNED = "events WHERE merchant_id = ? AND livemode = ?" by "id";
    LABELLED = "labels JOIN events ON id = object_id WHERE label = ?" by "object_id";
}

/// Adds an event, with a delivery of it to each endpoint that wants to hear it; says how many.
///
/// `subject` is what the event is about: events with the same subject are first told in the order
/// in which they are added here. Everything about one payment has the payment's id.
///
/// # Errors
/// As [`crate::Store::write`].
pub fn insert(tx: &Tx<'_>, event: &Event, subject: &[u8; 16]) -> Result<usize, Error> {
    let object = pack(&event.object)?;
    let values = values![
        &event.id,
        &event.owner.merchant,
        event.owner.mode,
        event.kind.as_str(),
        &object,
        event.request_id.as_ref(),
        event.key.as_ref(),
        event.created_at,
    ];
    tx.insert(INSERT, values, "event")?;
    if is_labelled(event.kind) {
        let label = Label::of(event.owner, Word::Event(event.kind));
        labels::put(tx, &label, &event.id)?;
    }
    webhook_deliveries::fan_out(tx, event, subject)
}

/// Whether events of this kind stand under a label.
///
/// Those that every payment causes do not: they are a third of all events each, so whoever looks
/// through the list finds them at once, and each would be one more row to write with every payment.
pub const fn is_labelled(kind: EventKind) -> bool {
    !matches!(
        kind,
        EventKind::PaymentCreated | EventKind::PaymentSucceeded | EventKind::ChargeSucceeded
    )
}

fn read(row: &Row<'_>) -> Result<Event, Error> {
    Ok(Event {
        id: row.id(0)?,
        owner: Owner {
            merchant: row.id(1)?,
            mode: row.mode(2)?,
        },
        kind: row.named(3, EventKind::parse)?,
        object: unpack(&row.bytes(4)?)?,
        request_id: row.text_opt(5)?,
        key: row.text_opt(6)?,
        created_at: row.time(7)?,
    })
}

/// The event of that id, whoever owns it: for the worker that tells it.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn find(tx: &Tx<'_>, id: EventId) -> Result<Option<Event>, Error> {
    tx.one(GET, values![&id], read)
}

/// The event of that id, if it belongs to `owner`.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn find_owned(tx: &Tx<'_>, owner: Owner, id: EventId) -> Result<Option<Event>, Error> {
    Ok(tx
        .one(GET, values![&id], read)?
        .filter(|event| event.owner == owner))
}

/// A page of `owner`'s events.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn list(tx: &Tx<'_>, owner: Owner, page: &Page<EventId>) -> Result<Vec<Event>, Error> {
    page.check(tx, owner, KNOWN)?;
    page.run(tx, &OWNED, values![&owner.merchant, owner.mode], read)
}

/// A page of `owner`'s events of these kinds, each of which [`is_labelled`].
///
/// # Errors
/// As [`crate::Store::read`].
pub fn list_of_kinds(
    tx: &Tx<'_>,
    owner: Owner,
    kinds: &[EventKind],
    page: &Page<EventId>,
) -> Result<Vec<Event>, Error> {
    page.check(tx, owner, KNOWN)?;
    let mut found = Vec::new();
    for kind in kinds {
        let label = Label::of(owner, Word::Event(*kind));
        found.extend(page.run(tx, &LABELLED, values![&label], read)?);
    }
    found.sort_by_key(|event| Reverse(event.id));
    let limit = usize::try_from(page.limit).unwrap_or(0);
    let too_many = found.len().saturating_sub(limit);
    // What is nearest to the cursor stays.
    match page.from {
        Cursor::Before(_) => drop(found.drain(..too_many)),
        Cursor::Newest | Cursor::After(_) => found.truncate(limit),
    }
    Ok(found)
}

/// A page of all of `owner`'s events, of which only those of these kinds are unpacked.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn look_through(
    tx: &Tx<'_>,
    owner: Owner,
    kinds: &[EventKind],
    page: &Page<EventId>,
) -> Result<Vec<(EventId, Option<Event>)>, Error> {
    page.check(tx, owner, KNOWN)?;
    page.run(tx, &OWNED, values![&owner.merchant, owner.mode], |row| {
        let is_meant = kinds.contains(&row.named(3, EventKind::parse)?);
        let event = is_meant.then(|| read(row)).transpose()?;
        Ok((row.id(0)?, event))
    })
}
