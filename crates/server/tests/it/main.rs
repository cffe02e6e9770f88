//! The service as its callers see it: a real port, a real database file, a real acquirer socket.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails, in its helpers too"
)]

mod access;
mod admin;
mod app;
mod binary;
mod card_search;
mod catalogue;
mod checkout;
mod client;
mod commands;
mod connected;
mod customers;
mod declines;
mod encaisse;
mod events;
mod filters;
mod idempotency;
mod isolation;
mod kill;
mod lists;
mod live_mode;
mod manual_capture;
mod metrics;
mod operating;
mod payment_links;
mod payment_methods;
mod payments;
mod payouts;
mod publishable;
mod receiver;
mod refunds;
mod requests;
mod restricted;
mod sdk;
mod search;
mod secrecy;
mod silence;
mod ten_thousand;
mod terms;
mod webhooks;
