//! The engines the contract is kept by, and a fresh database on each.
//!
//! A further engine is one more opener in [`ENGINES`]; nothing else in this suite names one, but
//! the files that are about SQLite alone.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::pin::Pin;
use std::task::Poll;

use domain::Step;
use rusqlite::Connection;
use rusqlite::types::Value;
use store::{Error, Location, Settings, Store, Tx};
use tokio::runtime::{Builder, Runtime};

use crate::records;
use crate::scratch::Scratch;

/// One opener for every engine.
const ENGINES: &[fn() -> Database] = &[|| Database::sqlite(&Settings::default())];

/// Makes a claim of every engine, each with a fresh database.
pub(crate) fn everywhere(claim: impl AsyncFn(Database)) {
    for open in ENGINES {
        runtime().block_on(claim(open()));
    }
}

/// Makes a claim of SQLite alone, with settings that only it knows.
pub(crate) fn on_sqlite(settings: &Settings, claim: impl AsyncFn(Database)) {
    runtime().block_on(claim(Database::sqlite(settings)));
}

/// Turns tasks one at a time, in the order they were made.
pub(crate) fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// A fresh database.
pub(crate) struct Database {
    pub(crate) store: Store,
    location: Location,
    folder: Scratch,
}

impl Database {
    fn sqlite(settings: &Settings) -> Self {
        let folder = Scratch::new();
        let location = Location::File(folder.path().join("encaisse.db"));
        let store = Store::open(&location, settings).unwrap();
        Self {
            store,
            location,
            folder,
        }
    }

    /// Where it is, for a second process and for [`open_at`].
    pub(crate) fn address(&self) -> String {
        let Location::File(file) = &self.location;
        file.to_str().unwrap().to_owned()
    }

    /// A file beside it that lives as long.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Closes it and opens it again.
    pub(crate) fn reopened(self, settings: &Settings) -> Self {
        let Self {
            store,
            location,
            folder,
        } = self;
        drop(store);
        let store = Store::open(&location, settings).unwrap();
        Self {
            store,
            location,
            folder,
        }
    }

    /// Another database with the same rows.
    pub(crate) fn copied(&self) -> Self {
        let folder = Scratch::new();
        let file = folder.path().join("encaisse.db");
        let sql = format!("VACUUM INTO '{}'", file.display());
        self.connection().execute_batch(&sql).unwrap();
        let location = Location::File(file);
        let store = Store::open(&location, &Settings::default()).unwrap();
        Self {
            store,
            location,
            folder,
        }
    }

    fn connection(&self) -> Connection {
        Connection::open(self.address()).unwrap()
    }

    /// Does to the rows what no code of the store does.
    pub(crate) fn tamper(&self, sql: &str) {
        self.connection().execute_batch(sql).unwrap();
    }

    /// Every table, with how many rows it has.
    pub(crate) fn counts(&self) -> BTreeMap<String, i64> {
        let connection = self.connection();
        let count = |table: &String| {
            let sql = format!("SELECT COUNT(*) FROM {table}");
            connection.query_row(&sql, [], |row| row.get(0)).unwrap()
        };
        let tables = tables(&connection);
        tables
            .iter()
            .map(|table| (table.clone(), count(table)))
            .collect()
    }

    /// Every row of every table.
    pub(crate) fn dump(&self) -> Vec<String> {
        let connection = self.connection();
        let mut lines = Vec::new();
        for table in tables(&connection) {
            let mut rows = connection
                .prepare(&format!("SELECT * FROM {table}"))
                .unwrap();
            let width = rows.column_count();
            let mut rows = rows.query([]).unwrap();
            while let Some(row) = rows.next().unwrap() {
                let values: Vec<Value> = (0..width).map(|at| row.get(at).unwrap()).collect();
                lines.push(format!("{table} {values:?}"));
            }
        }
        lines
    }

    pub(crate) async fn read<T, F>(&self, ask: F) -> T
    where
        T: Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T, Error> + Send + 'static,
    {
        self.store.read(ask).await.unwrap()
    }

    pub(crate) async fn write<T, F>(&self, change: F) -> T
    where
        T: Send + 'static,
        F: FnMut(&Tx<'_>) -> Result<T, Error> + Send + 'static,
    {
        self.store.write("test", change).await.unwrap()
    }

    /// Writes a step with nothing beside it.
    pub(crate) async fn apply(&self, step: Step) -> Result<(), Error> {
        self.store
            .apply("test", records::entry(step))
            .await
            .map(drop)
    }

    /// Polls all of `writes` while the writer is held, so that they wait together, and answers what
    /// became of each.
    pub(crate) async fn together<T>(&self, writes: Vec<impl Future<Output = T>>) -> Vec<T> {
        let (entered, is_entered) = tokio::sync::oneshot::channel();
        let (release, released) = std::sync::mpsc::channel::<()>();
        let mut entered = Some(entered);
        let mut hold = Box::pin(self.store.write("hold", move |_| {
            if let Some(entered) = entered.take() {
                entered.send(()).unwrap();
                released.recv().unwrap();
            }
            Ok(())
        }));
        assert!(is_waiting(hold.as_mut()).await);
        is_entered.await.unwrap();
        let mut waiting: Vec<_> = writes.into_iter().map(Box::pin).collect();
        for write in &mut waiting {
            assert!(is_waiting(write.as_mut()).await);
        }
        release.send(()).unwrap();
        hold.await.unwrap();
        let mut answers = Vec::new();
        for write in waiting {
            answers.push(write.await);
        }
        answers
    }
}

fn tables(connection: &Connection) -> Vec<String> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    let mut tables = connection.prepare(sql).unwrap();
    let names = tables.query_map([], |row| row.get(0)).unwrap();
    names.map(Result::unwrap).collect()
}

/// A further handle on the database at that address.
pub(crate) fn open_at(address: &str) -> Store {
    Store::open(&Location::File(address.into()), &Settings::default()).unwrap()
}

async fn is_waiting<F: Future>(mut future: Pin<&mut F>) -> bool {
    std::future::poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_pending())).await
}
