//! The REST API: Stripe's resources, names and encodings over the engine's operations.
//!
//! Owns no rule: a handler reads a request, calls the engine, and renders what it answers.

pub mod charges;
pub mod checkout_sessions;
pub mod customers;
pub mod events;
pub mod lists;
pub mod methods;
pub mod payment_intents;
pub mod payment_methods;
pub mod refunds;
pub mod render;
