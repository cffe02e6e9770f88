//! The operations on money and the workers that finish what a crash interrupts.
//!
//! Four kinds of callers come here with the same calls: the REST API, the hosted page, the
//! merchant's app and the workers. Each operation has the same way: decide in `domain`, write the
//! intent, use the wire, write the outcome.
//!
//! **Invariant of absence**: no HTTP, no JSON, no SQL. Answers and events are rendered by
//! functions the server hands in ([`Renderers`]); their bytes are opaque here.

mod charge;
mod commit;
mod error;
mod idempotency;
mod load;
mod traces;

pub mod accounts;
pub mod balances;
pub mod caller;
pub mod cards;
pub mod catalogue;
pub mod challenges;
pub mod checkouts;
pub mod clock;
pub mod customers;
pub mod events;
pub mod ids;
pub mod lists;
pub mod live;
pub mod payment_links;
pub mod payments;
pub mod payouts;
pub mod refunds;
pub mod render;
pub mod search;
pub mod store_types;
pub mod supervisor;
pub mod turns;
pub mod vault_key;
pub mod webhooks;
pub mod workers;

pub use caller::{Actor, Caller, Request};
pub use clock::Clock;
pub use error::{Error, Thing};
pub use ids::Ids;
pub use load::Loaded;
pub use render::{Renderers, Reply, ReplyKind, View};
pub use supervisor::Supervisor;
pub use turns::{Turn, Turns};

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use domain::{Merchant, MerchantId, Mode, NodeId, Owner, Refusal, Timestamp};
use rails::Rail;
use store::Store;
use vault::{CodeHolder, Vault};

/// One acquirer, as orders are sent to it.
pub struct Acquirer {
    /// Our name of it; part of every trace.
    pub name: String,
    /// The terminals it gave us, eight characters each; at least one.
    pub terminals: Vec<String>,
    /// The way to it.
    pub rail: Arc<dyn Rail>,
}

/// How long things may take. Milliseconds.
#[derive(Clone, Debug)]
pub struct Timing {
    /// How long a second request with the same key waits for the first.
    pub key_wait_ms: u64,
    /// How long keys are kept.
    pub key_keep_ms: i64,
    /// How long an original may still be under way after it was sent.
    pub late_window_ms: i64,
    /// From when on an attempt is abandoned although its process lives.
    pub resolve_age_ms: i64,
    /// From when on a silent process is dead.
    pub node_lease_ms: i64,
    /// How long whoever sends an advice owns it: longer than a rail may take to answer.
    pub advice_lease_ms: i64,
    /// The first pause before an unanswered advice is repeated; it doubles each time.
    pub repeat_first_ms: i64,
    /// The longest such pause.
    pub repeat_max_ms: i64,
    /// How many repeats may stay unanswered before a person must look.
    pub repeats_max: i64,
    /// How long a log-in lasts without use.
    pub session_ms: i64,
    /// How long an account is locked after too many failed log-ins.
    pub lock_ms: i64,
    /// How many log-ins may fail before.
    pub failures_max: i64,
    /// How long whoever sends to a webhook endpoint owns what it sends: longer than that may take.
    pub delivery_lease_ms: i64,
    /// How long deliveries to webhook endpoints are kept.
    pub delivery_keep_ms: i64,
}

/// What an installation consists of.
pub struct Parts {
    /// The database.
    pub store: Store,
    /// The card vault.
    pub vault: Vault,
    /// The sandbox acquirer, for test mode.
    pub test: Option<Acquirer>,
    /// The real acquirer, for live mode.
    pub live: Option<Acquirer>,
    /// How answers and events are rendered.
    pub renderers: Renderers,
    /// How long things may take.
    pub timing: Timing,
    /// The time.
    pub clock: Clock,
    /// Where ids come from.
    pub ids: Ids,
    /// Who is asked before and after each write of money.
    pub turns: Turns,
    /// The way to webhook endpoints.
    pub courier: webhooks::Courier,
}

/// The running service: shared by every caller.
pub struct App {
    /// The process this is.
    pub node: NodeId,
    /// The time.
    pub clock: Clock,
    /// Where ids come from.
    pub ids: Ids,
    /// Who waits for news of a payment.
    pub live: live::Live,
    /// Who owns the running tasks.
    pub supervisor: Supervisor,
    /// Who owns what goes on until all of those have ended: the sign of life. Without it other
    /// processes would take what is still under way here for abandoned.
    pub pulse: Supervisor,
    /// The card vault.
    pub vault: Vault,
    pub(crate) store: Store,
    pub(crate) codes: CodeHolder,
    pub(crate) renderers: Renderers,
    pub(crate) timing: Timing,
    pub(crate) turns: Turns,
    pub(crate) courier: webhooks::Courier,
    pub(crate) lanes: webhooks::Lanes,
    pub(crate) nudges: workers::Nudges,
    pub(crate) logins: accounts::Gate,
    test: Option<Desk>,
    live_desk: Option<Desk>,
    merchants: Mutex<HashMap<MerchantId, Known>>,
}

/// How long a merchant is remembered, in milliseconds: what the command line changes beside a
/// running process counts there after that.
pub(crate) const KNOWN_MS: i64 = 1_000;

/// A merchant, and since when they are remembered.
type Known = (Arc<Merchant>, Timestamp);

/// An acquirer with the trace numbers we have left for it.
pub(crate) struct Desk {
    pub(crate) acquirer: Acquirer,
    pub(crate) traces: traces::Traces,
}

impl App {
    /// Puts an installation together. Starts nothing: see [`workers::start`].
    pub fn new(parts: Parts) -> Arc<Self> {
        let desk = |acquirer: Acquirer| Desk {
            traces: traces::Traces::new(),
            acquirer,
        };
        Arc::new(Self {
            node: parts.ids.next(&parts.clock, NodeId::from_bytes),
            clock: parts.clock,
            ids: parts.ids,
            live: live::Live::new(),
            supervisor: Supervisor::new(),
            pulse: Supervisor::new(),
            vault: parts.vault,
            store: parts.store,
            codes: CodeHolder::new(),
            renderers: parts.renderers,
            timing: parts.timing,
            turns: parts.turns,
            courier: parts.courier,
            lanes: webhooks::Lanes::new(),
            nudges: workers::Nudges::new(),
            logins: accounts::Gate::new(),
            test: parts.test.map(desk),
            live_desk: parts.live.map(desk),
            merchants: Mutex::new(HashMap::new()),
        })
    }

    /// The acquirer of a mode.
    pub(crate) fn desk(&self, mode: Mode) -> Result<&Desk, Refusal> {
        let desk = match mode {
            Mode::Test => self.test.as_ref(),
            Mode::Live => self.live_desk.as_ref(),
        };
        desk.ok_or(Refusal::LiveModeNotConfigured)
    }

    /// The merchant of an owner, as they were not more than [`KNOWN_MS`] ago.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub async fn merchant(&self, owner: Owner) -> Result<Arc<Merchant>, Error> {
        let found = self.find_merchant(owner.merchant).await?;
        found.ok_or(Error::NotFound(Thing::Merchant))
    }

    pub(crate) async fn find_merchant(
        &self,
        id: MerchantId,
    ) -> Result<Option<Arc<Merchant>>, store::Error> {
        let now = self.clock.now();
        let known = self
            .merchants
            .lock()
            .ok()
            .and_then(|known| known.get(&id).cloned());
        // A clock that was set back makes nothing known for longer.
        if let Some((merchant, since)) = known
            && (0..KNOWN_MS).contains(&now.millis_since(since))
        {
            return Ok(Some(merchant));
        }
        let find = move |tx: &store::Tx<'_>| store::merchants::find(tx, id);
        let Some(merchant) = self.store.read(find).await?.map(Arc::new) else {
            return Ok(None);
        };
        if let Ok(mut known) = self.merchants.lock() {
            known.insert(id, (merchant.clone(), now));
        }
        Ok(Some(merchant))
    }

    /// Whether the database can be written now, for `/readyz`.
    ///
    /// # Errors
    /// [`Error::Internal`] with the reason when it cannot.
    pub async fn check_ready(&self) -> Result<(), Error> {
        let (node, now) = (self.node, self.clock.now());
        Ok(self
            .store
            .write("ready", move |tx| store::nodes::note_alive(tx, node, now))
            .await?)
    }

    /// Proves the books.
    ///
    /// # Errors
    /// [`Error::Internal`] when they cannot be read.
    pub async fn verify_ledger(&self) -> Result<store::ledger::Report, Error> {
        Ok(self.store.read(store::ledger::verify).await?)
    }
}
