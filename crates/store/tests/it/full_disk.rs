//! A database that has no room left, which only SQLite can be asked for.
//!
//! SQLite then may roll back the whole transaction and not the failed statement alone, so these
//! claims are about neighbours too.

use domain::{CaptureMethod, PaymentId};
use store::sessions::{self, Session};
use store::{Entry, Error, Settings, ledger, payments};

use crate::engines::{Database, on_sqlite};
use crate::records::{after, approval, concluded, entry, event, id, owner, sent};

/// Room for the tables and a few payments.
fn small() -> Settings {
    Settings {
        pages_max: Some(120),
        ..Settings::default()
    }
}

/// An entry of `bytes` of objects that do not compress.
fn sized(bytes: u32) -> Entry {
    let step = sent(owner(), CaptureMethod::Automatic);
    let mut event = event(step.payment.owner);
    // Xorshift: nothing in it repeats, so nothing can be made smaller.
    let mut noise = 2_463_534_242_u32;
    let next = |_| {
        noise ^= noise << 13;
        noise ^= noise >> 17;
        noise ^= noise << 5;
        noise.to_le_bytes()[1]
    };
    event.object = (0..bytes).map(next).collect();
    Entry {
        events: vec![event],
        ..entry(step)
    }
}

async fn is_stored(database: &Database, payment: PaymentId) -> bool {
    database
        .read(move |tx| payments::find(tx, payment))
        .await
        .is_some()
}

/// Writes payments until there is no room, and says which were acknowledged.
async fn filled(database: &Database) -> Vec<PaymentId> {
    let mut acknowledged = Vec::new();
    loop {
        let entry = sized(2_000);
        let payment = entry.step.payment.id;
        match database.store.apply("test", entry).await {
            Ok(_) => acknowledged.push(payment),
            Err(Error::Unavailable(_)) => {
                assert!(!is_stored(database, payment).await);
                return acknowledged;
            }
            Err(other) => panic!("{other:?}"),
        }
    }
}

async fn is_clean(database: &Database) -> bool {
    database.read(ledger::verify).await.findings.is_empty()
}

#[test]
fn a_full_disk_loses_nothing_acknowledged_and_keeps_nothing_half() {
    on_sqlite(&small(), async |database| {
        let acknowledged = filled(&database).await;
        assert!(!acknowledged.is_empty());
        let database = database.reopened(&small());
        assert!(is_clean(&database).await);
        let report = database.read(ledger::verify).await;
        assert_eq!(report.payments, i64::try_from(acknowledged.len()).unwrap());
        for payment in acknowledged {
            assert!(is_stored(&database, payment).await);
        }
    });
}

#[test]
fn a_larger_disk_is_written_again() {
    on_sqlite(&small(), async |database| {
        filled(&database).await;
        let database = database.reopened(&Settings::default());
        let step = sent(owner(), CaptureMethod::Automatic);
        let payment = step.payment.id;
        database.apply(step.clone()).await.unwrap();
        database.apply(concluded(&step, &approval())).await.unwrap();
        assert!(is_stored(&database, payment).await);
        assert!(is_clean(&database).await);
    });
}

#[test]
fn room_that_is_made_is_used_at_once() {
    on_sqlite(&small(), async |database| {
        let mut token = [0; 32];
        let log_in = move |tx: &store::Tx<'_>| {
            for _ in 0..50 {
                let session = Session {
                    id: id(),
                    user: id(),
                    owner: owner(),
                    seen_at: after(0),
                    expires_at: after(60),
                };
                token[..16].copy_from_slice(session.id.bytes());
                sessions::insert(tx, &token, &session)?;
            }
            Ok(())
        };
        while database.store.write("test", log_in).await.is_ok() {}
        let refused = database.store.apply("test", sized(5_000)).await;
        assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
        assert!(database.write(|tx| sessions::purge(tx, after(60))).await > 0);
        database.store.apply("test", sized(5_000)).await.unwrap();
    });
}

#[test]
fn the_write_there_is_no_room_for_does_not_take_its_neighbours_with_it() {
    // Several sizes, because where the room ends decides what SQLite rolls back.
    for large in [300_000, 500_000, 900_000] {
        on_sqlite(&small(), async |database| {
            let entries = [
                sized(100),
                sized(large),
                sized(100),
                sized(large),
                sized(100),
            ];
            let ids = entries.clone().map(|entry| entry.step.payment.id);
            let writes = entries
                .map(|entry| database.store.apply("test", entry))
                .into();
            let verdicts = database.together(writes).await;
            for (at, (verdict, payment)) in verdicts.iter().zip(ids).enumerate() {
                assert_eq!(verdict.is_ok(), at % 2 == 0, "{at}: {verdict:?}");
                assert_eq!(is_stored(&database, payment).await, verdict.is_ok(), "{at}");
            }
            assert!(is_clean(&database).await);
        });
    }
}

#[test]
fn verdicts_and_rows_agree_while_the_room_runs_out() {
    on_sqlite(&small(), async |database| {
        let mut refused = 0;
        while refused < 40 {
            let entries: Vec<_> = (0..16).map(|n| sized(500 * (n % 5))).collect();
            let ids: Vec<_> = entries.iter().map(|entry| entry.step.payment.id).collect();
            let writes = entries
                .into_iter()
                .map(|entry| database.store.apply("test", entry));
            let verdicts = database.together(writes.collect()).await;
            for (verdict, payment) in verdicts.iter().zip(ids) {
                assert_eq!(
                    is_stored(&database, payment).await,
                    verdict.is_ok(),
                    "{verdict:?}"
                );
                refused += usize::from(verdict.is_err());
            }
        }
        assert!(is_clean(&database).await);
    });
}
