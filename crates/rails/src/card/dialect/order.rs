//! From an order to the fields of its message.
//!
//! A message about an earlier one (capture, reversal) carries no card number: the acquirer finds
//! the original by its trace.

use domain::{Order, OrderKind, Trace};
use iso8583::{Builder, EncodeError, Mti};
use jiff::tz::TimeZone;
use vault::CardData;

use super::{Asked, Key, padded, tag};
use crate::card::Dialect;
use crate::card::calendar::{self, hour_to_second, local, month_and_day, month_to_second, utc};

/// DE 22 of 1987: number typed in, no PIN can be entered.
const ENTRY_MODE: &str = "012";
/// DE 22 of 1993, table A.9 with 5 for electronic commerce at the fifth place: typed in, nobody and
/// no card present, not authenticated by the terminal, no PIN.
const ENTRY_MODE_1993: &str = "600050600110";
/// DE 25 of 1987: electronic commerce, as the networks use the value.
const CONDITION: &str = "59";
/// DE 25 of 1993 in a reversal: no reason given. The order does not carry one.
const REASON_UNSPECIFIED: &str = "4001";

/// What differs between two acquirers in the same message.
#[derive(Clone, Debug)]
pub(in crate::card) struct Profile<'a> {
    pub(in crate::card) dialect: Dialect,
    pub(in crate::card) institution: Option<&'a str>,
    pub(in crate::card) time_zone: &'a TimeZone,
}

/// Why an order has no form on this rail. Nothing was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(in crate::card) enum Inexpressible {
    /// This kind of order carries a card, and none was given.
    #[error("the card is missing")]
    CardMissing,
    /// This kind of order is about an earlier message, and none was named.
    #[error("the original is missing")]
    OriginalMissing,
    /// DE 90 has no terminal, so the acquirer looks for the original at the terminal of the message
    /// itself. Sent from another one, it could find a stranger's payment.
    #[error("an order goes under the terminal of the message it is about")]
    OtherTerminal,
    /// A request may be refused, so a second one could be a second payment.
    #[error("a request is never repeated")]
    RepeatedRequest,
    /// A value does not fit its field.
    #[error("{0}")]
    Field(#[from] EncodeError),
}

/// The key under which the answer comes, and what it will be measured by; the message itself is
/// appended to `out`, which must have the room not to move.
pub(in crate::card) fn express(
    profile: &Profile<'_>,
    order: &Order,
    card: Option<&CardData>,
    out: &mut Vec<u8>,
) -> Result<(Key, Asked), Inexpressible> {
    let mti = message_type(profile, order)?;
    let mut message = Builder::new(profile.dialect.table(), mti);
    let sent = utc(order.trace.sent_at);
    let amount = u64::try_from(order.amount.minor).map_err(|_| too_large(4))?;
    message
        .set(3, processing_code(order))?
        .set_number(4, amount)?
        .set_number(7, month_to_second(sent))?
        .set_number(11, u64::from(order.trace.stan))?
        .set(37, reference(order))?
        .set(41, order.trace.terminal.as_str())?
        .set(42, order.acceptor.as_str())?
        .set(49, format!("{:03}", order.amount.currency.numeric()))?;
    if let Some(institution) = profile.institution {
        message.set(32, institution)?;
    }
    set_circumstances(&mut message, profile, order)?;
    if carries_card(order.kind) {
        set_card(
            &mut message,
            card.ok_or(Inexpressible::CardMissing)?,
            order.kind,
        )?;
    }
    if let Some(proof) = &order.authentication {
        message
            .set_sub(48, tag::ECI, proof.indicator.as_str())?
            .set_sub(48, tag::AUTHENTICATION, proof.value.as_str())?
            .set_sub(48, tag::CHALLENGE, proof.reference.as_str())?;
    }
    message.encode(out)?;
    let key = Key {
        mti: message.mti().response().unwrap_or(mti),
        terminal: padded(&order.trace.terminal).ok_or(too_large(41))?,
        stan: u64::from(order.trace.stan),
        sent: month_to_second(sent),
    };
    let asked = Asked {
        kind: order.kind,
        amount: order.amount,
        is_repeat: order.is_repeat,
    };
    Ok((key, asked))
}

fn too_large(field: u8) -> Inexpressible {
    Inexpressible::Field(EncodeError {
        path: iso8583::Path::Field(field),
        kind: iso8583::EncodeErrorKind::TooLong,
    })
}

/// The type of the message, once the order is known to be one that may be sent.
fn message_type(profile: &Profile<'_>, order: &Order) -> Result<Mti, Inexpressible> {
    let first = first_type(order.kind).in_version(profile.dialect.table().version);
    let is_advice = matches!(order.kind, OrderKind::Capture | OrderKind::Reversal);
    if order.is_repeat && !is_advice {
        return Err(Inexpressible::RepeatedRequest);
    }
    match &order.original {
        None if is_advice => return Err(Inexpressible::OriginalMissing),
        Some(original) if original.trace.terminal != order.trace.terminal => {
            return Err(Inexpressible::OtherTerminal);
        }
        Some(_) | None => {}
    }
    Ok(if order.is_repeat {
        first.repeat()
    } else {
        first
    })
}

const fn first_type(kind: OrderKind) -> Mti {
    match kind {
        OrderKind::Purchase | OrderKind::Refund => Mti::FINANCIAL_REQUEST,
        OrderKind::Authorisation => Mti::AUTHORIZATION_REQUEST,
        OrderKind::Capture => Mti::FINANCIAL_ADVICE,
        OrderKind::Reversal => Mti::REVERSAL_ADVICE,
    }
}

const fn carries_card(kind: OrderKind) -> bool {
    match kind {
        OrderKind::Purchase | OrderKind::Authorisation | OrderKind::Refund => true,
        OrderKind::Capture | OrderKind::Reversal => false,
    }
}

/// Number, expiry and security code. The code is about a payer who is there to type it in, which
/// nobody is for a refund.
fn set_card<'a>(
    message: &mut Builder<'a>,
    card: &'a CardData,
    kind: OrderKind,
) -> Result<(), EncodeError> {
    let expiry = format!("{:02}{:02}", card.expiry.year() % 100, card.expiry.month());
    message.set(2, card.pan.digits())?.set(14, expiry)?;
    let code = card.code.as_ref().filter(|_| kind != OrderKind::Refund);
    if let Some(code) = code {
        message.set_sub(48, tag::CODE, code.digits())?;
    }
    Ok(())
}

/// DE 3. A reversal repeats the code of what it undoes.
fn processing_code(order: &Order) -> &'static str {
    let undone = order.original.as_ref().map(|original| original.kind);
    match (order.kind, undone) {
        (OrderKind::Refund, _) | (OrderKind::Reversal, Some(OrderKind::Refund)) => "200000",
        _ => "000000",
    }
}

/// DE 37: the reference of the first message keeps through everything that follows it.
fn reference(order: &Order) -> String {
    let original = order.original.as_ref().map(|original| &original.trace);
    calendar::rrn(original.unwrap_or(&order.trace))
}

/// Date, entry mode, reason and original data, where the two editions differ.
fn set_circumstances(
    message: &mut Builder<'_>,
    profile: &Profile<'_>,
    order: &Order,
) -> Result<(), EncodeError> {
    let date = local(order.trace.sent_at, profile.time_zone);
    if profile.dialect.is_1993() {
        message
            .set_number(12, calendar::year_to_second(date))?
            .set(24, function_code(order.kind))?;
        if order.kind == OrderKind::Reversal {
            message.set(25, REASON_UNSPECIFIED)?;
        } else {
            message.set(22, ENTRY_MODE_1993)?;
        }
    } else {
        message
            .set_number(12, hour_to_second(date))?
            .set_number(13, month_and_day(date))?
            .set(22, ENTRY_MODE)?
            .set(25, CONDITION)?;
    }
    match &order.original {
        Some(original) => {
            let mti = first_type(original.kind).in_version(profile.dialect.table().version);
            set_original(message, profile, (mti, &original.trace))
        }
        None => Ok(()),
    }
}

/// DE 24 of 1993. A capture is an original advice whose DE 56 names the authorisation: the codes
/// that say whether its amount is the authorised one would need that amount.
const fn function_code(kind: OrderKind) -> &'static str {
    match kind {
        OrderKind::Authorisation => "100",
        OrderKind::Purchase | OrderKind::Refund | OrderKind::Capture => "200",
        OrderKind::Reversal => "400",
    }
}

/// DE 90 of 1987, DE 56 of 1993.
fn set_original(
    message: &mut Builder<'_>,
    profile: &Profile<'_>,
    (mti, trace): (Mti, &Trace),
) -> Result<(), EncodeError> {
    let stan = format!("{:06}", trace.stan);
    let (field, sent) = if profile.dialect.is_1993() {
        let sent = calendar::year_to_second(local(trace.sent_at, profile.time_zone));
        (56, format!("{sent:012}"))
    } else {
        (90, format!("{:010}", month_to_second(utc(trace.sent_at))))
    };
    message
        .set_sub(field, 1, mti.to_string())?
        .set_sub(field, 2, stan)?
        .set_sub(field, 3, sent)?;
    if let Some(institution) = profile.institution {
        let width = if profile.dialect.is_1993() { 0 } else { 11 };
        message.set_sub(field, 4, format!("{institution:0>width$}"))?;
    }
    Ok(())
}
