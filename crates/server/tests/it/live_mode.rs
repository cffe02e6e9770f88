//! Real money beside play money: two acquirers, two modes of one merchant, nothing between them.
//!
//! The acquirer of live mode is a sandbox host of its own, configured as an operator would
//! configure a bank's.

use std::path::PathBuf;

use sandbox::journal::{Entry, Journal};
use sandbox::{Kind, State};
use serde_json::Value;

use crate::binary::{Place, Process, until};
use crate::client::{Answer, Request};

const REAL: &str = "4111111111111111";
const TEST: &str = "4242424242424242";

/// A service with both acquirers, and a merchant with a key for each mode.
struct Shop {
    place: Place,
    service: Process,
    acquirer: Process,
    journal: PathBuf,
    test: String,
    live: String,
}

impl Shop {
    fn open() -> Self {
        let place = Place::new(&[]);
        let journal = place.folder().join("live.journal");
        let acquirer = place.sandbox_with(&journal, &["--any-card"]);
        let merchant = place.create_merchant("zoe@example.com");
        let settings = format!(
            "[acquirer.live]\naddress = \"{}\"\ndialect = \"iso87_ascii\"\ntls = false\n",
            acquirer.address
        );
        std::fs::write(place.data_dir().join("encaisse.toml"), settings).unwrap();
        let live = place.create_key(&merchant, &["--mode", "live"]);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let (test, live) = (text(&merchant["secret_key"]), text(&live["key"]));
        let service = place.serve();
        Self {
            place,
            service,
            acquirer,
            journal,
            test,
            live,
        }
    }

    async fn get(&self, key: &str, path: &str) -> Answer {
        let request = Request::new("GET", path).bearer(key);
        request.send(self.service.address).await
    }

    async fn post(&self, key: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = Request::new("POST", path).form(fields).bearer(key);
        request.send(self.service.address).await
    }

    /// Charges 12,50 € to a card of this number, with more fields.
    async fn charge(&self, key: &str, number: &str, more: &[(&str, &str)]) -> Answer {
        let fields = [
            ("amount", "1250"),
            ("currency", "eur"),
            ("confirm", "true"),
            ("payment_method_data[type]", "card"),
            ("payment_method_data[card][number]", number),
            ("payment_method_data[card][exp_month]", "12"),
            ("payment_method_data[card][exp_year]", "2034"),
            ("payment_method_data[card][cvc]", "123"),
        ];
        self.post(key, "/v1/payment_intents", &[&fields, more].concat())
            .await
    }

    /// What each acquirer wrote about cards: that of live mode, that of test mode.
    fn journals(&self) -> (Vec<Entry>, Vec<Entry>) {
        let read = |path: PathBuf| {
            let entries = Journal::read(&path).unwrap().into_iter();
            entries.filter(|entry| !entry.kind.is_network()).collect()
        };
        let test = self.place.data_dir().join("sandbox.journal");
        (read(self.journal.clone()), read(test))
    }

    /// Ends both processes in good order and looks at the books.
    fn close(self) {
        for process in [self.service, self.acquirer] {
            process.tell_to_stop();
            let (status, log) = process.end();
            assert!(status.success(), "{log}");
        }
        let (code, said) = self.place.verify(&["--settled"]);
        assert_eq!(code, Some(0), "{said}");
    }
}

fn id(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn kinds(entries: &[Entry]) -> Vec<Kind> {
    entries.iter().map(|entry| entry.kind).collect()
}

#[tokio::test]
async fn real_money_goes_to_its_own_acquirer_and_back() {
    let shop = Shop::open();
    let paid = shop.charge(&shop.live, REAL, &[]).await.object();
    assert_eq!(
        (&paid["status"], &paid["livemode"]),
        (&"succeeded".into(), &true.into())
    );
    let (live, test) = shop.journals();
    assert_eq!((kinds(&live), test.len()), (vec![Kind::Purchase], 0));
    assert_eq!(
        (&*live[0].pan, live[0].amount_minor),
        ("411111******1111", 1250)
    );

    let manual = [("capture_method", "manual")];
    let held = shop.charge(&shop.live, REAL, &manual).await.object();
    let capture = format!("/v1/payment_intents/{}/capture", id(&held["id"]));
    let taken = shop.post(&shop.live, &capture, &[("amount_to_capture", "1000")]);
    assert_eq!(taken.await.object()["status"], "succeeded");

    let whole = [("payment_intent", id(&paid["id"])), ("amount", "250")];
    for rest in [&whole[..], &whole[..1]] {
        let refund = shop.post(&shop.live, "/v1/refunds", rest).await.object();
        assert_eq!(refund["status"], "succeeded", "{refund}");
    }
    // The capture was answered when it was owed; its message follows.
    until(|| shop.journals().0.len() == 5).await;
    let standings = sandbox::journal::summary(&shop.journals().0);
    let stands: Vec<_> = standings
        .iter()
        .map(|one| (one.kind, one.state, one.captured_minor, one.refunded_minor))
        .collect();
    let approved = State::Approved;
    let expected = [
        (Kind::Purchase, approved, 1250, 1250),
        (Kind::Authorization, approved, 1000, 0),
        (Kind::Refund, approved, 0, 0),
        (Kind::Refund, approved, 0, 0),
    ];
    assert_eq!(stands, expected);
    assert_eq!(shop.journals().1.len(), 0);
    shop.close();
}

#[tokio::test]
async fn a_card_of_the_other_mode_is_refused_before_anybody_is_asked() {
    let shop = Shop::open();
    for (key, number, code) in [
        (&shop.live, TEST, "live_mode_test_card"),
        (&shop.live, "4000000000000002", "live_mode_test_card"),
        (&shop.test, REAL, "test_mode_live_card"),
    ] {
        let error = shop.charge(key, number, &[]).await.error(402);
        assert_eq!(error["code"], "card_declined");
        assert_eq!(error["decline_code"], code);
    }
    // Stripe's names are those of test cards.
    let named = [
        ("amount", "1250"),
        ("currency", "eur"),
        ("payment_method", "pm_card_visa"),
    ];
    let answer = shop.post(&shop.live, "/v1/payment_intents", &named).await;
    assert_eq!(answer.error(404)["param"], "payment_method");
    let (live, test) = shop.journals();
    assert!(live.is_empty() && test.is_empty());

    let paid = shop.charge(&shop.test, TEST, &[]).await.object();
    assert_eq!(
        (&paid["status"], &paid["livemode"]),
        (&"succeeded".into(), &false.into())
    );
    let (live, test) = shop.journals();
    assert_eq!((live.len(), kinds(&test)), (0, vec![Kind::Purchase]));
    shop.close();
}

#[tokio::test]
async fn the_objects_of_one_mode_do_not_exist_in_the_other() {
    let shop = Shop::open();
    for (key, other, number) in [
        (&shop.live, &shop.test, REAL),
        (&shop.test, &shop.live, TEST),
    ] {
        let customer = shop.post(key, "/v1/customers", &[("name", "Zoé")]).await;
        let customer = customer.object();
        let whose = [("customer", id(&customer["id"]))];
        let paid = shop.charge(key, number, &whose).await.object();
        let payment = [("payment_intent", id(&paid["id"]))];
        let part = [&payment[..], &[("amount", "1")]].concat();
        let refund = shop.post(key, "/v1/refunds", &part).await.object();
        let event = shop.get(key, "/v1/events").await.object()["data"][0].take();
        let method = id(&paid["payment_method"]);
        for path in [
            format!("/v1/payment_intents/{}", id(&paid["id"])),
            format!("/v1/charges/{}", id(&paid["latest_charge"])),
            format!("/v1/payment_methods/{method}"),
            format!("/v1/customers/{}", id(&customer["id"])),
            format!("/v1/refunds/{}", id(&refund["id"])),
            format!("/v1/events/{}", id(&event["id"])),
        ] {
            let ours = shop.get(key, &path).await.object();
            assert_ne!(
                ours["livemode"].as_bool(),
                Some(key != &shop.live),
                "{path}"
            );
            let error = shop.get(other, &path).await.error(404);
            assert_eq!(error["code"], "resource_missing", "{path}");
            let list = path.rsplit_once('/').unwrap().0;
            if list != "/v1/payment_methods" {
                let list = shop.get(other, list).await.object();
                let ids = list["data"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|one| id(&one["id"]));
                assert!(ids.into_iter().all(|one| !path.ends_with(one)), "{path}");
            }
        }
        let wish = [("amount", "1250"), ("currency", "eur")];
        for (path, fields) in [
            ("/v1/refunds", payment.to_vec()),
            ("/v1/payment_intents", [&wish[..], &whose].concat()),
            (
                "/v1/payment_intents",
                [&wish[..], &[("payment_method", method)]].concat(),
            ),
        ] {
            let error = shop.post(other, path, &fields).await.error(404);
            assert_eq!(error["code"], "resource_missing", "{path}");
        }
    }
    shop.close();
}
