//! Lists: newest first, page by page, nothing twice and nothing left out.

use serde_json::{Value, json};

use crate::encaisse::Encaisse;

fn ids(list: &Value) -> Vec<String> {
    let objects = list["data"].as_array().unwrap();
    objects
        .iter()
        .map(|object| object["id"].as_str().unwrap().to_owned())
        .collect()
}

async fn seven_customers(house: &Encaisse) -> Vec<String> {
    let mut made = Vec::new();
    for number in 0..7 {
        let name = number.to_string();
        let customer = house
            .post("/v1/customers", &[("name", name.as_str())])
            .await
            .object();
        made.push(customer["id"].as_str().unwrap().to_owned());
    }
    made.reverse();
    made
}

#[tokio::test]
async fn pages_follow_each_other_in_both_directions() {
    let house = Encaisse::start().await;
    let newest_first = seven_customers(&house).await;
    let first = house.get("/v1/customers?limit=3").await.object();
    assert_eq!(
        (&first["object"], &first["url"]),
        (&json!("list"), &json!("/v1/customers"))
    );
    assert_eq!(ids(&first), newest_first[..3]);
    assert_eq!(first["has_more"], true);
    let after = format!("/v1/customers?limit=4&starting_after={}", newest_first[2]);
    let last = house.get(&after).await.object();
    assert_eq!(ids(&last), newest_first[3..]);
    assert_eq!(last["has_more"], false);
    let before = format!("/v1/customers?limit=2&ending_before={}", newest_first[4]);
    let back = house.get(&before).await.object();
    assert_eq!(ids(&back), newest_first[2..4]);
    assert_eq!(back["has_more"], true);
    house.finish().await;
}

#[tokio::test]
async fn limits_are_kept() {
    let house = Encaisse::start().await;
    for (query, param) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        ("starting_after=pi_1", "starting_after"),
        ("foo=1", "foo"),
    ] {
        let error = house
            .get(&format!("/v1/customers?{query}"))
            .await
            .error(400);
        assert_eq!(error["param"], param, "{query}");
    }
    let both = "starting_after=cus_0000000000000000000001&ending_before=cus_0000000000000000000002";
    let error = house.get(&format!("/v1/customers?{both}")).await.error(400);
    assert_eq!(error["code"], "parameters_exclusive");
    house.finish().await;
}

#[tokio::test]
async fn every_list_can_be_read_and_expanded() {
    let house = Encaisse::start().await;
    let paid = house.paid().await;
    house
        .post(
            "/v1/refunds",
            &[("payment_intent", paid["id"].as_str().unwrap())],
        )
        .await
        .object();
    for path in [
        "/v1/payment_intents",
        "/v1/charges",
        "/v1/refunds",
        "/v1/events",
    ] {
        let list = house.get(path).await.object();
        assert!(!ids(&list).is_empty(), "{path}");
        assert_eq!(list["url"], path);
    }
    for path in ["/v1/customers", "/v1/checkout/sessions"] {
        assert_eq!(house.get(path).await.object()["data"], json!([]), "{path}");
    }
    let list = house
        .get("/v1/payment_intents?expand[]=data.latest_charge")
        .await
        .object();
    assert_eq!(list["data"][0]["latest_charge"]["object"], "charge");
    let error = house
        .get("/v1/payment_intents?expand[]=latest_charge")
        .await
        .error(400);
    assert_eq!(error["param"], "expand[0]");
    house.finish().await;
}
