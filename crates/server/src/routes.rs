//! Every address of the service, on one page.

use std::sync::Arc;

use axum::Router;
use axum::http::{Method, Uri};
use axum::middleware::from_fn;
use axum::routing::{get, post};

use crate::api::{
    charges, checkout_sessions, customers, events, payment_intents, payment_methods, refunds,
    webhook_endpoints,
};
use crate::error::{ApiError, Cause};
use crate::form::shown;
use crate::requests::accompany;
use crate::state::State;
use crate::{assets, pay, probes, terminal};

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
    Router::new()
        .route(
            "/v1/payment_intents",
            get(payment_intents::list).post(payment_intents::create),
        )
        .route(
            "/v1/payment_intents/{id}",
            get(payment_intents::retrieve).post(payment_intents::update),
        )
        .route(
            "/v1/payment_intents/{id}/confirm",
            post(payment_intents::confirm),
        )
        .route(
            "/v1/payment_intents/{id}/capture",
            post(payment_intents::capture),
        )
        .route(
            "/v1/payment_intents/{id}/cancel",
            post(payment_intents::cancel),
        )
        .route("/v1/charges", get(charges::list))
        .route("/v1/charges/{id}", get(charges::retrieve))
        .route("/v1/refunds", get(refunds::list).post(refunds::create))
        .route(
            "/v1/refunds/{id}",
            get(refunds::retrieve).post(refunds::update),
        )
        .route(
            "/v1/payment_methods",
            get(payment_methods::list).post(payment_methods::create),
        )
        .route("/v1/payment_methods/{id}", get(payment_methods::retrieve))
        .route(
            "/v1/payment_methods/{id}/attach",
            post(payment_methods::attach),
        )
        .route(
            "/v1/payment_methods/{id}/detach",
            post(payment_methods::detach),
        )
        .route(
            "/v1/customers",
            get(customers::list).post(customers::create),
        )
        .route(
            "/v1/customers/{id}",
            get(customers::retrieve)
                .post(customers::update)
                .delete(customers::delete),
        )
        .route(
            "/v1/checkout/sessions",
            get(checkout_sessions::list).post(checkout_sessions::create),
        )
        .route(
            "/v1/checkout/sessions/{id}",
            get(checkout_sessions::retrieve),
        )
        .route(
            "/v1/checkout/sessions/{id}/expire",
            post(checkout_sessions::expire),
        )
        .route("/v1/events", get(events::list))
        .route("/v1/events/{id}", get(events::retrieve))
        .merge(webhooks())
        .route("/v1/{*rest}", axum::routing::any(unknown_path))
        .method_not_allowed_fallback(unknown_method)
}

fn webhooks() -> Router<Arc<State>> {
    Router::new()
        .route(
            "/v1/webhook_endpoints",
            get(webhook_endpoints::list).post(webhook_endpoints::create),
        )
        .route(
            "/v1/webhook_endpoints/{id}",
            get(webhook_endpoints::retrieve)
                .post(webhook_endpoints::update)
                .delete(webhook_endpoints::delete),
        )
        .route(
            "/v1/webhook_endpoints/{id}/rotate_secret",
            post(webhook_endpoints::rotate_secret),
        )
        .route(
            "/v1/webhook_endpoints/{id}/deliveries",
            get(webhook_endpoints::deliveries),
        )
        .route(
            "/v1/webhook_endpoints/{id}/deliveries/{event}",
            get(webhook_endpoints::delivered),
        )
        .route(
            "/v1/webhook_endpoints/{id}/deliveries/{event}/resend",
            post(webhook_endpoints::resend),
        )
}

async fn unknown_path(method: Method, uri: Uri) -> ApiError {
    ApiError::new(Cause::PathUnknown).with_detail(format!("{method} {}", shown(uri.path())))
}

async fn unknown_method(method: Method) -> ApiError {
    ApiError::new(Cause::MethodUnknown).with_detail(method.to_string())
}
