//! What is due is the same with snapshots and without, and no entry escapes one.

use domain::payment::Metadata;
use domain::payout::{self, Funds, Open};
use domain::{Currency, Owner, PayoutStatus, StepId, Timestamp};
use store::balances::{SNAPSHOT_TRANSFERS, due, guard, list_unsummed, summarise, taken_since};
use store::ledger::verify;
use store::{Error, PayoutEntry};

use crate::engines::{Database, everywhere};
use crate::records::{NOW, after, euros, event, id, merchant, owner, paid, reserved};

/// Puts so many entries like those there are beside them.
fn copy(database: &Database, count: i64) {
    database.tamper(&format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) \
         INSERT INTO transfers (id, merchant_id, livemode, payment_id, cause, state, debit, \
         credit, amount_minor, currency, created_at) \
         SELECT CAST(printf('%017d', i) AS BLOB), merchant_id, livemode, \
         CAST(printf('%016d', i) AS BLOB), cause, state, debit, credit, amount_minor, currency, \
         created_at + i FROM transfers, n WHERE cause = 'purchase'"
    ));
}

async fn total(database: &Database, owner: Owner) -> i64 {
    let sums = database.read(move |tx| due(tx, owner)).await;
    sums.iter().map(|(_, minor)| *minor).sum()
}

async fn summed(database: &Database, summary: (Owner, Timestamp)) -> Result<(), Error> {
    let change = move |tx: &store::Tx<'_>| summarise(tx, summary);
    database.store.write("test", change).await
}

async fn unsummed(database: &Database, horizon: Timestamp) -> Vec<(Owner, Timestamp)> {
    database
        .read(move |tx| list_unsummed(tx, horizon, 10))
        .await
}

async fn with_merchant(database: &Database) -> Owner {
    let owner = owner();
    let insert =
        move |tx: &store::Tx<'_>| store::merchants::insert(tx, &merchant(owner.merchant), NOW);
    database.write(insert).await;
    owner
}

#[test]
fn snapshots_change_no_balance_however_often_they_are_made() {
    everywhere(async |database| {
        let owner = with_merchant(&database).await;
        paid(&database, owner).await;
        copy(&database, 3 * SNAPSHOT_TRANSFERS);
        let expected = 1250 * (3 * SNAPSHOT_TRANSFERS + 1);
        assert_eq!(total(&database, owner).await, expected);
        let mut made = 0;
        while let [summary] = unsummed(&database, after(60)).await[..] {
            summed(&database, summary).await.unwrap();
            assert_eq!(total(&database, owner).await, expected);
            made += 1;
        }
        assert_eq!(made, 3);
        let findings = database.read(verify).await.findings;
        let rule = "a snapshot is the sum of what it covers";
        assert!(findings.iter().all(|finding| finding.rule != rule));
        database.tamper("UPDATE balance_snapshots SET due_minor = due_minor + 1");
        let findings = database.read(verify).await.findings;
        assert!(findings.iter().any(|finding| finding.rule == rule));
    });
}

#[test]
fn what_is_young_is_not_summed_up() {
    everywhere(async |database| {
        let owner = with_merchant(&database).await;
        paid(&database, owner).await;
        copy(&database, SNAPSHOT_TRANSFERS);
        assert_eq!(unsummed(&database, NOW.plus_millis(-1)).await, []);
        let [(found, _)] = unsummed(&database, after(60)).await[..] else {
            panic!("nothing to be summed up");
        };
        assert_eq!(found, owner);
    });
}

#[test]
fn a_snapshot_is_moved_on_once() {
    everywhere(async |database| {
        let owner = with_merchant(&database).await;
        paid(&database, owner).await;
        let summary = (owner, after(5));
        summed(&database, summary).await.unwrap();
        let again = summed(&database, summary).await;
        assert!(matches!(again, Err(Error::Conflict)));
    });
}

#[test]
fn an_entry_of_a_time_that_is_summed_up_is_a_conflict() {
    everywhere(async |database| {
        let owner = with_merchant(&database).await;
        let sale = paid(&database, owner).await;
        summed(&database, (owner, NOW)).await.unwrap();
        // The reservation is of the same moment as the payment.
        let late = database.apply(reserved(&sale, 500)).await;
        assert!(matches!(late, Err(Error::Conflict)), "{late:?}");
        assert_eq!(total(&database, owner).await, 1250);
        // What others do is not held up.
        let other = paid(&database, with_merchant(&database).await).await;
        database.apply(reserved(&other, 500)).await.unwrap();
    });
}

#[test]
fn what_waits_is_what_payments_took_since() {
    everywhere(async |database| {
        let owner = with_merchant(&database).await;
        let sale = paid(&database, owner).await;
        database.apply(reserved(&sale, 500)).await.unwrap();
        let since = move |at| database_sum(owner, at);
        assert_eq!(database.read(since(NOW)).await, [(Currency::EUR, 1250)]);
        assert_eq!(database.read(since(after(1))).await, []);
        assert_eq!(total(&database, owner).await, 750);
    });
}

fn database_sum(
    owner: Owner,
    at: Timestamp,
) -> impl FnOnce(&store::Tx<'_>) -> Result<Vec<(Currency, i64)>, Error> + Send {
    move |tx| taken_since(tx, owner, at)
}

fn asked(owner: Owner, minor: i64, decided: i64) -> PayoutEntry {
    let request = Open {
        id: id(),
        owner,
        amount: euros(minor),
        description: Some("November".into()),
        statement_descriptor: Some("CAFE".into()),
        metadata: Metadata::from([("week".into(), "47".into())]),
    };
    let funds = Funds {
        available_minor: minor,
        guard: decided,
    };
    entry(payout::open(request, funds, NOW).unwrap())
}

fn entry(step: domain::PayoutStep) -> PayoutEntry {
    PayoutEntry {
        id: id::<StepId>(),
        at: NOW,
        event: store::events::Event {
            kind: step.event,
            ..event(step.payout.owner)
        },
        step,
        key: None,
        audit: None,
    }
}

async fn apply(database: &Database, entry: PayoutEntry) -> Result<(), Error> {
    database.store.apply_payout("test", entry).await.map(|_| ())
}

#[test]
fn two_payouts_decided_on_the_same_balance_are_told_apart() {
    everywhere(async |database| {
        let owner = with_merchant(&database).await;
        paid(&database, owner).await;
        for decided in 0..3 {
            let (first, second) = (asked(owner, 100, decided), asked(owner, 100, decided));
            apply(&database, first.clone()).await.unwrap();
            // The very same write is recognised.
            apply(&database, first).await.unwrap();
            let lost = apply(&database, second).await;
            assert!(matches!(lost, Err(Error::Conflict)), "{lost:?}");
            let read = move |tx: &store::Tx<'_>| guard(tx, owner, Currency::EUR);
            assert_eq!(database.read(read).await, decided + 1);
        }
        assert_eq!(total(&database, owner).await, 1250 - 300);
        assert_eq!(database.read(verify).await.findings, []);
    });
}

#[test]
fn a_payout_reads_back_and_ends_once() {
    everywhere(async |database| {
        let owner = with_merchant(&database).await;
        paid(&database, owner).await;
        let begun = asked(owner, 100, 0);
        let payout = begun.step.payout.clone();
        apply(&database, begun).await.unwrap();
        let of = payout.id;
        let find = move |tx: &store::Tx<'_>| store::payouts::find(tx, of);
        assert_eq!(database.read(find).await, Some(payout.clone()));
        let paid = entry(payout::pay(&payout, NOW).unwrap());
        let canceled = entry(payout::cancel(&payout, NOW).unwrap());
        apply(&database, paid.clone()).await.unwrap();
        apply(&database, paid).await.unwrap();
        let second = apply(&database, canceled).await;
        assert!(matches!(second, Err(Error::Conflict)), "{second:?}");
        let find = move |tx: &store::Tx<'_>| store::payouts::find(tx, of);
        let found = database.read(find).await.unwrap();
        assert_eq!(found.status, PayoutStatus::Paid);
        assert_eq!(database.read(verify).await.findings, []);
    });
}

/// What breaks the books of payouts and fees, and the beginning of the rule that finds it.
const BROKEN: &[(&str, &str)] = &[
    ("UPDATE payouts SET status = 'paid'", "a payout is booked"),
    ("UPDATE payouts SET amount_minor = 99", "a payout is booked"),
    (
        "DELETE FROM transfers WHERE cause = 'payout'",
        "a payout is booked",
    ),
    ("DELETE FROM payouts", "what moves a payout"),
    (
        "UPDATE balance_guards SET version = 2",
        "each payout was decided",
    ),
    ("DELETE FROM balance_guards", "each payout was decided"),
    (
        "UPDATE transfers SET credit = 'bank' WHERE cause = 'payout'",
        "the state and direction",
    ),
    (
        "DELETE FROM transfers WHERE cause = 'fee'",
        "what was taken has the fee",
    ),
    (
        "UPDATE transfers SET amount_minor = 45 WHERE cause = 'fee'",
        "what was taken has the fee",
    ),
    (
        "UPDATE fee_rules SET fixed_minor = 26",
        "what was taken has the fee",
    ),
    ("DELETE FROM fee_rules", "what was taken has the fee"),
    (
        "DELETE FROM transfers WHERE cause = 'purchase'",
        "a fee goes with",
    ),
];

#[test]
fn every_kind_of_broken_fee_and_payout_is_found() {
    for (sql, rule) in BROKEN {
        everywhere(async |database| {
            let owner = with_merchant(&database).await;
            let rule_of = domain::FeeRule::new(150, 25, NOW).unwrap();
            let add =
                move |tx: &store::Tx<'_>| store::fee_rules::insert(tx, owner.merchant, &rule_of);
            database.write(add).await;
            let sent = crate::records::sent(owner, domain::CaptureMethod::Automatic);
            database.apply(sent.clone()).await.unwrap();
            let rules = domain::FeeRules::new(vec![rule_of]);
            let step = domain::payment::conclude(
                &sent.payment,
                sent.attempt.as_ref().unwrap(),
                &crate::records::approval(),
                id(),
                NOW,
            );
            database.apply(step.unwrap().charged(&rules)).await.unwrap();
            apply(&database, asked(owner, 100, 0)).await.unwrap();
            assert_eq!(database.read(verify).await.findings, []);
            database.tamper(sql);
            let findings = database.read(verify).await.findings;
            let is_found = findings.iter().any(|one| one.rule.starts_with(rule));
            assert!(is_found, "{sql}: {findings:?}");
        });
    }
}
