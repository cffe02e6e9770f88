//! Table `payments`.

use domain::{CancellationReason, CaptureMethod, Owner, Payment, PaymentId, PaymentStatus};

use crate::labels::{self, Label};
use crate::page::Page;
use crate::statements::statements;
use crate::text::{of_metadata, of_payment_error, to_metadata, to_payment_error};
use crate::value::values;
use crate::{Error, Row, Tx};

macro_rules! columns {
    () => {
        "id, merchant_id, livemode, version, status, amount_minor, currency, captured_minor, \
         refunded_minor, capture_method, method_id, customer_id, attempt_id, last_error, \
         session_id, secret, description, statement_descriptor, receipt_email, return_url, \
         metadata, cancellation_reason, canceled_at, created_at"
    };
}

statements! {
    INSERT = concat!(
        "INSERT INTO payments (",
        columns!(),
        ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    );
    REPLACE = "UPDATE payments SET version = ?, status = ?, amount_minor = ?, \
        currency = ?, captured_minor = ?, refunded_minor = ?, capture_method = ?, method_id = ?, \
        customer_id = ?, attempt_id = ?, last_error = ?, session_id = ?, description = ?, \
        statement_descriptor = ?, receipt_email = ?, return_url = ?, metadata = ?, \
        cancellation_reason = ?, canceled_at = ? WHERE id = ? AND version = ?";
    GET = concat!("SELECT ", columns!(), " FROM payments WHERE id = ?");
    KNOWN = "SELECT id FROM payments WHERE id = ? AND merchant_id = ? AND livemode = ?";
    @pages
    OWNED = "payments WHERE merchant_id = ? AND livemode = ?" by "id";
    LABELLED = "labels JOIN payments ON id = object_id WHERE label = ?" by "object_id";
}

pub(crate) fn insert(tx: &Tx<'_>, payment: &Payment) -> Result<(), Error> {
    let values = values![
        &payment.id,
        &payment.owner.merchant,
        payment.owner.mode,
        payment.version,
        payment.status.as_str(),
        payment.amount.minor,
        payment.amount.currency,
        payment.captured_minor,
        payment.refunded_minor,
        payment.capture_method.as_str(),
        payment.method.as_ref(),
        payment.customer.as_ref(),
        payment.attempt.as_ref(),
        payment.last_error.map(of_payment_error),
        payment.session.as_ref(),
        &payment.secret,
        payment.description.as_ref(),
        payment.statement_descriptor.as_ref(),
        payment.receipt_email.as_ref(),
        payment.return_url.as_ref(),
        of_metadata(&payment.metadata),
        payment.cancellation_reason.map(CancellationReason::as_str),
        payment.canceled_at,
        payment.created_at,
    ];
    match tx.insert(INSERT, values, "payment") {
        // Another process may have written this very payment first: let the caller look again.
        Err(Error::Exists(_)) => Err(Error::Conflict),
        Err(other) => Err(other),
        Ok(()) => labels::put_payment(tx, payment),
    }
}

/// Replaces all of a payment but its id, owner, secret and beginning, when what is stored is
/// exactly one version behind.
pub(crate) fn replace(tx: &Tx<'_>, payment: &Payment) -> Result<(), Error> {
    let values = values![
        payment.version,
        payment.status.as_str(),
        payment.amount.minor,
        payment.amount.currency,
        payment.captured_minor,
        payment.refunded_minor,
        payment.capture_method.as_str(),
        payment.method.as_ref(),
        payment.customer.as_ref(),
        payment.attempt.as_ref(),
        payment.last_error.map(of_payment_error),
        payment.session.as_ref(),
        payment.description.as_ref(),
        payment.statement_descriptor.as_ref(),
        payment.receipt_email.as_ref(),
        payment.return_url.as_ref(),
        of_metadata(&payment.metadata),
        payment.cancellation_reason.map(CancellationReason::as_str),
        payment.canceled_at,
        &payment.id,
        payment.version.saturating_sub(1),
    ];
    tx.change_one(REPLACE, values)?;
    labels::put_payment(tx, payment)
}

fn read(row: &Row<'_>) -> Result<Payment, Error> {
    Ok(Payment {
        id: row.id(0)?,
        owner: Owner {
            merchant: row.id(1)?,
            mode: row.mode(2)?,
        },
        version: row.int(3)?,
        status: row.named(4, PaymentStatus::parse)?,
        amount: row.money(5, 6)?,
        captured_minor: row.int(7)?,
        refunded_minor: row.int(8)?,
        capture_method: row.named(9, CaptureMethod::parse)?,
        method: row.id_opt(10)?,
        customer: row.id_opt(11)?,
        attempt: row.id_opt(12)?,
        last_error: row.named_opt(13, to_payment_error)?,
        session: row.id_opt(14)?,
        secret: row.id(15)?,
        description: row.text_opt(16)?,
        statement_descriptor: row.text_opt(17)?,
        receipt_email: row.text_opt(18)?,
        return_url: row.text_opt(19)?,
        metadata: to_metadata(&row.text(20)?)?,
        cancellation_reason: row.named_opt(21, CancellationReason::parse)?,
        canceled_at: row.time_opt(22)?,
        created_at: row.time(23)?,
    })
}

/// The payment of that id, whoever owns it: for workers and for the payer's page, which proves its
/// right by the payment's secret.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn find(tx: &Tx<'_>, id: PaymentId) -> Result<Option<Payment>, Error> {
    tx.one(GET, values![&id], read)
}

/// The payment of that id, if it belongs to `owner`.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn find_owned(tx: &Tx<'_>, owner: Owner, id: PaymentId) -> Result<Option<Payment>, Error> {
    Ok(find(tx, id)?.filter(|payment| payment.owner == owner))
}

/// A page of `owner`'s payments.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn list(tx: &Tx<'_>, owner: Owner, page: &Page<PaymentId>) -> Result<Vec<Payment>, Error> {
    page.check(tx, owner, KNOWN)?;
    page.run(tx, &OWNED, values![&owner.merchant, owner.mode], read)
}

/// A page of the payments under a label of `owner`'s.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn list_labelled(
    tx: &Tx<'_>,
    owner: Owner,
    label: &Label,
    page: &Page<PaymentId>,
) -> Result<Vec<Payment>, Error> {
    page.check(tx, owner, KNOWN)?;
    page.run(tx, &LABELLED, values![label], read)
}
