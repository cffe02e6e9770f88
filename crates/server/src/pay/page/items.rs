//! The things paid for, as the page and the receipt list them.

use std::borrow::Cow;

use domain::Money;
use domain::checkout::LineItem;

use super::Layout;
use crate::pay::money;

/// One of them.
pub(super) struct Item<'a> {
    /// What it is, with how many unless it is one.
    pub(super) label: Cow<'a, str>,
    /// What all of it costs.
    pub(super) total: String,
}

/// The things paid for, each with what all of it costs.
///
/// None when all that is said of them is the merchant's name, as of an amount typed on a phone: the
/// page has it above, and one thing costs the whole amount.
pub(super) fn items<'a>(
    items: &'a [LineItem],
    amount: Money,
    layout: &Layout<'_>,
) -> Vec<Item<'a>> {
    if let [item] = items
        && item.quantity == 1
        && layout.merchant.map(str::trim) == Some(item.name.trim())
    {
        return Vec::new();
    }
    let shown = |item: &'a LineItem| {
        let label = match (&item.name, item.quantity) {
            (name, 1) => name.into(),
            (name, quantity) => format!("{quantity}\u{a0}×\u{a0}{name}").into(),
        };
        let total = item.total_minor().map(|minor| amount.with_minor(minor));
        let total = total
            .map(|total| money::format(total, layout.language))
            .unwrap_or_default();
        Item { label, total }
    };
    items.iter().map(shown).collect()
}
