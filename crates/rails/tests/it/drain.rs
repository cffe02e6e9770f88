//! Closing a link: what is under way ends, then goodbye.

use domain::{NotSent, Outcome};
use rails::card::Config;
use tokio::join;

use crate::acquirer::Host;
use crate::opened::{Opened, config, is_approved, purchase};

#[tokio::test]
async fn an_idle_link_signs_off_and_ends() {
    let host = Host::bind().await;
    let mut rail = Opened::new(Config {
        connections: 2,
        ..config(&host)
    });
    let mut peers = [host.accept().await, host.accept().await];
    rail.connected(2).await;
    rail.rail.close();
    for peer in &mut peers {
        let asked = peer.receive().await;
        assert_eq!(
            (asked.mti().as_str(), asked.text(70).as_str()),
            ("0800", "002")
        );
        peer.answer(&asked, "00").await;
        assert!(peer.receive_or_end().await.is_none());
    }
    rail.ended().await;
    assert_eq!(rail.rail.status().signed_on, 0);
}

#[tokio::test]
async fn what_is_under_way_ends_before_the_goodbye() {
    let host = Host::bind().await;
    let mut rail = Opened::new(config(&host));
    let mut peer = host.accept().await;
    rail.connected(1).await;
    let (first, second) = (purchase(1), purchase(2));
    let (outcome, ()) = join!(rail.send(&first), async {
        let asked = peer.receive().await;
        rail.rail.close();
        assert_eq!(
            rail.send(&second).await,
            Outcome::NotSent(NotSent::NoConnection)
        );
        peer.answer(&asked, "00").await;
        assert_eq!(peer.receive().await.text(70), "002");
        drop(peer);
    });
    assert!(is_approved(&outcome));
    rail.ended().await;
}

#[tokio::test]
async fn silence_does_not_keep_a_link_open() {
    let host = Host::bind().await;
    let mut rail = Opened::new(Config {
        answer_timeout_ms: 100,
        ..config(&host)
    });
    let mut peer = host.accept().await;
    rail.connected(1).await;
    let order = purchase(1);
    let (outcome, ()) = join!(rail.send(&order), async {
        peer.receive().await;
        rail.rail.close();
    });
    assert_eq!(outcome, Outcome::Unknown);
    rail.ended().await;
    assert_eq!(peer.receive().await.text(70), "002");
}

#[tokio::test]
async fn a_link_that_never_connected_ends_at_once() {
    let host = Host::bind().await;
    let config = config(&host);
    drop(host);
    let mut rail = Opened::new(config);
    rail.rail.close();
    rail.ended().await;
}

#[tokio::test]
async fn a_link_closed_during_its_sign_on_signs_off_after_it() {
    let host = Host::bind().await;
    let mut rail = Opened::new(config(&host));
    let mut peer = host.accept_silently().await;
    let asked = peer.receive().await;
    rail.rail.close();
    peer.answer(&asked, "00").await;
    let asked = peer.receive().await;
    assert_eq!(asked.text(70), "002");
    peer.answer(&asked, "00").await;
    rail.ended().await;
}

#[tokio::test]
async fn a_connection_lost_while_closing_is_not_opened_again() {
    let host = Host::bind().await;
    let mut rail = Opened::new(config(&host));
    let mut peer = host.accept().await;
    rail.connected(1).await;
    let order = purchase(1);
    let (outcome, ()) = join!(rail.send(&order), async {
        peer.receive().await;
        rail.rail.close();
        drop(peer);
    });
    assert_eq!(outcome, Outcome::Unknown);
    rail.ended().await;
}

#[tokio::test]
async fn a_link_that_is_dropped_leaves_nobody_waiting() {
    let host = Host::bind().await;
    let mut rail = Opened::new(config(&host));
    let mut peer = host.accept().await;
    rail.connected(1).await;
    let order = purchase(1);
    let sender = rail.rail.clone();
    let card = crate::opened::card();
    let (outcome, ()) = join!(rails::Rail::send(&sender, &order, Some(&card)), async {
        peer.receive().await;
        rail.link.abort_all();
    });
    assert_eq!(outcome, Outcome::Unknown);
    assert_eq!(
        rail.send(&purchase(2)).await,
        Outcome::NotSent(NotSent::NoConnection)
    );
}
