//! Who may come in: merchants, people, keys and log-ins.
//!
//! Secrets are shown once, when they are made; only keyed hashes are kept. A failed log-in is
//! counted in the database, so that guessing on several nodes helps nobody.

mod admission;
mod keys;
mod merchants;
mod platforms;
mod strangers;
mod terms;

pub(crate) use admission::Gate;
pub use admission::LoggedIn;
pub use keys::{Authenticated, KeyWish, NewKey};
pub use merchants::{NewMerchant, Registered};
pub use terms::{PAYOUT_DELAY_DAYS_MAX, TermsError};
