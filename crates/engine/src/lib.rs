//! Placeholder of the engine room.
