//! A million payments: whether a full database is as quick as an empty one.
//!
//! Both services run side by side and are loaded in turns, so that the machine's mood is the same
//! for both.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;

/// How often a page is read; the median counts.
const TIMES: usize = 200;

/// Payments for each customer.
const PER_CUSTOMER: u64 = 10;

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
    let clock = engine::Clock::system();
    let began_at = clock.now().seconds();
    seed(&service, &full, &sample, payments).await?;
    let ended_at = clock.now().seconds();
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
    let (whole, thousandths) = (median / 1_000, median % 1_000);
    println!("full to empty, median of {ROUNDS}: {whole}.{thousandths:03}");
    let page = load::page_us(&service, "/v1/payment_intents?limit=10", TIMES).await?;
    println!("a page of 10: {page} µs, median of {TIMES}");
    let middle = (began_at + ended_at) / 2;
    for list in ["payment_intents", "charges", "events", "customers"] {
        print_pages(&service, list, middle).await?;
    }
    println!("server RSS: {} MiB", service.rss_kib()? / 1024);
    Ok(())
}

/// Prints how long a page of 100 of one list takes, from its beginning, and from an object made at
/// the second `middle` on.
#[expect(
    clippy::print_stdout,
    reason = "the report is the product of this program"
)]
async fn print_pages(service: &Service, list: &str, middle: i64) -> anyhow::Result<()> {
    let path = format!("/v1/{list}?limit=100");
    let newest = load::page_us(service, &path, TIMES).await?;
    let one = format!("/v1/{list}?limit=1&created[lte]={middle}");
    let one: serde_json::Value = serde_json::from_slice(&load::one_page(service, &one).await?)?;
    let id = one.pointer("/data/0/id").and_then(|id| id.as_str());
    let id = id.with_context(|| format!("no object of {list} in the middle"))?;
    let after = load::page_us(service, &format!("{path}&starting_after={id}"), TIMES).await?;
    println!(
        "a page of 100 {list}: newest {newest} µs, from the middle {after} µs, median of {TIMES}"
    );
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
            for number in 0..payments / WAITING {
                for entry in maker.payment() {
                    store.apply("seed", entry).await?;
                }
                if number % PER_CUSTOMER == 0 {
                    let customer = maker.customer();
                    let insert = move |tx: &store::Tx<'_>| store::customers::insert(tx, &customer);
                    store.write("seed_customer", insert).await?;
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
