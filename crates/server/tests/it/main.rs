//! The service as its callers see it: a real port, a real database file, a real acquirer socket.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails, in its helpers too"
)]

mod access;
mod app;
mod binary;
mod card_search;
mod catalogue;
mod checkout;
mod client;
mod commands;
mod customers;
mod declines;
mod encaisse;
mod events;
mod idempotency;
mod kill;
mod lists;
mod manual_capture;
mod operating;
mod payment_links;
mod payment_methods;
mod payments;
mod publishable;
mod refunds;
mod requests;
mod restricted;
mod sdk;
mod secrecy;
mod silence;
