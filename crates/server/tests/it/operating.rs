//! What an operator relies on: starting with nothing, stopping without loss, books that are proven,
//! and a log-in that cannot be guessed.

use std::time::Duration;

use rusqlite::Connection;
use serde_json::Value;

use crate::binary::{Place, text, until};
use crate::client::{Answer, Request};

const PAYMENT: &[(&str, &str)] = &[
    ("amount", "1250"),
    ("currency", "eur"),
    ("confirm", "true"),
    ("payment_method_data[type]", "card"),
    ("payment_method_data[card][exp_month]", "12"),
    ("payment_method_data[card][exp_year]", "2034"),
];

fn payment(number: &str, merchant: &Value) -> Request {
    let card = [("payment_method_data[card][number]", number)];
    Request::new("POST", "/v1/payment_intents")
        .form(&[PAYMENT, &card].concat())
        .bearer(merchant["secret_key"].as_str().unwrap())
}

#[tokio::test]
async fn an_empty_directory_and_no_setting_is_enough() {
    let place = Place::new(&[]);
    let service = place.serve();
    let ready = Request::new("GET", "/readyz").send(service.address).await;
    assert_eq!(ready.status, 200);
    let merchant = place.create_merchant("zoe@example.com");
    let paid = payment("4242424242424242", &merchant);
    assert_eq!(
        paid.send(service.address).await.object()["status"],
        "succeeded"
    );
    service.tell_to_stop();
    let (status, log) = service.end();
    assert!(status.success(), "{log}");
    let (code, said) = place.verify(&["--settled"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.starts_with("1 payments"), "{said}");
}

#[tokio::test]
async fn a_payment_under_way_is_finished_before_the_stop() {
    let place = Place::new(&[("ENCAISSE_SANDBOX__SLOW_ANSWER_MS", "1500")]);
    let service = place.serve();
    let merchant = place.create_merchant("zoe@example.com");
    let request = payment("4000000000550303", &merchant);
    let address = service.address;
    let mut under_way = tokio::task::JoinSet::new();
    under_way.spawn(async move { request.send(address).await });
    // Told to stop once the message is on its way: its intent stands in the database.
    let database = place.data_dir().join("encaisse.db");
    until(|| {
        count(
            &database,
            "SELECT COUNT(*) FROM attempts WHERE status = 'sent'",
        ) == 1
    })
    .await;
    service.tell_to_stop();
    let paid = under_way.join_next().await.unwrap().unwrap();
    assert_eq!(paid.object()["status"], "succeeded");
    let (status, log) = tokio::task::spawn_blocking(move || service.end())
        .await
        .unwrap();
    assert!(status.success(), "{log}");
    assert!(!log.contains("still under way"), "{log}");
    let (code, said) = place.verify(&["--settled"]);
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn both_services_stop_cleanly_when_they_are_asked_to() {
    let place = Place::new(&[]);
    let journal = place.folder().join("journal");
    for signal in ["-TERM", "-INT"] {
        for process in [place.serve(), place.sandbox(&journal)] {
            process.signal(signal);
            let (status, log) = process.end();
            assert!(status.success(), "{signal}: {status}: {log}");
        }
    }
}

#[tokio::test]
async fn what_is_open_is_told_and_is_an_error_only_when_asked() {
    let variables = [
        ("ENCAISSE_RAIL__ANSWER_TIMEOUT_MS", "300"),
        ("ENCAISSE_RAIL__LATE_WINDOW_MS", "600000"),
        ("ENCAISSE_SANDBOX__LATE_ANSWER_MS", "600"),
    ];
    let place = Place::new(&variables);
    let service = place.serve();
    let merchant = place.create_merchant("zoe@example.com");
    // The acquirer never saw the message, so only the end of the late window ends the doubt.
    let lost = payment("4000000000550907", &merchant);
    assert_eq!(
        lost.send(service.address).await.object()["status"],
        "processing"
    );
    service.kill();
    let (code, said) = place.verify(&[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("OPEN"), "{said}");
    let (code, said) = place.verify(&["--settled"]);
    assert_eq!(code, Some(1), "{said}");
}

#[tokio::test]
async fn books_that_were_tampered_with_are_found_broken() {
    let place = Place::new(&[]);
    let service = place.serve();
    let merchant = place.create_merchant("zoe@example.com");
    let request = payment("4242424242424242", &merchant);
    let paid = request.send(service.address).await.object();
    service.tell_to_stop();
    service.end();
    let database = place.data_dir().join("encaisse.db");
    for (break_it, mend_it) in [
        (
            "amount_minor = amount_minor + 1",
            "amount_minor = amount_minor - 1",
        ),
        (
            "debit = credit, credit = debit",
            "debit = credit, credit = debit",
        ),
        ("currency = 'USD'", "currency = 'EUR'"),
        ("state = 'pending'", "state = 'posted'"),
    ] {
        change(&database, &format!("UPDATE transfers SET {break_it}"));
        let (code, said) = place.verify(&[]);
        assert_eq!(code, Some(1), "{break_it}: {said}");
        let broken = format!("BROKEN  {}", paid["id"].as_str().unwrap());
        assert!(said.contains(&broken), "{break_it}: {said}");
        change(&database, &format!("UPDATE transfers SET {mend_it}"));
        let (code, said) = place.verify(&["--settled"]);
        assert_eq!(code, Some(0), "{mend_it}: {said}");
    }
}

#[tokio::test]
async fn ten_wrong_passwords_lock_the_log_in() {
    let place = Place::new(&[]);
    let merchant = place.create_merchant("zoe@example.com");
    let right = merchant["password"].as_str().unwrap();
    let service = place.serve();
    let address = service.address;
    let log_in = async |password: &str| -> Answer {
        let fields = [("email", "zoe@example.com"), ("password", password)];
        let request = Request::new("POST", "/terminal/session").form(&fields);
        request
            .header("origin", &format!("http://{address}"))
            .send(address)
            .await
    };
    assert_eq!(log_in(right).await.status, 200);
    for _ in 0..10 {
        assert_eq!(log_in("wrong").await.status, 401);
    }
    assert_eq!(log_in(right).await.status, 429, "the right one is too late");
    service.kill();
    let database = place.data_dir().join("encaisse.db");
    let minutes = "SELECT (locked_until - (SELECT MAX(created_at) FROM audit_entries)) \
        / 60000000 FROM users";
    assert!(
        (29..=30).contains(&count(&database, minutes)),
        "for half an hour"
    );

    // Nobody can be let in by a restart, only by time; and then a success starts over.
    let service = place.serve();
    let address = service.address;
    let fields = [("email", "zoe@example.com"), ("password", right)];
    let request = Request::new("POST", "/terminal/session").form(&fields);
    let request = request.header("origin", &format!("http://{address}"));
    assert_eq!(request.send(address).await.status, 429);
    change(&database, "UPDATE users SET locked_until = 1");
    assert_eq!(request.send(address).await.status, 200);
}

#[tokio::test]
async fn another_card_key_is_refused_with_a_clear_word() {
    let place = Place::new(&[]);
    place.create_merchant("zoe@example.com");
    let other = Place::new(&[]);
    other.create_merchant("zoe@example.com");
    let key = |place: &Place| place.data_dir().join("vault.key");
    std::fs::copy(key(&other), key(&place)).unwrap();
    let refused = place.run(&["serve"]);
    let said = text(&refused.stderr);
    assert_eq!(refused.status.code(), Some(1), "{said}");
    assert!(said.contains("vault.key") || said.contains("key"), "{said}");
}

fn change(database: &std::path::Path, sql: &str) {
    let connection = Connection::open(database).unwrap();
    connection.busy_timeout(Duration::from_secs(5)).unwrap();
    assert_eq!(connection.execute(sql, []).unwrap(), 1, "{sql}");
}

fn count(database: &std::path::Path, sql: &str) -> i64 {
    let connection = Connection::open(database).unwrap();
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}
