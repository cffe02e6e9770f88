//! Lists of those objects that something is true of.

use serde_json::{Value, json};

use crate::client::Request;
use crate::encaisse::Encaisse;

const UNKNOWN: [(&str, &str); 3] = [
    ("customer", "cus_0000000000000000000000"),
    ("payment_intent", "pi_0000000000000000000000"),
    ("charge", "ch_0000000000000000000000"),
];

/// The ids on a page, which must be all there is.
async fn ids(house: &Encaisse, path: &str) -> Vec<Value> {
    let list = house.get(path).await.object();
    assert_eq!(list["has_more"], false, "{path}");
    let data = list["data"].as_array().unwrap();
    data.iter().map(|one| one["id"].clone()).collect()
}

async fn customer(house: &Encaisse, email: &str) -> Value {
    let fields = [("email", email)];
    house.post("/v1/customers", &fields).await.object()["id"].clone()
}

async fn paid_for(house: &Encaisse, customer: &Value) -> Value {
    let more = [("customer", customer.as_str().unwrap())];
    house.charge("4242424242424242", &more).await.object()
}

fn shown(id: &Value) -> &str {
    id.as_str().unwrap()
}

#[tokio::test]
async fn a_customers_payments_and_charges_are_listed() {
    let house = Encaisse::start().await;
    let (ada, bob) = (customer(&house, "a@b.c").await, customer(&house, "").await);
    let (first, second) = (paid_for(&house, &ada).await, paid_for(&house, &ada).await);
    house.paid().await;
    let path = format!("/v1/payment_intents?customer={}", shown(&ada));
    let both = [second["id"].clone(), first["id"].clone()];
    assert_eq!(ids(&house, &path).await, both);
    let after = format!("{path}&limit=1&starting_after={}", shown(&both[0]));
    assert_eq!(ids(&house, &after).await, both[1..]);
    let before = format!("{path}&limit=1&ending_before={}", shown(&both[1]));
    assert_eq!(ids(&house, &before).await, both[..1]);
    let first_page = house.get(&format!("{path}&limit=1")).await.object();
    assert_eq!(first_page["has_more"], true);
    let charges = format!("/v1/charges?customer={}", shown(&ada));
    let latest = [&second, &first].map(|payment| payment["latest_charge"].clone());
    assert_eq!(ids(&house, &charges).await, latest);
    let of_one = format!("{charges}&payment_intent={}", shown(&first["id"]));
    assert_eq!(ids(&house, &of_one).await, latest[1..]);
    for nothing in [
        format!("/v1/payment_intents?customer={}", shown(&bob)),
        format!("/v1/charges?customer={}", shown(&bob)),
        format!(
            "/v1/charges?customer={}&payment_intent={}",
            shown(&bob),
            shown(&first["id"])
        ),
    ] {
        assert!(ids(&house, &nothing).await.is_empty(), "{nothing}");
    }
    house.finish().await;
}

#[tokio::test]
async fn a_payment_that_gets_another_customer_moves_to_their_list() {
    let house = Encaisse::start().await;
    let (ada, bob) = (customer(&house, "a").await, customer(&house, "b").await);
    let fields = [
        ("amount", "100"),
        ("currency", "eur"),
        ("customer", shown(&ada)),
    ];
    let payment = house.post("/v1/payment_intents", &fields).await.object()["id"].clone();
    let path = format!("/v1/payment_intents/{}", shown(&payment));
    house
        .post(&path, &[("customer", shown(&bob))])
        .await
        .object();
    let of =
        async |customer| ids(&house, &format!("/v1/payment_intents?customer={customer}")).await;
    assert!(of(shown(&ada)).await.is_empty());
    assert_eq!(of(shown(&bob)).await, [payment]);
    house.finish().await;
}

#[tokio::test]
async fn refunds_of_a_payment_or_a_charge_are_listed_in_pages() {
    let house = Encaisse::start().await;
    let (paid, other) = (house.paid().await, house.paid().await);
    let mut made = Vec::new();
    for payment in [&paid, &other, &paid] {
        let fields = [("payment_intent", shown(&payment["id"])), ("amount", "100")];
        made.push(house.post("/v1/refunds", &fields).await.object()["id"].clone());
    }
    let of_paid = [made[2].clone(), made[0].clone()];
    let by_payment = format!("/v1/refunds?payment_intent={}", shown(&paid["id"]));
    let by_charge = format!("/v1/refunds?charge={}", shown(&paid["latest_charge"]));
    for path in [&by_payment, &by_charge] {
        assert_eq!(ids(&house, path).await, of_paid);
        let after = format!("{path}&starting_after={}", shown(&made[2]));
        assert_eq!(ids(&house, &after).await, of_paid[1..]);
    }
    let both = format!("{by_charge}&payment_intent={}", shown(&paid["id"]));
    assert_eq!(ids(&house, &both).await, of_paid);
    let neither = format!("{by_charge}&payment_intent={}", shown(&other["id"]));
    assert!(ids(&house, &neither).await.is_empty());
    house.finish().await;
}

#[tokio::test]
async fn customers_are_found_by_exactly_their_address() {
    let house = Encaisse::start().await;
    let zoe = customer(&house, "zoe@example.com").await;
    customer(&house, "Zoe@example.com").await;
    let path = "/v1/customers?email=zoe@example.com";
    assert_eq!(ids(&house, path).await, std::slice::from_ref(&zoe));
    let changed = format!("/v1/customers/{}", shown(&zoe));
    house
        .post(&changed, &[("email", "new@example.com")])
        .await
        .object();
    assert!(ids(&house, path).await.is_empty());
    let path = "/v1/customers?email=new@example.com";
    assert_eq!(ids(&house, path).await, [zoe]);
    house.send(Request::new("DELETE", &changed)).await.object();
    assert!(ids(&house, path).await.is_empty());
    house.finish().await;
}

async fn link(house: &Encaisse, more: &[(&str, &str)]) -> Value {
    let mut fields = vec![
        ("mode", "payment"),
        ("line_items[0][price_data][currency]", "eur"),
        ("line_items[0][price_data][unit_amount]", "250"),
        ("line_items[0][price_data][product_data][name]", "Café"),
    ];
    fields.extend(more);
    let expand = [("expand[]", "payment_intent")];
    fields.extend(expand);
    house.post("/v1/checkout/sessions", &fields).await.object()
}

#[tokio::test]
async fn links_are_listed_by_payment_customer_and_status() {
    let house = Encaisse::start().await;
    let ada = customer(&house, "a").await;
    let open = link(&house, &[("customer", shown(&ada))]).await;
    let gone = link(&house, &[]).await;
    let path = format!("/v1/checkout/sessions/{}/expire", shown(&gone["id"]));
    house.post(&path, &[]).await.object();
    let payment = shown(&gone["payment_intent"]["id"]);
    for (query, expected) in [
        ("status=open".to_owned(), &open["id"]),
        ("status=expired".to_owned(), &gone["id"]),
        (format!("payment_intent={payment}"), &gone["id"]),
        (
            format!("payment_intent={payment}&status=expired"),
            &gone["id"],
        ),
        (format!("customer={}", shown(&ada)), &open["id"]),
    ] {
        let path = format!("/v1/checkout/sessions?{query}");
        assert_eq!(
            ids(&house, &path).await,
            std::slice::from_ref(expected),
            "{query}"
        );
    }
    let paid = house.paid().await;
    for query in [
        "status=complete".to_owned(),
        format!("payment_intent={payment}&status=open"),
        format!("payment_intent={payment}&customer={}", shown(&ada)),
        format!("payment_intent={}", shown(&paid["id"])),
    ] {
        let path = format!("/v1/checkout/sessions?{query}");
        assert!(ids(&house, &path).await.is_empty(), "{query}");
    }
    house.finish().await;
}

#[tokio::test]
async fn events_are_listed_by_type_by_group_and_by_list() {
    let house = Encaisse::start().await;
    customer(&house, "a").await;
    house.paid().await;
    let types = async |query: &str| {
        let list = house.get(&format!("/v1/events?{query}")).await.object();
        let data = list["data"].as_array().unwrap().iter();
        let mut types: Vec<_> = data
            .map(|one| one["type"].as_str().unwrap().to_owned())
            .collect();
        types.sort_unstable();
        types
    };
    assert_eq!(types("type=customer.created").await, ["customer.created"]);
    assert_eq!(types("type=charge.succeeded").await, ["charge.succeeded"]);
    let intents = ["payment_intent.created", "payment_intent.succeeded"];
    assert_eq!(types("type=payment_intent.*").await, intents);
    assert_eq!(types("type=*").await.len(), 4);
    let two = "types[]=customer.created&types[]=payment_intent.created";
    assert_eq!(types(two).await, ["customer.created", intents[0]]);
    assert_eq!(
        types("types[]=refund.failed&types[]=customer.deleted").await,
        [""; 0]
    );
    house.finish().await;
}

#[tokio::test]
async fn a_list_can_be_of_a_time() {
    let house = Encaisse::start().await;
    let paid = paid_for(&house, &customer(&house, "a").await).await;
    link(&house, &[]).await;
    let refund = [("payment_intent", shown(&paid["id"]))];
    house.post("/v1/refunds", &refund).await.object();
    let now = paid["created"].as_i64().unwrap();
    for room in [
        "payment_intents",
        "charges",
        "refunds",
        "customers",
        "events",
        "checkout/sessions",
    ] {
        let path = format!("/v1/{room}");
        let all = ids(&house, &path).await;
        assert!(!all.is_empty(), "{room}");
        let count = async |query: String| ids(&house, &format!("{path}?{query}")).await.len();
        let (soon, late) = (now - 60, now + 60);
        assert_eq!(
            count(format!("created[gte]={soon}&created[lt]={late}")).await,
            all.len()
        );
        assert_eq!(
            count(format!("created[gt]={soon}&created[lte]={late}")).await,
            all.len()
        );
        assert_eq!(count(format!("created[gt]={late}")).await, 0, "{room}");
        assert_eq!(count(format!("created[lt]={soon}")).await, 0, "{room}");
        assert_eq!(count(format!("created={late}")).await, 0, "{room}");
    }
    let at = async |query: String| ids(&house, &format!("/v1/payment_intents?{query}")).await;
    let of_second = at(format!("created={now}")).await;
    assert!(of_second.contains(&paid["id"]));
    for (bound, is_in) in [("gte", true), ("lte", true), ("gt", false), ("lt", false)] {
        let found = at(format!("created[{bound}]={now}")).await;
        assert_eq!(found.contains(&paid["id"]), is_in, "{bound}");
    }
    house.finish().await;
}

#[tokio::test]
async fn what_cannot_be_filtered_by_is_refused_by_its_name() {
    let house = Encaisse::start().await;
    for (path, param) in [
        ("/v1/customers?created=soon", "created"),
        ("/v1/customers?created[gte]=x", "created[gte]"),
        ("/v1/customers?created[after]=1", "created[after]"),
        ("/v1/customers?email=", "email"),
        ("/v1/payment_intents?charge=ch_1", "charge"),
        ("/v1/checkout/sessions?status=done", "status"),
        ("/v1/events?type=payment_intent", "type"),
        ("/v1/events?type=pay*", "type"),
        ("/v1/events?type=invoice.paid", "type"),
        ("/v1/events?types[]=charge.*", "types"),
        (
            "/v1/events?type=charge.failed&types[]=charge.failed",
            "types",
        ),
        (
            "/v1/payment_intents?starting_after=ch_0000000000000000000000",
            "starting_after",
        ),
    ] {
        let error = house.get(path).await.error(400);
        assert_eq!(error["param"], param, "{path}");
    }
    let many = "types[]=charge.failed&".repeat(21);
    let error = house.get(&format!("/v1/events?{many}")).await.error(400);
    assert_eq!(error["param"], "types");
    house.finish().await;
}

#[tokio::test]
async fn an_id_that_cannot_be_one_is_missing_in_a_filter_too() {
    let house = Encaisse::start().await;
    for (path, param) in [
        ("/v1/payment_intents?customer=pi_1", "customer"),
        ("/v1/refunds?payment_intent=ch_1", "payment_intent"),
        ("/v1/refunds?charge=pi_1", "charge"),
        ("/v1/checkout/sessions?customer=x", "customer"),
    ] {
        let error = house.get(path).await.error(404);
        assert_eq!(
            (&error["code"], &error["param"]),
            (&json!("resource_missing"), &json!(param))
        );
    }
    house.finish().await;
}

/// A client that pages through a list names the last object it was shown. Where that is nothing of
/// the caller's, an empty page would look like the end, so the cursor is refused; an object that
/// was removed since is still a place in the list.
#[tokio::test]
async fn a_cursor_must_be_an_object_of_the_list_and_may_be_a_removed_one() {
    let house = Encaisse::start().await;
    let older = customer(&house, "a").await;
    let newer = customer(&house, "b").await;
    let path = format!("/v1/customers/{}", shown(&newer));
    house.send(Request::new("DELETE", &path)).await.object();
    let after = format!("/v1/customers?starting_after={}", shown(&newer));
    assert_eq!(ids(&house, &after).await, [older]);
    let other = house.another_merchant().await;
    for param in ["starting_after", "ending_before"] {
        for (key, id) in [
            (&other.secret.secret, shown(&newer)),
            (&house.merchant.secret.secret, "cus_0000000000000000000000"),
        ] {
            let request = Request::new("GET", &format!("/v1/customers?{param}={id}"));
            let error = request.bearer(key).send(house.address).await.error(404);
            assert_eq!(error["code"], "resource_missing", "{param} {id}");
            assert_eq!(error["param"], param);
        }
    }
    house.finish().await;
}

#[tokio::test]
async fn nothing_is_listed_of_what_is_unknown_or_somebody_elses() {
    let house = Encaisse::start().await;
    let paid = paid_for(&house, &customer(&house, "a").await).await;
    let other = house.another_merchant().await;
    let theirs = [
        ("customer", shown(&paid["customer"])),
        ("payment_intent", shown(&paid["id"])),
        ("charge", shown(&paid["latest_charge"])),
    ];
    for (room, params) in [
        ("payment_intents", &["customer"][..]),
        ("charges", &["customer", "payment_intent"]),
        ("refunds", &["payment_intent", "charge"]),
        ("checkout/sessions", &["customer", "payment_intent"]),
    ] {
        let asked = theirs.iter().chain(&UNKNOWN);
        for (param, id) in asked.filter(|(param, _)| params.contains(param)) {
            let request = Request::new("GET", &format!("/v1/{room}?{param}={id}"));
            let request = request.bearer(&other.secret.secret);
            let error = request.send(house.address).await.error(404);
            assert_eq!(error["code"], "resource_missing", "{room} {param}");
            assert_eq!(error["param"], *param, "{room}");
        }
    }
    house.finish().await;
}
