//! What goes on without anybody asking: each worker reads rows, takes no input, and may run twice.
//!
//! A worker is nudged where its rows are made, and looks by itself from time to time: one way for
//! the happy case and for the recovery. What it does not finish now it finishes the next time, so
//! it has no retries of its own.

mod advise;
mod deliver;
mod expire;
mod heartbeat;
mod purge;
mod resolve;
mod summarise;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use crate::{App, Error, Supervisor};

/// How long each worker rests between two looks, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Periods {
    /// Repeats what is owed to a rail.
    pub advise_ms: u64,
    /// Tells webhook endpoints what happened.
    pub deliver_ms: u64,
    /// Gives up links that were not paid in time.
    pub expire_ms: u64,
    /// Says that this process lives.
    pub heartbeat_ms: u64,
    /// Forgets what need not be kept.
    pub purge_ms: u64,
    /// Ends attempts that nobody will end.
    pub resolve_ms: u64,
    /// Sums up what is due to merchants.
    pub summarise_ms: u64,
}

/// Wakes workers before their time.
#[derive(Debug)]
pub(crate) struct Nudges {
    pub(crate) advise: Arc<Notify>,
    pub(crate) deliver: Arc<Notify>,
    none: Arc<Notify>,
}

impl Nudges {
    pub(crate) fn new() -> Self {
        Self {
            advise: Arc::default(),
            deliver: Arc::default(),
            none: Arc::default(),
        }
    }
}

/// How many rows a worker handled; a full batch means that it looks again at once.
pub(crate) type Done = usize;

/// How many rows a worker takes at once.
pub(crate) const BATCH: i64 = 64;

/// How long the last sign of life may take to be written.
const PULSE_PATIENCE: Duration = Duration::from_secs(2);

/// Starts every worker. They end when the supervisor stops, the sign of life when this process
/// takes its leave.
///
/// # Errors
/// [`Error::Internal`] when this process cannot even say that it lives.
pub async fn start(app: &Arc<App>, periods: Periods) -> Result<(), Error> {
    heartbeat::run(app.clone()).await?;
    // There from the start: an alert on its growth needs the zero.
    advise::failed_total().increment(0);
    let none = &app.nudges.none;
    keep_under(
        &app.pulse,
        app,
        ("heartbeat", periods.heartbeat_ms),
        none,
        heartbeat::run,
    );
    keep(app, "resolve", periods.resolve_ms, none, resolve::run);
    keep(
        app,
        "advise",
        periods.advise_ms,
        &app.nudges.advise,
        advise::run,
    );
    keep(
        app,
        "deliver",
        periods.deliver_ms,
        &app.nudges.deliver,
        deliver::run,
    );
    keep(app, "expire", periods.expire_ms, none, expire::run);
    keep(app, "purge", periods.purge_ms, none, purge::run);
    let period_ms = periods.summarise_ms;
    keep(app, "summarise", period_ms, none, summarise::run);
    Ok(())
}

/// Says that this process ends in good order, so that nobody waits for it.
///
/// # Errors
/// [`Error::Internal`].
pub async fn take_leave(app: &App) -> Result<(), Error> {
    app.pulse.shut_down(PULSE_PATIENCE).await;
    heartbeat::end(app).await
}

/// Runs every worker that finishes work once, until none finds any: for tests and the simulator.
///
/// # Errors
/// [`Error::Internal`].
pub async fn run_once(app: &Arc<App>) -> Result<usize, Error> {
    let resolved = resolve::run(app.clone()).await?;
    let advised = advise::run(app.clone()).await?;
    let expired = expire::run(app.clone()).await?;
    let told = deliver::run_to_end(app.clone()).await?;
    let done = [resolved, advised, expired, told];
    Ok(done.into_iter().fold(0, usize::saturating_add))
}

/// Sums up what is due until nothing is left to be summed up: for tests and the simulator.
///
/// # Errors
/// [`Error::Internal`].
pub async fn summarise(app: &Arc<App>) -> Result<(), Error> {
    while summarise::run(app.clone()).await? > 0 {}
    Ok(())
}

fn keep<F, T>(app: &Arc<App>, name: &'static str, period_ms: u64, nudge: &Arc<Notify>, work: F)
where
    F: Fn(Arc<App>) -> T + Copy + Send + Sync + 'static,
    T: Future<Output = Result<Done, Error>> + Send + 'static,
{
    keep_under(&app.supervisor, app, (name, period_ms), nudge, work);
}

fn keep_under<F, T>(
    supervisor: &Supervisor,
    app: &Arc<App>,
    (name, period_ms): (&'static str, u64),
    nudge: &Arc<Notify>,
    work: F,
) where
    F: Fn(Arc<App>) -> T + Copy + Send + Sync + 'static,
    T: Future<Output = Result<Done, Error>> + Send + 'static,
{
    let (shared, nudge, ending) = (app.clone(), nudge.clone(), supervisor.stop());
    let failures = metrics::counter!("encaisse_worker_failures_total", "worker" => name);
    supervisor.keep(name, move || {
        let (app, nudge, mut stop) = (shared.clone(), nudge.clone(), ending.clone());
        let failures = failures.clone();
        async move {
            while !stop.is_stopped() {
                let is_full = match work(app.clone()).await {
                    Ok(done) => i64::try_from(done).is_ok_and(|done| done >= BATCH),
                    Err(error) => {
                        tracing::error!(worker = name, "A worker could not work: {error}.");
                        failures.increment(1);
                        false
                    }
                };
                if is_full {
                    continue;
                }
                tokio::select! {
                    () = tokio::time::sleep(Duration::from_millis(period_ms)) => {}
                    () = nudge.notified() => {}
                    () = stop.stopped() => {}
                }
            }
        }
    });
}

/// Somebody else moved the row: the next look sees what is left to do.
pub(crate) fn ignore_conflict<T>(written: Result<T, store::Error>) -> Result<(), Error> {
    match written {
        Ok(_) | Err(store::Error::Conflict) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
