//! Screens for tests: one of everything a payer can be shown.

use domain::checkout::LineItem;
use domain::{Brand, Currency, DeclineReason, Mode, Money, PaymentError, Timestamp};

use super::card_form::{CodeLength, Fault, Faults};
use super::screen::{
    Action, Challenge, Closed, Form, Frame, Offer, Payable, Pending, Receipt, Refused, Screen,
    Unavailable,
};
use super::{Language, Setback};

/// 2026-11-22T13:05:09Z
pub(super) const NOW: Timestamp = Timestamp::from_seconds(1_795_352_709);

pub(super) const TOKEN: &str = "06C2rUYDEnp6ZLA4oTZQXZ5mHNcB8QW3vXk1TgYe7RsP";

const ATTEMPT: &str = "3mHNcB8QW3vXk1TgYe7RsP";

pub(super) fn frame(language: Language) -> Frame {
    Frame {
        language,
        mode: Mode::Test,
        merchant: Some("Café du Port".into()),
        time_zone: "Europe/Paris".into(),
        legal_url: None,
    }
}

pub(super) fn payable() -> Payable {
    Payable {
        token: TOKEN.into(),
        link: format!("https://pay.example.test/pay/{TOKEN}"),
        amount: Money::new(1250, Currency::EUR),
        items: vec![item("Petit-déjeuner", 1250, 1)],
        brands: vec![Brand::Visa, Brand::Mastercard, Brand::Amex],
        form: Form {
            attempt: ATTEMPT.into(),
            asks_holder: false,
            holder: None,
            faults: Faults::default(),
        },
        setback: None,
        cancel_url: None,
        expires_at: NOW.plus_millis(900_000),
        now: NOW,
    }
}

pub(super) fn declined(reason: DeclineReason) -> Setback {
    Setback::Payment(PaymentError::Declined(reason))
}

pub(super) fn item(name: &str, unit_minor: i64, quantity: i64) -> LineItem {
    LineItem {
        name: name.into(),
        unit_minor,
        quantity,
        price: None,
    }
}

pub(super) fn faulty() -> Payable {
    let faults = Faults {
        number: Some(Fault::Incomplete),
        expiry: Some(Fault::Past),
        code: Some(Fault::Length(CodeLength::Three)),
        holder: Some(Fault::Wrong),
    };
    let form = Form {
        asks_holder: true,
        holder: Some("Zoé".into()),
        faults,
        ..payable().form
    };
    Payable {
        form,
        cancel_url: Some("https://shop.example.test/cart".into()),
        ..payable()
    }
}

pub(super) fn receipt() -> Receipt {
    Receipt {
        amount: Money::new(1250, Currency::EUR),
        refunded_minor: 0,
        is_held: false,
        items: vec![item("Petit-déjeuner", 1250, 1)],
        paid_at: NOW,
        brand: Brand::Visa,
        last4: "4242".into(),
        message: None,
        reference: "pi_06C2rUYDEnp6ZLA4oTZQXZ".into(),
        receipt_path: Some(format!("/pay/receipt/{TOKEN}")),
        success_url: None,
        follow: false,
    }
}

/// A screen and what it is called.
pub(super) type Named = (&'static str, Screen);

/// One of everything.
pub(super) fn screens() -> Vec<Named> {
    [payable_screens(), open_screens(), ended_screens()].concat()
}

fn payable_screens() -> Vec<Named> {
    let many = Payable {
        items: vec![
            item("Café", 250, 2),
            item("Croissant", 150, 3),
            item("Jus", 300, 1),
        ],
        expires_at: NOW.plus_millis(100_000),
        ..payable()
    };
    let refused = |reason| Payable {
        setback: Some(declined(reason)),
        ..payable()
    };
    let offer = Offer {
        amount: payable().amount,
        items: vec![item("Petit-déjeuner", 625, 2)],
    };
    vec![
        ("offer", Screen::Offer(offer)),
        ("payable", Screen::Payable(payable())),
        ("items", Screen::Payable(many)),
        ("faulty", Screen::Payable(faulty())),
        (
            "refused",
            Screen::Payable(refused(DeclineReason::InsufficientFunds)),
        ),
        (
            "code",
            Screen::Payable(refused(DeclineReason::IncorrectCvc)),
        ),
    ]
}

fn open_screens() -> Vec<Named> {
    let (token, amount) = (TOKEN.to_owned(), payable().amount);
    let pending = |in_doubt| Pending {
        token: token.clone(),
        amount,
        in_doubt,
    };
    let action = |follow| Action {
        token: token.clone(),
        amount,
        url: format!("/pay/challenge/{TOKEN}"),
        follow,
    };
    let challenge = Challenge {
        amount,
        brand: Brand::Visa,
        last4: "3155".into(),
    };
    vec![
        ("action", Screen::Action(action(true))),
        ("action_elsewhere", Screen::Action(action(false))),
        ("challenge", Screen::Challenge(challenge)),
        ("processing", Screen::Pending(pending(false))),
        ("unknown", Screen::Pending(pending(true))),
    ]
}

fn ended_screens() -> Vec<Named> {
    let shop = Some("https://shop.example.test/thanks?order=12".to_owned());
    let closed = |is_canceled| Closed {
        is_canceled,
        cancel_url: shop.clone(),
    };
    let refused = Refused {
        amount: payable().amount,
        setback: Setback::Payment(PaymentError::AuthenticationFailed),
        return_url: shop.clone(),
    };
    let going_on = Receipt {
        success_url: shop.clone(),
        follow: true,
        ..receipt()
    };
    let held = Receipt {
        is_held: true,
        ..receipt()
    };
    let refunded = Receipt {
        refunded_minor: 500,
        ..receipt()
    };
    let unavailable = |is_used| Unavailable {
        is_used,
        message: Some("Retrouvez-nous au marché.".into()),
    };
    let thanked = Receipt {
        message: Some("À bientôt au marché.".into()),
        ..receipt()
    };
    vec![
        ("used", Screen::Unavailable(unavailable(true))),
        ("ended", Screen::Unavailable(unavailable(false))),
        ("thanked", Screen::Paid(thanked)),
        ("not_paid", Screen::Refused(refused)),
        ("paid", Screen::Paid(receipt())),
        ("paid_follow", Screen::Paid(going_on)),
        ("held", Screen::Paid(held)),
        ("receipt", Screen::Receipt(refunded)),
        ("expired", Screen::Closed(closed(false))),
        ("canceled", Screen::Closed(closed(true))),
        ("missing", Screen::Missing),
        ("failed", Screen::Failed),
    ]
}
