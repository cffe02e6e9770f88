//! Money set aside first: captured, captured in part, or released.

use serde_json::json;

use crate::encaisse::Encaisse;

const MANUAL: (&str, &str) = ("capture_method", "manual");

#[tokio::test]
async fn money_set_aside_is_taken_when_the_merchant_says_so() {
    let house = Encaisse::start().await;
    let held = house.charge("4242424242424242", &[MANUAL]).await.object();
    assert_eq!(held["status"], "requires_capture");
    assert_eq!(
        (&held["amount_capturable"], &held["amount_received"]),
        (&json!(1250), &json!(0))
    );
    let path = format!(
        "/v1/payment_intents/{}/capture",
        held["id"].as_str().unwrap()
    );
    let taken = house.post(&path, &[]).await.object();
    assert_eq!(taken["status"], "succeeded");
    assert_eq!(
        (&taken["amount_capturable"], &taken["amount_received"]),
        (&json!(0), &json!(1250))
    );
    let error = house.post(&path, &[]).await.error(400);
    assert_eq!(error["code"], "payment_intent_unexpected_state");
    house.finish().await;
}

#[tokio::test]
async fn a_part_can_be_taken_and_the_rest_is_released() {
    let house = Encaisse::start().await;
    let held = house.charge("4242424242424242", &[MANUAL]).await.object();
    let id = held["id"].as_str().unwrap();
    let path = format!("/v1/payment_intents/{id}/capture");
    let error = house
        .post(&path, &[("amount_to_capture", "1251")])
        .await
        .error(400);
    assert_eq!(error["param"], "amount_to_capture");
    let taken = house
        .post(&path, &[("amount_to_capture", "1000")])
        .await
        .object();
    assert_eq!(
        (&taken["amount"], &taken["amount_received"]),
        (&json!(1250), &json!(1000))
    );
    let error = house
        .post("/v1/refunds", &[("payment_intent", id), ("amount", "1001")])
        .await;
    assert_eq!(error.error(400)["param"], "amount");
    house.finish().await;
}

#[tokio::test]
async fn money_set_aside_is_released_by_giving_up() {
    let house = Encaisse::start().await;
    let held = house.charge("4242424242424242", &[MANUAL]).await.object();
    let id = held["id"].as_str().unwrap();
    let given_up = house
        .post(&format!("/v1/payment_intents/{id}/cancel"), &[])
        .await
        .object();
    assert_eq!(
        (&given_up["status"], &given_up["amount_capturable"]),
        (&json!("canceled"), &json!(0))
    );
    let path = format!("/v1/charges/{}", held["latest_charge"].as_str().unwrap());
    let released = house
        .until(&path, |charge| charge["refunded"] == true)
        .await;
    assert_eq!(
        (&released["captured"], &released["amount_refunded"]),
        (&json!(false), &json!(1250))
    );
    house.finish().await;
}
