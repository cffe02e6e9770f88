//! What a host is started with. Values only: nothing here reads a file or the environment.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use iso8583::{Dialect, ISO87_ASCII};

use crate::framing::Framing;

/// What a host is started with.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where it listens. Port 0 asks the system for one.
    pub listen: SocketAddr,
    /// Where it keeps its journal.
    pub journal: Place,
    /// How messages are separated.
    pub framing: Framing,
    /// How messages are written.
    pub dialect: &'static Dialect,
    /// How long the delaying faults delay.
    pub timings: Timings,
    /// Whether a number that is no test card's is approved instead of being an invalid card: for a
    /// host that plays the acquirer of live mode, where test cards never come.
    pub takes_any_card: bool,
    /// Connections at a time; a further one is closed at once.
    pub connections_max: usize,
    /// The longest message that is read, in bytes; a longer one closes its connection.
    pub message_bytes_max: usize,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            journal: Place::Memory,
            framing: Framing::Binary2,
            dialect: &ISO87_ASCII,
            timings: Timings::default(),
            takes_any_card: false,
            connections_max: 64,
            message_bytes_max: 4096,
        }
    }
}

/// Where the journal is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Place {
    /// In memory: gone with the host, and growing with every message.
    Memory,
    /// In a file, which is continued when it exists.
    File {
        /// The file.
        path: PathBuf,
        /// Whether each write waits for the disk (`fdatasync`). Without it an entry survives the
        /// death of the host, but not that of the machine.
        sync: bool,
    },
}

/// How long the delaying faults delay, in milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timings {
    /// [`crate::Fault::Slow`]: shorter than the other side waits.
    pub slow_ms: u64,
    /// [`crate::Fault::Late`]: longer than the other side waits.
    pub late_ms: u64,
}

impl Default for Timings {
    fn default() -> Timings {
        Timings {
            slow_ms: 2_000,
            late_ms: 45_000,
        }
    }
}
