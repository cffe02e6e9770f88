//! Attempts: read back as written and as ended, and found again when nobody ends them.

use domain::{Attempt, AttemptId, AttemptStatus, CaptureMethod, NodeId, Owner, Payment, Step};
use proptest::prelude::*;
use store::attempts::{find, list, list_abandoned, list_of_payment};
use store::{Cursor, Error, Page, nodes};

use crate::any;
use crate::engines::{Database, everywhere};
use crate::records::{
    NOW, after, approval, concluded, confirmed, decline, ended, id, opened, owner, sent,
};

async fn stored(database: &Database, id: AttemptId) -> Option<Attempt> {
    database.read(move |tx| find(tx, id)).await
}

fn pair() -> impl Strategy<Value = (Payment, Attempt, Attempt)> {
    any::payment(owner()).prop_flat_map(|payment| {
        let attempts = (any::attempt(payment.clone()), any::attempt(payment.clone()));
        attempts.prop_map(move |(begun, ended)| (payment.clone(), begun, ended))
    })
}

/// What of an attempt never changes, of `begun`, and the rest of `ended`.
fn later(begun: &Attempt, ended: Attempt) -> Attempt {
    Attempt {
        status: ended.status,
        captured_minor: ended.captured_minor,
        refunded_minor: ended.refunded_minor,
        challenge: ended.challenge,
        approval_code: ended.approval_code,
        response_code: ended.response_code,
        cvc_check: ended.cvc_check,
        decline: ended.decline,
        ended_at: ended.ended_at,
        ..begun.clone()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_attempt_reads_back_as_begun_and_as_ended((payment, begun, ended) in pair()) {
        everywhere(async |database| {
            let begun = Attempt { status: AttemptStatus::Sent, captured_minor: 0, ..begun.clone() };
            let step = Step::of(payment.clone()).with_attempt(begun.clone());
            database.apply(step).await.unwrap();
            assert_eq!(stored(&database, begun.id).await.as_ref(), Some(&begun));
            if ended.status == AttemptStatus::Sent {
                return;
            }
            let next = Payment { version: 2, ..payment.clone() };
            let ended = later(&begun, ended.clone());
            database.apply(Step::of(next).with_attempt(ended.clone())).await.unwrap();
            assert_eq!(stored(&database, begun.id).await, Some(ended));
        });
    }
}

#[test]
fn attempts_of_a_payment_come_newest_first() {
    everywhere(async |database| {
        let first = sent(owner(), CaptureMethod::Automatic);
        let declined = concluded(&first, &decline());
        let second = confirmed(&declined.payment, id());
        let (owner, payment) = (first.payment.owner, first.payment.id);
        for step in [first.clone(), declined, second.clone()] {
            database.apply(step).await.unwrap();
        }
        let (first, second) = (first.attempt.unwrap().id, second.attempt.unwrap().id);
        let page = async |from| {
            let page = Page::new(10, from);
            let found = database.read(move |tx| list_of_payment(tx, owner, payment, &page));
            let ids = found.await.into_iter().map(|attempt| attempt.id);
            ids.collect::<Vec<_>>()
        };
        assert_eq!(page(Cursor::Newest).await, [second, first]);
        assert_eq!(page(Cursor::After(second)).await, [first]);
        assert_eq!(page(Cursor::Before(first)).await, [second]);
    });
}

#[test]
fn a_page_shows_its_owners_attempts_alone() {
    everywhere(async |database| {
        let mine = owner();
        let mut ids = Vec::new();
        for owner in [mine, owner(), mine] {
            let way = (owner, CaptureMethod::Manual);
            let (sale, _) = ended(&database, way, &approval()).await;
            ids.push(sale.attempt.id);
        }
        let page = async |owner: Owner, from| {
            let page = Page::new(10, from);
            let found = database.read(move |tx| list(tx, owner, &page)).await;
            found
                .into_iter()
                .map(|attempt| attempt.id)
                .collect::<Vec<_>>()
        };
        assert_eq!(page(mine, Cursor::Newest).await, [ids[2], ids[0]]);
        assert_eq!(page(mine, Cursor::After(ids[2])).await, [ids[0]]);
        assert_eq!(page(mine, Cursor::Before(ids[0])).await, [ids[2]]);
        assert_eq!(page(owner(), Cursor::Newest).await, []);
    });
}

#[test]
fn a_trace_used_twice_is_refused_and_leaves_nothing() {
    everywhere(async |database| {
        let first = sent(owner(), CaptureMethod::Automatic);
        let mut second = sent(owner(), CaptureMethod::Automatic);
        let trace = first.attempt.clone().unwrap().trace;
        second.attempt.as_mut().unwrap().trace = trace;
        let payment = second.payment.id;
        database.apply(first).await.unwrap();
        let refused = database.apply(second).await;
        assert!(
            matches!(refused, Err(Error::Exists("trace"))),
            "{refused:?}"
        );
        let found = database
            .read(move |tx| store::payments::find(tx, payment))
            .await;
        assert_eq!(found, None);
    });
}

async fn abandoned(database: &Database, (seen, begun): (i64, i64), limit: i64) -> Vec<AttemptId> {
    let (seen, begun) = (after(seen), after(begun));
    let found = database
        .read(move |tx| list_abandoned(tx, seen, begun, limit))
        .await;
    found.into_iter().map(|(attempt, _)| attempt).collect()
}

/// An attempt under way, sent by `node`.
async fn under_way(database: &Database, node: NodeId) -> Step {
    let opened = opened(owner(), CaptureMethod::Automatic);
    let confirmed = confirmed(&opened.payment, node);
    let step = opened.then(confirmed);
    database.apply(step.clone()).await.unwrap();
    step
}

#[test]
fn an_attempt_is_abandoned_when_its_process_is_not_seen_any_more() {
    everywhere(async |database| {
        let (alive, dead, unknown) = (id(), id(), id());
        database
            .write(move |tx| nodes::note_alive(tx, alive, after(60)))
            .await;
        database
            .write(move |tx| nodes::note_alive(tx, dead, NOW))
            .await;
        let mut ids = Vec::new();
        for node in [alive, dead, unknown] {
            ids.push(under_way(&database, node).await.attempt.unwrap().id);
        }
        let mut found = abandoned(&database, (60, 0), 10).await;
        found.sort();
        assert_eq!(found, ids[1..]);
        assert_eq!(abandoned(&database, (60, 0), 1).await.len(), 1);
        assert_eq!(abandoned(&database, (0, 0), 10).await, [ids[2]]);
    });
}

#[test]
fn an_attempt_is_abandoned_when_it_is_too_old_though_its_process_lives() {
    everywhere(async |database| {
        let node = id();
        database
            .write(move |tx| nodes::note_alive(tx, node, after(60)))
            .await;
        let step = under_way(&database, node).await;
        assert_eq!(abandoned(&database, (60, 0), 10).await, []);
        let attempt = step.attempt.unwrap().id;
        assert_eq!(abandoned(&database, (60, 1), 10).await, [attempt]);
    });
}

#[test]
fn an_attempt_that_ended_is_never_abandoned() {
    everywhere(async |database| {
        for outcome in [approval(), decline(), domain::Outcome::Unknown] {
            let way = (owner(), CaptureMethod::Automatic);
            ended(&database, way, &outcome).await;
        }
        assert_eq!(abandoned(&database, (60, 60), 10).await, []);
    });
}
