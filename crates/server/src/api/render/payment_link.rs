//! A link that anybody may open, as a Stripe Payment Link.

use domain::payment_link::{AfterCompletion, PaymentLink};

use super::line_item::{self, Sold};
use super::{Expand, Scene, currency, livemode, metadata};
use crate::json::{Nulls, Object, nulls};

/// Fields for which this service has nothing.
const ABSENT: Nulls = nulls![
    "application",
    "application_fee_amount",
    "application_fee_percent",
    "consent_collection",
    "invoice_creation",
    "managed_payments",
    "name_collection",
    "on_behalf_of",
    "optional_items",
    "payment_intent_data",
    "payment_method_options",
    "shipping_address_collection",
    "subscription_data",
    "transfer_data",
];

pub(super) fn fields(
    object: &mut Object<'_>,
    link: &PaymentLink,
    scene: &Scene<'_>,
    expand: &Expand,
) {
    object.id("id", link.id);
    object.text("object", "payment_link");
    object.bool("active", link.is_active);
    object.object("after_completion", |inner| after(inner, &link.after));
    currency(object, link.currency);
    object.optional_text("inactive_message", link.inactive_message.as_deref());
    let items = expand.get("line_items");
    object.optional_object("line_items", items, |inner, items| {
        line_item::list(inner, &Sold::by_link(link), scene, items);
    });
    livemode(object, link.owner.mode);
    metadata(object, &link.metadata);
    object.optional_object("restrictions", link.limit, |inner, limit| {
        inner.object("completed_sessions", |inner| {
            inner.integer("count", link.completed);
            inner.integer("limit", limit);
        });
    });
    object.text("url", &scene.links.payment_link(link));
    unused(object);
    object.nulls(ABSENT);
}

fn after(object: &mut Object<'_>, after: &AfterCompletion) {
    match after {
        AfterCompletion::Confirmation(message) => {
            object.object("hosted_confirmation", |inner| {
                inner.optional_text("custom_message", message.as_deref());
            });
            object.null("redirect");
            object.text("type", "hosted_confirmation");
        }
        AfterCompletion::Redirect(url) => {
            object.null("hosted_confirmation");
            object.object("redirect", |inner| inner.text("url", url));
            object.text("type", "redirect");
        }
    }
}

/// What nobody fills in: forms, taxes and shipping.
fn unused(object: &mut Object<'_>) {
    object.bool("allow_promotion_codes", false);
    object.object("automatic_tax", |inner| {
        inner.bool("enabled", false);
        inner.null("liability");
    });
    object.text("billing_address_collection", "auto");
    object.texts("custom_fields", []);
    object.object("custom_text", |inner| {
        inner.nulls(nulls![
            "after_submit",
            "shipping_address",
            "submit",
            "terms_of_service_acceptance",
        ]);
    });
    object.text("customer_creation", "if_required");
    object.text("payment_method_collection", "if_required");
    object.texts("payment_method_types", ["card"]);
    object.object("phone_number_collection", |inner| {
        inner.bool("enabled", false)
    });
    object.texts("shipping_options", []);
    object.text("submit_type", "auto");
    object.object("tax_id_collection", |inner| {
        inner.bool("enabled", false);
        inner.text("required", "never");
    });
}
