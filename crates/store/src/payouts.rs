//! Table `payouts`.

use domain::{Owner, Payout, PayoutFailure, PayoutId, PayoutStatus, StepId};

use crate::page::Page;
use crate::statements::statements;
use crate::text::{of_metadata, to_metadata};
use crate::value::values;
use crate::{Error, Row, Tx};

macro_rules! columns {
    () => {
        "id, merchant_id, livemode, version, status, amount_minor, currency, description, \
         statement_descriptor, metadata, failure, created_at, ended_at"
    };
}

statements! {
    INSERT = concat!(
        "INSERT INTO payouts (",
        columns!(),
        ", step_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    );
    REPLACE = "UPDATE payouts SET version = ?, step_id = ?, status = ?, metadata = ?, \
        failure = ?, ended_at = ? WHERE id = ? AND version = ?";
    MADE_BY = "SELECT step_id FROM payouts WHERE id = ? AND version = ?";
    GET = concat!("SELECT ", columns!(), " FROM payouts WHERE id = ?");
    PENDING = concat!(
        "SELECT ",
        columns!(),
        " FROM payouts WHERE status = 'pending' ORDER BY id LIMIT 1000"
    );
    KNOWN = "SELECT id FROM payouts WHERE id = ? AND merchant_id = ? AND livemode = ?";
    @pages
    OWNED = "payouts WHERE merchant_id = ? AND livemode = ?" by "id";
}

/// Whether this very step made that version.
pub(crate) fn is_written(tx: &Tx<'_>, payout: &Payout, step: StepId) -> Result<bool, Error> {
    let values = values![&payout.id, payout.version];
    let made_by = tx.one(MADE_BY, values, |row| row.id::<StepId>(0))?;
    Ok(made_by == Some(step))
}

pub(crate) fn insert(tx: &Tx<'_>, payout: &Payout, step: StepId) -> Result<(), Error> {
    let values = values![
        &payout.id,
        &payout.owner.merchant,
        payout.owner.mode,
        payout.version,
        payout.status.as_str(),
        payout.amount.minor,
        payout.amount.currency,
        payout.description.as_ref(),
        payout.statement_descriptor.as_ref(),
        of_metadata(&payout.metadata),
        payout.failure.map(PayoutFailure::as_str),
        payout.created_at,
        payout.ended_at,
        &step,
    ];
    tx.insert(INSERT, values, "payout")
}

/// Replaces what changes of a payout, which must be one version behind.
pub(crate) fn replace(tx: &Tx<'_>, payout: &Payout, step: StepId) -> Result<(), Error> {
    let values = values![
        payout.version,
        &step,
        payout.status.as_str(),
        of_metadata(&payout.metadata),
        payout.failure.map(PayoutFailure::as_str),
        payout.ended_at,
        &payout.id,
        payout.version.saturating_sub(1),
    ];
    tx.change_one(REPLACE, values)
}

fn read(row: &Row<'_>) -> Result<Payout, Error> {
    Ok(Payout {
        id: row.id(0)?,
        owner: Owner {
            merchant: row.id(1)?,
            mode: row.mode(2)?,
        },
        version: row.int(3)?,
        status: row.named(4, PayoutStatus::parse)?,
        amount: row.money(5, 6)?,
        description: row.text_opt(7)?,
        statement_descriptor: row.text_opt(8)?,
        metadata: to_metadata(&row.text(9)?)?,
        failure: row.named_opt(10, PayoutFailure::parse)?,
        created_at: row.time(11)?,
        ended_at: row.time_opt(12)?,
    })
}

/// The payout of that id, whoever owns it.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn find(tx: &Tx<'_>, id: PayoutId) -> Result<Option<Payout>, Error> {
    tx.one(GET, values![&id], read)
}

/// The oldest payouts, of every owner, that have not ended.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn list_pending(tx: &Tx<'_>) -> Result<Vec<Payout>, Error> {
    tx.all(PENDING, values![], read)
}

/// A page of `owner`'s payouts.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn list(tx: &Tx<'_>, owner: Owner, page: &Page<PayoutId>) -> Result<Vec<Payout>, Error> {
    page.check(tx, owner, KNOWN)?;
    page.run(tx, &OWNED, values![&owner.merchant, owner.mode], read)
}
