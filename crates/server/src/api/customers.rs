//! `/v1/customers`.

use axum::extract::Path;
use axum::response::Response;
use domain::CustomerId;
use engine::View;
use engine::customers::Details;
use engine::store_types::Customer;

use crate::api::lists;
use crate::api::render::{Kind, Scene, object};
use crate::api::search::{self, Wanted};
use crate::call::{Asked, Call, json, respond};
use crate::error::ApiError;
use crate::form::{Fault, Form};

const KIND: Kind = Kind::Customer;

fn parse_id(id: &str) -> Result<CustomerId, ApiError> {
    CustomerId::parse(id).ok_or_else(|| ApiError::missing("customer", id, "id"))
}

fn shown(asked: &Asked, customer: &Customer) -> Vec<u8> {
    let view = View {
        customer: Some(customer),
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

fn read(form: &mut Form) -> Result<Details, Fault> {
    Ok(Details {
        name: form.clearable_text("name", 256)?,
        email: form.clearable_text("email", 512)?,
        phone: form.clearable_text("phone", 20)?,
        description: form.clearable_text("description", 1000)?,
        metadata: form.metadata_change("metadata")?,
    })
}

/// `POST /v1/customers`.
pub(crate) async fn create(call: Call) -> Result<Response, ApiError> {
    let (asked, details) = call.read(KIND, read)?;
    Ok(respond(
        asked.app().create_customer(&asked.request, details).await?,
    ))
}

/// `GET /v1/customers/{id}`.
pub(crate) async fn retrieve(Path(id): Path<String>, call: Call) -> Result<Response, ApiError> {
    let customer = parse_id(&id)?;
    let (asked, ()) = call.read(KIND, |_| Ok(()))?;
    let found = asked
        .app()
        .find_customer(asked.request.caller.owner, customer)
        .await;
    let customer = found.map_err(|error| ApiError::of(error, &id, "id"))?;
    Ok(json(shown(&asked, &customer)))
}

/// `POST /v1/customers/{id}`: changes a customer.
pub(crate) async fn update(Path(id): Path<String>, call: Call) -> Result<Response, ApiError> {
    let customer = parse_id(&id)?;
    let (asked, details) = call.read(KIND, read)?;
    let reply = asked
        .app()
        .update_customer(&asked.request, customer, details)
        .await;
    Ok(respond(
        reply.map_err(|error| ApiError::of(error, &id, "id"))?,
    ))
}

/// `DELETE /v1/customers/{id}`: removes a customer; what they paid stays.
pub(crate) async fn delete(Path(id): Path<String>, call: Call) -> Result<Response, ApiError> {
    let customer = parse_id(&id)?;
    let (asked, ()) = call.read(KIND, |_| Ok(()))?;
    let reply = asked.app().delete_customer(&asked.request, customer).await;
    Ok(respond(
        reply.map_err(|error| ApiError::of(error, &id, "id"))?,
    ))
}

/// `GET /v1/customers`, newest first; those with exactly this e-mail address with `email`.
pub(crate) async fn list(call: Call) -> Result<Response, ApiError> {
    let (asked, (page, email)) = call.read_list(KIND, |form| {
        let page = lists::read_dated_page(form, CustomerId::parse)?;
        Ok((page, form.text("email", 512)?))
    })?;
    let owner = asked.request.caller.owner;
    let found = asked.app().list_customers(owner, email.as_deref(), page);
    let found = found
        .await
        .map_err(|error| lists::failed(error, &page, &[]))?;
    let render = |customer: &Customer| shown(&asked, customer);
    Ok(json(lists::answer("/v1/customers", &page, found, render)))
}

/// `GET /v1/customers/search`, newest first.
pub(crate) async fn search(call: Call) -> Result<Response, ApiError> {
    let read = |form: &mut Form| search::read(form, search::CUSTOMERS);
    let (asked, Wanted { query, page }, is_counted) = call.read_search(KIND, read)?;
    let (app, owner) = (asked.app(), asked.request.caller.owner);
    let found = app.search_customers(owner, &query, page).await;
    let found = found.map_err(|error| search::failed(error, &page))?;
    let count = match is_counted {
        true => Some(app.count_customers(owner, &query).await?),
        false => None,
    };
    let render = |customer: &Customer| shown(&asked, customer);
    let url = "/v1/customers/search";
    Ok(json(search::answer(url, &found, count, render)))
}
