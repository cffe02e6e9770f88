//! Money going back.

use serde_json::{Value, json};

use crate::encaisse::Encaisse;

#[tokio::test]
async fn refunds_add_up_to_what_was_taken_and_no_more() {
    let house = Encaisse::start().await;
    let paid = house.paid().await;
    let id = paid["id"].as_str().unwrap();
    let part = [
        ("payment_intent", id),
        ("amount", "500"),
        ("reason", "requested_by_customer"),
    ];
    let refund = house.post("/v1/refunds", &part).await.object();
    assert_eq!(
        (&refund["status"], &refund["amount"]),
        (&json!("succeeded"), &json!(500))
    );
    assert_eq!(refund["charge"], paid["latest_charge"]);
    assert_eq!(refund["reason"], "requested_by_customer");
    let error = house
        .post("/v1/refunds", &[("payment_intent", id), ("amount", "751")])
        .await;
    assert_eq!(error.error(400)["code"], "amount_too_large");
    let charge = paid["latest_charge"].as_str().unwrap();
    let rest = house
        .post("/v1/refunds", &[("charge", charge)])
        .await
        .object();
    assert_eq!(rest["amount"], 750);
    let error = house
        .post("/v1/refunds", &[("payment_intent", id)])
        .await
        .error(400);
    assert_eq!(error["code"], "charge_already_refunded");
    let charge = house.get(&format!("/v1/charges/{charge}")).await.object();
    assert_eq!(
        (&charge["refunded"], &charge["amount_refunded"]),
        (&json!(true), &json!(1250))
    );
    house.finish().await;
}

#[tokio::test]
async fn an_unpaid_payment_has_nothing_to_give_back() {
    let house = Encaisse::start().await;
    let fields = [("amount", "900"), ("currency", "eur")];
    let opened = house.post("/v1/payment_intents", &fields).await.object();
    let id = opened["id"].as_str().unwrap();
    let error = house
        .post("/v1/refunds", &[("payment_intent", id)])
        .await
        .error(400);
    assert_eq!(error["code"], "charge_not_refundable");
    house.finish().await;
}

#[tokio::test]
async fn a_refused_refund_fails_and_gives_its_reservation_back() {
    let house = Encaisse::start().await;
    let paid = house.charge("4000000000551301", &[]).await.object();
    let id = paid["id"].as_str().unwrap();
    let refund = house
        .post("/v1/refunds", &[("payment_intent", id)])
        .await
        .object();
    assert_eq!(refund["status"], "failed");
    assert!(refund["failure_reason"].is_string());
    let path = format!("/v1/charges/{}", paid["latest_charge"].as_str().unwrap());
    assert_eq!(house.get(&path).await.object()["amount_refunded"], 0);
    house.finish().await;
}

#[tokio::test]
async fn a_refund_without_an_answer_is_pending_until_it_is_undone() {
    let house = Encaisse::start().await;
    let paid = house.charge("4000000000551400", &[]).await.object();
    let id = paid["id"].as_str().unwrap();
    let refund = house
        .post("/v1/refunds", &[("payment_intent", id)])
        .await
        .object();
    assert_eq!(refund["status"], "pending");
    let path = format!("/v1/refunds/{}", refund["id"].as_str().unwrap());
    let ended = house
        .until(&path, |refund| refund["status"] != "pending")
        .await;
    assert_eq!(ended["status"], "failed");
    house.finish().await;
}

#[tokio::test]
async fn two_refunds_at_once_never_give_back_more_than_was_taken() {
    let house = Encaisse::start().await;
    let paid = house.paid().await;
    let fields = [
        ("payment_intent", paid["id"].as_str().unwrap()),
        ("amount", "1000"),
    ];
    let (a, b) = tokio::join!(
        house.post("/v1/refunds", &fields),
        house.post("/v1/refunds", &fields)
    );
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400]);
    house.finish().await;
}

#[tokio::test]
async fn the_words_of_a_refund_can_be_changed() {
    let house = Encaisse::start().await;
    let paid = house.paid().await;
    let fields = [
        ("payment_intent", paid["id"].as_str().unwrap()),
        ("metadata[a]", "1"),
    ];
    let refund = house.post("/v1/refunds", &fields).await.object();
    let path = format!("/v1/refunds/{}", refund["id"].as_str().unwrap());
    let changes = [("metadata[a]", ""), ("metadata[b]", "2")];
    let changed = house.post(&path, &changes).await.object();
    assert_eq!(changed["metadata"], json!({"b": "2"}));
    assert_eq!(house.get(&path).await.object(), changed);
    house.finish().await;
}

#[tokio::test]
async fn a_refund_must_say_of_what() {
    let house = Encaisse::start().await;
    let error = house
        .post("/v1/refunds", &[("amount", "5")])
        .await
        .error(400);
    assert_eq!(error["code"], "parameter_missing");
    let missing = [("payment_intent", "pi_0000000000000000000001")];
    let error = house.post("/v1/refunds", &missing).await.error(404);
    assert_eq!(
        (&error["code"], &error["param"]),
        (&json!("resource_missing"), &json!("payment_intent"))
    );
    let error = house
        .post("/v1/refunds", &[("reason", "because")])
        .await
        .error(400);
    assert_ne!(error["param"], Value::Null);
    house.finish().await;
}
