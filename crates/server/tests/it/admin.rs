//! What an operator does beside the running service: renews the card key, makes keys.

use rusqlite::Connection;
use serde_json::Value;

use crate::binary::{Place, Process, text};
use crate::client::Request;

const CARD: &[(&str, &str)] = &[
    ("type", "card"),
    ("card[number]", "4242424242424242"),
    ("card[exp_month]", "12"),
    ("card[exp_year]", "2034"),
];
const WISH: [(&str, &str); 3] = [("amount", "1250"), ("currency", "eur"), ("confirm", "true")];

/// Card by card what the vault keeps: the id of the wrapping key, the wrapped key, the number.
fn records(place: &Place) -> Vec<[Vec<u8>; 3]> {
    let connection = Connection::open(place.data_dir().join("encaisse.db")).unwrap();
    let sql = "SELECT vault_key_id, wrapped_key, ciphertext FROM payment_methods ORDER BY id";
    let mut statement = connection.prepare(sql).unwrap();
    let lines = statement.query_map([], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?]));
    lines.unwrap().map(Result::unwrap).collect()
}

async fn post(service: &Process, key: &Value, path: &str, fields: &[(&str, &str)]) -> Value {
    let request = Request::new("POST", path).form(fields);
    let request = request.bearer(key.as_str().unwrap());
    request.send(service.address).await.json()
}

#[tokio::test]
async fn a_card_key_renewed_beside_the_service_loses_no_card() {
    let place = Place::new(&[]);
    let key = &place.create_merchant("zoe@example.com")["secret_key"];
    let service = place.serve();
    let method = post(&service, key, "/v1/payment_methods", CARD).await;
    let id = method["id"].as_str().unwrap();
    let saved = [&WISH[..], &[("payment_method", id)]].concat();
    let typed = [&WISH[..], &[("payment_method", "pm_card_mastercard")]].concat();
    let payments = "/v1/payment_intents";
    for fields in [&saved, &typed] {
        let paid = post(&service, key, payments, fields).await;
        assert_eq!(paid["status"], "succeeded", "{paid}");
    }
    let (before, file) = (records(&place), place.data_dir().join("vault.key"));
    let old_file = std::fs::read(&file).unwrap();

    let renew = |step| {
        let done = place.run(&["admin", "vault-key", step]);
        assert!(done.status.success(), "{}", text(&done.stderr));
        text(&done.stdout)
    };
    assert!(renew("rotate").contains("every node"));
    assert_eq!(
        records(&place),
        before,
        "no card waits for a file that is not there yet"
    );
    assert!(renew("rewrap").contains("2 cards"));
    let after = records(&place);
    assert_eq!((before.len(), after.len()), (2, 2));
    for ([old_id, old_wrapped, old_number], [id, wrapped, number]) in before.iter().zip(&after) {
        assert_ne!((old_id, old_wrapped), (id, wrapped));
        assert_eq!(old_number, number, "the number itself was not sealed anew");
    }

    // The running service reads the file when it meets a card under the new key.
    for fields in [&saved, &typed] {
        let paid = post(&service, key, payments, fields).await;
        assert_eq!(paid["status"], "succeeded", "{paid}");
    }
    service.tell_to_stop();
    assert!(service.end().0.success());

    let service = place.serve();
    for fields in [&saved, &typed] {
        let paid = post(&service, key, payments, fields).await;
        assert_eq!(paid["status"], "succeeded", "{paid}");
    }
    let again = post(&service, key, "/v1/payment_methods", CARD).await;
    let print = |method: &Value| method["card"]["fingerprint"].clone();
    assert_eq!(print(&again), print(&method), "the card is still known");
    service.tell_to_stop();
    service.end();
    let (code, said) = place.verify(&["--settled"]);
    assert_eq!(code, Some(0), "{said}");

    std::fs::write(&file, old_file).unwrap();
    let refused = place.run(&["serve"]);
    assert_eq!(refused.status.code(), Some(1));
    let said = text(&refused.stderr);
    assert!(said.contains("older than this database"), "{said}");
}

#[tokio::test]
async fn a_live_key_takes_no_payment_while_no_acquirer_is_configured() {
    let place = Place::new(&[]);
    let merchant = place.create_merchant("zoe@example.com");
    let service = place.serve();
    let live = place.create_key(&merchant, &["--mode", "live"]);
    let key = &live["key"];
    assert!(key.as_str().unwrap().starts_with("sk_live_"), "{key}");
    let wish = [
        ("mode", "payment"),
        ("line_items[0][price_data][currency]", "eur"),
        ("line_items[0][price_data][unit_amount]", "300"),
        ("line_items[0][price_data][product_data][name]", "Café"),
    ];
    for (path, fields) in [
        ("/v1/payment_intents", &WISH[..2]),
        ("/v1/checkout/sessions", &wish),
    ] {
        let error = post(&service, key, path, fields).await["error"].take();
        assert_eq!(error["code"], "testmode_charges_only", "{path}");
        let message = error["message"].as_str().unwrap();
        assert!(
            message.starts_with("No acquirer is configured for real money"),
            "{message}"
        );
    }
    let list = Request::new("GET", "/v1/payment_intents").bearer(key.as_str().unwrap());
    let list = list.send(service.address).await.object();
    assert_eq!(list["data"], serde_json::json!([]));
    let publishable = ["--mode", "live", "--kind", "publishable"];
    let publishable = place.create_key(&merchant, &publishable);
    assert!(publishable["key"].as_str().unwrap().starts_with("pk_live_"));
}

#[test]
fn a_key_for_nobody_or_for_no_mode_is_refused_with_a_clear_word() {
    let place = Place::new(&[]);
    let merchant = place.create_merchant("zoe@example.com");
    let merchant = merchant["merchant"].as_str().unwrap();
    let nobody = "acct_06C2rUYDEnp6ZLA4oTZQXZ";
    for (merchant, mode, word) in [
        (merchant, "real", "--mode must be `test` or `live`"),
        ("zoe", "live", "--merchant must be like acct_"),
        (nobody, "live", "there is no merchant"),
    ] {
        let command = [
            "admin",
            "key",
            "create",
            "--merchant",
            merchant,
            "--mode",
            mode,
        ];
        let refused = place.run(&command);
        assert_eq!(refused.status.code(), Some(1));
        let said = text(&refused.stderr);
        assert!(said.contains(word) && refused.stdout.is_empty(), "{said}");
    }
}
