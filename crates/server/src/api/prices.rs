//! `/v1/prices`. The amount of a price is never changed; what Stripe has besides one amount for
//! each unit (tiers, packages, amounts the payer chooses, several currencies) is refused by name.

use axum::extract::Path;
use axum::response::Response;
use domain::catalogue::{Interval, PriceType, Recurring, TaxBehavior};
use domain::{Money, PriceId, Priced, ProductId};
use engine::catalogue::prices::{Details, NewPrice, Of, view};
use engine::store_types::Wanted;

use crate::api::render::{Kind, Scene, list as envelope, object};
use crate::api::{lists, products};
use crate::call::{Asked, Call, json, respond};
use crate::error::ApiError;
use crate::form::{Fault, FaultKind, Form};

const KIND: Kind = Kind::Price;

/// Lookup keys that can be asked for at once, as with Stripe.
const KEYS_MAX: usize = 10;

/// The id of a price that the parameter `param` names.
///
/// # Errors
/// It is none.
pub(super) fn parse_id(id: &str, param: &str) -> Result<PriceId, ApiError> {
    PriceId::parse(id).ok_or_else(|| ApiError::missing("price", id, param))
}

fn shown(asked: &Asked, priced: &Priced) -> Vec<u8> {
    let scene = Scene {
        view: view(priced),
        links: asked.links(),
    };
    object(KIND, &scene, &asked.expand())
}

fn read_recurring(form: &mut Form) -> Result<Recurring, Fault> {
    let interval = form
        .one_of("interval", Interval::parse, Interval::ALL)?
        .ok_or_else(|| form.missing("interval"))?;
    form.only("usage_type", "licensed")?;
    let count = form.integer("interval_count")?.unwrap_or(1);
    if (1..=interval.count_max()).contains(&count) {
        return Ok(Recurring { interval, count });
    }
    let fault = form.fault(FaultKind::Invalid, "interval_count");
    Err(fault.with_detail("number from 1 up to three years"))
}

/// What `default_price_data` and a price of its own have in common.
pub(super) fn read_amount(form: &mut Form) -> Result<NewPrice, Fault> {
    let currency = form
        .currency("currency")?
        .ok_or_else(|| form.missing("currency"))?;
    let minor = form
        .integer("unit_amount")?
        .ok_or_else(|| form.missing("unit_amount"))?;
    if minor < 0 {
        let fault = form.fault(FaultKind::Invalid, "unit_amount");
        return Err(fault.with_detail("number from 0 up"));
    }
    Ok(NewPrice {
        amount: Money::new(minor, currency),
        recurring: form.object("recurring", read_recurring)?,
        details: Details {
            tax_behavior: form.one_of("tax_behavior", TaxBehavior::parse, TaxBehavior::ALL)?,
            metadata: form.metadata_change("metadata")?,
            ..Details::default()
        },
    })
}

fn read_details(form: &mut Form) -> Result<Details, Fault> {
    Ok(Details {
        is_active: form.bool("active")?,
        nickname: form.clearable_text("nickname", 250)?,
        lookup_key: form.clearable_text("lookup_key", 200)?,
        takes_key: form.bool("transfer_lookup_key")?.unwrap_or(false),
        ..Details::default()
    })
}

fn read_of(form: &mut Form) -> Result<(String, Of), Fault> {
    let product = form.id("product", "product", ProductId::parse)?;
    let data = form.object("product_data", |data| {
        let mut details = products::read_named(data)?;
        if details.name.is_none() {
            return Err(data.missing("name"));
        }
        details.metadata = data.metadata_change("metadata")?;
        Ok(details)
    })?;
    match (product, data) {
        (Some(_), Some(_)) => {
            let fault = form.fault(FaultKind::Exclusive, "product_data");
            Err(fault.with_detail("product"))
        }
        (Some(product), None) => Ok((product.to_string(), Of::Kept(product))),
        (None, Some(details)) => Ok((String::new(), Of::New(Box::new(details)))),
        (None, None) => Err(form.missing("product")),
    }
}

fn read_new(form: &mut Form) -> Result<(String, Of, NewPrice), Fault> {
    form.only("billing_scheme", "per_unit")?;
    let (id, of) = read_of(form)?;
    let mut new = read_amount(form)?;
    let Details {
        tax_behavior,
        metadata,
        ..
    } = new.details;
    new.details = Details {
        tax_behavior,
        metadata,
        ..read_details(form)?
    };
    Ok((id, of, new))
}

/// `POST /v1/prices`.
pub(crate) async fn create(call: Call) -> Result<Response, ApiError> {
    let (asked, (id, of, new)) = call.read(KIND, read_new)?;
    let reply = asked.app().create_price(&asked.request, of, new).await;
    Ok(respond(
        reply.map_err(|error| ApiError::of(error, &id, "product"))?,
    ))
}

/// `GET /v1/prices/{id}`.
pub(crate) async fn retrieve(Path(id): Path<String>, call: Call) -> Result<Response, ApiError> {
    let price = parse_id(&id, "price")?;
    let (asked, ()) = call.read(KIND, |_| Ok(()))?;
    let found = asked
        .app()
        .get_price(asked.request.caller.owner, price)
        .await;
    let priced = found.map_err(|error| ApiError::of(error, &id, "price"))?;
    Ok(json(shown(&asked, &priced)))
}

fn read_change(form: &mut Form) -> Result<Details, Fault> {
    Ok(Details {
        tax_behavior: form.one_of("tax_behavior", TaxBehavior::parse, TaxBehavior::ALL)?,
        metadata: form.metadata_change("metadata")?,
        ..read_details(form)?
    })
}

/// `POST /v1/prices/{id}`: changes a price, but for its amount.
pub(crate) async fn update(Path(id): Path<String>, call: Call) -> Result<Response, ApiError> {
    let price = parse_id(&id, "price")?;
    let (asked, details) = call.read(KIND, read_change)?;
    let reply = asked
        .app()
        .update_price(&asked.request, price, details)
        .await;
    Ok(respond(
        reply.map_err(|error| ApiError::of(error, &id, "price"))?,
    ))
}

/// `GET /v1/prices`, newest first.
pub(crate) async fn list(call: Call) -> Result<Response, ApiError> {
    let (asked, (page, wanted, keys)) = call.read_list(KIND, |form| {
        let keys = form.texts("lookup_keys", 200)?;
        if keys.as_ref().is_some_and(|keys| keys.len() > KEYS_MAX) {
            let fault = form.fault(FaultKind::Invalid, "lookup_keys");
            return Err(fault.with_detail("list of up to 10 keys"));
        }
        let wanted = Wanted {
            product: form.id("product", "product", ProductId::parse)?,
            is_active: form.bool("active")?,
            kind: form.one_of("type", PriceType::parse, PriceType::ALL)?,
            currency: form.currency("currency")?,
        };
        Ok((lists::read_dated_page(form, PriceId::parse)?, wanted, keys))
    })?;
    let (app, owner) = (asked.app(), asked.request.caller.owner);
    let render = |one: &Priced| shown(&asked, one);
    let Some(keys) = keys else {
        let found = app.list_prices(owner, page, wanted).await;
        let found = found.map_err(|error| lists::failed(error, &page, &[]))?;
        return Ok(json(lists::answer("/v1/prices", &page, found, render)));
    };
    let mut found = app.find_prices(owner, keys).await?;
    found.retain(|one| wanted.takes(&one.price));
    let objects: Vec<_> = found.iter().map(render).collect();
    Ok(json(envelope("/v1/prices", &objects, false)))
}
