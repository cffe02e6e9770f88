//! Telling endpoints what happened: when, in which order, how often, and when no more.

use domain::webhook::{DeliveryStatus, DisabledReason, EndpointStatus, RETRY_PAUSES_MS, SendFault};
use domain::{EventKind, Refusal};
use engine::webhooks::{Change, Told, Verdict};
use engine::{Error, Thing, workers};
use store::webhook_endpoints::Endpoint;

use crate::installation::{PATIENCE, SELDOM, Setup, TestEngine, within};
use crate::post::{Post, endpoint, is_about, listen, listen_as};
use crate::records::{OTHER, OWNER, VISA, keyed, newest, paying, plain, setting_aside};

const HERE: &str = "https://here.example/";
const THERE: &str = "https://there.example/";

async fn engine_with(post: &Post) -> TestEngine {
    TestEngine::with(Setup {
        courier: post.courier(),
        ..Setup::default()
    })
    .await
}

async fn told(engine: &TestEngine, to: &Endpoint) -> Vec<Told> {
    let page = newest(100);
    let list = engine.app.list_deliveries(OWNER, to.id, page);
    let mut all = list.await.unwrap();
    all.reverse();
    all
}

fn statuses(all: &[Told]) -> Vec<DeliveryStatus> {
    all.iter().map(|one| one.delivery.status).collect()
}

/// Looks until nothing is due any more.
async fn work_all(engine: &TestEngine) {
    while engine.work().await > 0 {}
}

#[tokio::test]
async fn what_happens_to_a_payment_is_told_in_order() {
    let post = Post::accepting();
    let engine = engine_with(&post).await;
    listen(&engine.app, HERE).await;
    let id = engine.paid().await;
    engine.refund(id, Some(100)).await.unwrap();
    work_all(&engine).await;
    let kinds = post.kinds();
    assert_eq!(kinds[0], EventKind::PaymentCreated);
    let place = |kind| kinds.iter().position(|one| *one == kind).unwrap();
    assert!(place(EventKind::PaymentSucceeded) < place(EventKind::RefundCreated));
    assert!(place(EventKind::RefundCreated) < place(EventKind::ChargeRefunded));
    let events = engine
        .app
        .list_events(OWNER, Vec::new(), newest(100))
        .await
        .unwrap();
    assert_eq!(events.len(), kinds.len(), "each event is told once");
    assert!(events.iter().all(|(_, open)| *open == 0));
    engine.finish().await;
}

#[tokio::test]
async fn whoever_makes_something_to_tell_wakes_the_worker() {
    let post = Post::accepting();
    let engine = engine_with(&post).await;
    listen(&engine.app, HERE).await;
    workers::start(&engine.app, SELDOM).await.unwrap();
    engine.paid().await;
    let customer = engine::customers::Details::default();
    engine
        .app
        .create_customer(&plain(), customer)
        .await
        .unwrap();
    post.until(4).await;
    assert!(post.kinds().contains(&EventKind::CustomerCreated));
    engine.finish().await;
}

#[tokio::test]
async fn a_retry_holds_no_later_event_back() {
    let post = Post::new(|parcel| {
        if parcel.event.kind == EventKind::PaymentCreated {
            Verdict::Refused { pause_ms: None }
        } else {
            Verdict::Accepted
        }
    });
    let engine = engine_with(&post).await;
    let here = listen(&engine.app, HERE).await;
    engine.paid().await;
    work_all(&engine).await;
    let all = told(&engine, &here).await;
    let (waits, rest): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|one| one.delivery.status == DeliveryStatus::Pending);
    assert_eq!(waits[0].delivery.event, post.parcels()[0].event.id);
    assert_eq!((waits.len(), rest.len()), (1, 2));
    let later = statuses(&rest);
    assert!(later.iter().all(|one| *one == DeliveryStatus::Delivered));
    engine.finish().await;
}

#[tokio::test]
async fn a_first_attempt_waits_for_the_one_before_it_and_for_nothing_else() {
    let post = Post::accepting().holding(HERE);
    let engine = engine_with(&post).await;
    listen(&engine.app, HERE).await;
    workers::start(&engine.app, SELDOM).await.unwrap();
    let (one, other) = (engine.paid().await, engine.paid().await);
    post.until(2).await;
    let held = post.parcels();
    assert!(held.iter().any(|parcel| is_about(parcel, one)));
    assert!(held.iter().any(|parcel| is_about(parcel, other)));
    let created = post.kinds();
    assert_eq!(created, [EventKind::PaymentCreated; 2]);
    post.release();
    post.until(6).await;
    engine.finish().await;
}

#[tokio::test]
async fn an_endpoint_that_does_not_answer_delays_no_other() {
    let post = Post::accepting().holding(HERE);
    let engine = engine_with(&post).await;
    listen(&engine.app, HERE).await;
    let there = listen(&engine.app, THERE).await;
    workers::start(&engine.app, SELDOM).await.unwrap();
    for _ in 0..70 {
        let details = engine::customers::Details::default();
        engine.app.create_customer(&plain(), details).await.unwrap();
    }
    let heard = async {
        loop {
            let all = told(&engine, &there).await;
            let is_there = |one: &Told| one.delivery.status == DeliveryStatus::Delivered;
            if all.len() == 70 && all.iter().all(is_there) {
                break;
            }
            tokio::task::yield_now().await;
        }
    };
    within(heard).await;
    let here = post
        .parcels()
        .into_iter()
        .filter(|one| one.url == HERE)
        .count();
    assert!((1..=64).contains(&here), "{here} at once");
    post.release();
    engine.finish().await;
}

#[tokio::test]
async fn what_fails_is_tried_by_the_published_schedule_and_then_given_up() {
    let post = Post::silent();
    let engine = engine_with(&post).await;
    let here = listen(&engine.app, HERE).await;
    let details = engine::customers::Details::default();
    engine.app.create_customer(&plain(), details).await.unwrap();
    for (tries, pause) in (1..).zip(RETRY_PAUSES_MS) {
        assert_eq!(engine.work().await, 1);
        let all = told(&engine, &here).await;
        assert_eq!(all[0].delivery.tries, tries);
        let next = all[0].delivery.next_at.unwrap();
        let waits = next.millis_since(engine.clock.now());
        assert!(
            (pause * 9 / 10..=pause * 11 / 10).contains(&waits),
            "{waits}"
        );
        engine.clock.advance_millis(waits - 1);
        assert_eq!(engine.work().await, 0, "not before its time");
        engine.clock.advance_millis(1);
    }
    assert_eq!(engine.work().await, 1);
    let all = told(&engine, &here).await;
    assert_eq!(statuses(&all), [DeliveryStatus::Failed]);
    assert_eq!(all[0].attempts.len(), 10);
    let last = &all[0].attempts[9];
    assert_eq!((last.number, last.fault), (10, Some(SendFault::TimedOut)));
    assert_eq!(
        endpoint(&engine.app, here.id).await.status,
        EndpointStatus::Enabled
    );
    engine.clock.advance_millis(1_000_000_000);
    assert_eq!(engine.work().await, 0);
    engine.finish().await;
}

#[tokio::test]
async fn a_receiver_may_ask_for_a_longer_pause() {
    let post = Post::new(|_| Verdict::Refused {
        pause_ms: Some(90_000),
    });
    let engine = engine_with(&post).await;
    let here = listen(&engine.app, HERE).await;
    let details = engine::customers::Details::default();
    engine.app.create_customer(&plain(), details).await.unwrap();
    engine.work().await;
    let next = told(&engine, &here).await[0].delivery.next_at.unwrap();
    assert_eq!(next.millis_since(engine.clock.now()), 90_000);
    engine.finish().await;
}

#[tokio::test]
async fn whoever_is_gone_is_disabled_at_once_and_told_nothing_more() {
    let post = Post::new(|_| Verdict::Gone);
    let engine = engine_with(&post).await;
    let here = listen(&engine.app, HERE).await;
    engine.paid().await;
    work_all(&engine).await;
    assert_eq!(post.parcels().len(), 1);
    let gone = endpoint(&engine.app, here.id).await;
    assert_eq!(gone.status, EndpointStatus::Disabled);
    assert_eq!(gone.disabled.unwrap().1, DisabledReason::Gone);
    engine.clock.advance_millis(10_000);
    work_all(&engine).await;
    let all = told(&engine, &here).await;
    assert!(
        statuses(&all)
            .iter()
            .all(|one| *one == DeliveryStatus::Dropped)
    );
    engine.paid().await;
    assert_eq!(
        told(&engine, &here).await.len(),
        all.len(),
        "nothing is kept for it"
    );
    engine.finish().await;
}

#[tokio::test]
async fn an_endpoint_that_fails_for_days_is_disabled_and_begins_anew_when_enabled() {
    let post = Post::silent();
    let engine = engine_with(&post).await;
    let here = listen(&engine.app, HERE).await;
    let tell = async || {
        let details = engine::customers::Details::default();
        engine.app.create_customer(&plain(), details).await.unwrap();
        work_all(&engine).await;
    };
    tell().await;
    engine.clock.advance_millis(5 * 24 * 3_600_000 - 1);
    tell().await;
    assert_eq!(
        endpoint(&engine.app, here.id).await.status,
        EndpointStatus::Enabled
    );
    engine.clock.advance_millis(1);
    tell().await;
    let off = endpoint(&engine.app, here.id).await;
    assert_eq!(off.disabled.unwrap().1, DisabledReason::Failing);
    let actions = move |tx: &store::Tx<'_>| {
        let action = store::audit::AuditAction::EndpointDisable;
        store::audit::count(tx, OWNER, action)
    };
    assert_eq!(engine.store.read(actions).await.unwrap(), 1);
    let on = Change {
        disabled: Some(false),
        ..Change::default()
    };
    engine
        .app
        .update_endpoint(&plain(), here.id, on)
        .await
        .unwrap();
    let on = endpoint(&engine.app, here.id).await;
    assert_eq!(
        (on.status, on.disabled, on.failing_since),
        (EndpointStatus::Enabled, None, None)
    );
    engine.finish().await;
}

#[tokio::test]
async fn a_crash_between_sending_and_writing_sends_again() {
    let post = Post::accepting().holding(HERE);
    let engine = engine_with(&post).await;
    let here = listen(&engine.app, HERE).await;
    workers::start(&engine.app, SELDOM).await.unwrap();
    let details = engine::customers::Details::default();
    engine.app.create_customer(&plain(), details).await.unwrap();
    post.until(1).await;
    let other = engine.another_node().await;
    assert_eq!(within(workers::run_once(&other)).await.unwrap(), 0);
    engine.clock.advance_millis(45_000);
    let again = other.supervisor.run({
        let other = other.clone();
        async move { workers::run_once(&other).await }
    });
    post.until(2).await;
    let parcels = post.parcels();
    assert_eq!(
        parcels[0].event.id, parcels[1].event.id,
        "receivers know it by its id"
    );
    post.release();
    within(again).await.unwrap().unwrap();
    let all = told(&engine, &here).await;
    assert_eq!(statuses(&all), [DeliveryStatus::Delivered]);
    assert_eq!(
        all[0].attempts.len(),
        1,
        "whoever lost the lease writes nothing"
    );
    assert!(engine.app.supervisor.shut_down(PATIENCE).await);
    engine.finish().await;
}

#[tokio::test]
async fn several_processes_share_the_work_and_send_nothing_twice() {
    let post = Post::accepting();
    let engine = engine_with(&post).await;
    listen(&engine.app, HERE).await;
    for _ in 0..100 {
        let details = engine::customers::Details::default();
        engine.app.create_customer(&plain(), details).await.unwrap();
    }
    let other = engine.another_node().await;
    let both = [engine.app.clone(), other.clone()].map(|app| {
        let worker = app.clone();
        app.supervisor.run(async move {
            let mut done = 0;
            loop {
                let now = workers::run_once(&worker).await.unwrap();
                if now == 0 {
                    return done;
                }
                done += now;
            }
        })
    });
    let mut done = 0;
    for task in both {
        done += within(task).await.unwrap();
    }
    assert_eq!(done, 100);
    let mut events: Vec<_> = post.parcels().iter().map(|one| one.event.id).collect();
    assert_eq!(events.len(), 100);
    events.sort();
    events.dedup();
    assert_eq!(events.len(), 100, "none was claimed twice");
    assert!(other.supervisor.shut_down(PATIENCE).await);
    engine.finish().await;
}

#[tokio::test]
async fn what_was_told_can_be_told_again_by_hand() {
    let post = Post::accepting();
    let engine = engine_with(&post).await;
    let here = listen(&engine.app, HERE).await;
    let details = engine::customers::Details::default();
    engine.app.create_customer(&plain(), details).await.unwrap();
    work_all(&engine).await;
    let event = told(&engine, &here).await[0].delivery.event;
    let again = engine
        .app
        .resend_delivery(OWNER, here.id, event)
        .await
        .unwrap();
    assert_eq!(again.delivery.status, DeliveryStatus::Pending);
    work_all(&engine).await;
    let all = told(&engine, &here).await;
    assert_eq!(statuses(&all), [DeliveryStatus::Delivered]);
    assert_eq!(all[0].attempts.len(), 2);
    assert_eq!(post.parcels().len(), 2);
    let off = Change {
        disabled: Some(true),
        ..Change::default()
    };
    engine
        .app
        .update_endpoint(&plain(), here.id, off)
        .await
        .unwrap();
    let refused = engine.app.resend_delivery(OWNER, here.id, event).await;
    assert!(matches!(
        refused,
        Err(Error::Refused(Refusal::EndpointDisabled))
    ));
    engine.finish().await;
}

#[tokio::test]
async fn nobody_sees_or_moves_another_merchants_endpoint() {
    let post = Post::accepting();
    let engine = engine_with(&post).await;
    let here = listen(&engine.app, HERE).await;
    let details = engine::customers::Details::default();
    engine.app.create_customer(&plain(), details).await.unwrap();
    let event = told(&engine, &here).await[0].delivery.event;
    let mut stranger = plain();
    stranger.caller.owner = OTHER;
    let (app, id) = (&engine.app, here.id);
    let missing = |error: Error| assert!(matches!(error, Error::NotFound(Thing::WebhookEndpoint)));
    missing(app.get_endpoint(OTHER, id).await.unwrap_err());
    missing(
        app.update_endpoint(&stranger, id, Change::default())
            .await
            .unwrap_err(),
    );
    missing(app.delete_endpoint(&stranger, id).await.unwrap_err());
    missing(
        app.rotate_endpoint_secret(&stranger, id, 0)
            .await
            .unwrap_err(),
    );
    missing(app.list_deliveries(OTHER, id, newest(9)).await.unwrap_err());
    missing(app.get_delivery(OTHER, id, event).await.unwrap_err());
    missing(app.resend_delivery(OTHER, id, event).await.unwrap_err());
    let theirs = listen_as(app, &stranger, THERE).await;
    let swapped = app.get_delivery(OTHER, theirs.id, event).await;
    assert!(matches!(
        swapped,
        Err(Error::NotFound(Thing::WebhookDelivery))
    ));
    engine.paid().await;
    work_all(&engine).await;
    assert!(post.parcels().iter().all(|parcel| parcel.url == HERE));
    engine.finish().await;
}

#[tokio::test]
async fn the_secret_before_signs_as_long_as_it_overlaps() {
    let post = Post::accepting();
    let engine = engine_with(&post).await;
    let here = listen(&engine.app, HERE).await;
    let tell = async || {
        let details = engine::customers::Details::default();
        engine.app.create_customer(&plain(), details).await.unwrap();
        work_all(&engine).await;
        post.parcels().pop().unwrap().secrets
    };
    let first = tell().await;
    let rotate = async |overlap_ms| {
        let (app, request) = (&engine.app, plain());
        let rotated = app.rotate_endpoint_secret(&request, here.id, overlap_ms);
        rotated.await.unwrap();
    };
    rotate(60_000).await;
    let both = tell().await;
    assert_eq!((first.len(), both.len()), (1, 2));
    assert_eq!(both[1], first[0]);
    assert_ne!(both[0], first[0]);
    engine.clock.advance_millis(60_000);
    assert_eq!(tell().await, both[..1]);
    rotate(0).await;
    let fresh = tell().await;
    assert_eq!(fresh.len(), 1);
    assert_ne!(fresh[0], both[0]);
    engine.finish().await;
}

#[tokio::test]
async fn a_repeated_request_is_answered_the_same_and_makes_no_second_endpoint() {
    let engine = TestEngine::start().await;
    let create = || engine::webhooks::Create {
        url: HERE.into(),
        wanted: domain::webhook::Wanted::parse(["*"]).unwrap(),
        description: None,
        metadata: Default::default(),
    };
    let request = keyed("k1");
    let first = engine
        .app
        .create_endpoint(&request, create())
        .await
        .unwrap();
    let again = engine
        .app
        .create_endpoint(&request, create())
        .await
        .unwrap();
    assert_eq!((first.is_replay, again.is_replay), (false, true));
    assert_eq!(first.answer, again.answer);
    let all = engine.app.list_endpoints(OWNER, newest(9)).await.unwrap();
    assert_eq!(all.len(), 1);
    let known = move |tx: &store::Tx<'_>| store::idempotency::find(tx, OWNER, "k1");
    let kept = engine.store.read(known).await.unwrap().unwrap();
    assert_ne!(
        kept.answer.unwrap().body,
        first.answer.body,
        "it is kept sealed"
    );
    engine.finish().await;
}

#[tokio::test]
async fn there_are_only_so_many_endpoints() {
    let engine = TestEngine::start().await;
    for _ in 0..16 {
        listen(&engine.app, HERE).await;
    }
    let create = engine::webhooks::Create {
        url: HERE.into(),
        wanted: domain::webhook::Wanted::parse(["*"]).unwrap(),
        description: None,
        metadata: Default::default(),
    };
    let refused = engine.app.create_endpoint(&plain(), create).await;
    assert!(matches!(
        refused,
        Err(Error::Refused(Refusal::EndpointsTooMany))
    ));
    engine.finish().await;
}

#[tokio::test]
async fn what_was_told_long_ago_is_forgotten() {
    let post = Post::accepting();
    let engine = engine_with(&post).await;
    let here = listen(&engine.app, HERE).await;
    engine.create(setting_aside(VISA)).await;
    work_all(&engine).await;
    assert!(!told(&engine, &here).await.is_empty());
    engine.clock.advance_millis(31 * 24 * 3_600_000);
    engine.create(paying(VISA)).await;
    workers::start(&engine.app, SELDOM).await.unwrap();
    let forgotten = async {
        loop {
            let all = told(&engine, &here).await;
            let is_new = |one: &Told| one.delivery.created_at >= engine.clock.now().plus_millis(-9);
            if !all.is_empty() && all.iter().all(is_new) {
                break;
            }
            tokio::task::yield_now().await;
        }
    };
    within(forgotten).await;
    engine.finish().await;
}
