//! What the merchant's app needs beside the public API: its log-in and its live news.
//!
//! The app speaks `/v1` like everybody else, with its session cookie in place of a key.

pub(crate) mod live;
mod session;

use std::sync::Arc;

use axum::Router;
use axum::routing::post;

use crate::state::State;

/// The addresses of the app's own endpoints; its live news are one of the operations.
pub(crate) fn routes() -> Router<Arc<State>> {
    Router::new().route(
        "/terminal/session",
        post(session::open)
            .get(session::show)
            .delete(session::close),
    )
}
