//! One whole installation: database file, key file, acquirer, and a process that serves.
//!
//! The clock is set by hand and moves only when a test moves it, or by a millisecond with each
//! request, so that ids are in the order of the requests.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use domain::{Advice, AttemptStatus, EventKind, Payment, PaymentId, PaymentStatus, Timestamp};
use engine::payments::Create;
use engine::store_types::{Answer, Report};
use engine::webhooks::Courier;
use engine::workers::Periods;
use engine::{
    Acquirer, App, Clock, Error, Ids, Loaded, Parts, Renderers, Reply, ReplyKind, Request, Timing,
    Turns, View, refunds, workers,
};
use store::{Location, Settings, Store};
use tokio::task::JoinHandle;
use vault::Vault;

use crate::agreement;
use crate::bank::Bank;
use crate::records::{OTHER, OWNER, VISA, back, merchant, newest, paying, payment_of, plain};
use crate::scratch::Scratch;

/// 2026-11-22T13:00:00Z.
pub(crate) const START: Timestamp = Timestamp::from_seconds(1_795_352_400);

/// How long anything may take before a test gives up: far beyond what it takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// How often the workers may look before everything has come to rest.
const ROUNDS: usize = 100;

/// What differs between installations.
pub(crate) struct Setup {
    pub(crate) timing: Timing,
    pub(crate) turns: Turns,
    pub(crate) courier: Courier,
    pub(crate) terminals: &'static [&'static str],
    /// Whether there is an acquirer for real money.
    pub(crate) is_live: bool,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            timing: TIMING,
            turns: Turns::default(),
            courier: Courier::none(),
            terminals: &["TEST0001", "TEST0002"],
            is_live: false,
        }
    }
}

pub(crate) const TIMING: Timing = Timing {
    key_wait_ms: 20_000,
    key_keep_ms: 24 * 3_600_000,
    late_window_ms: 5_000,
    resolve_age_ms: 30_000,
    node_lease_ms: 3_000,
    advice_lease_ms: 20_000,
    repeat_first_ms: 1_000,
    repeat_max_ms: 8_000,
    repeats_max: 20,
    session_ms: 3_600_000,
    lock_ms: 1_800_000,
    failures_max: 10,
    delivery_lease_ms: 45_000,
    delivery_keep_ms: 30 * 24 * 3_600_000,
};

/// Workers that look when they start and when they are nudged, and otherwise not within a test.
pub(crate) const SELDOM: Periods = Periods {
    advise_ms: 3_600_000,
    deliver_ms: 3_600_000,
    expire_ms: 3_600_000,
    heartbeat_ms: 3_600_000,
    purge_ms: 3_600_000,
    resolve_ms: 3_600_000,
    summarise_ms: 3_600_000,
};

/// An installation, and the process that serves. Every test ends with [`TestEngine::finish`].
pub(crate) struct TestEngine {
    pub(crate) app: Arc<App>,
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) bank: Bank,
    setup: Setup,
    folder: Scratch,
    is_finished: bool,
}

impl TestEngine {
    pub(crate) async fn start() -> Self {
        Self::with(Setup::default()).await
    }

    pub(crate) async fn with(setup: Setup) -> Self {
        let folder = Scratch::new();
        let clock = Clock::set_at(START);
        let bank = Bank::open(&clock).await;
        let store = open_store(&folder);
        Vault::generate(&key_file(&folder)).unwrap();
        let add = |tx: &store::Tx<'_>| {
            store::merchants::insert(tx, &merchant(OWNER), START)?;
            store::merchants::insert(tx, &merchant(OTHER), START)
        };
        store.write("merchants", add).await.unwrap();
        let app = start_node(&setup, &bank, &clock, &folder, setup.turns.clone()).await;
        Self {
            app,
            store,
            clock,
            bank,
            setup,
            folder,
            is_finished: false,
        }
    }

    /// Another process of the same installation.
    pub(crate) async fn another_node(&self) -> Arc<App> {
        let (bank, clock, folder) = (&self.bank, &self.clock, &self.folder);
        start_node(&self.setup, bank, clock, folder, Turns::default()).await
    }

    /// A process that serves with another key file than everybody else.
    pub(crate) fn node_with(&self, vault: Vault) -> Arc<App> {
        let store = open_store(&self.folder);
        App::new(parts(&self.setup, &self.bank, &self.clock, store, vault))
    }

    /// The process that served is gone; a new one serves in its place.
    pub(crate) async fn restart(&mut self) {
        self.app = self.another_node().await;
    }

    pub(crate) fn key_file(&self) -> PathBuf {
        key_file(&self.folder)
    }

    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Creates a payment.
    pub(crate) async fn create(&self, create: Create) -> Reply {
        self.create_as(&plain(), create).await.unwrap()
    }

    pub(crate) async fn create_as(
        &self,
        request: &Request,
        create: Create,
    ) -> Result<Reply, Error> {
        self.clock.advance_millis(1);
        within(self.app.create_payment(request, create)).await
    }

    /// Begins to create a payment in a task of its own, as a handler does.
    pub(crate) fn begin(
        &self,
        request: Request,
        create: Create,
    ) -> JoinHandle<Result<Reply, Error>> {
        let app = self.app.clone();
        let task = async move { app.create_payment(&request, create).await };
        self.app.supervisor.run(task)
    }

    /// A payment that was paid.
    pub(crate) async fn paid(&self) -> PaymentId {
        let reply = self.create(paying(VISA)).await;
        let id = payment_of(&reply);
        assert_eq!(self.status(id).await, PaymentStatus::Succeeded);
        id
    }

    /// Gives money back.
    pub(crate) async fn refund(
        &self,
        id: PaymentId,
        amount_minor: Option<i64>,
    ) -> Result<Reply, Error> {
        self.clock.advance_millis(1);
        within(self.app.create_refund(&plain(), back(id, amount_minor))).await
    }

    /// Gives money back in a task of its own.
    pub(crate) fn begin_refund(
        &self,
        request: Request,
        create: refunds::Create,
    ) -> JoinHandle<Result<Reply, Error>> {
        let app = self.app.clone();
        let task = async move { app.create_refund(&request, create).await };
        self.app.supervisor.run(task)
    }

    pub(crate) async fn load(&self, id: PaymentId) -> Loaded {
        self.app.get_payment(OWNER, id).await.unwrap()
    }

    pub(crate) async fn payment(&self, id: PaymentId) -> Payment {
        self.load(id).await.payment
    }

    pub(crate) async fn status(&self, id: PaymentId) -> PaymentStatus {
        self.payment(id).await.status
    }

    /// How each attempt of a payment stands, the oldest first.
    pub(crate) async fn attempts(&self, id: PaymentId) -> Vec<AttemptStatus> {
        let list =
            move |tx: &store::Tx<'_>| store::attempts::list_of_payment(tx, OWNER, id, &newest(50));
        let mut attempts = self.store.read(list).await.unwrap();
        attempts.sort_by_key(|attempt| attempt.id);
        attempts.iter().map(|attempt| attempt.status).collect()
    }

    pub(crate) async fn advices(&self, id: PaymentId) -> Vec<Advice> {
        let list = move |tx: &store::Tx<'_>| store::advices::list_of_payment(tx, id);
        self.store.read(list).await.unwrap()
    }

    /// The only payment there is.
    pub(crate) async fn only_payment(&self) -> Payment {
        let all = self
            .app
            .list_payments(OWNER, None, newest(10))
            .await
            .unwrap();
        let [only] = all.as_slice() else {
            panic!("{} payments", all.len());
        };
        only.payment.clone()
    }

    /// How often an event of this kind was told.
    pub(crate) async fn told(&self, kind: EventKind) -> usize {
        let events = self
            .app
            .list_events(OWNER, Vec::new(), newest(1_000))
            .await
            .unwrap();
        events
            .iter()
            .filter(|(event, _)| event.kind == kind)
            .count()
    }

    pub(crate) async fn report(&self) -> Report {
        self.app.verify_ledger().await.unwrap()
    }

    /// Runs the workers once; says how much they found.
    pub(crate) async fn work(&self) -> usize {
        self.bank.connected().await;
        self.app.check_ready().await.unwrap();
        within(workers::run_once(&self.app)).await.unwrap()
    }

    /// Runs the workers, and lets time pass, until nothing is unknown and nothing owed.
    pub(crate) async fn settle(&self) {
        for _ in 0..ROUNDS {
            self.work().await;
            let report = self.report().await;
            let is_known = report.unknown_attempts.is_empty() && report.unknown_refunds.is_empty();
            if is_known && report.owed_advices == 0 {
                return;
            }
            self.clock.advance_millis(1_000);
        }
        panic!("it never comes to rest: {:?}", self.report().await);
    }

    /// Waits until a payment stands so.
    pub(crate) async fn until_status(&self, id: PaymentId, status: PaymentStatus) {
        let reached = async {
            while self.status(id).await != status {
                pause().await;
            }
        };
        within(reached).await;
    }

    /// Ends the test: everything comes to rest, and the books are right and agree with those of
    /// the acquirer.
    pub(crate) async fn finish(self) {
        self.settle().await;
        let report = self.report().await;
        assert_eq!(report.failed_advices, Vec::<String>::new());
        agreement::prove(&self.store, &self.bank.host).await;
        self.end().await;
    }

    /// Ends a test that a person must look after: the books are right, but not at rest.
    pub(crate) async fn finish_for_a_person(self) {
        let report = self.report().await;
        assert_eq!(report.failed_advices.len(), 1);
        self.end().await;
    }

    async fn end(mut self) {
        assert_eq!(self.report().await.findings, []);
        assert!(
            self.app.supervisor.shut_down(PATIENCE).await,
            "a task goes on"
        );
        self.is_finished = true;
    }
}

impl Drop for TestEngine {
    fn drop(&mut self) {
        let is_proved = self.is_finished || std::thread::panicking();
        assert!(is_proved, "a test must end with `finish`");
    }
}

/// Starts a process as the program does: the key file is checked, and it says that it lives.
async fn start_node(
    setup: &Setup,
    bank: &Bank,
    clock: &Clock,
    folder: &Scratch,
    turns: Turns,
) -> Arc<App> {
    let store = open_store(folder);
    let vault = Vault::open(&key_file(folder)).unwrap();
    let adopted = engine::vault_key::adopt(&store, &vault, clock.now());
    adopted.await.unwrap();
    let app = App::new(Parts {
        turns,
        ..parts(setup, bank, clock, store, vault)
    });
    app.check_ready().await.unwrap();
    app
}

fn parts(setup: &Setup, bank: &Bank, clock: &Clock, store: Store, vault: Vault) -> Parts {
    let terminals = setup.terminals.iter().map(ToString::to_string).collect();
    let live = Acquirer {
        name: "bank".into(),
        terminals: vec!["LIVE0001".into()],
        rail: bank.line.clone(),
    };
    Parts {
        store,
        vault,
        test: Some(Acquirer {
            name: "sandbox".into(),
            terminals,
            rail: bank.line.clone(),
        }),
        live: setup.is_live.then_some(live),
        renderers: renderers(),
        timing: setup.timing.clone(),
        clock: clock.clone(),
        ids: Ids::system(),
        turns: Turns::default(),
        courier: setup.courier.clone(),
    }
}

fn open_store(folder: &Scratch) -> Store {
    let location = Location::File(folder.path().join("encaisse.db"));
    Store::open(&location, &Settings::default()).unwrap()
}

fn key_file(folder: &Scratch) -> PathBuf {
    folder.path().join("vault.keys")
}

/// Answers and events as pairs of name and value.
fn renderers() -> Renderers {
    Renderers {
        event: Arc::new(|_, view| pairs(view).into_bytes()),
        answer: Arc::new(|kind, view, _| Answer {
            status: status(kind, view),
            body: pairs(view).into_bytes(),
        }),
    }
}

fn status(kind: ReplyKind, view: &View<'_>) -> u16 {
    let failed = view.payment.is_some_and(|payment| {
        payment.status == PaymentStatus::RequiresPaymentMethod && payment.last_error.is_some()
    });
    if kind == ReplyKind::Charged && failed {
        402
    } else {
        200
    }
}

fn pairs(view: &View<'_>) -> String {
    let parts = [
        view.payment
            .map(|one| format!("payment={} status={}", one.id, one.status)),
        view.attempt
            .map(|one| format!("attempt={} ended={}", one.id, one.status)),
        view.refund
            .map(|one| format!("refund={} given={}", one.id, one.status)),
        view.session.map(|one| format!("checkout={}", one.id)),
        view.method.map(|one| format!("method={}", one.id)),
        view.customer.map(|one| format!("customer={}", one.id)),
        view.payout
            .map(|one| format!("payout={} stands={}", one.id, one.status)),
        view.endpoint.map(|one| format!("endpoint={}", one.id)),
        view.link.map(|one| format!("link={}", one.id)),
        view.price.map(|one| format!("price={}", one.id)),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Awaits what must not take long.
pub(crate) async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.unwrap()
}

/// Awaits that something becomes true.
pub(crate) async fn until(is_so: impl Fn() -> bool) {
    let reached = async {
        while !is_so() {
            pause().await;
        }
    };
    within(reached).await;
}

/// The time between two looks at a condition.
async fn pause() {
    tokio::time::sleep(Duration::from_millis(3)).await;
}
