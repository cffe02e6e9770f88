//! Table `checkout_sessions`: links. Only the merchant's own pairs change once one is written.

use domain::payment::Metadata;
use domain::{CheckoutSession, CheckoutSessionId, CustomerId, Owner, Timestamp};

use crate::labels::{self, Label, Word};
use crate::page::Page;
use crate::statements::statements;
use crate::text::{of_items, of_metadata, to_items, to_metadata};
use crate::value::values;
use crate::{Error, Row, Tx};

macro_rules! columns {
    () => {
        "id, merchant_id, livemode, payment_id, items, client_reference, success_url, \
         cancel_url, locale, expires_at, created_at, customer_email, metadata, \
         payment_link_id"
    };
}

statements! {
    INSERT = concat!(
        "INSERT INTO checkout_sessions (",
        columns!(),
        ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    );
    SET_METADATA = "UPDATE checkout_sessions SET metadata = ? \
        WHERE id = ? AND COALESCE(metadata, '') = ?";
    GET = concat!(
        "SELECT ",
        columns!(),
        " FROM checkout_sessions WHERE id = ?"
    );
    OVERDUE = "SELECT s.id FROM checkout_sessions s JOIN payments p \
        ON p.id = s.payment_id WHERE s.expires_at >= ? AND s.expires_at < ? \
        AND p.status IN ('requires_payment_method', 'requires_confirmation', 'requires_action') \
        ORDER BY s.expires_at LIMIT ?";
    KNOWN = "SELECT id FROM checkout_sessions WHERE id = ? AND merchant_id = ? AND livemode = ?";
    @pages
    OWNED = "checkout_sessions WHERE merchant_id = ? AND livemode = ?" by "id";
    NAMED = "checkout_sessions WHERE id = ?" by "id";
    LABELLED = "labels JOIN checkout_sessions ON id = object_id WHERE label = ?" by "object_id";
}

/// Adds a link; `customer` is that of its payment now.
pub(crate) fn insert(
    tx: &Tx<'_>,
    session: &CheckoutSession,
    customer: Option<CustomerId>,
) -> Result<(), Error> {
    let values = values![
        &session.id,
        &session.owner.merchant,
        session.owner.mode,
        &session.payment,
        of_items(&session.items),
        session.client_reference.as_ref(),
        session.success_url.as_ref(),
        session.cancel_url.as_ref(),
        session.locale.as_ref(),
        session.expires_at,
        session.created_at,
        session.customer_email.as_ref(),
        of_metadata(&session.metadata),
        session.link.as_ref(),
    ];
    tx.insert(INSERT, values, "link")?;
    match customer {
        Some(customer) => {
            let label = Label::of(session.owner, Word::CheckoutCustomer(customer));
            labels::put(tx, &label, &session.id)
        }
        None => Ok(()),
    }
}

/// Replaces the merchant's own pairs of `session`, as it was read.
///
/// # Errors
/// [`Error::Conflict`] when they were changed since.
pub fn set_metadata(
    tx: &Tx<'_>,
    session: &CheckoutSession,
    metadata: &Metadata,
) -> Result<(), Error> {
    let (new, old) = (of_metadata(metadata), of_metadata(&session.metadata));
    tx.change_one(SET_METADATA, values![new, &session.id, old])
}

fn read(row: &Row<'_>) -> Result<CheckoutSession, Error> {
    Ok(CheckoutSession {
        id: row.id(0)?,
        owner: Owner {
            merchant: row.id(1)?,
            mode: row.mode(2)?,
        },
        payment: row.id(3)?,
        link: row.id_opt(13)?,
        items: to_items(&row.text(4)?)?,
        client_reference: row.text_opt(5)?,
        success_url: row.text_opt(6)?,
        cancel_url: row.text_opt(7)?,
        locale: row.text_opt(8)?,
        expires_at: row.time(9)?,
        created_at: row.time(10)?,
        customer_email: row.text_opt(11)?,
        metadata: to_metadata(&row.text_opt(12)?.unwrap_or_default())?,
    })
}

/// The link of that id, whoever owns it: the payer's page proves its right by the payment's secret.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn find(tx: &Tx<'_>, id: CheckoutSessionId) -> Result<Option<CheckoutSession>, Error> {
    tx.one(GET, values![&id], read)
}

/// A page of `owner`'s links.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn list(
    tx: &Tx<'_>,
    owner: Owner,
    page: &Page<CheckoutSessionId>,
) -> Result<Vec<CheckoutSession>, Error> {
    page.check(tx, owner, KNOWN)?;
    page.run(tx, &OWNED, values![&owner.merchant, owner.mode], read)
}

/// The same list without any link but this one, of `owner`'s.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn list_named(
    tx: &Tx<'_>,
    owner: Owner,
    id: CheckoutSessionId,
    page: &Page<CheckoutSessionId>,
) -> Result<Vec<CheckoutSession>, Error> {
    page.check(tx, owner, KNOWN)?;
    page.run(tx, &NAMED, values![&id], read)
}

/// A page of the links under a label of `owner`'s.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn list_labelled(
    tx: &Tx<'_>,
    owner: Owner,
    label: &Label,
    page: &Page<CheckoutSessionId>,
) -> Result<Vec<CheckoutSession>, Error> {
    page.check(tx, owner, KNOWN)?;
    page.run(tx, &LABELLED, values![label], read)
}

/// Up to `limit` links that ended between `since` and `now` and were not paid.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn list_overdue(
    tx: &Tx<'_>,
    since: Timestamp,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<CheckoutSessionId>, Error> {
    tx.all(OVERDUE, values![since, now, limit], |row| row.id(0))
}
