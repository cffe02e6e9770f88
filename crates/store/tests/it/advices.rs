//! Advices: due in order, each try claimed once, closed once.

use domain::{Advice, AdviceStatus, Payment, Step, Timestamp, Trace};
use store::Error;
use store::advices::{claim, find, list_due, list_of_payment, next_due, postpone, put_back};

use crate::engines::{Database, everywhere};
use crate::records::{NOW, after, id, in_doubt, owner, paid, refunded, reserved, trace};

/// An advice that is owed, with the payment it is about.
async fn owed(database: &Database) -> (Payment, Advice) {
    let (sale, step) = in_doubt(database, owner()).await;
    (sale.payment, step.advices[0].clone())
}

async fn stored(database: &Database, advice: &Advice) -> Advice {
    let id = advice.id;
    database.read(move |tx| find(tx, id)).await.unwrap()
}

async fn due(database: &Database, now: Timestamp, limit: i64) -> Vec<Advice> {
    database.read(move |tx| list_due(tx, now, limit)).await
}

async fn claimed(
    database: &Database,
    advice: &Advice,
    trace: &Trace,
    next_at: Timestamp,
) -> Result<(), Error> {
    let (advice, trace) = (advice.clone(), trace.clone());
    let change = move |tx: &store::Tx<'_>| claim(tx, &advice, &trace, next_at);
    database.store.write("test", change).await
}

fn closed(payment: &Payment, advice: &Advice, status: AdviceStatus) -> Step {
    let next = Payment {
        version: payment.version + 1,
        ..payment.clone()
    };
    Step::of(next).owe(Advice {
        status,
        ..advice.clone()
    })
}

#[test]
fn an_owed_advice_reads_back_and_is_due_at_once() {
    everywhere(async |database| {
        let (payment, advice) = owed(&database).await;
        assert_eq!(stored(&database, &advice).await, advice);
        let due = due(&database, NOW, 10).await;
        assert_eq!(due, std::slice::from_ref(&advice));
        assert_eq!(database.read(next_due).await, Some(NOW));
        let listed = database
            .read(move |tx| list_of_payment(tx, payment.id))
            .await;
        assert_eq!(listed, [advice]);
    });
}

#[test]
fn the_reversal_of_a_refund_names_its_refund() {
    everywhere(async |database| {
        let step = reserved(&paid(&database, owner()).await, 500);
        database.apply(step.clone()).await.unwrap();
        let doubt = refunded(&step, &domain::Outcome::Unknown);
        database.apply(doubt.clone()).await.unwrap();
        let found = stored(&database, &doubt.advices[0]).await;
        assert_eq!(found.refund, step.refund.map(|refund| refund.id));
        assert_eq!(found, doubt.advices[0]);
    });
}

#[test]
fn a_try_is_claimed_once_and_then_waits() {
    everywhere(async |database| {
        let (_, advice) = owed(&database).await;
        let trace = trace();
        claimed(&database, &advice, &trace, after(30))
            .await
            .unwrap();
        let again = claimed(&database, &advice, &trace, after(60)).await;
        assert!(matches!(again, Err(Error::Conflict)));
        let found = stored(&database, &advice).await;
        assert_eq!((found.tries, found.trace), (1, Some(trace)));
        assert_eq!(due(&database, after(29), 10).await, []);
        assert_eq!(due(&database, after(30), 10).await.len(), 1);
        assert_eq!(database.read(next_due).await, Some(after(30)));
    });
}

#[test]
fn the_next_try_keeps_its_trace() {
    everywhere(async |database| {
        let (_, advice) = owed(&database).await;
        let trace = trace();
        claimed(&database, &advice, &trace, after(30))
            .await
            .unwrap();
        let second = stored(&database, &advice).await;
        claimed(&database, &second, &trace, after(60))
            .await
            .unwrap();
        let found = stored(&database, &advice).await;
        assert_eq!((found.tries, found.trace), (2, Some(trace)));
    });
}

#[test]
fn two_advices_do_not_share_a_trace() {
    everywhere(async |database| {
        let (_, first) = owed(&database).await;
        let (_, second) = owed(&database).await;
        let trace = trace();
        claimed(&database, &first, &trace, after(30)).await.unwrap();
        let refused = claimed(&database, &second, &trace, after(30)).await;
        assert!(matches!(refused, Err(Error::Exists(_))), "{refused:?}");
        assert_eq!(stored(&database, &second).await, second);
    });
}

#[test]
fn a_try_that_did_not_leave_is_put_back() {
    everywhere(async |database| {
        let (_, advice) = owed(&database).await;
        claimed(&database, &advice, &trace(), after(30))
            .await
            .unwrap();
        let tried = stored(&database, &advice).await;
        let late = tried.clone();
        database
            .write(move |tx| put_back(tx, &tried, after(5)))
            .await;
        assert_eq!(stored(&database, &advice).await.tries, 0);
        assert_eq!(due(&database, after(5), 10).await.len(), 1);
        let again = database
            .store
            .write("test", move |tx| put_back(tx, &late, after(5)))
            .await;
        assert!(matches!(again, Err(Error::Conflict)));
    });
}

#[test]
fn a_try_that_ended_without_an_answer_moves_the_next_one() {
    everywhere(async |database| {
        let (_, advice) = owed(&database).await;
        claimed(&database, &advice, &trace(), after(30))
            .await
            .unwrap();
        let tried = stored(&database, &advice).await;
        let late = Advice {
            tries: 0,
            ..tried.clone()
        };
        database
            .write(move |tx| postpone(tx, &tried, after(5)))
            .await;
        assert_eq!(database.read(next_due).await, Some(after(5)));
        assert_eq!(stored(&database, &advice).await.tries, 1);
        let change = move |tx: &store::Tx<'_>| postpone(tx, &late, after(90));
        let refused = database.store.write("test", change).await;
        assert!(matches!(refused, Err(Error::Conflict)));
    });
}

#[test]
fn the_longest_waiting_is_due_first() {
    everywhere(async |database| {
        let mut expected = Vec::new();
        for seconds in [20, 10, 30] {
            let (_, advice) = owed(&database).await;
            claimed(&database, &advice, &trace(), after(seconds))
                .await
                .unwrap();
            expected.push((seconds, advice.id));
        }
        expected.sort();
        let expected: Vec<_> = expected.into_iter().map(|(_, id)| id).collect();
        let ids = async |limit| {
            let due = due(&database, after(30), limit).await;
            due.into_iter().map(|advice| advice.id).collect::<Vec<_>>()
        };
        assert_eq!(ids(10).await, expected);
        assert_eq!(ids(2).await, expected[..2]);
    });
}

#[test]
fn an_advice_that_ended_is_neither_due_nor_claimed() {
    everywhere(async |database| {
        for status in AdviceStatus::ALL {
            if *status == AdviceStatus::Owed {
                continue;
            }
            let (payment, advice) = owed(&database).await;
            database
                .apply(closed(&payment, &advice, *status))
                .await
                .unwrap();
            assert_eq!(stored(&database, &advice).await.status, *status);
            let late = claimed(&database, &advice, &trace(), after(1)).await;
            assert!(matches!(late, Err(Error::Conflict)), "{status}");
        }
        assert_eq!(due(&database, after(60), 10).await, []);
        assert_eq!(database.read(next_due).await, None);
    });
}

#[test]
fn an_advice_ends_once() {
    everywhere(async |database| {
        let (payment, advice) = owed(&database).await;
        let step = closed(&payment, &advice, AdviceStatus::Answered);
        database.apply(step.clone()).await.unwrap();
        let again = closed(&step.payment, &advice, AdviceStatus::Refused);
        let refused = database.apply(again).await;
        assert!(matches!(refused, Err(Error::Conflict)), "{refused:?}");
        assert_eq!(
            stored(&database, &advice).await.status,
            AdviceStatus::Answered
        );
    });
}

#[test]
fn an_advice_that_does_not_exist_is_not_found() {
    everywhere(async |database| {
        assert_eq!(database.read(|tx| find(tx, id())).await, None);
        assert_eq!(database.read(next_due).await, None);
    });
}
