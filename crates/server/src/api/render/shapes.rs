//! Holds every object against the table of its fields: none missing, none besides, none of another
//! type. The tables say what Stripe's own packages declare for the version we answer.

use std::collections::BTreeMap;

use domain::{DeclineReason, Outcome};
use serde_json::Value;

use super::*;
use crate::api::render::sample::{self, Records};

pub(crate) const TABLES: &[(&str, &str)] = &[
    ("balance", include_str!("../../../tests/shapes/balance.txt")),
    (
        "balance_transaction",
        include_str!("../../../tests/shapes/balance_transaction.txt"),
    ),
    ("charge", include_str!("../../../tests/shapes/charge.txt")),
    (
        "checkout.session",
        include_str!("../../../tests/shapes/checkout_session.txt"),
    ),
    (
        "customer",
        include_str!("../../../tests/shapes/customer.txt"),
    ),
    ("event", include_str!("../../../tests/shapes/event.txt")),
    ("item", include_str!("../../../tests/shapes/line_item.txt")),
    ("list", include_str!("../../../tests/shapes/list.txt")),
    (
        "payment_intent",
        include_str!("../../../tests/shapes/payment_intent.txt"),
    ),
    (
        "payment_link",
        include_str!("../../../tests/shapes/payment_link.txt"),
    ),
    (
        "payment_method",
        include_str!("../../../tests/shapes/payment_method.txt"),
    ),
    ("payout", include_str!("../../../tests/shapes/payout.txt")),
    ("price", include_str!("../../../tests/shapes/price.txt")),
    ("product", include_str!("../../../tests/shapes/product.txt")),
    ("refund", include_str!("../../../tests/shapes/refund.txt")),
    (
        "webhook_endpoint",
        include_str!("../../../tests/shapes/webhook_endpoint.txt"),
    ),
];

/// What is wrong with an object, one line for each field.
fn faults(value: &Value) -> Vec<String> {
    let name = value["object"]
        .as_str()
        .unwrap_or("an object without a name");
    let Some((_, table)) = TABLES.iter().find(|(object, _)| *object == name) else {
        return vec![format!("no table for {name}")];
    };
    let rows: BTreeMap<&str, &str> = table
        .lines()
        .filter_map(|line| line.split_once(' '))
        .collect();
    let mut faults = Vec::new();
    compare(value, "", &rows, &mut faults);
    faults
        .iter()
        .map(|fault| format!("{name}: {fault}"))
        .collect()
}

fn compare(value: &Value, path: &str, rows: &BTreeMap<&str, &str>, faults: &mut Vec<String>) {
    let fields = value.as_object().unwrap();
    let expected = rows.keys().filter_map(|row| row.strip_prefix(path));
    for name in expected.filter(|name| !name.contains('.') && !fields.contains_key(*name)) {
        faults.push(format!("{path}{name} is missing"));
    }
    for (name, inner) in fields {
        let full = format!("{path}{name}");
        let Some(types) = rows.get(full.as_str()) else {
            faults.push(format!("{full} is not declared"));
            continue;
        };
        if !types.split('|').any(|kind| is_of(inner, kind)) {
            faults.push(format!("{full} is {inner}, not {types}"));
        }
        look_inside(inner, &full, rows, faults);
    }
}

fn look_inside(value: &Value, full: &str, rows: &BTreeMap<&str, &str>, faults: &mut Vec<String>) {
    let within = format!("{full}.");
    let is_map = rows.get(full) == Some(&"map") || rows.get(full) == Some(&"map|null");
    match value {
        Value::Array(items) => {
            let within = format!("{full}[].");
            let is_nameless = rows.keys().any(|row| row.starts_with(&within));
            for item in items.iter().filter(|item| item.is_object()) {
                if is_nameless {
                    compare(item, &within, rows, faults);
                } else {
                    faults.extend(self::faults(item));
                }
            }
        }
        Value::Object(fields) if fields.get("object").is_some_and(Value::is_string) => {
            faults.extend(self::faults(value));
        }
        Value::Object(_) if rows.keys().any(|row| row.starts_with(&within)) => {
            compare(value, &within, rows, faults);
        }
        Value::Object(_) if !is_map => faults.push(format!("{full} has no table")),
        Value::Object(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn is_of(value: &Value, kind: &str) -> bool {
    match kind {
        "text" => value.is_string(),
        "integer" => value.is_i64(),
        "bool" => value.is_boolean(),
        "list" => value.is_array(),
        "object" | "map" => value.is_object(),
        "null" => value.is_null(),
        other => panic!("no such type: {other}"),
    }
}

pub(crate) fn scenes() -> Vec<Records> {
    let mut all = vec![
        sample::opened(),
        sample::paid(),
        sample::authorised(),
        sample::challenged(),
        sample::silent(),
        sample::given_back(500),
        sample::given_back(1250),
        sample::refunded(500, &Outcome::Unknown),
    ];
    all.extend(
        DeclineReason::ALL
            .iter()
            .map(|reason| sample::declined(*reason)),
    );
    all
}

pub(crate) const KINDS: &[Kind] = &[
    Kind::Charge,
    Kind::CheckoutSession,
    Kind::Customer,
    Kind::PaymentIntent,
    Kind::PaymentLink,
    Kind::PaymentMethod,
    Kind::Price,
    Kind::Product,
    Kind::Refund,
];

pub(crate) fn every_path() -> Expand {
    let paths = [
        "charge.payment_intent",
        "customer",
        "default_price.product",
        "latest_charge.customer",
        "latest_charge.payment_intent.payment_method",
        "line_items.data.price.product",
        "payment_intent.latest_charge",
        "payment_link.line_items",
        "payment_method.customer",
        "product.default_price",
    ];
    Expand::of(&paths.map(str::to_owned))
}

#[test]
fn every_object_has_exactly_the_fields_stripe_declares() {
    let mut seen = 0;
    for records in scenes() {
        for kind in KINDS {
            for expand in [Expand::default(), every_path()] {
                let bytes = object(*kind, &records.scene(), &expand);
                let value: Value = serde_json::from_slice(&bytes).unwrap();
                if !value.is_null() {
                    seen += 1;
                    assert_eq!(faults(&value), Vec::<String>::new());
                }
            }
        }
    }
    assert!(seen > 200, "{seen}");
}

#[test]
fn balances_and_payouts_have_exactly_the_fields_stripe_declares() {
    let check = |bytes: Vec<u8>| {
        let value: Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(faults(&value), Vec::<String>::new(), "{value}");
    };
    check(balance(domain::Mode::Test, &[sample::balance()]));
    let paths = ["balance_transaction", "failure_balance_transaction"];
    for payout in sample::payouts() {
        let transactions = sample::transactions(&payout);
        let records = sample::paid();
        let mut scene = records.scene();
        scene.view.payout = Some(&payout);
        scene.view.transactions = &transactions;
        for expand in [Expand::default(), Expand::of(&paths.map(str::to_owned))] {
            check(object(Kind::Payout, &scene, &expand));
            check(object(Kind::BalanceTransaction, &scene, &expand));
            check(object(Kind::Charge, &scene, &expand));
        }
    }
}

#[test]
fn endpoints_have_exactly_the_fields_stripe_declares_and_two_of_ours() {
    let (endpoint, secret) = (sample::endpoint(), vault::Hidden::new([7; 32]));
    for secret in [None, Some(&secret)] {
        let records = sample::paid();
        let mut scene = records.scene();
        scene.view.endpoint = Some(&endpoint);
        scene.view.secret = secret;
        let bytes = object(Kind::WebhookEndpoint, &scene, &Expand::default());
        let value: Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(faults(&value), Vec::<String>::new());
        assert_eq!(value["secret"].is_string(), secret.is_some());
    }
}

#[test]
fn events_and_lists_have_exactly_the_fields_stripe_declares() {
    let records = sample::paid();
    let inner = event_object(EventKind::PaymentSucceeded, &records.scene());
    let event = event(&sample::event(inner), 1);
    let value: Value = serde_json::from_slice(&event).unwrap();
    assert_eq!(faults(&value), Vec::<String>::new());
    let page = list("/v1/events", &[event.clone(), event], true);
    let value: Value = serde_json::from_slice(&page).unwrap();
    assert_eq!(faults(&value), Vec::<String>::new());
    assert_eq!(value["data"].as_array().unwrap().len(), 2);
}
