//! Table `transfers`: only ever added to.
//!
//! What is due is summed up to a time by [`crate::balances`]; a transfer that would lie before that
//! time is refused, so that none is ever missed. The column `payment_id` holds the payout's id of
//! what moves a payout: the cause says which of the two it is.

use domain::ledger::{Parent, TransferId};
use domain::{Account, Cause, Currency, Owner, PaymentId, Timestamp, Transfer, TransferState};

use crate::statements::statements;
use crate::value::values;
use crate::{Cursor, Error, Page, Row, Tx};

macro_rules! columns {
    () => {
        "id, merchant_id, livemode, payment_id, cause, state, debit, credit, amount_minor, \
         currency, resolves, created_at"
    };
}

/// A transfer `t` and the fee on it, which is of the same payment.
macro_rules! shown {
    () => {
        "SELECT t.id, t.merchant_id, t.livemode, t.payment_id, t.cause, t.state, t.debit, \
         t.credit, t.amount_minor, t.currency, t.resolves, t.created_at, \
         COALESCE(f.amount_minor, 0) FROM transfers t LEFT JOIN transfers f \
         ON f.payment_id = t.payment_id AND f.cause = 'fee' \
         AND t.cause IN ('purchase', 'capture') WHERE "
    };
}

/// What every page is filtered by.
macro_rules! filtered {
    () => {
        "AND t.created_at >= ? AND t.created_at <= ? AND t.currency >= ? AND t.currency <= ? \
         AND t.cause IN (?, ?, ?, ?, ?, ?) "
    };
}

statements! {
    INSERT = concat!(
        "INSERT INTO transfers (",
        columns!(),
        ") SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? WHERE NOT EXISTS (\
         SELECT 1 FROM balance_snapshots \
         WHERE merchant_id = ? AND livemode = ? AND through >= ?)"
    );
    SHOWN = concat!(shown!(), "t.id = ?");
    SHOWN_OF = concat!(shown!(), "t.payment_id = ? ORDER BY t.created_at, t.id");
    NEWEST = concat!(
        shown!(),
        "t.merchant_id = ? AND t.livemode = ? AND t.created_at <= ? \
         AND (t.created_at < ? OR t.id < ?) ",
        filtered!(),
        "ORDER BY t.created_at DESC, t.id DESC LIMIT ?"
    );
    OLDEST = concat!(
        shown!(),
        "t.merchant_id = ? AND t.livemode = ? AND t.created_at >= ? \
         AND (t.created_at > ? OR t.id > ?) ",
        filtered!(),
        "ORDER BY t.created_at, t.id LIMIT ?"
    );
    OF_PAYMENT = concat!(
        "SELECT ",
        columns!(),
        " FROM transfers WHERE payment_id = ? ORDER BY created_at, id"
    );
}

/// Adds a transfer. A second one of the same cause, or a second resolution, collides; one of a time
/// that is summed up already is a conflict, to be decided again at a later time.
pub(crate) fn insert(tx: &Tx<'_>, transfer: &Transfer) -> Result<(), Error> {
    let values = values![
        transfer.id.bytes(),
        &transfer.owner.merchant,
        transfer.owner.mode,
        transfer.parent.bytes(),
        transfer.cause.as_str(),
        transfer.state.as_str(),
        transfer.debit.as_str(),
        transfer.credit.as_str(),
        transfer.amount.minor,
        transfer.amount.currency,
        transfer.resolves.as_ref().map(TransferId::bytes),
        transfer.created_at,
        &transfer.owner.merchant,
        transfer.owner.mode,
        transfer.created_at,
    ];
    match tx.change_one(INSERT, values) {
        Err(Error::Exists(_)) => Err(Error::Exists("transfer")),
        other => other,
    }
}

pub(crate) fn read(row: &Row<'_>) -> Result<Transfer, Error> {
    let resolves = match row.bytes_opt(10)? {
        None => None,
        Some(bytes) => {
            let bytes = bytes
                .try_into()
                .map_err(|_| Error::Corrupt("transfer id".into()))?;
            Some(TransferId::from_bytes(bytes))
        }
    };
    let cause = row.named(4, Cause::parse)?;
    Ok(Transfer {
        id: TransferId::from_bytes(row.array(0)?),
        owner: Owner {
            merchant: row.id(1)?,
            mode: row.mode(2)?,
        },
        parent: Parent::of(cause, row.array(3)?),
        cause,
        state: row.named(5, TransferState::parse)?,
        debit: row.named(6, Account::parse)?,
        credit: row.named(7, Account::parse)?,
        amount: row.money(8, 9)?,
        resolves,
        created_at: row.time(11)?,
    })
}

/// A transfer that the merchant sees, with the fee on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    /// The transfer.
    pub transfer: Transfer,
    /// The fee, in minor units.
    pub fee_minor: i64,
}

/// Which of them to list.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Those of one of these causes.
    pub causes: Vec<Cause>,
    /// Those in this currency.
    pub currency: Option<Currency>,
    /// Those not written before this time.
    pub from: Timestamp,
    /// Those not written after this time.
    pub to: Timestamp,
    /// Those of one attempt, refund or payout.
    pub subject: Option<[u8; 16]>,
}

impl Filter {
    fn admits(&self, owner: Owner, movement: &Movement) -> bool {
        let transfer = &movement.transfer;
        let currency = transfer.amount.currency;
        transfer.owner == owner
            && self.causes.contains(&transfer.cause)
            && self.currency.is_none_or(|wanted| wanted == currency)
            && (self.from..=self.to).contains(&transfer.created_at)
    }
}

fn read_movement(row: &Row<'_>) -> Result<Movement, Error> {
    Ok(Movement {
        transfer: read(row)?,
        fee_minor: row.int(12)?,
    })
}

/// What the merchant sees of one payment or payout, whose sixteen bytes are `parent`.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn shown_of(tx: &Tx<'_>, owner: Owner, parent: &[u8; 16]) -> Result<Vec<Movement>, Error> {
    let mut found = tx.all(SHOWN_OF, values![parent], read_movement)?;
    found.retain(|one| one.transfer.owner == owner && one.transfer.cause.is_shown());
    Ok(found)
}

/// The transfer of that id, if `owner` sees it.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn find_shown(tx: &Tx<'_>, owner: Owner, id: TransferId) -> Result<Option<Movement>, Error> {
    let found = tx.one(SHOWN, values![id.bytes()], read_movement)?;
    Ok(found.filter(|one| one.transfer.owner == owner && one.transfer.cause.is_shown()))
}

/// A page of what `owner` sees, newest first.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn list_shown(
    tx: &Tx<'_>,
    owner: Owner,
    filter: &Filter,
    page: &Page<TransferId>,
) -> Result<Vec<Movement>, Error> {
    if let Some(subject) = filter.subject {
        return shown_about(tx, owner, filter, subject);
    }
    let (sql, id) = match page.from {
        Cursor::Newest => return next_page(tx, NEWEST, (owner, filter), (page.limit, None)),
        Cursor::After(id) => (NEWEST, id),
        Cursor::Before(id) => (OLDEST, id),
    };
    // A place that is not in the list has nothing before or after it.
    let Some(place) = find_shown(tx, owner, id)? else {
        return Ok(Vec::new());
    };
    let mut found = next_page(tx, sql, (owner, filter), (page.limit, Some(place)))?;
    if matches!(page.from, Cursor::Before(_)) {
        found.reverse();
    }
    Ok(found)
}

/// What there is about one attempt, refund or payout: a handful at most, so no page of it.
fn shown_about(
    tx: &Tx<'_>,
    owner: Owner,
    filter: &Filter,
    subject: [u8; 16],
) -> Result<Vec<Movement>, Error> {
    let mut found = Vec::new();
    for cause in Cause::ALL.iter().rev() {
        let id = TransferId::new(&subject, *cause);
        found.extend(find_shown(tx, owner, id)?);
    }
    found.retain(|one| filter.admits(owner, one));
    Ok(found)
}

fn next_page(
    tx: &Tx<'_>,
    sql: &'static str,
    (owner, filter): (Owner, &Filter),
    (limit, place): (i64, Option<Movement>),
) -> Result<Vec<Movement>, Error> {
    let cause = |place: usize| filter.causes.get(place).map_or("", |one| one.as_str());
    let (lowest, highest) = match filter.currency {
        Some(currency) => (currency.code(), currency.code()),
        None => ("AAA", "ZZZ"),
    };
    let above_all = TransferId::from_bytes([255; 17]);
    let (id, at) = match &place {
        Some(place) => (place.transfer.id, place.transfer.created_at),
        None => (above_all, Timestamp::from_micros(i64::MAX)),
    };
    let values = values![
        &owner.merchant,
        owner.mode,
        at,
        at,
        id.bytes(),
        filter.from,
        filter.to,
        lowest,
        highest,
        cause(0),
        cause(1),
        cause(2),
        cause(3),
        cause(4),
        cause(5),
        limit,
    ];
    tx.all(sql, values, read_movement)
}

/// Every transfer of a payment, in the order written.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn list_of_payment(tx: &Tx<'_>, payment: PaymentId) -> Result<Vec<Transfer>, Error> {
    tx.all(OF_PAYMENT, values![&payment], read)
}
