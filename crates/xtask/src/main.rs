//! Owns the command line of the chores and hands each to its file. It deliberately does no work,
//! and depends on no other crate of the workspace, so that it runs when the rest does not compile.

mod adr;
mod audit;
mod cargo;
mod demo;
mod doctor;
mod fuzz;
mod prepare;
mod process;
mod programs;
#[cfg(test)]
mod scratch;
mod terminal;
mod test;
mod tidy;

use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

/// Every chore of the project.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
enum Chore {
    /// Build everything and take a payment: http://127.0.0.1:8080.
    Demo(demo::Demo),
    /// Run exactly what CI runs.
    Test {
        /// Run one step alone.
        #[arg(long, value_name = "STEP")]
        only: Option<String>,
        /// Name the steps.
        #[arg(long)]
        list: bool,
    },
    /// Check the rules of the house: who depends on whom, sizes, names, words, licences.
    Tidy,
    /// Run the fault simulation: `--seed N` repeats a run.
    Sim(Passed),
    /// Measure payments per second: `--json`, `--million`, `--webhooks`.
    Bench(Passed),
    /// Make the pictures of the README from the real app.
    Screenshots,
    /// Check dependencies against published advisories (needs cargo-deny).
    Audit,
    /// Search for inputs that break a decoder (needs cargo-fuzz).
    Fuzz(fuzz::Fuzz),
    /// Begin a decision record; the title is the decision.
    NewAdr {
        /// The decision, as a sentence.
        title: String,
    },
    /// Print the demonstration's welcome once its server is ready.
    #[command(hide = true)]
    Announce {
        /// Where the server listens.
        ready: SocketAddr,
        /// The server's process.
        server: u32,
    },
}

/// Arguments that another program reads.
#[derive(clap::Args)]
struct Passed {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

fn main() -> ExitCode {
    match run(Chore::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            terminal::complain(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(chore: Chore) -> Result<()> {
    match chore {
        Chore::Demo(options) => demo::demo(&options),
        Chore::Test { list: true, .. } => {
            test::list();
            Ok(())
        }
        Chore::Test { only, list: false } => test::test(only.as_deref()),
        Chore::Tidy => tidy::run(),
        Chore::Sim(passed) => programs::sim(&passed.arguments),
        Chore::Bench(passed) => programs::bench(&passed.arguments),
        Chore::Screenshots => programs::screenshots(),
        Chore::Audit => audit::audit(),
        Chore::Fuzz(options) => fuzz::fuzz(&options),
        Chore::NewAdr { title } => adr::new_adr(&title),
        Chore::Announce { ready, server } => demo::announce(ready, server),
    }
}
