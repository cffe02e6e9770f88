//! Table `webhook_endpoints`: who is told what happened.
//!
//! A secret is here only as the vault sealed it. Details change from the version they were read
//! at; how an endpoint fares is noted beside them and has no version.

use domain::payment::Metadata;
use domain::webhook::{DisabledReason, EndpointStatus, Wanted};
use domain::{Owner, Timestamp, WebhookEndpointId};

use crate::page::Page;
use crate::statements::statements;
use crate::text::{of_metadata, to_metadata};
use crate::value::values;
use crate::{Error, Row, Tx};

/// One endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Its id.
    pub id: WebhookEndpointId,
    /// To whom it belongs.
    pub owner: Owner,
    /// How often its details changed, from 1 on.
    pub version: i64,
    /// Where it is.
    pub url: String,
    /// What it wants to hear.
    pub wanted: Wanted,
    /// Whether it is told anything.
    pub status: EndpointStatus,
    /// The merchant's own words.
    pub description: Option<String>,
    /// The merchant's own pairs.
    pub metadata: Metadata,
    /// What the vault made of the secret that signs.
    pub secret: Vec<u8>,
    /// The secret before that, and until when it signs too.
    pub previous: Option<(Vec<u8>, Timestamp)>,
    /// Since when nothing arrives.
    pub failing_since: Option<Timestamp>,
    /// Since when and why it is told nothing.
    pub disabled: Option<(Timestamp, DisabledReason)>,
    /// When it was made.
    pub created_at: Timestamp,
}

macro_rules! columns {
    () => {
        "id, merchant_id, livemode, version, url, enabled_events, status, description, metadata, \
         secret, previous_secret, previous_until, failing_since, disabled_at, disabled_reason, \
         created_at"
    };
}

statements! {
    INSERT = concat!(
        "INSERT INTO webhook_endpoints (",
        columns!(),
        ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    );
    REPLACE = "UPDATE webhook_endpoints SET version = version + 1, url = ?, enabled_events = ?, \
        status = ?, description = ?, metadata = ?, secret = ?, previous_secret = ?, \
        previous_until = ?, failing_since = ?, disabled_at = ?, disabled_reason = ? \
        WHERE id = ? AND version = ?";
    REMOVE = "DELETE FROM webhook_endpoints WHERE id = ? AND version = ?";
    GET = concat!("SELECT ", columns!(), " FROM webhook_endpoints WHERE id = ?");
    LISTENING = "SELECT id, enabled_events FROM webhook_endpoints \
        WHERE merchant_id = ? AND livemode = ? AND status = 'enabled'";
    COUNT = "SELECT COUNT(*) FROM webhook_endpoints WHERE merchant_id = ? AND livemode = ?";
    FAILS = "UPDATE webhook_endpoints SET failing_since = ? \
        WHERE id = ? AND failing_since IS NULL";
    WORKS = "UPDATE webhook_endpoints SET failing_since = NULL \
        WHERE id = ? AND failing_since IS NOT NULL";
    DISABLE = "UPDATE webhook_endpoints SET version = version + 1, status = 'disabled', \
        disabled_at = ?, disabled_reason = ? \
        WHERE id = ? AND status = 'enabled' AND failing_since <= ?";
    KNOWN = "SELECT id FROM webhook_endpoints WHERE id = ? AND merchant_id = ? AND livemode = ?";
    @pages
    OWNED = "webhook_endpoints WHERE merchant_id = ? AND livemode = ?" by "id";
}

/// Adds an endpoint.
///
/// # Errors
/// As [`crate::Store::write`].
pub fn insert(tx: &Tx<'_>, endpoint: &Endpoint) -> Result<(), Error> {
    let values = values![
        &endpoint.id,
        &endpoint.owner.merchant,
        endpoint.owner.mode,
        endpoint.version,
        &endpoint.url,
        of_wanted(&endpoint.wanted),
        endpoint.status.as_str(),
        endpoint.description.as_ref(),
        of_metadata(&endpoint.metadata),
        &endpoint.secret,
        endpoint.previous.as_ref().map(|(secret, _)| secret),
        endpoint.previous.as_ref().map(|(_, until)| *until),
        endpoint.failing_since,
        endpoint.disabled.map(|(at, _)| at),
        endpoint.disabled.map(|(_, reason)| reason.as_str()),
        endpoint.created_at,
    ];
    tx.insert(INSERT, values, "webhook endpoint")
}

/// Replaces the details of an endpoint that is still at the version it was read at.
///
/// # Errors
/// [`Error::Conflict`] when it has moved on or is gone.
pub fn replace(tx: &Tx<'_>, endpoint: &Endpoint) -> Result<(), Error> {
    let values = values![
        &endpoint.url,
        of_wanted(&endpoint.wanted),
        endpoint.status.as_str(),
        endpoint.description.as_ref(),
        of_metadata(&endpoint.metadata),
        &endpoint.secret,
        endpoint.previous.as_ref().map(|(secret, _)| secret),
        endpoint.previous.as_ref().map(|(_, until)| *until),
        endpoint.failing_since,
        endpoint.disabled.map(|(at, _)| at),
        endpoint.disabled.map(|(_, reason)| reason.as_str()),
        &endpoint.id,
        endpoint.version,
    ];
    tx.change_one(REPLACE, values)
}

/// Removes an endpoint that is still at the version it was read at.
///
/// # Errors
/// [`Error::Conflict`] when it has moved on or is gone.
pub fn remove(tx: &Tx<'_>, endpoint: &Endpoint) -> Result<(), Error> {
    tx.change_one(REMOVE, values![&endpoint.id, endpoint.version])
}

fn read(row: &Row<'_>) -> Result<Endpoint, Error> {
    Ok(Endpoint {
        id: row.id(0)?,
        owner: Owner {
            merchant: row.id(1)?,
            mode: row.mode(2)?,
        },
        version: row.int(3)?,
        url: row.text(4)?,
        wanted: to_wanted(&row.text(5)?)?,
        status: row.named(6, EndpointStatus::parse)?,
        description: row.text_opt(7)?,
        metadata: to_metadata(&row.text(8)?)?,
        secret: row.bytes(9)?,
        previous: row.bytes_opt(10)?.zip(row.time_opt(11)?),
        failing_since: row.time_opt(12)?,
        disabled: row
            .time_opt(13)?
            .zip(row.named_opt(14, DisabledReason::parse)?),
        created_at: row.time(15)?,
    })
}

fn of_wanted(wanted: &Wanted) -> String {
    wanted.names().collect::<Vec<_>>().join(",")
}

fn to_wanted(text: &str) -> Result<Wanted, Error> {
    Wanted::parse(text.split(',')).ok_or_else(|| Error::Corrupt("enabled events".into()))
}

/// The endpoint of that id, whoever owns it: for the worker that sends.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn find(tx: &Tx<'_>, id: WebhookEndpointId) -> Result<Option<Endpoint>, Error> {
    tx.one(GET, values![&id], read)
}

/// The endpoint of that id, if it belongs to `owner`.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn find_owned(
    tx: &Tx<'_>,
    owner: Owner,
    id: WebhookEndpointId,
) -> Result<Option<Endpoint>, Error> {
    Ok(find(tx, id)?.filter(|endpoint| endpoint.owner == owner))
}

/// A page of `owner`'s endpoints.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn list(
    tx: &Tx<'_>,
    owner: Owner,
    page: &Page<WebhookEndpointId>,
) -> Result<Vec<Endpoint>, Error> {
    page.check(tx, owner, KNOWN)?;
    page.run(tx, &OWNED, values![&owner.merchant, owner.mode], read)
}

/// How many endpoints `owner` has.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn count(tx: &Tx<'_>, owner: Owner) -> Result<i64, Error> {
    let count = tx.one(COUNT, values![&owner.merchant, owner.mode], |row| {
        row.int(0)
    })?;
    Ok(count.unwrap_or(0))
}

/// The endpoints of `owner` that are told anything, and what they want to hear.
pub(crate) fn listening(
    tx: &Tx<'_>,
    owner: Owner,
) -> Result<Vec<(WebhookEndpointId, Wanted)>, Error> {
    tx.all(LISTENING, values![&owner.merchant, owner.mode], |row| {
        Ok((row.id(0)?, to_wanted(&row.text(1)?)?))
    })
}

/// Notes that something arrived at an endpoint.
pub(crate) fn note_works(tx: &Tx<'_>, id: WebhookEndpointId) -> Result<(), Error> {
    tx.execute(WORKS, values![&id]).map(drop)
}

/// Notes that something did not arrive at an endpoint.
pub(crate) fn note_fails(tx: &Tx<'_>, id: WebhookEndpointId, at: Timestamp) -> Result<(), Error> {
    tx.execute(FAILS, values![at, &id]).map(drop)
}

/// Disables an endpoint that is enabled and where nothing arrived since `since`; says whether it
/// was.
pub(crate) fn disable(
    tx: &Tx<'_>,
    id: WebhookEndpointId,
    (reason, since): (DisabledReason, Timestamp),
    at: Timestamp,
) -> Result<bool, Error> {
    let values = values![at, reason.as_str(), &id, since];
    Ok(tx.execute(DISABLE, values)? == 1)
}
