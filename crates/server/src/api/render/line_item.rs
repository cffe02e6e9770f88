//! The things a link is for, as Stripe LineItems, each with the price it was taken from.

use domain::checkout::LineItem;
use domain::{CheckoutSession, Currency, PaymentLink};
use engine::View;

use super::{Expand, Scene, currency, price};
use crate::json::{Object, nulls};

/// What is sold together.
pub(crate) struct Sold<'a> {
    /// The digits of what sells it: an item is named after it and its place.
    digits: String,
    /// Where the list of it is.
    pub url: String,
    /// The things.
    pub items: &'a [LineItem],
    currency: Currency,
}

impl<'a> Sold<'a> {
    /// What a session asks to be paid.
    pub(crate) fn by_session(session: &'a CheckoutSession, currency: Currency) -> Self {
        Self {
            digits: domain::to_base62(*session.id.bytes()),
            url: format!("/v1/checkout/sessions/{}/line_items", session.id),
            items: &session.items,
            currency,
        }
    }

    /// What a link that anybody may open asks of each payer.
    pub(crate) fn by_link(link: &'a PaymentLink) -> Self {
        Self {
            digits: domain::to_base62(*link.id.bytes()),
            url: format!("/v1/payment_links/{}/line_items", link.id),
            items: &link.items,
            currency: link.currency,
        }
    }

    /// The id of the item at a place.
    pub(crate) fn item_id(&self, place: usize) -> String {
        format!("li_{}{place:02}", self.digits)
    }
}

/// All of it, as the list that Stripe's clients page through.
pub(super) fn list(object: &mut Object<'_>, sold: &Sold<'_>, scene: &Scene<'_>, expand: &Expand) {
    let nothing = Expand::default();
    let inner = expand.get("data").unwrap_or(&nothing);
    object.text("object", "list");
    object.objects("data", sold.items.iter().enumerate(), |object, numbered| {
        fields(object, (sold, numbered), scene, inner);
    });
    object.bool("has_more", false);
    object.text("url", &sold.url);
}

/// The item at a place.
pub(crate) fn item(
    sold: &Sold<'_>,
    numbered: (usize, &LineItem),
    scene: &Scene<'_>,
    expand: &Expand,
) -> Vec<u8> {
    let mut bytes = Vec::new();
    Object::write(&mut bytes, |object| {
        fields(object, (sold, numbered), scene, expand);
    });
    bytes
}

fn fields(
    object: &mut Object<'_>,
    (sold, (place, item)): (&Sold<'_>, (usize, &LineItem)),
    scene: &Scene<'_>,
    expand: &Expand,
) {
    let total = item.total_minor().unwrap_or(i64::MAX);
    object.id("id", sold.item_id(place));
    object.text("object", "item");
    object.integer("amount_discount", 0);
    object.integer("amount_subtotal", total);
    object.integer("amount_tax", 0);
    object.integer("amount_total", total);
    currency(object, sold.currency);
    object.text("description", &item.name);
    object.texts("discounts", []);
    object.object("metadata", |_| ());
    price_of(object, item, scene, expand);
    object.integer("quantity", item.quantity);
    object.texts("taxes", []);
    object.nulls(nulls!["adjustable_quantity"]);
}

/// The price an item was taken from; null for one that was named with its amount.
fn price_of(object: &mut Object<'_>, item: &LineItem, scene: &Scene<'_>, expand: &Expand) {
    let mut all = scene.view.priced.iter();
    let known = all.find(|priced| Some(priced.price.id) == item.price);
    let nothing = Expand::default();
    let inner = expand.get("price").unwrap_or(&nothing);
    object.optional_object("price", known, |object, priced| {
        let scene = Scene {
            view: View {
                price: Some(&priced.price),
                product: Some(&priced.product),
                ..scene.view
            },
            links: scene.links,
        };
        price::fields(object, &priced.price, &scene, inner);
    });
}
