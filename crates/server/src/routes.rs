//! Every address of the service. Those of the public API are in [`operations`].

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Router;
use axum::http::{Method, Uri};
use axum::middleware::from_fn;
use axum::routing::any;

use crate::error::{ApiError, Cause};
use crate::form::shown;
use crate::operations::{OPERATIONS, stripe};
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
    let mut routes = operations::routes().route("/v1/{*rest}", any(unknown));
    // Or an address of ours with an id in that place would answer that there is no such id.
    for path in swallowed() {
        routes = routes.route(path, any(unknown));
    }
    routes.method_not_allowed_fallback(unknown_method)
}

/// Addresses of Stripe's that are written out where one of ours has a gap.
fn swallowed() -> BTreeSet<&'static str> {
    let fixed = stripe::all()
        .map(|(_, path)| path)
        .filter(|path| !path.contains('{'));
    let is_ours = |path: &&str| OPERATIONS.iter().any(|operation| operation.path == *path);
    fixed.filter(|path| !is_ours(path)).collect()
}

/// The refusal of an operation of Stripe's that this service does not have.
fn unsupported(method: &Method, uri: &Uri) -> Option<ApiError> {
    let operation = stripe::find(method, uri.path())?;
    Some(ApiError::new(Cause::OperationUnsupported).with_detail(operation))
}

async fn unknown(method: Method, uri: Uri) -> ApiError {
    unsupported(&method, &uri).unwrap_or_else(|| {
        let detail = format!("{method} {}", shown(uri.path()));
        ApiError::new(Cause::PathUnknown).with_detail(detail)
    })
}

async fn unknown_method(method: Method, uri: Uri) -> ApiError {
    unsupported(&method, &uri)
        .unwrap_or_else(|| ApiError::new(Cause::MethodUnknown).with_detail(method.to_string()))
}
