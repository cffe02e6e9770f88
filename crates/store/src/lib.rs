//! All SQL, the migrations, and the one way money is written.
//!
//! Three verbs: [`Store::read`], [`Store::write`] for rows that are not money, and
//! [`Store::apply`] for everything that is. Writes that wait together share one commit, and each
//! learns its own verdict only after that commit succeeded.
//!
//! Decides nothing about payments and knows neither HTTP nor rails.

mod dialect;
mod entry;
mod error;
mod migrate;
mod packed;
mod page;
mod reader;
mod sqlite;
mod statements;
mod text;
mod value;
mod writer;

pub mod advices;
pub mod api_keys;
pub mod attempts;
pub mod audit;
pub mod balances;
pub mod checkouts;
pub mod customers;
pub mod events;
pub mod fee_rules;
pub mod idempotency;
pub mod labels;
pub mod ledger;
pub mod merchants;
pub mod nodes;
pub mod payment_links;
pub mod payment_methods;
pub mod payments;
pub mod payouts;
pub mod prices;
pub mod products;
pub mod refunds;
pub mod sessions;
pub mod steps;
pub mod terminals;
pub mod transfers;
pub mod users;
pub mod vault_keys;
pub mod webhook_attempts;
pub mod webhook_deliveries;
pub mod webhook_endpoints;

pub use entry::{Entry, KeyWrite, NewMethod, PayoutEntry};
pub use error::Error;
pub use page::{Cursor, Page, Period};
pub use sqlite::{Location, Settings};
pub use value::{Row, StoredId, Tx};

use std::sync::Arc;

/// The database of one installation.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    writer: writer::Writer,
    readers: reader::Readers,
}

impl Store {
    /// Opens the database, making it when it is not there, and brings its tables up to date.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be opened or written, [`Error::Corrupt`] when it was
    /// made by a later version of this program.
    pub fn open(location: &Location, settings: &Settings) -> Result<Self, Error> {
        let connection = sqlite::open(location, settings)?;
        migrate::run(&connection)?;
        let readers = reader::Readers::start(location, settings)?;
        let writer = writer::Writer::start(connection)?;
        Ok(Self {
            inner: Arc::new(Inner { writer, readers }),
        })
    }

    /// Runs `ask` on one consistent view of the database.
    ///
    /// # Errors
    /// What `ask` answers, or [`Error::Unavailable`].
    pub async fn read<T, F>(&self, ask: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T, Error> + Send + 'static,
    {
        self.inner.readers.run(ask).await
    }

    /// Writes rows that are not money. `name` says in the log which write it was.
    ///
    /// `change` may run again, so nothing but SQL happens inside; when it answers an error, none of
    /// its rows are written.
    ///
    /// # Errors
    /// What `change` answers, or [`Error::Unavailable`] when the commit failed.
    pub async fn write<T, F>(&self, name: &'static str, change: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnMut(&Tx<'_>) -> Result<T, Error> + Send + 'static,
    {
        self.inner.writer.run(name, change).await
    }

    /// Writes everything of one move of money, all or nothing. Says how many deliveries to webhook
    /// endpoints its events made.
    ///
    /// An entry that was written before is recognised by its id and is not an error.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the payment has moved on: load it and decide again.
    /// [`Error::KeyTaken`] when the idempotency key is claimed already. [`Error::Broken`] when the
    /// step breaks a rule of money. [`Error::Exists`] when a trace or a transfer is written already
    /// by another entry. [`Error::Unavailable`] when it could not be committed: the same entry may
    /// be tried again, whatever became of it.
    pub async fn apply(&self, name: &'static str, entry: Entry) -> Result<usize, Error> {
        entry.step.check()?;
        self.write(name, move |tx| entry::write(tx, &entry)).await
    }

    /// The same for a payout.
    ///
    /// # Errors
    /// As [`Store::apply`]; [`Error::Conflict`] also when another payout was decided on the same
    /// balance first.
    pub async fn apply_payout(
        &self,
        name: &'static str,
        entry: PayoutEntry,
    ) -> Result<usize, Error> {
        entry.step.check()?;
        self.write(name, move |tx| entry::write_payout(tx, &entry))
            .await
    }

    /// How many commits succeeded since the database was opened: what is written divided by this
    /// is how well waiting writes share their commits.
    pub fn commits(&self) -> u64 {
        self.inner.writer.commits()
    }

    /// Brings a fresh database up to date without serving from it, for `encaisse migrate`.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn migrate(location: &Location, settings: &Settings) -> Result<(), Error> {
        migrate::run(&sqlite::open(location, settings)?)
    }
}
