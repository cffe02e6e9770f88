//! The contract of the store: what every engine must keep, told as claims, one file each.
//!
//! The claims are made of every engine that [`engines`] can open. What only one engine can be asked
//! (a torn log, a full disk) stands in files that say so.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails, in its helpers too; a second process reports"
)]

mod advices;
mod any;
mod api_keys;
mod apply;
mod attempts;
mod audit;
mod balances;
mod catalogue;
mod checkouts;
mod commits;
mod crashes;
mod customers;
mod engines;
mod events;
mod full_disk;
mod idempotency;
mod labels;
mod ledger;
mod merchants;
mod nodes;
mod payment_links;
mod payment_methods;
mod payments;
mod races;
mod records;
mod refunds;
mod schema;
mod scratch;
mod second;
mod sessions;
mod terminals;
mod transfers;
mod users;
mod vault_keys;
mod webhook_claims;
mod webhook_endpoints;
