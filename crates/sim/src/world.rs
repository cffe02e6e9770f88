//! What is outside the processes and survives them: the acquirer's host with its journal, the
//! messages under way, the disk and the time.

use std::path::PathBuf;
use std::sync::PoisonError;
use std::time::Duration;

use anyhow::Context as _;
use domain::Timestamp;
use engine::Clock;
use rails::Rail as _;
use rails::card::{self, CardRail};
use sandbox::Host;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

use crate::rail::{Letter, Mail};
use crate::scratch::Scratch;

/// 2026-11-22T13:00:00Z: when every run begins.
const START: Timestamp = Timestamp::from_seconds(1_795_352_400);

/// How long anything real may take before the run is given up: far beyond what it takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A connection to the host, and the task that keeps it.
pub(crate) struct Connection {
    pub(crate) rail: CardRail,
    keeper: JoinHandle<()>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.keeper.abort();
    }
}

/// The outside.
pub(crate) struct World {
    line: Option<Connection>,
    host: Option<Host>,
    runtime: Runtime,
    pub(crate) mail: Mail,
    pub(crate) clock: Clock,
    scratch: Scratch,
}

impl World {
    pub(crate) fn new() -> anyhow::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let mut world = Self {
            line: None,
            host: None,
            runtime,
            mail: Mail::default(),
            clock: Clock::set_at(START),
            scratch: Scratch::new()?,
        };
        world.start_host()?;
        Ok(world)
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.scratch.path().join("encaisse.db")
    }

    pub(crate) fn key_file(&self) -> PathBuf {
        self.scratch.path().join("vault.keys")
    }

    pub(crate) fn journal(&self) -> PathBuf {
        self.scratch.path().join("sandbox.journal")
    }

    /// Starts the host on its journal; after an end, connections must be made anew.
    pub(crate) fn start_host(&mut self) -> anyhow::Result<()> {
        self.line = None;
        let before = self.host.take();
        let config = sandbox::Config {
            journal: sandbox::Place::File {
                path: self.journal(),
                sync: false,
            },
            ..sandbox::Config::default()
        };
        let started = self.runtime.block_on(async {
            if let Some(host) = before {
                host.stop().await;
            }
            Host::start(config).await
        });
        self.host = Some(started.context("the sandbox cannot start")?);
        self.line = Some(self.connect()?);
        Ok(())
    }

    /// A connection of its own, signed on.
    pub(crate) fn connect(&self) -> anyhow::Result<Connection> {
        let host = self.host.as_ref().context("there is no host")?;
        let config = card::Config {
            acquirer: "sandbox".to_owned(),
            address: host.address().to_string(),
            connections: 1,
            framing: card::Framing::TwoByteBinary,
            dialect: card::Dialect::Iso87Ascii,
            answer_timeout_ms: 30_000,
            connect_timeout_ms: 30_000,
            echo_idle_ms: 3_600_000,
            tls: None,
            institution: None,
            time_zone: jiff::tz::TimeZone::UTC,
            waiting_max: 64,
        };
        let clock = self.clock.clone();
        let (rail, keeper) = card::open(config, move || clock.now())?;
        let keeper = self.runtime.spawn(keeper);
        let connection = Connection { rail, keeper };
        let signed_on = async {
            let signed_on = connection.rail.signed_on();
            tokio::time::timeout(PATIENCE, signed_on).await
        };
        self.runtime
            .block_on(signed_on)
            .context("the sandbox does not sign us on")?;
        Ok(connection)
    }

    /// How many messages are under way.
    pub(crate) fn letters(&self) -> usize {
        let mail = self.mail.lock().unwrap_or_else(PoisonError::into_inner);
        mail.len()
    }

    /// A message that nobody waits for any more arrives.
    pub(crate) fn deliver(&self, place: usize) -> Option<String> {
        let mut mail = self.mail.lock().unwrap_or_else(PoisonError::into_inner);
        if place >= mail.len() {
            return None;
        }
        let Letter { order, card } = mail.remove(place);
        drop(mail);
        let line = self.line.as_ref()?;
        let sent = line.rail.send(&order, card.as_ref());
        let outcome = self.runtime.block_on(sent);
        Some(format!(
            "late {} {}: {outcome:?}",
            order.kind, order.trace.stan
        ))
    }
}
