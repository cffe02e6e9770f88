//! The running host: the listener, what all connections share, and its end.
//!
//! One task accepts and owns every connection; dropping the [`Host`] ends them all. What the
//! connections share is behind one lock, held while a batch of messages is decided and written to
//! the journal and never while anything waits.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use iso8583::Message;
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;
use tracing::{debug, info, warn};

use crate::answer::Answer;
use crate::books::{Books, Verdict};
use crate::cards::OTHER;
use crate::config::{Config, Place};
use crate::connection::Connection;
use crate::fault::{Fault, Faults, Injected};
use crate::journal::{Effect, Entry, Journal, JournalError};
use crate::reply;
use crate::request::{Kind, Request};

/// How long the listener waits after the system refused it a connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A host that listens and answers until it is stopped or dropped.
#[derive(Debug)]
pub struct Host {
    address: SocketAddr,
    shared: Arc<Shared>,
    hang_up: watch::Sender<u64>,
    stop: oneshot::Sender<()>,
    tasks: JoinSet<()>,
}

/// A host that cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("the sandbox cannot listen on {0}: {1}")]
    Listen(SocketAddr, #[source] io::Error),
    /// The journal cannot be continued.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// What all connections share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) config: Config,
    faults: Faults,
    core: Mutex<Core>,
}

struct Core {
    books: Books,
    journal: Journal,
}

/// A framed answer, or none, and what goes wrong with it.
#[derive(Debug)]
pub(crate) struct Delivery {
    pub(crate) frame: Vec<u8>,
    pub(crate) fault: Option<Fault>,
}

impl Host {
    /// Reads the journal, listens, and answers from then on.
    ///
    /// # Errors
    /// The address is taken, or the journal cannot be read.
    pub async fn start(config: Config) -> Result<Host, StartError> {
        let (journal, entries) = Journal::open(&config.journal)?;
        let mut books = Books::default();
        entries.iter().for_each(|entry| books.apply(entry));
        let listen = config.listen;
        let unheard = |error| StartError::Listen(listen, error);
        let listener = TcpListener::bind(listen).await.map_err(unheard)?;
        let address = listener.local_addr().map_err(unheard)?;
        let core = Mutex::new(Core { books, journal });
        let shared = Arc::new(Shared {
            config,
            faults: Faults::default(),
            core,
        });
        let (hang_up, hung_up) = watch::channel(0);
        let (stop, stopped) = oneshot::channel();
        let mut tasks = JoinSet::new();
        let serving = Arc::clone(&shared);
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            tokio::select! {
                () = accept(listener, serving, hung_up, &mut connections) => {}
                _ = stopped => connections.shutdown().await,
            }
        });
        info!(
            sandbox.address = %address,
            sandbox.dialect = shared.config.dialect.name,
            "the sandbox acquirer listens on {address}"
        );
        Ok(Host {
            address,
            shared,
            hang_up,
            stop,
            tasks,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The rules by which messages go wrong.
    pub fn faults(&self) -> &Faults {
        &self.shared.faults
    }

    /// Everything that the journal holds.
    ///
    /// # Errors
    /// The journal is in a file, and it cannot be read.
    pub fn entries(&self) -> Result<Vec<Entry>, JournalError> {
        match &self.shared.config.journal {
            Place::Memory => Ok(self.shared.lock().journal.entries().to_vec()),
            Place::File { path, .. } => Journal::read(path),
        }
    }

    /// Closes all connections that are open now; new ones are welcome.
    pub fn hang_up(&self) {
        self.hang_up.send_modify(|times| *times += 1);
    }

    /// Stops listening, closes all connections, and waits until nothing writes to the journal any
    /// more. A host that is merely dropped ends, too, but nobody knows when.
    pub async fn stop(mut self) {
        // It fails only when the task has ended already.
        let _ = self.stop.send(());
        self.tasks.join_next().await;
    }
}

async fn accept(
    listener: TcpListener,
    shared: Arc<Shared>,
    hung_up: watch::Receiver<u64>,
    connections: &mut JoinSet<()>,
) {
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((_, peer)) if connections.len() >= shared.config.connections_max => {
                    warn!(%peer, "the sandbox has no room for another connection");
                }
                Ok((stream, peer)) => {
                    let connection = Connection::new(stream, Arc::clone(&shared));
                    let mut hung_up = hung_up.clone();
                    hung_up.mark_unchanged();
                    connections.spawn(async move {
                        tokio::select! {
                            () = connection.serve() => {}
                            _ = hung_up.changed() => {}
                        }
                        debug!(%peer, "a connection to the sandbox ended");
                    });
                }
                Err(error) => {
                    warn!(%error, "the sandbox cannot accept a connection");
                    // The system is out of something; a moment later it may have more of it.
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

impl Shared {
    /// Decides a batch of messages of one connection and writes them to the journal. Only then may
    /// anything be answered; when the journal fails, nothing may.
    pub(crate) fn answer(
        &self,
        messages: &[Message<'_>],
        signed_on: &mut bool,
    ) -> io::Result<Vec<Delivery>> {
        let mut core = self.lock();
        let deliveries = messages
            .iter()
            .map(|message| self.one(&mut core, message, signed_on))
            .collect();
        core.journal.commit()?;
        Ok(deliveries)
    }

    fn one(&self, core: &mut Core, message: &Message<'_>, signed_on: &mut bool) -> Delivery {
        let mut request = Request::read(message);
        if self.config.takes_any_card {
            request = request.or_card(&OTHER);
        }
        // What is not looked at anyway uses up no rule.
        let welcome = *signed_on || request.kind.is_network();
        let injected = welcome.then(|| self.faults.take(request.kind)).flatten();
        let verdict = decide(&core.books, &request, injected, welcome);
        let entry = entry(&request, &verdict);
        debug!(
            sandbox.kind = request.kind.name(),
            sandbox.key = %request.key,
            sandbox.effect = verdict.effect.name(),
            sandbox.answer = verdict.answer.name(),
            sandbox.fault = verdict.fault.map_or("none", Fault::name),
            "the sandbox got a message"
        );
        core.books.apply(&entry);
        core.journal.add(entry);
        if verdict.effect == Effect::Network && request.kind != Kind::Echo {
            *signed_on = request.kind == Kind::SignOn;
        }
        let mut frame = Vec::with_capacity(256);
        let written = self.config.framing.append(&mut frame, |out| {
            reply::encode(message, &request, &verdict, out)
        });
        if let Err(error) = written {
            warn!(%error, "the sandbox cannot write an answer");
        }
        Delivery {
            frame,
            fault: verdict.fault,
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The books' verdict, unless a rule or a missing sign-on comes before it.
fn decide(
    books: &Books,
    request: &Request<'_>,
    injected: Option<Injected>,
    welcome: bool,
) -> Verdict {
    if !welcome {
        return Verdict::rejected(request, Answer::SignedOff);
    }
    match injected {
        None => books.decide(request),
        Some(Injected::Answer(answer)) => Verdict::rejected(request, answer),
        Some(Injected::Fault(fault)) => Verdict {
            fault: Some(fault),
            ..books.decide(request)
        },
    }
    .or_lost(request)
}

fn entry(request: &Request<'_>, verdict: &Verdict) -> Entry {
    let lost = verdict.effect == Effect::Lost;
    Entry {
        kind: request.kind,
        mti: request.mti,
        key: request.key,
        merchant: request.merchant.to_string(),
        rrn: request.rrn.to_string(),
        pan: request.pan.clone(),
        card: request
            .card
            .map(|card| card.name)
            .unwrap_or_default()
            .to_owned(),
        amount_minor: verdict.amount_minor,
        currency: request.currency.to_string(),
        original: verdict.original,
        effect: verdict.effect,
        answer: (!lost).then_some(verdict.answer),
        challenge: verdict.challenge.clone(),
        fault: verdict.fault,
    }
}

impl std::fmt::Debug for Core {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Core")
    }
}
