//! A rail that runs, the orders sent on it, and waiting for what becomes true.

use std::time::Duration;

use domain::order::Original;
use domain::{Currency, DeclineReason, Expiry, Money, Order, OrderKind, Outcome, Timestamp, Trace};
use jiff::tz::TimeZone;
use rails::Rail;
use rails::card::{self, CardRail, Config, Dialect, Framing};
use tokio::task::JoinSet;
use tokio::time::timeout;
use vault::{CardData, Pan, SecurityCode};

use crate::acquirer::Host;

pub(crate) const NUMBER: &str = "4242424242424242";

/// 2026-03-01T07:08:09Z.
const SENT: Timestamp = Timestamp::from_seconds(1_772_348_889);

/// One connection, and nothing that happens by itself within the time of a test.
pub(crate) fn config(host: &Host) -> Config {
    Config {
        acquirer: "test".into(),
        address: host.address(),
        connections: 1,
        framing: Framing::TwoByteBinary,
        dialect: Dialect::Iso87Ascii,
        answer_timeout_ms: 60_000,
        connect_timeout_ms: 60_000,
        echo_idle_ms: 60_000,
        tls: None,
        institution: Some("12345".into()),
        time_zone: TimeZone::UTC,
        waiting_max: 256,
    }
}

/// A rail and the task that keeps its connections.
pub(crate) struct Opened {
    pub(crate) rail: CardRail,
    pub(crate) link: JoinSet<()>,
}

impl Opened {
    pub(crate) fn new(config: Config) -> Self {
        let (rail, keep) = card::open(config, || SENT).unwrap();
        let mut link = JoinSet::new();
        link.spawn(keep);
        Self { rail, link }
    }

    pub(crate) async fn send(&self, order: &Order) -> Outcome {
        let card = card();
        within(self.rail.send(order, Some(&card))).await
    }

    /// Waits until the link ended after its closing.
    pub(crate) async fn ended(&mut self) {
        within(self.link.join_next()).await.unwrap().unwrap();
    }

    /// Waits until so many connections are signed on.
    pub(crate) async fn connected(&self, count: usize) {
        until(|| self.rail.status().signed_on == count).await;
    }

    /// Waits until so many orders wait for their answers.
    pub(crate) async fn waiting(&self, count: usize) {
        until(|| self.rail.status().waiting == count).await;
    }
}

pub(crate) async fn within<T>(future: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(20), future).await.unwrap()
}

pub(crate) async fn until(is_so: impl Fn() -> bool) {
    within(async {
        while !is_so() {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

pub(crate) fn card() -> CardData {
    let pan = Pan::parse(NUMBER).unwrap();
    CardData {
        code: SecurityCode::parse("987", pan.brand()).ok(),
        expiry: Expiry::new(12, 2030).unwrap(),
        pan,
    }
}

pub(crate) fn trace(stan: u32) -> Trace {
    Trace {
        acquirer: "test".into(),
        terminal: "TERM0001".into(),
        stan,
        sent_at: SENT,
    }
}

/// A purchase of 12.50 euros.
pub(crate) fn purchase(stan: u32) -> Order {
    Order {
        kind: OrderKind::Purchase,
        amount: Money::new(1250, Currency::EUR),
        trace: trace(stan),
        original: None,
        is_repeat: false,
        acceptor: "000000000000001".into(),
        authentication: None,
    }
}

/// The reversal of the purchase before it.
pub(crate) fn reversal(stan: u32) -> Order {
    let original = Original {
        kind: OrderKind::Purchase,
        trace: trace(stan - 1),
    };
    Order {
        kind: OrderKind::Reversal,
        original: Some(original),
        ..purchase(stan)
    }
}

pub(crate) fn is_approved(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Approved(_))
}

pub(crate) fn is_declined(outcome: &Outcome, expect: DeclineReason) -> bool {
    matches!(outcome, Outcome::Declined { reason, .. } if *reason == expect)
}
