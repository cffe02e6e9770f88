//! A process that is killed, and a log that is cut: what was acknowledged is there.

use std::fs;

use domain::{CaptureMethod, MerchantId, Mode, Owner, Payment, PaymentId, PaymentStatus};
use store::{Cursor, Page, Settings, Store, ledger, payments};
use tokio::task::JoinSet;

use crate::engines::{everywhere, on_sqlite, open_at};
use crate::records::{approval, concluded, entry, paid, sent};
use crate::second::{Second, report};

const OWNER: Owner = Owner {
    merchant: MerchantId::from_bytes([1; 16]),
    mode: Mode::Test,
};

async fn all(store: &Store) -> Vec<Payment> {
    let page = Page::new(100_000, Cursor::Newest);
    store
        .read(move |tx| payments::list(tx, OWNER, &page))
        .await
        .unwrap()
}

/// Sells until the process is killed, and reports every payment that is acknowledged.
pub(crate) async fn sell_for_ever(store: Store) -> Vec<String> {
    let mut tills = JoinSet::new();
    for _ in 0..16 {
        let store = store.clone();
        tills.spawn(async move {
            loop {
                let step = sent(OWNER, CaptureMethod::Automatic);
                let end = concluded(&step, &approval());
                store.apply("send", entry(step)).await.unwrap();
                store.apply("conclude", entry(end.clone())).await.unwrap();
                report(&end.payment.id.to_string());
            }
        });
    }
    tills.join_next().await.unwrap().unwrap();
    Vec::new()
}

#[test]
fn a_killed_process_loses_nothing_it_acknowledged() {
    everywhere(async |database| {
        let mut second = Second::start("sell", &database);
        second.go();
        let acknowledged: Vec<_> = (0..500).map(|_| second.line()).collect();
        drop(second);
        let store = open_at(&database.address());
        for name in acknowledged {
            let id = PaymentId::parse(&name).unwrap();
            let found = store.read(move |tx| payments::find(tx, id)).await.unwrap();
            assert_eq!(found.unwrap().status, PaymentStatus::Succeeded);
        }
        assert_eq!(store.read(ledger::verify).await.unwrap().findings, []);
    });
}

/// The log of SQLite is only ever appended to between checkpoints, so a power cut leaves a prefix
/// of it, torn anywhere.
#[test]
fn a_torn_log_loses_whole_writes_from_its_end_and_nothing_else() {
    on_sqlite(&Settings::default(), async |database| {
        let mut sold = Vec::new();
        for _ in 0..8 {
            sold.push(paid(&database, OWNER).await.payment.id);
        }
        sold.reverse();
        let file = fs::read(database.address()).unwrap();
        let log = fs::read(format!("{}-wal", database.address())).unwrap();
        for part in 0..=24 {
            let copy = database.beside(&format!("copy-{part}.db"));
            let copy = copy.to_str().unwrap();
            let length = log.len() * part / 24;
            fs::write(copy, &file).unwrap();
            fs::write(format!("{copy}-wal"), &log[..length]).unwrap();
            let store = open_at(copy);
            let found: Vec<_> = all(&store)
                .await
                .into_iter()
                .map(|payment| payment.id)
                .collect();
            assert_eq!(found, sold[sold.len() - found.len()..], "{part}");
            assert_eq!(
                store.read(ledger::verify).await.unwrap().findings,
                [],
                "{part}"
            );
            assert!(part < 24 || found.len() == sold.len());
        }
    });
}

#[test]
fn a_damaged_end_of_the_log_is_not_believed() {
    on_sqlite(&Settings::default(), async |database| {
        for _ in 0..4 {
            paid(&database, OWNER).await;
        }
        let copy = database.beside("copy.db");
        let copy = copy.to_str().unwrap();
        let mut log = fs::read(format!("{}-wal", database.address())).unwrap();
        let middle = log.len() * 9 / 10;
        log[middle] ^= 0xff;
        fs::copy(database.address(), copy).unwrap();
        fs::write(format!("{copy}-wal"), &log).unwrap();
        let store = open_at(copy);
        assert!(all(&store).await.len() <= 4);
        assert_eq!(store.read(ledger::verify).await.unwrap().findings, []);
    });
}
