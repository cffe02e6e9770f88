//! Everything that goes wrong on purpose, by card and by rule. No test waits for silence: what is
//! sent next is answered next.

use iso8583::ISO87_ASCII;
use sandbox::journal::summary;
use sandbox::{Answer, Config, Fault, Host, Injected, Kind, Rule, State, Timings};

use crate::client::Client;
use crate::payment::Payment;

const VISA: &str = "4242424242424242";

struct Bench {
    host: Host,
    config: Config,
    client: Client,
}

impl Bench {
    async fn open() -> Bench {
        // Late is longer than any test, slow is as short as can be told from at once.
        let timings = Timings {
            slow_ms: 50,
            late_ms: 3_600_000,
        };
        let config = Config {
            timings,
            ..Config::default()
        };
        let host = Host::start(config.clone()).await.unwrap();
        let client = Client::signed_on(&host, &config).await;
        Bench {
            host,
            config,
            client,
        }
    }

    async fn send(&mut self, payment: &Payment) {
        self.client.send(&payment.bytes(&ISO87_ASCII)).await;
    }

    async fn code(&mut self, payment: &Payment) -> String {
        self.client.pay(payment).await.field(39).to_owned()
    }

    async fn redial(&mut self) {
        self.client = Client::signed_on(&self.host, &self.config).await;
    }

    /// How it stands; `None` when the host does not know it.
    fn state(&self, payment: &Payment) -> Option<State> {
        let standings = summary(&self.host.entries().unwrap());
        standings
            .into_iter()
            .find(|found| found.key.stan() == payment.stan)
            .map(|s| s.state)
    }

    fn inject(&self, kind: Kind, injected: Injected) {
        self.host.faults().add(Rule::once(kind, injected));
    }
}

#[tokio::test]
async fn no_answer_is_booked_and_can_be_reversed() {
    let mut bench = Bench::open().await;
    let payment = Payment::purchase("4000000000550105", 1250);
    bench.send(&payment).await;
    bench.client.expect_silence().await;
    assert_eq!(bench.state(&payment), Some(State::Approved));
    assert_eq!(bench.code(&payment.reversal()).await, "00");
    assert_eq!(bench.state(&payment), Some(State::Reversed));
}

#[tokio::test]
async fn a_late_answer_is_booked_and_comes_after_everything_else() {
    let mut bench = Bench::open().await;
    let payment = Payment::purchase("4000000000550204", 1250);
    bench.send(&payment).await;
    bench.client.expect_silence().await;
    assert_eq!(bench.state(&payment), Some(State::Approved));
    assert_eq!(bench.code(&payment.reversal()).await, "00");
    assert_eq!(bench.state(&payment), Some(State::Reversed));
}

#[tokio::test]
async fn a_late_answer_still_says_yes() {
    let timings = Timings {
        slow_ms: 0,
        late_ms: 50,
    };
    let config = Config {
        timings,
        ..Config::default()
    };
    let host = Host::start(config.clone()).await.unwrap();
    let mut client = Client::signed_on(&host, &config).await;
    let payment = Payment::purchase("4000000000550204", 1250);
    client.send(&payment.bytes(&ISO87_ASCII)).await;
    client.expect_silence().await;
    let reversed = client.pay(&payment.reversal()).await;
    assert_eq!(reversed.verdict(), "0430 00");
    let late = client.receive().await.unwrap();
    assert_eq!(
        late.verdict(),
        "0210 00",
        "although it was reversed meanwhile"
    );
    assert_eq!(late.field(11), format!("{:06}", payment.stan));
}

#[tokio::test]
async fn a_slow_answer_lets_others_pass() {
    let mut bench = Bench::open().await;
    let slow = Payment::purchase("4000000000550303", 1250);
    bench.send(&slow).await;
    let quick = Payment::purchase(VISA, 1250);
    assert_eq!(
        bench.client.pay(&quick).await.field(11),
        format!("{:06}", quick.stan)
    );
    let answer = bench.client.receive().await.unwrap();
    assert_eq!(answer.verdict(), "0210 00");
    assert_eq!(answer.field(11), format!("{:06}", slow.stan));
}

#[tokio::test]
async fn an_answer_may_be_cut_in_the_middle() {
    let mut bench = Bench::open().await;
    let payment = Payment::purchase("4000000000550402", 1250);
    bench.send(&payment).await;
    bench.client.expect_closed().await;
    assert!(
        bench.client.leftover() > 2,
        "half of the answer has arrived"
    );
    assert_eq!(bench.state(&payment), Some(State::Approved));
    bench.redial().await;
    assert_eq!(bench.code(&payment.reversal()).await, "00");
}

#[tokio::test]
async fn an_answer_may_come_twice() {
    let mut bench = Bench::open().await;
    let payment = Payment::purchase("4000000000550501", 1250);
    let first = bench.client.pay(&payment).await;
    assert_eq!(first.verdict(), "0210 00");
    assert_eq!(bench.client.receive().await.unwrap(), first);
    bench.client.expect_silence().await;
    assert_eq!(
        summary(&bench.host.entries().unwrap()).len(),
        1,
        "booked once"
    );
}

#[tokio::test]
async fn the_connection_may_drop_before_anything_is_booked() {
    let mut bench = Bench::open().await;
    let payment = Payment::purchase("4000000000550600", 1250);
    bench.send(&payment).await;
    bench.client.expect_closed().await;
    assert_eq!(bench.client.leftover(), 0);
    assert_eq!(bench.state(&payment), None);
    bench.redial().await;
    assert_eq!(
        bench.code(&payment.reversal()).await,
        "25",
        "the host has never seen it"
    );
}

#[tokio::test]
async fn the_connection_may_drop_before_the_answer() {
    let mut bench = Bench::open().await;
    let payment = Payment::purchase("4000000000550709", 1250);
    bench.send(&payment).await;
    bench.client.expect_closed().await;
    assert_eq!(bench.client.leftover(), 0);
    assert_eq!(bench.state(&payment), Some(State::Approved));
}

#[tokio::test]
async fn the_connection_may_drop_after_the_answer() {
    let mut bench = Bench::open().await;
    let payment = Payment::purchase("4000000000550808", 1250);
    assert_eq!(bench.code(&payment).await, "00");
    bench.client.expect_closed().await;
    assert_eq!(bench.state(&payment), Some(State::Approved));
}

#[tokio::test]
async fn a_message_may_be_lost_on_its_way() {
    let mut bench = Bench::open().await;
    let payment = Payment::purchase("4000000000550907", 1250);
    bench.send(&payment).await;
    bench.client.expect_silence().await;
    assert_eq!(bench.state(&payment), None);
    assert_eq!(bench.code(&payment.reversal()).await, "25");
    let entries = bench.host.entries().unwrap();
    let lost = entries
        .iter()
        .find(|entry| entry.kind == Kind::Purchase)
        .unwrap();
    assert_eq!(lost.fault, Some(Fault::Lost));
    assert_eq!(lost.answer, None);
}

#[tokio::test]
async fn a_capture_may_be_refused() {
    let mut bench = Bench::open().await;
    let authorization = Payment::authorization("4000000000551103", 1250);
    assert_eq!(bench.code(&authorization).await, "00");
    let capture = authorization.capture(1250);
    assert_eq!(bench.code(&capture).await, "05");
    assert_eq!(bench.code(&capture.repeated()).await, "05");
    assert_eq!(
        bench
            .code(&Payment::purchase("4000000000551103", 1250))
            .await,
        "00"
    );
}

#[tokio::test]
async fn a_capture_may_need_repeats() {
    let mut bench = Bench::open().await;
    let authorization = Payment::authorization("4000000000551202", 1250);
    assert_eq!(bench.code(&authorization).await, "00");
    let capture = authorization.capture(1250);
    bench.send(&capture).await;
    bench.client.expect_silence().await;
    bench.send(&capture.repeated()).await;
    bench.client.expect_silence().await;
    assert_eq!(bench.code(&capture.repeated()).await, "00");
    let standings = summary(&bench.host.entries().unwrap());
    assert_eq!(standings[0].captured_minor, 1250, "booked once");
}

#[tokio::test]
async fn a_reversal_may_need_repeats() {
    let mut bench = Bench::open().await;
    let payment = Payment::purchase("4000000000551509", 1250);
    bench.send(&payment).await;
    bench.client.expect_silence().await;
    let reversal = payment.reversal();
    bench.send(&reversal).await;
    bench.client.expect_silence().await;
    bench.send(&reversal.repeated()).await;
    bench.client.expect_silence().await;
    assert_eq!(bench.code(&reversal.repeated()).await, "00");
    assert_eq!(bench.state(&payment), Some(State::Reversed));
}

#[tokio::test]
async fn a_refund_may_be_declined() {
    let mut bench = Bench::open().await;
    let payment = Payment::purchase("4000000000551301", 1250);
    assert_eq!(bench.code(&payment).await, "00");
    let refund = payment.refund_of(1250);
    assert_eq!(bench.code(&refund).await, "57");
    assert_eq!(bench.state(&refund), Some(State::Declined));
    assert_eq!(summary(&bench.host.entries().unwrap())[0].refunded_minor, 0);
}

#[tokio::test]
async fn a_refund_may_stay_unanswered() {
    let mut bench = Bench::open().await;
    let payment = Payment::purchase("4000000000551400", 1250);
    assert_eq!(bench.code(&payment).await, "00");
    let refund = payment.refund_of(1250);
    bench.send(&refund).await;
    bench.client.expect_silence().await;
    assert_eq!(bench.state(&refund), Some(State::Approved));
    assert_eq!(bench.code(&refund.reversal()).await, "00");
    assert_eq!(summary(&bench.host.entries().unwrap())[0].refunded_minor, 0);
}

#[tokio::test]
async fn a_rule_hits_any_message() {
    let mut bench = Bench::open().await;
    let silence = Injected::Fault(Fault::Silence);
    let authorization = Payment::authorization(VISA, 1250);

    bench.inject(Kind::Authorization, silence);
    bench.send(&authorization).await;
    bench.client.expect_silence().await;
    assert_eq!(bench.state(&authorization), Some(State::Approved));

    let capture = authorization.capture(1250);
    bench.inject(Kind::Capture, Injected::Fault(Fault::Lost));
    bench.send(&capture).await;
    bench.client.expect_silence().await;
    assert_eq!(summary(&bench.host.entries().unwrap())[0].captured_minor, 0);
    assert_eq!(bench.code(&capture.repeated()).await, "00", "hit once only");

    bench.inject(Kind::Echo, silence);
    bench.inject(Kind::Refund, Injected::Fault(Fault::DropBeforeAnswer));
    let refund = authorization.refund_of(100);
    bench.send(&refund).await;
    bench.client.expect_closed().await;
    assert_eq!(bench.state(&refund), Some(State::Approved));
}

#[tokio::test]
async fn a_rule_answers_without_looking() {
    let mut bench = Bench::open().await;
    let authorization = Payment::authorization(VISA, 1250);
    assert_eq!(bench.code(&authorization).await, "00");
    bench.inject(Kind::Capture, Injected::Answer(Answer::Malfunction));
    let capture = authorization.capture(1250);
    assert_eq!(bench.code(&capture).await, "96");
    assert_eq!(
        bench.code(&capture.repeated()).await,
        "00",
        "a repeat is looked at afresh"
    );
    bench.host.faults().add(Rule {
        kind: None,
        skip: 1,
        times: 1,
        injected: Injected::Answer(Answer::InsufficientFunds),
    });
    assert_eq!(bench.code(&Payment::purchase(VISA, 1)).await, "00");
    assert_eq!(bench.code(&Payment::purchase(VISA, 1)).await, "51");
    assert_eq!(bench.code(&Payment::purchase(VISA, 1)).await, "00");
}

#[tokio::test]
async fn a_rule_comes_before_the_card() {
    let mut bench = Bench::open().await;
    bench.inject(Kind::Purchase, Injected::Fault(Fault::Twice));
    let silent = Payment::purchase("4000000000550105", 1250);
    let first = bench.client.pay(&silent).await;
    assert_eq!(bench.client.receive().await.unwrap(), first);
}
