//! What happened, as it is told.

use serde_json::Value;

use crate::encaisse::Encaisse;

fn types(list: &Value) -> Vec<&str> {
    list["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["type"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_payment_tells_what_happened_with_the_objects_as_they_were() {
    let house = Encaisse::start().await;
    let paid = house.paid().await;
    let list = house.get("/v1/events").await.object();
    let mut told = types(&list);
    told.sort_unstable();
    assert_eq!(
        told,
        [
            "charge.succeeded",
            "payment_intent.created",
            "payment_intent.succeeded"
        ]
    );
    for event in list["data"].as_array().unwrap() {
        let object = &event["data"]["object"];
        match event["type"].as_str().unwrap() {
            "payment_intent.succeeded" => assert_eq!(object, &paid),
            "payment_intent.created" => assert_eq!(object["id"], paid["id"]),
            _ => assert_eq!(object["id"], paid["latest_charge"]),
        }
        assert_eq!(event["api_version"], "2026-10-28.endive");
        let path = format!("/v1/events/{}", event["id"].as_str().unwrap());
        assert_eq!(&house.get(&path).await.object(), event);
    }
    house.finish().await;
}

#[tokio::test]
async fn an_event_names_the_request_that_caused_it() {
    let house = Encaisse::start().await;
    let answer = house.post("/v1/customers", &[("name", "Zoé")]).await;
    let list = house.get("/v1/events").await.object();
    assert_eq!(types(&list), ["customer.created"]);
    assert_eq!(
        list["data"][0]["request"]["id"],
        answer.header("request-id")
    );
    house.finish().await;
}

#[tokio::test]
async fn a_decline_and_a_refund_are_told() {
    let house = Encaisse::start().await;
    house.charge("4000000000000002", &[]).await.error(402);
    let paid = house.paid().await;
    house
        .post(
            "/v1/refunds",
            &[("payment_intent", paid["id"].as_str().unwrap())],
        )
        .await
        .object();
    let list = house.get("/v1/events?limit=100").await.object();
    let told = types(&list);
    for name in [
        "charge.failed",
        "payment_intent.payment_failed",
        "refund.created",
        "charge.refunded",
    ] {
        assert!(told.contains(&name), "{name} is not among {told:?}");
    }
    house.finish().await;
}
