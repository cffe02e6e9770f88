//! What a restricted key opens: what its rights say, and nothing else.

use domain::{Mode, Owner, Rights};
use engine::Caller;
use engine::accounts::KeyWish;
use engine::store_types::KeyKind;

use crate::client::{Answer, Request};
use crate::encaisse::Encaisse;

async fn key(house: &Encaisse, rights: &str) -> (domain::ApiKeyId, String) {
    let owner = Owner {
        merchant: house.merchant.merchant.id,
        mode: Mode::Test,
    };
    let wish = KeyWish {
        rights: Rights::parse(rights).unwrap(),
        ..KeyWish::of(KeyKind::Restricted)
    };
    let made = house
        .app()
        .create_key(&Caller::operator(owner), owner, wish)
        .await;
    let made = made.unwrap();
    (made.key.id, made.secret)
}

async fn send(house: &Encaisse, key: &str, request: Request) -> Answer {
    request.bearer(key).send(house.address).await
}

#[tokio::test]
async fn each_right_opens_its_own_resource_as_far_as_it_goes() {
    let house = Encaisse::start().await;
    let (_, key) = key(&house, "customers:write,refunds:read").await;
    let named = Request::new("POST", "/v1/customers").form(&[("name", "Zoé")]);
    assert_eq!(send(&house, &key, named).await.status, 200);
    for path in ["/v1/customers", "/v1/refunds"] {
        let seen = send(&house, &key, Request::new("GET", path)).await;
        assert_eq!(seen.status, 200, "{path}");
    }
    for (method, path, right) in [
        ("POST", "/v1/refunds", "refunds:write"),
        ("GET", "/v1/payment_intents", "payment_intents:read"),
        ("POST", "/v1/payment_intents", "payment_intents:write"),
        ("GET", "/v1/events", "events:read"),
    ] {
        let refused = send(&house, &key, Request::new(method, path)).await;
        let error = refused.error(403);
        assert_eq!(error["type"], "invalid_request_error", "{path}");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(right), "{path}: {message}");
    }
    house.finish().await;
}

#[tokio::test]
async fn an_object_within_another_is_shown_to_whom_may_see_it_by_itself() {
    let house = Encaisse::start().await;
    let paid = house.paid().await;
    let path = format!("/v1/payment_intents/{}", paid["id"].as_str().unwrap());
    let (_, narrow) = key(&house, "payment_intents:read").await;
    let (_, wide) = key(&house, "payment_intents:read,charges:read").await;
    let path = format!("{path}?expand[]=latest_charge");
    let refused = send(&house, &narrow, Request::new("GET", &path)).await;
    let error = refused.error(403);
    assert!(
        error["message"].as_str().unwrap().contains("charges:read"),
        "{error}"
    );
    let seen = send(&house, &wide, Request::new("GET", &path))
        .await
        .object();
    assert_eq!(seen["latest_charge"]["object"], "charge");
    house.finish().await;
}

#[tokio::test]
async fn an_ended_key_opens_nothing() {
    let house = Encaisse::start().await;
    let (id, key) = key(&house, "customers:read").await;
    let ask = || send(&house, &key, Request::new("GET", "/v1/customers"));
    assert_eq!(ask().await.status, 200);
    let owner = house.app().get_key(id).await.unwrap().owner;
    let revoked = house.app().revoke_key(&Caller::operator(owner), id).await;
    revoked.unwrap();
    assert_eq!(ask().await.error(401)["type"], "invalid_request_error");
    house.finish().await;
}

#[tokio::test]
async fn an_expired_key_is_told_so() {
    let house = Encaisse::start().await;
    let (id, key) = key(&house, "customers:read").await;
    let owner = house.app().get_key(id).await.unwrap().owner;
    let rolled = house.app().roll_key(&Caller::operator(owner), id, 0).await;
    let ask = |key: String| {
        let request = Request::new("GET", "/v1/customers").bearer(&key);
        async move { request.send(house.address).await }
    };
    assert_eq!(ask(key).await.error(401)["code"], "api_key_expired");
    assert_eq!(ask(rolled.unwrap().secret).await.status, 200);
    house.finish().await;
}
