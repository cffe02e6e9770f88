//! Money on its way to the merchant's bank, as a Stripe Payout.

use domain::ledger::TransferId;
use domain::{Cause, Payout, PayoutFailure, PayoutStatus};

use super::balance::transaction_of;
use super::{Expand, Scene, currency, livemode, metadata};
use crate::json::{Nulls, Object, nulls};

/// Fields for which this service has nothing.
const ABSENT: Nulls = nulls![
    "application_fee",
    "application_fee_amount",
    "destination",
    "original_payout",
    "payout_method",
    "reversed_by",
    "trace_id",
];

pub(super) fn fields(object: &mut Object<'_>, payout: &Payout, scene: &Scene<'_>, expand: &Expand) {
    let transaction = |cause| TransferId::new(payout.id.bytes(), cause);
    object.id("id", payout.id);
    object.text("object", "payout");
    object.integer("amount", payout.amount.minor);
    let arrival = payout.ended_at.unwrap_or(payout.created_at);
    object.integer("arrival_date", arrival.seconds());
    object.bool("automatic", false);
    let begun = Some(transaction(Cause::Payout));
    transaction_of(object, "balance_transaction", begun, (scene, expand));
    object.integer("created", payout.created_at.seconds());
    currency(object, payout.amount.currency);
    object.optional_text("description", payout.description.as_deref());
    let back = match payout.status {
        PayoutStatus::Failed => Some(transaction(Cause::PayoutFailed)),
        PayoutStatus::Canceled => Some(transaction(Cause::PayoutCanceled)),
        PayoutStatus::Pending | PayoutStatus::Paid => None,
    };
    transaction_of(object, "failure_balance_transaction", back, (scene, expand));
    object.optional_id("failure_code", payout.failure);
    object.optional_text("failure_message", payout.failure.map(message));
    livemode(object, payout.owner.mode);
    metadata(object, &payout.metadata);
    object.text("method", "standard");
    object.text("reconciliation_status", "not_applicable");
    object.text("source_type", "card");
    let descriptor = payout.statement_descriptor.as_deref();
    object.optional_text("statement_descriptor", descriptor);
    object.id("status", payout.status);
    object.text("type", "bank_account");
    object.nulls(ABSENT);
}

const fn message(failure: PayoutFailure) -> &'static str {
    match failure {
        PayoutFailure::AccountClosed => "The bank account was closed.",
        PayoutFailure::BankAccountRestricted => "The bank account takes no transfers.",
        PayoutFailure::CouldNotProcess => "The bank could not process this transfer.",
        PayoutFailure::Declined => "The bank refused this transfer.",
        PayoutFailure::InvalidAccountNumber => "The number of the bank account is wrong.",
        PayoutFailure::NoAccount => "There is no such bank account.",
    }
}
