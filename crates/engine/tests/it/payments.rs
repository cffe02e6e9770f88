//! Opening payments and charging them.

use domain::{
    AttemptStatus, CaptureMethod, CvcCheck, DeclineReason, EventKind, Money, PaymentError,
    PaymentStatus, Refusal,
};
use engine::Thing;
use engine::cards::MethodChoice;
use engine::payments::Create;
use sandbox::Kind;

use crate::installation::TestEngine;
use crate::records::{
    DECLINED, LIVE, MASTERCARD, OTHER, VISA, asking, currency, euros, missing, newest, of, paying,
    payment_of, plain, refusal, setting_aside, standing, typed,
};

#[tokio::test]
async fn a_card_pays_at_once() {
    let engine = TestEngine::start().await;
    let reply = engine.create(paying(VISA)).await;
    assert_eq!(standing(&reply), (200, "succeeded"));
    assert!(!reply.is_replay);
    let loaded = engine.load(payment_of(&reply)).await;
    let attempt = loaded.attempt.unwrap();
    assert_eq!(loaded.payment.captured_minor, 1250);
    assert_eq!(attempt.captured_minor, 1250);
    assert_eq!(attempt.cvc_check, CvcCheck::Pass);
    assert_eq!(attempt.approval_code.map(|code| code.len()), Some(6));
    assert_eq!(attempt.response_code.as_deref(), Some("00"));
    let card = loaded.method.unwrap().card;
    assert_eq!((&*card.bin, &*card.last4), ("424242", "4242"));
    for kind in [
        EventKind::PaymentCreated,
        EventKind::ChargeSucceeded,
        EventKind::PaymentSucceeded,
    ] {
        assert_eq!(engine.told(kind).await, 1, "{kind}");
    }
    engine.finish().await;
}

#[tokio::test]
async fn a_payment_waits_for_its_card() {
    let engine = TestEngine::start().await;
    let reply = engine.create(asking()).await;
    assert_eq!(standing(&reply), (200, "requires_payment_method"));
    let id = payment_of(&reply);
    let paid = engine
        .app
        .confirm_payment(&plain(), id, typed(MASTERCARD))
        .await;
    assert_eq!(standing(&paid.unwrap()), (200, "succeeded"));
    assert_eq!(engine.attempts(id).await, [AttemptStatus::Approved]);
    engine.finish().await;
}

#[tokio::test]
async fn a_payment_with_a_card_waits_to_be_confirmed() {
    let engine = TestEngine::start().await;
    let create = Create {
        is_confirmed: false,
        ..paying(VISA)
    };
    let reply = engine.create(create).await;
    assert_eq!(standing(&reply), (200, "requires_confirmation"));
    assert_eq!(engine.bank.received(Kind::Purchase), 0);
    let id = payment_of(&reply);
    let confirm = engine
        .app
        .confirm_payment(&plain(), id, MethodChoice::Unchanged)
        .await;
    assert_eq!(standing(&confirm.unwrap()), (200, "succeeded"));
    let attempt = engine.load(id).await.attempt.unwrap();
    assert_eq!(
        attempt.cvc_check,
        CvcCheck::Pass,
        "the code was kept until the first attempt"
    );
    engine.finish().await;
}

#[tokio::test]
async fn a_declined_payment_can_be_paid_by_another_card() {
    let engine = TestEngine::start().await;
    let reply = engine.create(paying(DECLINED)).await;
    assert_eq!(standing(&reply), (402, "requires_payment_method"));
    let id = payment_of(&reply);
    let payment = engine.payment(id).await;
    let error = PaymentError::Declined(DeclineReason::GenericDecline);
    assert_eq!(payment.last_error, Some(error));
    assert_eq!(payment.method, None);
    engine.clock.advance_millis(1);
    let paid = engine.app.confirm_payment(&plain(), id, typed(VISA)).await;
    assert_eq!(standing(&paid.unwrap()), (200, "succeeded"));
    assert_eq!(
        engine.attempts(id).await,
        [AttemptStatus::Declined, AttemptStatus::Approved]
    );
    assert_eq!(engine.payment(id).await.last_error, None);
    assert_eq!(engine.told(EventKind::PaymentFailed).await, 1);
    assert_eq!(engine.told(EventKind::PaymentSucceeded).await, 1);
    engine.finish().await;
}

#[tokio::test]
async fn every_declining_card_has_its_reason() {
    let engine = TestEngine::start().await;
    for (number, reason) in [
        ("4000000000009995", DeclineReason::InsufficientFunds),
        ("4000000000009987", DeclineReason::LostCard),
        ("4000000000009979", DeclineReason::StolenCard),
        ("4000000000000069", DeclineReason::ExpiredCard),
        ("4000000000000127", DeclineReason::IncorrectCvc),
        ("4000000000000119", DeclineReason::ProcessingError),
    ] {
        let reply = engine.create(paying(number)).await;
        assert_eq!(standing(&reply), (402, "requires_payment_method"));
        let loaded = engine.load(payment_of(&reply)).await;
        assert_eq!(
            loaded.payment.last_error,
            Some(PaymentError::Declined(reason))
        );
        assert_eq!(loaded.attempt.unwrap().decline, Some(reason));
    }
    assert_eq!(engine.report().await.transfers, 0);
    engine.finish().await;
}

#[tokio::test]
async fn a_currency_has_its_own_decimals() {
    let engine = TestEngine::start().await;
    for (code, minor) in [("JPY", 1250), ("TND", 12_500), ("EUR", 1)] {
        let create = Create {
            amount: Money::new(minor, currency(code)),
            ..paying(VISA)
        };
        let reply = engine.create(create).await;
        assert_eq!(standing(&reply), (200, "succeeded"), "{code}");
        let payment = engine.payment(payment_of(&reply)).await;
        assert_eq!(payment.captured_minor, minor);
    }
    engine.finish().await;
}

#[tokio::test]
async fn a_refused_amount_leaves_no_trace() {
    let engine = TestEngine::start().await;
    for (amount, expected) in [
        (euros(0), Refusal::AmountTooSmall),
        (euros(-1250), Refusal::AmountTooSmall),
        (euros(100_000_000), Refusal::AmountTooLarge),
        (Money::new(1250, currency("USD")), Refusal::CurrencyNotTaken),
        (Money::new(0, currency("USD")), Refusal::AmountTooSmall),
    ] {
        let create = Create {
            amount,
            ..paying(VISA)
        };
        let refused = engine.create_as(&plain(), create).await;
        assert_eq!(refusal(refused), expected);
    }
    assert_eq!(engine.report().await.payments, 0);
    assert_eq!(engine.bank.received(Kind::Purchase), 0);
    engine.finish().await;
}

#[tokio::test]
async fn nothing_can_be_charged_without_a_card() {
    let engine = TestEngine::start().await;
    let create = Create {
        is_confirmed: true,
        ..asking()
    };
    let refused = engine.create_as(&plain(), create).await;
    assert_eq!(refusal(refused), Refusal::PaymentMethodMissing);
    let id = payment_of(&engine.create(asking()).await);
    let confirm = engine
        .app
        .confirm_payment(&plain(), id, MethodChoice::Unchanged)
        .await;
    assert_eq!(refusal(confirm), Refusal::PaymentMethodMissing);
    assert_eq!(engine.report().await.payments, 1);
    engine.finish().await;
}

#[tokio::test]
async fn what_is_paid_cannot_be_paid_again() {
    let engine = TestEngine::start().await;
    let paid = engine.paid().await;
    let held = payment_of(&engine.create(setting_aside(VISA)).await);
    for (id, status) in [
        (paid, PaymentStatus::Succeeded),
        (held, PaymentStatus::RequiresCapture),
    ] {
        let again = engine.app.confirm_payment(&plain(), id, typed(VISA)).await;
        assert_eq!(refusal(again), Refusal::UnexpectedStatus(status));
        assert_eq!(engine.attempts(id).await.len(), 1);
    }
    engine.finish().await;
}

#[tokio::test]
async fn nobody_sees_or_moves_the_payment_of_another() {
    let engine = TestEngine::start().await;
    let id = payment_of(&engine.create(setting_aside(VISA)).await);
    for owner in [OTHER, LIVE] {
        let (app, request) = (&engine.app, of(owner));
        assert_eq!(missing(app.get_payment(owner, id).await), Thing::Payment);
        let confirmed = app.confirm_payment(&request, id, MethodChoice::Unchanged);
        assert_eq!(missing(confirmed.await), Thing::Payment);
        let captured = app.capture_payment(&request, id, None).await;
        assert_eq!(missing(captured), Thing::Payment);
        let cancelled = app.cancel_payment(&request, id, None).await;
        assert_eq!(missing(cancelled), Thing::Payment);
        let attempt = engine.load(id).await.attempt.unwrap().id;
        assert_eq!(missing(app.get_charge(owner, attempt).await), Thing::Charge);
        let charges = app
            .list_charges(owner, crate::records::charges_of(id), newest(10))
            .await;
        assert_eq!(missing(charges), Thing::Payment);
        assert!(
            app.list_payments(owner, None, newest(10))
                .await
                .unwrap()
                .is_empty()
        );
        assert!(
            app.list_events(owner, Vec::new(), newest(10))
                .await
                .unwrap()
                .is_empty()
        );
    }
    assert_eq!(engine.status(id).await, PaymentStatus::RequiresCapture);
    engine.finish().await;
}

#[tokio::test]
async fn live_mode_needs_an_acquirer() {
    let engine = TestEngine::start().await;
    let refused = engine.create_as(&of(LIVE), asking()).await;
    assert_eq!(refusal(refused), Refusal::LiveModeNotConfigured);
    engine.finish().await;
}

#[tokio::test]
async fn a_merchant_that_does_not_exist_takes_no_payments() {
    let engine = TestEngine::start().await;
    let mut nobody = OTHER;
    nobody.merchant = domain::MerchantId::from_bytes([7; 16]);
    let refused = engine.create_as(&of(nobody), asking()).await;
    assert_eq!(missing(refused), Thing::Merchant);
    engine.finish().await;
}

#[tokio::test]
async fn a_secret_opens_its_own_payment_only() {
    let engine = TestEngine::start().await;
    let one = engine
        .payment(payment_of(&engine.create(asking()).await))
        .await;
    let other = engine
        .payment(payment_of(&engine.create(asking()).await))
        .await;
    let opened = engine.app.open_secret(one.id, &one.secret).await.unwrap();
    assert_eq!(opened.payment, one);
    let wrong = engine.app.open_secret(one.id, &other.secret).await;
    assert_eq!(missing(wrong), Thing::Payment);
    engine.finish().await;
}

#[tokio::test]
async fn every_attempt_is_a_charge_of_its_own() {
    let engine = TestEngine::start().await;
    let id = payment_of(&engine.create(paying(DECLINED)).await);
    engine.clock.advance_millis(1);
    let confirmed = engine.app.confirm_payment(&plain(), id, typed(VISA)).await;
    confirmed.unwrap();
    let charges = engine.app.list_charges(
        crate::records::OWNER,
        crate::records::charges_of(id),
        newest(10),
    );
    let charges = charges.await.unwrap();
    assert_eq!(charges.len(), 2);
    for listed in charges {
        let attempt = listed.attempt.unwrap();
        let got = engine
            .app
            .get_charge(attempt.owner, attempt.id)
            .await
            .unwrap();
        let method = got.method.unwrap();
        assert_eq!(method.id, attempt.method, "with the card of that attempt");
        assert_eq!(got.attempt, Some(attempt));
    }
    engine.finish().await;
}

#[tokio::test]
async fn money_is_set_aside_and_not_taken() {
    let engine = TestEngine::start().await;
    let reply = engine.create(setting_aside(VISA)).await;
    assert_eq!(standing(&reply), (200, "requires_capture"));
    let payment = engine.payment(payment_of(&reply)).await;
    assert_eq!(payment.capture_method, CaptureMethod::Manual);
    assert_eq!(
        (payment.captured_minor, payment.capturable_minor()),
        (0, 1250)
    );
    assert_eq!(engine.bank.received(Kind::Authorization), 1);
    assert_eq!(engine.bank.received(Kind::Purchase), 0);
    assert_eq!(engine.told(EventKind::PaymentCapturable).await, 1);
    engine.finish().await;
}
