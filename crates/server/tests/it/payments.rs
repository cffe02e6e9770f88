//! A payment from the asking to the end.

use serde_json::{Value, json};

use crate::client::Request;
use crate::encaisse::Encaisse;

#[tokio::test]
async fn one_request_pays() {
    let house = Encaisse::start().await;
    let answer = house
        .charge("4242424242424242", &[("metadata[order]", "7")])
        .await;
    assert!(answer.header("request-id").starts_with("req_"));
    assert_eq!(answer.header("content-type"), "application/json");
    let payment = answer.object();
    assert_eq!(payment["status"], "succeeded");
    assert_eq!(payment["amount_received"], 1250);
    assert_eq!(payment["metadata"], json!({"order": "7"}));
    let path = format!("/v1/charges/{}", payment["latest_charge"].as_str().unwrap());
    let charge = house.get(&path).await.object();
    assert_eq!(charge["payment_intent"], payment["id"]);
    assert_eq!(charge["payment_method_details"]["card"]["last4"], "4242");
    assert_eq!(
        charge["payment_method_details"]["card"]["checks"]["cvc_check"],
        "pass"
    );
    house.finish().await;
}

#[tokio::test]
async fn the_steps_can_be_taken_one_by_one() {
    let house = Encaisse::start().await;
    let opened = house
        .post(
            "/v1/payment_intents",
            &[("amount", "900"), ("currency", "eur")],
        )
        .await;
    let opened = opened.object();
    assert_eq!(opened["status"], "requires_payment_method");
    let path = format!("/v1/payment_intents/{}", opened["id"].as_str().unwrap());
    let changes = [
        ("amount", "1000"),
        ("description", "Lunch"),
        ("metadata[a]", "1"),
    ];
    let changed = house.post(&path, &changes).await.object();
    assert_eq!(
        (&changed["amount"], &changed["description"]),
        (&json!(1000), &json!("Lunch"))
    );
    let named = house
        .post(&path, &[("payment_method", "pm_card_visa")])
        .await;
    let confirmed = match named.status {
        200 => house.post(&format!("{path}/confirm"), &[]).await.object(),
        _ => {
            let fields = [("payment_method", "pm_card_visa")];
            house
                .post(&format!("{path}/confirm"), &fields)
                .await
                .object()
        }
    };
    assert_eq!(confirmed["status"], "succeeded");
    assert_eq!(confirmed["amount_received"], 1000);
    assert_eq!(house.get(&path).await.object(), confirmed);
    house.finish().await;
}

#[tokio::test]
async fn every_currency_keeps_its_own_exponent() {
    let house = Encaisse::start().await;
    for (currency, amount) in [("jpy", "500"), ("tnd", "12500"), ("EUR", "1")] {
        let fields = [
            ("amount", amount),
            ("currency", currency),
            ("confirm", "true"),
            ("payment_method", "pm_card_visa"),
        ];
        let payment = house.post("/v1/payment_intents", &fields).await.object();
        assert_eq!(payment["status"], "succeeded", "{payment}");
        assert_eq!(payment["currency"], currency.to_lowercase());
        assert_eq!(payment["amount_received"].to_string(), amount);
    }
    house.finish().await;
}

#[tokio::test]
async fn json_says_the_same_as_a_form() {
    let house = Encaisse::start().await;
    let body = json!({
        "amount": 1250, "currency": "eur", "confirm": true, "payment_method": "pm_card_visa",
        "metadata": {"order": "7"}, "expand": ["latest_charge"],
    });
    let payment = house
        .send(Request::new("POST", "/v1/payment_intents").json(&body))
        .await;
    let payment = payment.object();
    assert_eq!(payment["status"], "succeeded");
    assert_eq!(payment["latest_charge"]["object"], "charge");
    house.finish().await;
}

#[tokio::test]
async fn a_challenge_sends_the_payer_away_first() {
    let house = Encaisse::start().await;
    let payment = house.charge("4000002500003155", &[]).await.object();
    assert_eq!(payment["status"], "requires_action");
    assert_eq!(payment["next_action"]["type"], "redirect_to_url");
    let url = payment["next_action"]["redirect_to_url"]["url"]
        .as_str()
        .unwrap();
    assert!(url.contains("/pay/challenge/"), "{url}");
    assert_eq!(payment["latest_charge"], Value::Null);
    house.finish().await;
}

#[tokio::test]
async fn a_payment_that_is_given_up_cannot_be_paid() {
    let house = Encaisse::start().await;
    let opened = house
        .post(
            "/v1/payment_intents",
            &[("amount", "900"), ("currency", "eur")],
        )
        .await;
    let path = format!(
        "/v1/payment_intents/{}",
        opened.object()["id"].as_str().unwrap()
    );
    let reason = [("cancellation_reason", "abandoned")];
    let canceled = house
        .post(&format!("{path}/cancel"), &reason)
        .await
        .object();
    assert_eq!(canceled["status"], "canceled");
    assert_eq!(canceled["cancellation_reason"], "abandoned");
    assert!(canceled["canceled_at"].is_i64());
    let fields = [("payment_method", "pm_card_visa")];
    let error = house
        .post(&format!("{path}/confirm"), &fields)
        .await
        .error(400);
    assert_eq!(error["code"], "payment_intent_unexpected_state");
    assert_eq!(error["payment_intent"]["object"], "payment_intent");
    house.finish().await;
}

#[tokio::test]
async fn an_amount_or_currency_that_cannot_be_is_refused() {
    let house = Encaisse::start().await;
    for (amount, currency, code, param) in [
        ("0", "eur", json!("amount_too_small"), "amount"),
        ("-5", "eur", json!("amount_too_small"), "amount"),
        ("100000000", "eur", json!("amount_too_large"), "amount"),
        ("12.50", "eur", json!("parameter_invalid_integer"), "amount"),
        ("1250", "usd", Value::Null, "currency"),
        ("1250", "xyz", Value::Null, "currency"),
    ] {
        let fields = [("amount", amount), ("currency", currency)];
        let error = house.post("/v1/payment_intents", &fields).await.error(400);
        assert_eq!(
            (&error["code"], &error["param"]),
            (&code, &json!(param)),
            "{error}"
        );
        assert_eq!(error["type"], "invalid_request_error");
    }
    house.finish().await;
}

#[tokio::test]
async fn of_two_confirmations_at_once_one_pays_and_the_other_is_told_why_not() {
    let house = Encaisse::start().await;
    let fields = [("amount", "900"), ("currency", "eur")];
    let opened = house.post("/v1/payment_intents", &fields).await.object();
    let path = format!("/v1/payment_intents/{}", opened["id"].as_str().unwrap());
    let confirm = format!("{path}/confirm");
    let card = [("payment_method", "pm_card_visa")];
    let (a, b) = tokio::join!(house.post(&confirm, &card), house.post(&confirm, &card));
    let (paid, refused) = if a.status == 200 { (a, b) } else { (b, a) };
    assert_eq!(paid.object()["status"], "succeeded");
    let error = refused.error(400);
    assert_eq!(error["code"], "payment_intent_unexpected_state", "{error}");
    let id = opened["id"].as_str().unwrap();
    let charges = house.get(&format!("/v1/charges?payment_intent={id}")).await;
    assert_eq!(charges.object()["data"].as_array().unwrap().len(), 1);
    house.finish().await;
}
