//! A platform that acts for other merchants, by the header `Stripe-Account`.

use serde_json::Value;

use crate::client::{Answer, Request};
use crate::encaisse::Encaisse;

/// A house whose merchant is the platform of another one, and that one's id.
async fn platform() -> (Encaisse, engine::accounts::Registered) {
    let house = Encaisse::start().await;
    let shop = house.another_merchant().await;
    let platform = Some(house.merchant.merchant.id);
    let connected = house
        .app()
        .connect_merchant(shop.merchant.id, platform)
        .await;
    connected.unwrap();
    (house, shop)
}

async fn act(house: &Encaisse, account: &str, request: Request) -> Answer {
    house.send(request.header("stripe-account", account)).await
}

const PAID: &[(&str, &str)] = &[
    ("amount", "1250"),
    ("currency", "eur"),
    ("confirm", "true"),
    ("payment_method", "pm_card_visa"),
];

#[tokio::test]
async fn what_a_platform_does_for_a_merchant_is_the_merchants_own() {
    let (house, shop) = platform().await;
    let account = shop.merchant.id.to_string();
    let create = Request::new("POST", "/v1/payment_intents").form(PAID);
    let paid = act(&house, &account, create).await.object();
    assert_eq!(paid["status"], "succeeded");
    let path = format!("/v1/payment_intents/{}", paid["id"].as_str().unwrap());
    let theirs = Request::new("GET", &path).bearer(&shop.secret.secret);
    assert_eq!(theirs.send(house.address).await.status, 200);
    let own = house.get(&path).await;
    assert_eq!(own.error(404)["code"], "resource_missing");
    house.finish().await;
}

#[tokio::test]
async fn the_same_key_for_two_merchants_is_two_requests() {
    let (house, shop) = platform().await;
    let account = shop.merchant.id.to_string();
    let create = || {
        Request::new("POST", "/v1/payment_intents")
            .form(PAID)
            .key("order-1")
    };
    let theirs = act(&house, &account, create()).await.object();
    let own = house.send(create()).await.object();
    assert_ne!(theirs["id"], own["id"]);
    house.finish().await;
}

#[tokio::test]
async fn nobody_acts_for_whom_they_are_not_connected_to() {
    let (house, shop) = platform().await;
    let account = shop.merchant.id.to_string();
    let own = house.merchant.merchant.id.to_string();
    let list = || Request::new("GET", "/v1/payment_intents");
    let back = list()
        .bearer(&shop.secret.secret)
        .header("stripe-account", &own);
    let refused = back.send(house.address).await;
    assert_eq!(refused.error(403)["code"], "account_invalid");
    for nobody in [
        "acct_1",
        "",
        "acct_0000000000000000000000",
        "4242424242424242",
    ] {
        let refused = act(&house, nobody, list()).await;
        let error: Value = refused.error(403).clone();
        assert_eq!(error["code"], "account_invalid", "{nobody}");
        assert!(!error.to_string().contains("4242424242"), "{error}");
    }
    assert_eq!(act(&house, &own, list()).await.status, 200);
    assert_eq!(act(&house, &account, list()).await.status, 200);
    let ended = house.app().connect_merchant(shop.merchant.id, None).await;
    ended.unwrap();
    assert_eq!(
        act(&house, &account, list()).await.error(403)["code"],
        "account_invalid"
    );
    house.finish().await;
}
