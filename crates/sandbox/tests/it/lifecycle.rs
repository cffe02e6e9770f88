//! Captures, refunds and reversals: what is booked once, and what is refused.

use iso8583::{Dialect, ISO87_ASCII, ISO87_BINARY, ISO93_ASCII};
use sandbox::journal::summary;
use sandbox::{Config, Host, Standing, State};

use crate::client::Client;
use crate::payment::Payment;

const VISA: &str = "4242424242424242";

struct Bench {
    host: Host,
    client: Client,
}

impl Bench {
    async fn open(dialect: &'static Dialect) -> Bench {
        let config = Config {
            dialect,
            ..Config::default()
        };
        let host = Host::start(config.clone()).await.unwrap();
        let client = Client::signed_on(&host, &config).await;
        Bench { host, client }
    }

    /// The answer code to a message.
    async fn code(&mut self, payment: &Payment) -> String {
        self.client.pay(payment).await.field(39).to_owned()
    }

    fn standing(&self, payment: &Payment) -> Standing {
        let standings = summary(&self.host.entries().unwrap());
        standings
            .into_iter()
            .find(|standing| standing.key.stan() == payment.stan)
            .unwrap()
    }

    /// State, captured and refunded amount.
    fn state(&self, payment: &Payment) -> (State, u64, u64) {
        let standing = self.standing(payment);
        (
            standing.state,
            standing.captured_minor,
            standing.refunded_minor,
        )
    }
}

#[tokio::test]
async fn a_purchase_is_taken_at_once() {
    let mut bench = Bench::open(&ISO87_ASCII).await;
    let purchase = Payment::purchase(VISA, 1250);
    assert_eq!(bench.code(&purchase).await, "00");
    let standing = bench.standing(&purchase);
    assert_eq!(
        standing.key.to_string(),
        format!("TERM0001/1122123456/{:06}", purchase.stan)
    );
    assert_eq!(standing.kind, sandbox::Kind::Purchase);
    assert_eq!(standing.rrn, purchase.rrn);
    assert_eq!(standing.merchant, "MERCHANT0000001");
    assert_eq!(standing.card, "visa");
    assert_eq!(
        (standing.amount_minor, standing.currency.as_str()),
        (1250, "978")
    );
    assert_eq!(bench.state(&purchase), (State::Approved, 1250, 0));
}

#[tokio::test]
async fn an_authorisation_is_taken_by_its_captures() {
    for dialect in [&ISO87_ASCII, &ISO87_BINARY] {
        let mut bench = Bench::open(dialect).await;
        let authorization = Payment::authorization(VISA, 1250);
        assert_eq!(bench.code(&authorization).await, "00");
        assert_eq!(bench.state(&authorization), (State::Approved, 0, 0));
        assert_eq!(bench.code(&authorization.capture(1000)).await, "00");
        assert_eq!(bench.state(&authorization), (State::Approved, 1000, 0));
        assert_eq!(bench.code(&authorization.capture(250)).await, "00");
        assert_eq!(bench.state(&authorization), (State::Approved, 1250, 0));
    }
}

#[tokio::test]
async fn a_repeated_capture_is_booked_once() {
    let mut bench = Bench::open(&ISO87_ASCII).await;
    let authorization = Payment::authorization(VISA, 1250);
    bench.code(&authorization).await;
    let capture = authorization.capture(600);
    assert_eq!(bench.code(&capture).await, "00");
    assert_eq!(bench.code(&capture.repeated()).await, "00");
    let later = Payment {
        time: "1122130000",
        ..capture.repeated()
    };
    assert_eq!(
        bench.code(&later).await,
        "00",
        "a repeat may carry its own time"
    );
    assert_eq!(bench.state(&authorization), (State::Approved, 600, 0));
}

#[tokio::test]
async fn more_than_was_authorised_cannot_be_captured() {
    let mut bench = Bench::open(&ISO87_ASCII).await;
    let authorization = Payment::authorization(VISA, 1250);
    bench.code(&authorization).await;
    let greedy = authorization.capture(1251);
    assert_eq!(bench.code(&greedy).await, "13");
    assert_eq!(
        bench.code(&greedy.repeated()).await,
        "13",
        "answered as before"
    );
    assert_eq!(bench.code(&authorization.capture(1000)).await, "00");
    assert_eq!(
        bench.code(&authorization.capture(251)).await,
        "13",
        "in sum"
    );
    assert_eq!(bench.state(&authorization), (State::Approved, 1000, 0));
}

#[tokio::test]
async fn a_capture_needs_an_approved_authorisation() {
    let mut bench = Bench::open(&ISO87_ASCII).await;
    let declined = Payment::authorization("4000000000000002", 1250);
    bench.code(&declined).await;
    assert_eq!(bench.code(&declined.capture(1250)).await, "12");
    let reversed = Payment::authorization(VISA, 1250);
    bench.code(&reversed).await;
    bench.code(&reversed.reversal()).await;
    assert_eq!(bench.code(&reversed.capture(1250)).await, "12");
    let never_sent = Payment::authorization(VISA, 1250);
    assert_eq!(bench.code(&never_sent.capture(1250)).await, "25");
    let purchase = Payment::purchase(VISA, 1250);
    bench.code(&purchase).await;
    assert_eq!(
        bench.code(&purchase.capture(1250)).await,
        "25",
        "taken already"
    );
    assert_eq!(bench.state(&purchase), (State::Approved, 1250, 0));
}

#[tokio::test]
async fn a_capture_in_another_currency_is_refused() {
    let mut bench = Bench::open(&ISO87_ASCII).await;
    let authorization = Payment::authorization(VISA, 1250);
    bench.code(&authorization).await;
    let dollars = Payment {
        currency: "840",
        ..authorization.capture(1250)
    };
    assert_eq!(bench.code(&dollars).await, "12");
    assert_eq!(bench.state(&authorization), (State::Approved, 0, 0));
}

#[tokio::test]
async fn a_capture_is_found_by_its_reference_number_too() {
    let mut bench = Bench::open(&ISO87_ASCII).await;
    let authorization = Payment::authorization(VISA, 1250);
    bench.code(&authorization).await;
    let capture = Payment {
        original: None,
        ..authorization.capture(1250)
    };
    assert_eq!(bench.code(&capture).await, "00");
    assert_eq!(bench.state(&authorization), (State::Approved, 1250, 0));
    let stranger = Payment {
        merchant: "MERCHANT0000002",
        ..authorization.capture(1250)
    };
    assert_eq!(bench.code(&stranger).await, "25", "another merchant's");
}

#[tokio::test]
async fn refunds_are_counted_against_their_payment() {
    let mut bench = Bench::open(&ISO87_ASCII).await;
    let purchase = Payment::purchase(VISA, 1250);
    bench.code(&purchase).await;
    let first = purchase.refund_of(1000);
    assert_eq!(bench.code(&first).await, "00");
    assert_eq!(bench.code(&purchase.refund_of(250)).await, "00");
    assert_eq!(bench.state(&purchase), (State::Approved, 1250, 1250));
    let standing = bench.standing(&first);
    assert_eq!(
        standing.refund_of.map(|key| key.stan()),
        Some(purchase.stan)
    );
    assert_eq!((standing.amount_minor, standing.captured_minor), (1000, 0));
    // The acquirer sets no limit: that the product does is the product's to prove.
    assert_eq!(bench.code(&purchase.refund_of(1)).await, "00");
    assert_eq!(bench.state(&purchase).2, 1251);
}

#[tokio::test]
async fn a_refund_without_a_payment_is_accepted() {
    let mut bench = Bench::open(&ISO87_ASCII).await;
    let refund = Payment::refund(VISA, 500);
    assert_eq!(bench.code(&refund).await, "00");
    assert_eq!(bench.standing(&refund).refund_of, None);
}

#[tokio::test]
async fn a_reversed_refund_counts_no_more() {
    let mut bench = Bench::open(&ISO87_ASCII).await;
    let purchase = Payment::purchase(VISA, 1250);
    bench.code(&purchase).await;
    let refund = purchase.refund_of(1250);
    bench.code(&refund).await;
    assert_eq!(bench.code(&refund.reversal()).await, "00");
    assert_eq!(bench.state(&purchase), (State::Approved, 1250, 0));
    assert_eq!(bench.state(&refund).0, State::Reversed);
}

#[tokio::test]
async fn a_reversal_undoes_and_its_repeats_are_answered_as_before() {
    for dialect in [&ISO87_ASCII, &ISO87_BINARY] {
        let mut bench = Bench::open(dialect).await;
        let purchase = Payment::purchase(VISA, 1250);
        bench.code(&purchase).await;
        let reversal = purchase.reversal();
        assert_eq!(bench.code(&reversal).await, "00");
        assert_eq!(bench.state(&purchase), (State::Reversed, 0, 0));
        for _ in 0..3 {
            assert_eq!(bench.code(&reversal.repeated()).await, "00");
        }
        let another = purchase.reversal();
        assert_eq!(
            bench.code(&another).await,
            "00",
            "under another trace number"
        );
        assert_eq!(bench.state(&purchase), (State::Reversed, 0, 0));
    }
}

#[tokio::test]
async fn the_edition_of_1993_has_the_same_life() {
    let mut bench = Bench::open(&ISO93_ASCII).await;
    let authorization = Payment::authorization(VISA, 1250);
    assert_eq!(bench.client.pay(&authorization).await.verdict(), "1110 000");
    let capture = authorization.capture(1250);
    assert_eq!(bench.client.pay(&capture).await.verdict(), "1230 000");
    assert_eq!(
        bench.client.pay(&authorization.capture(1)).await.verdict(),
        "1230 110"
    );
    let purchase = Payment::purchase(VISA, 1250);
    assert_eq!(bench.client.pay(&purchase).await.verdict(), "1210 000");
    let reversal = purchase.reversal();
    assert_eq!(bench.client.pay(&reversal).await.verdict(), "1430 400");
    assert_eq!(
        bench.client.pay(&reversal.repeated()).await.verdict(),
        "1430 400"
    );
    let never_sent = Payment::purchase(VISA, 1250);
    assert_eq!(
        bench.client.pay(&never_sent.reversal()).await.verdict(),
        "1430 914"
    );
    assert_eq!(bench.client.pay(&never_sent).await.verdict(), "1210 902");
    assert_eq!(bench.state(&authorization), (State::Approved, 1250, 0));
    assert_eq!(bench.state(&purchase), (State::Reversed, 0, 0));
    let key = bench.standing(&purchase).key;
    assert_eq!(
        key.transmitted(),
        251_122_123_456,
        "identified by its local time"
    );
}

#[tokio::test]
async fn an_original_that_comes_after_its_reversal_is_refused() {
    let mut bench = Bench::open(&ISO87_ASCII).await;
    let late = Payment::purchase(VISA, 1250);
    let reversal = late.reversal();
    assert_eq!(bench.code(&reversal).await, "25", "not known yet");
    assert_eq!(bench.code(&reversal.repeated()).await, "25", "still not");
    assert_eq!(bench.code(&late).await, "12", "too late");
    assert_eq!(bench.state(&late), (State::Declined, 0, 0));
    assert_eq!(
        bench.code(&reversal.repeated()).await,
        "00",
        "known now, and nothing to undo"
    );
    assert_eq!(bench.state(&late), (State::Declined, 0, 0));
    assert_eq!(bench.code(&late).await, "94", "and once more");
}

#[tokio::test]
async fn a_captured_authorisation_cannot_be_reversed() {
    let mut bench = Bench::open(&ISO87_ASCII).await;
    let authorization = Payment::authorization(VISA, 1250);
    bench.code(&authorization).await;
    bench.code(&authorization.capture(1000)).await;
    assert_eq!(bench.code(&authorization.reversal()).await, "21");
    assert_eq!(bench.state(&authorization), (State::Approved, 1000, 0));
}

#[tokio::test]
async fn a_declined_original_has_nothing_to_reverse() {
    let mut bench = Bench::open(&ISO87_ASCII).await;
    let declined = Payment::purchase("4000000000009995", 1250);
    bench.code(&declined).await;
    assert_eq!(bench.code(&declined.reversal()).await, "00");
    assert_eq!(bench.state(&declined), (State::Declined, 0, 0));
}

#[tokio::test]
async fn a_reversal_matches_type_and_merchant_too() {
    let mut bench = Bench::open(&ISO87_ASCII).await;
    let purchase = Payment::purchase(VISA, 1250);
    bench.code(&purchase).await;
    let wrong_type = Payment {
        original: Some(("0100", purchase.stan, purchase.time)),
        ..purchase.reversal()
    };
    assert_eq!(bench.code(&wrong_type).await, "25");
    let stranger = Payment {
        merchant: "MERCHANT0000002",
        ..purchase.reversal()
    };
    assert_eq!(bench.code(&stranger).await, "25");
    let other_time = Payment {
        original: Some(("0200", purchase.stan, "1122123457")),
        ..purchase.reversal()
    };
    assert_eq!(bench.code(&other_time).await, "25");
    assert_eq!(bench.state(&purchase), (State::Approved, 1250, 0));
}

#[tokio::test]
async fn the_same_message_twice_is_a_duplicate() {
    let mut bench = Bench::open(&ISO87_ASCII).await;
    let purchase = Payment::purchase(VISA, 1250);
    assert_eq!(bench.code(&purchase).await, "00");
    assert_eq!(bench.code(&purchase).await, "94");
    assert_eq!(
        bench.code(&purchase.repeated()).await,
        "94",
        "a request is never repeated"
    );
    let other_class = Payment {
        stan: purchase.stan,
        ..Payment::authorization(VISA, 1250)
    };
    assert_eq!(
        bench.code(&other_class).await,
        "94",
        "the identity is used up"
    );
    assert_eq!(bench.state(&purchase), (State::Approved, 1250, 0));
    let next_second = Payment {
        time: "1122123457",
        ..purchase.clone()
    };
    assert_eq!(
        bench.code(&next_second).await,
        "00",
        "another time is another message"
    );
}
