//! The REST API: Stripe's resources, names and encodings over the engine's operations.
//!
//! Owns no rule: a handler reads a request, calls the engine, and renders what it answers.

pub(crate) mod balance;
pub(crate) mod charges;
pub(crate) mod checkout_sessions;
pub(crate) mod customers;
pub(crate) mod events;
pub(crate) mod line_items;
pub(crate) mod lists;
pub(crate) mod methods;
pub(crate) mod payer;
pub(crate) mod payment_intents;
pub(crate) mod payment_links;
pub(crate) mod payment_methods;
pub(crate) mod payouts;
pub(crate) mod prices;
pub(crate) mod products;
pub(crate) mod refunds;
pub(crate) mod render;
pub(crate) mod search;
pub(crate) mod webhook_endpoints;
