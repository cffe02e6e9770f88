//! Claims about what a client reads in an object.

use domain::{DeclineReason, Outcome};
use serde_json::{Value, json};

use super::*;
use crate::api::render::sample::{self, Records};

fn shown(kind: Kind, records: &Records) -> Value {
    expanded(kind, records, &[])
}

fn expanded(kind: Kind, records: &Records, paths: &[&str]) -> Value {
    let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
    let bytes = object(kind, &records.scene(), &Expand::of(&paths));
    serde_json::from_slice(&bytes).unwrap()
}

fn answered(kind: ReplyKind, records: &Records) -> (u16, Value) {
    let answer = answer(kind, &records.scene(), &[]);
    (answer.status, serde_json::from_slice(&answer.body).unwrap())
}

#[test]
fn a_paid_payment_says_what_was_received() {
    let records = sample::paid();
    let value = shown(Kind::PaymentIntent, &records);
    assert_eq!(value["status"], "succeeded");
    assert_eq!(value["amount"], 1250);
    assert_eq!(value["amount_received"], 1250);
    assert_eq!(value["amount_capturable"], 0);
    assert_eq!(value["currency"], "eur");
    assert_eq!(value["created"], 1_800_000_000);
    assert_eq!(value["livemode"], false);
    assert_eq!(value["description"], "Un \"café\"");
    assert_eq!(value["metadata"], json!({"order": "7"}));
    assert_eq!(
        value["latest_charge"],
        records.attempt.unwrap().id.to_string()
    );
    assert_eq!(value["last_payment_error"], Value::Null);
}

#[test]
fn the_client_secret_begins_with_the_id() {
    let records = sample::opened();
    let value = shown(Kind::PaymentIntent, &records);
    let (id, secret) = value["client_secret"]
        .as_str()
        .unwrap()
        .split_once("_secret_")
        .unwrap();
    assert_eq!(id, value["id"]);
    assert_eq!(secret, records.payment.secret.reveal());
}

#[test]
fn money_set_aside_is_capturable_and_not_captured() {
    let records = sample::authorised();
    let value = expanded(Kind::PaymentIntent, &records, &["latest_charge"]);
    assert_eq!(value["status"], "requires_capture");
    assert_eq!(value["amount_capturable"], 1250);
    assert_eq!(value["amount_received"], 0);
    let charge = &value["latest_charge"];
    assert_eq!(charge["captured"], false);
    assert_eq!(charge["paid"], true);
    assert_eq!(
        charge["payment_method_details"]["card"]["amount_authorized"],
        1250
    );
}

#[test]
fn a_decline_is_told_with_its_codes_and_its_card() {
    let value = shown(
        Kind::PaymentIntent,
        &sample::declined(DeclineReason::InsufficientFunds),
    );
    assert_eq!(value["status"], "requires_payment_method");
    assert_eq!(value["payment_method"], Value::Null);
    let error = &value["last_payment_error"];
    assert_eq!(error["type"], "card_error");
    assert_eq!(error["code"], "card_declined");
    assert_eq!(error["decline_code"], "insufficient_funds");
    assert_eq!(error["network_decline_code"], "51");
    assert_eq!(error["payment_method"]["card"]["last4"], "4242");
    assert_eq!(
        error["payment_method"]["card"]["checks"]["cvc_check"],
        "fail"
    );
    assert_eq!(error["charge"], value["latest_charge"]);
}

#[test]
fn a_failed_charge_says_who_refused_and_why() {
    let value = shown(Kind::Charge, &sample::declined(DeclineReason::LostCard));
    assert_eq!(value["status"], "failed");
    assert_eq!(
        (&value["paid"], &value["captured"]),
        (&json!(false), &json!(false))
    );
    assert_eq!(value["failure_code"], "card_declined");
    assert_eq!(value["receipt_url"], Value::Null);
    let outcome = &value["outcome"];
    assert_eq!(outcome["network_status"], "declined_by_network");
    assert_eq!(outcome["type"], "issuer_declined");
    assert_eq!(outcome["reason"], "lost_card");
    assert_eq!(outcome["advice_code"], "do_not_try_again");
}

#[test]
fn a_paid_charge_shows_its_card_and_its_receipt() {
    let records = sample::paid();
    let value = shown(Kind::Charge, &records);
    assert_eq!(value["status"], "succeeded");
    assert_eq!(value["outcome"]["type"], "authorized");
    assert_eq!(value["billing_details"]["name"], "Zoé");
    let card = &value["payment_method_details"]["card"];
    assert_eq!(card["brand"], "visa");
    assert_eq!(
        (&card["exp_month"], &card["exp_year"]),
        (&json!(4), &json!(2030))
    );
    assert_eq!(card["checks"]["cvc_check"], "pass");
    assert_eq!(card["authorization_code"], "A1B2C3");
    let id = records.payment.id.to_string();
    let digits = id.strip_prefix("pi_").unwrap();
    let secret = records.payment.secret.reveal();
    let receipt = format!("https://pay.example/pay/receipt/{digits}{secret}");
    assert_eq!(value["receipt_url"], receipt);
}

#[test]
fn silence_is_pending_and_has_no_outcome() {
    let records = sample::silent();
    assert_eq!(shown(Kind::PaymentIntent, &records)["status"], "processing");
    let charge = shown(Kind::Charge, &records);
    assert_eq!(charge["status"], "pending");
    assert_eq!(
        (&charge["paid"], &charge["outcome"]),
        (&json!(false), &Value::Null)
    );
    assert_eq!(charge["failure_code"], Value::Null);
}

#[test]
fn what_was_set_aside_and_released_counts_as_given_back() {
    let mut records = sample::authorised();
    records.attempt.as_mut().unwrap().status = domain::AttemptStatus::Reversed;
    let charge = shown(Kind::Charge, &records);
    assert_eq!(charge["status"], "succeeded");
    assert_eq!(
        (&charge["refunded"], &charge["amount_refunded"]),
        (&json!(true), &json!(1250))
    );
}

#[test]
fn an_attempt_that_was_undone_after_silence_failed() {
    let mut records = sample::silent();
    records.attempt.as_mut().unwrap().status = domain::AttemptStatus::Reversed;
    let charge = shown(Kind::Charge, &records);
    assert_eq!(charge["status"], "failed");
    assert_eq!(charge["failure_code"], "processing_error");
    assert_eq!(charge["refunded"], false);
}

#[test]
fn a_challenge_sends_the_payer_to_our_page_and_back() {
    let records = sample::challenged();
    let value = shown(Kind::PaymentIntent, &records);
    assert_eq!(value["status"], "requires_action");
    assert_eq!(value["latest_charge"], Value::Null);
    let action = &value["next_action"];
    assert_eq!(action["type"], "redirect_to_url");
    let url = action["redirect_to_url"]["url"].as_str().unwrap();
    assert!(
        url.starts_with("https://pay.example/pay/challenge/"),
        "{url}"
    );
    assert!(url.ends_with(&records.payment.secret.reveal()));
    assert_eq!(
        action["redirect_to_url"]["return_url"],
        "https://shop.example/back"
    );
}

#[test]
fn ids_become_objects_only_where_that_is_asked() {
    let records = sample::paid();
    let plain = shown(Kind::PaymentIntent, &records);
    assert!(plain["customer"].is_string() && plain["payment_method"].is_string());
    let paths = ["customer", "payment_method", "latest_charge.payment_intent"];
    let value = expanded(Kind::PaymentIntent, &records, &paths);
    assert_eq!(value["customer"]["object"], "customer");
    assert_eq!(value["payment_method"]["object"], "payment_method");
    assert_eq!(value["latest_charge"]["payment_intent"]["id"], value["id"]);
    assert!(value["latest_charge"]["payment_intent"]["latest_charge"].is_string());
}

#[test]
fn refunds_that_are_under_way_are_pending() {
    let value = shown(Kind::Refund, &sample::refunded(500, &Outcome::Unknown));
    assert_eq!(value["status"], "pending");
    assert_eq!(value["pending_reason"], "processing");
    assert_eq!(value["destination_details"]["card"]["type"], "pending");
    let value = shown(Kind::Refund, &sample::given_back(500));
    assert_eq!(value["status"], "succeeded");
    assert_eq!(value["amount"], 500);
    assert_eq!(value["reason"], "requested_by_customer");
    assert_eq!(value["pending_reason"], Value::Null);
}

#[test]
fn a_refund_that_was_refused_says_why() {
    let declined = |reason| Outcome::Declined {
        reason,
        response_code: "41".into(),
        cvc_check: domain::CvcCheck::Unavailable,
    };
    for (outcome, reason) in [
        (declined(DeclineReason::LostCard), "lost_or_stolen_card"),
        (
            declined(DeclineReason::ExpiredCard),
            "expired_or_canceled_card",
        ),
        (declined(DeclineReason::GenericDecline), "declined"),
        (Outcome::NotSent(domain::NotSent::NoConnection), "unknown"),
    ] {
        let value = shown(Kind::Refund, &sample::refunded(500, &outcome));
        assert_eq!(
            (&value["status"], &value["failure_reason"]),
            (&json!("failed"), &json!(reason))
        );
    }
}

#[test]
fn a_charge_is_refunded_when_all_of_it_is() {
    let part = shown(Kind::Charge, &sample::given_back(500));
    assert_eq!(
        (&part["refunded"], &part["amount_refunded"]),
        (&json!(false), &json!(500))
    );
    let all = shown(Kind::Charge, &sample::given_back(1250));
    assert_eq!(
        (&all["refunded"], &all["amount_refunded"]),
        (&json!(true), &json!(1250))
    );
}

#[test]
fn a_link_leads_to_its_page_while_it_is_open() {
    let records = sample::opened();
    let value = shown(Kind::CheckoutSession, &records);
    assert_eq!(
        (&value["status"], &value["payment_status"]),
        (&json!("open"), &json!("unpaid"))
    );
    let digits = value["id"].as_str().unwrap().strip_prefix("cs_").unwrap();
    let secret = records.payment.secret.reveal();
    assert_eq!(
        value["url"],
        format!("https://pay.example/pay/{digits}{secret}")
    );
    assert_eq!(value["line_items"], Value::Null);
}

#[test]
fn a_link_that_was_paid_leads_nowhere_and_says_who_paid() {
    let value = shown(Kind::CheckoutSession, &sample::paid());
    assert_eq!(
        (&value["status"], &value["payment_status"]),
        (&json!("complete"), &json!("paid"))
    );
    assert_eq!(value["url"], Value::Null);
    assert_eq!(value["customer_details"]["email"], "zoe@example.com");
}

#[test]
fn what_a_link_is_for_can_be_expanded() {
    let value = expanded(Kind::CheckoutSession, &sample::opened(), &["line_items"]);
    let item = &value["line_items"]["data"][0];
    assert_eq!(item["description"], "Croissant");
    assert_eq!(
        (&item["quantity"], &item["amount_total"]),
        (&json!(5), &json!(1250))
    );
}

#[test]
fn a_failed_charge_answers_with_an_error_that_carries_the_payment() {
    let (status, value) = answered(
        ReplyKind::Charged,
        &sample::declined(DeclineReason::InsufficientFunds),
    );
    assert_eq!(status, 402);
    let error = &value["error"];
    assert_eq!(error["decline_code"], "insufficient_funds");
    assert_eq!(error["payment_intent"]["status"], "requires_payment_method");
    assert_eq!(error["charge"], error["payment_intent"]["latest_charge"]);
}

#[test]
fn a_charge_that_did_not_fail_answers_with_the_payment() {
    for records in [
        sample::paid(),
        sample::silent(),
        sample::challenged(),
        sample::authorised(),
    ] {
        let (status, value) = answered(ReplyKind::Charged, &records);
        assert_eq!((status, &value["object"]), (200, &json!("payment_intent")));
    }
}

#[test]
fn every_reply_is_the_object_it_is_of() {
    let records = sample::given_back(500);
    for (kind, name) in [
        (ReplyKind::Payment, "payment_intent"),
        (ReplyKind::Refund, "refund"),
        (ReplyKind::Payout, "payout"),
        (ReplyKind::Checkout, "checkout.session"),
        (ReplyKind::PaymentMethod, "payment_method"),
        (ReplyKind::Customer, "customer"),
        (ReplyKind::PaymentLink, "payment_link"),
        (ReplyKind::Price, "price"),
        (ReplyKind::Product, "product"),
    ] {
        let (status, value) = answered(kind, &records);
        assert_eq!((status, &value["object"]), (200, &json!(name)));
    }
    let (_, gone) = answered(ReplyKind::CustomerDeleted, &records);
    let id = records.customer.id.to_string();
    assert_eq!(
        gone,
        json!({"id": id, "object": "customer", "deleted": true})
    );
}

#[test]
fn a_customer_who_was_removed_is_shown_once_more_by_the_event_only() {
    let mut records = sample::opened();
    records.customer.deleted_at = Some(records.customer.created_at);
    let shown = shown(Kind::Customer, &records);
    assert_eq!(shown["deleted"], true);
    assert_eq!(shown["name"], Value::Null);
    let event = event_object(EventKind::CustomerDeleted, &records.scene());
    let value: Value = serde_json::from_slice(&event).unwrap();
    assert_eq!(value["name"], "Zoé");
}

#[test]
fn every_event_carries_the_object_its_name_says() {
    let records = sample::given_back(500);
    for kind in EventKind::ALL {
        let bytes = event_object(*kind, &records.scene());
        let value: Value = serde_json::from_slice(&bytes).unwrap();
        let object = value["object"].as_str().unwrap();
        assert!(
            kind.as_str().starts_with(object),
            "{kind} carries a {object}"
        );
    }
}

#[test]
fn live_money_is_marked_in_every_object() {
    let mut records = sample::paid();
    records.payment.owner.mode = Mode::Live;
    assert_eq!(shown(Kind::PaymentIntent, &records)["livemode"], true);
}
