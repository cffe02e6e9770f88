//! Giving money back.

use domain::payment::MetadataChange;
use domain::{
    AttemptStatus, CaptureMethod, DeclineReason, EventKind, PaymentStatus, RefundReason,
    RefundStatus, Refusal,
};
use engine::store_types::{Cursor, Page};
use engine::{Thing, refunds};
use sandbox::{Fault, Kind};

use crate::installation::TestEngine;
use crate::records::{
    DECLINED, OTHER, OWNER, VISA, asking, back, missing, newest, of, paying, payment_of, plain,
    refund_of, refusal, said, setting_aside, typed,
};

#[tokio::test]
async fn all_of_it_goes_back_when_no_amount_is_named() {
    let engine = TestEngine::start().await;
    let id = engine.paid().await;
    let create = refunds::Create {
        reason: Some(RefundReason::RequestedByCustomer),
        ..back(id, None)
    };
    let reply = engine.app.create_refund(&plain(), create).await.unwrap();
    assert_eq!(
        (reply.answer.status, said(&reply, "given")),
        (200, "succeeded")
    );
    let refund = engine
        .app
        .get_refund(OWNER, refund_of(&reply))
        .await
        .unwrap();
    assert_eq!(refund.amount.minor, 1250);
    assert_eq!(refund.reason, Some(RefundReason::RequestedByCustomer));
    let payment = engine.payment(id).await;
    assert_eq!(
        (payment.refunded_minor, payment.refundable_minor()),
        (1250, 0)
    );
    assert_eq!(payment.status, PaymentStatus::Succeeded);
    for kind in [
        EventKind::RefundCreated,
        EventKind::RefundUpdated,
        EventKind::ChargeRefunded,
    ] {
        assert_eq!(engine.told(kind).await, 1, "{kind}");
    }
    engine.finish().await;
}

#[tokio::test]
async fn several_parts_go_back_until_nothing_is_left() {
    let engine = TestEngine::start().await;
    let id = engine.paid().await;
    for minor in [Some(500), Some(250), None] {
        let reply = engine.refund(id, minor).await.unwrap();
        assert_eq!(said(&reply, "given"), "succeeded");
    }
    assert_eq!(engine.payment(id).await.refunded_minor, 1250);
    let refused = engine.refund(id, Some(1)).await;
    assert_eq!(refusal(refused), Refusal::AlreadyRefunded);
    let list = engine
        .app
        .list_refunds(OWNER, crate::records::refunds_of(id), newest(10))
        .await;
    let mut amounts: Vec<_> = list.unwrap().iter().map(|one| one.amount.minor).collect();
    amounts.sort_unstable();
    assert_eq!(amounts, [250, 500, 500]);
    engine.finish().await;
}

#[tokio::test]
async fn never_more_goes_back_than_was_taken() {
    let engine = TestEngine::start().await;
    let id = engine.paid().await;
    engine.refund(id, Some(1000)).await.unwrap();
    for (minor, expected) in [
        (251, Refusal::AmountAboveRefundable),
        (0, Refusal::AmountTooSmall),
        (-250, Refusal::AmountTooSmall),
    ] {
        assert_eq!(refusal(engine.refund(id, Some(minor)).await), expected);
    }
    assert_eq!(engine.bank.received(Kind::Refund), 1);
    engine.finish().await;
}

#[tokio::test]
async fn of_a_partial_capture_only_that_part_goes_back() {
    let engine = TestEngine::start().await;
    let id = payment_of(&engine.create(setting_aside(VISA)).await);
    let captured = engine.app.capture_payment(&plain(), id, Some(500)).await;
    captured.unwrap();
    let refused = engine.refund(id, Some(501)).await;
    assert_eq!(refusal(refused), Refusal::AmountAboveRefundable);
    engine.refund(id, None).await.unwrap();
    assert_eq!(engine.payment(id).await.refunded_minor, 500);
    engine.finish().await;
}

#[tokio::test]
async fn where_no_money_was_taken_none_goes_back() {
    let engine = TestEngine::start().await;
    for create in [asking(), setting_aside(VISA), paying(DECLINED)] {
        let id = payment_of(&engine.create(create).await);
        let refused = engine.refund(id, None).await;
        assert_eq!(refusal(refused), Refusal::NothingToRefund);
    }
    assert_eq!(engine.bank.received(Kind::Refund), 0);
    engine.finish().await;
}

#[tokio::test]
async fn two_refunds_at_once_give_back_no_more_than_was_taken() {
    let engine = TestEngine::start().await;
    let id = engine.paid().await;
    let request = plain();
    let refund = || engine.app.create_refund(&request, back(id, Some(800)));
    let (one, other) = tokio::join!(refund(), refund());
    assert_ne!(one.is_ok(), other.is_ok(), "{one:?} {other:?}");
    let refused = if one.is_err() { one } else { other };
    assert_eq!(refusal(refused), Refusal::AmountAboveRefundable);
    assert_eq!(engine.payment(id).await.refunded_minor, 800);
    assert_eq!(engine.bank.received(Kind::Refund), 1);
    engine.finish().await;
}

#[tokio::test]
async fn two_refunds_at_once_that_fit_are_both_made() {
    let engine = TestEngine::start().await;
    let id = engine.paid().await;
    let request = plain();
    let refund = |minor| engine.app.create_refund(&request, back(id, Some(minor)));
    let (one, other) = tokio::join!(refund(1000), refund(250));
    assert_eq!(said(&one.unwrap(), "given"), "succeeded");
    assert_eq!(said(&other.unwrap(), "given"), "succeeded");
    assert_eq!(engine.payment(id).await.refunded_minor, 1250);
    engine.finish().await;
}

#[tokio::test]
async fn a_refused_refund_gives_its_reservation_back() {
    let engine = TestEngine::start().await;
    let id = payment_of(&engine.create(paying("4000000000551301")).await);
    let reply = engine.refund(id, Some(500)).await.unwrap();
    assert_eq!(
        (reply.answer.status, said(&reply, "given")),
        (200, "failed")
    );
    let refund = engine
        .app
        .get_refund(OWNER, refund_of(&reply))
        .await
        .unwrap();
    assert_eq!(refund.decline, Some(DeclineReason::TransactionNotAllowed));
    assert!(refund.ended_at.is_some());
    let loaded = engine.load(id).await;
    assert_eq!(loaded.payment.refundable_minor(), 1250);
    assert_eq!(loaded.attempt.unwrap().refunded_minor, 0);
    assert_eq!(engine.told(EventKind::RefundFailed).await, 1);
    engine.finish().await;
}

#[tokio::test]
async fn a_refund_without_an_answer_is_undone() {
    let engine = TestEngine::start().await;
    let id = payment_of(&engine.create(paying("4000000000551400")).await);
    engine.bank.hasten();
    let reply = engine.refund(id, Some(1000)).await.unwrap();
    engine.bank.be_patient();
    assert_eq!(
        (reply.answer.status, said(&reply, "given")),
        (200, "unknown")
    );
    let refused = engine.refund(id, Some(251)).await;
    assert_eq!(
        refusal(refused),
        Refusal::AmountAboveRefundable,
        "it is still reserved"
    );
    engine.settle().await;
    let refund = engine
        .app
        .get_refund(OWNER, refund_of(&reply))
        .await
        .unwrap();
    assert_eq!(refund.status, RefundStatus::Failed);
    assert_eq!(engine.payment(id).await.refundable_minor(), 1250);
    assert_eq!(engine.told(EventKind::RefundFailed).await, 1);
    engine.finish().await;
}

#[tokio::test]
async fn a_refund_that_never_arrived_fails_when_it_can_no_longer_arrive() {
    let engine = TestEngine::start().await;
    let id = engine.paid().await;
    engine
        .bank
        .disturb(Kind::Refund, 1, Fault::DropBeforeBooking);
    let reply = engine.refund(id, None).await.unwrap();
    assert_eq!(said(&reply, "given"), "unknown");
    engine.work().await;
    let refund = engine
        .app
        .get_refund(OWNER, refund_of(&reply))
        .await
        .unwrap();
    assert_eq!(
        refund.status,
        RefundStatus::Unknown,
        "it may still be under way"
    );
    engine.settle().await;
    let again = engine.refund(id, None).await.unwrap();
    assert_eq!(said(&again, "given"), "succeeded");
    engine.finish().await;
}

#[tokio::test]
async fn a_refund_that_was_not_sent_fails_at_once() {
    let engine = TestEngine::start().await;
    let id = engine.paid().await;
    engine.bank.unplug();
    let reply = engine.refund(id, None).await.unwrap();
    assert_eq!(said(&reply, "given"), "failed");
    engine.bank.be_patient();
    assert_eq!(engine.payment(id).await.refundable_minor(), 1250);
    assert!(engine.advices(id).await.is_empty());
    assert_eq!(engine.bank.received(Kind::Refund), 0);
    engine.finish().await;
}

#[tokio::test]
async fn the_charge_that_took_the_money_can_be_named_and_no_other() {
    let engine = TestEngine::start().await;
    let id = payment_of(&engine.create(paying(DECLINED)).await);
    let failed = engine.load(id).await.attempt.unwrap();
    let confirm = engine.app.confirm_payment(&plain(), id, typed(VISA)).await;
    confirm.unwrap();
    let paid = engine.load(id).await.attempt.unwrap();
    assert_eq!(paid.status, AttemptStatus::Approved);
    assert_eq!(paid.capture_method, CaptureMethod::Automatic);
    let of_charge = |charge| refunds::Create {
        of: refunds::Of::Charge(charge),
        ..back(id, Some(300))
    };
    let refused = engine
        .app
        .create_refund(&plain(), of_charge(failed.id))
        .await;
    assert_eq!(refusal(refused), Refusal::NothingToRefund);
    let reply = engine.app.create_refund(&plain(), of_charge(paid.id)).await;
    assert_eq!(said(&reply.unwrap(), "given"), "succeeded");
    assert_eq!(engine.load(id).await.attempt.unwrap().refunded_minor, 300);
    engine.finish().await;
}

#[tokio::test]
async fn nobody_refunds_the_payment_of_another() {
    let engine = TestEngine::start().await;
    let id = engine.paid().await;
    let charge = engine.load(id).await.attempt.unwrap().id;
    let refund = refund_of(&engine.refund(id, Some(10)).await.unwrap());
    let (app, request) = (&engine.app, of(OTHER));
    let refused = app.create_refund(&request, back(id, None)).await;
    assert_eq!(missing(refused), Thing::Payment);
    let by_charge = refunds::Create {
        of: refunds::Of::Charge(charge),
        ..back(id, None)
    };
    let refused = app.create_refund(&request, by_charge).await;
    assert_eq!(missing(refused), Thing::Charge);
    assert_eq!(missing(app.get_refund(OTHER, refund).await), Thing::Refund);
    let updated = app
        .update_refund(&request, refund, MetadataChange::Clear)
        .await;
    assert_eq!(missing(updated), Thing::Refund);
    let listed = app
        .list_refunds(OTHER, crate::records::refunds_of(id), newest(10))
        .await;
    assert_eq!(missing(listed), Thing::Payment);
    assert!(
        app.list_refunds(OTHER, engine::lists::RefundsOf::default(), newest(10))
            .await
            .unwrap()
            .is_empty()
    );
    engine.finish().await;
}

#[tokio::test]
async fn the_pairs_of_a_refund_can_be_changed() {
    let engine = TestEngine::start().await;
    let id = engine.paid().await;
    let refund = refund_of(&engine.refund(id, Some(10)).await.unwrap());
    let change = [("why".to_owned(), Some("cold soup".to_owned()))];
    let change = MetadataChange::Change(change.into());
    let updated = engine.app.update_refund(&plain(), refund, change).await;
    assert_eq!(said(&updated.unwrap(), "given"), "succeeded");
    let refund = engine.app.get_refund(OWNER, refund).await.unwrap();
    assert_eq!(
        refund.metadata,
        [("why".to_owned(), "cold soup".to_owned())].into()
    );
    engine.finish().await;
}

#[tokio::test]
async fn refunds_are_listed_newest_first_in_pages() {
    let engine = TestEngine::start().await;
    let id = engine.paid().await;
    let mut made = Vec::new();
    for _ in 0..3 {
        made.push(refund_of(&engine.refund(id, Some(10)).await.unwrap()));
    }
    made.reverse();
    let app = &engine.app;
    let ids = |page: Page<_>| async move {
        let list = app
            .list_refunds(OWNER, engine::lists::RefundsOf::default(), page)
            .await
            .unwrap();
        list.iter().map(|refund| refund.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(newest(2)).await, made[..2]);
    let rest = Page::new(2, Cursor::After(made[1]));
    assert_eq!(ids(rest).await, made[2..]);
    engine.finish().await;
}
