//! Money going back as a Stripe Refund.

use domain::ledger::TransferId;
use domain::{Cause, DeclineReason, Refund, RefundStatus};

use super::absent::REFUND_DESTINATIONS;
use super::balance::transaction_of;
use super::{Expand, Scene, charge_of, currency, customer_of, metadata, method_of, payment_of};
use crate::json::{Nulls, Object, nulls};

/// Fields for which this service has nothing.
const ABSENT: Nulls = nulls![
    "customer_account",
    "description",
    "failure_balance_transaction",
    "instructions_email",
    "next_action",
    "presentment_details",
    "receipt_number",
    "source_transfer_reversal",
    "transfer_reversal",
];

pub(super) fn fields(object: &mut Object<'_>, refund: &Refund, scene: &Scene<'_>, expand: &Expand) {
    let is_pending = matches!(refund.status, RefundStatus::Sent | RefundStatus::Unknown);
    let payment = scene
        .view
        .payment
        .filter(|payment| payment.id == refund.payment);
    let attempt = scene
        .view
        .attempt
        .filter(|attempt| attempt.id == refund.attempt);
    object.id("id", refund.id);
    object.text("object", "refund");
    object.integer("amount", refund.amount.minor);
    let given = (refund.status == RefundStatus::Succeeded)
        .then(|| TransferId::new(refund.id.bytes(), Cause::Refund));
    transaction_of(object, "balance_transaction", given, (scene, expand));
    charge_of(object, "charge", Some(refund.attempt), scene, expand);
    object.integer("created", refund.created_at.seconds());
    currency(object, refund.amount.currency);
    customer_of(
        object,
        payment.and_then(|payment| payment.customer),
        scene,
        expand,
    );
    object.object("destination_details", |inner| {
        inner.object("card", |card| {
            card.text("type", if is_pending { "pending" } else { "refund" });
            card.nulls(nulls!["reference", "reference_status", "reference_type"]);
        });
        inner.text("type", "card");
        inner.nulls(REFUND_DESTINATIONS);
    });
    object.optional_text("failure_reason", failure_reason(refund));
    metadata(object, &refund.metadata);
    payment_of(object, refund.payment, scene, expand);
    method_of(object, attempt.map(|attempt| attempt.method), scene, expand);
    object.optional_text("pending_reason", is_pending.then_some("processing"));
    object.optional_id("reason", refund.reason);
    object.text("status", status(refund.status));
    object.nulls(ABSENT);
}

const fn status(status: RefundStatus) -> &'static str {
    match status {
        RefundStatus::Sent | RefundStatus::Unknown => "pending",
        RefundStatus::Succeeded => "succeeded",
        RefundStatus::Failed => "failed",
    }
}

/// Why a refund failed, in Stripe's words for it.
const fn failure_reason(refund: &Refund) -> Option<&'static str> {
    match (refund.status, refund.decline) {
        (RefundStatus::Failed, None) => Some("unknown"),
        (RefundStatus::Failed, Some(reason)) => Some(match reason {
            DeclineReason::LostCard | DeclineReason::StolenCard | DeclineReason::PickupCard => {
                "lost_or_stolen_card"
            }
            DeclineReason::ExpiredCard => "expired_or_canceled_card",
            DeclineReason::InsufficientFunds => "insufficient_funds",
            DeclineReason::AuthenticationRequired
            | DeclineReason::CallIssuer
            | DeclineReason::CardNotSupported
            | DeclineReason::DoNotHonor
            | DeclineReason::Fraudulent
            | DeclineReason::GenericDecline
            | DeclineReason::IncorrectCvc
            | DeclineReason::IncorrectNumber
            | DeclineReason::InvalidAmount
            | DeclineReason::IssuerNotAvailable
            | DeclineReason::PartialApproval
            | DeclineReason::ProcessingError
            | DeclineReason::TransactionNotFound
            | DeclineReason::TransactionNotAllowed
            | DeclineReason::WithdrawalCountLimitExceeded => "declined",
        }),
        (RefundStatus::Sent | RefundStatus::Unknown | RefundStatus::Succeeded, _) => None,
    }
}
