//! How much something is, as a Stripe Price.

use domain::Price;

use super::{Expand, Scene, currency, livemode, metadata, product};
use crate::json::{Nulls, Object, nulls};

/// Fields for which this service has nothing.
const ABSENT: Nulls = nulls![
    "currency_options",
    "custom_unit_amount",
    "tiers",
    "tiers_mode",
    "transform_quantity",
];

pub(super) fn fields(object: &mut Object<'_>, price: &Price, scene: &Scene<'_>, expand: &Expand) {
    object.id("id", price.id);
    object.text("object", "price");
    object.bool("active", price.is_active);
    object.text("billing_scheme", "per_unit");
    object.integer("created", price.created_at.seconds());
    currency(object, price.amount.currency);
    livemode(object, price.owner.mode);
    object.optional_text("lookup_key", price.lookup_key.as_deref());
    metadata(object, &price.metadata);
    object.optional_text("nickname", price.nickname.as_deref());
    product_of(object, price, scene, expand);
    object.optional_object("recurring", price.recurring, |inner, recurring| {
        inner.id("interval", recurring.interval);
        inner.integer("interval_count", recurring.count);
        inner.nulls(nulls!["meter", "trial_period_days"]);
        inner.text("usage_type", "licensed");
    });
    object.id("tax_behavior", price.tax_behavior);
    object.id("type", price.kind());
    object.integer("unit_amount", price.amount.minor);
    object.id("unit_amount_decimal", price.amount.minor);
    object.nulls(ABSENT);
}

fn product_of(object: &mut Object<'_>, price: &Price, scene: &Scene<'_>, expand: &Expand) {
    let known = scene
        .view
        .product
        .filter(|product| product.id == price.product);
    match (expand.get("product"), known) {
        (Some(inner), Some(known)) => object.object("product", |object| {
            product::fields(object, known, scene, inner);
        }),
        _ => object.id("product", price.product),
    }
}
