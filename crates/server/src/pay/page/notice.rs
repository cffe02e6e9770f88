//! Pages of one message: what is going on or why there is nothing to pay, and what to do.

use std::borrow::Cow;

use askama::Template;

use super::{Layout, Link, web_address};
use crate::pay::decline::explain;
use crate::pay::money;
use crate::pay::screen::{Action, Closed, Pending, Refused, Unavailable};
use crate::pay::words::Advice;

/// How often a page without script looks again, in seconds.
const REFRESH_SECONDS: &str = "5";

/// A page of one message.
#[derive(Template)]
#[template(path = "pay/notice.html")]
pub(super) struct Notice<'a> {
    layout: Layout<'a>,
    amount: Option<String>,
    icon: Icon,
    advice: Advice,
    /// Words of the merchant's own.
    message: Option<&'a str>,
    link: Option<Link<'a>>,
}

#[derive(Clone, Copy)]
enum Icon {
    Waiting,
    Doubt,
    Person,
    Closed,
}

impl Icon {
    /// Its class: only what waits moves.
    fn name(self) -> &'static str {
        match self {
            Self::Waiting | Self::Doubt => "waiting",
            Self::Person | Self::Closed => "still",
        }
    }

    /// What is drawn inside the circle.
    fn path(self) -> &'static str {
        match self {
            Self::Waiting => "M12 7v5l3.5 2",
            Self::Doubt => "M9.5 9.6a2.5 2.5 0 1 1 3.6 2.2c-.8.5-1.1 1-1.1 1.9M12 16.9v.1",
            Self::Person => {
                "M12 12.5a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4M7 18.5a5.5 5.5 0 0 1 10 0"
            }
            Self::Closed => "M9 9l6 6M15 9l-6 6",
        }
    }
}

fn notice<'a>(layout: Layout<'a>, icon: Icon, advice: Advice) -> Notice<'a> {
    let layout = layout.titled(advice.happened);
    Notice {
        layout,
        amount: None,
        icon,
        advice,
        message: None,
        link: None,
    }
}

pub(super) fn action<'a>(mut layout: Layout<'a>, view: &'a Action) -> Notice<'a> {
    let progress = &layout.words.progress;
    let own = view.url.starts_with("/pay/");
    let own = own.then(|| format!("{}?lang={}", view.url, layout.language.tag()).into());
    let link = own
        .or_else(|| web_address(&view.url).map(Cow::from))
        .map(|href| Link {
            class: "primary",
            href,
            text: progress.go.to_owned(),
            follow: view.follow.then_some(0),
        });
    layout.refresh = link
        .as_ref()
        .filter(|_| view.follow)
        .map(|link| format!("0;url={}", link.href));
    let amount = Some(money::format(view.amount, layout.language));
    let layout = layout.polling(&view.token);
    Notice {
        amount,
        link,
        ..notice(layout, Icon::Person, progress.action)
    }
}

pub(super) fn pending<'a>(mut layout: Layout<'a>, view: &'a Pending) -> Notice<'a> {
    let progress = &layout.words.progress;
    let (icon, advice) = match view.in_doubt {
        true => (Icon::Doubt, progress.unknown),
        false => (Icon::Waiting, progress.processing),
    };
    layout.refresh = Some(REFRESH_SECONDS.to_owned());
    let amount = Some(money::format(view.amount, layout.language));
    let link = Some(layout.again());
    Notice {
        amount,
        link,
        ..notice(layout.polling(&view.token), icon, advice)
    }
}

pub(super) fn closed<'a>(layout: Layout<'a>, view: &'a Closed) -> Notice<'a> {
    let words = &layout.words.closed;
    let advice = if view.is_canceled {
        words.canceled
    } else {
        words.expired
    };
    let link = layout.back(view.cancel_url.as_deref());
    Notice {
        link,
        ..notice(layout, Icon::Closed, advice)
    }
}

pub(super) fn unavailable<'a>(layout: Layout<'a>, view: &'a Unavailable) -> Notice<'a> {
    let words = &layout.words.closed;
    let (advice, link) = match view.is_used {
        // Whoever took the last place may still be refused by their bank.
        true => (words.used, Some(layout.again())),
        false => (words.ended, None),
    };
    Notice {
        message: view.message.as_deref(),
        link,
        ..notice(layout, Icon::Closed, advice)
    }
}

pub(super) fn refused<'a>(layout: Layout<'a>, view: &'a Refused) -> Notice<'a> {
    let advice = explain(view.setback, layout.words).advice;
    let amount = Some(money::format(view.amount, layout.language));
    let link = layout.back(view.return_url.as_deref());
    Notice {
        amount,
        link,
        ..notice(layout, Icon::Closed, advice)
    }
}

/// The page of an address that has no payment.
pub(super) fn missing(layout: Layout<'_>) -> Notice<'_> {
    let advice = layout.words.progress.missing;
    notice(layout, Icon::Closed, advice)
}

/// The page for when we cannot tell: to look again is the only offer.
pub(super) fn failed(layout: Layout<'_>) -> Notice<'_> {
    let advice = layout.words.progress.failed;
    let link = Some(layout.again());
    Notice {
        link,
        ..notice(layout, Icon::Doubt, advice)
    }
}
