//! Users: found by their address, locked out after too many failures.

use domain::{Timestamp, UserId};
use store::Error;
use store::users::{User, find, find_by_email, insert, note_failure, note_success};

use crate::engines::{Database, everywhere};
use crate::records::{NOW, after, id};

const FAILURES_MAX: i64 = 10;

async fn user(database: &Database, email: &str) -> User {
    let user = User {
        id: id(),
        merchant: id(),
        email: email.into(),
        password_hash: "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".into(),
        failure_count: 0,
        locked_until: Timestamp::default(),
    };
    let new = user.clone();
    database.write(move |tx| insert(tx, &new, NOW)).await;
    user
}

async fn stored(database: &Database, id: UserId) -> User {
    database.read(move |tx| find(tx, id)).await.unwrap()
}

async fn fail(database: &Database, id: UserId, times: i64) {
    for _ in 0..times {
        let until = after(1_800);
        database
            .write(move |tx| note_failure(tx, id, FAILURES_MAX, until))
            .await;
    }
}

async fn succeed(database: &Database, id: UserId, now: Timestamp) -> Result<(), Error> {
    database
        .store
        .write("test", move |tx| note_success(tx, id, now))
        .await
}

#[test]
fn a_user_is_found_by_address_and_by_id() {
    everywhere(async |database| {
        let user = user(&database, "zoe@shop.example").await;
        assert_eq!(stored(&database, user.id).await, user);
        let by_email = async |email| database.read(move |tx| find_by_email(tx, email)).await;
        assert_eq!(by_email("zoe@shop.example").await, Some(user));
        for other in ["", "Zoe@shop.example", "zoe@shop.example "] {
            assert_eq!(by_email(other).await, None, "{other:?}");
        }
        assert_eq!(database.read(|tx| find(tx, id())).await, None);
    });
}

#[test]
fn an_address_belongs_to_one_user() {
    everywhere(async |database| {
        let first = user(&database, "zoe@shop.example").await;
        let second = User { id: id(), ..first };
        let taken = database
            .store
            .write("test", move |tx| insert(tx, &second, NOW))
            .await;
        assert!(
            matches!(taken, Err(Error::Exists("e-mail address"))),
            "{taken:?}"
        );
    });
}

#[test]
fn the_tenth_failure_locks_for_the_time_given() {
    everywhere(async |database| {
        let id = user(&database, "zoe@shop.example").await.id;
        fail(&database, id, FAILURES_MAX - 1).await;
        let almost = stored(&database, id).await;
        assert_eq!(
            (almost.failure_count, almost.locked_until),
            (9, Timestamp::default())
        );
        fail(&database, id, 1).await;
        assert_eq!(stored(&database, id).await.locked_until, after(1_800));
    });
}

#[test]
fn a_success_forgets_earlier_failures() {
    everywhere(async |database| {
        let id = user(&database, "zoe@shop.example").await.id;
        fail(&database, id, FAILURES_MAX - 1).await;
        succeed(&database, id, NOW).await.unwrap();
        assert_eq!(stored(&database, id).await.failure_count, 0);
        fail(&database, id, FAILURES_MAX - 1).await;
        assert_eq!(
            stored(&database, id).await.locked_until,
            Timestamp::default()
        );
    });
}

#[test]
fn the_right_password_does_not_open_a_locked_account() {
    everywhere(async |database| {
        let id = user(&database, "zoe@shop.example").await.id;
        fail(&database, id, FAILURES_MAX).await;
        let locked = succeed(&database, id, after(1_799)).await;
        assert!(matches!(locked, Err(Error::Conflict)));
        succeed(&database, id, after(1_800)).await.unwrap();
    });
}

#[test]
fn failures_that_arrive_together_are_all_counted() {
    everywhere(async |database| {
        let id = user(&database, "zoe@shop.example").await.id;
        let until = after(1_800);
        let guess = || {
            let store = database.store.clone();
            let change = move |tx: &store::Tx<'_>| note_failure(tx, id, FAILURES_MAX, until);
            async move { store.write("test", change).await }
        };
        let guesses = (0..FAILURES_MAX).map(|_| guess()).collect();
        for verdict in database.together(guesses).await {
            verdict.unwrap();
        }
        assert_eq!(stored(&database, id).await.locked_until, until);
    });
}

#[test]
fn one_users_failures_lock_nobody_else() {
    everywhere(async |database| {
        let attacked = user(&database, "zoe@shop.example").await.id;
        let other = user(&database, "leo@shop.example").await.id;
        fail(&database, attacked, FAILURES_MAX).await;
        succeed(&database, other, NOW).await.unwrap();
    });
}
