//! What each test card gets for an answer, in every dialect.

use iso8583::{Dialect, ISO87_ASCII, ISO87_BINARY, ISO93_ASCII};
use sandbox::{Config, Framing, Host, authentication_value};

use crate::client::{Client, Reply};
use crate::payment::Payment;

async fn host(dialect: &'static Dialect) -> (Host, Client) {
    started(Config {
        dialect,
        ..Config::default()
    })
    .await
}

async fn started(config: Config) -> (Host, Client) {
    let host = Host::start(config.clone()).await.unwrap();
    let client = Client::signed_on(&host, &config).await;
    (host, client)
}

impl Client {
    pub(crate) async fn pay(&mut self, payment: &Payment) -> Reply {
        let bytes = payment.bytes(self.dialect);
        self.ask(&bytes).await
    }
}

#[track_caller]
fn check(reply: &Reply, verdict: &str, code_result: &str) {
    assert_eq!(reply.verdict(), verdict);
    assert_eq!(reply.tag(44), code_result, "{verdict}");
}

/// Number, code of 1987, action code of 1993, result of the security code check.
const WELL_KNOWN: [(&str, &str, &str, &str); 11] = [
    ("4242424242424242", "00", "000", "M"),
    ("4000056655665556", "00", "000", "M"),
    ("5555555555554444", "00", "000", "M"),
    ("378282246310005", "00", "000", "M"),
    ("4000000000000002", "05", "100", "M"),
    ("4000000000009995", "51", "116", "M"),
    ("4000000000009987", "41", "208", "M"),
    ("4000000000009979", "43", "209", "M"),
    ("4000000000000069", "54", "101", "M"),
    ("4000000000000127", "82", "122", "N"),
    ("4000000000000119", "96", "909", "P"),
];

#[tokio::test]
async fn well_known_cards_are_answered_as_integrators_expect() {
    for dialect in [&ISO87_ASCII, &ISO87_BINARY, &ISO93_ASCII] {
        let (_host, mut client) = host(dialect).await;
        let of_1993 = dialect.name == ISO93_ASCII.name;
        for (card, code_1987, code_1993, result) in WELL_KNOWN {
            let (purchase, authorization, code) = if of_1993 {
                ("1210", "1110", code_1993)
            } else {
                ("0210", "0110", code_1987)
            };
            let reply = client
                .pay(&Payment::purchase(card, 1250).with_code("737"))
                .await;
            check(&reply, &format!("{purchase} {code}"), result);
            let reply = client
                .pay(&Payment::authorization(card, 1250).with_code("737"))
                .await;
            check(&reply, &format!("{authorization} {code}"), result);
        }
    }
}

#[tokio::test]
async fn an_answer_echoes_the_question_but_not_the_card() {
    let (_host, mut client) = host(&ISO87_ASCII).await;
    let payment = Payment::purchase("4242424242424242", 1250);
    let reply = client.pay(&payment).await;
    assert_eq!(reply.field(2), "", "no card number comes back");
    assert_eq!(reply.field(3), "000000");
    assert_eq!(reply.field(4), "000000001250");
    assert_eq!(reply.field(7), payment.time);
    assert_eq!(reply.field(11), format!("{:06}", payment.stan));
    assert_eq!(reply.field(37), payment.rrn);
    assert_eq!(reply.field(38).len(), 6, "an approval code");
    assert_eq!(reply.field(41), "TERM0001");
    assert_eq!(reply.field(42), "MERCHANT0000001");
    assert_eq!(reply.field(49), "978");
    let declined = client
        .pay(&Payment::purchase("4000000000000002", 1250))
        .await;
    assert_eq!(declined.field(38), "", "a decline has no approval code");
}

#[tokio::test]
async fn without_a_security_code_the_check_is_unavailable() {
    let (_host, mut client) = host(&ISO87_ASCII).await;
    let reply = client
        .pay(&Payment::purchase("4242424242424242", 1250))
        .await;
    check(&reply, "0210 00", "U");
    let reply = client
        .pay(&Payment::purchase("4000000000000127", 1250))
        .await;
    check(&reply, "0210 00", "U");
}

#[tokio::test]
async fn other_numbers_are_invalid_cards() {
    let (_host, mut client) = host(&ISO87_ASCII).await;
    for number in ["4111111111111111", "4242424242424241", "6011111111111117"] {
        check(
            &client.pay(&Payment::purchase(number, 1250)).await,
            "0210 14",
            "P",
        );
    }
    let refund = client.pay(&Payment::refund("4111111111111111", 1250)).await;
    assert_eq!(refund.verdict(), "0210 14");
}

#[tokio::test]
async fn a_host_that_takes_any_card_approves_other_numbers_and_shows_none() {
    let config = Config {
        takes_any_card: true,
        ..Config::default()
    };
    let (host, mut client) = started(config).await;
    let number = "4111111111111111";
    let paid = client.pay(&Payment::purchase(number, 1250)).await;
    check(&paid, "0210 00", "U");
    let refunded = client.pay(&Payment::refund(number, 1250)).await;
    assert_eq!(refunded.verdict(), "0210 00");
    let declined = Payment::purchase("4000000000000002", 1250);
    check(&client.pay(&declined).await, "0210 05", "U");
    let entries = host.entries().unwrap();
    let cards: Vec<_> = entries
        .iter()
        .map(|entry| (&*entry.card, &*entry.pan))
        .collect();
    let other = ("other", "411111******1111");
    // The first message is the sign-on, without a card.
    assert_eq!(
        cards,
        [("", ""), other, other, ("declined", "400000******0002")]
    );
}

#[tokio::test]
async fn a_challenge_is_asked_for_once_and_then_approved() {
    let (_host, mut client) = host(&ISO87_ASCII).await;
    let card = "4000002500003155";
    let soft = client
        .pay(&Payment::purchase(card, 1250).with_code("737"))
        .await;
    check(&soft, "0210 65", "M");
    let reference = soft.tag(71);
    assert!(!reference.is_empty());

    let value = authentication_value(&reference);
    let proven = Payment::purchase(card, 1250).authenticated("05", &reference, &value);
    let reply = client.pay(&proven).await;
    assert_eq!(reply.verdict(), "0210 00");
    assert_eq!(reply.tag(71), "", "no further challenge");
}

#[tokio::test]
async fn a_challenge_that_was_not_completed_is_asked_for_again() {
    let (_host, mut client) = host(&ISO93_ASCII).await;
    let card = "4000002500003155";
    let first = client.pay(&Payment::authorization(card, 1250)).await;
    assert_eq!(first.verdict(), "1110 123");
    let reference = first.tag(71);
    let value = authentication_value(&reference);
    let made_up = authentication_value("ch0000000000000000");
    let attempts = [
        Payment::authorization(card, 1250).authenticated("06", &reference, &value),
        Payment::authorization(card, 1250).authenticated("05", &reference, "0000000000000000"),
        Payment::authorization(card, 1250).authenticated("05", "ch0000000000000000", &made_up),
    ];
    for attempt in attempts {
        let again = client.pay(&attempt).await;
        assert_eq!(again.verdict(), "1110 123");
        assert_ne!(again.tag(71), reference, "a challenge of its own");
    }
}

#[tokio::test]
async fn half_of_the_amount_may_be_approved() {
    let (host, mut client) = host(&ISO87_ASCII).await;
    let reply = client
        .pay(&Payment::purchase("4000000000551004", 1251))
        .await;
    assert_eq!(reply.verdict(), "0210 10");
    assert_eq!(reply.field(4), "000000000626");
    assert_eq!(reply.field(38).len(), 6);
    let standings = sandbox::journal::summary(&host.entries().unwrap());
    assert_eq!(standings[0].captured_minor, 626);
}

#[tokio::test]
async fn unknown_messages_are_answered_as_such() {
    let (_host, mut client) = host(&ISO87_ASCII).await;
    let cash = Payment {
        processing: "010000",
        ..Payment::purchase("4242424242424242", 1250)
    };
    assert_eq!(client.pay(&cash).await.verdict(), "0210 40");
    let check = Payment {
        processing: "300000",
        ..Payment::authorization("4242424242424242", 0)
    };
    assert_eq!(client.pay(&check).await.verdict(), "0110 40");
}

#[tokio::test]
async fn a_message_that_lacks_a_field_is_a_format_error() {
    let (host, mut client) = host(&ISO87_ASCII).await;
    let headless = Payment {
        card: None,
        ..Payment::purchase("4242424242424242", 1250)
    };
    assert_eq!(client.pay(&headless).await.verdict(), "0210 30");
    let complete = Payment {
        card: Some("4242424242424242"),
        ..headless
    };
    assert_eq!(
        client.pay(&complete).await.verdict(),
        "0210 00",
        "its identity is not used up"
    );
    let aimless = Payment {
        original: None,
        ..complete.reversal()
    };
    assert_eq!(client.pay(&aimless).await.verdict(), "0430 30");
    assert_eq!(sandbox::journal::summary(&host.entries().unwrap()).len(), 1);
}

#[tokio::test]
async fn both_framings_carry_every_dialect() {
    for framing in [Framing::Binary2, Framing::Ascii4] {
        for dialect in [&ISO87_ASCII, &ISO87_BINARY, &ISO93_ASCII] {
            let config = Config {
                framing,
                dialect,
                ..Config::default()
            };
            let host = Host::start(config.clone()).await.unwrap();
            let mut client = Client::signed_on(&host, &config).await;
            let reply = client
                .pay(&Payment::purchase("378282246310005", 1250))
                .await;
            assert!(
                matches!(reply.verdict().as_str(), "0210 00" | "1210 000"),
                "{reply:?}"
            );
            host.stop().await;
        }
    }
}
