//! Table `transfers`: only ever added to.

use domain::ledger::TransferId;
use domain::{Account, Cause, Owner, PaymentId, Transfer, TransferState};

use crate::statements::statements;
use crate::value::values;
use crate::{Error, Row, Tx};

macro_rules! columns {
    () => {
        "id, merchant_id, livemode, payment_id, cause, state, debit, credit, amount_minor, \
         currency, resolves, created_at"
    };
}

statements! {
    INSERT = concat!(
        "INSERT INTO transfers (",
        columns!(),
        ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    );
    OF_PAYMENT = concat!(
        "SELECT ",
        columns!(),
        " FROM transfers WHERE payment_id = ? ORDER BY created_at, id"
    );
}

/// Adds a transfer. A second one of the same cause, or a second resolution, collides.
pub(crate) fn insert(tx: &Tx<'_>, transfer: &Transfer) -> Result<(), Error> {
    let values = values![
        transfer.id.bytes(),
        &transfer.owner.merchant,
        transfer.owner.mode,
        &transfer.payment,
        transfer.cause.as_str(),
        transfer.state.as_str(),
        transfer.debit.as_str(),
        transfer.credit.as_str(),
        transfer.amount.minor,
        transfer.amount.currency,
        transfer.resolves.as_ref().map(TransferId::bytes),
        transfer.created_at,
    ];
    tx.insert(INSERT, values, "transfer")
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
    Ok(Transfer {
        id: TransferId::from_bytes(row.array(0)?),
        owner: Owner {
            merchant: row.id(1)?,
            mode: row.mode(2)?,
        },
        payment: row.id(3)?,
        cause: row.named(4, Cause::parse)?,
        state: row.named(5, TransferState::parse)?,
        debit: row.named(6, Account::parse)?,
        credit: row.named(7, Account::parse)?,
        amount: row.money(8, 9)?,
        resolves,
        created_at: row.time(11)?,
    })
}

/// Every transfer of a payment, in the order written.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn list_of_payment(tx: &Tx<'_>, payment: PaymentId) -> Result<Vec<Transfer>, Error> {
    tx.all(OF_PAYMENT, values![&payment], read)
}
