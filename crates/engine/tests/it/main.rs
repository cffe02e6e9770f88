//! The operations and workers over a real database file, a real vault and, through the production
//! card rail, a sandbox acquirer on a socket: told as claims, a file per capability.
//!
//! Every test ends with `TestEngine::finish`, which proves the books and holds them against the
//! acquirer's journal.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails, in its helpers too"
)]

mod accounts;
mod agreement;
mod api_keys;
mod balances;
mod bank;
mod cancels;
mod captures;
mod cards;
mod challenges;
mod checkouts;
mod crashes;
mod customers;
mod dropped;
mod errors;
mod fees;
mod gate;
mod idempotency;
mod installation;
mod lists;
mod live;
mod payment_links;
mod payments;
mod payouts;
mod post;
mod races;
mod records;
mod refunds;
mod scratch;
mod search;
mod silence;
mod traces;
mod updates;
mod vault_key;
mod webhooks;
mod workers;
