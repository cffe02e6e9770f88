//! Who may come in, and what they find there.

use rusqlite::Connection;
use serde_json::Value;

use crate::client::Request;
use crate::encaisse::Encaisse;

const PATH: &str = "/v1/payment_intents";

#[tokio::test]
async fn without_a_key_nobody_comes_in() {
    let house = Encaisse::start().await;
    let answer = Request::new("GET", PATH).send(house.address).await;
    assert_eq!(answer.error(401)["type"], "invalid_request_error");
    // Basic would make a browser open a dialog of its own over the app.
    assert!(answer.header("www-authenticate").starts_with("Bearer"));
    house.finish().await;
}

#[tokio::test]
async fn an_unknown_key_is_never_repeated_whole() {
    let house = Encaisse::start().await;
    let key = "sk_test_0123456789abcdefABCDEFGHIJ";
    let answer = Request::new("GET", PATH)
        .bearer(key)
        .send(house.address)
        .await;
    let message = answer.error(401)["message"].to_string();
    assert!(
        !message.contains("0123456789") && message.contains("sk_test_"),
        "{message}"
    );
    house.finish().await;
}

#[tokio::test]
async fn basic_authentication_is_as_good_as_a_bearer_token() {
    use base64::Engine as _;
    let house = Encaisse::start().await;
    let pair = format!("{}:", house.merchant.secret.secret);
    let value = format!("Basic {}", base64::prelude::BASE64_STANDARD.encode(pair));
    let request = Request::new("GET", PATH).header("authorization", &value);
    assert_eq!(request.send(house.address).await.status, 200);
    house.finish().await;
}

#[tokio::test]
async fn a_publishable_key_opens_nothing_here() {
    let house = Encaisse::start().await;
    let key = &house.merchant.publishable.secret;
    let answer = Request::new("GET", PATH)
        .bearer(key)
        .send(house.address)
        .await;
    assert_eq!(answer.error(403)["code"], "secret_key_required");
    house.finish().await;
}

#[tokio::test]
async fn another_merchants_things_do_not_exist() {
    let house = Encaisse::start().await;
    let paid = house.paid().await;
    let customer = house
        .post("/v1/customers", &[("name", "Zoé")])
        .await
        .object();
    let id = |value: &Value| value.as_str().unwrap().to_owned();
    let other = house.another_merchant().await;
    let paths = [
        format!("/v1/payment_intents/{}", id(&paid["id"])),
        format!("/v1/charges/{}", id(&paid["latest_charge"])),
        format!("/v1/payment_methods/{}", id(&paid["payment_method"])),
        format!("/v1/customers/{}", id(&customer["id"])),
    ];
    for path in &paths {
        assert_eq!(house.get(path).await.status, 200, "{path}");
        let theirs = Request::new("GET", path).bearer(&other.secret.secret);
        let error = theirs.send(house.address).await.error(404);
        assert_eq!(error["code"], "resource_missing", "{path}");
    }
    let refund = [("payment_intent", paid["id"].as_str().unwrap())];
    let request = Request::new("POST", "/v1/refunds")
        .form(&refund)
        .bearer(&other.secret.secret);
    assert_eq!(
        request.send(house.address).await.error(404)["code"],
        "resource_missing"
    );
    let customer = id(&customer["id"]);
    let fields = [
        ("amount", "5"),
        ("currency", "eur"),
        ("customer", customer.as_str()),
    ];
    let request = Request::new("POST", PATH)
        .form(&fields)
        .bearer(&other.secret.secret);
    assert_eq!(
        request.send(house.address).await.error(404)["code"],
        "resource_missing"
    );
    house.finish().await;
}

#[tokio::test]
async fn a_revoked_key_opens_nothing_and_its_merchant_is_told() {
    let house = Encaisse::start().await;
    let key = house.another_merchant().await.secret;
    let operator = engine::Caller::operator(key.key.owner);
    house.app().revoke_key(&operator, key.key.id).await.unwrap();
    for _ in 0..2 {
        let request = Request::new("GET", PATH).bearer(&key.secret);
        request.send(house.address).await.error(401);
    }
    let database = Connection::open(house.data_dir().join("encaisse.db")).unwrap();
    let line = database.query_row(
        "SELECT merchant_id, subject, origin FROM audit_entries \
         WHERE action = 'key_use' AND succeeded = 0",
        [],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    );
    let (merchant, subject, origin): (Vec<u8>, String, String) = line.unwrap();
    assert_eq!(merchant, key.key.owner.merchant.bytes());
    assert_eq!((subject, &*origin), (key.key.id.to_string(), "127.0.0.1"));
    house.finish().await;
}
