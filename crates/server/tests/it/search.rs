//! Searches: what is true of an object finds it, page by page, and only its owner finds it.

use serde_json::{Value, json};

use crate::client::{Request, encode};
use crate::encaisse::Encaisse;

const PAYMENTS: &str = "/v1/payment_intents/search";
const CUSTOMERS: &str = "/v1/customers/search";

fn address(path: &str, query: &str) -> String {
    format!("{path}?query={}", encode(query))
}

async fn ids(house: &Encaisse, path: &str, query: &str) -> Vec<Value> {
    let page = house.get(&address(path, query)).await.object();
    assert_eq!(page["object"], "search_result");
    assert_eq!(
        (&page["url"], &page["has_more"]),
        (&json!(path), &json!(false))
    );
    assert_eq!(
        (&page["next_page"], page.get("total_count")),
        (&Value::Null, None)
    );
    let data = page["data"].as_array().unwrap();
    data.iter().map(|one| one["id"].clone()).collect()
}

/// A payment that was only asked for.
async fn asked(house: &Encaisse, amount: &str, more: &[(&str, &str)]) -> Value {
    let mut fields = vec![("amount", amount), ("currency", "eur")];
    fields.extend(more);
    house.post("/v1/payment_intents", &fields).await.object()["id"].clone()
}

#[tokio::test]
async fn payments_are_found_by_everything_that_can_be_asked() {
    let house = Encaisse::start().await;
    let fields = [("email", "ada@example.com")];
    let ada = house.post("/v1/customers", &fields).await.object()["id"].clone();
    let customer = ("customer", ada.as_str().unwrap());
    let order = ("metadata[order]", "A \"7\"");
    let first = asked(&house, "100", &[order, ("metadata[shop]", "Nice")]).await;
    let second = asked(&house, "200", &[order, customer]).await;
    let yen = [
        ("amount", "300"),
        ("currency", "jpy"),
        order,
        ("metadata[shop]", "Paris"),
    ];
    let third = house.post("/v1/payment_intents", &yen).await.object()["id"].clone();
    let paid = house.paid().await;
    let (now, fourth) = (paid["created"].as_i64().unwrap(), paid["id"].clone());
    let of_customer = format!("customer:'{}'", customer.1);
    for (query, expect) in [
        (
            r#"metadata["order"]:"A \"7\"""#,
            vec![&third, &second, &first],
        ),
        (
            r#"metadata["order"]:"a \"7\"" metadata["shop"]:'nice'"#,
            vec![&first],
        ),
        (
            r#"metadata["shop"]:"Nice" OR metadata["shop"]:"paris""#,
            vec![&third, &first],
        ),
        (
            r#"metadata["shop"]:"Nice" OR status:"succeeded""#,
            vec![&fourth, &first],
        ),
        (
            r#"-metadata["order"]:null AND metadata["shop"]:null"#,
            vec![&second],
        ),
        (r#"metadata["shop"]:"Nic""#, vec![]),
        (r#"metadata["Shop"]:"Nice""#, vec![]),
        (of_customer.as_str(), vec![&second]),
        ("customer:null -status:succeeded", vec![&third, &first]),
        ("status:'succeeded'", vec![&fourth]),
        ("-status:'succeeded' currency:'EUR'", vec![&second, &first]),
        ("currency:jpy", vec![&third]),
        ("amount>=200 amount<1250", vec![&third, &second]),
        ("amount:100 OR amount>1000", vec![&fourth, &first]),
        ("amount<=200 amount>100", vec![&second]),
        (&format!("created>{}", now + 60), vec![]),
        (&format!("created<={} amount:200", now + 60), vec![&second]),
        (&format!("created>{} amount:200", now - 60), vec![&second]),
    ] {
        let found = ids(&house, PAYMENTS, query).await;
        assert_eq!(found.iter().collect::<Vec<_>>(), expect, "{query}");
    }
    house.finish().await;
}

#[tokio::test]
async fn a_search_sees_what_was_changed_at_once() {
    let house = Encaisse::start().await;
    let payment = asked(&house, "100", &[("metadata[order]", "7")]).await;
    let path = format!("/v1/payment_intents/{}", payment.as_str().unwrap());
    house
        .post(&path, &[("metadata[order]", "8")])
        .await
        .object();
    assert!(
        ids(&house, PAYMENTS, "metadata['order']:'7'")
            .await
            .is_empty()
    );
    assert_eq!(
        ids(&house, PAYMENTS, "metadata['order']:'8'").await,
        std::slice::from_ref(&payment)
    );
    house.post(&path, &[("metadata[order]", "")]).await.object();
    assert!(
        ids(&house, PAYMENTS, "metadata['order']:'8'")
            .await
            .is_empty()
    );
    house
        .post(&path, &[("metadata[order]", "7")])
        .await
        .object();
    assert_eq!(
        ids(&house, PAYMENTS, "metadata['order']:'7'").await,
        [payment]
    );
    house.finish().await;
}

#[tokio::test]
async fn customers_are_found_by_what_is_known_of_them() {
    let house = Encaisse::start().await;
    let make = async |fields: &[(&str, &str)]| {
        house.post("/v1/customers", fields).await.object()["id"].clone()
    };
    let zoe = make(&[
        ("name", "Zoé Martin"),
        ("email", "Zoe@Example.com"),
        ("metadata[table]", "6"),
    ])
    .await;
    let bob = make(&[
        ("name", "Bob"),
        ("phone", "+33 1"),
        ("metadata[table]", "6"),
    ])
    .await;
    for (query, expect) in [
        ("email:'zoe@example.com'", vec![&zoe]),
        ("email~'EXAMPLE'", vec![&zoe]),
        ("email:null", vec![&bob]),
        ("name:'zoÉ martin'", vec![&zoe]),
        ("name~'mart' OR name~'bob'", vec![&bob, &zoe]),
        ("phone:'+33 1'", vec![&bob]),
        ("metadata['table']:'6'", vec![&bob, &zoe]),
        ("metadata['table']:'6' -name:'Bob'", vec![&zoe]),
        ("created>0", vec![&bob, &zoe]),
        ("created<1", vec![]),
    ] {
        let found = ids(&house, CUSTOMERS, query).await;
        assert_eq!(found.iter().collect::<Vec<_>>(), expect, "{query}");
    }
    let path = format!("/v1/customers/{}", zoe.as_str().unwrap());
    house.send(Request::new("DELETE", &path)).await.object();
    assert_eq!(ids(&house, CUSTOMERS, "metadata['table']:'6'").await, [bob]);
    house.finish().await;
}

#[tokio::test]
async fn pages_of_a_search_follow_each_other_and_are_counted_where_asked_for() {
    let house = Encaisse::start().await;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.insert(0, asked(&house, "100", &[("metadata[order]", "7")]).await);
        asked(&house, "100", &[]).await;
    }
    for query in ["metadata['order']:'7'", "-metadata['order']:null"] {
        let first = address(PAYMENTS, query) + "&limit=2&expand[]=total_count";
        let (mut path, mut found) = (first.clone(), Vec::new());
        for number in 1..=3 {
            let page = house.get(&path).await.object();
            assert_eq!(page["total_count"], 5);
            assert_eq!(page["has_more"], number < 3, "{query} {number}");
            let data = page["data"].as_array().unwrap();
            found.extend(data.iter().map(|one| one["id"].clone()));
            let next = page["next_page"].as_str();
            assert_eq!(next.is_some(), number < 3);
            path = format!("{first}&page={}", next.unwrap_or_default());
        }
        assert_eq!(found, made, "{query}");
    }
    house.finish().await;
}

#[tokio::test]
async fn what_is_found_can_be_expanded() {
    let house = Encaisse::start().await;
    let paid = house.paid().await;
    let path = address(PAYMENTS, "status:succeeded") + "&expand[]=data.latest_charge";
    let page = house.get(&path).await.object();
    assert_eq!(
        page["data"][0]["latest_charge"]["id"],
        paid["latest_charge"]
    );
    let path = address(PAYMENTS, "status:succeeded") + "&expand[]=latest_charge";
    assert_eq!(house.get(&path).await.error(400)["param"], "expand[0]");
    house.finish().await;
}

#[tokio::test]
async fn what_cannot_be_searched_for_is_refused() {
    let house = Encaisse::start().await;
    for (query, says) in [
        ("status~'succ'", "compared by : only at character 7"),
        ("email:'a'", "a field is expected at character 1"),
        ("status:a AND amount:1 OR amount:2", "AND and OR"),
        ("status:'", "never closed"),
        ("amount:'4242424242424242x'", "a whole number is expected"),
    ] {
        let error = house.get(&address(PAYMENTS, query)).await.error(400);
        assert_eq!(error["param"], "query", "{query}");
        let message = error["message"].as_str().unwrap();
        assert!(
            message.contains(says) && !message.contains("4242"),
            "{message}"
        );
    }
    assert_eq!(
        house.get(PAYMENTS).await.error(400)["code"],
        "parameter_missing"
    );
    let good = address(PAYMENTS, "amount:1");
    for (more, param) in [
        ("limit=0", "limit"),
        ("page=1", "page"),
        ("page=0000000000000000000001", "page"),
        ("starting_after=pi_0000000000000000000001", "starting_after"),
        ("created[gte]=1", "created[gte]"),
    ] {
        let error = house.get(&format!("{good}&{more}")).await.error(400);
        assert_eq!(error["param"], param, "{more}");
    }
    house.finish().await;
}

#[tokio::test]
async fn nobody_finds_what_is_another_merchants() {
    let house = Encaisse::start().await;
    let order = [("metadata[order]", "7")];
    let payment = asked(&house, "100", &order).await;
    house.post("/v1/customers", &order).await.object();
    let other = house.another_merchant().await;
    let foreign = async |path: &str| {
        let request = Request::new("GET", path).bearer(&other.secret.secret);
        request.send(house.address).await
    };
    for (path, query) in [
        (PAYMENTS, "metadata['order']:'7'"),
        (PAYMENTS, "amount:100"),
        (PAYMENTS, "amount:1 OR metadata['order']:'7'"),
        (CUSTOMERS, "metadata['order']:'7'"),
        (CUSTOMERS, "created>0"),
    ] {
        let path = address(path, query) + "&expand[]=total_count";
        let page = foreign(&path).await.object();
        assert_eq!(
            (&page["data"], &page["total_count"]),
            (&json!([]), &json!(0)),
            "{query}"
        );
    }
    let digits = payment.as_str().unwrap().strip_prefix("pi_").unwrap();
    let path = address(PAYMENTS, "amount:100") + "&page=" + digits;
    assert_eq!(foreign(&path).await.error(400)["param"], "page");
    house.finish().await;
}
