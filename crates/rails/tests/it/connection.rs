//! The life of a connection: sign-on, echo, the end, and the next one.

use domain::{NotSent, Outcome};
use rails::card::{Config, Status};
use tokio::join;

use crate::acquirer::Host;
use crate::opened::{Opened, config, is_approved, purchase, within};

#[tokio::test]
async fn a_connection_signs_on_before_it_takes_orders() {
    let host = Host::bind().await;
    let rail = Opened::new(config(&host));
    let mut peer = host.accept_silently().await;
    let asked = peer.receive().await;
    assert_eq!(asked.mti(), "0800");
    assert_eq!(asked.text(70), "001");
    assert_eq!(rail.rail.status().signed_on, 0);
    peer.answer(&asked, "00").await;
    within(rail.rail.signed_on()).await;
    let expect = Status {
        connections: 1,
        signed_on: 1,
        waiting: 0,
        stray_answers: 0,
    };
    assert_eq!(rail.rail.status(), expect);
}

#[tokio::test]
async fn a_refused_sign_on_is_tried_again_on_a_new_connection() {
    let host = Host::bind().await;
    let rail = Opened::new(config(&host));
    let mut peer = host.accept_silently().await;
    let asked = peer.receive().await;
    peer.answer(&asked, "05").await;
    assert!(peer.receive_or_end().await.is_none());
    let _peer = host.accept().await;
    rail.connected(1).await;
}

#[tokio::test]
async fn an_unanswered_sign_on_is_tried_again_on_a_new_connection() {
    let host = Host::bind().await;
    let rail = Opened::new(Config {
        answer_timeout_ms: 50,
        ..config(&host)
    });
    let mut peer = host.accept_silently().await;
    peer.receive().await;
    assert!(peer.receive_or_end().await.is_none());
    let _peer = host.accept().await;
    rail.connected(1).await;
}

#[tokio::test]
async fn a_cut_connection_comes_back_and_takes_orders() {
    let host = Host::bind().await;
    let rail = Opened::new(config(&host));
    for stan in 1..=3 {
        let mut peer = host.accept().await;
        rail.connected(1).await;
        let order = purchase(stan);
        let (outcome, ()) = join!(rail.send(&order), async {
            let asked = peer.receive().await;
            peer.answer(&asked, "00").await;
        });
        assert!(is_approved(&outcome));
        drop(peer);
        rail.connected(0).await;
    }
}

#[tokio::test]
async fn an_acquirer_that_is_away_makes_orders_not_sent() {
    let host = Host::bind().await;
    let config = config(&host);
    drop(host);
    let rail = Opened::new(config);
    let outcome = rail.send(&purchase(1)).await;
    assert_eq!(outcome, Outcome::NotSent(NotSent::NoConnection));
}

#[tokio::test]
async fn a_silent_connection_is_tested_by_an_echo() {
    let host = Host::bind().await;
    let rail = Opened::new(Config {
        echo_idle_ms: 20,
        ..config(&host)
    });
    let mut peer = host.accept().await;
    for _ in 0..3 {
        let asked = peer.receive().await;
        assert_eq!(
            (asked.mti().as_str(), asked.text(70).as_str()),
            ("0800", "301")
        );
        peer.answer(&asked, "00").await;
    }
    assert_eq!(rail.rail.status().signed_on, 1);
}

#[tokio::test]
async fn an_unanswered_echo_ends_the_connection() {
    let host = Host::bind().await;
    let short = Config {
        echo_idle_ms: 20,
        answer_timeout_ms: 50,
        ..config(&host)
    };
    let rail = Opened::new(short);
    let mut peer = host.accept().await;
    assert_eq!(peer.receive().await.text(70), "301");
    assert!(peer.receive_or_end().await.is_none());
    let _peer = host.accept().await;
    rail.connected(1).await;
}

#[tokio::test]
async fn a_connection_that_is_heard_of_needs_no_echo() {
    let host = Host::bind().await;
    let rail = Opened::new(Config {
        echo_idle_ms: 400,
        ..config(&host)
    });
    let mut peer = host.accept().await;
    rail.connected(1).await;
    for stan in 1..=50 {
        let order = purchase(stan);
        let (outcome, mti) = join!(rail.send(&order), async {
            let asked = peer.receive().await;
            peer.answer(&asked, "00").await;
            asked.mti()
        });
        assert!(is_approved(&outcome));
        assert_eq!(mti, "0200");
    }
}

#[tokio::test]
async fn the_other_sides_echo_is_answered() {
    let host = Host::bind().await;
    let _rail = Opened::new(config(&host));
    let mut peer = host.accept().await;
    peer.ask_for_an_echo().await;
    let answer = peer.receive().await;
    assert_eq!(answer.mti(), "0810");
    let fields = [7, 11, 39, 70].map(|field| answer.text(field));
    assert_eq!(fields, ["0301070809", "000099", "00", "301"]);
}

#[tokio::test]
async fn an_empty_message_is_a_sign_of_life() {
    let host = Host::bind().await;
    let rail = Opened::new(config(&host));
    let mut peer = host.accept().await;
    rail.connected(1).await;
    let order = purchase(1);
    let (outcome, ()) = join!(rail.send(&order), async {
        let asked = peer.receive().await;
        peer.send(b"").await;
        peer.answer(&asked, "00").await;
    });
    assert!(is_approved(&outcome));
}

#[tokio::test]
async fn as_many_connections_are_kept_as_were_asked_for() {
    let host = Host::bind().await;
    let rail = Opened::new(Config {
        connections: 3,
        ..config(&host)
    });
    let mut peers = Vec::new();
    for _ in 0..3 {
        peers.push(host.accept().await);
    }
    rail.connected(3).await;
    peers.pop();
    rail.connected(2).await;
    peers.push(host.accept().await);
    rail.connected(3).await;
}
