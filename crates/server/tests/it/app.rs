//! What the merchant's app needs: its files, its log-in, its live news, and the probes beside it.

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};

use crate::client::{Answer, Request};
use crate::encaisse::Encaisse;

async fn log_in(house: &Encaisse, password: &str) -> Answer {
    let fields = [
        ("email", house.merchant.email.as_str()),
        ("password", password),
    ];
    Request::new("POST", "/terminal/session")
        .header("origin", &format!("http://{}", house.address))
        .form(&fields)
        .send(house.address)
        .await
}

/// The cookie of a log-in, as the browser sends it back.
async fn cookie(house: &Encaisse) -> String {
    let answer = log_in(house, &house.merchant.password).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    let set = answer.header("set-cookie");
    assert!(
        set.contains("HttpOnly") && set.contains("SameSite=Strict"),
        "{set}"
    );
    set.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn the_app_is_served_with_a_strict_policy() {
    let house = Encaisse::start().await;
    let page = Request::new("GET", "/").send(house.address).await;
    assert_eq!(
        (page.status, page.header("content-type")),
        (200, "text/html; charset=utf-8")
    );
    assert!(
        page.header("content-security-policy")
            .contains("frame-ancestors 'none'")
    );
    let worker = Request::new("GET", "/sw.js").send(house.address).await;
    assert_eq!(
        (worker.status, worker.header("cache-control")),
        (200, "no-cache")
    );
    house.finish().await;
}

#[tokio::test]
async fn the_probes_say_that_all_is_well() {
    let house = Encaisse::start().await;
    for path in ["/livez", "/readyz"] {
        assert_eq!(
            Request::new("GET", path).send(house.address).await.status,
            200,
            "{path}"
        );
    }
    house.finish().await;
}

#[tokio::test]
async fn a_log_in_speaks_the_same_api_as_a_key() {
    let house = Encaisse::start().await;
    let cookie = cookie(&house).await;
    let own = format!("http://{}", house.address);
    let ask = |method, path: &str| Request::new(method, path).header("cookie", &cookie);
    let shown = ask("GET", "/terminal/session")
        .send(house.address)
        .await
        .object();
    assert_eq!(shown["merchant"]["name"], "Café du Port");
    let fields = [("amount", "1250"), ("currency", "eur")];
    let open = ask("POST", "/v1/payment_intents").form(&fields);
    let error = open.clone().send(house.address).await.error(403);
    assert_eq!(error["type"], "invalid_request_error");
    let foreign = open
        .clone()
        .header("origin", "https://evil.example")
        .send(house.address)
        .await;
    assert_eq!(foreign.status, 403);
    let payment = open
        .header("origin", &own)
        .send(house.address)
        .await
        .object();
    assert_eq!(payment["amount"], 1250);
    let leave = ask("DELETE", "/terminal/session").header("origin", &own);
    assert!(leave.send(house.address).await.status < 300);
    assert_eq!(
        ask("GET", "/v1/payment_intents")
            .send(house.address)
            .await
            .status,
        401
    );
    house.finish().await;
}

#[tokio::test]
async fn ten_wrong_passwords_lock_the_log_in() {
    let house = Encaisse::start().await;
    for _ in 0..10 {
        assert_eq!(log_in(&house, "wrong").await.status, 401);
    }
    assert_eq!(log_in(&house, &house.merchant.password).await.status, 429);
    house.finish().await;
}

#[tokio::test]
async fn a_waiting_phone_hears_that_the_payment_was_paid() {
    let house = Encaisse::start().await;
    let cookie = cookie(&house).await;
    let fields = [("amount", "1250"), ("currency", "eur")];
    let opened = house.post("/v1/payment_intents", &fields).await.object();
    let id = opened["id"].as_str().unwrap();
    let path = format!("/terminal/live?payment_intent={id}");
    let stream = Request::new("GET", &path)
        .header("cookie", &cookie)
        .open(house.address)
        .await;
    let mut lines = BufReader::new(stream).lines();
    let confirm = format!("/v1/payment_intents/{id}/confirm");
    let mut seen = Vec::new();
    while let Some(line) = lines.next_line().await.unwrap() {
        let Some(data) = line.strip_prefix("data: ") else {
            continue;
        };
        let payment: Value = serde_json::from_str(data).unwrap();
        seen.push(payment["status"].clone());
        if seen.len() == 1 {
            house
                .post(&confirm, &[("payment_method", "pm_card_visa")])
                .await
                .object();
        }
        if payment["status"] == "succeeded" {
            break;
        }
    }
    assert_eq!(seen.first(), Some(&json!("requires_payment_method")));
    assert_eq!(seen.last(), Some(&json!("succeeded")));
    drop(lines);
    house.finish().await;
}
