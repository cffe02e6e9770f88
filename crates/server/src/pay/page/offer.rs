//! The first page of a link that anybody may open: what it is for, and a button.
//!
//! Looking at it makes nothing, so machines that follow links and payers who reload leave no trace;
//! only the button opens a session.

use askama::Template;

use super::Layout;
use super::items::{Item, items};
use crate::pay::money;
use crate::pay::screen::Offer;

#[derive(Template)]
#[template(path = "pay/offer.html")]
pub(super) struct OfferPage<'a> {
    layout: Layout<'a>,
    amount: String,
    items: Vec<Item<'a>>,
    items_summary: String,
    pay: String,
}

/// Has no script: there is nothing to watch and nothing to type.
pub(super) fn offer<'a>(mut layout: Layout<'a>, view: &'a Offer) -> OfferPage<'a> {
    let words = &layout.words.form;
    let amount = money::format(view.amount, layout.language);
    layout.has_script = false;
    OfferPage {
        items: items(&view.items, view.amount, &layout),
        items_summary: (words.items)(&view.items.len().to_string()),
        pay: (words.pay)(&amount),
        layout: layout.titled(&(words.title)(&amount)),
        amount,
    }
}
