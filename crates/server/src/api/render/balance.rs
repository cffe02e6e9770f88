//! What is due to a merchant as a Stripe Balance, and what moved it as Balance Transactions.

use domain::ledger::TransferId;
use domain::{Cause, Mode};
use engine::balances::{Balance, BalanceTransaction};

use super::{Expand, Scene, currency, livemode};
use crate::json::{Object, nulls};

/// The whole balance.
pub(crate) fn balance(mode: Mode, balances: &[Balance]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(1024);
    Object::write(&mut bytes, |object| {
        object.text("object", "balance");
        object.objects("available", balances, |inner, one| {
            sum(inner, one, one.available_minor);
        });
        livemode(object, mode);
        object.objects("pending", balances, |inner, one| {
            sum(inner, one, one.pending_minor);
        });
        object.nulls(nulls![
            "connect_reserved",
            "instant_available",
            "issuing",
            "refund_and_dispute_prefunding",
        ]);
    });
    bytes
}

fn sum(object: &mut Object<'_>, balance: &Balance, minor: i64) {
    object.integer("amount", minor);
    currency(object, balance.currency);
    object.object("source_types", |inner| {
        inner.integer("card", minor);
        inner.nulls(nulls!["bank_account", "fpx"]);
    });
}

/// Stripe's word for what a cause is to the merchant.
pub(crate) const fn type_of(cause: Cause) -> &'static str {
    match cause {
        Cause::Authorisation | Cause::Purchase | Cause::Capture | Cause::Release | Cause::Fee => {
            "charge"
        }
        Cause::RefundReserved | Cause::Refund | Cause::RefundFailed => "refund",
        Cause::Payout | Cause::PayoutPaid => "payout",
        Cause::PayoutFailed => "payout_failure",
        Cause::PayoutCanceled => "payout_cancel",
    }
}

pub(super) fn fields(object: &mut Object<'_>, transaction: &BalanceTransaction) {
    let transfer = &transaction.transfer;
    let (amount, fee) = (transaction.amount_minor(), transaction.fee_minor);
    let kind = type_of(transfer.cause);
    object.id("id", transfer.id);
    object.text("object", "balance_transaction");
    object.integer("amount", amount);
    object.integer("available_on", transaction.available_at.seconds());
    object.text("balance_type", "payments");
    object.integer("created", transfer.created_at.seconds());
    currency(object, transfer.amount.currency);
    object.integer("fee", fee);
    object.objects("fee_details", (fee > 0).then_some(fee), |inner, fee| {
        inner.integer("amount", fee);
        currency(inner, transfer.amount.currency);
        inner.text("description", "Fee of the payments service");
        inner.text("type", "stripe_fee");
        inner.null("application");
    });
    object.integer("net", amount.saturating_sub(fee));
    let is_back = matches!(transfer.cause, Cause::PayoutFailed | Cause::PayoutCanceled);
    let category = if is_back { "payout_reversal" } else { kind };
    object.text("reporting_category", category);
    object.id("source", source(transfer.id));
    let status = if transaction.is_available {
        "available"
    } else {
        "pending"
    };
    object.text("status", status);
    object.text("type", kind);
    object.nulls(nulls!["description", "exchange_rate"]);
}

/// The charge, refund or payout that an entry is about, by the id people know.
fn source(id: TransferId) -> String {
    let subject = id.subject();
    match id.cause().map(type_of) {
        Some("refund") => domain::RefundId::from_bytes(subject).to_string(),
        Some("charge") | None => domain::AttemptId::from_bytes(subject).to_string(),
        Some(_) => domain::PayoutId::from_bytes(subject).to_string(),
    }
}

/// What moved the balance under `name`: its id, or itself when that is asked for and known.
pub(super) fn transaction_of(
    object: &mut Object<'_>,
    name: &'static str,
    id: Option<TransferId>,
    (scene, expand): (&Scene<'_>, &Expand),
) {
    let mut known = scene.view.transactions.iter();
    let known = known.find(|one| Some(one.transfer.id) == id);
    match (expand.get(name), known) {
        (Some(_), Some(known)) => object.object(name, |inner| fields(inner, known)),
        _ => object.optional_id(name, id),
    }
}
