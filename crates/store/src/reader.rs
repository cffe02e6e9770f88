//! The threads that read, each with its own connection and its own consistent view.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::oneshot;

use crate::error::caught;
use crate::sqlite::{self, Location, Settings};
use crate::{Error, Tx};

type Job = Box<dyn FnOnce(&Connection) + Send>;

/// A handle on the reading threads; they end when the handle is dropped.
pub(crate) struct Readers {
    jobs: Sender<Job>,
}

impl Readers {
    pub(crate) fn start(location: &Location, settings: &Settings) -> Result<Self, Error> {
        let (jobs, waiting) = channel();
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..settings.readers.max(1) {
            let connection = sqlite::open_reader(location, settings)?;
            let waiting = waiting.clone();
            thread::Builder::new()
                .name("store-reader".into())
                .spawn(move || serve(&connection, &waiting))
                .map_err(|error| Error::Unavailable(error.to_string()))?;
        }
        Ok(Self { jobs })
    }

    pub(crate) async fn run<T, F>(&self, ask: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T, Error> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let _ = answer.send(in_view(connection, ask));
        });
        self.jobs.send(job).map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())?
    }
}

fn stopped() -> Error {
    Error::Unavailable("the readers have stopped".into())
}

fn serve(connection: &Connection, waiting: &Mutex<Receiver<Job>>) {
    loop {
        let Ok(queue) = waiting.lock() else { return };
        let Ok(job) = queue.recv() else { return };
        drop(queue);
        job(connection);
    }
}

/// Runs `ask` on one view, which ends however `ask` ends: a view left open would hold back the
/// checkpoint and refuse every later one on this connection.
fn in_view<T>(
    connection: &Connection,
    ask: impl FnOnce(&Tx<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let view = Transaction::new_unchecked(connection, TransactionBehavior::Deferred)?;
    caught(|| ask(&Tx(&view)))
}
