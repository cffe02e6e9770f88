//! A means of payment as a Stripe PaymentMethod.

use domain::{CvcCheck, PaymentMethod};

use super::absent::PAYMENT_METHODS;
use super::{Expand, Scene, customer_of, livemode};
use crate::json::{Object, nulls};

pub(super) fn fields(
    object: &mut Object<'_>,
    method: &PaymentMethod,
    scene: &Scene<'_>,
    expand: &Expand,
) {
    object.id("id", method.id);
    object.text("object", "payment_method");
    object.text("allow_redisplay", "unspecified");
    object.object("billing_details", |inner| {
        billing_details(inner, Some(method))
    });
    let attempt = scene
        .view
        .attempt
        .filter(|attempt| attempt.method == method.id);
    object.object("card", |inner| {
        card(inner, method, attempt.map(|attempt| attempt.cvc_check));
    });
    object.integer("created", method.created_at.seconds());
    customer_of(object, method.customer, scene, expand);
    livemode(object, method.owner.mode);
    object.object("metadata", |_| ());
    object.text("type", "card");
    object.nulls(nulls!["customer_account", "radar_options"]);
    object.nulls(PAYMENT_METHODS);
}

fn card(object: &mut Object<'_>, method: &PaymentMethod, check: Option<CvcCheck>) {
    let card = &method.card;
    object.id("brand", card.brand);
    object.object("checks", |inner| checks(inner, check));
    object.optional_text("country", card.country.as_deref());
    object.id("display_brand", card.brand);
    object.integer("exp_month", i64::from(card.expiry.month()));
    object.integer("exp_year", i64::from(card.expiry.year()));
    object.text("fingerprint", &card.fingerprint);
    object.id("funding", card.funding);
    object.text("iin", &card.bin);
    object.text("last4", &card.last4);
    object.object("networks", |inner| {
        inner.texts("available", [card.brand.as_str()]);
        inner.null("preferred");
    });
    object.object("three_d_secure_usage", |inner| {
        inner.bool("supported", true)
    });
    object.nulls(nulls![
        "description",
        "generated_from",
        "issuer",
        "regulated_status",
        "wallet",
    ]);
}

/// What the issuer checked; nothing was asked while there was no attempt.
pub(super) fn checks(object: &mut Object<'_>, cvc_check: Option<CvcCheck>) {
    object.nulls(nulls!["address_line1_check", "address_postal_code_check"]);
    object.optional_id("cvc_check", cvc_check);
}

/// Whom the bill is for, as far as the payer said.
pub(super) fn billing_details(object: &mut Object<'_>, method: Option<&PaymentMethod>) {
    object.object("address", |inner| {
        inner.nulls(nulls![
            "city",
            "country",
            "line1",
            "line2",
            "postal_code",
            "state"
        ]);
    });
    object.optional_text("email", method.and_then(|method| method.email.as_deref()));
    object.optional_text("name", method.and_then(|method| method.holder.as_deref()));
    object.nulls(nulls!["phone", "tax_id"]);
}
