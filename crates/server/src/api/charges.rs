//! `/v1/charges`: attempts, to be read.

use axum::extract::Path;
use axum::response::Response;
use domain::{AttemptId, PaymentId};

use crate::api::lists;
use crate::api::payment_intents::scene;
use crate::api::render::{Kind, object};
use crate::call::{Call, json};
use crate::error::{ApiError, spelled};

const KIND: Kind = Kind::Charge;

/// `GET /v1/charges/{id}`.
pub(crate) async fn retrieve(Path(id): Path<String>, call: Call) -> Result<Response, ApiError> {
    let missing = || ApiError::missing("charge", &id, "id");
    let charge = AttemptId::parse(&id).ok_or_else(missing)?;
    let (asked, ()) = call.read(KIND, |_| Ok(()))?;
    let found = asked
        .app()
        .get_charge(asked.request.caller.owner, charge)
        .await;
    let loaded = found.map_err(|error| ApiError::of(error, &id, "id"))?;
    let loaded = asked.followed(loaded).await?;
    Ok(json(object(KIND, &scene(&loaded, &asked), &asked.expand())))
}

/// `GET /v1/charges`, newest first; those of one payment with `payment_intent`.
pub(crate) async fn list(call: Call) -> Result<Response, ApiError> {
    let (asked, (page, payment)) = call.read_list(KIND, |form| {
        let page = lists::read_page(form, AttemptId::parse)?;
        Ok((
            page,
            form.id("payment_intent", "payment_intent", PaymentId::parse)?,
        ))
    })?;
    let owner = asked.request.caller.owner;
    let found = asked.app().list_charges(owner, payment, page).await;
    let found = found.map_err(|error| ApiError::of(error, &spelled(payment), "payment_intent"))?;
    let found = asked.all_followed(found).await?;
    let expand = asked.expand();
    let render = |loaded: &engine::Loaded| object(KIND, &scene(loaded, &asked), &expand);
    Ok(json(lists::answer("/v1/charges", &page, found, render)))
}
