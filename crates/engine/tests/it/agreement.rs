//! Our books against the acquirer's journal, transaction by transaction and in sum.
//!
//! The journal was written by the sandbox, which shares no code with the engine.

use std::collections::HashMap;

use domain::{
    Account, Attempt, AttemptStatus, Money, Owner, Refund, RefundStatus, Timestamp, Trace,
};
use sandbox::journal::summary;
use sandbox::{Host, Key, Kind, Standing, State};
use store::Store;

use crate::records::{LIVE, OTHER, OWNER, newest};

/// Everybody whose records a test may make.
const OWNERS: [Owner; 3] = [OWNER, LIVE, OTHER];

struct Ours {
    attempts: Vec<Attempt>,
    refunds: Vec<Refund>,
    receivable: HashMap<String, i64>,
}

/// Fails when the two sides differ.
pub(crate) async fn prove(store: &Store, host: &Host) {
    let ours = read(store).await;
    let standings = summary(&host.entries().unwrap());
    let known: Vec<Key> = standings.iter().map(|standing| standing.key).collect();
    for standing in &standings {
        let is_this = |trace: &Trace| key(trace) == standing.key;
        if standing.kind == Kind::Refund {
            let mut refunds = ours.refunds.iter();
            let refund = refunds.find(|refund| is_this(&refund.trace)).unwrap();
            prove_refund(standing, refund);
        } else {
            let mut attempts = ours.attempts.iter();
            let attempt = attempts.find(|attempt| is_this(&attempt.trace)).unwrap();
            prove_attempt(standing, attempt);
        }
    }
    for attempt in &ours.attempts {
        let is_known = known.contains(&key(&attempt.trace));
        let status = attempt.status;
        assert!(is_known || status != AttemptStatus::Approved, "{attempt:?}");
        assert!(!is_known || status != AttemptStatus::NotSent, "{attempt:?}");
    }
    for refund in &ours.refunds {
        let is_known = known.contains(&key(&refund.trace));
        assert!(
            is_known || refund.status == RefundStatus::Failed,
            "{refund:?}"
        );
    }
    prove_sums(&ours, &standings);
}

fn prove_attempt(standing: &Standing, attempt: &Attempt) {
    let counts = standing.state == State::Approved;
    let is_ours = attempt.status == AttemptStatus::Approved;
    assert_eq!(counts, is_ours, "{standing:?} {attempt:?}");
    if counts {
        prove_amount(standing, attempt.amount);
        let theirs = [standing.captured_minor, standing.refunded_minor].map(minor);
        let ours = [attempt.captured_minor, attempt.refunded_minor];
        assert_eq!(theirs, ours, "{attempt:?}");
    }
}

fn prove_refund(standing: &Standing, refund: &Refund) {
    let counts = standing.state == State::Approved;
    let is_ours = refund.status == RefundStatus::Succeeded;
    assert_eq!(counts, is_ours, "{standing:?} {refund:?}");
    if counts {
        prove_amount(standing, refund.amount);
    }
}

fn prove_amount(standing: &Standing, amount: Money) {
    let number = format!("{:03}", amount.currency.numeric());
    assert_eq!(standing.currency, number);
    assert_eq!(minor(standing.amount_minor), amount.minor);
}

/// What the acquirer owes in each currency is what was taken less what was given back.
fn prove_sums(ours: &Ours, standings: &[Standing]) {
    let mut theirs: HashMap<String, i64> = HashMap::new();
    for standing in standings.iter().filter(|one| one.state == State::Approved) {
        let sum = theirs.entry(standing.currency.clone()).or_default();
        if standing.kind == Kind::Refund {
            *sum -= minor(standing.amount_minor);
        } else {
            *sum += minor(standing.captured_minor);
        }
    }
    for (currency, sum) in &ours.receivable {
        assert_eq!(theirs.remove(currency).unwrap_or(0), *sum, "{currency}");
    }
    assert!(theirs.values().all(|sum| *sum == 0), "{theirs:?}");
}

async fn read(store: &Store) -> Ours {
    let read = |tx: &store::Tx<'_>| {
        let mut ours = Ours {
            attempts: Vec::new(),
            refunds: Vec::new(),
            receivable: HashMap::new(),
        };
        for owner in OWNERS {
            ours.attempts
                .extend(store::attempts::list(tx, owner, &newest(10_000))?);
            ours.refunds
                .extend(store::refunds::list(tx, owner, &newest(10_000))?);
        }
        for balance in store::ledger::balances(tx)? {
            if balance.account == Account::AcquirerReceivable {
                let currency = domain::Currency::parse(&balance.currency).unwrap();
                let number = format!("{:03}", currency.numeric());
                *ours.receivable.entry(number).or_default() += balance.posted_minor;
            }
        }
        Ok(ours)
    };
    store.read(read).await.unwrap()
}

/// The acquirer's identity of a message of ours: terminal, DE 7 and trace number.
fn key(trace: &Trace) -> Key {
    Key::new(&trace.terminal, transmitted(trace.sent_at), trace.stan).unwrap()
}

/// DE 7: MMDDhhmmss, UTC.
fn transmitted(at: Timestamp) -> u64 {
    let time = jiff::Timestamp::from_second(at.seconds()).unwrap();
    let time = time.to_zoned(jiff::tz::TimeZone::UTC);
    time.strftime("%m%d%H%M%S").to_string().parse().unwrap()
}

fn minor(amount: u64) -> i64 {
    i64::try_from(amount).unwrap()
}
