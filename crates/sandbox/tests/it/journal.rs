//! The journal: what a line says, and what it must never hold.

use iso8583::{Dialect, ISO87_ASCII, ISO87_BINARY, ISO93_ASCII};
use sandbox::journal::{Effect, Journal};
use sandbox::{Answer, CARDS, Config, Fault, Host, Kind, Place, Timings};

use crate::client::Client;
use crate::payment::Payment;
use crate::scratch::Scratch;

static DIALECTS: [&Dialect; 3] = [&ISO87_ASCII, &ISO87_BINARY, &ISO93_ASCII];
const CODE: &str = "8264";

/// Pays with every test card and an unknown one, whatever happens to the connection.
async fn use_every_card(config: &Config) {
    let host = Host::start(config.clone()).await.unwrap();
    let numbers = CARDS
        .iter()
        .map(|card| card.number)
        .chain(["4111111111111111"]);
    for number in numbers {
        for payment in [
            Payment::purchase(number, 1),
            Payment::authorization(number, 1),
        ] {
            let payment = payment.with_code(CODE);
            let mut client = Client::signed_on(&host, config).await;
            client.send(&payment.bytes(config.dialect)).await;
            client.send(&payment.reversal().bytes(config.dialect)).await;
            // Some of them close the connection; otherwise at least the echo is answered.
            client.send_echo().await;
            client.receive().await;
        }
        let mut client = Client::signed_on(&host, config).await;
        client
            .send(&Payment::refund(number, 1).bytes(config.dialect))
            .await;
        client.network("301", "831").await;
    }
    host.stop().await;
}

/// Every form in which a number could stand in a file.
fn forms(number: &str) -> Vec<Vec<u8>> {
    let hex: String = number.bytes().map(|byte| format!("{byte:02x}")).collect();
    let even = if number.len() % 2 == 1 {
        format!("0{number}")
    } else {
        number.to_owned()
    };
    let digits: Vec<u8> = even.bytes().map(|byte| byte - b'0').collect();
    let packed = digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect();
    let separated = number.as_bytes().chunks(4).collect::<Vec<_>>().join(&b' ');
    vec![
        number.as_bytes().to_vec(),
        hex.to_uppercase().into_bytes(),
        hex.into_bytes(),
        packed,
        separated,
    ]
}

#[tokio::test]
async fn no_card_number_and_no_security_code_is_ever_written() {
    for dialect in DIALECTS {
        let scratch = Scratch::new();
        let path = scratch.file("journal");
        let journal = Place::File {
            path: path.clone(),
            sync: false,
        };
        let timings = Timings {
            slow_ms: 0,
            late_ms: 0,
        };
        let config = Config {
            journal,
            dialect,
            timings,
            ..Config::default()
        };
        use_every_card(&config).await;
        let text = std::fs::read(&path).unwrap();
        assert!(text.len() > 10_000, "the journal was written");
        let numbers = CARDS
            .iter()
            .map(|card| card.number)
            .chain(["4111111111111111"]);
        for number in numbers {
            for form in forms(number) {
                let found = text.windows(form.len()).any(|window| window == form);
                assert!(!found, "{}: a card number is in the journal", dialect.name);
            }
        }
        let pairs = text.split(|byte| matches!(byte, b'\t' | b'\n'));
        for pair in pairs {
            assert!(
                !pair.ends_with(CODE.as_bytes()),
                "a security code is in the journal"
            );
        }
    }
}

#[tokio::test]
async fn a_line_says_what_came_and_what_became_of_it() {
    let scratch = Scratch::new();
    let path = scratch.file("journal");
    let journal = Place::File {
        path: path.clone(),
        sync: false,
    };
    let config = Config {
        journal,
        ..Config::default()
    };
    let host = Host::start(config.clone()).await.unwrap();
    let mut client = Client::signed_on(&host, &config).await;
    let payment = Payment {
        stan: 42,
        rrn: "532612000042".to_owned(),
        ..Payment::authorization("4242424242424242", 1250)
    };
    client.pay(&payment).await;
    client
        .pay(&Payment {
            stan: 43,
            ..payment.capture(1000)
        })
        .await;

    let text = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3, "sign-on, authorisation, capture");
    assert_eq!(
        lines[1].split('\t').collect::<Vec<_>>(),
        [
            "kind=authorization",
            "mti=0100",
            "terminal=TERM0001",
            "transmitted=1122123456",
            "stan=42",
            "merchant=MERCHANT0000001",
            "rrn=532612000042",
            "pan=424242******4242",
            "card=visa",
            "amount_minor=1250",
            "currency=978",
            "effect=approved",
            "answer=approved",
        ]
    );
    assert!(lines[2].contains("\toriginal_transmitted=1122123456\toriginal_stan=42\t"));
    assert!(lines[2].ends_with("effect=captured\tanswer=approved"));
}

#[tokio::test]
async fn every_message_is_written_before_it_is_answered() {
    let scratch = Scratch::new();
    let path = scratch.file("journal");
    let journal = Place::File {
        path: path.clone(),
        sync: false,
    };
    let config = Config {
        journal,
        ..Config::default()
    };
    let host = Host::start(config.clone()).await.unwrap();
    let mut client = Client::signed_on(&host, &config).await;
    for sent in 1..=20 {
        client.pay(&Payment::purchase("4242424242424242", 1)).await;
        assert_eq!(Journal::read(&path).unwrap().len(), sent + 1);
    }
}

#[tokio::test]
async fn entries_read_back_as_they_were() {
    let scratch = Scratch::new();
    let timings = Timings {
        slow_ms: 0,
        late_ms: 0,
    };
    let in_file = Config {
        journal: Place::File {
            path: scratch.file("journal"),
            sync: false,
        },
        timings,
        ..Config::default()
    };
    let host = Host::start(in_file.clone()).await.unwrap();
    let mut client = Client::signed_on(&host, &in_file).await;
    let soft = Payment::purchase("4000002500003155", 9);
    let late = Payment::purchase("4000000000550204", 1250);
    let reply = client.pay(&soft).await;
    client.pay(&late).await;
    client.pay(&late.reversal()).await;
    let entries = host.entries().unwrap();
    let [sign_on, challenged, silent, reversed] = &entries[..] else {
        panic!("{entries:?}")
    };
    assert_eq!(sign_on.kind, Kind::SignOn);
    assert_eq!(
        (sign_on.effect, sign_on.pan.as_str()),
        (Effect::Network, "")
    );
    assert_eq!(
        challenged.challenge.as_deref(),
        Some(reply.tag(71).as_str())
    );
    assert_eq!(challenged.answer, Some(Answer::AuthenticationRequired));
    assert_eq!(challenged.pan, "400000******3155");
    assert_eq!(silent.fault, Some(Fault::Late));
    assert_eq!(silent.card, "late_answer");
    assert_eq!(reversed.original, Some(silent.key));
    assert_eq!(reversed.effect, Effect::Reversed);
    assert_eq!(reversed.mti.to_string(), "0420");
}

#[test]
fn a_journal_that_is_not_there_is_an_error() {
    let scratch = Scratch::new();
    assert!(Journal::read(&scratch.file("nothing")).is_err());
}
