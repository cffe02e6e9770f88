//! A host that was killed continues from its journal as if nothing had happened.

use iso8583::ISO87_ASCII;
use sandbox::journal::{Journal, summary};
use sandbox::{Config, Host, Place, StartError, State};

use crate::client::Client;
use crate::payment::Payment;
use crate::scratch::Scratch;

const VISA: &str = "4242424242424242";

fn config(scratch: &Scratch, sync: bool) -> Config {
    let journal = Place::File {
        path: scratch.file("journal"),
        sync,
    };
    Config {
        journal,
        ..Config::default()
    }
}

async fn start(config: &Config) -> (Host, Client) {
    let host = Host::start(config.clone()).await.unwrap();
    let client = Client::signed_on(&host, config).await;
    (host, client)
}

#[tokio::test]
async fn everything_is_known_after_a_restart() {
    let scratch = Scratch::new();
    for sync in [false, true] {
        let config = config(&scratch, sync);
        let (host, mut client) = start(&config).await;
        let purchase = Payment::purchase(VISA, 1250);
        let authorization = Payment::authorization(VISA, 900);
        let orphan = Payment::purchase(VISA, 700);
        let capture = authorization.capture(400);
        for payment in [&purchase, &authorization, &capture, &purchase.refund_of(50)] {
            assert_eq!(client.pay(payment).await.field(39), "00");
        }
        assert_eq!(client.pay(&orphan.reversal()).await.field(39), "25");
        let before = summary(&host.entries().unwrap());
        drop(host);
        client.expect_closed().await;

        let (host, mut client) = start(&config).await;
        assert_eq!(summary(&host.entries().unwrap()), before, "sync: {sync}");
        assert_eq!(client.pay(&purchase).await.field(39), "94");
        assert_eq!(client.pay(&orphan).await.field(39), "12");
        assert_eq!(client.pay(&capture.repeated()).await.field(39), "00");
        assert_eq!(
            client.pay(&authorization.capture(501)).await.field(39),
            "13"
        );
        assert_eq!(
            client.pay(&authorization.capture(500)).await.field(39),
            "00"
        );
        assert_eq!(client.pay(&purchase.reversal()).await.field(39), "00");
        host.stop().await;
        client.expect_closed().await;
    }
}

#[tokio::test]
async fn faults_in_progress_go_on_after_a_restart() {
    let scratch = Scratch::new();
    let config = config(&scratch, false);
    let (host, mut client) = start(&config).await;
    let payment = Payment::purchase("4000000000551509", 1250);
    client.send(&payment.bytes(&ISO87_ASCII)).await;
    client.expect_silence().await;
    let reversal = payment.reversal();
    client.send(&reversal.bytes(&ISO87_ASCII)).await;
    client.expect_silence().await;
    host.stop().await;

    let (_host, mut client) = start(&config).await;
    client.send(&reversal.repeated().bytes(&ISO87_ASCII)).await;
    client.expect_silence().await;
    assert_eq!(
        client.pay(&reversal.repeated()).await.field(39),
        "00",
        "the third sending"
    );
}

#[tokio::test]
async fn a_challenge_can_be_completed_after_a_restart() {
    let scratch = Scratch::new();
    let config = config(&scratch, false);
    let (host, mut client) = start(&config).await;
    let soft = client
        .pay(&Payment::purchase("4000002500003155", 1250))
        .await;
    let reference = soft.tag(71);
    host.stop().await;

    let (_host, mut client) = start(&config).await;
    let value = sandbox::authentication_value(&reference);
    let proven =
        Payment::purchase("4000002500003155", 1250).authenticated("05", &reference, &value);
    assert_eq!(client.pay(&proven).await.field(39), "00");
}

#[tokio::test]
async fn a_last_line_that_was_cut_off_is_forgotten() {
    let scratch = Scratch::new();
    let config = config(&scratch, false);
    let (host, mut client) = start(&config).await;
    let kept = Payment::purchase(VISA, 1);
    let torn = Payment::purchase(VISA, 2);
    client.pay(&kept).await;
    client.pay(&torn).await;
    host.stop().await;
    let path = scratch.file("journal");
    let text = std::fs::read(&path).unwrap();
    std::fs::write(&path, &text[..text.len() - 10]).unwrap();
    assert_eq!(summary(&Journal::read(&path).unwrap()).len(), 1);

    let (host, mut client) = start(&config).await;
    assert_eq!(client.pay(&kept).await.field(39), "94");
    assert_eq!(
        client.pay(&torn).await.field(39),
        "00",
        "as if it had never come"
    );
    let standings = summary(&Journal::read(&path).unwrap());
    assert_eq!(
        standings.len(),
        2,
        "the file goes on behind the last whole line"
    );
    assert!(
        standings
            .iter()
            .all(|standing| standing.state == State::Approved)
    );
    host.stop().await;
}

#[tokio::test]
async fn a_damaged_journal_is_refused() {
    let scratch = Scratch::new();
    let config = config(&scratch, false);
    let (host, mut client) = start(&config).await;
    client.pay(&Payment::purchase(VISA, 1)).await;
    host.stop().await;
    let path = scratch.file("journal");
    let text = std::fs::read_to_string(&path).unwrap();
    for damaged in [
        text.replace("effect=approved", "effect=maybe"),
        text.replace("amount_minor=1\t", "amount_minor=many\t"),
        text.replace("kind=", "kin="),
        text.replace('\t', " "),
    ] {
        std::fs::write(&path, &damaged).unwrap();
        let refused = Host::start(config.clone()).await.unwrap_err();
        assert!(matches!(refused, StartError::Journal(_)), "{refused}");
        assert!(refused.to_string().contains("is damaged"), "{refused}");
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            damaged,
            "left as it is"
        );
    }
}

#[tokio::test]
async fn an_address_that_is_taken_is_refused() {
    let (host, _client) = start(&Config::default()).await;
    let taken = Config {
        listen: host.address(),
        ..Config::default()
    };
    let refused = Host::start(taken).await.unwrap_err();
    assert!(matches!(refused, StartError::Listen(_, _)), "{refused}");
}

#[tokio::test]
async fn a_stopped_host_leaves_its_address() {
    let config = Config::default();
    let (host, mut client) = start(&config).await;
    let listen = host.address();
    host.stop().await;
    client.expect_closed().await;
    let (again, mut client) = start(&Config { listen, ..config }).await;
    assert_eq!(again.address(), listen);
    client.expect_silence().await;
}
