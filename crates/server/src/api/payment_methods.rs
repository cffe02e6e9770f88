//! `/v1/payment_methods`: cards.

use axum::extract::Path;
use axum::response::Response;
use domain::{CustomerId, PaymentMethod, PaymentMethodId};
use engine::View;

use crate::api::methods::TypedMethod;
use crate::api::render::{Kind, Scene, list as envelope, object};
use crate::call::{Asked, Call, json, respond};
use crate::error::ApiError;

const KIND: Kind = Kind::PaymentMethod;

fn parse_id(id: &str) -> Result<PaymentMethodId, ApiError> {
    let missing = || ApiError::missing("payment_method", id, "payment_method");
    PaymentMethodId::parse(id).ok_or_else(missing)
}

fn shown(asked: &Asked, method: &PaymentMethod) -> Vec<u8> {
    let view = View {
        method: Some(method),
        ..View::default()
    };
    object(
        KIND,
        &Scene {
            view,
            links: asked.links(),
        },
        &asked.expand(),
    )
}

/// `POST /v1/payment_methods`: turns a card into a token.
pub(crate) async fn create(call: Call) -> Result<Response, ApiError> {
    let (asked, typed) = call.read(KIND, TypedMethod::read)?;
    let card = typed.check(asked.app(), "card")?;
    Ok(respond(
        asked.app().create_method(&asked.request, card).await?,
    ))
}

/// `GET /v1/payment_methods/{id}`.
pub(crate) async fn retrieve(Path(id): Path<String>, call: Call) -> Result<Response, ApiError> {
    let method = parse_id(&id)?;
    let (asked, ()) = call.read(KIND, |_| Ok(()))?;
    let found = asked
        .app()
        .get_method(asked.request.caller.owner, method)
        .await;
    let method = found.map_err(|error| ApiError::of(error, &id, "payment_method"))?;
    Ok(json(shown(&asked, &method)))
}

/// `POST /v1/payment_methods/{id}/attach`: keeps a card for a customer.
pub(crate) async fn attach(Path(id): Path<String>, call: Call) -> Result<Response, ApiError> {
    let method = parse_id(&id)?;
    let (asked, customer) = call.read(KIND, |form| {
        let customer = form.id("customer", "customer", CustomerId::parse)?;
        customer.ok_or_else(|| form.missing("customer"))
    })?;
    let reply = asked
        .app()
        .assign_method(&asked.request, method, Some(customer))
        .await;
    let customer = customer.to_string();
    let ids = [("payment_method", &*id), ("customer", &*customer)];
    Ok(respond(
        reply.map_err(|error| ApiError::among(error, &ids))?,
    ))
}

/// `POST /v1/payment_methods/{id}/detach`: keeps a card for nobody any more.
pub(crate) async fn detach(Path(id): Path<String>, call: Call) -> Result<Response, ApiError> {
    let method = parse_id(&id)?;
    let (asked, ()) = call.read(KIND, |_| Ok(()))?;
    let reply = asked
        .app()
        .assign_method(&asked.request, method, None)
        .await;
    Ok(respond(reply.map_err(|error| {
        ApiError::of(error, &id, "payment_method")
    })?))
}

/// `GET /v1/payment_methods?customer=…`: the cards kept for a customer, newest first.
pub(crate) async fn list(call: Call) -> Result<Response, ApiError> {
    let (asked, (customer, limit)) = call.read_list(KIND, |form| {
        form.only("type", "card")?;
        let customer = form.id("customer", "customer", CustomerId::parse)?;
        let customer = customer.ok_or_else(|| form.missing("customer"))?;
        Ok((customer, form.integer("limit")?.unwrap_or(10).clamp(1, 100)))
    })?;
    let owner = asked.request.caller.owner;
    let found = asked
        .app()
        .list_methods(owner, customer, limit.saturating_add(1))
        .await;
    let mut found =
        found.map_err(|error| ApiError::of(error, &customer.to_string(), "customer"))?;
    let shown_max = usize::try_from(limit).unwrap_or(0);
    let has_more = found.len() > shown_max;
    found.truncate(shown_max);
    let objects: Vec<_> = found.iter().map(|method| shown(&asked, method)).collect();
    Ok(json(envelope("/v1/payment_methods", &objects, has_more)))
}
