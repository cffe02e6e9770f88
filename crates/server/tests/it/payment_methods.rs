//! Cards as tokens: made once, kept for a customer, charged later.

use serde_json::{Value, json};

use crate::encaisse::Encaisse;

const CARD: &[(&str, &str)] = &[
    ("type", "card"),
    ("card[number]", "5555555555554444"),
    ("card[exp_month]", "12"),
    ("card[exp_year]", "34"),
    ("card[cvc]", "123"),
    ("billing_details[name]", "Zoé"),
];

#[tokio::test]
async fn a_card_becomes_a_token_that_shows_little() {
    let house = Encaisse::start().await;
    let answer = house.post("/v1/payment_methods", CARD).await;
    let method = answer.object();
    assert_eq!(
        (&method["type"], &method["customer"]),
        (&json!("card"), &Value::Null)
    );
    assert_eq!(method["billing_details"]["name"], "Zoé");
    let card = &method["card"];
    assert_eq!(
        (&card["brand"], &card["last4"]),
        (&json!("mastercard"), &json!("4444"))
    );
    assert_eq!(
        (&card["exp_month"], &card["exp_year"]),
        (&json!(12), &json!(2034))
    );
    assert!(
        !String::from_utf8(answer.body)
            .unwrap()
            .contains("5555555555554444")
    );
    let again = house.post("/v1/payment_methods", CARD).await.object();
    assert_ne!(again["id"], method["id"]);
    assert_eq!(again["card"]["fingerprint"], card["fingerprint"]);
    house.finish().await;
}

#[tokio::test]
async fn a_kept_card_pays_for_its_customer_only() {
    let house = Encaisse::start().await;
    let method = house.post("/v1/payment_methods", CARD).await.object();
    let customer = house
        .post("/v1/customers", &[("name", "Zoé")])
        .await
        .object();
    let (method, customer) = (
        method["id"].as_str().unwrap(),
        customer["id"].as_str().unwrap(),
    );
    let path = format!("/v1/payment_methods/{method}");
    let kept = house
        .post(&format!("{path}/attach"), &[("customer", customer)])
        .await
        .object();
    assert_eq!(kept["customer"], customer);
    let list = house
        .get(&format!(
            "/v1/payment_methods?customer={customer}&type=card"
        ))
        .await;
    assert_eq!(list.object()["data"][0]["id"], method);
    let pay = [
        ("amount", "900"),
        ("currency", "eur"),
        ("confirm", "true"),
        ("payment_method", method),
    ];
    let error = house.post("/v1/payment_intents", &pay).await.error(400);
    assert_eq!(error["param"], "payment_method");
    let with_customer = [&pay[..], &[("customer", customer)]].concat();
    let paid = house
        .post("/v1/payment_intents", &with_customer)
        .await
        .object();
    assert_eq!(
        (&paid["status"], &paid["payment_method"]),
        (&json!("succeeded"), &json!(method))
    );
    let free = house.post(&format!("{path}/detach"), &[]).await.object();
    assert_eq!(free["customer"], Value::Null);
    let again = house.post(&format!("{path}/detach"), &[]).await.error(400);
    assert_eq!(again["param"], "payment_method");
    house.finish().await;
}

#[tokio::test]
async fn only_cards_are_a_means_of_payment() {
    let house = Encaisse::start().await;
    let error = house
        .post("/v1/payment_methods", &[("type", "sepa_debit")])
        .await
        .error(400);
    assert_eq!(error["param"], "type");
    let fields = [
        ("amount", "5"),
        ("currency", "eur"),
        ("payment_method_types[]", "ideal"),
    ];
    assert_eq!(house.post("/v1/payment_intents", &fields).await.status, 400);
    house.finish().await;
}
