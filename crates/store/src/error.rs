//! What can go wrong in the database; the driver's own errors end here.

use domain::Broken;

/// The closed list of failures.
#[derive(Clone, Debug, thiserror::Error)]
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
    /// The record at which a page should begin is not there, or it is somebody else's.
    #[error("the record at which a page should begin is not there")]
    CursorMissing,
    /// The payment link takes no more payments.
    #[error("the payment link takes no more payments")]
    LinkClosed,
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
        use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE};
        use rusqlite::{ErrorCode, ffi};
        let Some(&ffi::Error {
            code,
            extended_code,
        }) = error.sqlite_error()
        else {
            return Self::Unavailable(error.to_string());
        };
        match (code, extended_code) {
            (_, SQLITE_CONSTRAINT_PRIMARYKEY | SQLITE_CONSTRAINT_UNIQUE) => {
                Self::Exists("unique value")
            }
            (ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase, _) => {
                Self::Corrupt(error.to_string())
            }
            _ => Self::Unavailable(error.to_string()),
        }
    }
}

/// Runs `work`, and makes a panic in it an error.
///
/// The threads of the store serve everybody: a defect in one request fails that request, after its
/// rows are rolled back, and neither its neighbours nor all that come later. The panic itself is
/// printed where it happened, and the writer logs the failed write.
pub(crate) fn caught<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(Error::Unavailable(
            "the code of this request panicked".into(),
        ))
    })
}
