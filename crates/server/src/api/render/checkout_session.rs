//! A link as a Stripe Checkout Session.

use domain::checkout::{CheckoutStatus, LineItem};
use domain::payment::Payment;
use domain::{CheckoutSession, Currency, PaymentMethod};

use super::{Expand, Scene, currency, customer_of, livemode, metadata, payment_of};
use crate::json::{Nulls, Object, nulls};

/// Fields for which this service has nothing.
const ABSENT: Nulls = nulls![
    "adaptive_pricing",
    "after_expiration",
    "allow_promotion_codes",
    "allowed_payment_method_types",
    "billing_address_collection",
    "branding_settings",
    "client_secret",
    "collected_information",
    "consent",
    "consent_collection",
    "currency_conversion",
    "customer_account",
    "customer_email",
    "discounts",
    "excluded_payment_method_types",
    "integration_identifier",
    "invoice",
    "invoice_creation",
    "managed_payments",
    "name_collection",
    "optional_items",
    "origin_context",
    "payment_link",
    "payment_method_configuration_details",
    "payment_method_options",
    "permissions",
    "presentment_details",
    "recovered_from",
    "redirect_on_completion",
    "return_url",
    "saved_payment_method_options",
    "setup_intent",
    "shipping_address_collection",
    "shipping_cost",
    "submit_type",
    "subscription",
    "tax_id_collection",
    "wallet_options",
];

pub(super) fn fields(
    object: &mut Object<'_>,
    (session, payment): (&CheckoutSession, &Payment),
    scene: &Scene<'_>,
    expand: &Expand,
) {
    let status = CheckoutSession::status(payment);
    object.id("id", session.id);
    object.text("object", "checkout.session");
    object.integer("amount_subtotal", payment.amount.minor);
    object.integer("amount_total", payment.amount.minor);
    object.object("automatic_tax", |inner| {
        inner.bool("enabled", false);
        inner.nulls(nulls!["liability", "provider", "status"]);
    });
    object.optional_text("cancel_url", session.cancel_url.as_deref());
    object.optional_text("client_reference_id", session.client_reference.as_deref());
    object.integer("created", session.created_at.seconds());
    currency(object, payment.amount.currency);
    object.texts("custom_fields", []);
    object.object("custom_text", |inner| {
        inner.nulls(nulls![
            "after_submit",
            "shipping_address",
            "submit",
            "terms_of_service_acceptance",
        ]);
    });
    customer_of(object, payment.customer, scene, expand);
    object.text("customer_creation", "if_required");
    let payer = scene
        .view
        .method
        .filter(|_| status == CheckoutStatus::Complete);
    object.optional_object("customer_details", payer, customer_details);
    object.integer("expires_at", session.expires_at.seconds());
    let items = expand.get("line_items");
    object.optional_object("line_items", items, |inner, _| {
        line_items(inner, session, payment.amount.currency);
    });
    livemode(object, session.owner.mode);
    object.optional_text("locale", session.locale.as_deref());
    metadata(object, &payment.metadata);
    object.text("mode", "payment");
    payment_of(object, session.payment, scene, expand);
    object.text("payment_method_collection", "if_required");
    object.texts("payment_method_types", ["card"]);
    let is_paid = payment.captured_minor > 0;
    object.text("payment_status", if is_paid { "paid" } else { "unpaid" });
    object.object("phone_number_collection", |inner| {
        inner.bool("enabled", false)
    });
    object.texts("shipping_options", []);
    object.text("status", status.as_str());
    object.optional_text("success_url", session.success_url.as_deref());
    object.object("total_details", |inner| {
        inner.integer("amount_discount", 0);
        inner.integer("amount_shipping", 0);
        inner.integer("amount_tax", 0);
        inner.null("breakdown");
    });
    object.text("ui_mode", "hosted_page");
    let is_open = status == CheckoutStatus::Open;
    let url = is_open.then(|| scene.links.checkout(session, payment));
    object.optional_text("url", url.as_deref());
    object.nulls(ABSENT);
}

/// Who paid, as far as they said.
fn customer_details(object: &mut Object<'_>, method: &PaymentMethod) {
    object.optional_text("email", method.email.as_deref());
    object.optional_text("name", method.holder.as_deref());
    object.text("tax_exempt", "none");
    object.nulls(nulls![
        "address",
        "business_name",
        "individual_name",
        "phone",
        "tax_ids",
    ]);
}

/// What a link is for, as the list that Stripe's clients page through.
pub(super) fn line_items(object: &mut Object<'_>, session: &CheckoutSession, currency: Currency) {
    object.text("object", "list");
    object.objects(
        "data",
        session.items.iter().enumerate(),
        |inner, (place, item)| {
            line_item(inner, (session, place), item, currency);
        },
    );
    object.bool("has_more", false);
    object.text(
        "url",
        &format!("/v1/checkout/sessions/{}/line_items", session.id),
    );
}

fn line_item(
    object: &mut Object<'_>,
    (session, place): (&CheckoutSession, usize),
    item: &LineItem,
    in_currency: Currency,
) {
    let total = item.total_minor().unwrap_or(i64::MAX);
    object.id(
        "id",
        format!("li_{}{place:02}", domain::to_base62(*session.id.bytes())),
    );
    object.text("object", "item");
    object.integer("amount_discount", 0);
    object.integer("amount_subtotal", total);
    object.integer("amount_tax", 0);
    object.integer("amount_total", total);
    currency(object, in_currency);
    object.text("description", &item.name);
    object.texts("discounts", []);
    object.object("metadata", |_| ());
    object.integer("quantity", item.quantity);
    object.texts("taxes", []);
    object.nulls(nulls!["adjustable_quantity", "price"]);
}
