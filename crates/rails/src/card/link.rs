//! The connections to one acquirer, and what travels on them.
//!
//! Does not understand orders beyond their key: what is asked and what an answer means is the
//! dialect's. Nothing is sent twice here.

mod backoff;
mod connection;
mod frames;
mod tls;
mod traffic;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use domain::{Order, Timestamp};
use iso8583::EncodeError;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use vault::CardData;
use zeroize::Zeroizing;

use crate::card::dialect::{self, Asked, Inexpressible, Key, Notice, Profile};
use crate::card::{Config, OpenError};

pub use traffic::Status;

/// The room a message gets, so that it never moves in memory and leaves a card number behind; ours
/// have less than half of it.
const MESSAGE_ROOM: usize = 1_024;

/// The pause before a connection that met a defect of ours is opened again.
const AFTER_PANIC: Duration = Duration::from_secs(5);

/// A message ready to be written, framed, and what its answer will be known by.
pub(super) struct Outgoing {
    pub(super) key: Key,
    pub(super) asked: Asked,
    pub(super) bytes: Zeroizing<Vec<u8>>,
}

/// Everything the connections to one acquirer share.
pub(super) struct Link {
    pub(super) config: Config,
    pub(super) traffic: traffic::Traffic,
    tls: Option<(TlsConnector, ServerName<'static>)>,
    now: Box<dyn Fn() -> Timestamp + Send + Sync>,
    notices: AtomicU32,
}

impl Link {
    pub(super) fn new(
        config: Config,
        now: Box<dyn Fn() -> Timestamp + Send + Sync>,
    ) -> Result<Self, OpenError> {
        config.check()?;
        Ok(Self {
            tls: config.tls.as_ref().map(tls::connector).transpose()?,
            traffic: traffic::Traffic::new(config.connections, config.waiting_max),
            config,
            now,
            notices: AtomicU32::new(0),
        })
    }

    fn profile(&self) -> Profile<'_> {
        Profile {
            dialect: self.config.dialect,
            institution: self.config.institution.as_deref(),
            time_zone: &self.config.time_zone,
        }
    }

    /// The framed message of an order.
    pub(super) fn express(
        &self,
        order: &Order,
        card: Option<&CardData>,
    ) -> Result<Outgoing, Inexpressible> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(MESSAGE_ROOM));
        let (key, asked) = self.config.framing.enclose(&mut bytes, |out| {
            dialect::express(&self.profile(), order, card, out)
        })?;
        Ok(Outgoing { key, asked, bytes })
    }

    /// A framed notice about a connection.
    fn notice(&self, notice: Notice) -> Result<Zeroizing<Vec<u8>>, EncodeError> {
        // One to 999 999 and again: a notice is answered long before its number comes back.
        let stan = self.notices.fetch_add(1, Ordering::Relaxed) % 999_999 + 1;
        let mut bytes = Zeroizing::new(Vec::new());
        self.config.framing.enclose(&mut bytes, |out| {
            dialect::request(&self.profile(), notice, (stan, (self.now)()), out)
        })?;
        Ok(bytes)
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Link({} at {})",
            self.config.acquirer, self.config.address
        )
    }
}

/// Keeps every connection until the link is closed and drained.
pub(super) async fn keep(link: Arc<Link>) {
    let mut tasks = JoinSet::new();
    let mut lanes = HashMap::new();
    for lane in 0..link.config.connections {
        let task = tasks.spawn(connection::keep(Arc::clone(&link), lane, Duration::ZERO));
        lanes.insert(task.id(), lane);
    }
    while let Some(ended) = tasks.join_next_with_id().await {
        let Err(error) = ended else {
            continue;
        };
        // A defect must not cost a connection for ever, nor run in circles.
        tracing::error!(acquirer = %link.config.acquirer, "a connection panicked: {error}");
        if let Some(lane) = lanes.remove(&error.id()) {
            let task = tasks.spawn(connection::keep(Arc::clone(&link), lane, AFTER_PANIC));
            lanes.insert(task.id(), lane);
        }
    }
}
