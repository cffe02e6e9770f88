//! The other end: a sandbox acquirer on a socket, and the ways to it.
//!
//! Every way is the production card rail. They differ in patience only, so that a test waits for a
//! time-out where silence is its subject, and nowhere else.

use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use domain::Order;
use engine::Clock;
use jiff::tz::TimeZone;
use rails::card::{self, CardRail, Dialect, Framing};
use rails::{Rail, Sending};
use sandbox::{Fault, Host, Injected, Kind, Rule, Timings};
use tokio::task::JoinSet;
use vault::CardData;

use crate::installation::until;

/// How long the hasty way waits for an answer, in milliseconds.
const HASTY_MS: u64 = 400;

/// When a late answer comes: after the hasty way has given up. Milliseconds.
const LATE_MS: u64 = 1_000;

/// Which way orders take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Patient,
    Hasty,
    Unplugged,
}

/// Three ways to one acquirer, of which one is taken.
pub(crate) struct Line {
    patient: CardRail,
    hasty: CardRail,
    unplugged: CardRail,
    way: Mutex<Way>,
}

impl Rail for Line {
    fn send<'a>(&'a self, order: &'a Order, card: Option<&'a CardData>) -> Sending<'a> {
        let way = *self.way.lock().unwrap();
        Box::pin(async move {
            let rail = match way {
                Way::Patient => &self.patient,
                Way::Hasty => &self.hasty,
                Way::Unplugged => &self.unplugged,
            };
            rail.send(order, card).await
        })
    }
}

/// The acquirer, and the tasks that keep the ways to it.
pub(crate) struct Bank {
    pub(crate) host: Host,
    pub(crate) line: Arc<Line>,
    _keepers: JoinSet<()>,
    /// Takes connections and never signs anybody on.
    _mute: TcpListener,
}

impl Bank {
    pub(crate) async fn open(clock: &Clock) -> Self {
        let host = Host::start(sandbox::Config {
            timings: Timings {
                slow_ms: 20,
                late_ms: LATE_MS,
            },
            ..sandbox::Config::default()
        })
        .await
        .unwrap();
        let mute = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let mut keepers = JoinSet::new();
        let mut open = |address: String, answer_timeout_ms| {
            let clock = clock.clone();
            let config = config(address, answer_timeout_ms);
            let (rail, keep) = card::open(config, move || clock.now()).unwrap();
            keepers.spawn(keep);
            rail
        };
        let line = Line {
            patient: open(host.address().to_string(), 30_000),
            hasty: open(host.address().to_string(), HASTY_MS),
            unplugged: open(mute.local_addr().unwrap().to_string(), 30_000),
            way: Mutex::new(Way::Patient),
        };
        let bank = Self {
            host,
            line: Arc::new(line),
            _keepers: keepers,
            _mute: mute,
        };
        bank.connected().await;
        bank
    }

    /// Waits until both ways are signed on: after a cut that takes a moment.
    pub(crate) async fn connected(&self) {
        let is_on = |rail: &CardRail| rail.status().signed_on > 0;
        until(|| is_on(&self.line.patient) && is_on(&self.line.hasty)).await;
    }

    /// From now on nobody waits long.
    pub(crate) fn hasten(&self) {
        *self.line.way.lock().unwrap() = Way::Hasty;
    }

    /// From now on every answer is awaited.
    pub(crate) fn be_patient(&self) {
        *self.line.way.lock().unwrap() = Way::Patient;
    }

    /// From now on the acquirer is away.
    pub(crate) fn unplug(&self) {
        *self.line.way.lock().unwrap() = Way::Unplugged;
    }

    /// The next `times` messages of `kind` go wrong by `fault`.
    pub(crate) fn disturb(&self, kind: Kind, times: u32, fault: Fault) {
        self.host.faults().add(Rule {
            kind: Some(kind),
            skip: 0,
            times,
            injected: Injected::Fault(fault),
        });
    }

    /// How many messages of `kind` came.
    pub(crate) fn received(&self, kind: Kind) -> usize {
        let entries = self.host.entries().unwrap();
        entries.iter().filter(|entry| entry.kind == kind).count()
    }

    /// Waits until an answer came that nobody waited for any more.
    pub(crate) async fn strayed(&self) {
        let stray = |rail: &CardRail| rail.status().stray_answers;
        until(|| stray(&self.line.hasty) + stray(&self.line.patient) > 0).await;
    }
}

fn config(address: String, answer_timeout_ms: u64) -> card::Config {
    card::Config {
        acquirer: "sandbox".into(),
        address,
        connections: 1,
        framing: Framing::TwoByteBinary,
        dialect: Dialect::Iso87Ascii,
        answer_timeout_ms,
        connect_timeout_ms: 30_000,
        echo_idle_ms: 3_600_000,
        tls: None,
        institution: None,
        time_zone: TimeZone::UTC,
        waiting_max: 64,
    }
}
