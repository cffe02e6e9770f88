//! Claims about what a client reads in the description of the API.

use std::fs;

use serde_json::{Value, json};

use super::{changes, reference};
use crate::operations::OPERATIONS;

fn read(name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(reference(name)).unwrap()).unwrap()
}

fn body(name: &str) -> Value {
    read("openapi.json")["components"]["schemas"][format!("{name}_request")].take()
}

fn parameter(operation: &Value, name: &str) -> Value {
    let all = operation["parameters"].as_array().unwrap();
    all.iter().find(|one| one["name"] == name).unwrap().clone()
}

#[test]
fn nothing_that_was_released_is_broken() {
    let broken = changes::breaks(&read("openapi-released.json"), &read("openapi.json"));
    let lines = broken.join("\n");
    assert!(
        broken.is_empty(),
        "clients of the last release would break:\n{lines}"
    );
}

#[test]
fn every_operation_of_the_api_is_described_and_none_of_the_app() {
    let document = read("openapi.json");
    let paths = document["paths"].as_object().unwrap();
    let described: usize = paths
        .values()
        .map(|item| item.as_object().unwrap().len())
        .sum();
    let public = OPERATIONS.iter().filter(|one| one.path.starts_with("/v1/"));
    assert_eq!(described, public.count());
    assert!(paths.keys().all(|path| path.starts_with("/v1/")));
}

#[test]
fn what_a_payment_needs_is_needed_and_nothing_else() {
    let payment = body("payment_intents_create");
    assert_eq!(payment["required"], json!(["amount", "currency"]));
    assert_eq!(payment["additionalProperties"], json!(false));
    let card = &payment["properties"]["payment_method_data"]["properties"]["card"];
    assert_eq!(card["required"], json!(["number", "exp_month", "exp_year"]));
    let capture = &payment["properties"]["capture_method"]["enum"];
    assert_eq!(capture, &json!(["automatic", "manual"]));
}

#[test]
fn objects_in_lists_are_described_to_their_depth() {
    let session = body("checkout_sessions_create");
    assert_eq!(session["required"], json!(["mode", "line_items"]));
    let item = &session["properties"]["line_items"]["items"];
    assert_eq!(item["properties"]["quantity"]["maximum"], 999_999);
    let data = &item["properties"]["price_data"];
    let needed = json!(["currency", "unit_amount", "product_data"]);
    assert_eq!(data["required"], needed);
    let product = &data["properties"]["product_data"];
    assert_eq!(product["properties"]["name"]["maxLength"], 250);
}

#[test]
fn parameters_in_place_of_each_other_are_told_apart_from_needed_ones() {
    let document = read("openapi.json");
    assert_eq!(body("refunds_create").get("required"), None);
    let words = document["paths"]["/v1/refunds"]["post"]["description"]
        .as_str()
        .unwrap();
    assert!(
        words.contains("One of `payment_intent` and `charge` is required."),
        "{words}"
    );
}

#[test]
fn a_query_says_its_bounds_and_its_lists() {
    let document = read("openapi.json");
    let list = &document["paths"]["/v1/charges"]["get"];
    let limit = parameter(list, "limit");
    assert_eq!(
        (&limit["schema"]["minimum"], &limit["schema"]["maximum"]),
        (&json!(1), &json!(100))
    );
    let expand = parameter(list, "expand[]");
    assert_eq!(
        (&expand["style"], &expand["explode"]),
        (&json!("form"), &json!(true))
    );
    let kept = &document["paths"]["/v1/payment_methods"]["get"];
    assert_eq!(parameter(kept, "customer")["required"], json!(true));
}

#[test]
fn a_body_is_a_form_or_json() {
    let document = read("openapi.json");
    let content = &document["paths"]["/v1/customers"]["post"]["requestBody"]["content"];
    let form = &content["application/x-www-form-urlencoded"];
    assert_eq!(form["schema"], content["application/json"]["schema"]);
    assert_eq!(
        form["encoding"]["metadata"],
        json!({"style": "deepObject", "explode": true})
    );
}

#[test]
fn an_id_may_be_answered_as_its_object_and_a_customer_may_be_gone() {
    let schemas = read("openapi.json")["components"]["schemas"].take();
    let customer = &schemas["charge"]["properties"]["customer"]["anyOf"];
    let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let choices = [
        json!({"type": "string"}),
        reference("customer"),
        reference("deleted_customer"),
    ];
    assert_eq!(customer.as_array().unwrap()[..3], choices);
    assert_eq!(customer[3], json!({"type": "null"}));
    assert_eq!(
        schemas["customer"]["properties"]["metadata"]["type"],
        json!(["object", "null"])
    );
}

#[test]
fn errors_name_every_code_there_is() {
    let schemas = read("openapi.json")["components"]["schemas"].take();
    let error = &schemas["error"]["properties"]["error"]["properties"];
    for (field, word) in [
        ("code", "resource_missing"),
        ("decline_code", "insufficient_funds"),
        ("type", "idempotency_error"),
    ] {
        let words = error[field]["enum"].as_array().unwrap();
        assert!(words.contains(&json!(word)), "{field} never is {word}");
    }
}

#[test]
fn no_secret_of_anybody_is_in_an_example() {
    let text = fs::read_to_string(reference("openapi.json")).unwrap();
    for secret in ["sk_test_", "sk_live_", "whsec_"] {
        assert!(!text.contains(secret), "{secret}");
    }
}
