//! Placeholder of the domain room.
