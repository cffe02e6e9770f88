//! The embedded engine: how a database file is opened.
//!
//! Write-ahead log with `synchronous=FULL`: a commit that was answered survives a power cut. No
//! memory map, so that resident memory is what the caches say.

use std::path::PathBuf;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

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

/// Opens the connection that writes.
pub(crate) fn open(location: &Location, settings: &Settings) -> Result<Connection, Error> {
    let Location::File(path) = location;
    let connection = Connection::open(path)
        .map_err(|error| Error::Unavailable(format!("{}: {error}", path.display())))?;
    connection.busy_timeout(Duration::from_millis(settings.busy_timeout_ms))?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    // A checkpoint syncs twice; fewer of them leave more of the disk to commits.
    connection.pragma_update(None, "wal_autocheckpoint", 4_000)?;
    connection.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024)?;
    if let Some(pages) = settings.pages_max {
        connection.pragma_update(None, "max_page_count", pages)?;
    }
    prepare(&connection, settings.writer_cache_kib)?;
    Ok(connection)
}

/// Opens a connection that only reads.
pub(crate) fn open_reader(location: &Location, settings: &Settings) -> Result<Connection, Error> {
    let Location::File(path) = location;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_millis(settings.busy_timeout_ms))?;
    prepare(&connection, settings.reader_cache_kib)?;
    Ok(connection)
}

fn prepare(connection: &Connection, cache_kib: u32) -> Result<(), Error> {
    connection.pragma_update(None, "cache_size", -i64::from(cache_kib))?;
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(())
}
