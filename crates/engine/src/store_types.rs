//! What of the store appears in the signatures of this crate, so that its callers need not know
//! the store.

pub use store::api_keys::{ApiKey, KeyKind};
pub use store::customers::Customer;
pub use store::events::Event;
pub use store::idempotency::Answer;
pub use store::ledger::Report;
pub use store::prices::Wanted;
pub use store::sessions::Session;
pub use store::transfers::Filter;
pub use store::users::User;
pub use store::webhook_attempts::Attempt as WebhookAttempt;
pub use store::webhook_deliveries::Delivery;
pub use store::webhook_endpoints::Endpoint;
pub use store::{Cursor, Page, Period, StoredId};
