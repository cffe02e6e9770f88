//! Something that is sold, as a Stripe Product.

use domain::Product;

use super::{Expand, Scene, livemode, metadata, price};
use crate::json::{Nulls, Object, nulls};

/// Fields for which this service has nothing.
const ABSENT: Nulls = nulls!["package_dimensions", "shippable", "tax_code", "tax_details"];

pub(super) fn fields(
    object: &mut Object<'_>,
    product: &Product,
    scene: &Scene<'_>,
    expand: &Expand,
) {
    object.id("id", product.id);
    object.text("object", "product");
    object.bool("active", product.is_active);
    object.integer("created", product.created_at.seconds());
    default_price(object, product, scene, expand);
    object.optional_text("description", product.description.as_deref());
    object.texts("images", product.images.iter().map(String::as_str));
    livemode(object, product.owner.mode);
    object.texts("marketing_features", []);
    metadata(object, &product.metadata);
    object.text("name", &product.name);
    object.optional_text(
        "statement_descriptor",
        product.statement_descriptor.as_deref(),
    );
    object.text("type", "service");
    object.optional_text("unit_label", product.unit_label.as_deref());
    object.integer("updated", product.updated_at.seconds());
    object.optional_text("url", product.url.as_deref());
    object.nulls(ABSENT);
}

fn default_price(object: &mut Object<'_>, product: &Product, scene: &Scene<'_>, expand: &Expand) {
    let known = scene
        .view
        .price
        .filter(|price| Some(price.id) == product.default_price);
    match (expand.get("default_price"), known) {
        (Some(inner), Some(known)) => object.object("default_price", |object| {
            price::fields(object, known, scene, inner);
        }),
        _ => object.optional_id("default_price", product.default_price),
    }
}

/// What is left of a product that was removed.
pub(super) fn gone(object: &mut Object<'_>, product: &Product) {
    object.id("id", product.id);
    object.text("object", "product");
    object.bool("deleted", true);
}
