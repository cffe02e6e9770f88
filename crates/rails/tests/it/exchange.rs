//! An order goes out, its answer comes back and no other does.

use domain::{Approval, CvcCheck, DeclineReason, NotSent, Order, OrderKind, Outcome};
use iso8583::{ISO87_ASCII, ISO87_BINARY, ISO93_ASCII, Mti};
use rails::Rail;
use rails::card::{Config, Dialect, Framing};
use tokio::join;
use tokio::task::JoinSet;

use crate::acquirer::Host;
use crate::opened::{Opened, card, config, is_approved, is_declined, purchase, reversal, within};

#[tokio::test]
async fn an_approval_arrives_with_its_code() {
    let host = Host::bind().await;
    let rail = Opened::new(config(&host));
    let mut peer = host.accept().await;
    rail.connected(1).await;
    let order = purchase(1);
    let (outcome, asked) = join!(rail.send(&order), async {
        let asked = peer.receive().await;
        let answer = asked.answer("00", |answer| {
            answer
                .set(38, "A1B2C3")
                .unwrap()
                .set_sub(48, 44, "M")
                .unwrap();
        });
        peer.send(&answer).await;
        asked
    });
    let expect = Approval {
        amount_minor: 1250,
        approval_code: Some("A1B2C3".into()),
        response_code: "00".into(),
        cvc_check: CvcCheck::Pass,
    };
    assert_eq!(outcome, Outcome::Approved(expect));
    assert_eq!(asked.mti(), "0200");
    assert_eq!(asked.text(2), crate::opened::NUMBER);
    assert_eq!(asked.message().sub(48, 92).as_deref(), Some("987"));
}

#[tokio::test]
async fn a_refusal_arrives_with_its_reason() {
    let host = Host::bind().await;
    let rail = Opened::new(config(&host));
    let mut peer = host.accept().await;
    rail.connected(1).await;
    let order = purchase(1);
    let (outcome, ()) = join!(rail.send(&order), async {
        let asked = peer.receive().await;
        peer.answer(&asked, "51").await;
    });
    let expect = Outcome::Declined {
        reason: DeclineReason::InsufficientFunds,
        response_code: "51".into(),
        cvc_check: CvcCheck::Unavailable,
    };
    assert_eq!(outcome, expect);
}

#[tokio::test]
async fn a_wish_for_a_challenge_arrives_with_its_reference() {
    let host = Host::bind().await;
    let rail = Opened::new(config(&host));
    let mut peer = host.accept().await;
    rail.connected(1).await;
    let order = purchase(1);
    let (outcome, ()) = join!(rail.send(&order), async {
        let asked = peer.receive().await;
        let answer = asked.answer("65", |answer| {
            answer.set_sub(48, 71, "chl-1").unwrap();
        });
        peer.send(&answer).await;
    });
    let reference = "chl-1".into();
    assert_eq!(outcome, Outcome::ActionNeeded { reference });
}

#[tokio::test]
async fn every_dialect_travels_in_every_framing() {
    for framing in [Framing::TwoByteBinary, Framing::FourDigitAscii] {
        for (dialect, table, code) in [
            (Dialect::Iso87Ascii, &ISO87_ASCII, "00"),
            (Dialect::Iso87Binary, &ISO87_BINARY, "00"),
            (Dialect::Iso93Ascii, &ISO93_ASCII, "000"),
        ] {
            let host = Host::speaking(framing, table).await;
            let rail = Opened::new(Config {
                framing,
                dialect,
                ..config(&host)
            });
            let mut peer = host.accept().await;
            rail.connected(1).await;
            let order = purchase(1);
            let (outcome, ()) = join!(rail.send(&order), async {
                let asked = peer.receive().await;
                peer.answer(&asked, code).await;
            });
            assert!(
                is_approved(&outcome),
                "{framing:?} {dialect:?}: {outcome:?}"
            );
        }
    }
}

#[tokio::test]
async fn answers_out_of_order_find_their_orders() {
    let host = Host::bind().await;
    let rail = Opened::new(config(&host));
    let mut peer = host.accept().await;
    rail.connected(1).await;
    let (first, second, third) = (purchase(1), purchase(2), purchase(3));
    let (one, two, three, ()) = join!(
        rail.send(&first),
        rail.send(&second),
        rail.send(&third),
        async {
            let mut asked = Vec::new();
            for _ in 0..3 {
                asked.push(peer.receive().await);
            }
            for (asked, code) in asked.iter().rev().zip(["05", "00", "51"]) {
                peer.answer(asked, code).await;
            }
        }
    );
    assert!(is_declined(&one, DeclineReason::InsufficientFunds));
    assert!(is_approved(&two));
    assert!(is_declined(&three, DeclineReason::GenericDecline));
}

#[tokio::test]
async fn one_number_on_two_terminals_is_two_orders() {
    let host = Host::bind().await;
    let rail = Opened::new(config(&host));
    let mut peer = host.accept().await;
    rail.connected(1).await;
    let here = purchase(7);
    let mut there = purchase(7);
    there.trace.terminal = "TERM0002".into();
    let (one, two, ()) = join!(rail.send(&here), rail.send(&there), async {
        for _ in 0..2 {
            let asked = peer.receive().await;
            let code = if asked.text(41) == "TERM0001" {
                "00"
            } else {
                "05"
            };
            peer.answer(&asked, code).await;
        }
    });
    assert!(is_approved(&one));
    assert!(matches!(two, Outcome::Declined { .. }));
}

#[tokio::test]
async fn one_number_at_two_times_is_two_orders() {
    let host = Host::bind().await;
    let rail = Opened::new(config(&host));
    let mut peer = host.accept().await;
    rail.connected(1).await;
    let before = purchase(7);
    let mut after = purchase(7);
    after.trace.sent_at = after.trace.sent_at.plus_millis(1_000);
    let (one, two, ()) = join!(rail.send(&before), rail.send(&after), async {
        for _ in 0..2 {
            let asked = peer.receive().await;
            let code = if asked.text(7) == "0301070809" {
                "00"
            } else {
                "05"
            };
            peer.answer(&asked, code).await;
        }
    });
    assert!(is_approved(&one));
    assert!(matches!(two, Outcome::Declined { .. }));
}

#[tokio::test]
async fn what_fits_but_for_its_type_or_its_terminal_is_no_answer() {
    let host = Host::bind().await;
    let rail = Opened::new(config(&host));
    let mut peer = host.accept().await;
    rail.connected(1).await;
    let order = purchase(1);
    let (outcome, ()) = join!(rail.send(&order), async {
        let asked = peer.receive().await;
        let mut stranger = iso8583::Builder::new(&ISO87_ASCII, Mti::FINANCIAL_RESPONSE);
        stranger
            .copy(&asked.message(), 7)
            .unwrap()
            .copy(&asked.message(), 11)
            .unwrap();
        stranger.set(41, "TERM0009").unwrap().set(39, "05").unwrap();
        let mut bytes = Vec::new();
        stranger.encode(&mut bytes).unwrap();
        peer.send(&bytes).await;
        let other_type = asked
            .answer("05", |_| ())
            .iter()
            .copied()
            .enumerate()
            .map(|(place, byte)| if place == 1 { b'1' } else { byte })
            .collect::<Vec<_>>();
        peer.send(&other_type).await;
        peer.answer(&asked, "00").await;
    });
    assert!(is_approved(&outcome));
    assert_eq!(rail.rail.status().stray_answers, 2);
}

#[tokio::test]
async fn a_reversal_travels_without_the_card_and_so_does_its_repeat() {
    let host = Host::bind().await;
    let rail = Opened::new(config(&host));
    let mut peer = host.accept().await;
    rail.connected(1).await;
    for (is_repeat, mti) in [(false, "0420"), (true, "0421")] {
        let order = Order {
            is_repeat,
            ..reversal(2)
        };
        let (outcome, ()) = join!(within(rail.rail.send(&order, None)), async {
            let asked = peer.receive().await;
            assert_eq!(asked.mti(), mti);
            assert!(!asked.message().has(2) && !asked.message().has(14));
            assert_eq!(asked.message().sub(90, 2).as_deref(), Some("000001"));
            peer.answer(&asked, "00").await;
        });
        assert!(is_approved(&outcome));
    }
}

#[tokio::test]
async fn an_answer_that_does_not_say_what_it_must_is_not_believed() {
    let host = Host::bind().await;
    let rail = Opened::new(config(&host));
    let mut peer = host.accept().await;
    rail.connected(1).await;
    let orders = [purchase(1), reversal(3)];
    for order in &orders {
        let (outcome, ()) = join!(rail.send(order), async {
            let asked = peer.receive().await;
            let other_amount = asked.answer("00", |answer| {
                answer.set_number(4, 1251).unwrap();
            });
            peer.send(&other_amount).await;
        });
        assert_eq!(outcome, Outcome::Unknown);
    }
}

#[tokio::test]
async fn an_order_without_a_form_is_not_sent() {
    let host = Host::bind().await;
    let rail = Opened::new(config(&host));
    let mut peer = host.accept().await;
    rail.connected(1).await;
    let not_sent = Outcome::NotSent(NotSent::NotExpressible);
    assert_eq!(within(rail.rail.send(&purchase(1), None)).await, not_sent);
    let repeated = Order {
        is_repeat: true,
        ..purchase(2)
    };
    assert_eq!(rail.send(&repeated).await, not_sent);
    let order = purchase(3);
    let (_, asked) = join!(rail.send(&order), async {
        let asked = peer.receive().await;
        peer.answer(&asked, "00").await;
        asked.text(11)
    });
    assert_eq!(asked, "000003");
}

#[tokio::test]
async fn many_orders_at_once_are_each_answered() {
    let host = Host::bind().await;
    let rail = Opened::new(Config {
        connections: 2,
        ..config(&host)
    });
    let mut hosts = JoinSet::new();
    for _ in 0..2 {
        let mut peer = host.accept().await;
        hosts.spawn(async move {
            while let Some(asked) = peer.receive_or_end().await {
                let is_even = asked.message().numeric(11).unwrap() % 2 == 0;
                peer.answer(&asked, if is_even { "00" } else { "05" }).await;
            }
        });
    }
    rail.connected(2).await;
    let mut orders = JoinSet::new();
    for stan in 1..=400 {
        let rail = rail.rail.clone();
        orders.spawn(async move { (stan, rail.send(&purchase(stan), Some(&card())).await) });
    }
    for (stan, outcome) in within(orders.join_all()).await {
        assert_eq!(is_approved(&outcome), stan % 2 == 0, "{stan}: {outcome:?}");
    }
    assert_eq!(rail.rail.status().waiting, 0);
    assert_eq!(rail.rail.status().stray_answers, 0);
}

#[tokio::test]
async fn a_refund_carries_the_card_but_no_security_code() {
    let host = Host::bind().await;
    let rail = Opened::new(config(&host));
    let mut peer = host.accept().await;
    rail.connected(1).await;
    let order = Order {
        kind: OrderKind::Refund,
        ..reversal(2)
    };
    let (outcome, ()) = join!(rail.send(&order), async {
        let asked = peer.receive().await;
        assert_eq!(
            (asked.mti().as_str(), asked.text(3).as_str()),
            ("0200", "200000")
        );
        assert!(asked.message().has(2) && !asked.message().has(48));
        peer.answer(&asked, "00").await;
    });
    assert!(is_approved(&outcome));
}
