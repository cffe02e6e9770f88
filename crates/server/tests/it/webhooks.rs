//! Events reach merchants' endpoints, signed, and what became of each can be looked up.

use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use serde_json::Value;

use crate::encaisse::Encaisse;
use crate::receiver::Receiver;

/// The receivers of these tests are on this machine.
const HERE: &[(&str, &str)] = &[
    ("ENCAISSE_WEBHOOKS__ALLOW_PRIVATE", "127.0.0.1/32"),
    ("ENCAISSE_WORKERS__DELIVER_PERIOD_MS", "50"),
];

/// Makes an endpoint that hears `kinds`.
async fn listen(house: &Encaisse, url: &str, kinds: &[&str]) -> Value {
    let mut fields = vec![("url", url)];
    fields.extend(kinds.iter().map(|kind| ("enabled_events[]", *kind)));
    house.post("/v1/webhook_endpoints", &fields).await.object()
}

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

#[tokio::test]
async fn a_payment_is_told_to_an_endpoint_as_the_api_shows_its_event() {
    let house = Encaisse::start_with(HERE).await;
    let shop = Receiver::start().await;
    let made = listen(&house, &shop.url(), &["payment_intent.succeeded"]).await;
    assert!(made["secret"].as_str().unwrap().starts_with("whsec_"));
    let paid = house.paid().await;
    let arrived = shop.until(1).await;
    let [told] = arrived.as_slice() else {
        panic!("only what was asked for is told");
    };
    let event = told.event();
    assert_eq!(event["type"], "payment_intent.succeeded");
    assert_eq!(event["data"]["object"], paid);
    assert_eq!(event["pending_webhooks"], 1);
    assert_eq!(told.header("webhook-id"), id(&event));
    assert_eq!(
        told.header("content-type"),
        "application/json; charset=utf-8"
    );
    assert!(told.header("user-agent").starts_with("Encaisse/"));
    let path = format!("/v1/events/{}", id(&event));
    let mut shown = house
        .until(&path, |event| event["pending_webhooks"] == 0)
        .await;
    shown["pending_webhooks"] = 1.into();
    assert_eq!(shown, event);
    house.finish().await;
}
