//! The command line: each command in a file of its own.

mod admin;
mod check;
mod key;
mod ledger;
mod payout;
mod sandbox;
mod serve;
mod terms;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use server::config::{self, Config, Loaded};
use tokio::signal::unix::{SignalKind, signal};

/// Takes payments on a phone, and is the payments service behind it.
#[derive(Debug, Parser)]
#[command(name = "encaisse", version)]
pub(crate) struct Line {
    /// The configuration file; `encaisse.toml` in the data directory when none is named.
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the service: API, payer's page, app, workers, and the test acquirer.
    Serve,
    /// Checks the configuration and says all that is wrong with it.
    Check,
    /// Brings the database's tables up to date.
    Migrate,
    /// Runs the test acquirer alone.
    Sandbox(sandbox::Options),
    /// Looks at the books.
    #[command(subcommand)]
    Ledger(ledger::Command),
    /// Makes merchants and keys.
    #[command(subcommand)]
    Admin(admin::Command),
}

/// Runs what the command line asks.
pub(crate) fn run(line: Line) -> anyhow::Result<ExitCode> {
    let Line { config, command } = line;
    if let Command::Check = command {
        return check::run(config.as_deref());
    }
    let Loaded {
        config, warnings, ..
    } = config::load(config.as_deref(), &config::environment())?;
    server::logs::start(&config.log)?;
    for warning in warnings {
        tracing::warn!("{warning}");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(dispatch(command, &config))
}

async fn dispatch(command: Command, config: &Config) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve => serve::run(config).await?,
        Command::Migrate => drop(server::open_store(config)?),
        Command::Sandbox(options) => sandbox::run(config, options).await?,
        Command::Ledger(command) => return ledger::run(config, &command).await,
        Command::Admin(command) => admin::run(config, command).await?,
        Command::Check => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// Hears SIGTERM and Ctrl-C from now on; what it gives ends with the first of them.
///
/// To be called before a command says that it is ready: whoever reads that may stop it at once.
pub(crate) fn told_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Writes a line for whoever runs the command.
#[expect(clippy::print_stdout, reason = "a command answers on standard output")]
pub(crate) fn say(line: &str) {
    println!("{line}");
}

/// Writes why a command failed.
#[expect(clippy::print_stderr, reason = "a command complains on standard error")]
pub(crate) fn complain(error: &anyhow::Error) {
    eprintln!("encaisse: {error:#}");
}
