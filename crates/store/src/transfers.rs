//! Table `transfers`: only ever added to.
//!
//! What is due is summed up to a time by [`crate::balances`]; a transfer that would lie before that
//! time is refused, so that none is ever missed. The column `payment_id` holds the payout's id of
//! what moves a payout: the cause says which of the two it is.

use std::cmp::{Ordering, Reverse};

use domain::ledger::{Parent, TransferId};
use domain::{Account, Cause, Currency, Owner, PaymentId, Timestamp, Transfer, TransferState};

use crate::statements::statements;
use crate::value::values;
use crate::{Cursor, Error, Page, Period, Row, Tx};

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
        "AND t.created_at >= ? AND t.created_at < ? AND t.currency >= ? AND t.currency <= ? \
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
/// [`Error::CursorMissing`], those of [`crate::Store::read`].
pub fn list_shown(
    tx: &Tx<'_>,
    owner: Owner,
    filter: &Filter,
    page: &Page<TransferId>,
) -> Result<Vec<Movement>, Error> {
    let place = match page.from {
        Cursor::Newest => None,
        Cursor::After(id) | Cursor::Before(id) => {
            Some(find_shown(tx, owner, id)?.ok_or(Error::CursorMissing)?)
        }
    };
    if let Some(subject) = &filter.subject {
        return shown_about(tx, (owner, filter, subject), (page, place));
    }
    if let Cursor::Before(_) = page.from {
        let mut found = next_page(tx, OLDEST, (owner, filter), (page, place))?;
        found.reverse();
        Ok(found)
    } else {
        next_page(tx, NEWEST, (owner, filter), (page, place))
    }
}

/// What there is about one attempt, refund or payout: a handful at most, so the page is cut from
/// all of it.
fn shown_about(
    tx: &Tx<'_>,
    (owner, filter, subject): (Owner, &Filter, &[u8; 16]),
    (page, place): (&Page<TransferId>, Option<Movement>),
) -> Result<Vec<Movement>, Error> {
    let mut found = Vec::new();
    for cause in Cause::ALL {
        found.extend(find_shown(tx, owner, TransferId::new(subject, *cause))?);
    }
    let Period { since, until } = page.created;
    found.retain(|one| {
        filter.admits(owner, one) && (since..until).contains(&one.transfer.created_at)
    });
    let key = |one: &Movement| (one.transfer.created_at, one.transfer.id);
    found.sort_by_key(|one| Reverse(key(one)));
    let wanted = match page.from {
        Cursor::Newest | Cursor::After(_) => Ordering::Less,
        Cursor::Before(_) => Ordering::Greater,
    };
    if let Some(place) = place {
        found.retain(|one| key(one).cmp(&key(&place)) == wanted);
    }
    let limit = usize::try_from(page.limit).unwrap_or(0);
    let extra = found.len().saturating_sub(limit);
    match wanted {
        Ordering::Greater => drop(found.drain(..extra)),
        Ordering::Less | Ordering::Equal => found.truncate(limit),
    }
    Ok(found)
}

fn next_page(
    tx: &Tx<'_>,
    sql: &'static str,
    (owner, filter): (Owner, &Filter),
    (page, place): (&Page<TransferId>, Option<Movement>),
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
        page.created.since,
        page.created.until,
        lowest,
        highest,
        cause(0),
        cause(1),
        cause(2),
        cause(3),
        cause(4),
        cause(5),
        page.limit,
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
