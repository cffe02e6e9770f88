//! Events reach merchants' endpoints, signed, and what became of each can be looked up.

use std::net::SocketAddr;

use axum::http::{StatusCode, header};
use axum::response::IntoResponse as _;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use serde_json::Value;
use tokio::net::TcpListener;

use crate::client::Request;
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

/// Waits until an endpoint's only delivery was tried, and shows the delivery.
async fn tried(house: &Encaisse, endpoint: &Value) -> Value {
    let path = format!("/v1/webhook_endpoints/{}/deliveries", id(endpoint));
    let list = house
        .until(&path, |list| list["data"][0]["attempts"][0].is_object())
        .await;
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
    list["data"][0].clone()
}

/// What became of telling `url` of a customer.
async fn attempt(house: &Encaisse, url: &str) -> Value {
    let made = listen(house, url, &["customer.created"]).await;
    house.post("/v1/customers", &[]).await.object();
    let delivery = tried(house, &made).await;
    let event = house.get("/v1/events?limit=1").await.object()["data"][0].take();
    assert_eq!(delivery["event"], event["id"]);
    let path = format!("/v1/webhook_endpoints/{}", id(&made));
    house.send(Request::new("DELETE", &path)).await.object();
    delivery["attempts"][0].clone()
}

#[tokio::test]
async fn a_secret_is_shown_when_it_is_made_and_never_again() {
    let house = Encaisse::start_with(HERE).await;
    let made = listen(&house, "https://example.com/hook", &["*"]).await;
    let path = format!("/v1/webhook_endpoints/{}", id(&made));
    let secret = made["secret"].as_str().unwrap().to_owned();
    assert_eq!(made["status"], "enabled");
    let shown = house.get(&path).await.object();
    assert_eq!(shown["secret"], Value::Null);
    let list = house.get("/v1/webhook_endpoints").await.object();
    assert_eq!(list["data"], serde_json::json!([shown]));
    let changes = [
        ("description", "Café"),
        ("url", "https://example.com/other"),
        ("enabled_events[]", "refund.created"),
        ("metadata[a]", "b"),
        ("disabled", "true"),
    ];
    let changed = house.post(&path, &changes).await.object();
    assert_eq!(changed["secret"], Value::Null);
    assert_eq!(changed["description"], "Café");
    assert_eq!(changed["url"], "https://example.com/other");
    assert_eq!(
        changed["enabled_events"],
        serde_json::json!(["refund.created"])
    );
    assert_eq!(changed["metadata"]["a"], "b");
    assert_eq!(changed["status"], "disabled");
    assert_eq!(changed["disabled_reason"], "requested");
    let rotate = format!("{path}/rotate_secret");
    let overlap = [("expire_existing_in", "60")];
    let rotated = house.post(&rotate, &overlap).await.object();
    let renewed = rotated["secret"].as_str().unwrap();
    assert!(renewed.starts_with("whsec_") && renewed != secret);
    let gone = house.send(Request::new("DELETE", &path)).await.object();
    assert_eq!(gone["deleted"], true);
    house.get(&path).await.error(404);
    house.finish().await;
}

#[tokio::test]
async fn no_secret_is_in_the_database_in_clear_and_a_repeated_request_shows_the_same() {
    let house = Encaisse::start_with(HERE).await;
    let form = [("url", "https://example.com"), ("enabled_events[]", "*")];
    let create = || Request::new("POST", "/v1/webhook_endpoints").form(&form);
    let first = house.send(create().key("k1")).await;
    let again = house.send(create().key("k1")).await;
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(first.object(), again.object());
    let made = first.object();
    let rotate = format!("/v1/webhook_endpoints/{}/rotate_secret", id(&made));
    let rotate = || Request::new("POST", &rotate).form(&[("expire_existing_in", "9")]);
    let rotated = house.send(rotate().key("k2")).await.object();
    assert_eq!(house.send(rotate().key("k2")).await.object(), rotated);
    let list = house.get("/v1/webhook_endpoints").await.object();
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
    let files = std::fs::read_dir(house.data_dir()).unwrap();
    let files = files.map(|file| std::fs::read(file.unwrap().path()).unwrap());
    let bytes: Vec<u8> = files.flatten().collect();
    let is_there = |part: &[u8]| bytes.windows(part.len()).any(|place| place == part);
    for shown in [&made, &rotated] {
        let secret = shown["secret"].as_str().unwrap();
        let text = secret.strip_prefix("whsec_").unwrap();
        assert!(!is_there(text.as_bytes()));
        assert!(!is_there(&BASE64.decode(text).unwrap()));
    }
    assert!(
        is_there(b"https://example.com"),
        "the search finds what is in clear"
    );
    house.finish().await;
}

#[tokio::test]
async fn what_is_not_an_endpoint_is_refused_and_named() {
    let house = Encaisse::start().await;
    for (url, code) in [
        ("example.com", "url_invalid"),
        ("ftp://example.com", "url_invalid"),
        ("https://me@example.com", "url_invalid"),
        ("https://127.0.0.1/", "url_invalid"),
        ("https://2130706433/", "url_invalid"),
        ("https://0x7f.1/", "url_invalid"),
        ("https://10.1.2.3/", "url_invalid"),
        ("http://169.254.169.254/latest/meta-data", "url_invalid"),
        ("https://[::1]/", "url_invalid"),
        ("https://[::ffff:10.0.0.1]/", "url_invalid"),
        ("", "parameter_invalid_empty"),
    ] {
        let fields = [("url", url), ("enabled_events[]", "*")];
        let error = house
            .post("/v1/webhook_endpoints", &fields)
            .await
            .error(400);
        assert_eq!(
            (&error["code"], &error["param"]),
            (&code.into(), &"url".into()),
            "{url}"
        );
    }
    let url = ("url", "https://example.com");
    for (more, param) in [
        (("enabled_events[]", "everything"), "enabled_events"),
        (("enabled_events[]", "Charge.failed"), "enabled_events"),
        (("enabled_events", ""), "enabled_events"),
        (("description", "no events"), "enabled_events"),
    ] {
        let refused = house.post("/v1/webhook_endpoints", &[url, more]).await;
        assert_eq!(refused.error(400)["param"], param, "{more:?}");
    }
    let made = listen(&house, "https://example.com", &["*"]).await;
    let rotate = format!("/v1/webhook_endpoints/{}/rotate_secret", id(&made));
    for seconds in ["-1", "604801", "soon"] {
        let refused = house
            .post(&rotate, &[("expire_existing_in", seconds)])
            .await;
        assert_eq!(refused.error(400)["param"], "expire_existing_in");
    }
    house.finish().await;
}

#[tokio::test]
async fn another_merchants_endpoint_is_not_there() {
    let house = Encaisse::start_with(HERE).await;
    let shop = Receiver::start().await;
    let made = listen(&house, &shop.url(), &["*"]).await;
    house.post("/v1/customers", &[]).await.object();
    let event = shop.until(1).await[0].event();
    let (endpoint, event) = (id(&made).to_owned(), id(&event).to_owned());
    let other = house.another_merchant().await;
    let path = format!("/v1/webhook_endpoints/{endpoint}");
    for (method, path) in [
        ("GET", path.clone()),
        ("POST", path.clone()),
        ("DELETE", path.clone()),
        ("POST", format!("{path}/rotate_secret")),
        ("GET", format!("{path}/deliveries")),
        ("GET", format!("{path}/deliveries/{event}")),
        ("POST", format!("{path}/deliveries/{event}/resend")),
    ] {
        let stranger = Request::new(method, &path).bearer(&other.secret.secret);
        let error = stranger.send(house.address).await.error(404);
        assert_eq!(error["code"], "resource_missing", "{method} {path}");
        let public = Request::new(method, &path).bearer(&house.merchant.publishable.secret);
        let refused = public.send(house.address).await;
        assert!(matches!(refused.status, 401 | 403), "{method} {path}");
    }
    let unknown = format!("{path}/deliveries/evt_0000000000000000000000");
    let error = house.get(&unknown).await.error(404);
    assert_eq!(error["param"], "delivery");
    assert_eq!(house.get(&path).await.object()["status"], "enabled");
    house.finish().await;
}

#[tokio::test]
async fn redirects_are_not_followed_and_answers_are_kept_in_part() {
    let house = Encaisse::start_with(HERE).await;
    let trap = Receiver::start().await;
    let url = trap.url();
    let shop = Receiver::answering(move |_| {
        let head = [(header::LOCATION, url.clone())];
        let body = format!("not 4242 4242 4242 4242, {}", "x".repeat(5_000));
        (StatusCode::TEMPORARY_REDIRECT, head, body).into_response()
    })
    .await;
    let attempt = attempt(&house, &shop.url()).await;
    assert_eq!(attempt["response_status"], 307);
    let body = attempt["response_body"].as_str().unwrap();
    assert!(body.starts_with("not ") && body.len() < 1_000);
    assert!(!body.contains("4242"), "{body}");
    assert_eq!(trap.arrived().len(), 0);
    house.finish().await;
}

#[tokio::test]
async fn whoever_answers_410_is_disabled_with_its_reason() {
    let house = Encaisse::start_with(HERE).await;
    let shop = Receiver::answering(|_| StatusCode::GONE.into_response()).await;
    let made = listen(&house, &shop.url(), &["*"]).await;
    house.post("/v1/customers", &[]).await.object();
    let path = format!("/v1/webhook_endpoints/{}", id(&made));
    let gone = house.until(&path, |one| one["status"] == "disabled").await;
    assert_eq!(gone["disabled_reason"], "gone");
    assert!(gone["disabled_at"].is_i64());
    let event = shop.arrived()[0].event();
    let resend = format!("{path}/deliveries/{}/resend", id(&event));
    house.post(&resend, &[]).await.error(400);
    house.post("/v1/customers", &[]).await.object();
    let enabled = house.post(&path, &[("disabled", "false")]).await.object();
    assert_eq!(enabled["disabled_reason"], Value::Null);
    assert_eq!(shop.arrived().len(), 1);
    house.finish().await;
}

#[tokio::test]
async fn a_name_that_leads_inside_is_refused_when_it_is_looked_up() {
    let house = Encaisse::start().await;
    let shop = Receiver::start().await;
    let url = format!("http://localhost:{}/", shop.address.port());
    let attempt = attempt(&house, &url).await;
    assert_eq!(attempt["error"], "address_refused");
    assert_eq!(attempt["response_status"], Value::Null);
    assert_eq!(shop.arrived().len(), 0);
    house.finish().await;
}

#[tokio::test]
async fn what_cannot_be_reached_says_why() {
    let quick = [HERE, &[("ENCAISSE_WEBHOOKS__TIMEOUT_MS", "300")]].concat();
    let house = Encaisse::start_with(&quick).await;
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = |scheme: &str, at: SocketAddr| format!("{scheme}://{at}/");
    let here = silent.local_addr().unwrap();
    assert_eq!(
        attempt(&house, &url("http", here)).await["error"],
        "timed_out"
    );
    let shop = Receiver::start().await;
    let plain = attempt(&house, &url("https", shop.address)).await;
    assert_eq!(plain["error"], "tls_failed");
    drop(silent);
    let closed = attempt(&house, &url("http", here)).await;
    assert_eq!(closed["error"], "connection_failed");
    house.finish().await;
}

#[tokio::test]
async fn an_event_is_sent_again_on_demand() {
    let house = Encaisse::start_with(HERE).await;
    let shop = Receiver::start().await;
    let made = listen(&house, &shop.url(), &["customer.created"]).await;
    house.post("/v1/customers", &[]).await.object();
    let event = shop.until(1).await[0].event();
    let path = format!(
        "/v1/webhook_endpoints/{}/deliveries/{}",
        id(&made),
        id(&event)
    );
    house.until(&path, |one| one["status"] == "delivered").await;
    house.post(&format!("{path}/resend"), &[]).await.object();
    shop.until(2).await;
    let told = house
        .until(&path, |one| one["attempts"].as_array().unwrap().len() == 2)
        .await;
    assert_eq!(told["object"], "webhook_endpoint.delivery");
    assert_eq!(told["attempts"][1]["response_status"], 200);
    assert_eq!(shop.arrived()[1].header("webhook-id"), id(&event));
    house.finish().await;
}

#[tokio::test]
async fn while_secrets_overlap_both_sign() {
    let house = Encaisse::start_with(HERE).await;
    let shop = Receiver::start().await;
    let made = listen(&house, &shop.url(), &["customer.created"]).await;
    let rotate = format!("/v1/webhook_endpoints/{}/rotate_secret", id(&made));
    let overlap = [("expire_existing_in", "600")];
    house.post(&rotate, &overlap).await.object();
    house.post("/v1/customers", &[]).await.object();
    let told = shop.until(1).await[0].clone();
    assert_eq!(told.header("stripe-signature").matches(",v1=").count(), 2);
    assert_eq!(told.header("webhook-signature").split(' ').count(), 2);
    house.post(&rotate, &[]).await.object();
    house.post("/v1/customers", &[]).await.object();
    let told = shop.until(2).await[1].clone();
    assert_eq!(told.header("stripe-signature").matches(",v1=").count(), 1);
    house.finish().await;
}

#[tokio::test]
async fn an_answer_that_never_ends_counts_by_its_status() {
    let house = Encaisse::start_with(HERE).await;
    let shop = Receiver::answering(|_| {
        let endless = futures_util::stream::pending::<Result<axum::body::Bytes, axum::Error>>();
        axum::body::Body::from_stream(endless).into_response()
    })
    .await;
    let attempt = attempt(&house, &shop.url()).await;
    assert_eq!(attempt["response_status"], 200);
    assert_eq!(attempt["error"], Value::Null);
    house.finish().await;
}
