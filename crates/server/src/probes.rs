//! `/livez` and `/readyz`: whether this process turns, and whether it can take payments.
//!
//! The state of an acquirer's link does not count: one acquirer's outage must not empty a cluster.

use std::sync::Arc;

use axum::Router;
use axum::extract;
use axum::http::StatusCode;
use axum::routing::get;

use crate::state::State;

/// The addresses of the probes.
pub(crate) fn routes() -> Router<Arc<State>> {
    Router::new()
        .route("/livez", get(livez))
        .route("/readyz", get(readyz))
}

async fn livez() -> &'static str {
    "ok\n"
}

/// Ready when the tables are current (checked at start) and a write goes through now.
async fn readyz(extract::State(state): extract::State<Arc<State>>) -> (StatusCode, &'static str) {
    if state.app.supervisor.stop().is_stopped() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    match state.app.check_ready().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::error!("This node is not ready: {error}.");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "the database cannot be written\n",
            )
        }
    }
}
