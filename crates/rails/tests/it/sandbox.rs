//! The contract with the sandbox acquirer, which was built from the same document by other hands.

use domain::{
    Authentication, CvcCheck, DeclineReason, Expiry, Money, NotSent, Order, OrderKind, Outcome,
};
use jiff::tz::TimeZone;
use rails::Rail;
use rails::card::{Config, Dialect, Framing};
use sandbox::{Host, Timings};
use vault::{CardData, Pan, SecurityCode};

use crate::opened::{Opened, is_approved, is_declined, purchase, reversal, trace, until, within};

struct Bank {
    host: Host,
    rail: Opened,
}

async fn bank(dialect: Dialect, framing: Framing, answer_timeout_ms: u64) -> Bank {
    let table = match dialect {
        Dialect::Iso87Ascii => &iso8583::ISO87_ASCII,
        Dialect::Iso87Binary => &iso8583::ISO87_BINARY,
        Dialect::Iso93Ascii => &iso8583::ISO93_ASCII,
    };
    let host = Host::start(sandbox::Config {
        dialect: table,
        framing: match framing {
            Framing::TwoByteBinary => sandbox::Framing::Binary2,
            Framing::FourDigitAscii => sandbox::Framing::Ascii4,
        },
        timings: Timings {
            slow_ms: 1,
            late_ms: 2 * answer_timeout_ms,
        },
        ..sandbox::Config::default()
    })
    .await
    .unwrap();
    let rail = Opened::new(Config {
        acquirer: "sandbox".into(),
        address: host.address().to_string(),
        connections: 1,
        framing,
        dialect,
        answer_timeout_ms,
        connect_timeout_ms: 60_000,
        echo_idle_ms: 60_000,
        tls: None,
        institution: None,
        time_zone: TimeZone::get("Europe/Paris").unwrap(),
        waiting_max: 16,
    });
    rail.connected(1).await;
    Bank { host, rail }
}

impl Bank {
    async fn patient() -> Self {
        bank(Dialect::Iso87Ascii, Framing::TwoByteBinary, 60_000).await
    }

    async fn hasty() -> Self {
        bank(Dialect::Iso87Ascii, Framing::TwoByteBinary, 100).await
    }

    async fn send(&self, number: &str, order: &Order) -> Outcome {
        let pan = Pan::parse(number).unwrap();
        let code = if pan.brand() == domain::Brand::Amex {
            "1234"
        } else {
            "123"
        };
        let card = CardData {
            code: SecurityCode::parse(code, pan.brand()).ok(),
            expiry: Expiry::new(12, 2030).unwrap(),
            pan,
        };
        within(self.rail.rail.send(order, Some(&card))).await
    }

    /// Sends an order without a card.
    async fn advise(&self, order: &Order) -> Outcome {
        within(self.rail.rail.send(order, None)).await
    }

    /// After a cut the next connection takes a moment.
    async fn recovered(&self) {
        until(|| self.rail.rail.status().signed_on == 1).await;
    }
}

#[tokio::test]
async fn a_whole_life_in_every_dialect_and_framing() {
    for dialect in [
        Dialect::Iso87Ascii,
        Dialect::Iso87Binary,
        Dialect::Iso93Ascii,
    ] {
        for framing in [Framing::TwoByteBinary, Framing::FourDigitAscii] {
            let bank = bank(dialect, framing, 60_000).await;
            let visa = "4242424242424242";
            let authorisation = Order {
                kind: OrderKind::Authorisation,
                ..purchase(1)
            };
            let Outcome::Approved(approval) = bank.send(visa, &authorisation).await else {
                panic!("{dialect:?} {framing:?}: the authorisation is not approved");
            };
            assert_eq!(approval.amount_minor, 1250);
            assert_eq!(approval.cvc_check, CvcCheck::Pass);
            assert_eq!(approval.approval_code.map(|code| code.len()), Some(6));

            let mut capture = Order {
                kind: OrderKind::Capture,
                ..reversal(2)
            };
            capture.original.as_mut().unwrap().kind = OrderKind::Authorisation;
            capture.amount = capture.amount.with_minor(1000);
            assert!(is_approved(&bank.advise(&capture).await), "{dialect:?}");
            let repeat = Order {
                is_repeat: true,
                ..capture.clone()
            };
            assert!(is_approved(&bank.advise(&repeat).await), "{dialect:?}");

            let mut refund = Order {
                kind: OrderKind::Refund,
                ..capture.clone()
            };
            refund.trace = trace(3);
            assert!(is_approved(&bank.send(visa, &refund).await), "{dialect:?}");
            let mut undo = Order {
                amount: refund.amount,
                ..reversal(4)
            };
            undo.original.as_mut().unwrap().kind = OrderKind::Refund;
            assert!(is_approved(&bank.advise(&undo).await), "{dialect:?}");

            assert!(
                is_approved(&bank.send(visa, &purchase(5)).await),
                "{dialect:?}"
            );
            assert!(is_approved(&bank.advise(&reversal(6)).await), "{dialect:?}");
            let nothing = bank.advise(&reversal(9)).await;
            assert!(
                is_declined(&nothing, DeclineReason::TransactionNotFound),
                "{dialect:?}"
            );
        }
    }
}

#[tokio::test]
async fn every_declining_card_has_its_reason_in_both_editions() {
    for dialect in [Dialect::Iso87Binary, Dialect::Iso93Ascii] {
        let bank = bank(dialect, Framing::TwoByteBinary, 60_000).await;
        for (number, reason) in [
            ("4000000000000002", DeclineReason::GenericDecline),
            ("4000000000009995", DeclineReason::InsufficientFunds),
            ("4000000000009987", DeclineReason::LostCard),
            ("4000000000009979", DeclineReason::StolenCard),
            ("4000000000000069", DeclineReason::ExpiredCard),
            ("4000000000000127", DeclineReason::IncorrectCvc),
            ("4000000000000119", DeclineReason::ProcessingError),
            ("4111111111111111", DeclineReason::IncorrectNumber),
        ] {
            let stan = number.get(12..).unwrap().parse().unwrap();
            let outcome = bank.send(number, &purchase(stan)).await;
            assert!(
                is_declined(&outcome, reason),
                "{dialect:?} {reason}: {outcome:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_challenge_is_asked_for_and_its_result_accepted() {
    let bank = Bank::patient().await;
    let number = "4000002500003155";
    let Outcome::ActionNeeded { reference } = bank.send(number, &purchase(1)).await else {
        panic!("no challenge");
    };
    let authentication = Authentication {
        value: sandbox::authentication_value(&reference),
        indicator: "05".into(),
        reference,
    };
    let completed = Order {
        authentication: Some(authentication),
        ..purchase(2)
    };
    assert!(is_approved(&bank.send(number, &completed).await));
}

#[tokio::test]
async fn a_part_is_approved_as_a_part() {
    let bank = Bank::patient().await;
    let Outcome::Approved(approval) = bank.send("4000000000551004", &purchase(1)).await else {
        panic!("not approved");
    };
    assert_eq!(approval.amount_minor, 625);
}

#[tokio::test]
async fn a_cut_is_unknown_and_its_reversal_accepted() {
    for number in ["4000000000550402", "4000000000550709"] {
        let bank = Bank::patient().await;
        assert_eq!(bank.send(number, &purchase(1)).await, Outcome::Unknown);
        bank.recovered().await;
        assert!(is_approved(&bank.advise(&reversal(2)).await));
    }
}

#[tokio::test]
async fn silence_is_unknown_and_its_reversal_accepted_however_often_it_is_repeated() {
    let bank = Bank::hasty().await;
    assert_eq!(
        bank.send("4000000000551509", &purchase(1)).await,
        Outcome::Unknown
    );
    assert_eq!(bank.advise(&reversal(2)).await, Outcome::Unknown);
    let repeat = Order {
        is_repeat: true,
        ..reversal(2)
    };
    assert_eq!(bank.advise(&repeat).await, Outcome::Unknown);
    assert!(is_approved(&bank.advise(&repeat).await));
}

#[tokio::test]
async fn a_late_answer_changes_nothing() {
    let bank = Bank::hasty().await;
    assert_eq!(
        bank.send("4000000000550204", &purchase(1)).await,
        Outcome::Unknown
    );
    until(|| bank.rail.rail.status().stray_answers == 1).await;
}

#[tokio::test]
async fn a_second_answer_changes_nothing() {
    let bank = Bank::patient().await;
    assert!(is_approved(
        &bank.send("4000000000550501", &purchase(1)).await
    ));
    until(|| bank.rail.rail.status().stray_answers == 1).await;
    assert!(is_approved(
        &bank.send("4242424242424242", &purchase(2)).await
    ));
}

#[tokio::test]
async fn a_host_that_hangs_up_makes_orders_not_sent_until_it_is_back() {
    let bank = Bank::patient().await;
    bank.host.hang_up();
    bank.rail.connected(0).await;
    let outcome = bank.send("4242424242424242", &purchase(1)).await;
    assert_eq!(outcome, Outcome::NotSent(NotSent::NoConnection));
    bank.recovered().await;
    assert!(is_approved(
        &bank.send("4242424242424242", &purchase(2)).await
    ));
}

#[tokio::test]
async fn a_refused_capture_says_so() {
    let bank = Bank::patient().await;
    let authorisation = Order {
        kind: OrderKind::Authorisation,
        ..purchase(1)
    };
    assert!(is_approved(
        &bank.send("4000000000551103", &authorisation).await
    ));
    let mut capture = Order {
        kind: OrderKind::Capture,
        ..reversal(2)
    };
    capture.original.as_mut().unwrap().kind = OrderKind::Authorisation;
    let outcome = bank.advise(&capture).await;
    assert!(is_declined(&outcome, DeclineReason::GenericDecline));
    let more = capture.amount.minor + 1;
    let above = Order {
        amount: Money::new(more, capture.amount.currency),
        ..capture
    };
    let outcome = bank
        .advise(&Order {
            trace: trace(3),
            ..above
        })
        .await;
    assert!(matches!(outcome, Outcome::Declined { .. }));
}
