//! Placeholder of the sim room.
