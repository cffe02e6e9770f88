//! `/v1/payment_links`: links that anybody may open, each payer with a session of their own.

use axum::extract::Path;
use axum::response::Response;
use domain::PaymentLinkId;
use domain::payment_link::AfterCompletion;
use engine::payment_links::{Details, Offer};

use crate::api::render::line_item::Sold;
use crate::api::render::{Kind, Scene, object};
use crate::api::{line_items, lists};
use crate::call::{Asked, Call, json, respond};
use crate::error::ApiError;
use crate::form::{Fault, FaultKind, Form};

const KIND: Kind = Kind::PaymentLink;

fn parse_id(id: &str) -> Result<PaymentLinkId, ApiError> {
    PaymentLinkId::parse(id).ok_or_else(|| missing(id))
}

fn missing(id: &str) -> ApiError {
    ApiError::missing("payment_link", id, "payment_link")
}

fn shown(asked: &Asked, offer: &Offer) -> Vec<u8> {
    let scene = Scene {
        view: offer.view(),
        links: asked.links(),
    };
    object(KIND, &scene, &asked.expand())
}

/// Stripe's names of what follows a payment.
const AFTER: &[&str] = &["hosted_confirmation", "redirect"];

fn read_after(form: &mut Form) -> Result<AfterCompletion, Fault> {
    let parse = |text: &str| AFTER.iter().find(|name| **name == text).copied();
    let kind = form
        .one_of("type", parse, AFTER)?
        .ok_or_else(|| form.missing("type"))?;
    if kind == "redirect" {
        let url = form.object("redirect", |inner| {
            inner
                .text("url", 5_000)?
                .ok_or_else(|| inner.missing("url"))
        })?;
        let url = url.ok_or_else(|| form.missing("redirect"))?;
        return Ok(AfterCompletion::Redirect(url));
    }
    let message = form.object("hosted_confirmation", |inner| {
        inner.clearable_text("custom_message", 500)
    })?;
    Ok(AfterCompletion::Confirmation(message.flatten().flatten()))
}

fn read_limit(form: &mut Form) -> Result<i64, Fault> {
    let limit = form.object("completed_sessions", |inner| {
        let limit = inner
            .integer("limit")?
            .ok_or_else(|| inner.missing("limit"))?;
        if limit < 1 {
            let fault = inner.fault(FaultKind::Invalid, "limit");
            return Err(fault.with_detail("number from 1 up"));
        }
        Ok(limit)
    })?;
    limit.ok_or_else(|| form.missing("completed_sessions"))
}

fn read(form: &mut Form) -> Result<Details, Fault> {
    Ok(Details {
        is_active: form.bool("active")?,
        after: form.object("after_completion", read_after)?,
        limit: form.clearable_object("restrictions", read_limit)?,
        inactive_message: form.clearable_text("inactive_message", 500)?,
        metadata: form.metadata_change("metadata")?,
    })
}

/// `POST /v1/payment_links`.
pub(crate) async fn create(call: Call) -> Result<Response, ApiError> {
    let (asked, (wishes, details)) =
        call.read(KIND, |form| Ok((line_items::read(form)?, read(form)?)))?;
    let reply = asked
        .app()
        .create_payment_link(&asked.request, wishes, details)
        .await;
    Ok(respond(reply?))
}

/// `GET /v1/payment_links/{id}`.
pub(crate) async fn retrieve(Path(id): Path<String>, call: Call) -> Result<Response, ApiError> {
    let link = parse_id(&id)?;
    let (asked, ()) = call.read(KIND, |_| Ok(()))?;
    let found = asked
        .app()
        .get_payment_link(asked.request.caller.owner, link)
        .await;
    let offer = found.map_err(|error| ApiError::of(error, &id, "payment_link"))?;
    Ok(json(shown(&asked, &offer)))
}

/// `POST /v1/payment_links/{id}`: changes a link, but for what is sold.
pub(crate) async fn update(Path(id): Path<String>, call: Call) -> Result<Response, ApiError> {
    let link = parse_id(&id)?;
    let (asked, details) = call.read(KIND, read)?;
    let reply = asked
        .app()
        .update_payment_link(&asked.request, link, details)
        .await;
    Ok(respond(reply.map_err(|error| {
        ApiError::of(error, &id, "payment_link")
    })?))
}

/// `GET /v1/payment_links/{id}/line_items`, in the order of the request that named them.
pub(crate) async fn list_items(Path(id): Path<String>, call: Call) -> Result<Response, ApiError> {
    let link = parse_id(&id)?;
    let (asked, page) = line_items::read_list(call)?;
    let found = asked
        .app()
        .get_payment_link(asked.request.caller.owner, link)
        .await;
    let offer = found.map_err(|error| ApiError::of(error, &id, "payment_link"))?;
    let sold = Sold::by_link(&offer.link);
    Ok(json(line_items::answer(&asked, &page, &sold, offer.view())))
}

/// `GET /v1/payment_links`, newest first.
pub(crate) async fn list(call: Call) -> Result<Response, ApiError> {
    let (asked, (page, is_active)) = call.read_list(KIND, |form| {
        let is_active = form.bool("active")?;
        Ok((
            lists::read_dated_page(form, PaymentLinkId::parse)?,
            is_active,
        ))
    })?;
    let owner = asked.request.caller.owner;
    let found = asked.app().list_payment_links(owner, page, is_active).await;
    let found = found.map_err(|error| lists::failed(error, &page, &[]))?;
    let render = |offer: &Offer| shown(&asked, offer);
    let url = "/v1/payment_links";
    Ok(json(lists::answer(url, &page, found, render)))
}
