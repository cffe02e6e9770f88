//! Two processes on one database, doing the same things at the same time.

use std::collections::BTreeMap;

use domain::payment::capture;
use domain::{CaptureMethod, MerchantId, Mode, Owner, Payment, refund};
use store::terminals::{BLOCK, STAN_MAX, take_block};
use store::{Cursor, Entry, Error, KeyWrite, Page, Store, attempts, ledger, payments};
use tokio::task::JoinSet;

use crate::engines::{everywhere, open_at};
use crate::records::{NOW, authorised, entry, id, key, opened, paid, trace};
use crate::second::{ROUNDS, Turn, both};

/// How many of each thing a process does in one round.
const KEYS: usize = 100;
const SALES: usize = 15;
const BLOCKS: usize = 35;
/// How many it does at once: few, so that the processes take turns.
const AT_ONCE: usize = 5;

/// Both processes act for the same merchant.
const OWNER: Owner = Owner {
    merchant: MerchantId::from_bytes([1; 16]),
    mode: Mode::Test,
};

/// Does all of `work`, some at a time, and collects what it reports.
async fn all<F>(work: impl IntoIterator<Item = F>) -> Vec<String>
where
    F: Future<Output = Vec<String>> + Send + 'static,
{
    let (mut running, mut reports) = (JoinSet::new(), Vec::new());
    for task in work {
        if running.len() == AT_ONCE {
            reports.extend(running.join_next().await.unwrap().unwrap());
        }
        running.spawn(task);
    }
    while let Some(report) = running.join_next().await {
        reports.extend(report.unwrap());
    }
    reports
}

/// How often each line was reported by either process.
fn tally(results: [Vec<String>; 2]) -> BTreeMap<String, usize> {
    assert!(
        results.iter().all(|lines| !lines.is_empty()),
        "there was no race"
    );
    let mut tally = BTreeMap::new();
    for line in results.into_iter().flatten() {
        *tally.entry(line).or_default() += 1;
    }
    tally
}

/// The payments of one round, in the order of this process.
async fn sales(store: &Store, turn: Turn) -> Vec<Payment> {
    let page = Page::new(10_000, Cursor::Newest);
    let find = move |tx: &store::Tx<'_>| payments::list(tx, OWNER, &page);
    let mut sales = store.read(find).await.unwrap();
    sales.drain(..turn.round * SALES);
    sales.truncate(SALES);
    turn.order(sales)
}

pub(crate) async fn claim_keys(store: Store, turn: Turn) -> Vec<String> {
    let first = turn.round * KEYS;
    let numbers = turn.order((first..first + KEYS).collect());
    all(numbers.into_iter().map(|number| {
        let store = store.clone();
        async move {
            let name = format!("key-{number}");
            let claim = Entry {
                key: Some(KeyWrite::Claim(key(OWNER, &name))),
                ..entry(opened(OWNER, CaptureMethod::Automatic))
            };
            match store.apply("claim", claim).await {
                Ok(_) => vec![name],
                Err(Error::KeyTaken) => vec![],
                Err(other) => panic!("{other:?}"),
            }
        }
    }))
    .await
}

#[test]
fn one_key_makes_one_payment() {
    everywhere(async |database| {
        let tally = tally(both(&database, "claim keys").await);
        assert_eq!(tally.len(), ROUNDS * KEYS);
        assert!(tally.values().all(|count| *count == 1));
        let report = database.read(ledger::verify).await;
        assert_eq!(report.payments, i64::try_from(ROUNDS * KEYS).unwrap());
    });
}

pub(crate) async fn capture_all(store: Store, turn: Turn) -> Vec<String> {
    let sales = sales(&store, turn).await;
    all(sales.into_iter().map(|sale| {
        let store = store.clone();
        async move {
            let attempt = sale.attempt.unwrap();
            let find = move |tx: &store::Tx<'_>| attempts::find(tx, attempt);
            let attempt = store.read(find).await.unwrap().unwrap();
            let Ok(step) = capture(&sale, &attempt, None, id(), NOW) else {
                return vec![];
            };
            match store.apply("capture", entry(step)).await {
                Ok(_) => vec![sale.id.to_string()],
                Err(Error::Conflict) => vec![],
                Err(other) => panic!("{other:?}"),
            }
        }
    }))
    .await
}

#[test]
fn a_payment_is_captured_once() {
    everywhere(async |database| {
        for _ in 0..ROUNDS * SALES {
            authorised(&database, OWNER).await;
        }
        let tally = tally(both(&database, "capture").await);
        assert_eq!(tally.len(), ROUNDS * SALES);
        assert!(tally.values().all(|count| *count == 1));
        let report = database.read(ledger::verify).await;
        assert_eq!(report.findings, []);
        assert_eq!(report.transfers, i64::try_from(2 * ROUNDS * SALES).unwrap());
    });
}

/// Gives back 5.00 € of a payment as long as that is possible.
async fn give_back(store: Store, sale: Payment) -> Vec<String> {
    let (payment, attempt) = (sale.id, sale.attempt.unwrap());
    let mut given = Vec::new();
    loop {
        let find = move |tx: &store::Tx<'_>| {
            Ok((payments::find(tx, payment)?, attempts::find(tx, attempt)?))
        };
        let (Some(payment), Some(attempt)) = store.read(find).await.unwrap() else {
            panic!("a payment is gone");
        };
        let request = refund::Open {
            id: id(),
            amount_minor: Some(500),
            reason: None,
            metadata: BTreeMap::new(),
            trace: trace(),
            node: id(),
            key: None,
        };
        let Ok(step) = refund::open(&payment, &attempt, request, NOW) else {
            return given;
        };
        match store.apply("refund", entry(step)).await {
            Ok(_) => given.push(payment.id.to_string()),
            Err(Error::Conflict) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
}

pub(crate) async fn refund_all(store: Store, turn: Turn) -> Vec<String> {
    let sales = sales(&store, turn).await;
    all(sales.into_iter().map(|sale| give_back(store.clone(), sale))).await
}

#[test]
fn refunds_never_exceed_what_was_captured() {
    everywhere(async |database| {
        for _ in 0..ROUNDS * SALES {
            paid(&database, OWNER).await;
        }
        let tally = tally(both(&database, "refund").await);
        // 5.00 € goes twice into 12.50 €.
        assert_eq!(tally.len(), ROUNDS * SALES);
        assert!(tally.values().all(|count| *count == 2));
        assert_eq!(database.read(ledger::verify).await.findings, []);
    });
}

pub(crate) async fn take_blocks(store: Store) -> Vec<String> {
    all((0..BLOCKS).map(|_| {
        let store = store.clone();
        async move {
            let take = |tx: &store::Tx<'_>| take_block(tx, "sandbox", "ENC00001");
            let block = store.write("block", take).await.unwrap();
            vec![format!("{:06} {:06}", block.first, block.last)]
        }
    }))
    .await
}

#[test]
fn trace_numbers_are_given_once_and_then_from_the_beginning() {
    everywhere(async |database| {
        let tally = tally(both(&database, "take blocks").await);
        let (around, again) = (1_000, 2 * ROUNDS * BLOCKS - 1_000);
        assert_eq!(tally.len(), around);
        for (number, (block, count)) in (0..).zip(tally) {
            let first = 1 + number * BLOCK;
            let last = (first + BLOCK - 1).min(STAN_MAX);
            assert_eq!(block, format!("{first:06} {last:06}"));
            let expected = if usize::try_from(number).unwrap() < again {
                2
            } else {
                1
            };
            assert_eq!(count, expected, "{block}");
        }
    });
}

#[test]
fn a_rare_writer_gets_its_turn_beside_a_busy_one() {
    everywhere(async |database| {
        let rare = open_at(&database.address());
        let mut busy = JoinSet::new();
        for _ in 0..16 {
            let store = database.store.clone();
            busy.spawn(async move {
                loop {
                    let step = opened(OWNER, CaptureMethod::Automatic);
                    store.apply("busy", entry(step)).await.unwrap();
                }
            });
        }
        while database.store.commits() == 0 {
            tokio::task::yield_now().await;
        }
        for _ in 0..20 {
            let step = opened(OWNER, CaptureMethod::Automatic);
            rare.apply("rare", entry(step)).await.unwrap();
        }
    });
}
