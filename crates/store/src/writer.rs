//! The one thread that writes: what waits together is committed together.
//!
//! A commit costs a sync of the disk; while one runs, further writes gather, and the next commit
//! takes them all. Each runs in its own savepoint, so one that is refused does not hurt the others.
//! It deliberately repeats nothing but a batch that was lost as a whole, and then one by one.

use std::slice;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::error::caught;
use crate::sqlite::WritingConnection;
use crate::{Error, Tx};

/// The most writes one commit takes: bounds how long the first of them waits.
const BATCH_MAX: usize = 256;

type Verdict = Result<(), Error>;
type Change = Box<dyn FnMut(&Tx<'_>) -> Verdict + Send>;
type Done = Box<dyn FnOnce(Verdict) + Send>;

struct Job {
    name: &'static str,
    change: Change,
    done: Done,
}

/// A handle on the writing thread; the thread ends when the handle is dropped.
pub(crate) struct Writer {
    jobs: Sender<Job>,
    commits: Arc<AtomicU64>,
}

impl Writer {
    /// Starts the thread on `connection`.
    pub(crate) fn start(connection: WritingConnection) -> Result<Self, Error> {
        let (jobs, waiting) = channel();
        let commits = Arc::new(AtomicU64::new(0));
        let counted = commits.clone();
        thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || serve(&connection, &waiting, &counted))
            .map_err(|error| Error::Unavailable(error.to_string()))?;
        Ok(Self { jobs, commits })
    }

    /// How many commits succeeded.
    pub(crate) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// Queues `change` and waits for the commit that carries it.
    pub(crate) async fn run<T, F>(&self, name: &'static str, mut change: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnMut(&Tx<'_>) -> Result<T, Error> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let slot = Arc::new(Mutex::new(None));
        let kept = slot.clone();
        let job = Job {
            name,
            change: Box::new(move |tx| {
                let value = change(tx)?;
                keep(&kept, value);
                Ok(())
            }),
            done: Box::new(move |verdict| {
                // Nobody waits any more when the request was dropped; what is committed stands.
                let _ = answer.send(verdict.and_then(|()| taken(&slot)));
            }),
        };
        self.jobs.send(job).map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())?
    }
}

fn keep<T>(slot: &Mutex<Option<T>>, value: T) {
    if let Ok(mut slot) = slot.lock() {
        *slot = Some(value);
    }
}

fn taken<T>(slot: &Mutex<Option<T>>) -> Result<T, Error> {
    let value = slot.lock().ok().and_then(|mut slot| slot.take());
    value.ok_or_else(|| Error::Corrupt("a write left no answer".into()))
}

fn stopped() -> Error {
    Error::Unavailable("the writer has stopped".into())
}

fn serve(connection: &WritingConnection, waiting: &Receiver<Job>, commits: &AtomicU64) {
    while let Ok(first) = waiting.recv() {
        let mut batch = vec![first];
        batch.extend(waiting.try_iter().take(BATCH_MAX - 1));
        let verdicts = settle(connection, &mut batch, commits);
        for (job, verdict) in batch.into_iter().zip(verdicts) {
            if let Err(error @ (Error::Unavailable(_) | Error::Corrupt(_))) = &verdict {
                tracing::error!(store.write = job.name, "A write failed: {error}.");
            }
            (job.done)(verdict);
        }
    }
}

/// Why a transaction came to nothing.
enum Failure {
    /// It did not begin: another process writes, or the file is gone.
    NotBegun(Error),
    /// It was rolled back as a whole.
    Lost(Error),
}

/// Writes the batch and says what became of each job.
///
/// A batch that is lost as a whole is written again one by one, so that the job that the disk has
/// no room for does not take its neighbours with it.
fn settle(connection: &WritingConnection, batch: &mut [Job], commits: &AtomicU64) -> Vec<Verdict> {
    match together(connection, batch) {
        Ok(verdicts) => {
            commits.fetch_add(1, Ordering::Relaxed);
            verdicts
        }
        Err(Failure::Lost(_)) if batch.len() > 1 => batch
            .iter_mut()
            .flat_map(|job| settle(connection, slice::from_mut(job), commits))
            .collect(),
        Err(Failure::NotBegun(error) | Failure::Lost(error)) => vec![Err(error); batch.len()],
    }
}

/// Commits the batch in one transaction, which is rolled back if it cannot be committed.
fn together(connection: &WritingConnection, batch: &mut [Job]) -> Result<Vec<Verdict>, Failure> {
    let transaction = connection
        .begin()
        .map_err(|error| Failure::NotBegun(error.into()))?;
    let verdicts = batch
        .iter_mut()
        .map(|job| in_savepoint(&transaction, &mut job.change))
        .collect::<Result<Vec<_>, _>>()
        .map_err(Failure::Lost)?;
    transaction
        .commit()
        .map_err(|error| Failure::Lost(error.into()))?;
    Ok(verdicts)
}

/// Runs one change. The outer error says that the whole transaction is lost.
fn in_savepoint(connection: &Connection, change: &mut Change) -> Result<Verdict, Error> {
    mark(connection, "SAVEPOINT job")?;
    let verdict = caught(|| change(&Tx(connection)));
    // A full disk or a failed read may make SQLite roll back everything at once. What followed
    // would then be committed statement by statement, outside of any transaction.
    if connection.is_autocommit() {
        return Err(verdict.err().unwrap_or_else(|| {
            Error::Unavailable("the transaction ended before its commit".into())
        }));
    }
    if verdict.is_err() {
        mark(connection, "ROLLBACK TO job")?;
    }
    mark(connection, "RELEASE job")?;
    Ok(verdict)
}

fn mark(connection: &Connection, sql: &'static str) -> Result<(), Error> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}
