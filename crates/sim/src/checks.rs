//! Whether the books are right: ours against themselves, against the acquirer's journal, and
//! against what clients were told.
//!
//! Knows the records of both sides and nothing of how they came about, so that it cannot share a
//! mistake with the code it judges. Also for tests that kill the real program.

mod books;
mod events;
mod journal;
mod promises;

use std::path::Path;

use domain::Owner;
use sandbox::journal::{Journal, summary};
use store::{Location, Settings, Store};

pub use books::Books;
pub use promises::Told;

/// The pair of metadata that says for what a client meant a payment; two payments must not share
/// it.
pub const MARKER: &str = "marker";

/// Everything that is wrong with a database at rest, compared with the journal of the acquirer that
/// served it alone. Empty when all is well.
///
/// # Errors
/// One of the two cannot be read.
pub async fn compare(database: &Path, journal: &Path, owner: Owner) -> anyhow::Result<Vec<String>> {
    let location = Location::File(database.to_owned());
    let store = Store::open(&location, &Settings::default())?;
    let books = Books::read(&store, owner).await?;
    judge(&books, journal, &[])
}

/// Everything that is wrong with `books`, given what clients were told.
///
/// # Errors
/// The journal cannot be read.
pub fn judge(books: &Books, journal: &Path, told: &[Told]) -> anyhow::Result<Vec<String>> {
    let standings = summary(&Journal::read(journal)?);
    let mut findings = books.findings();
    findings.extend(journal::findings(books, &standings));
    findings.extend(events::findings(books));
    findings.extend(promises::findings(books, told));
    Ok(findings)
}
