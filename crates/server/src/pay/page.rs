//! From what is known to the HTML the payer reads.
//!
//! Owns the templates' values; the templates hold structure only and escape everything they are
//! given. Deliberately writes no script and no style into a page, and never a value a card field
//! had.

mod brands;
mod challenge;
mod items;
mod notice;
mod offer;
mod payable;
mod receipt;

use std::borrow::Cow;

use askama::Template;
use domain::Mode;

use super::screen::{Frame, Screen, State};
use super::words::Words;
use super::{Language, assets};
use challenge::challenge;
use notice::{action, closed, failed, missing, pending, refused, unavailable};
use offer::offer;
use payable::payable;
use receipt::{Place, receipt};

/// The whole page.
///
/// # Errors
/// Only when a template cannot be written to memory, which does not happen.
pub(crate) fn render(frame: &Frame, screen: &Screen) -> askama::Result<String> {
    let layout = Layout::new(frame, screen.state());
    match screen {
        Screen::Offer(view) => offer(layout, view).render(),
        Screen::Unavailable(view) => unavailable(layout, view).render(),
        Screen::Payable(view) => payable(layout, view).render(),
        Screen::Action(view) => action(layout, view).render(),
        Screen::Pending(view) => pending(layout, view).render(),
        Screen::Refused(view) => refused(layout, view).render(),
        Screen::Paid(view) => receipt(layout, view, frame, Place::Payment).render(),
        Screen::Receipt(view) => receipt(layout, view, frame, Place::Archive).render(),
        Screen::Closed(view) => closed(layout, view).render(),
        Screen::Challenge(view) => challenge(layout, view).render(),
        Screen::Missing => missing(layout).render(),
        Screen::Failed => failed(layout).render(),
    }
}

/// What stands around the content.
struct Layout<'a> {
    language: Language,
    words: &'static Words,
    state: State,
    title: String,
    merchant: Option<&'a str>,
    handled: String,
    legal_url: Option<&'a str>,
    is_test: bool,
    has_script: bool,
    /// The token of a payment whose state the script watches.
    polled: Option<&'a str>,
    /// The content of a refresh for pages without script.
    refresh: Option<String>,
    style: String,
    script: String,
    other: Language,
    other_name: &'static str,
}

impl<'a> Layout<'a> {
    fn new(frame: &'a Frame, state: State) -> Self {
        let words = Words::of(frame.language);
        let merchant = frame.merchant.as_deref();
        let other = frame.language.other();
        Self {
            language: frame.language,
            words,
            state,
            title: String::new(),
            merchant,
            handled: merchant
                .map_or_else(|| words.shell.handled.to_owned(), words.shell.handled_for),
            legal_url: frame.legal_url.as_deref().and_then(web_address),
            is_test: frame.mode == Mode::Test,
            has_script: true,
            polled: None,
            refresh: None,
            style: assets::style_path(),
            script: assets::script_path(),
            other,
            other_name: Words::of(other).shell.language_name,
        }
    }

    /// The same page with its title, which names the merchant after what is said.
    fn titled(mut self, says: &str) -> Self {
        self.title = match self.merchant {
            Some(merchant) => format!("{says} · {merchant}"),
            None => says.to_owned(),
        };
        self
    }

    fn polling(mut self, token: &'a str) -> Self {
        self.polled = self.state.is_open().then_some(token);
        self
    }

    /// The first letter of the merchant's name.
    fn initial(&self) -> String {
        let letter = self
            .merchant
            .and_then(|name| name.chars().find(|c| c.is_alphanumeric()));
        letter
            .map(|letter| letter.to_uppercase().to_string())
            .unwrap_or_default()
    }

    /// A link to the page as it is now.
    fn again(&self) -> Link<'a> {
        Link {
            class: "quiet",
            href: format!("?lang={}", self.language.tag()).into(),
            text: self.words.progress.refresh.to_owned(),
            follow: None,
        }
    }

    /// A link to the merchant's site, when its address is one a browser may be sent to.
    fn back(&self, url: Option<&'a str>) -> Option<Link<'a>> {
        let text = (self.words.receipt.go_on)(self.merchant?);
        let href = web_address(url?)?.into();
        Some(Link {
            class: "primary",
            href,
            text,
            follow: None,
        })
    }
}

struct Link<'a> {
    class: &'static str,
    href: Cow<'a, str>,
    text: String,
    /// After how many milliseconds the script follows it by itself.
    follow: Option<u32>,
}

/// The address, if it is one of the web: merchants must not be able to have script run by a link.
fn web_address(url: &str) -> Option<&str> {
    let (scheme, rest) = url.split_once("://")?;
    let is_web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    (is_web && !rest.is_empty()).then_some(url)
}

#[cfg(test)]
mod tests;
