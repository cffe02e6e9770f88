//! The sandbox's stand-in for the page of a payer's bank. Says on every line that it is none.

use askama::Template;

use super::Layout;
use super::brands::brand_name;
use crate::pay::money;
use crate::pay::screen::Challenge;

#[derive(Template)]
#[template(path = "pay/challenge.html")]
pub(super) struct ChallengePage<'a> {
    layout: Layout<'a>,
    view: &'a Challenge,
    amount: String,
    brand: &'static str,
    ending: String,
    confirm: String,
}

/// Has no script: the sandbox's bank is a plain form, as a bank's page might be.
pub(super) fn challenge<'a>(mut layout: Layout<'a>, view: &'a Challenge) -> ChallengePage<'a> {
    let words = layout.words;
    let amount = money::format(view.amount, layout.language);
    layout.has_script = false;
    ChallengePage {
        brand: brand_name(view.brand, words),
        ending: (words.receipt.ending)(&view.last4),
        confirm: (words.challenge.confirm)(&amount),
        layout: layout.titled(words.challenge.title),
        amount,
        view,
    }
}
