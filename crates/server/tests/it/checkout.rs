//! Links: one payment asked of one payer.

use serde_json::{Value, json};

use crate::encaisse::Encaisse;

const LINK: &[(&str, &str)] = &[
    ("mode", "payment"),
    ("success_url", "https://shop.example/thanks"),
    ("line_items[0][quantity]", "2"),
    ("line_items[0][price_data][currency]", "eur"),
    ("line_items[0][price_data][unit_amount]", "250"),
    ("line_items[0][price_data][product_data][name]", "Croissant"),
    ("line_items[1][price_data][currency]", "eur"),
    ("line_items[1][price_data][unit_amount]", "180"),
    ("line_items[1][price_data][product_data][name]", "Café"),
    ("metadata[table]", "4"),
];

#[tokio::test]
async fn a_link_asks_for_the_sum_of_its_items() {
    let house = Encaisse::start().await;
    let more = [
        LINK,
        &[("expand[]", "line_items"), ("expand[]", "payment_intent")],
    ]
    .concat();
    let link = house.post("/v1/checkout/sessions", &more).await.object();
    assert_eq!(
        (&link["status"], &link["payment_status"]),
        (&json!("open"), &json!("unpaid"))
    );
    assert_eq!(
        (&link["amount_total"], &link["currency"]),
        (&json!(680), &json!("eur"))
    );
    assert_eq!(link["payment_intent"]["amount"], 680);
    let items = link["line_items"]["data"].as_array().unwrap();
    assert_eq!(
        (&items[0]["description"], &items[1]["quantity"]),
        (&json!("Croissant"), &json!(1))
    );
    let url = link["url"].as_str().unwrap();
    assert!(
        url.starts_with(&format!("http://{}/pay/", house.address)),
        "{url}"
    );
    let path = format!("/v1/checkout/sessions/{}", link["id"].as_str().unwrap());
    assert_eq!(house.get(&path).await.object()["line_items"], Value::Null);
    house.finish().await;
}

#[tokio::test]
async fn a_link_can_be_ended() {
    let house = Encaisse::start().await;
    let link = house.post("/v1/checkout/sessions", LINK).await.object();
    let path = format!("/v1/checkout/sessions/{}", link["id"].as_str().unwrap());
    let ended = house.post(&format!("{path}/expire"), &[]).await.object();
    assert_eq!(
        (&ended["status"], &ended["url"]),
        (&json!("expired"), &Value::Null)
    );
    let payment = format!(
        "/v1/payment_intents/{}",
        link["payment_intent"].as_str().unwrap()
    );
    assert_eq!(house.get(&payment).await.object()["status"], "canceled");
    assert_eq!(house.post(&format!("{path}/expire"), &[]).await.status, 400);
    house.finish().await;
}

#[tokio::test]
async fn a_link_is_complete_when_its_payment_is_paid() {
    let house = Encaisse::start().await;
    let link = house.post("/v1/checkout/sessions", LINK).await.object();
    let payment = link["payment_intent"].as_str().unwrap();
    let fields = [("payment_method", "pm_card_visa")];
    let path = format!("/v1/payment_intents/{payment}/confirm");
    assert_eq!(
        house.post(&path, &fields).await.object()["status"],
        "succeeded"
    );
    let path = format!("/v1/checkout/sessions/{}", link["id"].as_str().unwrap());
    let complete = house.get(&path).await.object();
    assert_eq!(
        (&complete["status"], &complete["payment_status"]),
        (&json!("complete"), &json!("paid"))
    );
    house.finish().await;
}

#[tokio::test]
async fn links_that_cannot_be_are_refused() {
    let house = Encaisse::start().await;
    let change = |name: &str, value: &'static str| -> Vec<(&str, &str)> {
        LINK.iter()
            .map(|(n, v)| if *n == name { (*n, value) } else { (*n, *v) })
            .collect()
    };
    for (fields, param) in [
        (change("mode", "subscription"), "mode"),
        (
            change("line_items[1][price_data][currency]", "jpy"),
            "line_items",
        ),
        (
            change("line_items[0][quantity]", "0"),
            "line_items[0][quantity]",
        ),
        (
            change("line_items[0][price_data][unit_amount]", "-1"),
            "line_items[0][price_data][unit_amount]",
        ),
        (vec![("mode", "payment")], "line_items"),
    ] {
        let error = house
            .post("/v1/checkout/sessions", &fields)
            .await
            .error(400);
        assert_eq!(error["param"], param, "{error}");
    }
    house.finish().await;
}
