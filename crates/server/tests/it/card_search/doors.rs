//! The doors by which card data can come in: the right ones, and those it is put into by mistake.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::Shop;
use crate::client::Request;

const MONTH_AND_YEAR: [(&str, &str); 2] = [("exp_month", "12"), ("exp_year", "2034")];

/// The fields of a card under a name, as a form has them.
fn card(under: &str, number: &str) -> Vec<(String, String)> {
    let mut fields = vec![(format!("{under}[number]"), number.to_owned())];
    for (name, value) in MONTH_AND_YEAR {
        fields.push((format!("{under}[{name}]"), value.to_owned()));
    }
    fields
}

fn borrowed(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    let pairs = fields.iter();
    pairs.map(|(name, value)| (&**name, &**value)).collect()
}

async fn open_payment(shop: &mut Shop) -> String {
    let wish = [("amount", "1250"), ("currency", "eur")];
    let made = shop.post("/v1/payment_intents", &wish).await;
    made["id"].as_str().unwrap().to_owned()
}

/// Where a card number belongs: the API, in both encodings.
pub(super) async fn of_the_api(shop: &mut Shop, number: &str) {
    let inline = card("payment_method_data[card]", number);
    let inline = [
        &borrowed(&inline)[..],
        &[("payment_method_data[type]", "card")],
    ]
    .concat();
    let wish = [("amount", "1250"), ("currency", "eur"), ("confirm", "true")];
    shop.post("/v1/payment_intents", &[&wish[..], &inline].concat())
        .await;
    let kept = card("card", number);
    let kept = [&borrowed(&kept)[..], &[("type", "card")]].concat();
    shop.post("/v1/payment_methods", &kept).await;
    let payment = open_payment(shop).await;
    let path = format!("/v1/payment_intents/{payment}");
    shop.post(&path, &inline).await;
    shop.post(&format!("{path}/confirm"), &inline).await;
    shop.ask(
        "charges",
        Request::new("GET", "/v1/charges?expand[]=data.payment_method"),
    )
    .await;
    let data = json!({"type": "card", "card": {
        "number": number, "exp_month": 12, "exp_year": 2034 }});
    let whole = json!({ "amount": 1250, "currency": "eur", "confirm": true,
        "payment_method_data": data });
    let request = Request::new("POST", "/v1/payment_intents").json(&whole);
    // The same key with the same card, and with another one: the key is kept, and its fingerprint.
    let key = format!("key-{}", number.len() + shop.answers.len());
    shop.ask("JSON", request.clone().key(&key)).await;
    shop.ask("JSON again", request.key(&key)).await;
    let other = Request::new("POST", "/v1/payment_intents")
        .form(&wish)
        .key(&key);
    shop.ask("another request", other).await;
    let as_number: u64 = number.parse().unwrap();
    let as_number = json!({"type": "card", "card": {
        "number": as_number, "exp_month": 12, "exp_year": 2034 }});
    let request = Request::new("POST", "/v1/payment_methods").json(&as_number);
    shop.ask("JSON number", request).await;
}

/// The payer's page: the form filled in rightly, wrongly, and with the number in each field.
pub(super) async fn of_the_page(shop: &mut Shop, number: &str) {
    let wish = [
        ("mode", "payment"),
        ("line_items[0][price_data][currency]", "eur"),
        ("line_items[0][price_data][unit_amount]", "300"),
        ("line_items[0][price_data][product_data][name]", "Café"),
    ];
    let made = shop.post("/v1/checkout/sessions", &wish).await;
    let url = made["url"].as_str().unwrap();
    let path = url.split_at(url.find("/pay/").unwrap()).1.to_owned();
    let grouped = format!("{} {}", &number[..4], &number[4..]);
    let token = "0A1b2C3d4E5f6G7h8I9j0K";
    let fields = |number: &str, expiry: &str, code: &str, holder: &str, attempt: &str| {
        Request::new("POST", &path).form(&[
            ("number", number),
            ("expiry", expiry),
            ("code", code),
            ("holder", holder),
            ("attempt", attempt),
        ])
    };
    let wrong = [
        fields(&grouped, "", "", "Zoé", token),
        fields("", number, "123", "Zoé", token),
        fields(number, "12/34", number, "Zoé", token),
        fields(number, "12/34", "123", number, token),
        fields(number, "12/34", "123", &format!("Zoé {grouped}"), token),
        fields(number, "12/34", "123", "Zoé", number),
    ];
    for request in wrong {
        shop.send("the page, wrong", request).await;
    }
    shop.send("the page", fields(&grouped, "12/34", "123", "Zoé", token))
        .await;
    for more in ["", "/status", "?lang=fr"] {
        let request = Request::new("GET", &format!("{path}{more}"));
        shop.send("the page again", request).await;
    }
    let request = Request::new("GET", &format!("{path}?lang={number}"));
    shop.send(
        "the page's language",
        request.header("accept-language", number),
    )
    .await;
}

/// Parameters that there are not, or that mean something else.
pub(super) async fn with_wrong_names(shop: &mut Shop, number: &str) {
    let named = format!("card[{number}]");
    for (path, name) in [
        ("/v1/payment_intents", "amount"),
        ("/v1/payment_intents", "currency"),
        ("/v1/payment_intents", "card_number"),
        ("/v1/payment_intents", "payment_method"),
        ("/v1/payment_intents", "payment_method_data"),
        ("/v1/payment_intents", "payment_method_data[number]"),
        ("/v1/payment_intents", "customer"),
        ("/v1/payment_intents", "expand[]"),
        ("/v1/payment_intents", number),
        ("/v1/payment_methods", "number"),
        ("/v1/payment_methods", "card[cvc]"),
        ("/v1/payment_methods", "card[exp_year]"),
        ("/v1/payment_methods", "card[number][0]"),
        ("/v1/payment_methods", "type"),
        ("/v1/payment_methods", &named),
        ("/v1/payment_methods", "billing_details[name]"),
        ("/v1/payment_methods", "billing_details[email]"),
        ("/v1/refunds", "payment_intent"),
        ("/v1/refunds", "amount"),
        ("/v1/customers", "card"),
        ("/v1/checkout/sessions", "line_items"),
        ("/v1/checkout/sessions", "mode"),
    ] {
        let rest = [
            ("type", "card"),
            ("card[number]", number),
            ("card[exp_month]", "12"),
        ];
        let rest: Vec<_> = match path {
            "/v1/payment_methods" if name != "card[number][0]" && name != "type" => rest.to_vec(),
            _ => Vec::new(),
        };
        shop.post(path, &[&rest[..], &[(name, number)]].concat())
            .await;
    }
    // Whole but for a name that is a number.
    let kept = [
        ("type", "card"),
        ("card[number]", number),
        ("card[exp_month]", "12"),
        ("card[exp_year]", "2034"),
        ("billing_details[name]", number),
    ];
    shop.post("/v1/payment_methods", &kept).await;
}

/// Paths, queries, headers, and bodies that cannot be read.
pub(super) async fn that_are_no_doors(shop: &mut Shop, number: &str) {
    let paths = [
        "/v1/payment_intents/N",
        "/v1/payment_methods/N/attach",
        "/v1/N",
        "/N",
        "/pay/N",
    ];
    let more = [
        "/pay/receipt/N",
        "/pay/challenge/N",
        "/pay/assets/N",
        "/terminal/N",
        "/v1/events/N",
    ];
    let queries = [
        "/v1/payment_intents?N=1",
        "/v1/payment_intents?card[number]=N",
        "/?N",
    ];
    let lists = [
        "/v1/customers?starting_after=N",
        "/v1/charges?limit=N",
        "/v1/refunds?expand[]=N",
    ];
    for path in paths.iter().chain(&more).chain(&queries).chain(&lists) {
        for method in ["GET", "POST", "DELETE"] {
            let request = Request::new(method, &path.replace('N', number));
            shop.ask(&format!("{method} {path}"), request).await;
        }
    }
    in_headers(shop, number).await;
    in_broken_bodies(shop, number).await;
    let log_in = [("email", number), ("password", number)];
    let origin = format!("http://{}", shop.service.address);
    let request = Request::new("POST", "/terminal/session").form(&log_in);
    shop.send("log-in", request.header("origin", &origin)).await;
}

async fn in_headers(shop: &mut Shop, number: &str) {
    let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("{number}:")));
    let named = [
        ("authorization", format!("Bearer {number}")),
        ("authorization", basic),
        ("cookie", format!("encaisse_session={number}")),
        ("origin", format!("http://{number}")),
        ("user-agent", number.to_owned()),
        ("stripe-version", number.to_owned()),
        ("x-card", number.to_owned()),
    ];
    for (name, value) in named {
        let request = Request::new("GET", "/v1/events").header(name, &value);
        shop.send(name, request).await;
    }
}

async fn in_broken_bodies(shop: &mut Shop, number: &str) {
    let cut = format!("{{\"card\": {{\"number\": \"{number}").into_bytes();
    let bodies = [
        ("application/json", cut.clone()),
        ("application/json", format!("\"{number}\"").into_bytes()),
        (
            "application/x-www-form-urlencoded",
            format!("number={number}%zz").into_bytes(),
        ),
        (
            "application/x-www-form-urlencoded",
            format!("a[{number}=1").into_bytes(),
        ),
        (
            "application/x-www-form-urlencoded",
            [b"number=", number.as_bytes(), &[255]].concat(),
        ),
        (
            "application/x-www-form-urlencoded",
            number.repeat(5000).into_bytes(),
        ),
        ("text/plain", cut.clone()),
        (number, cut),
    ];
    for (content_type, body) in bodies {
        let request = Request::new("POST", "/v1/payment_methods").raw(content_type, body);
        shop.ask("a body that cannot be read", request).await;
    }
}

/// Security codes: kept card, charged card, and where they do not belong.
pub(super) async fn for_the_code(shop: &mut Shop, number: &str, code: &str) {
    let kept = card("card", number);
    let kept = [
        &borrowed(&kept)[..],
        &[("type", "card"), ("card[cvc]", code)],
    ]
    .concat();
    let made: Value = shop.post("/v1/payment_methods", &kept).await;
    let id = made["id"].as_str().unwrap();
    let wish = [("amount", "1250"), ("currency", "eur"), ("confirm", "true")];
    let paid = shop
        .post(
            "/v1/payment_intents",
            &[&wish[..], &[("payment_method", id)]].concat(),
        )
        .await;
    assert_eq!(paid["status"], "succeeded", "{paid}");
    for (name, value) in [("cvc", code), ("card[cvv]", code), ("card[cvc][0]", code)] {
        shop.post("/v1/payment_methods", &[(name, value)]).await;
    }
    let data = json!({"type": "card", "card": {
        "number": number, "exp_month": 12, "exp_year": 2034, "cvc": code }});
    let whole = json!({ "amount": 1250, "currency": "eur", "confirm": true,
        "payment_method_data": data });
    let request = Request::new("POST", "/v1/payment_intents")
        .json(&whole)
        .key("code");
    shop.ask("a code in JSON", request).await;
}
