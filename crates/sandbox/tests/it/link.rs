//! The connection itself: sign-on, echo, garbage, limits, several at a time.

use iso8583::{ISO87_ASCII, ISO93_ASCII};
use sandbox::{Config, Framing, Host};

use crate::client::{Client, frame};
use crate::payment::Payment;

const VISA: &str = "4242424242424242";

async fn start(config: &Config) -> Host {
    Host::start(config.clone()).await.unwrap()
}

#[tokio::test]
async fn nothing_is_booked_before_the_sign_on() {
    let config = Config::default();
    let host = start(&config).await;
    let mut client = Client::dial(&host, &config).await;
    let payment = Payment::purchase(VISA, 1250);
    assert_eq!(client.pay(&payment).await.verdict(), "0210 91");
    assert_eq!(client.pay(&payment.reversal()).await.verdict(), "0430 91");
    assert_eq!(
        client.network("301", "831").await.verdict(),
        "0810 00",
        "an echo is welcome"
    );
    assert_eq!(
        client.pay(&payment).await.verdict(),
        "0210 91",
        "and signs nobody on"
    );
    assert_eq!(client.network("001", "801").await.verdict(), "0810 00");
    assert_eq!(
        client.pay(&payment).await.verdict(),
        "0210 00",
        "its identity is not used up"
    );
}

#[tokio::test]
async fn a_sign_on_is_for_its_connection_and_ends_with_the_sign_off() {
    let config = Config {
        dialect: &ISO93_ASCII,
        ..Config::default()
    };
    let host = start(&config).await;
    let mut one = Client::signed_on(&host, &config).await;
    let mut other = Client::dial(&host, &config).await;
    assert_eq!(
        one.pay(&Payment::purchase(VISA, 1)).await.verdict(),
        "1210 000"
    );
    assert_eq!(
        other.pay(&Payment::purchase(VISA, 1)).await.verdict(),
        "1210 910"
    );
    assert_eq!(one.network("002", "802").await.verdict(), "1814 800");
    assert_eq!(
        one.pay(&Payment::purchase(VISA, 1)).await.verdict(),
        "1210 910"
    );
    assert_eq!(one.network("001", "801").await.verdict(), "1814 800");
    assert_eq!(
        one.pay(&Payment::purchase(VISA, 1)).await.verdict(),
        "1210 000"
    );
}

#[tokio::test]
async fn network_answers_repeat_the_code() {
    let config = Config::default();
    let host = start(&config).await;
    let mut client = Client::dial(&host, &config).await;
    let reply = client.network("301", "").await;
    assert_eq!(reply.field(70), "301");
    assert_eq!(reply.field(11), "900001");
    let unknown = client.network("888", "").await;
    assert_eq!(
        unknown.verdict(),
        "0810 91",
        "not a network message that we know"
    );
}

#[tokio::test]
async fn garbage_closes_its_connection_and_no_other() {
    let config = Config::default();
    let host = start(&config).await;
    let mut witness = Client::signed_on(&host, &config).await;
    let garbage: [&[u8]; 5] = [
        b"GET / HTTP/1.1\r\n\r\n",
        &frame(Framing::Binary2, b"not a message"),
        &frame(Framing::Binary2, b"1200\x00\x00\x00\x00\x00\x00\x00\x00"),
        &[0xFF; 64],
        &frame(
            Framing::Binary2,
            &Payment::purchase(VISA, 1).bytes(&ISO87_ASCII)[..60],
        ),
    ];
    for bytes in garbage {
        let mut client = Client::dial(&host, &config).await;
        client.send_raw(bytes).await;
        client.expect_closed().await;
        witness.expect_silence().await;
    }
}

#[tokio::test]
async fn what_came_before_the_garbage_is_answered() {
    let config = Config {
        framing: Framing::Ascii4,
        ..Config::default()
    };
    let host = start(&config).await;
    let mut client = Client::signed_on(&host, &config).await;
    let payment = Payment::purchase(VISA, 1250).bytes(&ISO87_ASCII);
    let both = [frame(Framing::Ascii4, &payment), b"xxxxgarbage".to_vec()].concat();
    client.send_raw(&both).await;
    assert_eq!(client.receive().await.unwrap().verdict(), "0210 00");
    client.expect_closed().await;
}

#[tokio::test]
async fn a_message_that_is_too_long_closes_its_connection() {
    let config = Config {
        message_bytes_max: 64,
        ..Config::default()
    };
    let host = start(&config).await;
    let mut client = Client::signed_on(&host, &config).await;
    client.send(&[b'0'; 65]).await;
    client.expect_closed().await;
}

#[tokio::test]
async fn messages_may_arrive_in_pieces_or_together() {
    let config = Config::default();
    let host = start(&config).await;
    let mut client = Client::signed_on(&host, &config).await;
    let payments: Vec<Payment> = (0..5).map(|_| Payment::purchase(VISA, 1)).collect();
    let together: Vec<u8> = payments
        .iter()
        .flat_map(|payment| frame(Framing::Binary2, &payment.bytes(&ISO87_ASCII)))
        .collect();
    client.send_raw(&together).await;
    for payment in &payments {
        let reply = client.receive().await.unwrap();
        assert_eq!(
            reply.field(11),
            format!("{:06}", payment.stan),
            "answered in order"
        );
    }
    let pieces = frame(
        Framing::Binary2,
        &Payment::purchase(VISA, 1).bytes(&ISO87_ASCII),
    );
    for piece in pieces.chunks(7) {
        client.send_raw(piece).await;
        tokio::task::yield_now().await;
    }
    assert_eq!(client.receive().await.unwrap().verdict(), "0210 00");
}

#[tokio::test]
async fn an_empty_message_keeps_the_connection_alive() {
    let config = Config::default();
    let host = start(&config).await;
    let mut client = Client::signed_on(&host, &config).await;
    client.send(b"").await;
    client.send(b"").await;
    client.expect_silence().await;
}

#[tokio::test]
async fn connections_share_what_the_host_knows() {
    let config = Config::default();
    let host = start(&config).await;
    let mut one = Client::signed_on(&host, &config).await;
    let mut other = Client::signed_on(&host, &config).await;
    let payment = Payment::purchase(VISA, 1250);
    assert_eq!(one.pay(&payment).await.verdict(), "0210 00");
    assert_eq!(other.pay(&payment).await.verdict(), "0210 94");
    assert_eq!(other.pay(&payment.reversal()).await.verdict(), "0430 00");
}

#[tokio::test]
async fn connections_beyond_the_limit_are_closed() {
    let config = Config {
        connections_max: 1,
        ..Config::default()
    };
    let host = start(&config).await;
    let mut first = Client::signed_on(&host, &config).await;
    let mut second = Client::dial(&host, &config).await;
    second.expect_closed().await;
    first.expect_silence().await;
}

#[tokio::test]
async fn all_connections_can_be_hung_up_at_once() {
    let config = Config::default();
    let host = start(&config).await;
    let mut one = Client::signed_on(&host, &config).await;
    let mut other = Client::signed_on(&host, &config).await;
    host.hang_up();
    one.expect_closed().await;
    other.expect_closed().await;
    let mut again = Client::signed_on(&host, &config).await;
    again.expect_silence().await;
}

#[tokio::test]
async fn many_connections_pay_at_the_same_time() {
    let config = Config::default();
    let host = start(&config).await;
    let mut clients = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let mut client = Client::signed_on(&host, &config).await;
        clients.spawn(async move {
            for _ in 0..50 {
                let payment = Payment::purchase(VISA, 10);
                assert_eq!(client.pay(&payment).await.verdict(), "0210 00");
            }
        });
    }
    while let Some(ended) = clients.join_next().await {
        ended.unwrap();
    }
    let standings = sandbox::journal::summary(&host.entries().unwrap());
    assert_eq!(
        standings
            .iter()
            .map(|standing| standing.captured_minor)
            .sum::<u64>(),
        4_000
    );
}
