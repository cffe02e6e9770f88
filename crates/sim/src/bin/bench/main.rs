//! The benchmark: how many card payments a second, beside the raw limit of the same disk in the
//! same run.
//!
//! Not a test: machines are noisy, so every figure stands beside a reference of its own run. The
//! service, the acquirer and the load are three processes, so that the CPU of each can be told.

mod load;
mod million;
mod process;
mod raw;
mod webhooks;

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use serde_json::json;

use load::Measured;
use process::Service;

/// Measures card payments.
#[derive(Parser)]
struct Options {
    /// The program to measure; `cargo xtask bench` names the one it has built.
    #[arg(long)]
    binary: PathBuf,
    /// One JSON object instead of a table.
    #[arg(long)]
    json: bool,
    /// A million payments against an empty database, and nothing else.
    #[arg(long)]
    million: bool,
    /// How quickly waiting deliveries to a webhook endpoint drain, and nothing else.
    #[arg(long)]
    webhooks: bool,
    /// How many payments to seed with `--million`.
    #[arg(long, default_value_t = 1_000_000)]
    payments: u64,
    /// How long each load runs, in seconds.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
}

/// How many clients at once.
const CLIENTS: [usize; 3] = [1, 16, 64];

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let binary = &options.binary;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    if options.million {
        return runtime.block_on(million::run(binary, options.payments));
    }
    if options.webhooks {
        return runtime.block_on(webhooks::run(binary));
    }
    let time = Duration::from_secs(options.seconds);
    let folder = process::Folder::new("encaisse-bench")?;
    let service = Service::start(binary, &folder)?;
    let sample = runtime.block_on(load::one(&service))?;
    runtime.block_on(load::run(&service, 16, Duration::from_secs(2)))?;
    let mut measured = Vec::new();
    for clients in CLIENTS {
        measured.push(runtime.block_on(load::run(&service, clients, time))?);
    }
    let ready_ms = service.ready_ms;
    let bytes = service.stop_and_size()?;
    let raw = raw::measure(&folder, &sample, time)?;
    let report = Report {
        measured,
        ready_ms,
        bytes_per_payment: bytes,
        raw_per_second: raw,
    };
    if options.json {
        report.print_json()
    } else {
        report.print()
    }
    Ok(())
}

struct Report {
    measured: Vec<Measured>,
    ready_ms: u128,
    bytes_per_payment: u64,
    raw_per_second: u64,
}

impl Report {
    #[expect(
        clippy::print_stdout,
        reason = "the report is the product of this program"
    )]
    fn print(&self) {
        println!(
            "raw limit: {} payments/s (two group-committed transactions each, 64 waiting)",
            self.raw_per_second
        );
        println!(
            "clients  payments/s  of raw  p50 ms  p95 ms  p99 ms  \
             server µs  sandbox µs  load µs  server RSS MiB  errors"
        );
        for one in &self.measured {
            println!(
                "{:7}  {:10}  {:5}%  {:6}  {:6}  {:6}  {:9}  {:10}  {:7}  {:14}  {:6}",
                one.clients,
                one.per_second(),
                one.per_second() * 100 / self.raw_per_second.max(1),
                one.percentile(50),
                one.percentile(95),
                one.percentile(99),
                one.server_us(),
                one.sandbox_us(),
                one.load_us(),
                one.server_rss_kib / 1024,
                one.errors,
            );
        }
        println!(
            "ready after {} ms; {} bytes of database per payment",
            self.ready_ms, self.bytes_per_payment
        );
    }

    #[expect(
        clippy::print_stdout,
        reason = "the report is the product of this program"
    )]
    fn print_json(&self) {
        let loads: Vec<_> = self
            .measured
            .iter()
            .map(|one| {
                json!({
                    "clients": one.clients,
                    "payments_per_second": one.per_second(),
                    "p50_ms": one.percentile(50),
                    "p95_ms": one.percentile(95),
                    "p99_ms": one.percentile(99),
                    "server_cpu_us_per_payment": one.server_us(),
                    "sandbox_cpu_us_per_payment": one.sandbox_us(),
                    "load_cpu_us_per_payment": one.load_us(),
                    "server_rss_kib": one.server_rss_kib,
                    "errors": one.errors,
                })
            })
            .collect();
        let report = json!({
            "raw_payments_per_second": self.raw_per_second,
            "loads": loads,
            "ready_ms": self.ready_ms,
            "database_bytes_per_payment": self.bytes_per_payment,
        });
        println!("{report}");
    }
}
