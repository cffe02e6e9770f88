//! The terms of a merchant and the ends of payouts, set by commands beside a running server.

use serde_json::Value;

use crate::binary::{Place, Process, text};
use crate::client::{Answer, Request};

struct Shop {
    place: Place,
    service: Process,
    merchant: String,
    key: String,
}

impl Shop {
    fn open() -> Self {
        let place = Place::new(&[]);
        let made = place.create_merchant("zoe@example.com");
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        Self {
            merchant: text("merchant"),
            key: text("secret_key"),
            service: place.serve(),
            place,
        }
    }

    /// Runs a command, and says what it said.
    fn admin(&self, arguments: &[&str]) -> Result<String, String> {
        let done = self.place.run(&[&["admin"], arguments].concat());
        if done.status.success() {
            Ok(text(&done.stdout))
        } else {
            Err(text(&done.stderr))
        }
    }

    async fn send(&self, request: Request) -> Answer {
        request.bearer(&self.key).send(self.service.address).await
    }

    async fn get(&self, path: &str) -> Value {
        self.send(Request::new("GET", path)).await.object()
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Value {
        let request = Request::new("POST", path).form(fields);
        self.send(request).await.object()
    }

    async fn pay(&self) -> Value {
        let fields = [
            ("amount", "1250"),
            ("currency", "eur"),
            ("confirm", "true"),
            ("payment_method", "pm_card_visa"),
            ("expand[]", "latest_charge.balance_transaction"),
        ];
        let paid = self.post("/v1/payment_intents", &fields).await;
        paid["latest_charge"]["balance_transaction"].clone()
    }

    fn close(self) {
        self.service.tell_to_stop();
        let (status, log) = self.service.end();
        assert!(status.success(), "{log}");
        let (code, said) = self.place.verify(&["--settled"]);
        assert_eq!(code, Some(0), "{said}");
    }
}

#[tokio::test]
async fn a_fee_counts_soon_and_changes_nothing_that_was_taken() {
    let shop = Shop::open();
    let before = shop.pay().await;
    assert_eq!(before["fee"], 0);
    let set = ["merchant", "fee", "--merchant", &shop.merchant];
    let set = [&set[..], &["--basis-points", "150", "--fixed", "25"]].concat();
    shop.admin(&set).unwrap();
    while shop.pay().await["fee"] != 44 {}
    let id = before["id"].as_str().unwrap();
    let again = shop.get(&format!("/v1/balance_transactions/{id}")).await;
    assert_eq!(again, before);
    shop.close();
}

#[tokio::test]
async fn a_delay_makes_what_is_taken_wait() {
    let shop = Shop::open();
    shop.pay().await;
    let set = ["merchant", "payout-delay", "--merchant", &shop.merchant];
    shop.admin(&[&set[..], &["--days", "2"]].concat()).unwrap();
    let pending = async || shop.get("/v1/balance").await["pending"][0]["amount"].clone();
    while pending().await != 1250 {}
    let balance = shop.get("/v1/balance").await;
    assert_eq!(balance["available"][0]["amount"], 0);
    shop.close();
}

#[tokio::test]
async fn payouts_are_listed_and_ended_by_hand() {
    let shop = Shop::open();
    shop.pay().await;
    let half = [("amount", "600"), ("currency", "eur")];
    let first = shop.post("/v1/payouts", &half).await;
    let second = shop.post("/v1/payouts", &half).await;
    let (first, second) = (
        first["id"].as_str().unwrap(),
        second["id"].as_str().unwrap(),
    );
    let listed = shop.admin(&["payout", "list", "--json"]).unwrap();
    let listed: Vec<Value> = listed
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!((&listed[0]["id"], listed.len()), (&Value::from(first), 2));
    assert_eq!(listed[0]["merchant"], shop.merchant);
    shop.admin(&["payout", "mark-paid", first]).unwrap();
    let failed = ["payout", "mark-failed", second, "--code", "account_closed"];
    shop.admin(&failed).unwrap();
    let again = shop.admin(&["payout", "mark-failed", first]).unwrap_err();
    assert!(again.contains("paid"), "{again}");
    assert_eq!(shop.admin(&["payout", "list"]).unwrap(), "");
    let first = shop.get(&format!("/v1/payouts/{first}")).await;
    assert_eq!(first["status"], "paid");
    let second = shop.get(&format!("/v1/payouts/{second}")).await;
    assert_eq!(
        (&second["status"], &second["failure_code"]),
        (&Value::from("failed"), &Value::from("account_closed"),)
    );
    assert_eq!(shop.get("/v1/balance").await["available"][0]["amount"], 650);
    shop.close();
}

impl Shop {
    fn check_refused(&self, arguments: &str, said: &str) {
        let arguments: Vec<_> = arguments.split(' ').collect();
        let error = self.admin(&arguments).unwrap_err();
        assert!(error.contains(said), "{arguments:?}: {error}");
    }
}

#[test]
fn a_wrong_command_says_what_is_wrong() {
    let shop = Shop::open();
    let nobody = "acct_0000000000000000000000";
    let none = "po_0000000000000000000000";
    let merchant = &shop.merchant;
    for (arguments, said) in [
        (
            format!("fee --merchant {nobody} --basis-points 1"),
            "no merchant",
        ),
        ("fee --merchant x --basis-points 1".into(), "acct_"),
        (
            format!("fee --merchant {merchant} --basis-points 10001"),
            "10000",
        ),
        (
            format!("payout-delay --merchant {merchant} --days 91"),
            "90",
        ),
        (
            format!("payout-delay --merchant {nobody} --days 1"),
            "no merchant",
        ),
    ] {
        shop.check_refused(&format!("merchant {arguments}"), said);
    }
    shop.check_refused("payout mark-paid po_1", "po_");
    shop.check_refused(&format!("payout mark-paid {none}"), "no payout");
    let wrong = format!("payout mark-failed {none} --code bad_day");
    shop.check_refused(&wrong, "account_closed");
    shop.close();
}
