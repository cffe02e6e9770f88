//! Card data is put in by every door there is, and then looked for in everything the service
//! leaves behind: logs at their most talkative, database and its WAL, the acquirer's journal, every
//! byte of the data directory, and every answer.
//!
//! What a merchant writes into metadata or a description is theirs and kept as it is, so these are
//! no doors here; the documentation says what belongs into them.

mod doors;

use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use crate::binary::{Place, Process};
use crate::client::{Answer, Request};

/// A card that is approved, one that is real (refused in test mode), one with a wrong check digit.
const NUMBERS: &[&str] = &["4000056655665556", "4539148803436467", "4000056655665557"];
/// American Express, because four digits are seldom there by chance.
const CODE: &str = "7391";
const CODE_CARD: &str = "378282246310005";

/// Everything below which a number might be found again.
fn forms(number: &str) -> Vec<(String, Vec<u8>)> {
    let mut forms = vec![("clear".to_owned(), number.into())];
    for separator in [" ", "-", "+", "%20"] {
        let groups: Vec<&[u8]> = number.as_bytes().chunks(4).collect();
        forms.push(("grouped".to_owned(), groups.join(separator.as_bytes())));
    }
    // Digits are packed in pairs, a zero before an odd number of them.
    let mut digits: Vec<u8> = number.bytes().map(|byte| byte - b'0').collect();
    digits.splice(0..0, vec![0; digits.len() % 2]);
    let packed: Vec<u8> = digits.chunks(2).map(|two| two[0] << 4 | two[1]).collect();
    let hex: String = number.bytes().map(|byte| format!("{byte:02x}")).collect();
    forms.push(("packed".to_owned(), packed.clone()));
    forms.push(("hex".to_owned(), hex.clone().into_bytes()));
    forms.push(("hex, spaced".to_owned(), spaced(&hex).into_bytes()));
    // What a careless `{:?}` of bytes looks like: `[52, 48, …]`, and of packed digits.
    for bytes in [number.as_bytes(), &packed] {
        let list = format!("{bytes:?}");
        forms.push(("listed".to_owned(), list[1..list.len() - 1].into()));
    }
    for offset in 0..3 {
        for bytes in [number.as_bytes(), &packed] {
            forms.push((format!("base64 at {offset}"), base64_at(offset, bytes)));
        }
    }
    forms
}

fn spaced(hex: &str) -> String {
    let bytes: Vec<&str> = (0..hex.len())
        .step_by(2)
        .map(|at| &hex[at..at + 2])
        .collect();
    bytes.join(" ")
}

/// The letters of base64 that follow from `bytes` alone when as many bytes stand before them.
fn base64_at(offset: usize, bytes: &[u8]) -> Vec<u8> {
    let padded = [&vec![0; offset][..], bytes].concat();
    let text = BASE64_STANDARD.encode(&padded);
    let first = (offset * 8).div_ceil(6);
    let last = padded.len() * 8 / 6;
    text.as_bytes()[first..last].to_vec()
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// Whether the digits stand by themselves, or in field 48 of a message after their tag and length.
fn holds_code(bytes: &[u8]) -> bool {
    let tagged = [b"9204", CODE.as_bytes()].concat();
    let is_apart = |at: Option<&u8>| at.is_none_or(|byte| !byte.is_ascii_alphanumeric());
    holds(bytes, &tagged)
        || (0..bytes.len()).any(|at| {
            bytes[at..].starts_with(CODE.as_bytes())
                && is_apart(at.checked_sub(1).and_then(|before| bytes.get(before)))
                && is_apart(bytes.get(at + CODE.len()))
        })
}

fn search(what: &str, bytes: &[u8]) {
    for number in NUMBERS.iter().chain([&CODE_CARD]) {
        for (form, wanted) in forms(number) {
            assert!(!holds(bytes, &wanted), "{number}, {form}, is in {what}");
        }
    }
    assert!(!holds_code(bytes), "the security code is in {what}");
}

/// Searches every file below, and says which there were.
fn search_files(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            names.extend(search_files(&path));
            continue;
        }
        search(&path.display().to_string(), &std::fs::read(&path).unwrap());
        names.push(path.file_name().unwrap().to_str().unwrap().to_owned());
    }
    names
}

/// A merchant's program, and the answers it got.
struct Shop {
    service: Process,
    secret: String,
    answers: Vec<(String, Answer)>,
}

impl Shop {
    async fn send(&mut self, door: &str, request: Request) -> Value {
        let answer = request.send(self.service.address).await;
        let value = serde_json::from_slice(&answer.body).unwrap_or_default();
        self.answers.push((door.to_owned(), answer));
        value
    }

    async fn ask(&mut self, door: &str, request: Request) -> Value {
        let request = request.bearer(&self.secret);
        self.send(door, request).await
    }

    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Value {
        self.ask(path, Request::new("POST", path).form(fields))
            .await
    }
}

async fn put_in_and_search(format: &str) {
    let place = Place::new(&[
        ("ENCAISSE_LOG__FORMAT", format),
        ("ENCAISSE_LOG__LEVEL", "trace"),
    ]);
    let merchant = place.create_merchant("zoe@example.com");
    let mut shop = Shop {
        service: place.serve(),
        secret: merchant["secret_key"].as_str().unwrap().to_owned(),
        answers: Vec::new(),
    };
    for number in NUMBERS {
        doors::of_the_api(&mut shop, number).await;
        doors::of_the_page(&mut shop, number).await;
        doors::with_wrong_names(&mut shop, number).await;
        doors::that_are_no_doors(&mut shop, number).await;
    }
    doors::for_the_code(&mut shop, CODE_CARD, CODE).await;
    let events = shop
        .ask("events", Request::new("GET", "/v1/events?limit=100"))
        .await;
    assert!(events["data"].as_array().unwrap().len() > 10);

    for (door, answer) in &shop.answers {
        search(&format!("the answer at {door}"), &answer.all());
    }
    // Once beside the running service, once after it was killed: the WAL is still there then.
    search_files(place.folder());
    let log = shop.service.kill();
    search("the log", log.as_bytes());
    assert!(
        log.lines().count() > shop.answers.len(),
        "it was talkative: {log}"
    );
    let names = search_files(place.folder());
    for name in [
        "encaisse.db",
        "encaisse.db-wal",
        "sandbox.journal",
        "vault.key",
    ] {
        assert!(
            names.iter().any(|found| found == name),
            "{name} was not searched"
        );
    }
}

#[tokio::test]
async fn card_data_is_nowhere_with_a_log_for_people() {
    put_in_and_search("text").await;
}

#[tokio::test]
async fn card_data_is_nowhere_with_a_log_for_collectors() {
    put_in_and_search("json").await;
}

#[test]
fn the_search_finds_what_is_there() {
    let number = NUMBERS[0];
    let base64 = ["", "x", "xy"].map(|before| BASE64_STANDARD.encode(format!("{before}{number}z")));
    let texts = [
        format!("a {number} b"),
        format!("{:?}", number.as_bytes()),
        format!("{:02x?}", number.as_bytes()).replace(", ", " "),
    ];
    for text in texts.iter().chain(&base64) {
        let found = forms(number)
            .iter()
            .any(|(_, wanted)| holds(text.as_bytes(), wanted));
        assert!(found, "{text}");
    }
    assert!(holds(
        &[1, 0x40, 0, 5, 0x66, 0x55, 0x66, 0x55, 0x56],
        &forms(number)[5].1
    ));
    assert!(holds_code(b"cvc=7391&") && holds_code(b"92047391") && holds_code(b"7391"));
    assert!(!holds_code(b"17:00:00.739123Z") && !holds_code(b"pi_a7391b"));
}
