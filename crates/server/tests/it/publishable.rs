//! What the publishable key opens, which every payer can read: the payment whose secret they hold.

use serde_json::Value;

use crate::client::{Answer, Request};
use crate::encaisse::Encaisse;

const CARD: &[(&str, &str)] = &[
    ("payment_method_data[type]", "card"),
    ("payment_method_data[card][number]", "4242424242424242"),
    ("payment_method_data[card][exp_month]", "12"),
    ("payment_method_data[card][exp_year]", "2040"),
    ("payment_method_data[card][cvc]", "123"),
];

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// A payment with notes of the merchant's own; its path and its secret.
async fn asked(house: &Encaisse) -> (String, String) {
    let customer = house.post("/v1/customers", &[("name", "Zoé")]).await;
    let customer = text(&customer.object()["id"]);
    let fields = [
        ("amount", "1250"),
        ("currency", "eur"),
        ("customer", customer.as_str()),
        ("metadata[margin]", "high"),
    ];
    let payment = house.post("/v1/payment_intents", &fields).await.object();
    let path = format!("/v1/payment_intents/{}", text(&payment["id"]));
    (path, text(&payment["client_secret"]))
}

async fn as_payer(house: &Encaisse, request: Request) -> Answer {
    let key = &house.merchant.publishable.secret;
    request.bearer(key).send(house.address).await
}

#[tokio::test]
async fn a_payer_sees_the_payment_whose_secret_they_hold() {
    let house = Encaisse::start().await;
    let (path, secret) = asked(&house).await;
    let with_secret = format!("{path}?client_secret={secret}");
    let seen = as_payer(&house, Request::new("GET", &with_secret))
        .await
        .object();
    assert_eq!(seen["amount"], 1250);
    assert_eq!(seen["customer"], Value::Null);
    assert_eq!(seen["metadata"], serde_json::json!({}));
    let whole = house.get(&path).await.object();
    assert_eq!(whole["metadata"]["margin"], "high");
    house.finish().await;
}

#[tokio::test]
async fn without_its_secret_or_with_another_one_they_see_nothing() {
    let house = Encaisse::start().await;
    let (path, _) = asked(&house).await;
    let (_, other) = asked(&house).await;
    for query in [String::new(), format!("?client_secret={other}")] {
        let seen = as_payer(&house, Request::new("GET", &format!("{path}{query}"))).await;
        assert_eq!(seen.error(403)["param"], "client_secret", "{query}");
    }
    let confirm = Request::new("POST", &format!("{path}/confirm")).form(CARD);
    let refused = as_payer(&house, confirm).await;
    assert_eq!(refused.error(403)["param"], "client_secret");
    let untouched = house.get(&path).await.object();
    assert_eq!(untouched["status"], "requires_payment_method");
    house.finish().await;
}

#[tokio::test]
async fn a_payer_pays_with_a_card_of_their_own() {
    let house = Encaisse::start().await;
    let (path, secret) = asked(&house).await;
    let fields = [&[("client_secret", secret.as_str())], CARD].concat();
    let confirm = Request::new("POST", &format!("{path}/confirm")).form(&fields);
    let paid = as_payer(&house, confirm.key("once")).await.object();
    assert_eq!(paid["status"], "succeeded");
    assert_eq!(
        (&paid["customer"], &paid["latest_charge"]),
        (&Value::Null, &Value::Null)
    );
    let confirm = Request::new("POST", &format!("{path}/confirm")).form(&fields);
    let again = as_payer(&house, confirm.key("once")).await;
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.object(), paid);
    let confirm = Request::new("POST", &format!("{path}/confirm")).form(&fields);
    let refused = as_payer(&house, confirm).await.error(400);
    let shown = &refused["payment_intent"];
    assert_eq!(
        (&shown["status"], &shown["customer"]),
        (&paid["status"], &Value::Null)
    );
    house.finish().await;
}

#[tokio::test]
async fn a_card_made_with_it_can_be_used_by_the_merchant() {
    let house = Encaisse::start().await;
    let card: Vec<_> = CARD
        .iter()
        .map(|(name, value)| (name.replace("payment_method_data[type]", "type"), *value))
        .map(|(name, value)| (name.replace("payment_method_data[card]", "card"), value))
        .collect();
    let card: Vec<_> = card
        .iter()
        .map(|(name, value)| (name.as_str(), *value))
        .collect();
    let made = as_payer(
        &house,
        Request::new("POST", "/v1/payment_methods").form(&card),
    )
    .await;
    let method = text(&made.object()["id"]);
    let fields = [
        ("amount", "500"),
        ("currency", "eur"),
        ("confirm", "true"),
        ("payment_method", method.as_str()),
    ];
    let paid = house.post("/v1/payment_intents", &fields).await.object();
    assert_eq!(paid["status"], "succeeded");
    house.finish().await;
}

#[tokio::test]
async fn nothing_else_can_be_done_with_it() {
    let house = Encaisse::start().await;
    let (path, secret) = asked(&house).await;
    let cancel = format!("{path}/cancel");
    let tries = [
        Request::new("GET", "/v1/payment_intents"),
        Request::new("GET", "/v1/customers"),
        Request::new("GET", "/v1/events"),
        Request::new("POST", "/v1/refunds"),
        Request::new("POST", &cancel).form(&[("client_secret", &secret)]),
        Request::new("POST", &path).form(&[("client_secret", &secret), ("amount", "1")]),
    ];
    for request in tries {
        let refused = as_payer(&house, request).await;
        assert_eq!(refused.error(403)["code"], "secret_key_required");
    }
    house.finish().await;
}

#[tokio::test]
async fn a_payer_cannot_use_up_the_merchants_idempotency_keys() {
    let house = Encaisse::start().await;
    let (path, secret) = asked(&house).await;
    let fields = [&[("client_secret", secret.as_str())], CARD].concat();
    let confirm = Request::new("POST", &format!("{path}/confirm")).form(&fields);
    as_payer(&house, confirm.key("order-7")).await.object();
    let create = [("amount", "500"), ("currency", "eur")];
    let create = Request::new("POST", "/v1/payment_intents").form(&create);
    let made = house.send(create.key("order-7")).await.object();
    assert_eq!(made["amount"], 500);
    house.finish().await;
}
