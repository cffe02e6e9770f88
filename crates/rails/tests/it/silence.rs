//! What is not answered: where money is lost if it is called by the wrong name.

use domain::{NotSent, Outcome};
use rails::card::Config;
use tokio::join;

use crate::acquirer::Host;
use crate::opened::{Opened, config, is_approved, purchase};

const NO_CONNECTION: Outcome = Outcome::NotSent(NotSent::NoConnection);

#[tokio::test]
async fn silence_is_unknown() {
    let host = Host::bind().await;
    let rail = Opened::new(Config {
        answer_timeout_ms: 50,
        ..config(&host)
    });
    let mut peer = host.accept().await;
    rail.connected(1).await;
    let order = purchase(1);
    let (outcome, _) = join!(rail.send(&order), peer.receive());
    assert_eq!(outcome, Outcome::Unknown);
    assert_eq!(rail.rail.status().waiting, 0);
}

#[tokio::test]
async fn a_late_answer_is_counted_and_given_to_nobody() {
    let host = Host::bind().await;
    let rail = Opened::new(Config {
        answer_timeout_ms: 200,
        ..config(&host)
    });
    let mut peer = host.accept().await;
    rail.connected(1).await;
    let (first, second) = (purchase(1), purchase(2));
    let (outcome, late) = join!(rail.send(&first), peer.receive());
    assert_eq!(outcome, Outcome::Unknown);
    let (outcome, ()) = join!(rail.send(&second), async {
        let asked = peer.receive().await;
        peer.answer(&late, "00").await;
        peer.answer(&asked, "05").await;
    });
    assert!(matches!(outcome, Outcome::Declined { .. }));
    assert_eq!(rail.rail.status().stray_answers, 1);
}

#[tokio::test]
async fn the_second_of_two_answers_is_counted_and_given_to_nobody() {
    let host = Host::bind().await;
    let rail = Opened::new(config(&host));
    let mut peer = host.accept().await;
    rail.connected(1).await;
    let (first, second) = (purchase(1), purchase(2));
    let (outcome, asked) = join!(rail.send(&first), async {
        let asked = peer.receive().await;
        peer.answer(&asked, "00").await;
        peer.answer(&asked, "05").await;
        asked
    });
    assert!(is_approved(&outcome));
    let (outcome, ()) = join!(rail.send(&second), async {
        let second = peer.receive().await;
        peer.answer(&asked, "05").await;
        peer.answer(&second, "00").await;
    });
    assert!(is_approved(&outcome));
    assert_eq!(rail.rail.status().stray_answers, 2);
}

#[tokio::test]
async fn a_connection_cut_before_the_answer_is_unknown_at_once() {
    let host = Host::bind().await;
    let rail = Opened::new(config(&host));
    let mut peer = host.accept().await;
    rail.connected(1).await;
    let order = purchase(1);
    let (outcome, ()) = join!(rail.send(&order), async {
        peer.receive().await;
        drop(peer);
    });
    assert_eq!(outcome, Outcome::Unknown);
}

#[tokio::test]
async fn an_answer_cut_in_the_middle_is_unknown_at_once() {
    for cut in [1, 2, 10] {
        let host = Host::bind().await;
        let rail = Opened::new(config(&host));
        let mut peer = host.accept().await;
        rail.connected(1).await;
        let order = purchase(1);
        let (outcome, ()) = join!(rail.send(&order), async {
            let asked = peer.receive().await;
            let answer = peer.framed(&asked.answer("00", |_| ()));
            let (part, _) = answer.split_at(cut);
            peer.send_raw(part).await;
            drop(peer);
        });
        assert_eq!(outcome, Outcome::Unknown, "{cut}");
    }
}

#[tokio::test]
async fn garbage_ends_the_connection_and_everything_that_waits_on_it() {
    for garbage in [
        &b"\xff\xff"[..],
        b"\x00\x04junk",
        b"\x00\x100210ZZZZZZZZZZZZ",
    ] {
        let host = Host::bind().await;
        let rail = Opened::new(config(&host));
        let mut peer = host.accept().await;
        rail.connected(1).await;
        let (first, second, third) = (purchase(1), purchase(2), purchase(3));
        let (one, two, ()) = join!(rail.send(&first), rail.send(&second), async {
            peer.receive().await;
            peer.receive().await;
            peer.send_raw(garbage).await;
            assert!(peer.receive_or_end().await.is_none());
        });
        assert_eq!((one, two), (Outcome::Unknown, Outcome::Unknown));
        let mut peer = host.accept().await;
        rail.connected(1).await;
        let (outcome, ()) = join!(rail.send(&third), async {
            let asked = peer.receive().await;
            peer.answer(&asked, "00").await;
        });
        assert!(is_approved(&outcome));
    }
}

#[tokio::test]
async fn an_order_after_the_cut_is_not_sent() {
    let host = Host::bind().await;
    let rail = Opened::new(config(&host));
    let peer = host.accept().await;
    rail.connected(1).await;
    drop(peer);
    rail.connected(0).await;
    assert_eq!(rail.send(&purchase(1)).await, NO_CONNECTION);
}

#[tokio::test]
async fn an_order_before_the_first_sign_on_is_not_sent() {
    let host = Host::bind().await;
    let rail = Opened::new(config(&host));
    let mut peer = host.accept_silently().await;
    let sign_on = peer.receive().await;
    assert_eq!(rail.send(&purchase(1)).await, NO_CONNECTION);
    peer.answer(&sign_on, "00").await;
    rail.connected(1).await;
    let order = purchase(2);
    let (_, stan) = join!(rail.send(&order), async {
        let asked = peer.receive().await;
        peer.answer(&asked, "00").await;
        asked.text(11)
    });
    assert_eq!(stan, "000002");
}

#[tokio::test]
async fn beyond_the_limit_an_order_is_not_sent() {
    let host = Host::bind().await;
    let rail = Opened::new(Config {
        waiting_max: 2,
        ..config(&host)
    });
    let mut peer = host.accept().await;
    rail.connected(1).await;
    let (first, second, third) = (purchase(1), purchase(2), purchase(3));
    let (one, two, three) = join!(rail.send(&first), rail.send(&second), async {
        let asked = [peer.receive().await, peer.receive().await];
        let three = rail.send(&third).await;
        for asked in &asked {
            peer.answer(asked, "00").await;
        }
        three
    });
    assert!(is_approved(&one) && is_approved(&two));
    assert_eq!(three, Outcome::NotSent(NotSent::Busy));
}

#[tokio::test]
async fn a_cut_connection_leaves_the_orders_of_the_other_alone() {
    let host = Host::bind().await;
    let rail = Opened::new(Config {
        connections: 2,
        ..config(&host)
    });
    let mut peers = [host.accept().await, host.accept().await];
    rail.connected(2).await;
    let (first, second) = (purchase(1), purchase(2));
    let (one, two, _right) = join!(rail.send(&first), rail.send(&second), async {
        let [left, right] = &mut peers;
        let (_, asked) = join!(left.receive(), right.receive());
        let [left, mut right] = peers;
        drop(left);
        rail.waiting(1).await;
        right.answer(&asked, "00").await;
        right
    });
    let outcomes = [one, two];
    assert_eq!(
        outcomes
            .iter()
            .filter(|outcome| is_approved(outcome))
            .count(),
        1
    );
    assert!(outcomes.contains(&Outcome::Unknown));
}
