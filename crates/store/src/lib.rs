//! Placeholder of the store room.
