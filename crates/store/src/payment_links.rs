//! Table `payment_links`: links that anybody may pay, and how many do.
//!
//! The counts are moved by the payments themselves, in the transaction that moves each; a change of
//! a link leaves them alone.

use domain::payment_link::{AfterCompletion, PlaceMove};
use domain::{CheckoutSessionId, Currency, Owner, PaymentLink, PaymentLinkId};

use crate::page::Page;
use crate::statements::statements;
use crate::text::{of_items, of_metadata, to_items, to_metadata};
use crate::value::values;
use crate::{Error, Row, Tx};

macro_rules! columns {
    () => {
        "id, merchant_id, livemode, version, active, items, currency, redirect_url, message, \
         completed_limit, taken, completed, inactive_message, metadata, created_at"
    };
}

statements! {
    INSERT = concat!(
        "INSERT INTO payment_links (",
        columns!(),
        ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    );
    REPLACE = "UPDATE payment_links SET version = ?, active = ?, redirect_url = ?, message = ?, \
        completed_limit = ?, inactive_message = ?, metadata = ? WHERE id = ? AND version = ?";
    LINK_OF = "SELECT payment_link_id FROM checkout_sessions WHERE id = ?";
    TAKE = "UPDATE payment_links SET taken = taken + ?, completed = completed + ? WHERE id = ? \
        AND active = 1 AND (completed_limit IS NULL OR taken < completed_limit)";
    MOVE = "UPDATE payment_links SET taken = taken + ?, completed = completed + ? WHERE id = ?";
    GET = concat!("SELECT ", columns!(), " FROM payment_links WHERE id = ?");
    KNOWN = "SELECT id FROM payment_links WHERE id = ? AND merchant_id = ? AND livemode = ?";
    @pages
    OWNED = "payment_links WHERE merchant_id = ? AND livemode = ? \
        AND (? IS NULL OR active = ?)" by "id";
}

/// The two columns of what follows a payment: at most one has a value.
const fn after(link: &PaymentLink) -> (Option<&String>, Option<&String>) {
    match &link.after {
        AfterCompletion::Redirect(url) => (Some(url), None),
        AfterCompletion::Confirmation(message) => (None, message.as_ref()),
    }
}

/// Adds a link.
///
/// # Errors
/// As [`crate::Store::write`].
pub fn insert(tx: &Tx<'_>, link: &PaymentLink) -> Result<(), Error> {
    let (redirect_url, message) = after(link);
    let values = values![
        &link.id,
        &link.owner.merchant,
        link.owner.mode,
        link.version,
        link.is_active,
        of_items(&link.items),
        link.currency,
        redirect_url,
        message,
        link.limit,
        link.taken,
        link.completed,
        link.inactive_message.as_ref(),
        of_metadata(&link.metadata),
        link.created_at,
    ];
    tx.insert(INSERT, values, "payment link")
}

/// Replaces the version before this one, but for what is sold and the counts.
///
/// # Errors
/// [`Error::Conflict`] when the link has moved on.
pub fn replace(tx: &Tx<'_>, link: &PaymentLink) -> Result<(), Error> {
    let (redirect_url, message) = after(link);
    let values = values![
        link.version,
        link.is_active,
        redirect_url,
        message,
        link.limit,
        link.inactive_message.as_ref(),
        of_metadata(&link.metadata),
        &link.id,
        link.version.saturating_sub(1),
    ];
    tx.change_one(REPLACE, values)
}

/// Moves a payment's place on the link of its session; nothing, for a session without one.
///
/// # Errors
/// [`Error::LinkClosed`] when a place is wanted and there is none.
pub(crate) fn move_place(
    tx: &Tx<'_>,
    session: CheckoutSessionId,
    moved: PlaceMove,
) -> Result<(), Error> {
    // The link of a session never changes, so reading it decides nothing.
    let link: Option<PaymentLinkId> = tx
        .one(LINK_OF, values![&session], |row| row.id_opt(0))?
        .flatten();
    let Some(link) = link else { return Ok(()) };
    let values = values![moved.taken, moved.completed, &link];
    if moved.taken > 0 {
        return match tx.execute(TAKE, values)? {
            1 => Ok(()),
            _ => Err(Error::LinkClosed),
        };
    }
    tx.change_one(MOVE, values)
}

fn read(row: &Row<'_>) -> Result<PaymentLink, Error> {
    let code = row.text(6)?;
    let currency =
        Currency::parse(&code).ok_or_else(|| Error::Corrupt(format!("currency {code}")))?;
    let after = match row.text_opt(7)? {
        Some(url) => AfterCompletion::Redirect(url),
        None => AfterCompletion::Confirmation(row.text_opt(8)?),
    };
    Ok(PaymentLink {
        id: row.id(0)?,
        owner: Owner {
            merchant: row.id(1)?,
            mode: row.mode(2)?,
        },
        version: row.int(3)?,
        is_active: row.truth(4)?,
        items: to_items(&row.text(5)?)?,
        currency,
        after,
        limit: row.int_opt(9)?,
        taken: row.int(10)?,
        completed: row.int(11)?,
        inactive_message: row.text_opt(12)?,
        metadata: to_metadata(&row.text(13)?)?,
        created_at: row.time(14)?,
    })
}

/// The link of that id, whoever owns it: anybody who knows its address may pay.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn find(tx: &Tx<'_>, id: PaymentLinkId) -> Result<Option<PaymentLink>, Error> {
    tx.one(GET, values![&id], read)
}

/// A page of `owner`'s links; those that are active, or are not, when that is asked for.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn list(
    tx: &Tx<'_>,
    owner: Owner,
    page: &Page<PaymentLinkId>,
    is_active: Option<bool>,
) -> Result<Vec<PaymentLink>, Error> {
    page.check(tx, owner, KNOWN)?;
    let values = values![&owner.merchant, owner.mode, is_active, is_active];
    page.run(tx, &OWNED, values, read)
}
