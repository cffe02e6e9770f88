//! `line_items` of links: read from a request, and listed.

use domain::checkout::LineItem;
use domain::{Currency, PriceId};
use engine::View;
use engine::catalogue::items::Wish;
use engine::store_types::Page;

use crate::api::lists;
use crate::api::render::line_item::{Sold, item};
use crate::api::render::{Kind, Scene};
use crate::call::{Asked, Call};
use crate::error::ApiError;
use crate::form::{Fault, FaultKind, Form};

/// Line items in one link.
const ITEMS_MAX: usize = 100;

/// Reads `line_items`, of which there is at least one.
///
/// # Errors
/// There is none, or too many, or one is wrong.
pub(super) fn read(form: &mut Form) -> Result<Vec<Wish>, Fault> {
    let wishes = form.objects("line_items", read_wish)?.unwrap_or_default();
    if wishes.is_empty() {
        return Err(form.missing("line_items"));
    }
    if wishes.len() > ITEMS_MAX {
        let fault = form.fault(FaultKind::Invalid, "line_items");
        return Err(fault.with_detail("list of up to 100 items"));
    }
    Ok(wishes)
}

/// A quantity of what has a price, or of something with an amount of its own.
fn read_wish(form: &mut Form) -> Result<Wish, Fault> {
    let quantity = form.integer("quantity")?.unwrap_or(1);
    if !(1..=999_999).contains(&quantity) {
        let fault = form.fault(FaultKind::Invalid, "quantity");
        return Err(fault.with_detail("number from 1 to 999999"));
    }
    let price = form.id("price", "price", PriceId::parse)?;
    let named = form.object("price_data", |data| read_named(data, quantity))?;
    match (price, named) {
        (Some(_), Some(_)) => {
            let fault = form.fault(FaultKind::Exclusive, "price_data");
            Err(fault.with_detail("price"))
        }
        (Some(price), None) => Ok(Wish::Priced(price, quantity)),
        (None, Some((item, currency))) => Ok(Wish::Named(item, currency)),
        (None, None) => Err(form.missing("price")),
    }
}

fn read_named(data: &mut Form, quantity: i64) -> Result<(LineItem, Currency), Fault> {
    let currency = data
        .currency("currency")?
        .ok_or_else(|| data.missing("currency"))?;
    let unit_minor = data
        .integer("unit_amount")?
        .ok_or_else(|| data.missing("unit_amount"))?;
    if unit_minor < 0 {
        let fault = data.fault(FaultKind::Invalid, "unit_amount");
        return Err(fault.with_detail("number from 0 up"));
    }
    let name = data.object("product_data", |product| {
        product
            .text("name", 250)?
            .ok_or_else(|| product.missing("name"))
    })?;
    let item = LineItem {
        name: name.ok_or_else(|| data.missing("product_data"))?,
        unit_minor,
        quantity,
        price: None,
    };
    Ok((item, currency))
}

/// Reads what a list of line items is asked with.
///
/// # Errors
/// As [`lists::read_page`].
pub(super) fn read_list(call: Call) -> Result<(Asked, Page<String>), ApiError> {
    call.read_list(Kind::LineItem, |form| {
        lists::read_page(form, |id| id.starts_with("li_").then(|| id.to_owned()))
    })
}

/// A page of what is sold, in the order of the request that named it.
pub(super) fn answer(
    asked: &Asked,
    page: &Page<String>,
    sold: &Sold<'_>,
    view: View<'_>,
) -> Vec<u8> {
    let all: Vec<_> = sold.items.iter().enumerate().collect();
    let found = lists::part(page, all, |(place, _)| sold.item_id(*place));
    let scene = Scene {
        view,
        links: asked.links(),
    };
    let expand = asked.expand();
    lists::answer(&sold.url, page, found, |numbered| {
        item(sold, *numbered, &scene, &expand)
    })
}
