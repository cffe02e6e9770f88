//! Forgets what need not be kept: old keys, ended log-ins, dead processes, security codes.

use std::sync::Arc;

use store::{idempotency, nodes, sessions};

use crate::workers::{BATCH, Done};
use crate::{App, Error};

/// Processes not seen for so long are forgotten, in milliseconds; what they left was resolved
/// long before.
const NODE_MS: i64 = 24 * 3_600_000;

pub(super) async fn run(app: Arc<App>) -> Result<Done, Error> {
    let now = app.clock.now();
    app.codes.purge(now);
    let keys_before = now.plus_millis(app.timing.key_keep_ms.saturating_neg());
    let purge = move |tx: &store::Tx<'_>| {
        sessions::purge(tx, now)?;
        nodes::purge(tx, now.plus_millis(-NODE_MS))?;
        idempotency::purge(tx, keys_before, BATCH)
    };
    Ok(app.store.write("purge", purge).await?)
}
