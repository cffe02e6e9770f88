//! The page with the amount and the card form.
//!
//! Owns where each explanation goes. What was posted in a card field never comes back here.

use askama::Template;
use domain::Timestamp;

use super::brands::chip_name;
use super::items::{Item, items};
use super::{Layout, web_address};
use crate::pay::card_form::{CodeLength, Fault, Faults, Field};
use crate::pay::decline::explain;
use crate::pay::money;
use crate::pay::screen::Payable;
use crate::pay::words::{Advice, Words};

#[derive(Template)]
#[template(path = "pay/payable.html")]
pub(super) struct PayablePage<'a> {
    layout: Layout<'a>,
    view: &'a Payable,
    amount: String,
    pay: String,
    /// Each with the name by which the script knows it.
    brands: Vec<(&'static str, &'static str)>,
    items: Vec<Item<'a>>,
    items_summary: String,
    setback: Option<Advice>,
    number_fault: Option<&'static str>,
    expiry_fault: Option<&'static str>,
    code_fault: Option<&'static str>,
    holder_fault: Option<&'static str>,
    holder: &'a str,
    cancel_url: Option<&'a str>,
    give_up: String,
    time_left: String,
    expires_ms: i64,
    now_ms: i64,
}

impl PayablePage<'_> {
    fn has_alert(&self) -> bool {
        self.setback.is_some() || !self.view.form.faults.is_empty()
    }
}

pub(super) fn payable<'a>(layout: Layout<'a>, view: &'a Payable) -> PayablePage<'a> {
    let words = layout.words;
    let amount = money::format(view.amount, layout.language);
    let explained = view.setback.map(|setback| explain(setback, words));
    let faults = marked(
        view.form.faults,
        explained.and_then(|explained| explained.field),
    );
    let title = match (explained.is_some(), view.form.faults.is_empty()) {
        (true, _) => words.form.title_refused,
        (false, false) => words.form.title_faulty,
        (false, true) => words.form.title,
    };
    let fault = |fault: Option<Fault>, field| fault.map(|fault| fault_words(field, fault, words));
    PayablePage {
        pay: (words.form.pay)(&amount),
        brands: view
            .brands
            .iter()
            .map(|brand| (brand.as_str(), chip_name(*brand)))
            .collect(),
        items: items(&view.items, view.amount, &layout),
        items_summary: (words.form.items)(&view.items.len().to_string()),
        setback: explained.map(|explained| explained.advice),
        number_fault: fault(faults.number, Field::Number),
        expiry_fault: fault(faults.expiry, Field::Expiry),
        code_fault: fault(faults.code, Field::Code),
        holder_fault: fault(faults.holder, Field::Holder),
        holder: view.form.holder.as_deref().unwrap_or_default(),
        cancel_url: view.cancel_url.as_deref().and_then(web_address),
        give_up: (words.form.give_up)(layout.merchant.unwrap_or_default()),
        time_left: (words.form.time_left)("{time}"),
        expires_ms: view.expires_at.millis_since(Timestamp::default()),
        now_ms: view.now.millis_since(Timestamp::default()),
        layout: layout.titled(&title(&amount)).polling(&view.token),
        amount,
        view,
    }
}

/// The faults of the form, and the one a refusal points at.
fn marked(mut faults: Faults, refused: Option<Field>) -> Faults {
    match refused {
        Some(Field::Number) => faults.number = faults.number.or(Some(Fault::Wrong)),
        Some(Field::Expiry) => faults.expiry = faults.expiry.or(Some(Fault::Past)),
        Some(Field::Code) => faults.code = faults.code.or(Some(Fault::Wrong)),
        Some(Field::Holder) => faults.holder = faults.holder.or(Some(Fault::Wrong)),
        None => {}
    }
    faults
}

fn fault_words(field: Field, fault: Fault, words: &Words) -> &'static str {
    let faults = &words.faults;
    match (field, fault) {
        (Field::Number, Fault::Missing) => faults.number_missing,
        (Field::Number, Fault::Incomplete) => faults.number_incomplete,
        (Field::Number, _) => faults.number_wrong,
        (Field::Expiry, Fault::Missing) => faults.expiry_missing,
        (Field::Expiry, Fault::Incomplete) => faults.expiry_incomplete,
        (Field::Expiry, Fault::Past) => faults.expiry_past,
        (Field::Expiry, _) => faults.expiry_wrong,
        (Field::Code, Fault::Missing) => faults.code_missing,
        (Field::Code, Fault::Length(CodeLength::Three)) => faults.code_three,
        (Field::Code, Fault::Length(CodeLength::Four)) => faults.code_four,
        (Field::Code, _) => faults.code_wrong,
        (Field::Holder, _) => faults.holder,
    }
}
