//! The service as its callers see it: a real port, a real database file, a real acquirer socket.

mod access;
mod app;
mod checkout;
mod client;
mod customers;
mod declines;
mod encaisse;
mod events;
mod idempotency;
mod lists;
mod manual_capture;
mod payment_methods;
mod payments;
mod refunds;
mod requests;
mod secrecy;
mod silence;
