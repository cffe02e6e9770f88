//! Idempotency keys: claimed once, answered once, forgotten when old and answered.

use domain::{CaptureMethod, Mode, Owner, Timestamp};
use store::idempotency::{Answer, Key, Known, answer, claim, find, purge};
use store::{Entry, Error, KeyWrite};

use crate::engines::{Database, everywhere};
use crate::records::{self, NOW, after, concluded, entry, key, opened, owner, sent};

async fn known(database: &Database, key: &Key) -> Option<Known> {
    let Key { owner, key, .. } = key.clone();
    database.read(move |tx| find(tx, owner, &key)).await
}

async fn claimed(database: &Database, key: &Key, at: Timestamp) -> Result<(), Error> {
    let key = key.clone();
    let change = move |tx: &store::Tx<'_>| claim(tx, &key, None, at);
    database.store.write("test", change).await
}

async fn answered(database: &Database, key: &Key, with: Answer) {
    let Key { owner, key, .. } = key.clone();
    database
        .write(move |tx| answer(tx, owner, &key, &with))
        .await;
}

#[test]
fn a_key_is_claimed_with_its_intent_and_answered_with_its_outcome() {
    everywhere(async |database| {
        let step = sent(owner(), CaptureMethod::Automatic);
        let key = key(step.payment.owner, "k1");
        let outcome = concluded(&step, &records::approval());
        let intent = Entry {
            key: Some(KeyWrite::Claim(key.clone())),
            ..entry(step)
        };
        database.store.apply("test", intent).await.unwrap();
        let running = Known {
            fingerprint: [7; 32],
            answer: None,
        };
        assert_eq!(known(&database, &key).await, Some(running.clone()));
        let given = records::answer("paid");
        let end = Entry {
            key: Some(KeyWrite::Answer(key.owner, key.key.clone(), given.clone())),
            ..entry(outcome)
        };
        database.store.apply("test", end).await.unwrap();
        let answered = Known {
            answer: Some(given),
            ..running
        };
        assert_eq!(known(&database, &key).await, Some(answered));
    });
}

#[test]
fn a_request_that_ends_at_once_is_answered_at_once() {
    everywhere(async |database| {
        let step = opened(owner(), CaptureMethod::Automatic);
        let key = key(step.payment.owner, "k1");
        let given = records::answer("opened");
        let whole = Entry {
            key: Some(KeyWrite::Whole(key.clone(), given.clone())),
            ..entry(step)
        };
        database.store.apply("test", whole).await.unwrap();
        assert_eq!(known(&database, &key).await.unwrap().answer, Some(given));
    });
}

#[test]
fn a_taken_key_is_refused_and_the_payment_with_it() {
    everywhere(async |database| {
        let owner = owner();
        let key = key(owner, "k1");
        claimed(&database, &key, NOW).await.unwrap();
        let step = opened(owner, CaptureMethod::Automatic);
        let id = step.payment.id;
        for write in [
            KeyWrite::Claim(key.clone()),
            KeyWrite::Whole(key.clone(), records::answer("other")),
        ] {
            let second = Entry {
                key: Some(write),
                ..entry(step.clone())
            };
            let refused = database.store.apply("test", second).await;
            assert!(matches!(refused, Err(Error::KeyTaken)), "{refused:?}");
        }
        assert_eq!(
            database.read(move |tx| store::payments::find(tx, id)).await,
            None
        );
        assert_eq!(known(&database, &key).await.unwrap().answer, None);
    });
}

#[test]
fn keys_of_other_owners_and_other_spellings_are_other_keys() {
    everywhere(async |database| {
        let mine = key(owner(), "k1");
        let live = Owner {
            mode: Mode::Live,
            ..mine.owner
        };
        let others = [
            key(owner(), "k1"),
            key(live, "k1"),
            key(mine.owner, "K1"),
            key(mine.owner, "k1 "),
            key(mine.owner, ""),
        ];
        claimed(&database, &mine, NOW).await.unwrap();
        for other in &others {
            assert_eq!(known(&database, other).await, None, "{other:?}");
            claimed(&database, other, NOW).await.unwrap();
        }
    });
}

#[test]
fn the_first_answer_stands() {
    everywhere(async |database| {
        let key = key(owner(), "k1");
        claimed(&database, &key, NOW).await.unwrap();
        answered(&database, &key, records::answer("first")).await;
        answered(&database, &key, records::answer("second")).await;
        let kept = known(&database, &key).await.unwrap().answer;
        assert_eq!(kept, Some(records::answer("first")));
    });
}

#[test]
fn an_answer_without_a_claim_is_not_kept() {
    everywhere(async |database| {
        let key = key(owner(), "k1");
        answered(&database, &key, records::answer("late")).await;
        assert_eq!(known(&database, &key).await, None);
    });
}

#[test]
fn only_old_and_answered_keys_are_forgotten() {
    everywhere(async |database| {
        let owner = owner();
        let keys = ["old", "older", "running", "young"].map(|name| key(owner, name));
        let ages = [after(10), after(5), after(0), after(20)];
        for (key, at) in keys.iter().zip(ages) {
            claimed(&database, key, at).await.unwrap();
            if key.key != "running" {
                answered(&database, key, records::answer("done")).await;
            }
        }
        let forget = async |limit| database.write(move |tx| purge(tx, after(20), limit)).await;
        assert_eq!(forget(1).await, 1);
        assert_eq!(known(&database, &keys[1]).await, None);
        assert!(known(&database, &keys[0]).await.is_some());
        assert_eq!(forget(10).await, 1);
        assert_eq!(forget(10).await, 0);
        assert!(known(&database, &keys[2]).await.is_some());
        assert!(known(&database, &keys[3]).await.is_some());
    });
}
