//! An attempt as a Stripe Charge.

use domain::payment::{Payment, PaymentError};
use domain::{Attempt, AttemptStatus, CaptureMethod, Card, DeclineReason, PaymentMethod};

use super::absent::CHARGED_METHODS;
use super::balance::transaction_of;
use super::payment_method::{billing_details, checks};
use super::{Expand, Scene, currency, customer_of, livemode, metadata, payment_of};
use crate::error::{Cause, row};
use crate::json::{Nulls, Object, nulls};

/// Fields for which this service has nothing.
const ABSENT: Nulls = nulls![
    "application",
    "application_fee",
    "application_fee_amount",
    "failure_balance_transaction",
    "level3",
    "on_behalf_of",
    "presentment_details",
    "radar_options",
    "receipt_number",
    "refunds",
    "review",
    "shipping",
    "source",
    "source_transfer",
    "statement_descriptor_suffix",
    "transfer",
    "transfer_data",
    "transfer_group",
];

/// Where an attempt stands, in the words of a charge.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nobody knows yet.
    Pending,
    /// The issuer agreed.
    Succeeded,
    /// The issuer agreed, and what was set aside was released again.
    Released,
    /// It did not pay.
    Failed,
}

impl Stage {
    const fn of(attempt: &Attempt) -> Self {
        match attempt.status {
            AttemptStatus::Sent | AttemptStatus::Unknown => Self::Pending,
            AttemptStatus::Approved => Self::Succeeded,
            AttemptStatus::Reversed
                if attempt.response_code.is_some() && attempt.decline.is_none() =>
            {
                Self::Released
            }
            AttemptStatus::Declined
            | AttemptStatus::Challenged
            | AttemptStatus::NotSent
            | AttemptStatus::Reversed => Self::Failed,
        }
    }

    const fn is_paid(self) -> bool {
        matches!(self, Self::Succeeded | Self::Released)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Succeeded | Self::Released => "succeeded",
            Self::Failed => "failed",
        }
    }
}

/// Why an attempt did not pay, as the payment tells it.
const fn failure(attempt: &Attempt) -> PaymentError {
    match (attempt.decline, attempt.status) {
        (Some(reason), _) => PaymentError::Declined(reason),
        (None, AttemptStatus::Challenged) => {
            PaymentError::Declined(DeclineReason::AuthenticationRequired)
        }
        (None, _) => PaymentError::Processing,
    }
}

pub(super) fn fields(
    object: &mut Object<'_>,
    attempt: &Attempt,
    scene: &Scene<'_>,
    expand: &Expand,
) {
    let stage = Stage::of(attempt);
    let method = scene
        .view
        .method
        .filter(|method| method.id == attempt.method);
    let payment = scene
        .view
        .payment
        .filter(|payment| payment.id == attempt.payment);
    object.id("id", attempt.id);
    object.text("object", "charge");
    object.integer("amount", attempt.amount.minor);
    object.integer("amount_captured", attempt.captured_minor);
    let given_back = match stage {
        Stage::Released => attempt.amount.minor,
        Stage::Pending | Stage::Succeeded | Stage::Failed => attempt.refunded_minor,
    };
    object.integer("amount_refunded", given_back);
    object.optional_text("authorization_code", attempt.approval_code.as_deref());
    let taken = attempt.taking();
    transaction_of(object, "balance_transaction", taken, (scene, expand));
    object.object("billing_details", |inner| billing_details(inner, method));
    object.bool("captured", attempt.captured_minor > 0);
    object.integer("created", attempt.created_at.seconds());
    currency(object, attempt.amount.currency);
    object.bool("disputed", false);
    let failure = (stage == Stage::Failed).then(|| row(Cause::Payment(failure(attempt))));
    object.optional_text("failure_code", failure.map(|row| row.code));
    object.optional_text("failure_message", failure.map(|row| row.message));
    object.object("fraud_details", |inner| {
        inner.nulls(nulls!["stripe_report", "user_report"])
    });
    livemode(object, attempt.owner.mode);
    object.optional_object("outcome", outcome(attempt, stage), |inner, outcome| {
        outcome.fields(inner, attempt);
    });
    object.bool("paid", stage.is_paid());
    payment_of(object, attempt.payment, scene, expand);
    object.id("payment_method", attempt.method);
    object.optional_object("payment_method_details", method, |inner, method| {
        details(inner, attempt, method);
    });
    let total = attempt.captured_minor.max(1);
    object.bool(
        "refunded",
        stage == Stage::Released || attempt.refunded_minor >= total,
    );
    object.id("status", stage.name());
    of_payment(object, payment, stage, scene);
    let customer = payment.and_then(|payment| payment.customer);
    customer_of(object, customer, scene, expand);
    object.nulls(ABSENT);
}

/// What a charge shows of the payment it is for.
fn of_payment(object: &mut Object<'_>, payment: Option<&Payment>, stage: Stage, scene: &Scene<'_>) {
    let text = |read: fn(&Payment) -> Option<&str>| payment.and_then(read);
    let descriptor = text(|payment| payment.statement_descriptor.as_deref());
    object.optional_text("calculated_statement_descriptor", descriptor);
    object.optional_text(
        "description",
        text(|payment| payment.description.as_deref()),
    );
    object.optional_text(
        "receipt_email",
        text(|payment| payment.receipt_email.as_deref()),
    );
    let receipt = payment
        .filter(|_| stage.is_paid())
        .map(|payment| scene.links.receipt(payment));
    object.optional_text("receipt_url", receipt.as_deref());
    object.optional_text("statement_descriptor", descriptor);
    match payment {
        Some(payment) => metadata(object, &payment.metadata),
        None => object.object("metadata", |_| ()),
    }
}

/// What the networks and the issuer said, in Stripe's words.
struct Outcome {
    network_status: &'static str,
    kind: &'static str,
    error: Option<PaymentError>,
    message: String,
}

fn outcome(attempt: &Attempt, stage: Stage) -> Option<Outcome> {
    let outcome = |network_status, kind, error, message: &str| Outcome {
        network_status,
        kind,
        error,
        message: message.to_owned(),
    };
    match stage {
        Stage::Pending => None,
        Stage::Succeeded | Stage::Released => Some(outcome(
            "approved_by_network",
            "authorized",
            None,
            "Payment complete.",
        )),
        Stage::Failed => {
            let error = failure(attempt);
            Some(match attempt.decline {
                Some(reason) => {
                    let message = format!("The bank returned the decline code `{reason}`.");
                    outcome(
                        "declined_by_network",
                        "issuer_declined",
                        Some(error),
                        &message,
                    )
                }
                None => {
                    let message = "The bank was not reached, or its answer was undone.";
                    outcome("not_sent_to_network", "invalid", Some(error), message)
                }
            })
        }
    }
}

impl Outcome {
    fn fields(&self, object: &mut Object<'_>, attempt: &Attempt) {
        let declined = attempt
            .response_code
            .as_deref()
            .filter(|_| attempt.decline.is_some());
        object.optional_text("advice_code", self.error.and_then(advice));
        object.optional_text("network_decline_code", declined);
        object.text("network_status", self.network_status);
        let reason = self.error.map(|error| match error {
            PaymentError::Declined(reason) => reason,
            PaymentError::Processing | PaymentError::AuthenticationFailed => {
                DeclineReason::ProcessingError
            }
        });
        object.optional_id("reason", reason);
        object.text("risk_level", "not_assessed");
        object.text("seller_message", &self.message);
        object.text("type", self.kind);
        object.nulls(nulls!["network_advice_code", "risk_score", "rule"]);
    }
}

/// Whether it makes sense to try again, where that is clear.
pub(super) const fn advice(error: PaymentError) -> Option<&'static str> {
    let PaymentError::Declined(reason) = error else {
        return Some("try_again_later");
    };
    match reason {
        DeclineReason::IncorrectCvc
        | DeclineReason::IncorrectNumber
        | DeclineReason::ExpiredCard => Some("confirm_card_data"),
        DeclineReason::LostCard
        | DeclineReason::StolenCard
        | DeclineReason::PickupCard
        | DeclineReason::Fraudulent
        | DeclineReason::CardNotSupported
        | DeclineReason::TransactionNotAllowed => Some("do_not_try_again"),
        DeclineReason::InsufficientFunds
        | DeclineReason::IssuerNotAvailable
        | DeclineReason::ProcessingError
        | DeclineReason::WithdrawalCountLimitExceeded => Some("try_again_later"),
        DeclineReason::AuthenticationRequired
        | DeclineReason::CallIssuer
        | DeclineReason::DoNotHonor
        | DeclineReason::GenericDecline
        | DeclineReason::InvalidAmount
        | DeclineReason::PartialApproval
        | DeclineReason::TransactionNotFound => None,
    }
}

fn details(object: &mut Object<'_>, attempt: &Attempt, method: &PaymentMethod) {
    object.object("card", |inner| card(inner, attempt, &method.card));
    object.text("type", "card");
    object.nulls(CHARGED_METHODS);
}

fn card(object: &mut Object<'_>, attempt: &Attempt, card: &Card) {
    let is_held = attempt.capture_method == CaptureMethod::Manual;
    let authorised = (attempt.status == AttemptStatus::Approved).then_some(attempt.amount.minor);
    let state = |object: &mut Object<'_>, status| object.text("status", status);
    object.optional_integer("amount_authorized", authorised);
    object.optional_text("authorization_code", attempt.approval_code.as_deref());
    object.id("brand", card.brand);
    object.object("checks", |inner| checks(inner, Some(attempt.cvc_check)));
    object.optional_text("country", card.country.as_deref());
    let indicator = attempt
        .authentication
        .as_ref()
        .map(|proof| proof.indicator.as_str());
    object.optional_text("electronic_commerce_indicator", indicator);
    object.integer("exp_month", i64::from(card.expiry.month()));
    object.integer("exp_year", i64::from(card.expiry.year()));
    object.object("extended_authorization", |inner| state(inner, "disabled"));
    object.text("fingerprint", &card.fingerprint);
    object.id("funding", card.funding);
    object.text("iin", &card.bin);
    object.object("incremental_authorization", |inner| {
        state(inner, "unavailable")
    });
    object.text("last4", &card.last4);
    object.object("multicapture", |inner| state(inner, "unavailable"));
    object.id("network", card.brand);
    object.object("network_token", |inner| inner.bool("used", false));
    object.optional_object("overcapture", is_held.then_some(()), |inner, ()| {
        inner.integer("maximum_amount_capturable", attempt.amount.minor);
        state(inner, "unavailable");
    });
    object.optional_object("three_d_secure", indicator, |inner, indicator| {
        inner.text("authentication_flow", "challenge");
        inner.text("electronic_commerce_indicator", indicator);
        inner.text("result", "authenticated");
        inner.nulls(nulls![
            "exemption_indicator",
            "exemption_indicator_applied",
            "result_reason",
            "transaction_id",
            "version",
        ]);
    });
    object.nulls(nulls![
        "capture_before",
        "description",
        "installments",
        "issuer",
        "mandate",
        "moto",
        "network_transaction_id",
        "regulated_status",
        "setup_credential_usage",
        "stored_credential_usage",
        "transaction_link_id",
        "wallet",
    ]);
}
