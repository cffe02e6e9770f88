//! One key, one payment, one answer.

use serde_json::json;

use crate::client::Request;
use crate::encaisse::Encaisse;

const PAY: &[(&str, &str)] = &[
    ("amount", "1250"),
    ("currency", "eur"),
    ("confirm", "true"),
    ("payment_method_data[type]", "card"),
    ("payment_method_data[card][number]", "4242424242424242"),
    ("payment_method_data[card][exp_month]", "12"),
    ("payment_method_data[card][exp_year]", "2034"),
    ("payment_method_data[card][cvc]", "123"),
];

fn pay(key: &str, fields: &[(&str, &str)]) -> Request {
    Request::new("POST", "/v1/payment_intents")
        .key(key)
        .form(fields)
}

fn with(name: &'static str, value: &'static str) -> Vec<(&'static str, &'static str)> {
    let changed = PAY
        .iter()
        .map(|(n, v)| if *n == name { (*n, value) } else { (*n, *v) });
    changed.collect()
}

#[tokio::test]
async fn the_same_request_again_gets_the_same_answer() {
    let house = Encaisse::start().await;
    let first = house.send(pay("k1", PAY)).await;
    let again = house.send(pay("k1", PAY)).await;
    assert_eq!((first.status, &first.body), (again.status, &again.body));
    assert_eq!(first.header("idempotent-replayed"), "");
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_ne!(first.header("request-id"), again.header("request-id"));
    let other = house.send(pay("k2", PAY)).await.object();
    assert_ne!(other["id"], first.object()["id"]);
    house.finish().await;
}

#[tokio::test]
async fn a_decline_is_an_answer_that_is_kept() {
    let house = Encaisse::start().await;
    let fields = with("payment_method_data[card][number]", "4000000000009995");
    let first = house.send(pay("k1", &fields)).await;
    let again = house.send(pay("k1", &fields)).await;
    assert_eq!((first.status, again.status), (402, 402));
    assert_eq!(first.body, again.body);
    assert_eq!(again.header("idempotent-replayed"), "true");
    house.finish().await;
}

#[tokio::test]
async fn another_request_with_the_same_key_is_refused() {
    let house = Encaisse::start().await;
    house.send(pay("k1", PAY)).await.object();
    for fields in [
        with("amount", "1251"),
        with("payment_method_data[card][number]", "5555555555554444"),
        with("payment_method_data[card][exp_year]", "2035"),
    ] {
        let error = house.send(pay("k1", &fields)).await.error(400);
        assert_eq!(error["type"], "idempotency_error", "{error}");
    }
    house.finish().await;
}

#[tokio::test]
async fn the_security_code_is_no_part_of_what_is_remembered() {
    let house = Encaisse::start().await;
    let first = house.send(pay("k1", PAY)).await;
    let other_code = with("payment_method_data[card][cvc]", "999");
    let again = house.send(pay("k1", &other_code)).await;
    assert_eq!(first.body, again.body);
    let without: Vec<_> = PAY
        .iter()
        .copied()
        .filter(|(name, _)| !name.ends_with("[cvc]"))
        .collect();
    assert_eq!(house.send(pay("k1", &without)).await.body, first.body);
    house.finish().await;
}

#[tokio::test]
async fn the_number_may_be_written_with_spaces_the_second_time() {
    let house = Encaisse::start().await;
    let first = house.send(pay("k1", PAY)).await;
    let spaced = with("payment_method_data[card][number]", "4242 4242 4242 4242");
    assert_eq!(house.send(pay("k1", &spaced)).await.body, first.body);
    house.finish().await;
}

#[tokio::test]
async fn two_at_once_make_one_payment() {
    let house = Encaisse::start().await;
    let slow = with("payment_method_data[card][number]", "4000000000550303");
    let (a, b) = tokio::join!(house.send(pay("k1", &slow)), house.send(pay("k1", &slow)));
    assert_eq!((a.status, b.status), (200, 200));
    assert_eq!(a.object()["id"], b.object()["id"]);
    let list = house.get("/v1/payment_intents").await.object();
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
    house.finish().await;
}

#[tokio::test]
async fn who_waits_too_long_for_the_first_is_told_to_try_again() {
    let house = Encaisse::start_with(&[("ENCAISSE_IDEMPOTENCY__WAIT_MS", "100")]).await;
    let slow = with("payment_method_data[card][number]", "4000000000550303");
    let (a, b) = tokio::join!(house.send(pay("k1", &slow)), house.send(pay("k1", &slow)));
    let (first, second) = if a.status == 200 { (a, b) } else { (b, a) };
    assert_eq!(first.object()["status"], "succeeded");
    assert_eq!(second.error(409)["code"], "idempotency_key_in_use");
    assert_eq!(second.header("stripe-should-retry"), "true");
    house.finish().await;
}

#[tokio::test]
async fn refusals_before_anything_was_written_do_not_use_up_the_key() {
    let house = Encaisse::start().await;
    let wrong = with("amount", "0");
    assert_eq!(
        house.send(pay("k1", &wrong)).await.error(400)["code"],
        "amount_too_small"
    );
    assert_eq!(
        house.send(pay("k1", PAY)).await.object()["status"],
        "succeeded"
    );
    house.finish().await;
}

#[tokio::test]
async fn every_change_honours_its_key() {
    let house = Encaisse::start().await;
    let paid = house.paid().await;
    let id = paid["id"].as_str().unwrap();
    let requests = [
        (
            "/v1/customers".to_owned(),
            vec![("email", "zoe@example.com")],
        ),
        (
            "/v1/refunds".to_owned(),
            vec![("payment_intent", id), ("amount", "100")],
        ),
        (
            format!("/v1/payment_intents/{id}"),
            vec![("description", "Lunch")],
        ),
    ];
    for (number, (path, fields)) in requests.iter().enumerate() {
        let key = format!("k{number}");
        let request = Request::new("POST", path).key(&key).form(fields);
        let first = house.send(request.clone()).await;
        let again = house.send(request).await;
        assert_eq!(first.status, 200, "{path}");
        assert_eq!(first.body, again.body, "{path}");
        assert_eq!(again.header("idempotent-replayed"), "true", "{path}");
    }
    let refunds = house
        .get(&format!("/v1/refunds?payment_intent={id}"))
        .await
        .object();
    assert_eq!(refunds["data"].as_array().unwrap().len(), 1);
    house.finish().await;
}

#[tokio::test]
async fn a_change_is_replayed_although_the_customer_was_removed() {
    let house = Encaisse::start().await;
    let ada = house.post("/v1/customers", &[("name", "Ada")]).await;
    let ada = ada.object()["id"].as_str().unwrap().to_owned();
    let fields = [("amount", "900"), ("currency", "eur")];
    let opened = house.post("/v1/payment_intents", &fields).await.object();
    let of_customer = format!("/v1/customers/{ada}");
    let of_payment = format!("/v1/payment_intents/{}", opened["id"].as_str().unwrap());
    let requests = [
        Request::new("POST", &of_customer)
            .key("k1")
            .form(&[("metadata[vip]", "yes")]),
        Request::new("POST", &of_payment)
            .key("k2")
            .form(&[("customer", &ada), ("amount", "1000")]),
    ];
    let mut firsts = Vec::new();
    for request in &requests {
        let first = house.send(request.clone()).await;
        assert_eq!(first.status, 200, "{}", first.json());
        firsts.push(first);
    }
    let gone = house.send(Request::new("DELETE", &of_customer)).await;
    assert_eq!(gone.status, 200);
    for (request, first) in requests.iter().zip(&firsts) {
        let again = house.send(request.clone()).await;
        assert_eq!(again.header("idempotent-replayed"), "true");
        assert_eq!(again.body, first.body);
    }
    let fresh = house.post(&of_customer, &[("name", "Eve")]).await;
    assert_eq!(fresh.error(404)["code"], "resource_missing");
    house.finish().await;
}

#[tokio::test]
async fn keys_of_two_merchants_do_not_meet() {
    let house = Encaisse::start().await;
    let other = house.another_merchant().await;
    let mine = house.send(pay("k1", PAY)).await.object();
    let theirs = pay("k1", PAY)
        .bearer(&other.secret.secret)
        .send(house.address)
        .await
        .object();
    assert_ne!(mine["id"], theirs["id"]);
    house.finish().await;
}

#[tokio::test]
async fn a_key_that_is_no_key_is_refused() {
    let house = Encaisse::start().await;
    for key in [" ", &"k".repeat(256)] {
        let error = house.send(pay(key, PAY)).await.error(400);
        assert_eq!(error["type"], json!("invalid_request_error"));
    }
    assert_eq!(house.send(pay(&"k".repeat(255), PAY)).await.status, 200);
    house.finish().await;
}

#[tokio::test]
async fn a_card_number_is_no_key() {
    let house = Encaisse::start().await;
    let refused = house.send(pay("4242 4242 4242 4242", PAY)).await;
    let error = refused.error(400);
    assert_eq!(error["param"], "Idempotency-Key", "{error}");
    assert!(!error.to_string().contains("4242"), "{error}");
    let payments = house.send(Request::new("GET", "/v1/payment_intents")).await;
    assert_eq!(payments.object()["data"], json!([]));
    house.finish().await;
}
