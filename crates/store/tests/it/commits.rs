//! Shared commits: each write its own verdict, and nobody pays for a neighbour's fault.

use std::sync::mpsc::channel;

use domain::{CaptureMethod, PaymentId, Step};
use store::{Error, payments};

use crate::engines::{Database, everywhere};
use crate::records::{NOW, after, entry, id, opened, owner};

fn openings(count: usize) -> Vec<Step> {
    (0..count)
        .map(|_| opened(owner(), CaptureMethod::Automatic))
        .collect()
}

async fn is_stored(database: &Database, payment: PaymentId) -> bool {
    database
        .read(move |tx| payments::find(tx, payment))
        .await
        .is_some()
}

#[test]
fn writes_that_wait_together_share_one_commit() {
    everywhere(async |database| {
        let steps = openings(64);
        let before = database.store.commits();
        let writes = steps
            .iter()
            .map(|step| database.apply(step.clone()))
            .collect();
        for verdict in database.together(writes).await {
            verdict.unwrap();
        }
        // One for the write that held the writer, one for all that waited.
        assert_eq!(database.store.commits(), before + 2);
        for step in steps {
            assert!(is_stored(&database, step.payment.id).await);
        }
    });
}

#[test]
fn a_long_queue_is_cut_into_commits_of_bounded_size() {
    everywhere(async |database| {
        let before = database.store.commits();
        let writes = openings(600)
            .into_iter()
            .map(|step| database.apply(step))
            .collect();
        for verdict in database.together(writes).await {
            verdict.unwrap();
        }
        assert_eq!(database.store.commits(), before + 1 + 3);
    });
}

#[test]
fn every_write_of_a_shared_commit_has_its_own_verdict() {
    everywhere(async |database| {
        let step = opened(owner(), CaptureMethod::Automatic);
        let same = entry(step.clone());
        let others = openings(2);
        let entries = [
            entry(others[0].clone()),
            same.clone(),
            entry(step),
            same,
            entry(others[1].clone()),
        ];
        let writes = entries
            .map(|entry| database.store.apply("test", entry))
            .into();
        let verdicts = database.together(writes).await;
        assert!(matches!(verdicts[2], Err(Error::Conflict)), "{verdicts:?}");
        let good = [0, 1, 3, 4].iter().all(|at| verdicts[*at].is_ok());
        assert!(good, "{verdicts:?}");
        for step in others {
            assert!(is_stored(&database, step.payment.id).await);
        }
    });
}

#[test]
fn a_write_that_panics_fails_alone_and_leaves_nothing() {
    everywhere(async |database| {
        let steps = openings(2);
        let half = crate::records::event(owner());
        let (event, of) = (half.id, half.owner);
        let panics = || {
            let half = half.clone();
            database.store.write("panics", move |tx| {
                store::events::insert(tx, &half, &[0; 16])?;
                panic!("a defect");
            })
        };
        type Write<'a> = std::pin::Pin<Box<dyn Future<Output = Result<(), Error>> + 'a>>;
        let writes: Vec<Write<'_>> = vec![
            Box::pin(database.apply(steps[0].clone())),
            Box::pin(panics()),
            Box::pin(database.apply(steps[1].clone())),
        ];
        let verdicts = database.together(writes).await;
        assert!(
            matches!(verdicts[1], Err(Error::Unavailable(_))),
            "{verdicts:?}"
        );
        assert!(verdicts[0].is_ok() && verdicts[2].is_ok(), "{verdicts:?}");
        let left = database
            .read(move |tx| store::events::find_owned(tx, of, event))
            .await;
        assert_eq!(left, None);
        for step in openings(1).into_iter().chain(steps) {
            let _ = database.apply(step.clone()).await;
            assert!(is_stored(&database, step.payment.id).await);
        }
    });
}

#[test]
fn a_write_whose_caller_went_away_is_written_all_the_same() {
    everywhere(async |database| {
        let step = opened(owner(), CaptureMethod::Automatic);
        let payment = step.payment.id;
        let mut abandoned = Box::pin(database.apply(step));
        std::future::poll_fn(|context| {
            let _ = abandoned.as_mut().poll(context);
            std::task::Poll::Ready(())
        })
        .await;
        drop(abandoned);
        // Writes are taken in the order they were queued.
        database.write(|_| Ok(())).await;
        assert!(is_stored(&database, payment).await);
    });
}

#[test]
fn a_refused_write_answers_its_own_error_and_leaves_nothing() {
    everywhere(async |database| {
        let before = database.dump();
        let node = id();
        let change = move |tx: &store::Tx<'_>| {
            store::nodes::note_alive(tx, node, NOW)?;
            Err::<(), _>(Error::KeyTaken)
        };
        let refused = database.store.write("test", change).await;
        assert!(matches!(refused, Err(Error::KeyTaken)));
        assert_eq!(database.dump(), before);
    });
}

#[test]
fn a_read_that_panics_fails_alone() {
    everywhere(async |database| {
        for _ in 0..8 {
            let failed = database
                .store
                .read(|_| -> Result<(), Error> { panic!("a defect") })
                .await;
            assert!(matches!(failed, Err(Error::Unavailable(_))));
        }
        assert!(!is_stored(&database, id()).await);
    });
}

#[test]
fn a_read_that_fails_ends_its_view() {
    everywhere(async |database| {
        let payment: PaymentId = id();
        for _ in 0..8 {
            let look = move |tx: &store::Tx<'_>| {
                payments::find(tx, payment)?;
                Err::<(), _>(Error::Conflict)
            };
            assert!(matches!(
                database.store.read(look).await,
                Err(Error::Conflict)
            ));
        }
        let step = opened(owner(), CaptureMethod::Automatic);
        let payment = step.payment.id;
        database.apply(step).await.unwrap();
        for _ in 0..8 {
            assert!(is_stored(&database, payment).await);
        }
    });
}

#[test]
fn a_read_sees_one_moment_whatever_is_written_meanwhile() {
    everywhere(async |database| {
        let step = opened(owner(), CaptureMethod::Automatic);
        let payment = step.payment.id;
        let (looked, has_looked) = tokio::sync::oneshot::channel();
        let (go_on, may_go_on) = channel::<()>();
        let both = database.store.read(move |tx| {
            let first = payments::find(tx, payment)?;
            looked.send(()).unwrap();
            may_go_on.recv().unwrap();
            Ok((first, payments::find(tx, payment)?))
        });
        let write = async {
            has_looked.await.unwrap();
            database.apply(step).await.unwrap();
            assert!(is_stored(&database, payment).await);
            go_on.send(()).unwrap();
        };
        let (both, ()) = tokio::join!(both, write);
        assert_eq!(both.unwrap(), (None, None));
    });
}

#[test]
fn a_database_opened_again_has_what_was_written() {
    everywhere(async |database| {
        let node = id();
        database
            .write(move |tx| store::nodes::note_alive(tx, node, after(1)))
            .await;
        let before = database.dump();
        let database = database.reopened(&store::Settings::default());
        assert_eq!(database.dump(), before);
        assert_eq!(
            database.write(|tx| store::nodes::purge(tx, after(2))).await,
            1
        );
    });
}
