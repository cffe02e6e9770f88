//! What happens around every request: an id, one line in the log, and the headers every answer has.
//!
//! The line never holds the query or the body: both may carry what must not be kept.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use domain::ids::to_base62;
use tracing::Instrument as _;

use crate::api::render::API_VERSION;

/// The id of a request, in its answer and in the log.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(pub String);

const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
const STRIPE_VERSION: HeaderName = HeaderName::from_static("stripe-version");

/// Gives the request its id, logs its end, and completes the headers of its answer.
pub(crate) async fn accompany(mut request: Request, next: Next) -> Response {
    let id = format!("req_{}", to_base62(vault::random()));
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("", MatchedPath::as_str).to_owned();
    let is_api = route.starts_with("/v1/");
    let span = tracing::info_span!("request", request.id = %id);
    let began = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let duration_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let status = response.status().as_u16();
    span.in_scope(|| {
        tracing::info!(
            http.status = status,
            duration_ms,
            "{method} {route} answered {status}."
        );
    });
    metrics::histogram!("encaisse_request_seconds", "route" => route)
        .record(began.elapsed().as_secs_f64());
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    if is_api {
        headers.insert(STRIPE_VERSION, HeaderValue::from_static(API_VERSION));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}
