//! One life of one process: an engine in a runtime of its own, so that dropping the runtime ends
//! all of it at once.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use domain::{Currency, EventKind, FeeRule, Merchant, MerchantId, Mode, Owner, Timestamp};
use engine::store_types::Answer;
use engine::webhooks::Courier;
use engine::{Acquirer, App, Error, Ids, Parts, Renderers, Reply, Timing, View};
use store::{Location, Settings, Store};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use vault::Vault;

use crate::gate::{Gate, Waiting};
use crate::rail::{FaultyRail, Line};
use crate::world::{Connection, PATIENCE, World};

/// For whom all payments of a run are.
pub(crate) const OWNER: Owner = Owner {
    merchant: MerchantId::from_bytes([1; 16]),
    mode: Mode::Test,
};

/// How a task ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// A request was answered.
    Answered(Result<Reply, Error>),
    /// A worker found so much to do.
    Worked(Result<usize, Error>),
}

/// What the one running task came to.
#[derive(Debug)]
pub(crate) enum Event {
    Arrived(Waiting),
    Ended(Ended),
}

/// A running process. Dropping it is its death: nothing of it goes on.
pub(crate) struct Node {
    runtime: Runtime,
    pub(crate) app: Arc<App>,
    pub(crate) store: Store,
    arrivals: mpsc::UnboundedReceiver<Waiting>,
    ends: mpsc::UnboundedReceiver<Ended>,
    end: mpsc::UnboundedSender<Ended>,
    line: Line,
    connection: Connection,
}

impl Node {
    /// Starts a process on the files of `world`, with ids made of `seed`.
    pub(crate) fn start(world: &World, seed: u64) -> anyhow::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let settings = Settings {
            // Two readers would answer in an order that no seed knows.
            readers: 1,
            writer_cache_kib: 512,
            reader_cache_kib: 512,
            ..Settings::default()
        };
        let store = Store::open(&Location::File(world.database()), &settings)?;
        let vault = match Vault::open(&world.key_file()) {
            Ok(vault) => vault,
            Err(_) => Vault::generate(&world.key_file())?,
        };
        let now = world.clock.now();
        runtime.block_on(engine::vault_key::adopt(&store, &vault, now))?;
        let connection = world.connect()?;
        let line: Line = Arc::new(Mutex::new(connection.rail.clone()));
        let (gate, arrivals) = Gate::new();
        let rail = FaultyRail {
            gate: gate.clone(),
            line: line.clone(),
            mail: world.mail.clone(),
        };
        let app = App::new(Parts {
            store: store.clone(),
            vault,
            test: Some(Acquirer {
                name: "sandbox".to_owned(),
                terminals: vec!["SIM00001".to_owned(), "SIM00002".to_owned()],
                rail: Arc::new(rail),
            }),
            live: None,
            renderers: renderers(),
            timing: TIMING,
            clock: world.clock.clone(),
            ids: Ids::seeded(seed),
            turns: gate.turns(),
            courier: Courier::none(),
        });
        let (end, ends) = mpsc::unbounded_channel();
        let node = Self {
            runtime,
            app,
            store,
            arrivals,
            ends,
            end,
            line,
            connection,
        };
        node.prepare()?;
        Ok(node)
    }

    /// Makes the merchant when there is none, and reads it once, so that no task has to.
    fn prepare(&self) -> anyhow::Result<()> {
        let now = self.app.clock.now();
        let fee = fee(now)?;
        self.block_on(async {
            if self.app.merchant(OWNER).await.is_err() {
                let make = move |tx: &store::Tx<'_>| {
                    store::merchants::insert(tx, &merchant(), now)?;
                    store::fee_rules::insert(tx, OWNER.merchant, &fee)
                };
                self.store.write("merchant_create", make).await?;
                self.app.merchant(OWNER).await?;
            }
            self.app.check_ready().await?;
            Ok(())
        })
    }

    /// Says that the process lives.
    pub(crate) fn say_alive(&self) -> anyhow::Result<()> {
        Ok(self.block_on(self.app.check_ready())?)
    }

    /// Speaks to the host over a new connection.
    pub(crate) fn reconnect(&mut self, world: &World) -> anyhow::Result<()> {
        self.connection = world.connect()?;
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        *line = self.connection.rail.clone();
        Ok(())
    }

    /// Begins a task, which runs when [`Node::next`] is asked for what it came to.
    pub(crate) fn begin(
        &self,
        work: impl Future<Output = Ended> + Send + 'static,
    ) -> JoinHandle<()> {
        let end = self.end.clone();
        // It belongs to the runtime, and ends with it.
        self.runtime.spawn(async move {
            // Nobody listens any more when the process has died.
            let _ = end.send(work.await);
        })
    }

    /// Drops a task, as a server drops the handler of a client who hung up.
    pub(crate) fn drop_task(&self, task: JoinHandle<()>) {
        task.abort();
        // It ends as cancelled, or had ended.
        let _ = self.block_on(task);
    }

    /// Lets the one task that may run go on to its next point or its end.
    pub(crate) fn next(&mut self) -> anyhow::Result<Event> {
        let Self {
            runtime,
            arrivals,
            ends,
            ..
        } = self;
        let event = runtime.block_on(async {
            let next = async {
                tokio::select! {
                    biased;
                    Some(waiting) = arrivals.recv() => Event::Arrived(waiting),
                    Some(ended) = ends.recv() => Event::Ended(ended),
                    else => std::future::pending().await,
                }
            };
            tokio::time::timeout(PATIENCE, next).await
        });
        event.context("a task neither ended nor asked for its turn")
    }

    /// The same for a task that goes on after its client hung up: nobody is told of its end, so it
    /// is known by there being one task less.
    pub(crate) fn next_without_client(&mut self) -> anyhow::Result<Option<Waiting>> {
        let Self {
            runtime, arrivals, ..
        } = self;
        let metrics = runtime.handle().metrics();
        let before = metrics.num_alive_tasks();
        let event = runtime.block_on(async {
            let next = async {
                loop {
                    if let Ok(waiting) = arrivals.try_recv() {
                        return Some(waiting);
                    }
                    if metrics.num_alive_tasks() < before {
                        return None;
                    }
                    tokio::task::yield_now().await;
                }
            };
            tokio::time::timeout(PATIENCE, next).await
        });
        event.context("a task without a client neither ended nor asked for its turn")
    }

    pub(crate) fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }
}

/// The product's own bounds; only nobody waits for an idempotency key, because waiting is not a
/// turn.
pub(crate) const TIMING: Timing = Timing {
    key_wait_ms: 0,
    key_keep_ms: 24 * 3_600_000,
    late_window_ms: 35_000,
    resolve_age_ms: 30_000,
    node_lease_ms: 3_000,
    advice_lease_ms: 20_000,
    repeat_first_ms: 1_000,
    repeat_max_ms: 60_000,
    repeats_max: 1_000,
    session_ms: 3_600_000,
    lock_ms: 1_800_000,
    failures_max: 10,
    delivery_lease_ms: 45_000,
    delivery_keep_ms: 30 * 24 * 3_600_000,
};

/// What the service takes of every payment, so that each run proves the fees too.
fn fee(now: Timestamp) -> anyhow::Result<FeeRule> {
    FeeRule::new(150, 25, now).context("a fee out of bounds")
}

/// The merchant of every run.
fn merchant() -> Merchant {
    Merchant {
        id: OWNER.merchant,
        name: "Simulated".to_owned(),
        time_zone: "Europe/Paris".to_owned(),
        country: "FR".to_owned(),
        locale: "fr-FR".to_owned(),
        currencies: vec![Currency::EUR],
        acceptor: "000000000000042".to_owned(),
        fees: domain::FeeRules::default(),
        payout_delay_days: 0,
    }
}

/// Answers and events in one line: enough for a client and for the checks.
fn renderers() -> Renderers {
    Renderers {
        event: Arc::new(|_: EventKind, view| line(view).into_bytes()),
        answer: Arc::new(|_, view, _| Answer {
            status: 200,
            body: line(view).into_bytes(),
        }),
    }
}

/// `pi_… succeeded`, then the attempt, then the refund with its status, where there is one.
fn line(view: &View<'_>) -> String {
    let payment = view.payment.map(|one| format!("{} {}", one.id, one.status));
    let attempt = view.attempt.map(|one| one.id.to_string());
    let refund = view.refund.map(|one| format!("{} {}", one.id, one.status));
    let parts = [payment, attempt, refund];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}
