//! Nobody sees or moves what is not theirs: every operation of the published description is asked
//! for with the ids of another merchant, in the path and in each parameter, and with keys that
//! must not open it.
//!
//! What belongs to somebody else is indistinguishable from what was never there.

use std::collections::BTreeMap;
use std::path::Path;

use domain::{Mode, Owner, Rights};
use engine::Caller;
use engine::accounts::KeyWish;
use engine::store_types::KeyKind;
use serde_json::{Value, json};

use crate::client::{Answer, Request};
use crate::encaisse::Encaisse;

/// One operation, as the description tells of it.
struct Operation {
    method: &'static str,
    path: String,
    /// The least that is taken.
    example: Value,
    /// The parameters of the query and the body that hold an id, each with the room of the object
    /// that is meant.
    named: Vec<(String, &'static str)>,
}

/// Parameters that name an object, and the room it is in.
const NAMED: &[(&str, &str)] = &[
    ("charge", "charges"),
    ("customer", "customers"),
    ("payment_intent", "payment_intents"),
    ("payment_method", "payment_methods"),
    ("payout", "payouts"),
    ("price", "prices"),
    ("product", "products"),
];

fn operations() -> Vec<Operation> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/openapi.json");
    let document: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let schemas = &document["components"]["schemas"];
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let method = ["get", "post", "delete"]
                .into_iter()
                .find(|known| known == method)
                .unwrap();
            let content = &operation["requestBody"]["content"]["application/json"];
            let schema = content["schema"]["$ref"].as_str().unwrap_or_default();
            let schema = &schemas[schema.rsplit('/').next().unwrap()];
            let queried = operation["parameters"].as_array().into_iter().flatten();
            let queried = queried.filter(|one| one["in"] == "query");
            let mut names: Vec<String> = queried
                .map(|one| one["name"].as_str().unwrap().to_owned())
                .collect();
            names.extend(
                schema["properties"]
                    .as_object()
                    .into_iter()
                    .flat_map(|all| all.keys().cloned()),
            );
            if content["example"].get("line_items").is_some() {
                names.push("price".to_owned());
            }
            let rooms = names.into_iter().filter_map(|name| {
                let room = NAMED.iter().find(|(known, _)| *known == name)?.1;
                Some((name, room))
            });
            all.push(Operation {
                method,
                path: path.clone(),
                example: content["example"].clone(),
                named: rooms.collect(),
            });
        }
    }
    assert!(all.len() > 50, "{}", all.len());
    all
}

impl Operation {
    /// The room it is about, like `checkout/sessions`.
    fn room(&self) -> &str {
        let room = self.path.strip_prefix("/v1/").unwrap();
        room.split("/{").next().unwrap()
    }

    /// The request with `id` and, where an event is named too, `event` in the path.
    fn request(&self, id: &str, event: &str, body: &Value) -> Request {
        let path = self.path.replace("{id}", id).replace("{event}", event);
        let method = match self.method {
            "get" => return Request::new("GET", &path),
            "post" => "POST",
            _ => return Request::new("DELETE", &path),
        };
        let empty = json!({});
        let body = if body.is_null() { &empty } else { body };
        Request::new(method, &path).json(body)
    }
}

impl Operation {
    /// The request in which the parameter `name` holds `id`, and no other of those names anything.
    fn naming(&self, name: &str, id: &str, own: &str) -> Request {
        if self.method == "get" {
            let path = self.path.replace("{id}", own);
            return Request::new("GET", &format!("{path}?{name}={id}"));
        }
        let mut body = self.example.clone();
        if name == "price" {
            body["line_items"][0][name] = json!(id);
            return self.request(own, own, &body);
        }
        if let Some(fields) = body.as_object_mut() {
            fields.retain(|field, _| NAMED.iter().all(|(known, _)| known != field));
        }
        body[name] = json!(id);
        self.request(own, own, &body)
    }
}

/// An id of the same kind that nothing has.
fn never(id: &str) -> String {
    let (prefix, digits) = id.rsplit_once('_').unwrap();
    format!("{prefix}_1{}", "a".repeat(digits.len().saturating_sub(1)))
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

/// One object of each room, all of one merchant.
async fn one_of_each(house: &Encaisse) -> BTreeMap<&'static str, String> {
    let hook = [("url", "https://hook.example/a"), ("enabled_events[]", "*")];
    let endpoint = house.post("/v1/webhook_endpoints", &hook).await.object();
    let product = [
        ("name", "Café"),
        ("default_price_data[currency]", "eur"),
        ("default_price_data[unit_amount]", "180"),
    ];
    let product = house.post("/v1/products", &product).await.object();
    let price = product["default_price"].as_str().unwrap();
    let item = [("line_items[0][price]", price)];
    let session = [&[("mode", "payment")], &item[..]].concat();
    let paid = house.paid().await;
    let payment = id(&paid);
    let refund = [("payment_intent", payment.as_str()), ("amount", "1")];
    let events = house.get("/v1/events?type=payment_intent.succeeded").await;
    let payout = [("amount", "100"), ("currency", "eur")];
    let payout = house.post("/v1/payouts", &payout).await.object();
    let moved = house.get("/v1/balance_transactions").await.object();
    let made = [
        ("payouts", id(&payout)),
        ("balance_transactions", id(&moved["data"][0])),
        ("webhook_endpoints", id(&endpoint)),
        ("products", id(&product)),
        ("prices", price.to_owned()),
        (
            "payment_links",
            id(&house.post("/v1/payment_links", &item).await.object()),
        ),
        (
            "checkout/sessions",
            id(&house.post("/v1/checkout/sessions", &session).await.object()),
        ),
        (
            "customers",
            id(&house
                .post("/v1/customers", &[("name", "Zoé")])
                .await
                .object()),
        ),
        (
            "charges",
            paid["latest_charge"].as_str().unwrap().to_owned(),
        ),
        (
            "payment_methods",
            paid["payment_method"].as_str().unwrap().to_owned(),
        ),
        (
            "refunds",
            id(&house.post("/v1/refunds", &refund).await.object()),
        ),
        ("events", id(&events.object()["data"][0])),
        ("payment_intents", payment),
    ];
    made.into_iter().collect()
}

/// Everything of `made`, as its merchant sees it.
async fn seen(house: &Encaisse, made: &BTreeMap<&str, String>) -> Vec<Value> {
    let mut all = Vec::new();
    for (room, id) in made {
        let answer = house.get(&format!("/v1/{room}/{id}")).await;
        let mut object = answer.object();
        // Deliveries go on meanwhile.
        object.as_object_mut().unwrap().remove("pending_webhooks");
        all.push(object);
    }
    all
}

/// What an answer says, with `id` taken out.
fn said(answer: &Answer, id: &str) -> (u16, String) {
    (answer.status, answer.json().to_string().replace(id, "…"))
}

#[tokio::test]
async fn what_is_somebody_elses_is_like_what_was_never_there() {
    let house = Encaisse::start().await;
    let made = one_of_each(&house).await;
    let before = seen(&house, &made).await;
    let other = house.another_merchant().await.secret.secret;
    let live = key(&house, KeyWish::of(KeyKind::Secret), Mode::Live)
        .await
        .1;
    for operation in operations().iter().filter(|one| one.path.contains("{id}")) {
        let theirs = &made[operation.room()];
        let nothing = never(theirs);
        for key in [&other, &live] {
            let ask = |id: &str| {
                let request = operation.request(id, &made["events"], &operation.example);
                let request = request.bearer(key);
                async move { request.send(house.address).await }
            };
            let (hidden, absent) = (ask(theirs).await, ask(&nothing).await);
            let place = format!("{} {} {key:.8}", operation.method, operation.path);
            let code = &hidden.error(404)["code"];
            assert_eq!(code, "resource_missing", "{place}");
            assert_eq!(said(&hidden, theirs), said(&absent, &nothing), "{place}");
        }
    }
    assert_eq!(seen(&house, &made).await, before);
    house.finish().await;
}

#[tokio::test]
async fn so_is_what_a_parameter_names() {
    let house = Encaisse::start().await;
    let made = one_of_each(&house).await;
    let before = seen(&house, &made).await;
    let other = house.another_merchant().await.secret.secret;
    let mut asked = 0;
    for operation in operations() {
        let own = never(made.get(operation.room()).map_or("x_", String::as_str));
        for (name, room) in &operation.named {
            let ask = |id: &str| {
                let request = operation.naming(name, id, &own).bearer(&other);
                async move { request.send(house.address).await }
            };
            let theirs = &made[room];
            let nothing = never(theirs);
            let (hidden, absent) = (ask(theirs).await, ask(&nothing).await);
            let place = format!("{} {} {name}", operation.method, operation.path);
            assert_eq!(said(&hidden, theirs), said(&absent, &nothing), "{place}");
            let is_empty = hidden.json()["data"] == json!([]);
            assert!(
                hidden.status == 404 || is_empty,
                "{place}: {}",
                hidden.status
            );
            asked += 1;
        }
    }
    assert!(asked > 15, "{asked}");
    assert_eq!(seen(&house, &made).await, before);
    house.finish().await;
}

async fn key(house: &Encaisse, wish: KeyWish, mode: Mode) -> (domain::ApiKeyId, String) {
    let owner = Owner {
        merchant: house.merchant.merchant.id,
        mode,
    };
    let made = house
        .app()
        .create_key(&Caller::operator(owner), owner, wish)
        .await;
    let made = made.unwrap();
    (made.key.id, made.secret)
}

#[tokio::test]
async fn no_operation_is_opened_by_a_key_that_must_not() {
    let house = Encaisse::start().await;
    let made = one_of_each(&house).await;
    let before = seen(&house, &made).await;
    let operator = Caller::operator(house.merchant.secret.key.owner);
    let (revoked_id, revoked) = key(&house, KeyWish::of(KeyKind::Secret), Mode::Test).await;
    house.app().revoke_key(&operator, revoked_id).await.unwrap();
    let (expired_id, expired) = key(&house, KeyWish::of(KeyKind::Secret), Mode::Test).await;
    house
        .app()
        .roll_key(&operator, expired_id, 0)
        .await
        .unwrap();
    let none = KeyWish {
        rights: Rights::default(),
        ..KeyWish::of(KeyKind::Restricted)
    };
    let (_, none) = key(&house, none, Mode::Test).await;
    let publishable = house.merchant.publishable.secret.clone();
    for operation in operations() {
        let id = made.get(operation.room()).cloned().unwrap_or_default();
        for (key, status) in [
            (&revoked, 401),
            (&expired, 401),
            (&none, 403),
            (&publishable, 403),
        ] {
            let request = operation.request(&id, &made["events"], &operation.example);
            let answer = request.bearer(key).send(house.address).await;
            let place = format!("{} {} {key:.8}", operation.method, operation.path);
            let is_payers = ["/v1/payment_methods", "/v1/tokens"].contains(&&*operation.path)
                && operation.method == "post";
            if key == &publishable && is_payers {
                assert_eq!(answer.status, 200, "{place}");
            } else {
                assert_eq!(answer.status, status, "{place}");
            }
        }
    }
    assert_eq!(seen(&house, &made).await, before);
    house.finish().await;
}
