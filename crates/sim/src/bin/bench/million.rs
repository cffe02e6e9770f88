//! A million payments: whether a full database is as quick as an empty one.
//!
//! Both services run side by side and are loaded in turns, so that the machine's mood is the same
//! for both.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;

/// Rounds of turns; the median counts.
const ROUNDS: usize = 5;

/// Clients of each load.
const CLIENTS: usize = 64;

/// Writes that wait at once while seeding.
const WAITING: u64 = 512;

use crate::load;
use crate::process::{Folder, Service};
use crate::raw::Maker;

#[expect(
    clippy::print_stdout,
    reason = "the report is the product of this program"
)]
pub(crate) async fn run(binary: &Path, payments: u64) -> anyhow::Result<()> {
    let (full, empty) = (
        Folder::new("encaisse-full")?,
        Folder::new("encaisse-empty")?,
    );
    let service = Service::start(binary, &full)?;
    let sample = load::one(&service).await?;
    let began = Instant::now();
    seed(&service, &full, &sample, payments).await?;
    println!(
        "{payments} payments seeded in {} s",
        began.elapsed().as_secs()
    );
    let other = Service::start(binary, &empty)?;
    let time = Duration::from_secs(4);
    let mut ratios = Vec::new();
    for round in 1..=ROUNDS {
        let of_full = load::run(&service, CLIENTS, time).await?.per_second();
        let of_empty = load::run(&other, CLIENTS, time).await?.per_second();
        println!("round {round}: full {of_full}/s, empty {of_empty}/s");
        ratios.push(of_full * 1_000 / of_empty.max(1));
    }
    ratios.sort_unstable();
    let median = ratios.get(ROUNDS / 2).copied().unwrap_or(0);
    println!("full to empty, median of {ROUNDS}: 0.{median:03}");
    println!(
        "a page of 10: {} µs, median of 200",
        load::list_us(&service, 200).await?
    );
    println!("server RSS: {} MiB", service.rss_kib()? / 1024);
    Ok(())
}

/// Writes payments of the service's own merchant, beside the running service.
async fn seed(
    service: &Service,
    folder: &Folder,
    sample: &[u8],
    payments: u64,
) -> anyhow::Result<()> {
    let location = store::Location::File(folder.path().join("data/encaisse.db"));
    let store = store::Store::open(&location, &store::Settings::default())?;
    let merchant = domain::MerchantId::parse(&service.merchant).context("the merchant's id")?;
    let maker = std::sync::Arc::new(Maker::of(sample, merchant));
    // A sign of life from tomorrow: the running service must not end these attempts as abandoned.
    let tomorrow = engine::Clock::system().now().plus_millis(24 * 3_600_000);
    let alive = move |tx: &store::Tx<'_>| store::nodes::note_alive(tx, crate::raw::NODE, tomorrow);
    store.write("seed_node", alive).await?;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..WAITING {
        let (store, maker) = (store.clone(), maker.clone());
        tasks.spawn(async move {
            for _ in 0..payments / WAITING {
                for entry in maker.payment() {
                    store.apply("seed", entry).await?;
                }
            }
            anyhow::Ok(())
        });
    }
    while let Some(task) = tasks.join_next().await {
        task??;
    }
    Ok(())
}
