//! Everything that is only an edge: HTTP, the embedded app, configuration, probes, logs.
//!
//! Requests become domain values here, the engine is asked, and what it says becomes an answer.
//! This file alone puts the parts together.
//!
//! **Invariant of absence**: no rule about money and no SQL.

mod api;
mod assets;
mod auth;
mod call;
pub mod config;
mod error;
mod form;
mod json;
pub mod limits;
pub mod logs;
pub mod metrics_page;
#[cfg(test)]
mod openapi;
mod operations;
mod pay;
mod probes;
mod requests;
mod routes;
mod state;
mod terminal;
mod tokenise;
pub mod webhooks;

pub(crate) use engine::store_types::{Answer, Customer, Event};
pub use routes::router;
pub use state::State;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use domain::Mode;
use engine::webhooks::Courier;
use engine::{Acquirer, App, Clock, Ids, Parts, Renderers, Timing, Turns};
use rails::card::{self, CardRail};
use sandbox::Host;
use store::{Location, Store};
use vault::Vault;

use api::render::{Links, Scene, answer, event_object};
use config::{Config, Dialect, Framing, PublicUrl};
use limits::Limits;
use webhooks::guard::Guard;

/// The terminal that the sandbox knows us by.
const TERMINAL: &str = "ENC00001";

/// How much longer whoever sends to a webhook endpoint owns the delivery than sending may take: to
/// wait for its turn, and to write what became of it.
const DELIVERY_GRACE: std::time::Duration = std::time::Duration::from_secs(30);

/// How long a start waits for the links to acquirers.
const SIGN_ON_PATIENCE: std::time::Duration = std::time::Duration::from_secs(1);

/// A running installation: the parts that must be kept and ended in order.
pub struct Installation {
    /// The engine.
    pub app: Arc<App>,
    /// What every handler shares.
    pub state: Arc<State>,
    /// The embedded test acquirer.
    sandbox: Option<Host>,
    /// The links to acquirers.
    rails: Vec<CardRail>,
}

/// Opens the database, making its directory when it is not there.
///
/// # Errors
/// With what to do about it.
pub fn open_store(config: &Config) -> anyhow::Result<Store> {
    let location = location(config)?;
    let settings = store::Settings {
        readers: config.store.readers,
        ..store::Settings::default()
    };
    Store::open(&location, &settings).context("the database cannot be opened")
}

fn location(config: &Config) -> anyhow::Result<Location> {
    let path = config.store.url.reveal().strip_prefix("sqlite:");
    let path = PathBuf::from(path.context("store.url must begin with `sqlite:`")?);
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        make_folder(folder)?;
    }
    Ok(Location::File(path))
}

/// Only the service's own user may look inside.
fn make_folder(folder: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    let made = std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder);
    made.with_context(|| format!("the directory {} cannot be made", folder.display()))
}

/// Opens the card key, and makes one only when the database is new.
///
/// # Errors
/// The key is missing, exposed, or not the one of this database.
pub async fn open_vault(config: &Config, store: &Store) -> anyhow::Result<Vault> {
    let path = &config.vault_key_file;
    let is_new = store.read(store::vault_keys::current).await?.is_none();
    let vault = if is_new && !path.exists() {
        Vault::generate(path)
    } else {
        Vault::open(path)
    };
    let vault = vault.with_context(|| format!("the card key {}", path.display()))?;
    engine::vault_key::adopt(store, &vault, Clock::system().now()).await?;
    Ok(vault)
}

/// The engine without any way to an acquirer: for commands beside a running server.
///
/// # Errors
/// As [`open_store`] and [`open_vault`].
pub async fn open_app(config: &Config) -> anyhow::Result<Arc<App>> {
    let store = open_store(config)?;
    let vault = open_vault(config, &store).await?;
    Ok(App::new(parts(
        config,
        store,
        vault,
        Links::new(String::new()),
    )))
}

fn parts(config: &Config, store: Store, vault: Vault, links: Links) -> Parts {
    Parts {
        store,
        vault,
        test: None,
        live: None,
        renderers: renderers(links),
        timing: timing(config),
        clock: Clock::system(),
        ids: Ids::system(),
        turns: Turns::default(),
        courier: Courier::none(),
    }
}

fn renderers(links: Links) -> Renderers {
    let of_events = links.clone();
    Renderers {
        event: Arc::new(move |kind, view| {
            event_object(
                kind,
                &Scene {
                    view: *view,
                    links: &of_events,
                },
            )
        }),
        answer: Arc::new(move |kind, view, expand| {
            answer(
                kind,
                &Scene {
                    view: *view,
                    links: &links,
                },
                expand,
            )
        }),
    }
}

fn timing(config: &Config) -> Timing {
    let millis = |time: std::time::Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
    Timing {
        key_wait_ms: u64::try_from(config.idempotency.wait.as_millis()).unwrap_or(u64::MAX),
        key_keep_ms: millis(config.idempotency.keep),
        late_window_ms: millis(config.rail.answer_timeout + config.rail.late_window),
        resolve_age_ms: millis(config.workers.resolve_age),
        node_lease_ms: millis(config.workers.heartbeat_lease),
        advice_lease_ms: millis(config.workers.lease),
        repeat_first_ms: millis(config.rail.advice_retry_first),
        repeat_max_ms: millis(config.rail.advice_retry_max),
        repeats_max: i64::from(config.rail.advice_tries_max),
        session_ms: millis(config.session.lifetime),
        lock_ms: millis(config.session.lock),
        failures_max: i64::from(config.session.lock_failures),
        delivery_lease_ms: millis(config.webhooks.timeout.saturating_add(DELIVERY_GRACE)),
        delivery_keep_ms: millis(config.webhooks.keep),
    }
}

impl Installation {
    /// Starts everything but HTTP: sandbox, links to acquirers, engine, workers.
    ///
    /// # Errors
    /// With what to do about it.
    pub async fn start(config: &Config, public_url: &PublicUrl) -> anyhow::Result<Self> {
        let store = open_store(config)?;
        let vault = open_vault(config, &store).await?;
        let links = Links::new(public_url.as_str().to_owned());
        let mut parts = parts(config, store, vault, links.clone());
        let guard = Guard::new(config.webhooks.allow_private.clone());
        parts.courier = webhooks::courier(guard.clone(), config.webhooks.timeout)?;
        let sandbox = start_sandbox(config).await?;
        let mut roads = Vec::new();
        if let Some(road) = test_road(config, sandbox.as_ref()) {
            let (acquirer, rail, keeper) = open_rail("sandbox", road)?;
            parts.test = Some(acquirer);
            roads.push((rail, keeper));
        }
        if let Some(road) = live_road(config)? {
            let (acquirer, rail, keeper) = open_rail("live", road)?;
            parts.live = Some(acquirer);
            roads.push((rail, keeper));
        }
        let app = App::new(parts);
        let mut rails = Vec::new();
        for (rail, keeper) in roads {
            app.supervisor.run(keeper);
            rails.push(rail);
        }
        engine::workers::start(&app, periods(config)).await?;
        sign_on(&rails).await;
        let state = Arc::new(State {
            app: app.clone(),
            links,
            origin: public_url.as_str().to_owned(),
            is_encrypted: public_url.is_encrypted(),
            checkout_life_ms: i64::try_from(config.checkout_expires.as_millis())?,
            limits: Limits::per_second(config.requests_per_second),
            guard,
            sandbox_proof: sandbox::authentication_value,
        });
        Ok(Self {
            app,
            state,
            sandbox,
            rails,
        })
    }

    /// Ends everything in order: what is under way first, then links, sandbox and database.
    pub async fn stop(self, patience: std::time::Duration) {
        for rail in &self.rails {
            rail.close();
        }
        if !self.app.supervisor.shut_down(patience).await {
            tracing::warn!("Some payments were still under way; the next start ends them.");
        } else if let Err(error) = engine::workers::take_leave(&self.app).await {
            tracing::warn!("This process could not take its leave: {error}.");
        }
        if let Some(sandbox) = self.sandbox {
            sandbox.stop().await;
        }
    }
}

/// Waits a moment for the links, so that the first payments after a start are not refused for want
/// of one. An acquirer that is away must not keep the service from starting.
async fn sign_on(rails: &[CardRail]) {
    let all = async {
        for rail in rails {
            rail.signed_on().await;
        }
    };
    if tokio::time::timeout(SIGN_ON_PATIENCE, all).await.is_err() {
        tracing::warn!("An acquirer does not answer yet; its payments are refused until it does.");
    }
}

async fn start_sandbox(config: &Config) -> anyhow::Result<Option<Host>> {
    let settings = &config.sandbox;
    if !settings.enabled || settings.address.is_some() {
        return Ok(None);
    }
    let path = config.data_dir.join("sandbox.journal");
    let host = sandbox::Config {
        listen: settings.listen,
        journal: sandbox::Place::File { path, sync: false },
        timings: sandbox_timings(settings),
        ..sandbox::Config::default()
    };
    Ok(Some(
        Host::start(host)
            .await
            .context("the test acquirer cannot start")?,
    ))
}

/// How long the sandbox takes, as configured.
pub fn sandbox_timings(settings: &config::Sandbox) -> sandbox::Timings {
    let millis = |time: std::time::Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    sandbox::Timings {
        slow_ms: millis(settings.slow_answer),
        late_ms: millis(settings.late_answer),
    }
}

fn test_road(config: &Config, sandbox: Option<&Host>) -> Option<card::Config> {
    let address = match (sandbox, &config.sandbox.address) {
        (Some(host), _) => host.address().to_string(),
        (None, Some(address)) => address.to_string(),
        (None, None) => return None,
    };
    Some(card::Config {
        acquirer: Mode::Test.to_string(),
        address,
        framing: card::Framing::TwoByteBinary,
        dialect: card::Dialect::Iso87Ascii,
        tls: None,
        institution: None,
        time_zone: jiff::tz::TimeZone::UTC,
        ..common_road(config)
    })
}

fn live_road(config: &Config) -> anyhow::Result<Option<card::Config>> {
    let Some(live) = &config.live else {
        return Ok(None);
    };
    let tls = live.tls.as_ref().map(|tls| card::Tls {
        ca_file: tls.ca_file.clone(),
        server_name: tls.name.clone(),
    });
    Ok(Some(card::Config {
        acquirer: Mode::Live.to_string(),
        address: live.address.to_string(),
        framing: match live.framing {
            Framing::Binary2 => card::Framing::TwoByteBinary,
            Framing::Ascii4 => card::Framing::FourDigitAscii,
        },
        dialect: match live.dialect {
            Dialect::Iso87Ascii => card::Dialect::Iso87Ascii,
            Dialect::Iso87Binary => card::Dialect::Iso87Binary,
            Dialect::Iso93Ascii => card::Dialect::Iso93Ascii,
        },
        tls,
        institution: live.institution.clone(),
        time_zone: jiff::tz::TimeZone::get(&live.time_zone)?,
        ..common_road(config)
    }))
}

fn common_road(config: &Config) -> card::Config {
    let millis = |time: std::time::Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    card::Config {
        acquirer: String::new(),
        address: String::new(),
        connections: config.rail.connections,
        framing: card::Framing::TwoByteBinary,
        dialect: card::Dialect::Iso87Ascii,
        answer_timeout_ms: millis(config.rail.answer_timeout),
        connect_timeout_ms: millis(config.rail.connect_timeout),
        echo_idle_ms: millis(config.rail.echo_idle),
        tls: None,
        institution: None,
        time_zone: jiff::tz::TimeZone::UTC,
        waiting_max: config.rail.waiting_max,
    }
}

type Keeper = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

fn open_rail(name: &str, road: card::Config) -> anyhow::Result<(Acquirer, CardRail, Keeper)> {
    let clock = Clock::system();
    let (rail, keeper) = card::open(road, move || clock.now())
        .with_context(|| format!("the link to the acquirer `{name}` cannot be opened"))?;
    let acquirer = Acquirer {
        name: name.to_owned(),
        terminals: vec![TERMINAL.to_owned()],
        rail: Arc::new(rail.clone()),
    };
    Ok((acquirer, rail, Box::pin(keeper)))
}

fn periods(config: &Config) -> engine::workers::Periods {
    let millis = |time: std::time::Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let workers = &config.workers;
    engine::workers::Periods {
        advise_ms: millis(workers.resolve_period),
        deliver_ms: millis(workers.deliver_period),
        expire_ms: millis(workers.expire_period),
        heartbeat_ms: millis(workers.heartbeat),
        purge_ms: millis(workers.purge_period),
        resolve_ms: millis(workers.resolve_period),
        summarise_ms: millis(workers.summarise_period),
    }
}
