//! Every address of the service. Those of the public API are in [`operations`].

use std::sync::Arc;

use axum::Router;
use axum::http::{Method, Uri};
use axum::middleware::from_fn;

use crate::error::{ApiError, Cause};
use crate::form::shown;
use crate::requests::accompany;
use crate::state::State;
use crate::{assets, operations, pay, probes, terminal};

/// The whole service.
pub fn router(state: Arc<State>) -> Router {
    Router::new()
        .merge(api())
        .merge(probes::routes())
        .merge(pay::routes())
        .merge(terminal::routes())
        .fallback(assets::serve)
        .layer(from_fn(accompany))
        .with_state(state)
}

fn api() -> Router<Arc<State>> {
    operations::routes()
        .route("/v1/{*rest}", axum::routing::any(unknown_path))
        .method_not_allowed_fallback(unknown_method)
}

async fn unknown_path(method: Method, uri: Uri) -> ApiError {
    ApiError::new(Cause::PathUnknown).with_detail(format!("{method} {}", shown(uri.path())))
}

async fn unknown_method(method: Method) -> ApiError {
    ApiError::new(Cause::MethodUnknown).with_detail(method.to_string())
}
