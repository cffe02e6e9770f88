//! Those who pay, as the merchant knows them.

use serde_json::{Value, json};

use crate::client::Request;
use crate::encaisse::Encaisse;

#[tokio::test]
async fn a_customer_is_made_changed_and_removed() {
    let house = Encaisse::start().await;
    let fields = [
        ("name", "Zoé"),
        ("email", "zoe@example.com"),
        ("metadata[a]", "1"),
    ];
    let made = house.post("/v1/customers", &fields).await.object();
    assert_eq!(
        (&made["object"], &made["name"]),
        (&json!("customer"), &json!("Zoé"))
    );
    let path = format!("/v1/customers/{}", made["id"].as_str().unwrap());
    assert_eq!(house.get(&path).await.object(), made);
    let changes = [
        ("name", ""),
        ("phone", "+33 1 23 45 67 89"),
        ("metadata[b]", "2"),
    ];
    let changed = house.post(&path, &changes).await.object();
    assert_eq!(
        (&changed["name"], &changed["email"]),
        (&Value::Null, &made["email"])
    );
    assert_eq!(changed["metadata"], json!({"a": "1", "b": "2"}));
    let gone = house.send(Request::new("DELETE", &path)).await.object();
    assert_eq!(
        gone,
        json!({"id": made["id"], "object": "customer", "deleted": true})
    );
    let after = house.get(&path).await.object();
    assert_eq!(after["deleted"], true);
    assert_eq!(house.get("/v1/customers").await.object()["data"], json!([]));
    house.finish().await;
}

#[tokio::test]
async fn a_payment_can_be_for_a_customer_and_show_them() {
    let house = Encaisse::start().await;
    let customer = house
        .post("/v1/customers", &[("name", "Zoé")])
        .await
        .object();
    let id = customer["id"].as_str().unwrap();
    let more = [("customer", id), ("expand[]", "customer")];
    let paid = house.charge("4242424242424242", &more).await.object();
    assert_eq!(paid["customer"]["name"], "Zoé");
    let path = format!("/v1/payment_intents/{}", paid["id"].as_str().unwrap());
    assert_eq!(house.get(&path).await.object()["customer"], id);
    let shown = house
        .get(&format!("{path}?expand[]=customer"))
        .await
        .object();
    assert_eq!(shown["customer"]["id"], id);
    house.finish().await;
}

#[tokio::test]
async fn metadata_does_not_grow_beyond_its_limit() {
    let house = Encaisse::start().await;
    let names: Vec<String> = (0..50).map(|n| format!("metadata[k{n}]")).collect();
    let fields: Vec<_> = names.iter().map(|name| (name.as_str(), "v")).collect();
    let made = house.post("/v1/customers", &fields).await.object();
    let path = format!("/v1/customers/{}", made["id"].as_str().unwrap());
    let error = house
        .post(&path, &[("metadata[more]", "v")])
        .await
        .error(400);
    assert_eq!(error["param"], "metadata");
    let instead = [("metadata[more]", "v"), ("metadata[k0]", "")];
    assert_eq!(house.post(&path, &instead).await.status, 200);
    house.finish().await;
}
