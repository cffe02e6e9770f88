//! The things paid for, as the page and the receipt list them.

use std::borrow::Cow;

use domain::Money;
use domain::checkout::LineItem;

use crate::pay::{Language, money};

/// One of them.
pub(super) struct Item<'a> {
    /// What it is, with how many unless it is one.
    pub(super) label: Cow<'a, str>,
    /// What all of it costs.
    pub(super) total: String,
}

/// The things paid for, each with what all of it costs.
pub(super) fn items<'a>(items: &'a [LineItem], amount: Money, language: Language) -> Vec<Item<'a>> {
    let shown = |item: &'a LineItem| {
        let label = match (&item.name, item.quantity) {
            (name, 1) => name.into(),
            (name, quantity) => format!("{quantity}\u{a0}×\u{a0}{name}").into(),
        };
        let total = item.total_minor().map(|minor| amount.with_minor(minor));
        let total = total
            .map(|total| money::format(total, language))
            .unwrap_or_default();
        Item { label, total }
    };
    items.iter().map(shown).collect()
}
