//! Table `nodes`: the running processes, and when each was last seen.

use domain::{NodeId, Timestamp};

use crate::statements::statements;
use crate::value::values;
use crate::{Error, Tx};

statements! {
    INSERT = "INSERT INTO nodes (id, started_at, seen_at) VALUES (?, ?, ?)";
    SEEN = "UPDATE nodes SET seen_at = ? WHERE id = ?";
    DELETE = "DELETE FROM nodes WHERE id = ?";
    PURGE = "DELETE FROM nodes WHERE seen_at < ?";
}

/// Adds this process, or says that it is still there.
///
/// # Errors
/// As [`crate::Store::write`].
pub fn note_alive(tx: &Tx<'_>, node: NodeId, now: Timestamp) -> Result<(), Error> {
    match tx.execute(SEEN, values![now, &node])? {
        0 => tx.insert(INSERT, values![&node, now, now], "node"),
        _ => Ok(()),
    }
}

/// Takes a process away that ends in good order.
///
/// # Errors
/// As [`crate::Store::write`].
pub fn remove(tx: &Tx<'_>, node: NodeId) -> Result<(), Error> {
    tx.execute(DELETE, values![&node]).map(drop)
}

/// Forgets processes not seen since `before`.
///
/// # Errors
/// As [`crate::Store::write`].
pub fn purge(tx: &Tx<'_>, before: Timestamp) -> Result<usize, Error> {
    tx.execute(PURGE, values![before])
}
