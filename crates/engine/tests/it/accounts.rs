//! Who may come in, and what the audit trail says of it.

use domain::{Currency, Mode, Owner};
use engine::accounts::{KeyWish, NewMerchant, Registered};
use engine::store_types::KeyKind;
use engine::{Actor, Caller, Error, Thing};
use store::audit::{AuditAction, NOBODY};

use crate::installation::TestEngine;
use crate::records::{DECLINED, OTHER, OWNER, VISA, card, missing, paying, plain, said};

const ORIGIN: &str = "192.0.2.1";

fn cafe(email: &str) -> NewMerchant {
    NewMerchant {
        name: "Café de la Gare".into(),
        email: email.into(),
        country: "FR".into(),
        time_zone: "Europe/Paris".into(),
        locale: "fr-FR".into(),
        currencies: vec![Currency::EUR],
    }
}

async fn register(engine: &TestEngine) -> Registered {
    let new = cafe(" Ada@Example.org ");
    engine.app.create_merchant(new).await.unwrap()
}

fn owner(registered: &Registered) -> Owner {
    Owner {
        merchant: registered.merchant.id,
        mode: Mode::Test,
    }
}

async fn lines(engine: &TestEngine, owner: Owner, action: AuditAction) -> i64 {
    let count = move |tx: &store::Tx<'_>| store::audit::count(tx, owner, action);
    engine.store.read(count).await.unwrap()
}

#[tokio::test]
async fn a_new_merchant_can_log_in_and_take_payments() {
    let engine = TestEngine::start().await;
    let registered = register(&engine).await;
    assert_eq!(registered.email, "ada@example.org");
    assert_eq!(registered.merchant.acceptor.len(), 15);
    let known = engine.app.merchant(owner(&registered)).await.unwrap();
    assert_eq!(*known, registered.merchant);
    let logged_in = engine
        .app
        .log_in("ADA@example.org ", &registered.password, ORIGIN);
    let logged_in = logged_in.await.unwrap();
    assert_eq!(logged_in.session.owner, owner(&registered));
    assert_eq!(logged_in.user.email, "ada@example.org");
    let found = engine
        .app
        .authenticate(&registered.secret.secret, ORIGIN)
        .await;
    assert_eq!(found.unwrap().key, registered.secret.key);
    engine.finish().await;
}

#[tokio::test]
async fn an_address_belongs_to_one_person() {
    let engine = TestEngine::start().await;
    register(&engine).await;
    let again = engine.app.create_merchant(cafe("ada@EXAMPLE.org")).await;
    assert!(matches!(again, Err(Error::Exists(_))), "{again:?}");
    engine.finish().await;
}

#[tokio::test]
async fn who_is_not_known_does_not_come_in() {
    let engine = TestEngine::start().await;
    let registered = register(&engine).await;
    let password = registered.password;
    for (email, password) in [
        ("ada@example.org", "guess"),
        ("ada@example.org", ""),
        ("eve@example.org", &*password),
    ] {
        let refused = engine.app.log_in(email, password, ORIGIN).await;
        assert!(matches!(refused, Err(Error::NotAuthenticated)), "{email}");
    }
    engine.finish().await;
}

#[tokio::test]
async fn ten_failures_lock_an_account_for_half_an_hour() {
    let engine = TestEngine::start().await;
    let registered = register(&engine).await;
    let log_in = |password: &str| {
        let (app, password) = (engine.app.clone(), password.to_owned());
        async move { app.log_in("ada@example.org", &password, ORIGIN).await }
    };
    for _ in 0..9 {
        let refused = log_in("guess").await;
        assert!(matches!(refused, Err(Error::NotAuthenticated)));
    }
    assert!(
        log_in(&registered.password).await.is_ok(),
        "nine are forgiven"
    );
    for _ in 0..10 {
        let refused = log_in("guess").await;
        assert!(matches!(refused, Err(Error::NotAuthenticated)));
    }
    for wait_ms in [0, 1_799_999] {
        engine.clock.advance_millis(wait_ms);
        let refused = log_in(&registered.password).await;
        assert!(matches!(refused, Err(Error::Locked)), "{refused:?}");
    }
    engine.clock.advance_millis(1);
    assert!(log_in(&registered.password).await.is_ok());
    let told = lines(&engine, owner(&registered), AuditAction::LogIn).await;
    assert_eq!(told, 9 + 1 + 10 + 2 + 1, "every one, whatever its end");
    engine.finish().await;
}

#[tokio::test]
async fn a_log_in_lasts_while_it_is_used() {
    let engine = TestEngine::start().await;
    let registered = register(&engine).await;
    let logged_in = engine
        .app
        .log_in("ada@example.org", &registered.password, ORIGIN);
    let token = logged_in.await.unwrap().token.unwrap();
    assert_eq!(engine.app.session_seconds(), 3_600);
    for _ in 0..4 {
        engine.clock.advance_millis(3_000_000);
        let found = engine.app.find_session(&token).await.unwrap();
        assert_eq!(found.user.email, "ada@example.org");
        assert_eq!(found.token, None);
    }
    engine.clock.advance_millis(3_600_000);
    let expired = engine.app.find_session(&token).await;
    assert!(matches!(expired, Err(Error::NotAuthenticated)));
    engine.finish().await;
}

#[tokio::test]
async fn a_log_in_ends_with_the_log_out() {
    let engine = TestEngine::start().await;
    let registered = register(&engine).await;
    let mut tokens = Vec::new();
    for _ in 0..2 {
        let logged_in = engine
            .app
            .log_in("ada@example.org", &registered.password, ORIGIN);
        tokens.push(logged_in.await.unwrap().token.unwrap());
    }
    let session = engine.app.find_session(&tokens[0]).await.unwrap();
    let caller = Caller {
        actor: Actor::User(session.user.id, session.session.id),
        ..Caller::operator(owner(&registered))
    };
    engine.app.log_out(&caller, &tokens[0]).await.unwrap();
    let ended = engine.app.find_session(&tokens[0]).await;
    assert!(matches!(ended, Err(Error::NotAuthenticated)));
    assert!(engine.app.find_session(&tokens[1]).await.is_ok());
    let unknown = engine.app.find_session("no token").await;
    assert!(matches!(unknown, Err(Error::NotAuthenticated)));
    let told = lines(&engine, owner(&registered), AuditAction::LogOut).await;
    assert_eq!(told, 1);
    engine.finish().await;
}

#[tokio::test]
async fn a_key_says_its_kind_and_its_mode() {
    let engine = TestEngine::start().await;
    let registered = register(&engine).await;
    let live = Owner {
        mode: Mode::Live,
        ..owner(&registered)
    };
    let operator = Caller::operator(live);
    let made = engine
        .app
        .create_key(&operator, live, KeyWish::of(KeyKind::Publishable));
    let made = made.await.unwrap();
    for (made, prefix) in [
        (&registered.secret, "sk_test_"),
        (&registered.publishable, "pk_test_"),
        (&made, "pk_live_"),
    ] {
        assert!(made.secret.starts_with(prefix), "{prefix}");
        assert!(made.secret.ends_with(&made.key.hint));
        let found = engine.app.authenticate(&made.secret, ORIGIN).await;
        assert_eq!(found.unwrap().key, made.key);
    }
    engine.finish().await;
}

#[tokio::test]
async fn unknown_keys_open_nothing() {
    let engine = TestEngine::start().await;
    let registered = register(&engine).await;
    let known = registered.secret.secret;
    for wrong in [
        "",
        "sk_test_",
        &known[..known.len() - 1],
        &format!("{known}0"),
    ] {
        let refused = engine.app.authenticate(wrong, ORIGIN).await;
        assert!(matches!(refused, Err(Error::NotAuthenticated)), "{wrong}");
    }
    let nobody = Owner {
        merchant: domain::MerchantId::from_bytes([7; 16]),
        mode: Mode::Test,
    };
    let operator = Caller::operator(nobody);
    let made = engine
        .app
        .create_key(&operator, nobody, KeyWish::of(KeyKind::Secret))
        .await;
    assert_eq!(missing(made), Thing::Merchant);
    engine.finish().await;
}

#[tokio::test]
async fn the_use_of_a_key_is_noted_once_a_minute() {
    let engine = TestEngine::start().await;
    let registered = register(&engine).await;
    let secret = &registered.secret.secret;
    for (wait_ms, expected) in [
        (0, 1),
        (500, 1),
        (1_500, 1),
        (57_000, 1),
        (2_000, 2),
        (1, 2),
    ] {
        engine.clock.advance_millis(wait_ms);
        engine.app.authenticate(secret, ORIGIN).await.unwrap();
        let told = lines(&engine, owner(&registered), AuditAction::KeyUse).await;
        assert_eq!(told, expected, "after {wait_ms} ms");
    }
    engine.finish().await;
}

#[tokio::test]
async fn administration_leaves_a_line() {
    let engine = TestEngine::start().await;
    let registered = register(&engine).await;
    let owner = owner(&registered);
    assert_eq!(lines(&engine, owner, AuditAction::Administer).await, 1);
    let operator = Caller::operator(owner);
    let made = engine
        .app
        .create_key(&operator, owner, KeyWish::of(KeyKind::Secret));
    made.await.unwrap();
    assert_eq!(lines(&engine, owner, AuditAction::Administer).await, 2);
    engine.finish().await;
}

#[tokio::test]
async fn every_reading_of_a_card_number_leaves_a_line() {
    let engine = TestEngine::start().await;
    let read = || lines(&engine, OWNER, AuditAction::Detokenise);
    let kept = engine
        .app
        .create_method(&plain(), card(VISA))
        .await
        .unwrap();
    assert!(!said(&kept, "method").is_empty());
    assert_eq!(read().await, 0, "sealing is not reading");
    let id = engine.paid().await;
    assert_eq!(read().await, 1);
    engine.create(paying(DECLINED)).await;
    assert_eq!(read().await, 2);
    engine.refund(id, Some(10)).await.unwrap();
    assert_eq!(read().await, 3);
    assert_eq!(lines(&engine, OTHER, AuditAction::Detokenise).await, 0);
    engine.finish().await;
}

/// Whether any file of the installation holds `text`.
fn is_kept(engine: &TestEngine, text: &str) -> bool {
    let files = std::fs::read_dir(engine.folder()).unwrap();
    let mut kept = files.map(|file| std::fs::read(file.unwrap().path()).unwrap());
    kept.any(|bytes| {
        bytes
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    })
}

#[tokio::test]
async fn who_shows_what_nobody_has_leaves_a_line_that_does_not_repeat_it() {
    let engine = TestEngine::start().await;
    let (email, secret) = ("eve@example.org", "sk_test_0123456789abcdefghij");
    let (app, password) = (&engine.app, "correct horse");
    assert!(app.log_in(email, password, ORIGIN).await.is_err());
    assert!(app.authenticate(secret, ORIGIN).await.is_err());
    assert_eq!(lines(&engine, NOBODY, AuditAction::LogIn).await, 1);
    assert_eq!(lines(&engine, NOBODY, AuditAction::KeyUse).await, 1);
    for shown in [email, secret, password] {
        assert!(!is_kept(&engine, shown), "{shown}");
    }
    assert!(is_kept(&engine, "stranger"), "the search finds lines");
    engine.finish().await;
}

#[tokio::test]
async fn strangers_leave_one_line_a_minute_however_often_they_knock() {
    let engine = TestEngine::start().await;
    for (wait_ms, expected) in [(0, 1), (1, 1), (59_998, 1), (1, 2)] {
        engine.clock.advance_millis(wait_ms);
        for number in 0..3 {
            let secret = format!("sk_test_{number}");
            assert!(engine.app.authenticate(&secret, ORIGIN).await.is_err());
        }
        let told = lines(&engine, NOBODY, AuditAction::KeyUse).await;
        assert_eq!(told, expected, "after {wait_ms} ms");
    }
    let elsewhere = engine.app.authenticate("sk_test_", "192.0.2.2").await;
    assert!(matches!(elsewhere, Err(Error::NotAuthenticated)));
    assert_eq!(lines(&engine, NOBODY, AuditAction::KeyUse).await, 3);
    engine.finish().await;
}
