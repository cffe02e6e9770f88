//! Records with every field that may be absent both there and absent, for properties.

use domain::payment::Metadata;
use domain::{
    Attempt, AttemptStatus, Authentication, Brand, CancellationReason, CaptureMethod, Card,
    ClientSecret, Currency, CvcCheck, DeclineReason, Expiry, Funding, Money, Owner, Payment,
    PaymentError, PaymentMethod, PaymentStatus, Refund, RefundReason, RefundStatus, Timestamp,
};
use proptest::collection::btree_map;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use store::StoredId;
use store::payment_methods::SealedCard;

use crate::records::{id, trace};

fn stored<T: StoredId + std::fmt::Debug>() -> impl Strategy<Value = T> {
    any::<[u8; 16]>().prop_map(T::from_stored)
}

fn text() -> impl Strategy<Value = String> {
    "\\PC{0,20}"
}

fn metadata() -> impl Strategy<Value = Metadata> {
    btree_map(text(), text(), 0..4)
}

fn time() -> impl Strategy<Value = Timestamp> {
    any::<i64>().prop_map(Timestamp::from_micros)
}

fn money() -> impl Strategy<Value = Money> {
    let currency = select(&["eur", "jpy", "tnd", "usd"][..]);
    (1..=99_999_999_i64, currency)
        .prop_map(|(minor, code)| Money::new(minor, Currency::parse(code).unwrap()))
}

fn payment_error() -> impl Strategy<Value = PaymentError> {
    prop_oneof![
        Just(PaymentError::Processing),
        Just(PaymentError::AuthenticationFailed),
        select(DeclineReason::ALL).prop_map(PaymentError::Declined),
    ]
}

prop_compose! {
    /// A payment of `owner` in its first version.
    pub(crate) fn payment(owner: Owner)(
        status in select(PaymentStatus::ALL),
        amount in money(),
        (taken, given) in (1..=100_i64, 0..=100_i64),
        capture_method in select(CaptureMethod::ALL),
        (method, customer, attempt) in (of(stored()), of(stored()), of(stored())),
        (session, secret) in (of(stored()), any::<[u8; 16]>()),
        last_error in of(payment_error()),
        (description, statement_descriptor) in (of(text()), of(text())),
        (receipt_email, return_url) in (of(text()), of(text())),
        (metadata, created_at) in (metadata(), time()),
        (cancellation_reason, canceled_at) in (of(select(CancellationReason::ALL)), of(time())),
    ) -> Payment {
        let is_paid = status == PaymentStatus::Succeeded;
        let captured_minor = if is_paid { (amount.minor * taken / 100).max(1) } else { 0 };
        Payment {
            id: id(), owner, version: 1, status, amount, captured_minor,
            refunded_minor: captured_minor * given / 100,
            capture_method, method, customer, attempt, last_error, session,
            secret: ClientSecret::from_bytes(secret),
            description, statement_descriptor, receipt_email, return_url, metadata,
            cancellation_reason, canceled_at, created_at,
        }
    }
}

prop_compose! {
    fn authentication()(reference in text(), indicator in text(), value in text())
        -> Authentication
    {
        Authentication { reference, indicator, value }
    }
}

prop_compose! {
    /// An attempt on `payment` in any status.
    pub(crate) fn attempt(payment: Payment)(
        status in select(AttemptStatus::ALL),
        (taken, given) in (0..=100_i64, 0..=100_i64),
        capture_method in select(CaptureMethod::ALL),
        (method, node) in (stored(), stored()),
        authentication in of(authentication()),
        (challenge, key) in (of(text()), of(text())),
        (approval_code, response_code) in (of(text()), of(text())),
        (cvc_check, decline) in (select(CvcCheck::ALL), of(select(DeclineReason::ALL))),
        (created_at, ended_at) in (time(), of(time())),
    ) -> Attempt {
        let amount = payment.amount;
        let is_approved = status == AttemptStatus::Approved;
        let captured_minor = if is_approved { amount.minor * taken / 100 } else { 0 };
        Attempt {
            id: id(), owner: payment.owner, payment: payment.id, status, amount, captured_minor,
            refunded_minor: captured_minor * given / 100,
            capture_method, method, trace: trace(), authentication, challenge, approval_code,
            response_code, cvc_check, decline, node, key, created_at, ended_at,
        }
    }
}

prop_compose! {
    /// A refund of `payment`, which must have given its amount back, in any status.
    pub(crate) fn refund(payment: Payment)(
        status in select(RefundStatus::ALL),
        (attempt, node) in (stored(), stored()),
        reason in of(select(RefundReason::ALL)),
        (decline, key) in (of(select(DeclineReason::ALL)), of(text())),
        metadata in metadata(),
        (created_at, ended_at) in (time(), of(time())),
    ) -> Refund {
        Refund {
            id: id(), owner: payment.owner, payment: payment.id, attempt, status,
            amount: payment.amount.with_minor(payment.refunded_minor), reason, decline, metadata,
            trace: trace(), node, key, created_at, ended_at,
        }
    }
}

prop_compose! {
    fn card()(
        brand in select(Brand::ALL),
        funding in select(Funding::ALL),
        (bin, last4) in ("[0-9]{6}", "[0-9]{4}"),
        (month, year) in (1..=12_u8, 2000..2100_u16),
        fingerprint in "[A-Za-z0-9]{16}",
        country in of("[A-Z]{2}"),
    ) -> Card {
        let expiry = Expiry::new(month, year).unwrap();
        Card { brand, funding, bin, last4, expiry, fingerprint, country }
    }
}

prop_compose! {
    /// A means of payment of `owner` and its sealed card.
    pub(crate) fn method(owner: Owner)(
        customer in of(stored()),
        card in card(),
        (holder, email) in (of(text()), of(text())),
        created_at in time(),
        (key_id, wrapped_key) in (any::<[u8; 16]>(), any::<[u8; 60]>()),
        ciphertext in any::<Vec<u8>>(),
    ) -> (PaymentMethod, SealedCard) {
        let method = PaymentMethod { id: id(), owner, customer, card, holder, email, created_at };
        (method, SealedCard { key_id, wrapped_key: wrapped_key.to_vec(), ciphertext })
    }
}
