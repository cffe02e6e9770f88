//! Gives up links that were not paid in time.

use std::sync::Arc;

use domain::{CancellationReason, Timestamp};
use store::checkouts;

use crate::workers::{BATCH, Done};
use crate::{App, Caller, Error, Request};

/// How far back to look for links that ended while nobody was there, in milliseconds.
const LOOK_BACK_MS: i64 = 40 * 24 * 3_600_000;

pub(super) async fn run(app: Arc<App>) -> Result<Done, Error> {
    let now = app.clock.now();
    let since: Timestamp = now.plus_millis(-LOOK_BACK_MS);
    let list = move |tx: &store::Tx<'_>| checkouts::list_overdue(tx, since, now, BATCH);
    let overdue = app.store.read(list).await?;
    let count = overdue.len();
    for id in overdue {
        let loaded = app.find_checkout(id).await?;
        let caller = Caller::worker(loaded.payment.owner);
        let request = Request {
            caller,
            key: None,
            expand: Vec::new(),
        };
        let reason = Some(CancellationReason::Abandoned);
        match app
            .cancel_checkout(&request, loaded.payment.id, reason)
            .await
        {
            // Paid at the last moment: then it is paid.
            Ok(_) | Err(Error::Refused(_) | Error::Busy) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(count)
}
