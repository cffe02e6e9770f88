//! The proof of the books: clean on good ones, and every kind of broken one is found.

use domain::payment::{cancel, capture};
use domain::{Account, CaptureMethod, Outcome, Owner};
use store::ledger::{Balance, balances, verify};

use crate::engines::{Database, everywhere};
use crate::records::{
    NOW, Sale, approval_of, authorised, decline, ended, id, in_doubt, opened, owner, paid,
    refunded, reserved, sent,
};

/// Books with every kind of entry: payments paid, captured in part, given up, refused, in doubt
/// and merely asked for; refunds that succeeded, failed and are in doubt.
async fn books(database: &Database, owner: Owner) {
    let open = opened(owner, CaptureMethod::Manual);
    database.apply(open).await.unwrap();
    database
        .apply(sent(owner, CaptureMethod::Automatic))
        .await
        .unwrap();
    authorised(database, owner).await;
    ended(database, (owner, CaptureMethod::Automatic), &decline()).await;
    in_doubt(database, owner).await;
    let Sale { payment, attempt } = authorised(database, owner).await;
    let step = capture(&payment, &attempt, Some(1000), id(), NOW).unwrap();
    database.apply(step).await.unwrap();
    let Sale { payment, attempt } = authorised(database, owner).await;
    let step = cancel(&payment, Some(&attempt), None, id(), NOW).unwrap();
    database.apply(step).await.unwrap();
    for minor in [500, 1250] {
        let step = reserved(&paid(database, owner).await, minor);
        let outcome = approval_of(step.refund.as_ref().unwrap());
        for outcome in [outcome, decline(), Outcome::Unknown] {
            let step = reserved(&paid(database, owner).await, minor);
            database.apply(step.clone()).await.unwrap();
            database.apply(refunded(&step, &outcome)).await.unwrap();
        }
        database.apply(step).await.unwrap();
    }
}

#[test]
fn good_books_are_clean_and_what_is_open_is_listed() {
    everywhere(async |database| {
        books(&database, owner()).await;
        books(&database, owner()).await;
        let report = database.read(verify).await;
        assert_eq!(report.findings, []);
        assert_eq!(report.payments, 2 * 15);
        assert_eq!(report.transfers, 2 * (1 + 2 + 2 + 8 + 8 + 4));
        assert_eq!(report.unknown_attempts.len(), 2 * 2);
        assert_eq!(report.unknown_refunds.len(), 2 * 4);
        // A reversal for each doubt and the cancel, an advice for the capture.
        assert_eq!(report.owed_advices, 2 * (1 + 2 + 1 + 1));
        assert!(
            report
                .unknown_attempts
                .iter()
                .all(|name| name.starts_with("ch_"))
        );
        assert!(
            report
                .unknown_refunds
                .iter()
                .all(|name| name.starts_with("re_"))
        );
    });
}

#[test]
fn empty_books_are_clean() {
    everywhere(async |database| {
        assert_eq!(
            database.read(verify).await,
            store::ledger::Report::default()
        );
        assert_eq!(database.read(balances).await, []);
    });
}

#[test]
fn an_advice_a_person_must_look_at_is_listed() {
    everywhere(async |database| {
        books(&database, owner()).await;
        database.tamper("UPDATE advices SET status = 'refused' WHERE kind = 'capture'");
        database.tamper("UPDATE advices SET status = 'needs_operator' WHERE refund_id IS NOT NULL");
        let report = database.read(verify).await;
        assert_eq!(report.failed_advices.len(), 3);
        assert!(
            report
                .failed_advices
                .iter()
                .all(|name| name.starts_with("adv_"))
        );
        assert_eq!(report.owed_advices, 2);
    });
}

/// What breaks the books, and the beginning of the rule that finds it.
const BROKEN: &[(&str, &str)] = &[
    (
        "UPDATE transfers SET debit = credit WHERE cause = 'purchase'",
        "every transfer moves",
    ),
    (
        "UPDATE transfers SET amount_minor = 0",
        "every transfer moves",
    ),
    (
        "UPDATE transfers SET amount_minor = -1",
        "every transfer moves",
    ),
    (
        "UPDATE transfers SET credit = 'cash'",
        "every transfer moves",
    ),
    (
        "UPDATE transfers SET state = 'pending'",
        "the state and direction",
    ),
    (
        "UPDATE transfers SET debit = credit, credit = debit WHERE cause = 'refund'",
        "the state and direction",
    ),
    (
        "UPDATE transfers SET cause = 'gift'",
        "the state and direction",
    ),
    (
        "UPDATE transfers SET amount_minor = 1251 WHERE cause = 'capture'",
        "a resolution names",
    ),
    (
        "UPDATE transfers SET amount_minor = 1249 WHERE cause = 'release'",
        "a resolution names",
    ),
    (
        "DELETE FROM transfers WHERE cause = 'authorisation'",
        "a resolution names",
    ),
    (
        "UPDATE transfers SET resolves = NULL WHERE cause = 'release'",
        "a resolution names",
    ),
    (
        "UPDATE transfers SET resolves = id WHERE cause = 'purchase'",
        "a resolution names",
    ),
    ("UPDATE transfers SET livemode = 1", "a transfer belongs"),
    (
        "UPDATE transfers SET currency = 'JPY'",
        "a transfer belongs",
    ),
    (
        "UPDATE transfers SET merchant_id = zeroblob(16)",
        "a transfer belongs",
    ),
    (
        "DELETE FROM payments WHERE status = 'succeeded'",
        "a transfer belongs",
    ),
    (
        "UPDATE payments SET captured_minor = captured_minor - 1 WHERE captured_minor > 0",
        "what a payment captured",
    ),
    (
        "DELETE FROM transfers WHERE cause = 'purchase'",
        "what a payment captured",
    ),
    (
        "UPDATE payments SET refunded_minor = refunded_minor - 1 WHERE refunded_minor > 0",
        "what a payment gave back",
    ),
    (
        "DELETE FROM transfers WHERE cause = 'refund_failed'",
        "what a payment gave back",
    ),
    (
        "UPDATE payments SET refunded_minor = captured_minor + 1 WHERE captured_minor > 0",
        "never more given back",
    ),
    (
        "UPDATE payments SET amount_minor = 1",
        "never more given back",
    ),
    (
        "UPDATE payments SET status = 'canceled' WHERE status = 'succeeded'",
        "exactly the succeeded",
    ),
    (
        "UPDATE payments SET status = 'succeeded' WHERE status = 'processing'",
        "exactly the succeeded",
    ),
    (
        "UPDATE payments SET status = 'canceled' WHERE status = 'requires_capture'",
        "exactly the capturable",
    ),
    (
        "UPDATE payments SET status = 'requires_capture' WHERE status = 'canceled'",
        "exactly the capturable",
    ),
    (
        "UPDATE attempts SET captured_minor = captured_minor + 1",
        "attempts add up",
    ),
    (
        "DELETE FROM attempts WHERE refunded_minor > 0",
        "attempts add up",
    ),
    (
        "UPDATE refunds SET status = 'failed' WHERE status = 'succeeded'",
        "a refund is reserved",
    ),
    (
        "UPDATE refunds SET status = 'succeeded' WHERE status = 'unknown'",
        "a refund is reserved",
    ),
    (
        "UPDATE refunds SET amount_minor = amount_minor + 1",
        "a refund is reserved",
    ),
    (
        "DELETE FROM payment_steps WHERE version = 1",
        "every version",
    ),
    ("UPDATE payments SET version = version + 1", "every version"),
    (
        "UPDATE refunds SET (acquirer, terminal, stan, sent_at) = \
         (SELECT acquirer, terminal, stan, sent_at FROM attempts LIMIT 1) \
         WHERE id = (SELECT MIN(id) FROM refunds)",
        "no two messages",
    ),
];

#[test]
fn every_kind_of_broken_book_is_found() {
    everywhere(async |good| {
        books(&good, owner()).await;
        for (broken, rule) in BROKEN {
            let database = good.copied();
            database.tamper(broken);
            let findings = database.read(verify).await.findings;
            let found = findings
                .iter()
                .find(|finding| finding.rule.starts_with(rule));
            let found = found.unwrap_or_else(|| panic!("{broken}: {findings:?}"));
            assert!(found.subject.starts_with("pi_"), "{found:?}");
        }
        assert_eq!(good.read(verify).await.findings, []);
    });
}

#[test]
fn balances_are_what_was_posted() {
    everywhere(async |database| {
        let (first, second) = (owner(), owner());
        paid(&database, first).await;
        let step = reserved(&paid(&database, first).await, 500);
        let outcome = approval_of(step.refund.as_ref().unwrap());
        database.apply(step.clone()).await.unwrap();
        database.apply(refunded(&step, &outcome)).await.unwrap();
        authorised(&database, second).await;
        let balance = |account, posted_minor| Balance {
            owner: first,
            account,
            currency: "EUR".into(),
            posted_minor,
        };
        let expected = [
            balance(Account::AcquirerReceivable, 2000),
            balance(Account::MerchantPayable, -2000),
        ];
        assert_eq!(database.read(balances).await, expected);
    });
}

#[test]
fn the_proof_works_beside_a_writer() {
    everywhere(async |database| {
        let owner = owner();
        let sell = async {
            for _ in 0..40 {
                paid(&database, owner).await;
            }
        };
        let prove = async {
            for _ in 0..20 {
                assert_eq!(database.read(verify).await.findings, []);
            }
        };
        tokio::join!(sell, prove);
        assert_eq!(database.read(verify).await.payments, 40);
    });
}
