//! What a merchant sells: products and their prices.

use serde_json::{Value, json};

use crate::client::Request;
use crate::encaisse::Encaisse;

pub(crate) fn text(value: &Value) -> &str {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
}

/// A price of 1,20 € of a new product, changed by more fields.
pub(crate) async fn price(house: &Encaisse, more: &[(&str, &str)]) -> Value {
    let fields = [
        ("currency", "eur"),
        ("unit_amount", "120"),
        ("product_data[name]", "Croissant"),
    ];
    let fields = [&fields, more].concat();
    house.post("/v1/prices", &fields).await.object()
}

async fn kinds(house: &Encaisse) -> Vec<String> {
    let events = house.get("/v1/events").await.object();
    let all = events["data"].as_array().unwrap().iter();
    all.map(|event| text(&event["type"]).to_owned()).collect()
}

#[tokio::test]
async fn a_product_is_made_changed_and_removed() {
    let house = Encaisse::start().await;
    let fields = [
        ("name", "Croissant"),
        ("description", "Au beurre"),
        ("images[]", "https://shop.example/croissant.jpg"),
        ("metadata[oven]", "2"),
    ];
    let made = house.post("/v1/products", &fields).await.object();
    assert_eq!(
        (&made["active"], &made["name"], &made["default_price"]),
        (&json!(true), &json!("Croissant"), &Value::Null)
    );
    let path = format!("/v1/products/{}", text(&made["id"]));
    assert_eq!(house.get(&path).await.object(), made);
    let changes = [
        ("active", "false"),
        ("description", ""),
        ("images", ""),
        ("metadata[tray]", "7"),
    ];
    let changed = house.post(&path, &changes).await.object();
    assert_eq!(
        (&changed["active"], &changed["description"]),
        (&json!(false), &Value::Null)
    );
    assert_eq!(
        (&changed["images"], &changed["metadata"]),
        (&json!([]), &json!({"oven": "2", "tray": "7"}))
    );
    let gone = house.send(Request::new("DELETE", &path)).await.object();
    assert_eq!(
        gone,
        json!({"id": made["id"], "object": "product", "deleted": true})
    );
    let error = house.get(&path).await.error(404);
    assert_eq!(error["code"], "resource_missing");
    assert_eq!(
        kinds(&house).await,
        ["product.deleted", "product.updated", "product.created"]
    );
    house.finish().await;
}

#[tokio::test]
async fn a_product_can_come_with_its_price() {
    let house = Encaisse::start().await;
    let fields = [
        ("name", "Café"),
        ("default_price_data[currency]", "eur"),
        ("default_price_data[unit_amount]", "180"),
        ("expand[]", "default_price"),
    ];
    let made = house.post("/v1/products", &fields).await.object();
    let price = &made["default_price"];
    assert_eq!(
        (&price["unit_amount"], &price["unit_amount_decimal"]),
        (&json!(180), &json!("180"))
    );
    assert_eq!(
        (&price["product"], &price["type"]),
        (&made["id"], &json!("one_time"))
    );
    let path = format!("/v1/products/{}", text(&made["id"]));
    let removal = house.send(Request::new("DELETE", &path)).await.error(400);
    assert!(
        text(&removal["message"]).contains("has prices"),
        "{removal}"
    );
    let archived = [("active", "false")];
    let price = format!("/v1/prices/{}", text(&price["id"]));
    let refused = house.post(&price, &archived).await.error(400);
    assert_eq!(refused["param"], "active");
    assert_eq!(kinds(&house).await, ["price.created", "product.created"]);
    house.finish().await;
}

#[tokio::test]
async fn a_price_keeps_its_amount_and_changes_its_words() {
    let house = Encaisse::start().await;
    let recurring = [
        ("recurring[interval]", "month"),
        ("recurring[interval_count]", "3"),
        ("tax_behavior", "inclusive"),
        ("expand[]", "product"),
    ];
    let made = price(&house, &recurring).await;
    assert_eq!(made["product"]["name"], "Croissant");
    assert_eq!(
        made["recurring"],
        json!({"interval": "month", "interval_count": 3, "meter": null,
            "trial_period_days": null, "usage_type": "licensed"})
    );
    let path = format!("/v1/prices/{}", text(&made["id"]));
    let amount = house.post(&path, &[("unit_amount", "1")]).await.error(400);
    assert_eq!(
        (&amount["code"], &amount["param"]),
        (&json!("parameter_unknown"), &json!("unit_amount"))
    );
    let words = [
        ("nickname", "season"),
        ("metadata[a]", "1"),
        ("active", "false"),
    ];
    let changed = house.post(&path, &words).await.object();
    assert_eq!(
        (&changed["nickname"], &changed["active"]),
        (&json!("season"), &json!(false))
    );
    assert_eq!(changed["unit_amount"], 120);
    assert_eq!(house.get(&path).await.object(), changed);
    assert_eq!(kinds(&house).await[0], "price.updated");
    house.finish().await;
}

#[tokio::test]
async fn a_lookup_key_is_of_one_price_at_a_time() {
    let house = Encaisse::start().await;
    let first = price(&house, &[("lookup_key", "croissant")]).await;
    let again = [
        ("currency", "eur"),
        ("unit_amount", "130"),
        ("product", text(&first["product"])),
        ("lookup_key", "croissant"),
    ];
    let refused = house.post("/v1/prices", &again).await.error(400);
    assert_eq!(
        (&refused["code"], &refused["param"]),
        (&json!("resource_already_exists"), &json!("lookup_key"))
    );
    let taken = [&again[..], &[("transfer_lookup_key", "true")]].concat();
    let second = house.post("/v1/prices", &taken).await.object();
    let path = format!("/v1/prices/{}", text(&first["id"]));
    assert_eq!(house.get(&path).await.object()["lookup_key"], Value::Null);
    let found = house
        .get("/v1/prices?lookup_keys[]=croissant&lookup_keys[]=brioche")
        .await
        .object();
    assert_eq!(found["data"], json!([second]));
    let back = [("lookup_key", "croissant")];
    assert_eq!(house.post(&path, &back).await.status, 400);
    let other = house.another_merchant().await;
    let theirs = [
        ("currency", "eur"),
        ("unit_amount", "1"),
        ("product_data[name]", "Pain"),
        ("lookup_key", "croissant"),
    ];
    let theirs = Request::new("POST", "/v1/prices")
        .form(&theirs)
        .bearer(&other.secret.secret);
    assert_eq!(theirs.send(house.address).await.status, 200);
    house.finish().await;
}

#[tokio::test]
async fn lists_show_what_is_asked_for() {
    let house = Encaisse::start().await;
    let once = price(&house, &[]).await;
    let product = text(&once["product"]);
    let monthly = [
        ("currency", "jpy"),
        ("unit_amount", "500"),
        ("product", product),
        ("recurring[interval]", "month"),
        ("active", "false"),
    ];
    let monthly = house.post("/v1/prices", &monthly).await.object();
    let other = price(&house, &[]).await;
    for (query, expected) in [
        ("", vec![&other, &monthly, &once]),
        ("?type=recurring", vec![&monthly]),
        ("?type=one_time&limit=1", vec![&other]),
        ("?currency=jpy", vec![&monthly]),
        ("?active=true", vec![&other, &once]),
        (&format!("?product={product}"), vec![&monthly, &once]),
        (&format!("?product={product}&active=false"), vec![&monthly]),
    ] {
        let page = house.get(&format!("/v1/prices{query}")).await.object();
        assert_eq!(page["data"], json!(expected), "{query}");
    }
    let first = format!("/v1/prices?starting_after={}", text(&other["id"]));
    let page = house.get(&first).await.object();
    assert_eq!(page["data"], json!([monthly, once]));
    let ids = format!("/v1/products?ids[]={product}&ids[]=prod_none");
    let page = house.get(&ids).await.object();
    assert_eq!(page["data"].as_array().unwrap().len(), 1);
    assert_eq!(page["data"][0]["id"], product);
    let sold = house.get("/v1/products?active=true").await.object();
    assert_eq!(sold["data"].as_array().unwrap().len(), 2);
    let none = house.get("/v1/products?active=false").await.object();
    assert_eq!(none["data"], json!([]));
    house.finish().await;
}

#[tokio::test]
async fn what_cannot_be_sold_is_refused_by_name() {
    let house = Encaisse::start().await;
    let base = [
        ("currency", "eur"),
        ("unit_amount", "120"),
        ("product_data[name]", "Croissant"),
    ];
    for (name, value) in [
        ("billing_scheme", "tiered"),
        ("tiers[0][up_to]", "3"),
        ("tiers_mode", "volume"),
        ("custom_unit_amount[enabled]", "true"),
        ("transform_quantity[divide_by]", "2"),
        ("currency_options[jpy][unit_amount]", "2"),
        ("recurring[usage_type]", "metered"),
        ("recurring[interval_count]", "37"),
        ("unit_amount_decimal", "0.5"),
        ("product", "prod_0000000000000000000000"),
    ] {
        let interval = ("recurring[interval]", "month");
        let fields = [&base[..], &[interval, (name, value)]].concat();
        let error = house.post("/v1/prices", &fields).await.error(400);
        let param = text(&error["param"]);
        assert!(param.contains(name) || name == "product", "{name}: {error}");
    }
    let changed = |name: &str, value: &'static str| -> Vec<(&str, &str)> {
        let all = base
            .iter()
            .map(|(n, v)| (*n, if *n == name { value } else { *v }));
        all.filter(|(_, value)| *value != "-").collect()
    };
    for (fields, param) in [
        (changed("currency", "usd"), "currency"),
        (changed("currency", "-"), "currency"),
        (changed("unit_amount", "-1"), "unit_amount"),
        (changed("unit_amount", "100000000"), "amount"),
        (changed("unit_amount", "-"), "unit_amount"),
        (changed("product_data[name]", "-"), "product"),
    ] {
        let error = house.post("/v1/prices", &fields).await.error(400);
        assert_eq!(error["param"], param, "{fields:?}");
    }
    assert_eq!(
        house.post("/v1/products", &[]).await.error(400)["param"],
        "name"
    );
    assert_eq!(kinds(&house).await, [""; 0]);
    house.finish().await;
}

#[tokio::test]
async fn a_repeated_request_makes_one_product() {
    let house = Encaisse::start().await;
    let ask = |name| {
        let request = Request::new("POST", "/v1/products").form(&[("name", name)]);
        house.send(request.key("k1"))
    };
    let first = ask("Croissant").await;
    let again = ask("Croissant").await;
    assert_eq!(first.object(), again.object());
    assert_eq!(again.header("idempotent-replayed"), "true");
    let other = ask("Brioche").await.error(400);
    assert_eq!(other["type"], "idempotency_error");
    let all = house.get("/v1/products").await.object();
    assert_eq!(all["data"].as_array().unwrap().len(), 1);
    house.finish().await;
}

#[tokio::test]
async fn another_merchants_products_and_prices_do_not_exist() {
    let house = Encaisse::start().await;
    let mine = price(&house, &[]).await;
    let (price, product) = (text(&mine["id"]), text(&mine["product"]));
    let other = house.another_merchant().await;
    let theirs = async |request: Request| {
        let request = request.bearer(&other.secret.secret);
        let error = request.send(house.address).await.error(404);
        assert_eq!(error["code"], "resource_missing", "{error}");
    };
    for path in [
        format!("/v1/prices/{price}"),
        format!("/v1/products/{product}"),
    ] {
        theirs(Request::new("GET", &path)).await;
        theirs(Request::new("POST", &path).form(&[("active", "false")])).await;
    }
    theirs(Request::new("DELETE", &format!("/v1/products/{product}"))).await;
    let fields = [
        ("currency", "eur"),
        ("unit_amount", "1"),
        ("product", product),
    ];
    theirs(Request::new("POST", "/v1/prices").form(&fields)).await;
    let own = Request::new("POST", "/v1/products").form(&[("name", "Pain")]);
    let own = own.bearer(&other.secret.secret).send(house.address).await;
    let path = format!("/v1/products/{}", text(&own.object()["id"]));
    theirs(Request::new("POST", &path).form(&[("default_price", price)])).await;
    let list = Request::new("GET", &format!("/v1/prices?product={product}"));
    let list = list.bearer(&other.secret.secret).send(house.address).await;
    assert_eq!(list.object()["data"], json!([]));
    house.finish().await;
}

#[tokio::test]
async fn the_usual_price_of_a_product_is_an_active_one_of_its_own() {
    let house = Encaisse::start().await;
    let (mine, others) = (price(&house, &[]).await, price(&house, &[]).await);
    let archived = [("active", "false"), ("product", text(&mine["product"]))];
    let fields = [&archived[..], &[("currency", "eur"), ("unit_amount", "1")]].concat();
    let archived = house.post("/v1/prices", &fields).await.object();
    let path = format!("/v1/products/{}", text(&mine["product"]));
    for wrong in [&others, &archived] {
        let wish = [("default_price", text(&wrong["id"]))];
        let error = house.post(&path, &wish).await.error(400);
        assert_eq!(error["param"], "default_price");
    }
    let wish = [("default_price", text(&mine["id"]))];
    let product = house.post(&path, &wish).await.object();
    assert_eq!(product["default_price"], mine["id"]);
    house.finish().await;
}
