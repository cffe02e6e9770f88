//! A payment as a Stripe PaymentIntent.

use domain::payment::{Payment, PaymentError, PaymentStatus};

use super::absent::NEXT_ACTIONS;
use super::{Expand, Scene, charge_of, currency, customer_of, livemode, metadata, method_of};
use crate::error::{Cause, row};
use crate::json::{Nulls, Object, nulls};

/// Fields for which this service has nothing.
const ABSENT: Nulls = nulls![
    "allowed_payment_method_types",
    "amount_details",
    "application",
    "application_fee_amount",
    "automatic_payment_methods",
    "customer_account",
    "excluded_payment_method_types",
    "hooks",
    "managed_payments",
    "on_behalf_of",
    "payment_details",
    "payment_method_configuration_details",
    "payment_method_options",
    "payment_record",
    "presentment_details",
    "processing",
    "review",
    "setup_future_usage",
    "shipping",
    "source",
    "statement_descriptor_suffix",
    "transfer_data",
    "transfer_group",
];

pub(super) fn fields(
    object: &mut Object<'_>,
    payment: &Payment,
    scene: &Scene<'_>,
    expand: &Expand,
) {
    object.id("id", payment.id);
    object.text("object", "payment_intent");
    object.integer("amount", payment.amount.minor);
    object.integer("amount_capturable", payment.capturable_minor());
    object.integer("amount_received", payment.captured_minor);
    object.optional_integer("canceled_at", payment.canceled_at.map(|at| at.seconds()));
    object.optional_id("cancellation_reason", payment.cancellation_reason);
    object.id("capture_method", payment.capture_method);
    object.id("client_secret", client_secret(payment));
    object.text("confirmation_method", "automatic");
    object.integer("created", payment.created_at.seconds());
    currency(object, payment.amount.currency);
    customer_of(object, payment.customer, scene, expand);
    object.optional_text("description", payment.description.as_deref());
    object.optional_object("last_payment_error", payment.last_error, |inner, error| {
        last_error(inner, error, payment, scene);
    });
    // An attempt that waits for its payer is no charge yet.
    let is_waiting = payment.status == PaymentStatus::RequiresAction;
    let charge = payment.attempt.filter(|_| !is_waiting);
    charge_of(object, "latest_charge", charge, scene, expand);
    livemode(object, payment.owner.mode);
    metadata(object, &payment.metadata);
    object.optional_object("next_action", is_waiting.then_some(()), |inner, ()| {
        next_action(inner, payment, scene);
    });
    method_of(object, payment.method, scene, expand);
    object.texts("payment_method_types", ["card"]);
    object.optional_text("receipt_email", payment.receipt_email.as_deref());
    object.optional_text(
        "statement_descriptor",
        payment.statement_descriptor.as_deref(),
    );
    object.id("status", payment.status);
    object.nulls(ABSENT);
}

/// What opens the payment to its payer, in the form Stripe's clients take apart.
fn client_secret(payment: &Payment) -> String {
    format!("{}_secret_{}", payment.id, payment.secret.reveal())
}

fn next_action(object: &mut Object<'_>, payment: &Payment, scene: &Scene<'_>) {
    object.object("redirect_to_url", |inner| {
        inner.optional_text("return_url", payment.return_url.as_deref());
        inner.text("url", &scene.links.challenge(payment));
    });
    object.text("type", "redirect_to_url");
    object.nulls(NEXT_ACTIONS);
}

fn last_error(object: &mut Object<'_>, error: PaymentError, payment: &Payment, scene: &Scene<'_>) {
    let row = row(Cause::Payment(error));
    let text = |text: &'static str| (!text.is_empty()).then_some(text);
    let attempt = scene
        .view
        .attempt
        .filter(|attempt| Some(attempt.id) == payment.attempt);
    let said = attempt.and_then(|attempt| attempt.response_code.as_deref());
    object.optional_text("advice_code", super::charge::advice(error));
    object.optional_id("charge", payment.attempt);
    object.optional_text("code", text(row.code));
    object.optional_text("decline_code", text(row.decline_code));
    object.text("message", row.message);
    object.optional_text("network_decline_code", said);
    object.optional_text("param", text(row.param));
    let tried = attempt.map(|attempt| attempt.method);
    let method = scene.view.method.filter(|method| Some(method.id) == tried);
    object.optional_object("payment_method", method, |inner, method| {
        super::payment_method::fields(inner, method, scene, &Expand::default());
    });
    object.text("payment_method_type", "card");
    object.text("type", row.kind.as_str());
    object.nulls(nulls![
        "doc_url",
        "network_advice_code",
        "payment_intent",
        "request_log_url",
        "setup_intent",
        "source",
    ]);
}
