//! What every handler shares.

use std::sync::Arc;

use engine::App;

use crate::api::render::Links;
use crate::limits::Limits;
use crate::webhooks::guard::Guard;

/// Shared by every request.
pub struct State {
    /// The engine.
    pub app: Arc<App>,
    /// Where payers reach this service.
    pub links: Links,
    /// Origin of the merchant's app: the only one a log-in is accepted from.
    pub origin: String,
    /// Whether browsers reach us encrypted; then the cookie never goes in clear.
    pub is_encrypted: bool,
    /// How long a link can be paid when the merchant does not say, in milliseconds.
    pub checkout_life_ms: i64,
    /// How many requests each key may make.
    pub limits: Limits,
    /// What judges the addresses of webhook endpoints.
    pub guard: Guard,
    /// How a completed challenge of the sandbox is proved: reference to authentication value.
    pub sandbox_proof: fn(&str) -> String,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State")
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}
