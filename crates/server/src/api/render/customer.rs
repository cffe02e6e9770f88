//! Somebody who pays, as a Stripe Customer.

use super::{livemode, metadata};
use crate::Customer;
use crate::json::{Nulls, Object, nulls};

/// Fields for which this service has nothing.
const ABSENT: Nulls = nulls![
    "address",
    "business_name",
    "cash_balance",
    "currency",
    "customer_account",
    "default_source",
    "deleted",
    "discount",
    "individual_name",
    "invoice_credit_balance",
    "invoice_prefix",
    "shipping",
    "sources",
    "subscriptions",
    "tax",
    "tax_ids",
    "test_clock",
];

/// A customer; of one who was removed only the id is left.
pub(super) fn fields(object: &mut Object<'_>, customer: &Customer) {
    match customer.deleted_at {
        Some(_) => gone(object, customer),
        None => whole(object, customer),
    }
}

/// What is left of a customer who was removed.
pub(super) fn gone(object: &mut Object<'_>, customer: &Customer) {
    object.id("id", customer.id);
    object.text("object", "customer");
    object.bool("deleted", true);
}

/// A customer with everything that is known, removed or not: the event of a removal shows it too.
pub(super) fn whole(object: &mut Object<'_>, customer: &Customer) {
    object.id("id", customer.id);
    object.text("object", "customer");
    object.integer("balance", 0);
    object.integer("created", customer.created_at.seconds());
    object.bool("delinquent", false);
    object.optional_text("description", customer.description.as_deref());
    object.optional_text("email", customer.email.as_deref());
    object.object("invoice_settings", |inner| {
        inner.nulls(nulls![
            "custom_fields",
            "default_payment_method",
            "footer",
            "rendering_options",
        ]);
    });
    livemode(object, customer.owner.mode);
    metadata(object, &customer.metadata);
    object.optional_text("name", customer.name.as_deref());
    object.integer("next_invoice_sequence", 1);
    object.optional_text("phone", customer.phone.as_deref());
    object.texts("preferred_locales", []);
    object.text("tax_exempt", "none");
    object.nulls(ABSENT);
}
