//! Webhook endpoints as Stripe shows them, and deliveries, which Stripe shows to people only: their
//! shape is ours.

use engine::store_types::{Endpoint, WebhookAttempt};
use engine::webhooks::Told;
use vault::Hidden;

use super::{livemode, metadata};
use crate::json::{Nulls, Object, nulls};
use crate::webhooks::secret_text;

/// Fields for which this service has nothing.
const ABSENT: Nulls = nulls!["api_version", "application", "deleted"];

/// An endpoint; with its secret only where that was just made.
pub(super) fn fields(object: &mut Object<'_>, endpoint: &Endpoint, secret: Option<&Hidden>) {
    object.id("id", endpoint.id);
    object.text("object", "webhook_endpoint");
    object.integer("created", endpoint.created_at.seconds());
    object.optional_text("description", endpoint.description.as_deref());
    object.texts("enabled_events", endpoint.wanted.names());
    livemode(object, endpoint.owner.mode);
    metadata(object, &endpoint.metadata);
    match secret {
        Some(secret) => object.text("secret", &secret_text(secret)),
        None => object.null("secret"),
    }
    object.id("status", endpoint.status);
    object.text("url", &endpoint.url);
    object.nulls(ABSENT);
    // Ours: Stripe says it by mail.
    let disabled = endpoint.disabled;
    object.optional_integer("disabled_at", disabled.map(|(at, _)| at.seconds()));
    object.optional_id("disabled_reason", disabled.map(|(_, reason)| reason));
}

/// What is left of an endpoint that was removed.
pub(super) fn gone(object: &mut Object<'_>, endpoint: &Endpoint) {
    object.id("id", endpoint.id);
    object.text("object", "webhook_endpoint");
    object.bool("deleted", true);
}

/// What one endpoint was told of one event; it is known by the event's id.
pub(crate) fn delivery(told: &Told) -> Vec<u8> {
    let delivery = &told.delivery;
    let mut bytes = Vec::with_capacity(512);
    Object::write(&mut bytes, |object| {
        object.id("id", delivery.event);
        object.text("object", "webhook_endpoint.delivery");
        object.objects("attempts", &told.attempts, attempt);
        object.integer("created", delivery.created_at.seconds());
        object.optional_integer("ended_at", delivery.ended_at.map(|at| at.seconds()));
        object.id("event", delivery.event);
        livemode(object, delivery.owner.mode);
        let next = delivery.next_at.map(|at| at.seconds());
        object.optional_integer("next_attempt_at", next);
        object.id("status", delivery.status);
        object.id("webhook_endpoint", delivery.endpoint);
    });
    bytes
}

fn attempt(object: &mut Object<'_>, attempt: &WebhookAttempt) {
    object.integer("number", attempt.number);
    object.integer("created", attempt.at.seconds());
    object.integer("duration_ms", attempt.duration_ms);
    object.optional_id("error", attempt.fault);
    object.optional_integer("response_status", attempt.answer_status.map(i64::from));
    object.text("response_body", &attempt.excerpt);
}
