//! Cards that do not pay, and what the caller is told.

use serde_json::{Value, json};

use crate::encaisse::Encaisse;

#[tokio::test]
async fn declines_answer_402_with_the_payment_inside() {
    let house = Encaisse::start().await;
    for (number, code, decline_code) in [
        (
            "4000000000000002",
            "card_declined",
            json!("generic_decline"),
        ),
        (
            "4000000000009995",
            "card_declined",
            json!("insufficient_funds"),
        ),
        ("4000000000009987", "card_declined", json!("lost_card")),
        ("4000000000009979", "card_declined", json!("stolen_card")),
        ("4000000000000069", "expired_card", Value::Null),
        ("4000000000000127", "incorrect_cvc", Value::Null),
        ("4000000000000119", "processing_error", Value::Null),
    ] {
        let error = house.charge(number, &[]).await.error(402);
        assert_eq!(error["type"], "card_error");
        assert_eq!(
            (&error["code"], &error["decline_code"]),
            (&json!(code), &decline_code)
        );
        let payment = &error["payment_intent"];
        assert_eq!(payment["status"], "requires_payment_method");
        assert_eq!(payment["last_payment_error"]["code"], code);
        assert_eq!(error["charge"], payment["latest_charge"]);
        let path = format!("/v1/payment_intents/{}", payment["id"].as_str().unwrap());
        assert_eq!(&house.get(&path).await.object(), payment);
    }
    house.finish().await;
}

#[tokio::test]
async fn a_declined_payment_can_be_paid_with_another_card() {
    let house = Encaisse::start().await;
    let error = house.charge("4000000000009995", &[]).await.error(402);
    let id = error["payment_intent"]["id"].as_str().unwrap();
    let fields = [("payment_method", "pm_card_visa")];
    let paid = house
        .post(&format!("/v1/payment_intents/{id}/confirm"), &fields)
        .await
        .object();
    assert_eq!(paid["status"], "succeeded");
    assert_eq!(paid["last_payment_error"], Value::Null);
    let charges = house
        .get(&format!("/v1/charges?payment_intent={id}"))
        .await
        .object();
    let statuses: Vec<_> = charges["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|charge| &charge["status"])
        .collect();
    assert_eq!(statuses, ["succeeded", "failed"]);
    house.finish().await;
}

#[tokio::test]
async fn the_named_test_methods_do_what_their_names_say() {
    let house = Encaisse::start().await;
    for (name, status) in [
        ("pm_card_visa", 200),
        ("pm_card_mastercard", 200),
        ("pm_card_amex", 200),
        ("pm_card_chargeDeclined", 402),
        ("pm_card_chargeDeclinedInsufficientFunds", 402),
    ] {
        let fields = [
            ("amount", "500"),
            ("currency", "eur"),
            ("confirm", "true"),
            ("payment_method", name),
        ];
        let answer = house.post("/v1/payment_intents", &fields).await;
        assert_eq!(answer.status, status, "{name}: {}", answer.json());
    }
    house.finish().await;
}

#[tokio::test]
async fn card_data_that_cannot_be_right_is_refused_before_anybody_is_asked() {
    let house = Encaisse::start().await;
    for (number, month, year, cvc, code) in [
        ("4242424242424241", "12", "2034", "123", "incorrect_number"),
        ("42424242", "12", "2034", "123", "incorrect_number"),
        (
            "4242424242424242",
            "13",
            "2034",
            "123",
            "invalid_expiry_month",
        ),
        (
            "4242424242424242",
            "12",
            "1999",
            "123",
            "invalid_expiry_year",
        ),
        ("4242424242424242", "1", "2024", "123", "expired_card"),
        ("4242424242424242", "12", "2034", "12", "invalid_cvc"),
        ("4242424242424242", "12", "2034", "1234", "invalid_cvc"),
        ("378282246310005", "12", "2034", "123", "invalid_cvc"),
    ] {
        let fields = [
            ("type", "card"),
            ("card[number]", number),
            ("card[exp_month]", month),
            ("card[exp_year]", year),
            ("card[cvc]", cvc),
        ];
        let error = house.post("/v1/payment_methods", &fields).await.error(402);
        assert_eq!(error["code"], code, "{error}");
    }
    house.finish().await;
}

#[tokio::test]
async fn a_real_card_is_refused_in_test_mode() {
    let house = Encaisse::start().await;
    let error = house.charge("4111111111111111", &[]).await.error(402);
    assert_eq!(error["decline_code"], "test_mode_live_card");
    house.finish().await;
}

#[tokio::test]
async fn a_partial_approval_pays_nothing_and_is_given_back() {
    let house = Encaisse::start().await;
    let error = house.charge("4000000000551004", &[]).await.error(402);
    assert_eq!(error["decline_code"], "partial_approval");
    assert_eq!(error["payment_intent"]["amount_received"], 0);
    house.finish().await;
}
