//! Moves of money: all or nothing, once, and only on the version they were decided on.

use domain::{CaptureMethod, CheckoutSession, Payment, PaymentStatus, Step};
use store::audit::{AuditAction, AuditEntry};
use store::{Entry, Error, KeyWrite, NewMethod, steps};

use crate::engines::{Database, everywhere};
use crate::records::{
    NOW, after, answer, approval, concluded, entry, event, id, in_doubt, key, method, opened,
    owner, sealed_by, sent,
};

/// An entry with something in every table that one can write to.
fn full(step: Step) -> Entry {
    let owner = step.payment.owner;
    let session = CheckoutSession {
        id: id(),
        owner,
        payment: step.payment.id,
        items: Vec::new(),
        client_reference: None,
        success_url: None,
        cancel_url: None,
        locale: None,
        customer_email: None,
        link: None,
        metadata: Default::default(),
        expires_at: after(60),
        created_at: NOW,
    };
    let line = AuditEntry {
        id: id(),
        owner,
        actor: "key_1".into(),
        action: AuditAction::Detokenise,
        subject: "pm_1".into(),
        origin: "req_1".into(),
        succeeded: true,
        created_at: NOW,
    };
    Entry {
        method: Some(NewMethod {
            method: method(owner),
            card: sealed_by([1; 16]),
        }),
        session: Some(session),
        events: vec![event(owner), event(owner)],
        key: Some(KeyWrite::Whole(key(owner, "k1"), answer("done"))),
        audit: vec![line],
        ..entry(step)
    }
}

async fn apply(database: &Database, entry: &Entry) -> Result<(), Error> {
    database.store.apply("test", entry.clone()).await.map(drop)
}

#[test]
fn an_entry_is_written_whole() {
    everywhere(async |database| {
        let entry = full(sent(owner(), CaptureMethod::Automatic));
        let before = database.counts();
        apply(&database, &entry).await.unwrap();
        let after = database.counts();
        let grown: Vec<_> = after
            .iter()
            .map(|(table, count)| (table.as_str(), count - before[table]))
            .filter(|(_, grown)| *grown > 0)
            .collect();
        let expected = [
            ("attempts", 1),
            ("audit_entries", 1),
            ("checkout_sessions", 1),
            ("events", 2),
            ("idempotency_keys", 1),
            ("payment_methods", 1),
            ("payment_steps", 1),
            ("payments", 1),
        ];
        assert_eq!(grown, expected);
    });
}

/// Entries that each fail at another part, because `written` has its unique value.
fn failing(written: &Entry) -> Vec<(&'static str, Entry)> {
    let fresh = || full(sent(owner(), CaptureMethod::Automatic));
    let mut parts = Vec::new();
    let mut part = |name, change: &dyn Fn(&mut Entry)| {
        let mut entry = fresh();
        change(&mut entry);
        parts.push((name, entry));
    };
    part("key", &|entry| entry.key.clone_from(&written.key));
    part("trace", &|entry| {
        let trace = &written.step.attempt.as_ref().unwrap().trace;
        entry.step.attempt.as_mut().unwrap().trace = trace.clone();
    });
    part("method", &|entry| entry.method.clone_from(&written.method));
    part("session", &|entry| {
        entry.session.clone_from(&written.session)
    });
    part("event", &|entry| entry.events[1].id = written.events[0].id);
    part("audit", &|entry| entry.audit.clone_from(&written.audit));
    part("version", &|entry| entry.step.payment.version = 2);
    parts
}

#[test]
fn an_entry_that_fails_at_any_part_leaves_nothing() {
    everywhere(async |database| {
        let written = full(sent(owner(), CaptureMethod::Automatic));
        apply(&database, &written).await.unwrap();
        let before = database.dump();
        for (part, entry) in failing(&written) {
            let refused = apply(&database, &entry).await;
            assert!(
                matches!(
                    refused,
                    Err(Error::Conflict | Error::KeyTaken | Error::Exists(_))
                ),
                "{part}: {refused:?}"
            );
            assert_eq!(database.dump(), before, "{part}");
        }
    });
}

#[test]
fn an_entry_that_closes_what_is_not_owed_leaves_nothing() {
    everywhere(async |database| {
        let (sale, doubt) = in_doubt(&database, owner()).await;
        let mut advice = doubt.advices[0].clone();
        advice.id = id();
        advice.status = domain::AdviceStatus::Answered;
        let next = Payment {
            version: sale.payment.version + 1,
            ..sale.payment
        };
        let before = database.dump();
        let refused = database.apply(Step::of(next).owe(advice)).await;
        assert!(matches!(refused, Err(Error::Conflict)));
        assert_eq!(database.dump(), before);
    });
}

#[test]
fn an_entry_written_again_is_recognised_and_changes_nothing() {
    everywhere(async |database| {
        let first = full(sent(owner(), CaptureMethod::Automatic));
        let second = entry(concluded(&first.step, &approval()));
        for entry in [&first, &first, &second, &second, &first] {
            apply(&database, entry).await.unwrap();
        }
        let expected = database.dump();
        apply(&database, &first).await.unwrap();
        apply(&database, &second).await.unwrap();
        assert_eq!(database.dump(), expected);
    });
}

#[test]
fn another_step_on_the_same_version_conflicts() {
    everywhere(async |database| {
        let step = sent(owner(), CaptureMethod::Automatic);
        database.apply(step.clone()).await.unwrap();
        let again = database.apply(step.clone()).await;
        assert!(matches!(again, Err(Error::Conflict)), "{again:?}");
        let ended = concluded(&step, &approval());
        database.apply(ended.clone()).await.unwrap();
        let before = database.dump();
        let again = database.apply(ended).await;
        assert!(matches!(again, Err(Error::Conflict)), "{again:?}");
        assert_eq!(database.dump(), before);
    });
}

#[test]
fn a_step_that_breaks_a_rule_never_reaches_the_database() {
    everywhere(async |database| {
        let mut step = sent(owner(), CaptureMethod::Automatic);
        step.payment.captured_minor = 1251;
        let (before, commits) = (database.dump(), database.store.commits());
        let refused = database.apply(step).await;
        assert!(matches!(refused, Err(Error::Broken(_))), "{refused:?}");
        assert_eq!(database.store.commits(), commits);
        assert_eq!(database.dump(), before);
    });
}

#[test]
fn the_history_of_a_payment_is_kept() {
    everywhere(async |database| {
        let opened = opened(owner(), CaptureMethod::Automatic);
        let payment = opened.payment.id;
        let sent = crate::records::confirmed(&opened.payment, id());
        let paid = concluded(&sent, &approval());
        for step in [opened, sent, paid] {
            database.apply(step).await.unwrap();
        }
        let history = database.read(move |tx| steps::history(tx, payment)).await;
        let expected = [
            PaymentStatus::RequiresPaymentMethod,
            PaymentStatus::Processing,
            PaymentStatus::Succeeded,
        ];
        assert_eq!(history, expected.map(|status| (status, NOW)));
    });
}
