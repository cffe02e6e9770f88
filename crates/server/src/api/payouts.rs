//! `/v1/payouts`.

use axum::extract::Path;
use axum::response::Response;
use domain::{Money, Payout, PayoutId};
use engine::View;
use engine::payouts::Create;

use crate::api::lists;
use crate::api::render::{Kind, Scene, object};
use crate::call::{Asked, Call, json, respond};
use crate::error::ApiError;
use crate::form::{Fault, Form};

const KIND: Kind = Kind::Payout;

fn parse_id(id: &str) -> Result<PayoutId, ApiError> {
    PayoutId::parse(id).ok_or_else(|| ApiError::missing("payout", id, "payout"))
}

fn read(form: &mut Form) -> Result<Create, Fault> {
    let minor = form.integer("amount")?;
    let currency = form.currency("currency")?;
    // The only ways there are: they change nothing.
    form.only("method", "standard")?;
    form.only("source_type", "card")?;
    Ok(Create {
        amount: Money::new(
            minor.ok_or_else(|| form.missing("amount"))?,
            currency.ok_or_else(|| form.missing("currency"))?,
        ),
        description: form.text("description", 1000)?,
        statement_descriptor: form.text("statement_descriptor", 22)?,
        metadata: form.metadata("metadata")?,
    })
}

/// `POST /v1/payouts`: takes money out of the balance. It stays `pending` until whoever runs the
/// service has transferred it by hand and said so.
pub(crate) async fn create(call: Call) -> Result<Response, ApiError> {
    let (asked, create) = call.read(KIND, read)?;
    Ok(respond(
        asked.app().create_payout(&asked.request, create).await?,
    ))
}

/// `GET /v1/payouts/{id}`.
pub(crate) async fn retrieve(Path(id): Path<String>, call: Call) -> Result<Response, ApiError> {
    let payout = parse_id(&id)?;
    let (asked, ()) = call.read(KIND, |_| Ok(()))?;
    let owner = asked.request.caller.owner;
    let found = asked.app().get_payout(owner, payout).await;
    let payout = found.map_err(|error| ApiError::of(error, &id, "payout"))?;
    Ok(json(shown(&asked, &payout).await?))
}

/// `POST /v1/payouts/{id}`: changes the merchant's own pairs.
pub(crate) async fn update(Path(id): Path<String>, call: Call) -> Result<Response, ApiError> {
    let payout = parse_id(&id)?;
    let (asked, change) = call.read(KIND, |form| form.metadata_change("metadata"))?;
    let reply = asked.app().update_payout(&asked.request, payout, change);
    let reply = reply.await;
    Ok(respond(
        reply.map_err(|error| ApiError::of(error, &id, "payout"))?,
    ))
}

/// `POST /v1/payouts/{id}/cancel`: puts money that has not left back into the balance.
pub(crate) async fn cancel(Path(id): Path<String>, call: Call) -> Result<Response, ApiError> {
    let payout = parse_id(&id)?;
    let (asked, ()) = call.read(KIND, |_| Ok(()))?;
    let reply = asked.app().cancel_payout(&asked.request, payout).await;
    Ok(respond(
        reply.map_err(|error| ApiError::of(error, &id, "payout"))?,
    ))
}

/// `GET /v1/payouts`, newest first.
pub(crate) async fn list(call: Call) -> Result<Response, ApiError> {
    let (asked, page) =
        call.read_list(KIND, |form| lists::read_dated_page(form, PayoutId::parse))?;
    let owner = asked.request.caller.owner;
    let found = asked.app().list_payouts(owner, page).await;
    let found = found.map_err(|error| lists::failed(error, &page, &[]))?;
    let mut objects = Vec::with_capacity(found.len());
    for payout in &found {
        objects.push(shown(&asked, payout).await?);
    }
    Ok(json(lists::answer(
        "/v1/payouts",
        &page,
        objects,
        Vec::clone,
    )))
}

async fn shown(asked: &Asked, payout: &Payout) -> Result<Vec<u8>, ApiError> {
    let request = &asked.request;
    let transactions = asked
        .app()
        .payout_transactions(request, payout, None)
        .await?;
    let scene = Scene {
        view: View {
            payout: Some(payout),
            transactions: &transactions,
            ..View::default()
        },
        links: asked.links(),
    };
    Ok(object(KIND, &scene, &asked.expand()))
}
