//! Links that anybody may open: how many pay is decided where their payments are written.

use std::sync::Arc;

use domain::checkout::LineItem;
use domain::payment_link::AfterCompletion;
use domain::{Currency, EventKind, PaymentId, PaymentLink, PaymentLinkId, PaymentStatus, Refusal};
use engine::catalogue::items::Wish;
use engine::payment_links::Details;
use engine::{Actor, App, Error, Reply, Request, Thing};

use crate::installation::{TestEngine, within};
use crate::records::{
    CHALLENGED, DECLINED, OTHER, OWNER, VISA, missing, plain, refusal, said, standing, typed,
};

const HOUR_MS: i64 = 3_600_000;
const NO_ANSWER: &str = "4000000000550709";

fn croissants() -> Vec<Wish> {
    let item = LineItem {
        name: "Croissant".into(),
        unit_minor: 625,
        quantity: 2,
        price: None,
    };
    vec![Wish::Named(item, Currency::EUR)]
}

/// A link that so many may pay.
async fn link(engine: &TestEngine, limit: Option<i64>) -> PaymentLinkId {
    engine.clock.advance_millis(1);
    let details = Details {
        limit: Some(limit),
        ..Details::default()
    };
    let app = &engine.app;
    let made = app
        .create_payment_link(&plain(), croissants(), details)
        .await;
    PaymentLinkId::parse(said(&made.unwrap(), "link")).unwrap()
}

async fn load(engine: &TestEngine, id: PaymentLinkId) -> PaymentLink {
    let offer = engine.app.get_payment_link(OWNER, id).await.unwrap();
    offer.link
}

/// How many places are taken, and how many payments were made.
async fn counts(engine: &TestEngine, id: PaymentLinkId) -> (i64, i64) {
    let link = load(engine, id).await;
    (link.taken, link.completed)
}

fn payer() -> Request {
    let mut request = plain();
    request.caller.actor = Actor::Payer;
    request
}

/// Somebody opens the link: the payment that is theirs.
async fn visit(engine: &TestEngine, id: PaymentLinkId) -> Result<PaymentId, Error> {
    engine.clock.advance_millis(1);
    let offer = engine.app.find_payment_link(id).await.unwrap();
    let loaded = engine.app.take_up(&payer(), offer, HOUR_MS).await?;
    Ok(loaded.payment.id)
}

async fn pay(app: &Arc<App>, payment: PaymentId, card: &str) -> Result<Reply, Error> {
    within(app.confirm_payment(&payer(), payment, typed(card))).await
}

async fn change(engine: &TestEngine, id: PaymentLinkId, details: Details) {
    let changed = engine.app.update_payment_link(&plain(), id, details).await;
    changed.unwrap();
}

#[tokio::test]
async fn every_payer_has_a_payment_of_their_own() {
    let engine = TestEngine::start().await;
    let id = link(&engine, None).await;
    let (first, second) = (visit(&engine, id).await, visit(&engine, id).await);
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_ne!(first, second);
    let loaded = engine.load(first).await;
    assert_eq!(loaded.payment.amount.minor, 1250);
    assert_eq!(loaded.session.unwrap().link, Some(id));
    assert_eq!(counts(&engine, id).await, (0, 0));
    for payment in [first, second] {
        let paid = pay(&engine.app, payment, VISA).await.unwrap();
        assert_eq!(standing(&paid), (200, "succeeded"));
    }
    assert_eq!(counts(&engine, id).await, (2, 2));
    assert_eq!(engine.told(EventKind::CheckoutCompleted).await, 2);
    assert_eq!(engine.told(EventKind::PaymentLinkCreated).await, 1);
    engine.finish().await;
}

#[tokio::test]
async fn of_all_who_pay_at_once_only_as_many_as_may_do() {
    let engine = TestEngine::start().await;
    let other = engine.another_node().await;
    for limit in [1, 1, 1, 3] {
        let id = link(&engine, Some(limit)).await;
        let mut opened = Vec::new();
        for _ in 0..6 {
            opened.push(visit(&engine, id).await.unwrap());
        }
        let nodes = [&engine.app, &other].into_iter().cycle();
        let payers = nodes.zip(opened).map(|(app, payment)| {
            let payer = app.clone();
            app.supervisor
                .run(async move { pay(&payer, payment, VISA).await })
        });
        let payers: Vec<_> = payers.collect();
        let mut paid = 0;
        for payer in payers {
            match within(payer).await.unwrap() {
                Ok(reply) => {
                    assert_eq!(standing(&reply), (200, "succeeded"));
                    paid += 1;
                }
                refused => assert_eq!(refusal(refused), Refusal::PaymentLinkClosed),
            }
        }
        assert_eq!(paid, limit);
        assert_eq!(counts(&engine, id).await, (limit, limit));
        let late = visit(&engine, id).await;
        assert_eq!(refusal(late), Refusal::PaymentLinkClosed);
    }
    assert_eq!(engine.told(EventKind::PaymentSucceeded).await, 6);
    other
        .supervisor
        .shut_down(crate::installation::PATIENCE)
        .await;
    engine.finish().await;
}

#[tokio::test]
async fn whoever_is_declined_leaves_their_place_to_the_next() {
    let engine = TestEngine::start().await;
    let id = link(&engine, Some(1)).await;
    let (first, second) = (visit(&engine, id).await, visit(&engine, id).await);
    let (first, second) = (first.unwrap(), second.unwrap());
    let declined = pay(&engine.app, first, DECLINED).await.unwrap();
    assert_eq!(standing(&declined).0, 402);
    assert_eq!(counts(&engine, id).await, (0, 0));
    let paid = pay(&engine.app, second, VISA).await.unwrap();
    assert_eq!(standing(&paid), (200, "succeeded"));
    let late = pay(&engine.app, first, VISA).await;
    assert_eq!(refusal(late), Refusal::PaymentLinkClosed);
    assert_eq!(
        engine.status(first).await,
        PaymentStatus::RequiresPaymentMethod
    );
    assert_eq!(counts(&engine, id).await, (1, 1));
    engine.finish().await;
}

#[tokio::test]
async fn a_payment_in_doubt_keeps_its_place_until_it_is_undone() {
    let engine = TestEngine::start().await;
    let id = link(&engine, Some(1)).await;
    let (first, second) = (visit(&engine, id).await, visit(&engine, id).await);
    let (first, second) = (first.unwrap(), second.unwrap());
    let doubtful = pay(&engine.app, first, NO_ANSWER).await.unwrap();
    assert_eq!(standing(&doubtful), (200, "processing"));
    assert_eq!(counts(&engine, id).await, (1, 0));
    let refused = pay(&engine.app, second, VISA).await;
    assert_eq!(refusal(refused), Refusal::PaymentLinkClosed);
    engine.settle().await;
    assert_eq!(counts(&engine, id).await, (0, 0));
    let paid = pay(&engine.app, second, VISA).await.unwrap();
    assert_eq!(standing(&paid), (200, "succeeded"));
    engine.finish().await;
}

#[tokio::test]
async fn a_challenge_keeps_its_place_and_a_failed_one_gives_it_back() {
    let engine = TestEngine::start().await;
    let id = link(&engine, Some(1)).await;
    let first = visit(&engine, id).await.unwrap();
    let challenged = pay(&engine.app, first, CHALLENGED).await.unwrap();
    assert_eq!(standing(&challenged).1, "requires_action");
    assert_eq!(counts(&engine, id).await, (1, 0));
    assert_eq!(
        refusal(visit(&engine, id).await),
        Refusal::PaymentLinkClosed
    );
    let failed = engine.app.complete_challenge(&payer(), first, None).await;
    failed.unwrap();
    assert_eq!(counts(&engine, id).await, (0, 0));
    engine.finish().await;
}

#[tokio::test]
async fn a_challenge_that_nobody_answers_gives_its_place_back_with_its_session() {
    let engine = TestEngine::start().await;
    let id = link(&engine, Some(1)).await;
    let first = visit(&engine, id).await.unwrap();
    pay(&engine.app, first, CHALLENGED).await.unwrap();
    assert_eq!(counts(&engine, id).await, (1, 0));
    engine.clock.advance_millis(HOUR_MS + 10);
    engine.work().await;
    assert_eq!(engine.status(first).await, PaymentStatus::Canceled);
    assert_eq!(counts(&engine, id).await, (0, 0));
    engine.finish().await;
}

#[tokio::test]
async fn money_given_back_does_not_open_a_link_again() {
    let engine = TestEngine::start().await;
    let id = link(&engine, Some(1)).await;
    let payment = visit(&engine, id).await.unwrap();
    pay(&engine.app, payment, VISA).await.unwrap();
    engine.refund(payment, None).await.unwrap();
    assert_eq!(counts(&engine, id).await, (1, 1));
    assert_eq!(
        refusal(visit(&engine, id).await),
        Refusal::PaymentLinkClosed
    );
    engine.finish().await;
}

#[tokio::test]
async fn a_link_that_was_ended_takes_nobody_not_even_who_had_opened_it() {
    let engine = TestEngine::start().await;
    let id = link(&engine, None).await;
    let payment = visit(&engine, id).await.unwrap();
    let ended = Details {
        is_active: Some(false),
        inactive_message: Some(Some("See you in spring".into())),
        ..Details::default()
    };
    change(&engine, id, ended).await;
    assert_eq!(
        refusal(visit(&engine, id).await),
        Refusal::PaymentLinkClosed
    );
    let late = pay(&engine.app, payment, VISA).await;
    assert_eq!(refusal(late), Refusal::PaymentLinkClosed);
    let again = Details {
        is_active: Some(true),
        ..Details::default()
    };
    change(&engine, id, again).await;
    let paid = pay(&engine.app, payment, VISA).await.unwrap();
    assert_eq!(standing(&paid), (200, "succeeded"));
    assert_eq!(engine.told(EventKind::PaymentLinkUpdated).await, 2);
    engine.finish().await;
}

#[tokio::test]
async fn a_change_leaves_the_counts() {
    let engine = TestEngine::start().await;
    let id = link(&engine, None).await;
    let payment = visit(&engine, id).await.unwrap();
    pay(&engine.app, payment, VISA).await.unwrap();
    let wish = Details {
        limit: Some(Some(1)),
        after: Some(AfterCompletion::Redirect("https://shop.example".into())),
        ..Details::default()
    };
    change(&engine, id, wish).await;
    assert_eq!(counts(&engine, id).await, (1, 1));
    assert_eq!(
        refusal(visit(&engine, id).await),
        Refusal::PaymentLinkClosed
    );
    engine.finish().await;
}

#[tokio::test]
async fn a_link_is_its_owners_and_for_money_they_take() {
    let engine = TestEngine::start().await;
    let id = link(&engine, None).await;
    let theirs = engine.app.get_payment_link(OTHER, id).await;
    assert_eq!(missing(theirs), Thing::PaymentLink);
    let item = |unit_minor| LineItem {
        name: "Croissant".into(),
        unit_minor,
        quantity: 1,
        price: None,
    };
    let dollars = crate::records::currency("USD");
    for (wish, expected) in [
        (Wish::Named(item(0), Currency::EUR), Refusal::AmountTooSmall),
        (
            Wish::Named(item(100_000_000), Currency::EUR),
            Refusal::AmountTooLarge,
        ),
        (Wish::Named(item(1), dollars), Refusal::CurrencyNotTaken),
    ] {
        let app = &engine.app;
        let refused = app
            .create_payment_link(&plain(), vec![wish], Details::default())
            .await;
        assert_eq!(refusal(refused), expected);
    }
    engine.finish().await;
}
