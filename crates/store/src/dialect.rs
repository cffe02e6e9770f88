//! What differs between the engines, and nothing else does.

/// What follows the closing bracket of a table.
///
/// SQLite keeps a table by its primary key only when told to; other engines always do.
pub(crate) const TABLE_TAIL: &str = " WITHOUT ROWID";

/// Inserts a row unless its primary key is there.
macro_rules! insert_if_absent {
    ($rest:literal) => {
        concat!("INSERT OR IGNORE INTO ", $rest)
    };
}

pub(crate) use insert_if_absent;
