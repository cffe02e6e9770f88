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
pub(crate) struct Main {
    connection: Connection,
    patience: Duration,
}

impl Main {
    /// Begins a transaction that writes, once no other process does.
    ///
    /// SQLite by itself asks again after longer and longer sleeps, of 100 ms in the end. A process
    /// under load leaves gaps between its commits that are much shorter, and would shut out
    /// everybody else; so we have it sleep for its shortest time only, and ask until our own
    /// patience ends.
    pub(crate) fn begin(&self) -> Result<Transaction<'_>, rusqlite::Error> {
        let start = Instant::now();
        loop {
            let begun =
                Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate);
            match begun {
                Err(error)
                    if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                        && start.elapsed() < self.patience => {}
                other => return other,
            }
        }
    }
}

/// How long SQLite itself waits for another process before we ask again: two short sleeps.
const SHORT: Duration = Duration::from_millis(3);

/// Opens the connection that writes.
pub(crate) fn open(location: &Location, settings: &Settings) -> Result<Main, Error> {
    let Location::File(path) = location;
    let connection = Connection::open(path)
        .map_err(|error| Error::Unavailable(format!("{}: {error}", path.display())))?;
    let patience = settings.patience();
    connection.busy_timeout(patience)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    // A checkpoint syncs twice; fewer of them leave more of the disk to commits.
    connection.pragma_update(None, "wal_autocheckpoint", 4_000)?;
    connection.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024)?;
    if let Some(pages) = settings.pages_max {
        connection.pragma_update(None, "max_page_count", pages)?;
    }
    prepare(&connection, settings.writer_cache_kib)?;
    connection.busy_timeout(SHORT)?;
    Ok(Main {
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
