//! `/v1/webhook_endpoints`, and what each endpoint was told.

use axum::extract::Path;
use axum::response::Response;
use domain::webhook::Wanted;
use domain::{EventId, Mode, WebhookEndpointId};
use engine::View;
use engine::store_types::Endpoint;
use engine::webhooks::{Change, Create, Told};

use crate::api::lists;
use crate::api::render::{API_VERSION, Kind, Scene, delivery, object};
use crate::call::{Asked, Call, json, respond};
use crate::error::ApiError;
use crate::form::{Fault, FaultKind, Form};
use crate::webhooks::guard::{Guard, URL_MAX, UrlFault};

const KIND: Kind = Kind::WebhookEndpoint;
/// The parameter that Stripe names when there is no such endpoint.
const PARAM: &str = "webhook_endpoint";
/// The longest time two secrets may overlap, in seconds.
const OVERLAP_MAX: i64 = 7 * 24 * 3600;

fn parse_id(id: &str) -> Result<WebhookEndpointId, ApiError> {
    WebhookEndpointId::parse(id).ok_or_else(|| ApiError::missing("webhook endpoint", id, PARAM))
}

fn parse_event(id: &str) -> Result<EventId, ApiError> {
    EventId::parse(id).ok_or_else(|| ApiError::missing("webhook delivery", id, "delivery"))
}

fn shown(asked: &Asked, endpoint: &Endpoint) -> Vec<u8> {
    let view = View {
        endpoint: Some(endpoint),
        ..View::default()
    };
    let links = asked.links();
    object(KIND, &Scene { view, links }, &asked.expand())
}

fn read_url(form: &mut Form, guard: &Guard, mode: Mode) -> Result<Option<String>, Fault> {
    let Some(text) = form.text("url", URL_MAX)? else {
        return Ok(None);
    };
    let fault = |what: &'static str| {
        let fault = form.fault(FaultKind::UrlInvalid, "url");
        Err(fault.with_detail(what))
    };
    match guard.read(&text, mode) {
        Ok(_) => Ok(Some(text)),
        Err(UrlFault::Malformed) => fault("it must be a whole address without user or fragment"),
        Err(UrlFault::Scheme) => fault("it must begin with https://"),
        Err(UrlFault::Address) => fault("its address is not public"),
    }
}

fn read_wanted(form: &mut Form) -> Result<Option<Wanted>, Fault> {
    let Some(names) = form.texts("enabled_events", 100)? else {
        return Ok(None);
    };
    let wanted = Wanted::parse(names.iter().map(String::as_str));
    let fault = || {
        let fault = form.fault(FaultKind::Invalid, "enabled_events");
        fault.with_detail("list of event types; `*` stands for all")
    };
    wanted.map(Some).ok_or_else(fault)
}

/// `POST /v1/webhook_endpoints`. The answer shows the secret.
pub(crate) async fn create(call: Call) -> Result<Response, ApiError> {
    let (guard, mode) = (call.guard(), call.mode());
    let (asked, create) = call.read(KIND, |form| {
        form.only("api_version", API_VERSION)?;
        Ok(Create {
            url: read_url(form, &guard, mode)?.ok_or_else(|| form.missing("url"))?,
            wanted: read_wanted(form)?.ok_or_else(|| form.missing("enabled_events"))?,
            description: form.clearable_text("description", 5000)?.flatten(),
            metadata: form.metadata("metadata")?,
        })
    })?;
    let reply = asked.app().create_endpoint(&asked.request, create).await?;
    Ok(respond(reply))
}

/// `GET /v1/webhook_endpoints/{id}`.
pub(crate) async fn retrieve(Path(id): Path<String>, call: Call) -> Result<Response, ApiError> {
    let endpoint = parse_id(&id)?;
    let (asked, ()) = call.read(KIND, |_| Ok(()))?;
    let owner = asked.request.caller.owner;
    let found = asked.app().get_endpoint(owner, endpoint).await;
    let found = found.map_err(|error| ApiError::of(error, &id, PARAM))?;
    Ok(json(shown(&asked, &found)))
}

/// `POST /v1/webhook_endpoints/{id}`: changes an endpoint, disables it, enables it again.
pub(crate) async fn update(Path(id): Path<String>, call: Call) -> Result<Response, ApiError> {
    let endpoint = parse_id(&id)?;
    let (guard, mode) = (call.guard(), call.mode());
    let (asked, change) = call.read(KIND, |form| {
        Ok(Change {
            url: read_url(form, &guard, mode)?,
            wanted: read_wanted(form)?,
            description: form.clearable_text("description", 5000)?,
            metadata: form.metadata_change("metadata")?,
            disabled: form.bool("disabled")?,
        })
    })?;
    let app = asked.app();
    let reply = app.update_endpoint(&asked.request, endpoint, change).await;
    let reply = reply.map_err(|error| ApiError::of(error, &id, PARAM))?;
    Ok(respond(reply))
}

/// `DELETE /v1/webhook_endpoints/{id}`.
pub(crate) async fn delete(Path(id): Path<String>, call: Call) -> Result<Response, ApiError> {
    let endpoint = parse_id(&id)?;
    let (asked, ()) = call.read(KIND, |_| Ok(()))?;
    let reply = asked.app().delete_endpoint(&asked.request, endpoint).await;
    let reply = reply.map_err(|error| ApiError::of(error, &id, PARAM))?;
    Ok(respond(reply))
}

/// `GET /v1/webhook_endpoints`, newest first.
pub(crate) async fn list(call: Call) -> Result<Response, ApiError> {
    let read = |form: &mut Form| lists::read_page(form, WebhookEndpointId::parse);
    let (asked, page) = call.read_list(KIND, read)?;
    let owner = asked.request.caller.owner;
    let found = asked.app().list_endpoints(owner, page).await;
    let found = found.map_err(|error| lists::failed(error, &page, &[]))?;
    let render = |endpoint: &Endpoint| shown(&asked, endpoint);
    let url = "/v1/webhook_endpoints";
    Ok(json(lists::answer(url, &page, found, render)))
}

/// `POST /v1/webhook_endpoints/{id}/rotate_secret`: a new secret, shown in the answer. The one
/// before signs too for `expire_existing_in` seconds, none by default. Ours: Stripe has this in its
/// dashboard only.
pub(crate) async fn rotate_secret(
    Path(id): Path<String>,
    call: Call,
) -> Result<Response, ApiError> {
    let endpoint = parse_id(&id)?;
    let (asked, overlap) = call.read(KIND, |form| {
        let overlap = form.integer("expire_existing_in")?.unwrap_or(0);
        if (0..=OVERLAP_MAX).contains(&overlap) {
            return Ok(overlap);
        }
        let fault = form.fault(FaultKind::Invalid, "expire_existing_in");
        Err(fault.with_detail("number of seconds from 0 to 604800"))
    })?;
    let overlap_ms = overlap.saturating_mul(1_000);
    let app = asked.app();
    let reply = app.rotate_endpoint_secret(&asked.request, endpoint, overlap_ms);
    let reply = reply.await.map_err(|error| ApiError::of(error, &id, PARAM));
    Ok(respond(reply?))
}

/// `GET /v1/webhook_endpoints/{id}/deliveries`: what it was told, the newest event first. Ours.
pub(crate) async fn deliveries(Path(id): Path<String>, call: Call) -> Result<Response, ApiError> {
    let endpoint = parse_id(&id)?;
    let read = |form: &mut Form| lists::read_page(form, EventId::parse);
    let (asked, page) = call.read_list(Kind::Nothing, read)?;
    let owner = asked.request.caller.owner;
    let found = asked.app().list_deliveries(owner, endpoint, page).await;
    let found = found.map_err(|error| ApiError::of(error, &id, PARAM))?;
    let url = format!("/v1/webhook_endpoints/{endpoint}/deliveries");
    Ok(json(lists::answer(&url, &page, found, |told: &Told| {
        delivery(told)
    })))
}

/// `GET /v1/webhook_endpoints/{id}/deliveries/{event}`, with each attempt's answer. Ours.
pub(crate) async fn delivered(
    Path((id, event)): Path<(String, String)>,
    call: Call,
) -> Result<Response, ApiError> {
    let (endpoint, event_id) = (parse_id(&id)?, parse_event(&event)?);
    let (asked, ()) = call.read(Kind::Nothing, |_| Ok(()))?;
    let owner = asked.request.caller.owner;
    let found = asked.app().get_delivery(owner, endpoint, event_id).await;
    found
        .map(|told| json(delivery(&told)))
        .map_err(|error| missing(error, &id, &event))
}

/// `POST /v1/webhook_endpoints/{id}/deliveries/{event}/resend`: once more, now. Ours.
pub(crate) async fn resend(
    Path((id, event)): Path<(String, String)>,
    call: Call,
) -> Result<Response, ApiError> {
    let (endpoint, event_id) = (parse_id(&id)?, parse_event(&event)?);
    let (asked, ()) = call.read(Kind::Nothing, |_| Ok(()))?;
    let owner = asked.request.caller.owner;
    let told = asked.app().resend_delivery(owner, endpoint, event_id).await;
    told.map(|told| json(delivery(&told)))
        .map_err(|error| missing(error, &id, &event))
}

/// Either of the two may not be there.
fn missing(error: engine::Error, id: &str, event: &str) -> ApiError {
    let delivery = engine::Thing::WebhookDelivery;
    let is_delivery = matches!(&error, engine::Error::NotFound(thing) if *thing == delivery);
    let (name, param) = if is_delivery {
        (event, "delivery")
    } else {
        (id, PARAM)
    };
    ApiError::of(error, name, param)
}
