//! Forgets what need not be kept: old keys, ended log-ins, dead processes, security codes, what
//! webhook endpoints were told long ago.

use std::sync::Arc;

use domain::EventId;
use store::{idempotency, nodes, sessions, webhook_deliveries};

use crate::workers::{BATCH, Done};
use crate::{App, Error, ids};

/// Processes not seen for so long are forgotten, in milliseconds; what they left was resolved
/// long before.
const NODE_MS: i64 = 24 * 3_600_000;

pub(super) async fn run(app: Arc<App>) -> Result<Done, Error> {
    let now = app.clock.now();
    app.codes.purge(now);
    let keys_before = now.plus_millis(app.timing.key_keep_ms.saturating_neg());
    let told_before = now.plus_millis(app.timing.delivery_keep_ms.saturating_neg());
    let told_before = ids::earliest(told_before, EventId::from_bytes);
    let purge = move |tx: &store::Tx<'_>| {
        sessions::purge(tx, now)?;
        nodes::purge(tx, now.plus_millis(-NODE_MS))?;
        let deliveries = webhook_deliveries::purge(tx, told_before, BATCH)?;
        Ok(idempotency::purge(tx, keys_before, BATCH)?.max(deliveries))
    };
    Ok(app.store.write("purge", purge).await?)
}
