//! Placeholder of the iso8583 room.
