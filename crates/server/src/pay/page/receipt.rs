//! The receipt: at the payment's address, with the way on, and at its own.

use askama::Template;

use super::brands::brand_name;
use super::items::{Item, items};
use super::{Layout, Link};
use crate::pay::calendar::{self, Moment};
use crate::pay::money;
use crate::pay::screen::{Frame, Receipt};

/// How long the payer sees that they have paid before they go on, in milliseconds.
const FOLLOW_PAID_MS: u32 = 3_000;

/// Where a receipt is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// At the payment's address, on the way back to the merchant.
    Payment,
    /// At its own address.
    Archive,
}

#[derive(Template)]
#[template(path = "pay/receipt.html")]
pub(super) struct ReceiptPage<'a> {
    layout: Layout<'a>,
    view: &'a Receipt,
    outcome: &'static str,
    amount: String,
    paid_at: Moment,
    brand: &'static str,
    ending: String,
    items: Vec<Item<'a>>,
    refunded: Option<String>,
    go_on: Option<Link<'a>>,
    receipt_path: Option<&'a str>,
}

pub(super) fn receipt<'a>(
    mut layout: Layout<'a>,
    view: &'a Receipt,
    frame: &Frame,
    place: Place,
) -> ReceiptPage<'a> {
    let words = &layout.words.receipt;
    let outcome = if view.is_held { words.held } else { words.paid };
    let refunded = view.amount.with_minor(view.refunded_minor.saturating_neg());
    let at_payment = place == Place::Payment;
    let mut go_on = layout
        .back(view.success_url.as_deref())
        .filter(|_| at_payment);
    if let Some(link) = go_on.as_mut().filter(|_| view.follow) {
        link.follow = Some(FOLLOW_PAID_MS);
        layout.refresh = Some(format!("{};url={}", FOLLOW_PAID_MS / 1_000, link.href));
    }
    ReceiptPage {
        outcome,
        amount: money::format(view.amount, layout.language),
        paid_at: calendar::moment(view.paid_at, &frame.time_zone, layout.words),
        brand: brand_name(view.brand, layout.words),
        ending: (words.ending)(&view.last4),
        items: items(&view.items, view.amount, &layout),
        refunded: (view.refunded_minor > 0).then(|| money::format(refunded, layout.language)),
        go_on,
        receipt_path: view.receipt_path.as_deref().filter(|_| at_payment),
        layout: layout.titled(if at_payment { outcome } else { words.title }),
        view,
    }
}
