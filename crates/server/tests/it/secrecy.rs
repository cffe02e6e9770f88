//! Card numbers are put in by every door and then looked for everywhere.

use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::client::Request;
use crate::encaisse::Encaisse;

const NUMBER: &str = "5555555555554444";

/// The number as it might have been written: in clear, packed, in hex, in base64.
fn forms() -> Vec<(&'static str, Vec<u8>)> {
    let digits: Vec<u8> = NUMBER.bytes().map(|byte| byte - b'0').collect();
    let packed: Vec<u8> = digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect();
    let hex: String = NUMBER.bytes().map(|byte| format!("{byte:02x}")).collect();
    vec![
        ("clear", NUMBER.into()),
        ("packed", packed),
        ("hex", hex.into_bytes()),
        (
            "base64",
            BASE64_STANDARD.encode(NUMBER).trim_end_matches('=').into(),
        ),
        ("grouped", b"5555 5555 5555 4444".to_vec()),
    ]
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

fn check_files(folder: &Path) -> usize {
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            count += check_files(&path);
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        for (form, wanted) in forms() {
            assert!(!holds(&bytes, &wanted), "{form} in {}", path.display());
        }
        count += 1;
    }
    count
}

#[tokio::test]
async fn a_card_number_put_in_by_every_door_is_nowhere() {
    let house = Encaisse::start().await;
    let path = format!("/v1/payment_intents/{NUMBER}");
    let query = format!("/v1/payment_intents?{NUMBER}=1");
    let card = [
        ("type", "card"),
        ("card[number]", NUMBER),
        ("card[exp_month]", "12"),
        ("card[exp_year]", "2034"),
    ];
    let named = format!("card[{NUMBER}]");
    let as_json = serde_json::json!({ "amount": NUMBER, "currency": "eur", NUMBER: "1" });
    let requests = vec![
        Request::new("POST", "/v1/payment_methods").form(&card),
        Request::new("POST", "/v1/payment_methods").form(&[&card[..], &[(&named, "1")]].concat()),
        Request::new("POST", "/v1/payment_intents").form(&[("amount", NUMBER)]),
        Request::new("POST", "/v1/payment_intents").json(&as_json),
        Request::new("POST", "/v1/refunds").form(&[("payment_intent", NUMBER)]),
        Request::new("GET", &path),
        Request::new("GET", &query),
        Request::new("GET", &format!("/v1/{NUMBER}")),
        Request::new("GET", &format!("/{NUMBER}")),
        Request::new("GET", &format!("/v1/customers?starting_after={NUMBER}")),
        Request::new("GET", &format!("/v1/payment_intents?expand[]={NUMBER}")),
    ];
    let mut answers = vec![house.charge(NUMBER, &[]).await];
    for request in requests {
        answers.push(house.send(request).await);
    }
    let bearer = Request::new("GET", "/v1/events")
        .bearer(NUMBER)
        .send(house.address)
        .await;
    answers.push(bearer);
    answers.push(house.get("/v1/events?limit=100").await);
    for (place, answer) in answers.iter().enumerate() {
        for (form, wanted) in forms() {
            assert!(!holds(&answer.body, &wanted), "{form} in answer {place}");
        }
    }
    assert!(check_files(house.data_dir()) >= 3);
    house.finish().await;
}
