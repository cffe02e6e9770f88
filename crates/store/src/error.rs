//! What can go wrong in the database; the driver's own errors end here.

use domain::Broken;

/// The closed list of failures.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The record has moved on since it was read.
    #[error("the record has moved on since it was read")]
    Conflict,
    /// The idempotency key is claimed already.
    #[error("the idempotency key is claimed already")]
    KeyTaken,
    /// A row with this unique value exists.
    #[error("a row with this {0} exists")]
    Exists(&'static str),
    /// The step breaks a rule of money.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// The database cannot be used now; nothing was written.
    #[error("the database cannot be used: {0}")]
    Unavailable(String),
    /// The database holds something this program never writes.
    #[error("the database holds something unexpected: {0}")]
    Corrupt(String),
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl Error {
    /// Whether a driver error says that a unique key or primary key is taken.
    pub(crate) fn is_taken(error: &rusqlite::Error) -> bool {
        error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation)
    }
}
