//! How requests must be written, and what is said of those that are not.

use serde_json::{Value, json};

use crate::client::{Request, encode};
use crate::encaisse::Encaisse;

#[tokio::test]
async fn parameters_that_do_not_exist_are_named_in_full() {
    let house = Encaisse::start().await;
    for (path, field, param) in [
        ("/v1/payment_intents", "foo", "foo"),
        ("/v1/customers", "address[foo]", "address[foo]"),
        ("/v1/payment_methods", "card[foo]", "card[foo]"),
    ] {
        let fields = [
            ("amount", "1250"),
            ("currency", "eur"),
            ("type", "card"),
            ("card[number]", "4242424242424242"),
            ("card[exp_month]", "12"),
            ("card[exp_year]", "2034"),
            (field, "1"),
        ];
        let wanted: Vec<_> = match path {
            "/v1/payment_intents" => vec![fields[0], fields[1], fields[6]],
            "/v1/customers" => vec![fields[6]],
            _ => fields[2..].to_vec(),
        };
        let error = house.post(path, &wanted).await.error(400);
        assert_eq!(error["code"], "parameter_unknown", "{error}");
        assert_eq!(error["param"], param);
    }
    house.finish().await;
}

#[tokio::test]
async fn parameters_that_are_missing_are_named() {
    let house = Encaisse::start().await;
    let error = house
        .post("/v1/payment_intents", &[("amount", "1250")])
        .await
        .error(400);
    assert_eq!(
        (&error["code"], &error["param"]),
        (&json!("parameter_missing"), &json!("currency"))
    );
    let error = house.post("/v1/payment_intents", &[]).await.error(400);
    assert_eq!(error["code"], "parameter_missing");
    house.finish().await;
}

#[tokio::test]
async fn bodies_that_cannot_be_read_are_refused() {
    let house = Encaisse::start().await;
    let form = "application/x-www-form-urlencoded";
    for (kind, body, status) in [
        (form, "amount=1&amount=2", 400),
        (form, "amount[=1", 400),
        (form, "amount=%zz", 400),
        ("application/json", "{\"amount\":1,", 400),
        ("application/json", "[]", 400),
        ("text/xml", "<amount/>", 415),
    ] {
        let request = Request::new("POST", "/v1/payment_intents");
        let answer = house
            .send(request.raw(kind, body.as_bytes().to_vec()))
            .await;
        assert_eq!(
            answer.error(status)["type"],
            "invalid_request_error",
            "{body}"
        );
    }
    let large = format!("description={}", "x".repeat(70_000));
    let request = Request::new("POST", "/v1/payment_intents").raw(form, large.into_bytes());
    assert_eq!(house.send(request).await.status, 413);
    house.finish().await;
}

#[tokio::test]
async fn what_is_not_there_is_404_with_its_parameter() {
    let house = Encaisse::start().await;
    for (path, object) in [
        (
            "/v1/payment_intents/pi_0000000000000000000001",
            "payment_intent",
        ),
        ("/v1/payment_intents/nonsense", "payment_intent"),
        ("/v1/charges/ch_0000000000000000000001", "charge"),
        ("/v1/refunds/re_0000000000000000000001", "refund"),
        ("/v1/customers/cus_0000000000000000000001", "customer"),
        (
            "/v1/payment_methods/pm_0000000000000000000001",
            "payment_method",
        ),
        (
            "/v1/checkout/sessions/cs_0000000000000000000001",
            "checkout.session",
        ),
        ("/v1/events/evt_0000000000000000000001", "event"),
    ] {
        let error = house.get(path).await.error(404);
        assert_eq!(error["code"], "resource_missing", "{path}");
        let message = error["message"].as_str().unwrap();
        assert!(
            message.starts_with(&format!("No such {object}: '")),
            "{message}"
        );
        assert_ne!(error["param"], Value::Null, "{path}");
    }
    house.finish().await;
}

#[tokio::test]
async fn an_id_that_cannot_be_one_is_missing_like_one_that_is_not_there() {
    let house = Encaisse::start().await;
    let (wish, session) = ([("amount", "1250"), ("currency", "eur")], session());
    let payment = house.post("/v1/payment_intents", &wish).await.object();
    let payment = format!("/v1/payment_intents/{}", payment["id"].as_str().unwrap());
    let confirm = format!("{payment}/confirm");
    let method = house.paid().await["payment_method"].clone();
    let attach = format!("/v1/payment_methods/{}/attach", method.as_str().unwrap());
    let (intent, charge) = ("payment_intent", "charge");
    for (path, fields, param, prefix) in [
        ("/v1/payment_intents", &wish[..], "customer", "cus"),
        ("/v1/payment_intents", &wish, "payment_method", "pm"),
        (&payment, &[], "customer", "cus"),
        (&payment, &[], "payment_method", "pm"),
        (&confirm, &[], "payment_method", "pm"),
        (&attach, &[], "customer", "cus"),
        ("/v1/refunds", &[], intent, "pi"),
        ("/v1/refunds", &[], charge, "ch"),
        ("/v1/checkout/sessions", &session, "customer", "cus"),
        ("GET /v1/refunds", &[], intent, "pi"),
        ("GET /v1/charges", &[], intent, "pi"),
        ("GET /v1/payment_methods", &[], "customer", "cus"),
        ("GET /terminal/live", &[], intent, "pi"),
    ] {
        let long = format!("{prefix}_{}", "x".repeat(300));
        for id in ["06C2rUYDEnp6ZLA4oTZQXZ", "1", "", "x y", "é"] {
            let id = format!("{prefix}_{id}");
            check_missing(&house, (path, fields), (param, &id), &id).await;
        }
        let shown = format!("{}…", &long[..200]);
        check_missing(&house, (path, fields), (param, "nonsense"), "nonsense").await;
        let cards = [
            "4242424242424242",
            "4242 4242 4242 4242",
            "4242-4242-4242-4242",
        ];
        for card in cards {
            check_missing(&house, (path, fields), (param, card), "…").await;
        }
        check_missing(&house, (path, fields), (param, &long), &shown).await;
    }
    house.finish().await;
}

/// What a link needs.
fn session() -> [(&'static str, &'static str); 4] {
    [
        ("mode", "payment"),
        ("line_items[0][price_data][currency]", "eur"),
        ("line_items[0][price_data][unit_amount]", "300"),
        ("line_items[0][price_data][product_data][name]", "Café"),
    ]
}

/// Sends the parameter with this id, and expects the one refusal that there is for it.
async fn check_missing(
    house: &Encaisse,
    (path, fields): (&str, &[(&str, &str)]),
    (param, id): (&str, &str),
    shown: &str,
) {
    let answer = match path.strip_prefix("GET ") {
        Some(path) => house.get(&format!("{path}?{param}={}", encode(id))).await,
        None => house.post(path, &[fields, &[(param, id)]].concat()).await,
    };
    let message = format!("No such {param}: '{shown}'");
    let wanted = json!({"code": "resource_missing", "message": message, "param": param,
        "type": "invalid_request_error"});
    assert_eq!(answer.error(404), wanted, "{path} {param}={id}");
}

#[tokio::test]
async fn addresses_and_methods_that_do_not_exist_are_told() {
    let house = Encaisse::start().await;
    let error = house.get("/v1/nothing").await.error(404);
    assert_eq!(error["type"], "invalid_request_error");
    let answer = house
        .send(Request::new("DELETE", "/v1/payment_intents"))
        .await;
    assert_eq!(answer.error(405)["type"], "invalid_request_error");
    house.finish().await;
}

#[tokio::test]
async fn every_answer_says_its_request_and_its_version() {
    let house = Encaisse::start().await;
    for path in [
        "/v1/payment_intents",
        "/v1/payment_intents/pi_1",
        "/v1/nothing",
    ] {
        let answer = house.get(path).await;
        assert!(answer.header("request-id").starts_with("req_"), "{path}");
        assert_eq!(
            answer.header("stripe-version"),
            "2026-10-28.endive",
            "{path}"
        );
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
    house.finish().await;
}

#[tokio::test]
async fn an_expansion_that_does_not_exist_is_refused_before_anything_happens() {
    let house = Encaisse::start().await;
    let fields = [
        ("amount", "1250"),
        ("currency", "eur"),
        ("expand[]", "amount"),
    ];
    let error = house.post("/v1/payment_intents", &fields).await.error(400);
    assert_eq!(error["param"], "expand[0]");
    let list = house.get("/v1/payment_intents").await.object();
    assert_eq!(list["data"], json!([]));
    house.finish().await;
}

#[tokio::test]
async fn a_key_that_asks_too_often_is_told_when_to_ask_again() {
    let limit = [("ENCAISSE_API__REQUESTS_PER_SECOND", "2")];
    let house = Encaisse::start_with(&limit).await;
    let mut refused = None;
    for _ in 0..20 {
        let answer = house.get("/v1/customers").await;
        if answer.status != 200 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("twenty requests took ten seconds");
    assert_eq!(refused.error(429)["code"], "rate_limit");
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(refused.header("stripe-should-retry"), "true");
    let other = house.another_merchant().await;
    let theirs = Request::new("GET", "/v1/customers").bearer(&other.secret.secret);
    assert_eq!(theirs.send(house.address).await.status, 200);
    house.finish().await;
}

#[tokio::test]
async fn an_operation_of_stripes_that_is_missing_here_is_named() {
    let house = Encaisse::start().await;
    for (method, path, named) in [
        ("POST", "/v1/subscriptions", "POST /v1/subscriptions"),
        ("GET", "/v1/charges/search", "GET /v1/charges/search"),
        ("POST", "/v1/charges/ch_1", "POST /v1/charges/{charge}"),
        (
            "POST",
            "/v1/invoices/4242424242424242/pay",
            "POST /v1/invoices/{invoice}/pay",
        ),
    ] {
        let error = house.send(Request::new(method, path)).await.error(404);
        assert_eq!(error["type"], "invalid_request_error", "{path}");
        let says = format!("does not support this operation: {named}.");
        assert!(
            error["message"].as_str().unwrap().contains(&says),
            "{error}"
        );
    }
    let nowhere = house.get("/v1/croissants").await.error(404);
    let says = "There is nothing at this address: GET /v1/croissants";
    assert_eq!(nowhere["message"], says);
    house.finish().await;
}

#[tokio::test]
async fn anybody_may_read_the_description_of_the_api_and_keep_it() {
    let house = Encaisse::start().await;
    let first = Request::new("GET", "/openapi.json")
        .send(house.address)
        .await;
    assert_eq!(first.object()["openapi"], "3.1.0");
    let again = Request::new("GET", "/openapi.json").header("if-none-match", first.header("etag"));
    assert_eq!(again.send(house.address).await.status, 304);
    house.finish().await;
}
