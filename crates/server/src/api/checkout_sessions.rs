//! `/v1/checkout/sessions`, in payment mode: a link for one payment.

use axum::extract::Path;
use axum::response::Response;
use domain::checkout::CheckoutStatus;
use domain::{CaptureMethod, CheckoutSessionId, CustomerId, PaymentId, Timestamp};
use engine::checkouts::{Create, PaymentData};
use engine::lists::CheckoutsOf;

use crate::api::payment_intents::scene;
use crate::api::render::line_item::Sold;
use crate::api::render::{Kind, object};
use crate::api::{line_items, lists};
use crate::call::{Call, json, respond};
use crate::error::{ApiError, spelled};
use crate::form::{Fault, FaultKind, Form};

const KIND: Kind = Kind::CheckoutSession;

fn parse_id(id: &str) -> Result<CheckoutSessionId, ApiError> {
    let missing = || ApiError::missing("checkout.session", id, "session");
    CheckoutSessionId::parse(id).ok_or_else(missing)
}

fn read(form: &mut Form, life_ms: i64) -> Result<Create, Fault> {
    if !form.only("mode", "payment")? {
        return Err(form.missing("mode"));
    }
    let items = line_items::read(form)?;
    if let Some(types) = form.texts("payment_method_types", 40)?
        && types.iter().any(|name| name != "card")
    {
        let fault = form.fault(FaultKind::NotOneOf, "payment_method_types");
        return Err(fault.with_detail("card"));
    }
    let data = form.object("payment_intent_data", read_data)?;
    let customer = form.id("customer", "customer", CustomerId::parse)?;
    let customer_email = form.text("customer_email", 800)?;
    if customer.is_some() && customer_email.is_some() {
        let fault = form.fault(FaultKind::Exclusive, "customer_email");
        return Err(fault.with_detail("customer"));
    }
    Ok(Create {
        items,
        payment: data.unwrap_or_default(),
        customer,
        customer_email,
        client_reference: form.text("client_reference_id", 200)?,
        success_url: form.text("success_url", 5000)?,
        cancel_url: form.text("cancel_url", 5000)?,
        locale: form.text("locale", 10)?,
        metadata: form.metadata("metadata")?,
        expires_at: form.integer("expires_at")?.map(Timestamp::from_seconds),
        life_ms,
    })
}

fn read_data(data: &mut Form) -> Result<PaymentData, Fault> {
    let capture = data.one_of("capture_method", CaptureMethod::parse, CaptureMethod::ALL)?;
    Ok(PaymentData {
        capture_method: capture.unwrap_or(CaptureMethod::Automatic),
        description: data.text("description", 1000)?,
        statement_descriptor: data.text("statement_descriptor", 22)?,
        receipt_email: data.text("receipt_email", 800)?,
        metadata: data.metadata("metadata")?,
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

/// `POST /v1/checkout/sessions/{id}`: changes the merchant's own pairs.
pub(crate) async fn update(Path(id): Path<String>, call: Call) -> Result<Response, ApiError> {
    let session = parse_id(&id)?;
    let (asked, metadata) = call.read(KIND, |form| form.metadata_change("metadata"))?;
    let reply = asked
        .app()
        .update_checkout(&asked.request, session, metadata)
        .await;
    Ok(respond(
        reply.map_err(|error| ApiError::of(error, &id, "session"))?,
    ))
}

/// `GET /v1/checkout/sessions/{id}/line_items`, in the order of the request that named them.
pub(crate) async fn list_items(Path(id): Path<String>, call: Call) -> Result<Response, ApiError> {
    let session = parse_id(&id)?;
    let (asked, page) = line_items::read_list(call)?;
    let found = asked
        .app()
        .get_checkout(asked.request.caller.owner, session)
        .await;
    let loaded = found.map_err(|error| ApiError::of(error, &id, "session"))?;
    let Some(session) = &loaded.session else {
        return Err(ApiError::missing("checkout.session", &id, "session"));
    };
    let sold = Sold::by_session(session, loaded.payment.amount.currency);
    Ok(json(line_items::answer(
        &asked,
        &page,
        &sold,
        loaded.view(),
    )))
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

/// `GET /v1/checkout/sessions`, newest first; filtered by `payment_intent`, `customer`, `status`.
pub(crate) async fn list(call: Call) -> Result<Response, ApiError> {
    let (asked, (page, of)) = call.read_list(KIND, |form| {
        let page = lists::read_dated_page(form, CheckoutSessionId::parse)?;
        let of = CheckoutsOf {
            payment: form.id("payment_intent", "payment_intent", PaymentId::parse)?,
            customer: form.id("customer", "customer", CustomerId::parse)?,
            status: form.one_of("status", CheckoutStatus::parse, CheckoutStatus::ALL)?,
        };
        Ok((page, of))
    })?;
    let owner = asked.request.caller.owner;
    let (payment, customer) = (spelled(of.payment), spelled(of.customer));
    let ids = [("payment_intent", &*payment), ("customer", &*customer)];
    let found = asked.app().list_checkouts(owner, of, page).await;
    let found = found.map_err(|error| lists::failed(error, &page, &ids))?;
    let expand = asked.expand();
    let render = |loaded: &engine::Loaded| object(KIND, &scene(loaded, &asked), &expand);
    Ok(json(lists::answer(
        "/v1/checkout/sessions",
        &page,
        found,
        render,
    )))
}
