//! `encaisse sandbox`: the test acquirer as a process of its own.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use sandbox::{Config as HostConfig, Host, Place};
use server::config::Config;
use server::sandbox_timings;

use crate::commands::{say, told_to_stop};

/// What may be said of it.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Where it listens; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8583")]
    listen: SocketAddr,
    /// Approves cards that are no test cards, too: to try live mode before there is an acquirer.
    #[arg(long)]
    any_card: bool,
    /// File of its journal; in memory when none is named.
    #[arg(long)]
    journal: Option<PathBuf>,
}

pub(super) async fn run(config: &Config, options: Options) -> anyhow::Result<()> {
    let journal = match options.journal {
        Some(path) => Place::File { path, sync: false },
        None => Place::Memory,
    };
    let host = Host::start(HostConfig {
        listen: options.listen,
        journal,
        timings: sandbox_timings(&config.sandbox),
        takes_any_card: options.any_card,
        ..HostConfig::default()
    });
    let host = host
        .await
        .with_context(|| format!("{} cannot be used", options.listen))?;
    let told_to_stop = told_to_stop()?;
    // Nothing stands behind the address, not even a full stop: it is copied.
    say(&format!("The test acquirer listens on {}", host.address()));
    told_to_stop.await;
    host.stop().await;
    Ok(())
}
