//! What tests ask for, and how they read what they are answered.

use std::fmt::Debug;
use std::sync::Arc;

use domain::payment::Metadata;
use domain::{
    ApiKeyId, CaptureMethod, Currency, Expiry, FeeRules, Merchant, MerchantId, Mode, Money, Owner,
    PaymentId, PayoutId, RefundId, Refusal,
};
use engine::cards::{MethodChoice, NewCard};
use engine::lists::{ChargesOf, RefundsOf};
use engine::payments::Create;
use engine::refunds;
use engine::store_types::{Cursor, Page};
use engine::{Actor, Caller, Error, Reply, Request, Thing};
use vault::{CardData, Pan, SecurityCode};

pub(crate) const VISA: &str = "4242424242424242";
pub(crate) const MASTERCARD: &str = "5555555555554444";
pub(crate) const DECLINED: &str = "4000000000000002";
pub(crate) const CHALLENGED: &str = "4000002500003155";

/// Of whom most tests tell.
pub(crate) const OWNER: Owner = Owner {
    merchant: MerchantId::from_bytes([1; 16]),
    mode: Mode::Test,
};

/// The same merchant with real money.
pub(crate) const LIVE: Owner = Owner {
    mode: Mode::Live,
    ..OWNER
};

/// Somebody else, to whom nothing of the first may be shown.
pub(crate) const OTHER: Owner = Owner {
    merchant: MerchantId::from_bytes([9; 16]),
    mode: Mode::Test,
};

/// A merchant who takes currencies with two, no and three decimals.
pub(crate) fn merchant(owner: Owner) -> Merchant {
    let number = owner.merchant.bytes()[0];
    Merchant {
        id: owner.merchant,
        name: "Café".into(),
        time_zone: "Europe/Paris".into(),
        country: "FR".into(),
        locale: "fr-FR".into(),
        currencies: vec![Currency::EUR, currency("JPY"), currency("TND")],
        acceptor: format!("{number:015}"),
        fees: FeeRules::default(),
        payout_delay_days: 0,
    }
}

pub(crate) fn currency(code: &str) -> Currency {
    Currency::parse(code).unwrap()
}

pub(crate) fn euros(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

/// A request of the merchant's server.
pub(crate) fn plain() -> Request {
    of(OWNER)
}

pub(crate) fn of(owner: Owner) -> Request {
    Request {
        caller: Caller {
            actor: Actor::Key(ApiKeyId::from_bytes([3; 16])),
            owner,
            request_id: "req_1".into(),
            origin: "192.0.2.1".into(),
        },
        key: None,
        expand: Vec::new(),
    }
}

/// The same under an idempotency key.
pub(crate) fn keyed(key: &str) -> Request {
    fingerprinted(key, 1)
}

/// The same, for a request that differs from others by `fingerprint`.
pub(crate) fn fingerprinted(key: &str, fingerprint: u8) -> Request {
    Request {
        key: Some((key.into(), [fingerprint; 32])),
        ..plain()
    }
}

/// A card as a payer types it, with its security code.
pub(crate) fn card(number: &str) -> NewCard {
    let pan = Pan::parse(number).unwrap();
    let code = if number.starts_with('3') {
        "1234"
    } else {
        "123"
    };
    NewCard {
        data: CardData {
            code: SecurityCode::parse(code, pan.brand()).ok(),
            expiry: Expiry::new(12, 2030).unwrap(),
            pan,
        },
        holder: Some("Ada Lovelace".into()),
        email: Some("ada@example.org".into()),
    }
}

pub(crate) fn typed(number: &str) -> MethodChoice {
    MethodChoice::New(Arc::new(card(number)))
}

/// 12,50 € that wait for a card.
pub(crate) fn asking() -> Create {
    Create {
        amount: euros(1250),
        capture_method: CaptureMethod::Automatic,
        method: MethodChoice::Unchanged,
        customer: None,
        description: None,
        statement_descriptor: None,
        receipt_email: None,
        return_url: None,
        metadata: Metadata::new(),
        is_confirmed: false,
    }
}

/// 12,50 € that are taken at once.
pub(crate) fn paying(number: &str) -> Create {
    Create {
        method: typed(number),
        is_confirmed: true,
        ..asking()
    }
}

/// 12,50 € that are set aside.
pub(crate) fn setting_aside(number: &str) -> Create {
    Create {
        capture_method: CaptureMethod::Manual,
        ..paying(number)
    }
}

/// So much of a payment back; all that is left when `None`.
pub(crate) fn back(id: PaymentId, amount_minor: Option<i64>) -> refunds::Create {
    refunds::Create {
        of: refunds::Of::Payment(id),
        amount_minor,
        reason: None,
        metadata: Metadata::new(),
    }
}

/// The charges of one payment.
pub(crate) fn charges_of(payment: PaymentId) -> ChargesOf {
    ChargesOf {
        payment: Some(payment),
        ..ChargesOf::default()
    }
}

/// The refunds of one payment.
pub(crate) fn refunds_of(payment: PaymentId) -> RefundsOf {
    RefundsOf {
        payment: Some(payment),
        ..RefundsOf::default()
    }
}

/// The newest `limit` records.
pub(crate) const fn newest<Id>(limit: i64) -> Page<Id> {
    Page::new(limit, Cursor::Newest)
}

/// What an answer says under `name`; nothing when it does not say it.
pub(crate) fn said<'a>(reply: &'a Reply, name: &str) -> &'a str {
    let text = std::str::from_utf8(&reply.answer.body).unwrap();
    let mut pairs = text.split(' ').filter_map(|pair| pair.split_once('='));
    pairs
        .find(|(said, _)| *said == name)
        .map_or("", |(_, value)| value)
}

pub(crate) fn payment_of(reply: &Reply) -> PaymentId {
    PaymentId::parse(said(reply, "payment")).unwrap()
}

pub(crate) fn refund_of(reply: &Reply) -> RefundId {
    RefundId::parse(said(reply, "refund")).unwrap()
}

pub(crate) fn payout_of(reply: &Reply) -> PayoutId {
    PayoutId::parse(said(reply, "payout")).unwrap()
}

/// The HTTP status and where the payment stands.
pub(crate) fn standing(reply: &Reply) -> (u16, &str) {
    (reply.answer.status, said(reply, "status"))
}

#[track_caller]
pub(crate) fn refusal<T: Debug>(result: Result<T, Error>) -> Refusal {
    let Err(Error::Refused(refusal)) = result else {
        panic!("not refused: {result:?}");
    };
    refusal
}

#[track_caller]
pub(crate) fn missing<T: Debug>(result: Result<T, Error>) -> Thing {
    let Err(Error::NotFound(thing)) = result else {
        panic!("found: {result:?}");
    };
    thing
}
