//! A link as a Stripe Checkout Session.

use domain::checkout::CheckoutStatus;
use domain::payment::Payment;
use domain::{CheckoutSession, PaymentMethod};

use super::line_item::{self, Sold};
use super::{Expand, Scene, currency, customer_of, livemode, metadata, payment_link, payment_of};
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
    "discounts",
    "excluded_payment_method_types",
    "integration_identifier",
    "invoice",
    "invoice_creation",
    "managed_payments",
    "name_collection",
    "optional_items",
    "origin_context",
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
    object.optional_text("cancel_url", session.cancel_url.as_deref());
    object.optional_text("client_reference_id", session.client_reference.as_deref());
    object.integer("created", session.created_at.seconds());
    currency(object, payment.amount.currency);
    customer_of(object, payment.customer, scene, expand);
    object.text("customer_creation", "if_required");
    object.optional_text("customer_email", session.customer_email.as_deref());
    let payer = scene
        .view
        .method
        .filter(|_| status == CheckoutStatus::Complete);
    object.optional_object("customer_details", payer, |inner, method| {
        customer_details(inner, method, session.customer_email.as_deref());
    });
    object.integer("expires_at", session.expires_at.seconds());
    let items = expand.get("line_items");
    object.optional_object("line_items", items, |inner, items| {
        let sold = Sold::by_session(session, payment.amount.currency);
        line_item::list(inner, &sold, scene, items);
    });
    livemode(object, session.owner.mode);
    object.optional_text("locale", session.locale.as_deref());
    metadata(object, &session.metadata);
    object.text("mode", "payment");
    payment_of(object, session.payment, scene, expand);
    link_of(object, session, scene, expand);
    object.text("payment_method_collection", "if_required");
    object.texts("payment_method_types", ["card"]);
    let is_paid = payment.captured_minor > 0;
    object.text("payment_status", if is_paid { "paid" } else { "unpaid" });
    object.text("status", status.as_str());
    object.optional_text("success_url", session.success_url.as_deref());
    object.text("ui_mode", "hosted_page");
    let is_open = status == CheckoutStatus::Open;
    let url = is_open.then(|| scene.links.checkout(session, payment));
    object.optional_text("url", url.as_deref());
    unused(object);
    object.nulls(ABSENT);
}

/// The link by which a session was made: its id, or itself when that is asked for and known.
fn link_of(object: &mut Object<'_>, session: &CheckoutSession, scene: &Scene<'_>, expand: &Expand) {
    let known = scene.view.link.filter(|link| Some(link.id) == session.link);
    match (expand.get("payment_link"), known) {
        (Some(inner), Some(known)) => object.object("payment_link", |object| {
            payment_link::fields(object, known, scene, inner);
        }),
        _ => object.optional_id("payment_link", session.link),
    }
}

/// What nobody fills in: forms, taxes, shipping and discounts.
fn unused(object: &mut Object<'_>) {
    object.object("automatic_tax", |inner| {
        inner.bool("enabled", false);
        inner.nulls(nulls!["liability", "provider", "status"]);
    });
    object.texts("custom_fields", []);
    object.object("custom_text", |inner| {
        inner.nulls(nulls![
            "after_submit",
            "shipping_address",
            "submit",
            "terms_of_service_acceptance",
        ]);
    });
    object.object("phone_number_collection", |inner| {
        inner.bool("enabled", false)
    });
    object.texts("shipping_options", []);
    object.object("total_details", |inner| {
        inner.integer("amount_discount", 0);
        inner.integer("amount_shipping", 0);
        inner.integer("amount_tax", 0);
        inner.null("breakdown");
    });
}

/// Who paid, as far as they said.
fn customer_details(object: &mut Object<'_>, method: &PaymentMethod, email: Option<&str>) {
    object.optional_text("email", method.email.as_deref().or(email));
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
