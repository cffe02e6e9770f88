//! `/v1/checkout/sessions`, in payment mode: a link for one payment.

use axum::extract::Path;
use axum::response::Response;
use domain::checkout::LineItem;
use domain::{CaptureMethod, CheckoutSessionId, Currency, CustomerId, Timestamp};
use engine::checkouts::Create;

use crate::api::lists;
use crate::api::payment_intents::scene;
use crate::api::render::{Kind, object};
use crate::call::{Call, json, respond};
use crate::error::{ApiError, spelled};
use crate::form::{Fault, FaultKind, Form};

const KIND: Kind = Kind::CheckoutSession;

/// Line items in one link.
const ITEMS_MAX: usize = 100;

fn parse_id(id: &str) -> Result<CheckoutSessionId, ApiError> {
    let missing = || ApiError::missing("checkout.session", id, "session");
    CheckoutSessionId::parse(id).ok_or_else(missing)
}

/// One of `line_items`: a quantity of something with its own price.
fn read_item(item: &mut Form) -> Result<(LineItem, Currency), Fault> {
    let quantity = item.integer_in("quantity", 1..=999_999)?.unwrap_or(1);
    let price = item.object("price_data", |price| {
        let currency = price
            .currency("currency")?
            .ok_or_else(|| price.missing("currency"))?;
        let unit = price
            .integer_in("unit_amount", 0..=i64::MAX)?
            .ok_or_else(|| price.missing("unit_amount"))?;
        let name = price.object("product_data", |product| {
            product
                .text("name", 250)?
                .ok_or_else(|| product.missing("name"))
        })?;
        Ok((
            name.ok_or_else(|| price.missing("product_data"))?,
            unit,
            currency,
        ))
    })?;
    let (name, unit_minor, currency) = price.ok_or_else(|| item.missing("price_data"))?;
    Ok((
        LineItem {
            name,
            unit_minor,
            quantity,
        },
        currency,
    ))
}

fn read_items(form: &mut Form) -> Result<(Vec<LineItem>, Currency), Fault> {
    let items = form.objects("line_items", read_item)?.unwrap_or_default();
    let Some((_, currency)) = items.first() else {
        return Err(form.missing("line_items"));
    };
    let currency = *currency;
    if items.len() > ITEMS_MAX || items.iter().any(|(_, other)| *other != currency) {
        let fault = form.fault(FaultKind::Invalid, "line_items");
        return Err(fault.with_detail("list of up to 100 items in one currency"));
    }
    Ok((items.into_iter().map(|(item, _)| item).collect(), currency))
}

fn read(form: &mut Form, life_ms: i64) -> Result<Create, Fault> {
    if !form.only("mode", "payment")? {
        return Err(form.missing("mode"));
    }
    let (items, currency) = read_items(form)?;
    if let Some(types) = form.texts("payment_method_types", 40)?
        && types.iter().any(|name| name != "card")
    {
        let fault = form.fault(FaultKind::NotOneOf, "payment_method_types");
        return Err(fault.with_detail("card"));
    }
    let capture = form.object("payment_intent_data", |data| {
        data.one_of("capture_method", CaptureMethod::parse, CaptureMethod::ALL)
    })?;
    Ok(Create {
        items,
        currency,
        capture_method: capture.flatten().unwrap_or(CaptureMethod::Automatic),
        customer: form.id("customer", "customer", CustomerId::parse)?,
        client_reference: form.text("client_reference_id", 200)?,
        success_url: form.text("success_url", 5000)?,
        cancel_url: form.text("cancel_url", 5000)?,
        locale: form.text("locale", 10)?,
        metadata: form.metadata("metadata")?,
        expires_at: form.integer("expires_at")?.map(Timestamp::from_seconds),
        life_ms,
    })
}

/// `POST /v1/checkout/sessions`.
pub(crate) async fn create(call: Call) -> Result<Response, ApiError> {
    let life_ms = call.checkout_life_ms();
    let (asked, create) = call.read(KIND, |form| read(form, life_ms))?;
    let customer = spelled(create.customer);
    let reply = asked.app().create_checkout(&asked.request, create).await;
    Ok(respond(reply.map_err(|error| {
        ApiError::of(error, &customer, "customer")
    })?))
}

/// `GET /v1/checkout/sessions/{id}`.
pub(crate) async fn retrieve(Path(id): Path<String>, call: Call) -> Result<Response, ApiError> {
    let session = parse_id(&id)?;
    let (asked, ()) = call.read(KIND, |_| Ok(()))?;
    let found = asked
        .app()
        .get_checkout(asked.request.caller.owner, session)
        .await;
    let loaded = found.map_err(|error| ApiError::of(error, &id, "session"))?;
    Ok(json(object(KIND, &scene(&loaded, &asked), &asked.expand())))
}

/// `POST /v1/checkout/sessions/{id}/expire`: ends a link that was not paid.
pub(crate) async fn expire(Path(id): Path<String>, call: Call) -> Result<Response, ApiError> {
    let session = parse_id(&id)?;
    let (asked, ()) = call.read(KIND, |_| Ok(()))?;
    let reply = asked.app().expire_checkout(&asked.request, session).await;
    Ok(respond(
        reply.map_err(|error| ApiError::of(error, &id, "session"))?,
    ))
}

/// `GET /v1/checkout/sessions`, newest first.
pub(crate) async fn list(call: Call) -> Result<Response, ApiError> {
    let (asked, page) = call.read_list(KIND, |form| {
        lists::read_page(form, CheckoutSessionId::parse)
    })?;
    let found = asked
        .app()
        .list_checkouts(asked.request.caller.owner, page)
        .await?;
    let expand = asked.expand();
    let render = |loaded: &engine::Loaded| object(KIND, &scene(loaded, &asked), &expand);
    Ok(json(lists::answer(
        "/v1/checkout/sessions",
        &page,
        found,
        render,
    )))
}
