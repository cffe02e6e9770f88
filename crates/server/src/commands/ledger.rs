//! `encaisse ledger verify`: proves the books, beside a running server.

use std::process::ExitCode;

use clap::Subcommand;
use server::config::Config;
use store::ledger::{Report, verify};

use crate::commands::say;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Proves the books: exit code 1 when they are broken.
    Verify {
        /// Fails for every end that is not known yet, too.
        #[arg(long)]
        settled: bool,
    },
}

pub(super) async fn run(config: &Config, command: &Command) -> anyhow::Result<ExitCode> {
    let Command::Verify { settled } = command;
    let report = server::open_store(config)?.read(verify).await?;
    print(&report);
    let is_settled = report.unknown_attempts.is_empty()
        && report.unknown_refunds.is_empty()
        && report.owed_advices == 0
        && report.failed_advices.is_empty();
    let is_good = report.findings.is_empty() && (is_settled || !settled);
    say(if is_good {
        "The books are right."
    } else {
        "The books are not right."
    });
    Ok(if is_good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn print(report: &Report) {
    say(&format!(
        "{} payments, {} transfers.",
        report.payments, report.transfers
    ));
    for finding in &report.findings {
        say(&format!("BROKEN  {}: {}", finding.subject, finding.rule));
    }
    let lists = [
        ("not known yet", &report.unknown_attempts),
        ("not known yet", &report.unknown_refunds),
        ("for a person to look at", &report.failed_advices),
    ];
    for (what, ids) in lists {
        for id in ids {
            say(&format!("OPEN    {id}: {what}"));
        }
    }
    if report.owed_advices > 0 {
        say(&format!(
            "OPEN    {} messages are owed to acquirers",
            report.owed_advices
        ));
    }
}
