//! `/v1/products`.

use axum::extract::Path;
use axum::response::Response;
use domain::ProductId;
use engine::catalogue::prices::NewPrice;
use engine::catalogue::products::{Details, Shelved};

use crate::api::render::{Kind, Scene, list as envelope, object};
use crate::api::{lists, prices};
use crate::call::{Asked, Call, json, respond};
use crate::error::ApiError;
use crate::form::{Fault, FaultKind, Form};

const KIND: Kind = Kind::Product;

/// Pictures of one product, as with Stripe.
const IMAGES_MAX: usize = 8;
/// Products that can be asked for by their ids at once.
const IDS_MAX: usize = 100;

fn parse_id(id: &str) -> Result<ProductId, ApiError> {
    ProductId::parse(id).ok_or_else(|| ApiError::missing("product", id, "id"))
}

fn shown(asked: &Asked, shelved: &Shelved) -> Vec<u8> {
    let scene = Scene {
        view: shelved.view(),
        links: asked.links(),
    };
    object(KIND, &scene, &asked.expand())
}

/// The details that a product shares with the `product_data` of a price.
pub(super) fn read_named(form: &mut Form) -> Result<Details, Fault> {
    Ok(Details {
        name: form.text("name", 250)?,
        is_active: form.bool("active")?,
        statement_descriptor: form.clearable_text("statement_descriptor", 22)?,
        unit_label: form.clearable_text("unit_label", 12)?,
        ..Details::default()
    })
}

fn read(form: &mut Form) -> Result<Details, Fault> {
    let images = form.texts("images", 2_048)?;
    if images.as_ref().is_some_and(|all| all.len() > IMAGES_MAX) {
        let fault = form.fault(FaultKind::Invalid, "images");
        return Err(fault.with_detail("list of up to 8 addresses"));
    }
    Ok(Details {
        description: form.clearable_text("description", 5_000)?,
        images,
        url: form.clearable_text("url", 5_000)?,
        metadata: form.metadata_change("metadata")?,
        ..read_named(form)?
    })
}

fn read_new(form: &mut Form) -> Result<(Details, Option<NewPrice>), Fault> {
    let details = read(form)?;
    if details.name.is_none() {
        return Err(form.missing("name"));
    }
    let usual = form.object("default_price_data", prices::read_amount)?;
    Ok((details, usual))
}

/// `POST /v1/products`.
pub(crate) async fn create(call: Call) -> Result<Response, ApiError> {
    let (asked, (details, usual)) = call.read(KIND, read_new)?;
    let reply = asked
        .app()
        .create_product(&asked.request, details, usual)
        .await;
    Ok(respond(reply?))
}

/// `GET /v1/products/{id}`.
pub(crate) async fn retrieve(Path(id): Path<String>, call: Call) -> Result<Response, ApiError> {
    let product = parse_id(&id)?;
    let (asked, ()) = call.read(KIND, |_| Ok(()))?;
    let found = asked
        .app()
        .get_product(asked.request.caller.owner, product)
        .await;
    let shelved = found.map_err(|error| ApiError::of(error, &id, "id"))?;
    Ok(json(shown(&asked, &shelved)))
}

/// `POST /v1/products/{id}`: changes a product.
pub(crate) async fn update(Path(id): Path<String>, call: Call) -> Result<Response, ApiError> {
    let product = parse_id(&id)?;
    let (asked, (mut details, usual)) = call.read(KIND, |form| {
        let usual = form.text("default_price", 255)?;
        Ok((read(form)?, usual))
    })?;
    let usual_id = usual.unwrap_or_default();
    if !usual_id.is_empty() {
        details.default_price = Some(Some(prices::parse_id(&usual_id, "default_price")?));
    }
    let reply = asked
        .app()
        .update_product(&asked.request, product, details)
        .await;
    let ids = [("id", &*id), ("default_price", &*usual_id)];
    Ok(respond(
        reply.map_err(|error| ApiError::among(error, &ids))?,
    ))
}

/// `DELETE /v1/products/{id}`: removes a product that never had a price.
pub(crate) async fn delete(Path(id): Path<String>, call: Call) -> Result<Response, ApiError> {
    let product = parse_id(&id)?;
    let (asked, ()) = call.read(KIND, |_| Ok(()))?;
    let reply = asked.app().delete_product(&asked.request, product).await;
    Ok(respond(
        reply.map_err(|error| ApiError::of(error, &id, "id"))?,
    ))
}

/// `GET /v1/products`, newest first.
pub(crate) async fn list(call: Call) -> Result<Response, ApiError> {
    let (asked, (page, is_active, ids)) = call.read_list(KIND, |form| {
        let ids = form.texts("ids", 255)?;
        if ids.as_ref().is_some_and(|ids| ids.len() > IDS_MAX) {
            let fault = form.fault(FaultKind::Invalid, "ids");
            return Err(fault.with_detail("list of up to 100 ids"));
        }
        let is_active = form.bool("active")?;
        Ok((
            lists::read_dated_page(form, ProductId::parse)?,
            is_active,
            ids,
        ))
    })?;
    let (app, owner) = (asked.app(), asked.request.caller.owner);
    let render = |one: &Shelved| shown(&asked, one);
    let Some(ids) = ids else {
        let found = app.list_products(owner, page, is_active).await;
        let found = found.map_err(|error| lists::failed(error, &page, &[]))?;
        return Ok(json(lists::answer("/v1/products", &page, found, render)));
    };
    let ids = ids.iter().filter_map(|id| ProductId::parse(id)).collect();
    let mut found = app.find_products(owner, ids).await?;
    found.retain(|one| is_active.is_none_or(|wanted| one.product.is_active == wanted));
    let objects: Vec<_> = found.iter().map(render).collect();
    Ok(json(envelope("/v1/products", &objects, false)))
}
