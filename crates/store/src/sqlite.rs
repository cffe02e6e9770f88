//! The embedded engine: how a database file is opened.
//!
//! Write-ahead log with `synchronous=FULL`: a commit that was answered survives a power cut. No
//! memory map, so that resident memory is what the caches say.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};

use crate::Error;

/// Where the database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A SQLite file; made, with its folder's permission, when it is not there.
    File(PathBuf),
}

/// How much memory and patience the database gets.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How many reads run side by side.
    pub readers: usize,
    /// Cache of the writer, in KiB.
    pub writer_cache_kib: u32,
    /// Cache of each reader, in KiB.
    pub reader_cache_kib: u32,
    /// How long to wait for another process that writes, in milliseconds.
    pub busy_timeout_ms: u64,
    /// The largest size of the file, in pages of 4 KiB; no limit when `None`.
    pub pages_max: Option<u32>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            readers: 2,
            writer_cache_kib: 16 * 1024,
            reader_cache_kib: 4 * 1024,
            busy_timeout_ms: 10_000,
            pages_max: None,
        }
    }
}

impl Settings {
    fn patience(&self) -> Duration {
        Duration::from_millis(self.busy_timeout_ms)
    }
}

/// The connection that writes.
pub(crate) struct WritingConnection {
    connection: Connection,
    patience: Duration,
}

impl WritingConnection {
    /// Begins a transaction that writes, once no other process does.
    pub(crate) fn begin(&self) -> Result<Transaction<'_>, rusqlite::Error> {
        patiently(self.patience, || {
            Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)
        })
    }
}

/// Asks again as long as another process is in the way and `patience` lasts.
///
/// SQLite by itself sleeps longer and longer between its tries, 100 ms in the end. A process under
/// load leaves gaps between its commits that are much shorter, and would shut out everybody else;
/// so it sleeps for its shortest times only, and we do the rest. And where waiting could be a
/// deadlock, as when two processes turn on the log of a fresh database, it does not wait at all.
fn patiently<T>(
    patience: Duration,
    ask: impl Fn() -> Result<T, rusqlite::Error>,
) -> Result<T, rusqlite::Error> {
    let start = Instant::now();
    loop {
        match ask() {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && start.elapsed() < patience =>
            {
                std::thread::yield_now();
            }
            other => return other,
        }
    }
}

/// How long SQLite itself waits for another process before we ask again: two short sleeps.
const SHORT: Duration = Duration::from_millis(3);

/// Opens the connection that writes.
pub(crate) fn open(location: &Location, settings: &Settings) -> Result<WritingConnection, Error> {
    let Location::File(path) = location;
    let connection = Connection::open(path)
        .map_err(|error| Error::Unavailable(format!("{}: {error}", path.display())))?;
    let patience = settings.patience();
    connection.busy_timeout(SHORT)?;
    let mode: String = patiently(patience, || {
        connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))
    })?;
    if mode != "wal" {
        let text = format!("{}: no write-ahead log is possible there", path.display());
        return Err(Error::Unavailable(text));
    }
    connection.pragma_update(None, "synchronous", "full")?;
    // A checkpoint syncs twice; fewer of them leave more of the disk to commits.
    connection.pragma_update(None, "wal_autocheckpoint", 4_000)?;
    connection.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024)?;
    if let Some(pages) = settings.pages_max {
        connection.pragma_update(None, "max_page_count", pages)?;
    }
    prepare(&connection, settings.writer_cache_kib)?;
    Ok(WritingConnection {
        connection,
        patience,
    })
}

/// Opens a connection that only reads.
pub(crate) fn open_reader(location: &Location, settings: &Settings) -> Result<Connection, Error> {
    let Location::File(path) = location;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(settings.patience())?;
    prepare(&connection, settings.reader_cache_kib)?;
    Ok(connection)
}

fn prepare(connection: &Connection, cache_kib: u32) -> Result<(), Error> {
    connection.pragma_update(None, "cache_size", -i64::from(cache_kib))?;
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(())
}
