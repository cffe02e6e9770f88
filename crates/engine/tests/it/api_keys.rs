//! The life of a key: made, used, replaced, ended.

use domain::{Resource, Right, Rights};
use engine::accounts::{KeyWish, NewKey};
use engine::store_types::KeyKind;
use engine::{Caller, Error, Thing};

use crate::installation::TestEngine;
use crate::records::{OWNER, missing};

const ORIGIN: &str = "192.0.2.1";
const HOUR_MS: i64 = 3_600_000;

fn operator() -> Caller {
    Caller::operator(OWNER)
}

async fn made(engine: &TestEngine, wish: KeyWish) -> NewKey {
    let made = engine.app.create_key(&operator(), OWNER, wish).await;
    made.unwrap()
}

async fn opens(engine: &TestEngine, key: &NewKey) -> bool {
    match engine.app.authenticate(&key.secret, ORIGIN).await {
        Ok(found) => found.key.id == key.key.id,
        Err(Error::NotAuthenticated | Error::KeyExpired) => false,
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_restricted_key_brings_its_rights() {
    let engine = TestEngine::start().await;
    let wish = KeyWish {
        rights: Rights::parse("refunds:write").unwrap(),
        name: Some("shop".into()),
        ..KeyWish::of(KeyKind::Restricted)
    };
    let key = made(&engine, wish).await;
    assert!(key.secret.starts_with("rk_test_"));
    let found = engine.app.authenticate(&key.secret, ORIGIN).await.unwrap();
    assert!(found.key.rights.allow(Resource::Refunds, Right::Write));
    assert!(!found.key.rights.allow(Resource::Customers, Right::Read));
    assert_eq!(found.key.name.as_deref(), Some("shop"));
    engine.finish().await;
}

#[tokio::test]
async fn a_revoked_key_is_dead_here_at_once() {
    let engine = TestEngine::start().await;
    let key = made(&engine, KeyWish::of(KeyKind::Secret)).await;
    assert!(opens(&engine, &key).await);
    engine
        .app
        .revoke_key(&operator(), key.key.id)
        .await
        .unwrap();
    assert!(!opens(&engine, &key).await);
    let again = engine.app.revoke_key(&operator(), key.key.id).await;
    assert!(matches!(again, Err(Error::Busy)));
    engine.finish().await;
}

#[tokio::test]
async fn a_key_ends_when_it_was_said_to() {
    let engine = TestEngine::start().await;
    let wish = KeyWish {
        expires_at: Some(engine.app.clock.now().plus_millis(HOUR_MS)),
        ..KeyWish::of(KeyKind::Secret)
    };
    let key = made(&engine, wish).await;
    assert!(opens(&engine, &key).await);
    engine.clock.advance_millis(HOUR_MS);
    let refused = engine.app.authenticate(&key.secret, ORIGIN).await;
    assert!(matches!(refused, Err(Error::KeyExpired)));
    engine.finish().await;
}

#[tokio::test]
async fn a_replaced_key_works_on_for_its_overlap() {
    let engine = TestEngine::start().await;
    let wish = KeyWish {
        rights: Rights::parse("events:read").unwrap(),
        ..KeyWish::of(KeyKind::Restricted)
    };
    let old = made(&engine, wish).await;
    let new = engine.app.roll_key(&operator(), old.key.id, HOUR_MS).await;
    let new = new.unwrap();
    assert_eq!(
        (new.key.kind, &new.key.rights),
        (old.key.kind, &old.key.rights)
    );
    assert!(opens(&engine, &old).await && opens(&engine, &new).await);
    engine.clock.advance_millis(HOUR_MS);
    assert!(!opens(&engine, &old).await && opens(&engine, &new).await);
    engine.finish().await;
}

#[tokio::test]
async fn an_end_that_was_said_is_not_put_off_by_replacing_the_key() {
    let engine = TestEngine::start().await;
    let wish = KeyWish {
        expires_at: Some(engine.app.clock.now().plus_millis(HOUR_MS)),
        ..KeyWish::of(KeyKind::Secret)
    };
    let key = made(&engine, wish).await;
    let later = engine
        .app
        .roll_key(&operator(), key.key.id, 2 * HOUR_MS)
        .await;
    assert!(matches!(later, Err(Error::Busy)));
    assert_eq!(engine.app.list_keys(OWNER).await.unwrap(), [key.key]);
    engine.finish().await;
}

#[tokio::test]
async fn the_last_use_is_known_to_the_minute() {
    let engine = TestEngine::start().await;
    let key = made(&engine, KeyWish::of(KeyKind::Secret)).await;
    let last_use = async || engine.app.get_key(key.key.id).await.unwrap().last_used_at;
    assert_eq!(last_use().await, None);
    let first = engine.app.clock.now();
    assert!(opens(&engine, &key).await);
    engine.clock.advance_millis(30_000);
    assert!(opens(&engine, &key).await);
    assert_eq!(last_use().await, Some(first));
    engine.clock.advance_millis(30_000);
    assert!(opens(&engine, &key).await);
    assert_eq!(last_use().await, Some(first.plus_millis(60_000)));
    engine.finish().await;
}

#[tokio::test]
async fn a_key_that_is_not_there_can_be_neither_replaced_nor_ended() {
    let engine = TestEngine::start().await;
    let nobodys = domain::ApiKeyId::from_bytes([9; 16]);
    let rolled = engine.app.roll_key(&operator(), nobodys, 0).await;
    assert_eq!(missing(rolled), Thing::ApiKey);
    let revoked = engine.app.revoke_key(&operator(), nobodys).await;
    assert_eq!(missing(revoked), Thing::ApiKey);
    engine.finish().await;
}
