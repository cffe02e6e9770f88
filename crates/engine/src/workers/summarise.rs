//! Sums up what is due, so that reading a balance adds only what came since.
//!
//! A snapshot covers transfers up to a time that lies [`HORIZON_MS`] back. The store refuses a
//! transfer of a time that is covered already; the engine then decides it again at a later time.

use std::sync::Arc;

use store::balances;

use crate::workers::{BATCH, Done, ignore_conflict};
use crate::{App, Error};

/// How far back a snapshot stays, in milliseconds: far longer than a decision waits for its write,
/// so that hardly one is decided twice, and longer than clocks of a cluster differ.
const HORIZON_MS: i64 = 60_000;

pub(super) async fn run(app: Arc<App>) -> Result<Done, Error> {
    let horizon = app.clock.now().plus_millis(-HORIZON_MS);
    let list = move |tx: &store::Tx<'_>| balances::list_unsummed(tx, horizon, BATCH);
    let found = app.store.read(list).await?;
    let count = found.len();
    for summary in found {
        let change = move |tx: &store::Tx<'_>| balances::summarise(tx, summary);
        ignore_conflict(app.store.write("balance_summarise", change).await)?;
    }
    // What was found may be the first part of more.
    Ok(count.saturating_mul(usize::try_from(BATCH).unwrap_or(1)))
}
