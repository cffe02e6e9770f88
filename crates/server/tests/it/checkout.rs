//! Links: one payment asked of one payer.

use serde_json::{Value, json};

use crate::catalogue::{price, text};
use crate::client::Request;
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

/// A link for three of what has this price.
fn of_price(price: &str) -> [(&str, &str); 4] {
    [
        ("mode", "payment"),
        ("line_items[0][price]", price),
        ("line_items[0][quantity]", "3"),
        ("expand[]", "line_items.data.price.product"),
    ]
}

#[tokio::test]
async fn a_link_takes_its_amounts_from_prices() {
    let house = Encaisse::start().await;
    let croissant = price(&house, &[]).await;
    let named = [
        ("line_items[1][price_data][currency]", "eur"),
        ("line_items[1][price_data][unit_amount]", "180"),
        ("line_items[1][price_data][product_data][name]", "Café"),
    ];
    let fields = [&of_price(text(&croissant["id"]))[..], &named].concat();
    let link = house.post("/v1/checkout/sessions", &fields).await.object();
    assert_eq!(link["amount_total"], 540);
    let items = &link["line_items"]["data"];
    assert_eq!(
        (&items[0]["price"]["id"], &items[0]["description"]),
        (&croissant["id"], &json!("Croissant"))
    );
    assert_eq!(items[0]["price"]["product"]["name"], "Croissant");
    assert_eq!(
        (&items[0]["amount_total"], &items[1]["price"]),
        (&json!(360), &Value::Null)
    );
    // What happens to the price later does not change what was asked.
    let archive = format!("/v1/prices/{}", text(&croissant["id"]));
    assert_eq!(
        house.post(&archive, &[("active", "false")]).await.status,
        200
    );
    let path = format!("/v1/checkout/sessions/{}/line_items", text(&link["id"]));
    let listed = house.get(&path).await.object();
    assert_eq!(
        (&listed["url"], &listed["has_more"]),
        (&json!(path), &json!(false))
    );
    assert_eq!(listed["data"][0]["price"]["active"], false);
    assert_eq!(listed["data"][0]["price"]["product"], croissant["product"]);
    assert_eq!(listed["data"][0]["id"], items[0]["id"]);
    house.finish().await;
}

#[tokio::test]
async fn line_items_are_paged_through_in_their_own_order() {
    let house = Encaisse::start().await;
    let names: Vec<_> = (0..5).map(|n| format!("line_items[{n}]")).collect();
    let data: Vec<_> = names
        .iter()
        .flat_map(|name| {
            [
                (format!("{name}[price_data][currency]"), "eur"),
                (format!("{name}[price_data][unit_amount]"), "100"),
                (format!("{name}[price_data][product_data][name]"), "Café"),
            ]
        })
        .collect();
    let mut fields: Vec<_> = data
        .iter()
        .map(|(name, value)| (name.as_str(), *value))
        .collect();
    fields.extend([("mode", "payment"), ("expand[]", "line_items")]);
    let link = house.post("/v1/checkout/sessions", &fields).await.object();
    let all = link["line_items"]["data"].as_array().unwrap().clone();
    let path = format!("/v1/checkout/sessions/{}/line_items", text(&link["id"]));
    let (second, fourth) = (text(&all[1]["id"]), text(&all[3]["id"]));
    for (query, shown, has_more) in [
        ("limit=2".to_owned(), 0..2, true),
        (format!("limit=2&starting_after={second}"), 2..4, true),
        (format!("limit=2&starting_after={fourth}"), 4..5, false),
        (format!("limit=2&ending_before={fourth}"), 1..3, true),
        (format!("limit=2&ending_before={second}"), 0..1, false),
    ] {
        let page = house.get(&format!("{path}?{query}")).await.object();
        assert_eq!(page["data"], json!(all[shown]), "{query}");
        assert_eq!(page["has_more"], has_more, "{query}");
    }
    assert_eq!(
        house
            .get(&format!("{path}?starting_after=pi_1"))
            .await
            .status,
        400
    );
    house.finish().await;
}

#[tokio::test]
async fn a_price_that_cannot_be_paid_once_is_refused_by_its_place() {
    let house = Encaisse::start().await;
    let monthly = price(&house, &[("recurring[interval]", "month")]).await;
    let archived = price(&house, &[("active", "false")]).await;
    let other = house.another_merchant().await;
    let theirs = [
        ("currency", "eur"),
        ("unit_amount", "1"),
        ("product_data[name]", "Pain"),
    ];
    let theirs = Request::new("POST", "/v1/prices")
        .form(&theirs)
        .bearer(&other.secret.secret);
    let theirs = theirs.send(house.address).await.object();
    let nobody = json!({"id": "price_0000000000000000000000"});
    for (price, status) in [
        (&monthly, 400),
        (&archived, 400),
        (&theirs, 404),
        (&nobody, 404),
    ] {
        let fields = of_price(text(&price["id"]));
        let error = house
            .post("/v1/checkout/sessions", &fields)
            .await
            .error(status);
        assert_eq!(error["param"], "line_items[0][price]", "{error}");
        let is_missing = error["code"] == "resource_missing";
        assert_eq!(is_missing, status == 404, "{error}");
    }
    let good = price(&house, &[]).await;
    for (more, param) in [
        (
            ("line_items[0][adjustable_quantity][enabled]", "true"),
            "adjustable_quantity",
        ),
        (
            ("line_items[0][price_data][currency]", "eur"),
            "unit_amount",
        ),
        (
            ("payment_intent_data[setup_future_usage]", "off_session"),
            "setup_future_usage",
        ),
        (("line_items[1][quantity]", "1"), "line_items[1][price]"),
    ] {
        let fields = [&of_price(text(&good["id"]))[..], &[more]].concat();
        let error = house
            .post("/v1/checkout/sessions", &fields)
            .await
            .error(400);
        assert!(text(&error["param"]).contains(param), "{error}");
    }
    house.finish().await;
}

#[tokio::test]
async fn a_link_and_its_payment_have_their_own_words() {
    let house = Encaisse::start().await;
    let more = [
        ("payment_intent_data[description]", "Breakfast"),
        ("payment_intent_data[statement_descriptor]", "CAFE DU PORT"),
        ("payment_intent_data[receipt_email]", "zoe@example.com"),
        ("payment_intent_data[metadata][till]", "2"),
        ("payment_intent_data[capture_method]", "manual"),
        ("customer_email", "zoe@example.com"),
        ("expand[]", "payment_intent"),
    ];
    let fields = [LINK, &more].concat();
    let link = house.post("/v1/checkout/sessions", &fields).await.object();
    assert_eq!(link["metadata"], json!({"table": "4"}));
    assert_eq!(link["customer_email"], "zoe@example.com");
    let payment = &link["payment_intent"];
    assert_eq!(payment["metadata"], json!({"till": "2"}));
    assert_eq!(
        (&payment["description"], &payment["statement_descriptor"]),
        (&json!("Breakfast"), &json!("CAFE DU PORT"))
    );
    assert_eq!(
        (&payment["receipt_email"], &payment["capture_method"]),
        (&json!("zoe@example.com"), &json!("manual"))
    );
    let path = format!("/v1/checkout/sessions/{}", text(&link["id"]));
    let changes = [("metadata[table]", ""), ("metadata[seat]", "7")];
    let changed = house.post(&path, &changes).await.object();
    assert_eq!(changed["metadata"], json!({"seat": "7"}));
    assert_eq!(
        house.get(&path).await.object()["metadata"],
        json!({"seat": "7"})
    );
    let payment = format!("/v1/payment_intents/{}", text(&payment["id"]));
    let payment = house.get(&payment).await.object();
    assert_eq!(payment["metadata"], json!({"till": "2"}));
    let refused = house
        .post(&path, &[("success_url", "https://x.test")])
        .await;
    assert_eq!(refused.error(400)["code"], "parameter_unknown");
    let both = [
        LINK,
        &[
            ("customer_email", "a@b.c"),
            ("customer", "cus_0000000000000000000000"),
        ],
    ];
    let both = house.post("/v1/checkout/sessions", &both.concat()).await;
    assert_eq!(both.error(400)["param"], "customer_email");
    house.finish().await;
}

#[tokio::test]
async fn another_merchants_links_do_not_exist() {
    let house = Encaisse::start().await;
    let link = house.post("/v1/checkout/sessions", LINK).await.object();
    let path = format!("/v1/checkout/sessions/{}", text(&link["id"]));
    let other = house.another_merchant().await;
    for request in [
        Request::new("GET", &path),
        Request::new("GET", &format!("{path}/line_items")),
        Request::new("POST", &path).form(&[("metadata[a]", "1")]),
        Request::new("POST", &format!("{path}/expire")),
    ] {
        let request = request.bearer(&other.secret.secret);
        let error = request.send(house.address).await.error(404);
        assert_eq!(error["code"], "resource_missing");
    }
    house.finish().await;
}
