//! Placeholder of the vault room.
