//! What a handler must know to show a page: one record for each thing the payer can see.
//!
//! Owns no words and no HTML. The records hold what is shown and nothing of the card but its brand
//! and last four digits.

use domain::checkout::LineItem;
use domain::{Brand, Mode, Money, Timestamp};

use super::card_form::Faults;
use super::{Language, Setback};

/// What every page shows around its content.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// The language of the page.
    pub(crate) language: Language,
    /// Test mode wears a band on every page.
    pub(crate) mode: Mode,
    /// The merchant's name; `None` when the address belongs to no payment.
    pub(crate) merchant: Option<String>,
    /// IANA name of the zone in which times are shown: the merchant's.
    pub(crate) time_zone: String,
    /// Where the operator of this installation keeps the legal notice.
    pub(crate) legal_url: Option<String>,
}

/// Everything the payer can be shown.
#[derive(Clone, Debug)]
pub(crate) enum Screen {
    /// What a link that anybody may open is for, before anything is made of it.
    Offer(Offer),
    /// Such a link takes no more payments.
    Unavailable(Unavailable),
    /// The amount and the card form, with what went wrong before, if anything did.
    Payable(Payable),
    /// The bank wants the payer to confirm: a link leads there.
    Action(Action),
    /// The end is not known yet. Never offers another try.
    Pending(Pending),
    /// Not paid, and to be tried again where it was asked: not on a page of ours.
    Refused(Refused),
    /// Paid, or set aside: the receipt, with the way back to the merchant.
    Paid(Receipt),
    /// The receipt alone, at its own address.
    Receipt(Receipt),
    /// The link can no longer be paid.
    Closed(Closed),
    /// The sandbox's stand-in for a bank's own page.
    Challenge(Challenge),
    /// No payment has this address.
    Missing,
    /// Something went wrong on our side, and the payer must look again before paying again.
    Failed,
}

/// Where a payment stands for its payer: what pages carry and the status answer tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Whoever wants to pay it gets a payment of their own.
    Offer,
    /// It can no longer be paid by anybody.
    Unavailable,
    /// It can be paid.
    Payable,
    /// The bank waits for the payer.
    Action,
    /// The bank is being asked.
    Processing,
    /// The bank's answer was lost and is being found out.
    Unknown,
    /// It was not paid.
    Refused,
    /// The money was taken.
    Paid,
    /// The money was set aside.
    Held,
    /// The link is over.
    Expired,
    /// The payment was given up.
    Canceled,
    /// There is none.
    Missing,
    /// We cannot tell now.
    Failed,
}

impl State {
    /// Every state.
    #[cfg(test)]
    pub(crate) const ALL: [Self; 13] = [
        Self::Offer,
        Self::Unavailable,
        Self::Payable,
        Self::Action,
        Self::Processing,
        Self::Unknown,
        Self::Refused,
        Self::Paid,
        Self::Held,
        Self::Expired,
        Self::Canceled,
        Self::Missing,
        Self::Failed,
    ];

    /// The name in the page and in the status answer.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Offer => "offer",
            Self::Unavailable => "unavailable",
            Self::Payable => "payable",
            Self::Action => "action",
            Self::Processing => "processing",
            Self::Unknown => "unknown",
            Self::Refused => "refused",
            Self::Paid => "paid",
            Self::Held => "held",
            Self::Expired => "expired",
            Self::Canceled => "canceled",
            Self::Missing => "missing",
            Self::Failed => "failed",
        }
    }

    /// Whether a page in this state asks again and again what became of the payment.
    pub(crate) const fn is_open(self) -> bool {
        matches!(
            self,
            Self::Payable | Self::Action | Self::Processing | Self::Unknown
        )
    }
}

/// What a link that anybody may open asks of each payer.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    /// How much.
    pub(crate) amount: Money,
    /// What for.
    pub(crate) items: Vec<LineItem>,
}

/// Why a link that anybody may open takes no more payments.
#[derive(Clone, Debug)]
pub(crate) struct Unavailable {
    /// Whether as many pay, or have paid, as may; otherwise the merchant ended it.
    pub(crate) is_used: bool,
    /// What the merchant says to whoever comes too late.
    pub(crate) message: Option<String>,
}

/// A payment that can be paid now.
#[derive(Clone, Debug)]
pub(crate) struct Payable {
    /// The token of the page's address.
    pub(crate) token: String,
    /// The whole address, for a second device.
    pub(crate) link: String,
    /// How much.
    pub(crate) amount: Money,
    /// What for.
    pub(crate) items: Vec<LineItem>,
    /// The networks the acquirer takes.
    pub(crate) brands: Vec<Brand>,
    /// The form.
    pub(crate) form: Form,
    /// Why it was not paid before.
    pub(crate) setback: Option<Setback>,
    /// Where the payer goes who gives up.
    pub(crate) cancel_url: Option<String>,
    /// Until when it can be paid.
    pub(crate) expires_at: Timestamp,
    /// The time of this answer.
    pub(crate) now: Timestamp,
}

/// The card form.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    /// A fresh token for each page view (22 base-62 digits): the idempotency key of the attempt it
    /// starts, so that a form sent twice pays once.
    pub(crate) attempt: String,
    /// Whether the acquirer wants the name on the card.
    pub(crate) asks_holder: bool,
    /// The name as it was posted.
    pub(crate) holder: Option<String>,
    /// What is wrong with what was posted.
    pub(crate) faults: Faults,
}

/// A payment that waits for the payer at their bank.
#[derive(Clone, Debug)]
pub(crate) struct Action {
    /// The token of the page's address.
    pub(crate) token: String,
    /// How much.
    pub(crate) amount: Money,
    /// Where the bank asks: a path of ours or an `https` address.
    pub(crate) url: String,
    /// Whether to go there at once: in the answer to the form, and in no other.
    pub(crate) follow: bool,
}

/// A payment whose end is not known yet.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    /// The token of the page's address.
    pub(crate) token: String,
    /// How much.
    pub(crate) amount: Money,
    /// Whether the bank's answer was lost.
    pub(crate) in_doubt: bool,
}

/// A payment that was refused after its challenge and has no link of its own.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    /// How much.
    pub(crate) amount: Money,
    /// Why.
    pub(crate) setback: Setback,
    /// Where it was asked.
    pub(crate) return_url: Option<String>,
}

/// What was paid.
#[derive(Clone, Debug)]
pub(crate) struct Receipt {
    /// How much was charged; of a payment that is set aside, how much that is.
    pub(crate) amount: Money,
    /// Minor units given back since.
    pub(crate) refunded_minor: i64,
    /// Whether the money is only set aside.
    pub(crate) is_held: bool,
    /// What for.
    pub(crate) items: Vec<LineItem>,
    /// When.
    pub(crate) paid_at: Timestamp,
    /// The network of the card.
    pub(crate) brand: Brand,
    /// Its last four digits.
    pub(crate) last4: String,
    /// What the merchant says to whoever has paid.
    pub(crate) message: Option<String>,
    /// What the merchant finds the payment by.
    pub(crate) reference: String,
    /// The path of the receipt's own page.
    pub(crate) receipt_path: Option<String>,
    /// Where the payer goes on.
    pub(crate) success_url: Option<String>,
    /// Whether to go there at once: when the payment ended a moment ago (a minute, say), so that a
    /// later visit finds the receipt.
    pub(crate) follow: bool,
}

/// Why a link can no longer be paid.
#[derive(Clone, Debug)]
pub(crate) struct Closed {
    /// Whether the merchant gave the payment up; otherwise its time is over.
    pub(crate) is_canceled: bool,
    /// Where the payer goes on.
    pub(crate) cancel_url: Option<String>,
}

/// A simulated authentication by the payer's bank.
#[derive(Clone, Debug)]
pub(crate) struct Challenge {
    /// How much.
    pub(crate) amount: Money,
    /// The network of the card.
    pub(crate) brand: Brand,
    /// Its last four digits.
    pub(crate) last4: String,
}

impl Screen {
    /// The state the page is in.
    pub(crate) const fn state(&self) -> State {
        match self {
            Self::Offer(_) => State::Offer,
            Self::Unavailable(_) => State::Unavailable,
            Self::Payable(_) => State::Payable,
            Self::Action(_) | Self::Challenge(_) => State::Action,
            Self::Pending(Pending { in_doubt: true, .. }) => State::Unknown,
            Self::Pending(_) => State::Processing,
            Self::Refused(_) => State::Refused,
            Self::Paid(Receipt { is_held: true, .. })
            | Self::Receipt(Receipt { is_held: true, .. }) => State::Held,
            Self::Paid(_) | Self::Receipt(_) => State::Paid,
            Self::Closed(Closed {
                is_canceled: true, ..
            }) => State::Canceled,
            Self::Closed(_) => State::Expired,
            Self::Missing => State::Missing,
            Self::Failed => State::Failed,
        }
    }

    /// What kept the payment from going through, where the page says so.
    pub(crate) const fn setback(&self) -> Option<Setback> {
        if let Self::Payable(payable) = self {
            payable.setback
        } else if let Self::Refused(refused) = self {
            Some(refused.setback)
        } else {
            None
        }
    }

    /// The status of the HTTP answer that carries the page.
    pub(crate) fn http_status(&self) -> u16 {
        match self {
            Self::Payable(payable) if !payable.form.faults.is_empty() => 422,
            Self::Offer(_)
            | Self::Payable(_)
            | Self::Action(_)
            | Self::Pending(_)
            | Self::Refused(_)
            | Self::Paid(_)
            | Self::Receipt(_)
            | Self::Challenge(_) => 200,
            Self::Closed(_) | Self::Unavailable(_) => 410,
            Self::Missing => 404,
            Self::Failed => 503,
        }
    }
}
