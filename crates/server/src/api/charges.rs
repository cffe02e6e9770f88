//! `/v1/charges`: attempts, to be read.

use axum::extract::Path;
use axum::response::Response;
use domain::{AttemptId, CustomerId, PaymentId};
use engine::lists::ChargesOf;

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

/// `GET /v1/charges`, newest first; those of one payment with `payment_intent`, of one customer
/// with `customer`.
pub(crate) async fn list(call: Call) -> Result<Response, ApiError> {
    let (asked, (page, of)) = call.read_list(KIND, |form| {
        let page = lists::read_dated_page(form, AttemptId::parse)?;
        let of = ChargesOf {
            payment: form.id("payment_intent", "payment_intent", PaymentId::parse)?,
            customer: form.id("customer", "customer", CustomerId::parse)?,
        };
        Ok((page, of))
    })?;
    let owner = asked.request.caller.owner;
    let (payment, customer) = (spelled(of.payment), spelled(of.customer));
    let ids = [("payment_intent", &*payment), ("customer", &*customer)];
    let found = asked.app().list_charges(owner, of, page).await;
    let found = found.map_err(|error| lists::failed(error, &page, &ids))?;
    let found = asked.all_followed(found).await?;
    let expand = asked.expand();
    let render = |loaded: &engine::Loaded| object(KIND, &scene(loaded, &asked), &expand);
    Ok(json(lists::answer("/v1/charges", &page, found, render)))
}
