//! What an operator may set: one struct, read once, checked whole before anything starts.
//!
//! `config.default.toml` is the schema and the documentation: a key exists because it stands there.
//! Nothing below this crate reads a configuration; it is given values.

mod address;
mod keys;
mod layers;
mod mistake;
mod pairs;
mod reader;
mod secret;

#[cfg(test)]
mod page;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use address::{HostPort, PublicUrl};
pub use layers::DEFAULTS;
pub use mistake::{Mistake, Mistakes, Place};
pub use secret::Secret;

use layers::Layers;
use reader::Reader;

use crate::webhooks::guard::Network;

/// Name of the file that is read from the data directory when no other is named.
pub const FILE_NAME: &str = "encaisse.toml";

/// Everything that may be set; the meaning of each key is in `config.default.toml`.
#[derive(Clone, Debug)]
pub struct Config {
    /// `listen`
    pub listen: SocketAddr,
    /// `public_url`; `None` until the address that was really taken is known.
    pub public_url: Option<PublicUrl>,
    /// `data_dir`
    pub data_dir: PathBuf,
    /// `drain_timeout_ms`
    pub drain_timeout: Duration,
    /// `[store]`
    pub store: Store,
    /// `[metrics] listen`; `None` is off.
    pub metrics_listen: Option<SocketAddr>,
    /// `[log]`
    pub log: Log,
    /// `[vault] key_file`
    pub vault_key_file: PathBuf,
    /// `[sandbox]`
    pub sandbox: Sandbox,
    /// `[acquirer.live]`; `None` when live mode is off.
    pub live: Option<Live>,
    /// `[rail]`
    pub rail: Rail,
    /// `[workers]`
    pub workers: Workers,
    /// `[idempotency]`
    pub idempotency: Idempotency,
    /// `[session]`
    pub session: Session,
    /// `[checkout] expires_hours`
    pub checkout_expires: Duration,
    /// `[api] requests_per_second`; 0 is no limit.
    pub requests_per_second: u32,
    /// `[webhooks]`
    pub webhooks: Webhooks,
}

/// `[store]`
#[derive(Clone, Debug)]
pub struct Store {
    /// `sqlite:` and a path. A secret, because the address of a database server holds a password.
    pub url: Secret,
    /// Connections that read at the same time.
    pub readers: usize,
}

/// `[log]`
#[derive(Clone, Debug)]
pub struct Log {
    /// How lines are written.
    pub format: LogFormat,
    /// The filter, in the language of `tracing-subscriber`.
    pub level: String,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For collectors: one JSON object on a line.
    Json,
}

/// `[sandbox]`
#[derive(Clone, Debug)]
pub struct Sandbox {
    /// Whether the service runs the test acquirer itself.
    pub enabled: bool,
    /// Where it listens then.
    pub listen: SocketAddr,
    /// One that runs by itself, used instead.
    pub address: Option<HostPort>,
    /// Time of a slow answer.
    pub slow_answer: Duration,
    /// Time of an answer that comes too late.
    pub late_answer: Duration,
}

/// `[acquirer.live]`
#[derive(Clone, Debug)]
pub struct Live {
    /// Where the acquirer is.
    pub address: HostPort,
    /// How messages are told apart.
    pub framing: Framing,
    /// The tables of the messages.
    pub dialect: Dialect,
    /// IANA name of the acquirer's time zone.
    pub time_zone: String,
    /// Our institution (DE 32).
    pub institution: Option<String>,
    /// How the connection is encrypted; `None` is in clear.
    pub tls: Option<Tls>,
}

/// How the connection to an acquirer is encrypted.
#[derive(Clone, Debug)]
pub struct Tls {
    /// PEM file of the one authority that is trusted.
    pub ca_file: PathBuf,
    /// Name that must stand in the certificate.
    pub name: String,
}

/// How messages are told apart on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// A length of two bytes, the higher first.
    Binary2,
    /// A length of four ASCII digits.
    Ascii4,
}

/// The tables of the messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// ISO 8583:1987 in characters.
    Iso87Ascii,
    /// ISO 8583:1987 with packed digits.
    Iso87Binary,
    /// ISO 8583:1993 in characters.
    Iso93Ascii,
}

/// `[rail]`
#[derive(Clone, Debug)]
pub struct Rail {
    /// How long an answer is awaited.
    pub answer_timeout: Duration,
    /// How long connecting and signing on may take.
    pub connect_timeout: Duration,
    /// How long a connection may be silent.
    pub echo_idle: Duration,
    /// Connections to each acquirer.
    pub connections: usize,
    /// Messages that may wait on one connection.
    pub waiting_max: usize,
    /// How long after the time-out an answer may still come.
    pub late_window: Duration,
    /// The first pause before an advice is repeated.
    pub advice_retry_first: Duration,
    /// The longest such pause.
    pub advice_retry_max: Duration,
    /// How often an advice is repeated.
    pub advice_tries_max: u32,
}

/// `[workers]`
#[derive(Clone, Debug)]
pub struct Workers {
    /// How often open ends are looked for.
    pub resolve_period: Duration,
    /// Age at which an open attempt is taken over.
    pub resolve_age: Duration,
    /// How long a worker owns what it works on.
    pub lease: Duration,
    /// How often a process says that it is alive.
    pub heartbeat: Duration,
    /// How long it is believed.
    pub heartbeat_lease: Duration,
    /// How often due deliveries to webhook endpoints are looked for.
    pub deliver_period: Duration,
    /// How often links that are over are closed.
    pub expire_period: Duration,
    /// How often what is due to merchants is summed up.
    pub summarise_period: Duration,
    /// How often old rows are deleted.
    pub purge_period: Duration,
}

/// `[idempotency]`
#[derive(Clone, Debug)]
pub struct Idempotency {
    /// How long an answer is kept.
    pub keep: Duration,
    /// How long a request waits for the first one with its key.
    pub wait: Duration,
}

/// `[session]`
#[derive(Clone, Debug)]
pub struct Session {
    /// How long a log-in lasts.
    pub lifetime: Duration,
    /// Wrong passwords in a row that lock a user.
    pub lock_failures: u32,
    /// For how long.
    pub lock: Duration,
}

/// `[webhooks]`
#[derive(Clone, Debug)]
pub struct Webhooks {
    /// Networks that are not public and may be sent to all the same.
    pub allow_private: Vec<Network>,
    /// How long one attempt may take.
    pub timeout: Duration,
    /// How long deliveries are kept.
    pub keep: Duration,
}

/// A configuration that can be started, and what an operator should think about.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The configuration.
    pub config: Config,
    /// What is allowed but rarely meant, one sentence each.
    pub warnings: Vec<String>,
    /// The file that was read, if any.
    pub file: Option<PathBuf>,
}

/// Reads the file `named` (or `encaisse.toml` in the data directory, where there is one) and then
/// `variables`, and checks the result whole.
///
/// # Errors
/// All the mistakes there are.
pub fn load(named: Option<&Path>, variables: &[(OsString, OsString)]) -> Result<Loaded, Mistakes> {
    let mut layers = Layers::defaults();
    let found = match named {
        Some(path) => Some(path.to_owned()),
        None => Some(data_dir_of(variables).join(FILE_NAME)).filter(|path| path.exists()),
    };
    if let Some(path) = &found {
        match std::fs::read_to_string(path) {
            Ok(text) => layers.lay_file(path, &text),
            Err(error) => layers.mistakes.push(Mistake::Unreadable {
                path: path.clone(),
                reason: error.to_string(),
            }),
        }
    }
    let moved = matches!(layers.get("data_dir"), Some((_, Place::File(..)))) && named.is_none();
    layers.lay_variables(variables);
    let mut reader = Reader::new(layers);
    if moved {
        let expected = "no such key in a file that was found by its data directory";
        reader.refuse("data_dir", expected);
    }
    let (config, warnings) = keys::read(&mut reader);
    let (mistakes, _) = reader.finish();
    if mistakes.is_empty() {
        Ok(Loaded {
            config,
            warnings,
            file: found,
        })
    } else {
        Err(Mistakes(mistakes))
    }
}

/// Reads the environment of this process. The only place of the service that does.
pub fn environment() -> Vec<(OsString, OsString)> {
    std::env::vars_os().collect()
}

/// The data directory, as far as it is known before a file is read.
fn data_dir_of(variables: &[(OsString, OsString)]) -> PathBuf {
    let set = variables
        .iter()
        .find(|(name, _)| name == "ENCAISSE_DATA_DIR");
    set.map_or_else(|| PathBuf::from("data"), |(_, value)| PathBuf::from(value))
}

#[cfg(test)]
mod tests;
