//! Log-ins: found by the hash of their token until they end.

use store::Error;
use store::sessions::{Session, delete, find, insert, purge, touch};

use crate::engines::{Database, everywhere};
use crate::records::{NOW, after, id, owner};

const TOKEN: [u8; 32] = [1; 32];

async fn logged_in(database: &Database, token: [u8; 32]) -> Session {
    let session = Session {
        id: id(),
        user: id(),
        owner: owner(),
        seen_at: NOW,
        expires_at: after(60),
    };
    let new = session.clone();
    database.write(move |tx| insert(tx, &token, &new)).await;
    session
}

async fn found(database: &Database, token: [u8; 32], seconds: i64) -> Option<Session> {
    database
        .read(move |tx| find(tx, &token, after(seconds)))
        .await
}

#[test]
fn a_log_in_is_found_by_its_token_until_it_ends() {
    everywhere(async |database| {
        let session = logged_in(&database, TOKEN).await;
        assert_eq!(found(&database, TOKEN, 59).await, Some(session));
        assert_eq!(found(&database, TOKEN, 60).await, None);
        assert_eq!(found(&database, [2; 32], 0).await, None);
    });
}

#[test]
fn a_log_in_that_is_used_lives_longer() {
    everywhere(async |database| {
        let session = logged_in(&database, TOKEN).await;
        database
            .write(|tx| touch(tx, &TOKEN, after(30), after(90)))
            .await;
        let expected = Session {
            seen_at: after(30),
            expires_at: after(90),
            ..session
        };
        assert_eq!(found(&database, TOKEN, 89).await, Some(expected));
    });
}

#[test]
fn a_log_out_ends_that_log_in_alone() {
    everywhere(async |database| {
        logged_in(&database, TOKEN).await;
        logged_in(&database, [2; 32]).await;
        database.write(|tx| delete(tx, &TOKEN)).await;
        assert_eq!(found(&database, TOKEN, 0).await, None);
        assert!(found(&database, [2; 32], 0).await.is_some());
    });
}

#[test]
fn a_token_is_given_once() {
    everywhere(async |database| {
        let session = logged_in(&database, TOKEN).await;
        let again = database
            .store
            .write("test", move |tx| insert(tx, &TOKEN, &session))
            .await;
        assert!(matches!(again, Err(Error::Exists("session"))));
    });
}

#[test]
fn log_ins_that_ended_are_forgotten() {
    everywhere(async |database| {
        logged_in(&database, TOKEN).await;
        logged_in(&database, [2; 32]).await;
        database.write(|tx| touch(tx, &TOKEN, NOW, after(90))).await;
        assert_eq!(database.write(|tx| purge(tx, after(59))).await, 0);
        assert_eq!(database.write(|tx| purge(tx, after(60))).await, 1);
        assert!(found(&database, TOKEN, 60).await.is_some());
    });
}
