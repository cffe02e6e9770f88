//! The balance, what moved it, and payouts, as a merchant's server asks for them.

use engine::payouts::Ending;
use serde_json::{Value, json};

use crate::client::Request;
use crate::encaisse::Encaisse;
use crate::receiver::Receiver;

async fn available(house: &Encaisse) -> i64 {
    let balance = house.get("/v1/balance").await.object();
    balance["available"][0]["amount"].as_i64().unwrap()
}

async fn pay_out(house: &Encaisse, minor: &str) -> Value {
    let fields = [("amount", minor), ("currency", "eur")];
    house.post("/v1/payouts", &fields).await.object()
}

async fn with_fee(basis_points: i64, fixed: i64) -> Encaisse {
    let house = Encaisse::start().await;
    let merchant = house.merchant.merchant.id;
    let set = house.app().set_fee(merchant, basis_points, fixed);
    let effective_at = set.await.unwrap();
    while house.app().clock.now() < effective_at {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    house
}

#[tokio::test]
async fn a_payment_is_due_at_once_less_its_fee() {
    let house = with_fee(150, 25).await;
    let paid = house.paid().await;
    let charge = paid["latest_charge"].as_str().unwrap();
    let path = format!("/v1/charges/{charge}?expand[]=balance_transaction");
    let charge = house.get(&path).await.object();
    let transaction = &charge["balance_transaction"];
    assert_eq!(transaction["amount"], 1250);
    assert_eq!(transaction["fee"], 44);
    assert_eq!(transaction["net"], 1206);
    assert_eq!(transaction["source"], charge["id"]);
    assert_eq!(transaction["fee_details"][0]["amount"], 44);
    assert_eq!(available(&house).await, 1206);
    let id = transaction["id"].as_str().unwrap();
    let found = house.get(&format!("/v1/balance_transactions/{id}")).await;
    assert_eq!(&found.object(), transaction);
    house.finish().await;
}

#[tokio::test]
async fn the_answer_to_a_payment_shows_what_it_moved_when_asked() {
    let house = Encaisse::start().await;
    let more = [("expand[]", "latest_charge.balance_transaction")];
    let paid = house.charge("4242424242424242", &more).await.object();
    let transaction = &paid["latest_charge"]["balance_transaction"];
    assert_eq!(transaction["amount"], 1250);
    assert_eq!(transaction["status"], "available");
    let id = paid["id"].as_str().unwrap();
    let path = format!("/v1/payment_intents/{id}?expand[]=latest_charge.balance_transaction");
    assert_eq!(
        house.get(&path).await.object()["latest_charge"],
        paid["latest_charge"]
    );
    let fields = [("payment_intent", id), ("expand[]", "balance_transaction")];
    let refund = house.post("/v1/refunds", &fields).await.object();
    assert_eq!(refund["balance_transaction"]["amount"], -1250);
    assert_eq!(refund["balance_transaction"]["type"], "refund");
    assert_eq!(available(&house).await, 0);
    house.finish().await;
}

#[tokio::test]
async fn a_payout_is_pending_until_somebody_says_what_became_of_it() {
    let house = Encaisse::start().await;
    house.paid().await;
    let payout = pay_out(&house, "1000").await;
    assert_eq!(payout["status"], "pending");
    assert_eq!(available(&house).await, 250);
    let id = payout["id"].as_str().unwrap();
    let parsed = domain::PayoutId::parse(id).unwrap();
    house.app().end_payout(parsed, Ending::Paid).await.unwrap();
    let path = format!("/v1/payouts/{id}?expand[]=balance_transaction");
    let payout = house.get(&path).await.object();
    assert_eq!(payout["status"], "paid");
    assert_eq!(payout["balance_transaction"]["amount"], -1000);
    let error = house.post(&format!("/v1/payouts/{id}/cancel"), &[]).await;
    assert_eq!(error.error(400)["type"], "invalid_request_error");
    house.finish().await;
}

#[tokio::test]
async fn more_than_is_available_is_refused() {
    let house = Encaisse::start().await;
    house.paid().await;
    let fields = [("amount", "1251"), ("currency", "eur")];
    let error = house.post("/v1/payouts", &fields).await.error(400);
    assert_eq!(error["code"], "balance_insufficient");
    let fields = [("amount", "1000"), ("currency", "usd")];
    let error = house.post("/v1/payouts", &fields).await.error(400);
    assert_eq!(error["code"], "balance_insufficient");
    assert_eq!(available(&house).await, 1250);
    house.finish().await;
}

#[tokio::test]
async fn a_payout_taken_back_is_due_again_and_both_ways_are_shown() {
    let house = Encaisse::start().await;
    house.paid().await;
    let payout = pay_out(&house, "1000").await;
    let id = payout["id"].as_str().unwrap();
    let canceled = house.post(&format!("/v1/payouts/{id}/cancel"), &[]).await;
    assert_eq!(canceled.object()["status"], "canceled");
    assert_eq!(available(&house).await, 1250);
    for filter in [format!("payout={id}"), format!("source={id}")] {
        let path = format!("/v1/balance_transactions?{filter}");
        let listed = house.get(&path).await.object();
        let types = listed["data"].as_array().unwrap().iter();
        let types: Vec<_> = types.map(|one| &one["type"]).collect();
        assert_eq!(types, ["payout_cancel", "payout"], "{filter}");
        let (newer, older) = (&listed["data"][0], &listed["data"][1]);
        for (cursor, from, only) in [
            ("starting_after", newer, older),
            ("ending_before", older, newer),
        ] {
            let from = from["id"].as_str().unwrap();
            let page = house.get(&format!("{path}&limit=1&{cursor}={from}")).await;
            assert_eq!(page.object()["data"], json!([only]), "{cursor}");
        }
    }
    let listed = house.get("/v1/balance_transactions?type=charge").await;
    assert_eq!(listed.object()["data"].as_array().unwrap().len(), 1);
    let events = house.get("/v1/events?limit=2").await.object();
    assert_eq!(events["data"][0]["type"], "payout.canceled");
    assert_eq!(events["data"][1]["type"], "payout.created");
    house.finish().await;
}

#[tokio::test]
async fn a_payout_and_its_end_are_told_to_an_endpoint() {
    // Only the nudge of each write can be quick enough: the worker by itself looks once an hour.
    let house = Encaisse::start_with(&[
        ("ENCAISSE_WEBHOOKS__ALLOW_PRIVATE", "127.0.0.1/32"),
        ("ENCAISSE_WORKERS__DELIVER_PERIOD_MS", "3600000"),
    ])
    .await;
    let shop = Receiver::start().await;
    let url = shop.url();
    let kinds = ["payout.created", "payout.canceled"];
    let fields = [
        ("url", url.as_str()),
        ("enabled_events[]", kinds[0]),
        ("enabled_events[]", kinds[1]),
    ];
    house.post("/v1/webhook_endpoints", &fields).await.object();
    house.paid().await;
    let payout = pay_out(&house, "1000").await;
    shop.until(1).await;
    let path = format!("/v1/payouts/{}/cancel", payout["id"].as_str().unwrap());
    house.post(&path, &[]).await.object();
    let told = shop.until(2).await;
    let told: Vec<_> = told.iter().map(|one| one.event()).collect();
    assert_eq!(told[0]["type"], kinds[0]);
    assert_eq!(told[0]["data"]["object"], payout);
    assert_eq!(told[1]["type"], kinds[1]);
    house.finish().await;
}

#[tokio::test]
async fn the_same_key_pays_out_once() {
    let house = Encaisse::start().await;
    house.paid().await;
    let fields = [("amount", "1000"), ("currency", "eur")];
    let key = house.merchant.secret.secret.clone();
    let ask = || {
        Request::new("POST", "/v1/payouts")
            .bearer(&key)
            .form(&fields)
            .key("k")
    };
    let first = house.send(ask()).await;
    let again = house.send(ask()).await;
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.object(), first.object());
    assert_eq!(available(&house).await, 250);
    house.finish().await;
}

#[tokio::test]
async fn nothing_of_it_exists_for_somebody_else() {
    let house = Encaisse::start().await;
    let other = house.another_merchant().await.secret.secret;
    house.paid().await;
    let payout = pay_out(&house, "1000").await;
    let id = payout["id"].as_str().unwrap();
    let transaction = payout["balance_transaction"].as_str().unwrap();
    let paths = [
        ("GET", format!("/v1/payouts/{id}")),
        ("POST", format!("/v1/payouts/{id}")),
        ("POST", format!("/v1/payouts/{id}/cancel")),
        ("GET", format!("/v1/balance_transactions/{transaction}")),
    ];
    for (method, path) in &paths {
        let answer = house.send(Request::new(method, path).bearer(&other)).await;
        assert_eq!(answer.error(404)["code"], "resource_missing", "{path}");
    }
    for (list, cursor) in [("payouts", id), ("balance_transactions", transaction)] {
        let path = format!("/v1/{list}?starting_after={cursor}");
        let answer = house.send(Request::new("GET", &path).bearer(&other)).await;
        assert_eq!(answer.error(404)["param"], "starting_after", "{path}");
    }
    for filter in ["", "?payout=ID", "?source=ID"] {
        let path = format!("/v1/balance_transactions{}", filter.replace("ID", id));
        let listed = house.send(Request::new("GET", &path).bearer(&other)).await;
        assert_eq!(listed.object()["data"], json!([]), "{path}");
    }
    house.finish().await;
}

#[tokio::test]
async fn bad_input_is_named() {
    let house = Encaisse::start().await;
    let check = async |fields: &[(&str, &str)], param: &str| {
        let error = house.post("/v1/payouts", fields).await.error(400);
        assert_eq!(error["param"], param, "{fields:?}");
    };
    check(&[("currency", "eur")], "amount").await;
    check(&[("amount", "5")], "currency").await;
    let all = [("amount", "0"), ("currency", "eur")];
    check(&all, "amount").await;
    let all = [("amount", "5"), ("currency", "eur"), ("method", "instant")];
    check(&all, "method").await;
    let all = [
        ("amount", "5"),
        ("currency", "eur"),
        ("destination", "ba_1"),
    ];
    check(&all, "destination").await;
    for (query, param) in [
        ("type=adjustment", "type"),
        ("created[since]=1", "created[since]"),
        ("currency=zzz", "currency"),
    ] {
        let path = format!("/v1/balance_transactions?{query}");
        let error = house.get(&path).await.error(400);
        assert_eq!(error["param"], param, "{query}");
    }
    for path in [
        "/v1/balance_transactions/txn_1",
        "/v1/balance_transactions?source=cus_1",
        "/v1/payouts/po_1",
    ] {
        assert_eq!(house.get(path).await.error(404)["code"], "resource_missing");
    }
    house.finish().await;
}

#[tokio::test]
async fn transactions_of_a_time_are_listed() {
    let house = Encaisse::start().await;
    house.paid().await;
    let listed = house.get("/v1/balance_transactions").await.object();
    let created = listed["data"][0]["created"].as_i64().unwrap();
    for (query, count) in [
        (format!("created[gte]={created}&created[lte]={created}"), 1),
        (format!("created[gt]={created}"), 0),
        (format!("created[lt]={created}"), 0),
    ] {
        let path = format!("/v1/balance_transactions?{query}");
        let listed = house.get(&path).await.object();
        assert_eq!(listed["data"].as_array().unwrap().len(), count, "{query}");
    }
    house.finish().await;
}
