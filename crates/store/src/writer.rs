//! The one thread that writes: what waits together is committed together.
//!
//! A commit costs a sync of the disk; while one runs, further writes gather, and the next commit
//! takes them all. Each runs in its own savepoint, so one that is refused does not hurt the others.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::{Error, Tx};

/// The most writes one commit takes: bounds how long the first of them waits.
const BATCH_MAX: usize = 256;

type Change = Box<dyn FnMut(&Tx<'_>) -> Result<(), Error> + Send>;
type Done = Box<dyn FnOnce(Result<(), Error>) + Send>;

struct Job {
    name: &'static str,
    change: Change,
    done: Done,
}

/// A handle on the writing thread; the thread ends when the handle is dropped.
pub(crate) struct Writer {
    jobs: Sender<Job>,
}

impl Writer {
    /// Starts the thread on `connection`.
    pub(crate) fn start(connection: Connection) -> Result<Self, Error> {
        let (jobs, waiting) = channel();
        thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || serve(&connection, &waiting))
            .map_err(|error| Error::Unavailable(error.to_string()))?;
        Ok(Self { jobs })
    }

    /// Queues `change` and waits for the commit that carries it.
    pub(crate) async fn run<T, F>(&self, name: &'static str, mut change: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnMut(&Tx<'_>) -> Result<T, Error> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let slot = std::sync::Arc::new(std::sync::Mutex::new(None));
        let kept = slot.clone();
        let job = Job {
            name,
            change: Box::new(move |tx| {
                let value = change(tx)?;
                keep(&kept, value);
                Ok(())
            }),
            done: Box::new(move |verdict| {
                // Nobody waits any more when the request was dropped; the commit stands all the same.
                let _ = answer.send(verdict.and_then(|()| taken(&slot)));
            }),
        };
        self.jobs.send(job).map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())?
    }
}

fn keep<T>(slot: &std::sync::Mutex<Option<T>>, value: T) {
    if let Ok(mut slot) = slot.lock() {
        *slot = Some(value);
    }
}

fn taken<T>(slot: &std::sync::Mutex<Option<T>>) -> Result<T, Error> {
    let value = slot.lock().ok().and_then(|mut slot| slot.take());
    value.ok_or_else(|| Error::Corrupt("a write left no answer".into()))
}

fn stopped() -> Error {
    Error::Unavailable("the writer has stopped".into())
}

fn serve(connection: &Connection, waiting: &Receiver<Job>) {
    while let Ok(first) = waiting.recv() {
        let mut batch = vec![first];
        while batch.len() < BATCH_MAX {
            let Ok(next) = waiting.try_recv() else { break };
            batch.push(next);
        }
        let verdicts = commit(connection, &mut batch);
        for (job, verdict) in batch.into_iter().zip(verdicts) {
            if let Err(error @ (Error::Unavailable(_) | Error::Corrupt(_))) = &verdict {
                tracing::error!(store.write = job.name, "A write failed: {error}.");
            }
            (job.done)(verdict);
        }
    }
}

/// Commits the batch and says what became of each job.
fn commit(connection: &Connection, batch: &mut [Job]) -> Vec<Result<(), Error>> {
    if let Err(error) = connection.execute_batch("BEGIN IMMEDIATE") {
        return all_failed(batch, &error);
    }
    let verdicts: Vec<_> = batch
        .iter_mut()
        .map(|job| in_savepoint(connection, &mut job.change))
        .collect();
    match connection.execute_batch("COMMIT") {
        Ok(()) => verdicts,
        Err(error) => {
            // A failed commit may leave the transaction open; it must not leak into the next one.
            let _ = connection.execute_batch("ROLLBACK");
            all_failed(batch, &error)
        }
    }
}

fn in_savepoint(connection: &Connection, change: &mut Change) -> Result<(), Error> {
    connection.execute_batch("SAVEPOINT job")?;
    let verdict = change(&Tx(connection));
    if verdict.is_err() {
        connection.execute_batch("ROLLBACK TO job")?;
    }
    connection.execute_batch("RELEASE job")?;
    verdict
}

fn all_failed(batch: &[Job], error: &rusqlite::Error) -> Vec<Result<(), Error>> {
    batch
        .iter()
        .map(|_| Err(Error::Unavailable(error.to_string())))
        .collect()
}
