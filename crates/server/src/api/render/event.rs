//! What happened, as a Stripe Event around the object as it was then.

use super::{API_VERSION, livemode};
use crate::Event;
use crate::json::{Object, nulls};

/// The whole event; `pending` webhook endpoints have yet to hear of it.
pub(crate) fn event(event: &Event, pending: i64) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(event.object.len() + 512);
    Object::write(&mut bytes, |object| {
        object.id("id", event.id);
        object.text("object", "event");
        object.text("api_version", API_VERSION);
        object.integer("created", event.created_at.seconds());
        object.object("data", |inner| {
            inner.json("object", &event.object);
            inner.null("previous_attributes");
        });
        livemode(object, event.owner.mode);
        object.integer("pending_webhooks", pending);
        object.object("request", |inner| {
            inner.optional_text("id", event.request_id.as_deref());
            inner.optional_text("idempotency_key", event.key.as_deref());
        });
        object.id("type", event.kind);
        object.nulls(nulls!["account", "context"]);
    });
    bytes
}
