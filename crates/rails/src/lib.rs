//! Placeholder of the rails room.
