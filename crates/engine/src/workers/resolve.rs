//! Ends attempts and refunds that nobody will end: their process died, or forgot them.
//!
//! A card rail cannot be asked what became of a message, so the end is always the same: the
//! answer counts as lost, a reversal is owed, and `advise` repeats it until it is answered. The
//! row moves first, then the message goes: an answer that arrives after that is late.

use std::sync::Arc;

use domain::payment::conclude;
use domain::{Outcome, PaymentId, RefundId, Timestamp, refund};
use store::{attempts, refunds};

use crate::commit::Draft;
use crate::workers::{BATCH, Done, ignore_conflict};
use crate::{App, Caller, Error};

pub(super) async fn run(app: Arc<App>) -> Result<Done, Error> {
    let (seen_since, begun_before) = app.abandonment();
    let list = move |tx: &store::Tx<'_>| {
        let attempts = attempts::list_abandoned(tx, seen_since, begun_before, BATCH)?;
        let refunds = refunds::list_abandoned(tx, seen_since, begun_before, BATCH)?;
        Ok((attempts, refunds))
    };
    let (attempts, refunds) = app.store.read(list).await?;
    let count = attempts.len().saturating_add(refunds.len());
    for (_, payment) in attempts {
        app.resolve_attempt(payment).await?;
    }
    for (refund, payment) in refunds {
        app.resolve_refund(refund, payment).await?;
    }
    Ok(count)
}

impl App {
    fn abandonment(&self) -> (Timestamp, Timestamp) {
        let now = self.clock.now();
        let seen_since = now.plus_millis(self.timing.node_lease_ms.saturating_neg());
        (
            seen_since,
            now.plus_millis(self.timing.resolve_age_ms.saturating_neg()),
        )
    }

    async fn resolve_attempt(&self, payment: PaymentId) -> Result<(), Error> {
        let loaded = self.reload(payment).await?;
        let step = loaded.attempt.as_ref().and_then(|attempt| {
            let now = self.clock.now();
            conclude(
                &loaded.payment,
                attempt,
                &Outcome::Unknown,
                self.advice_id(),
                now,
            )
        });
        let Some(step) = step else { return Ok(()) };
        tracing::warn!(payment.id = %payment, "An attempt was abandoned; it is reversed.");
        let caller = Caller::worker(loaded.payment.owner);
        ignore_conflict(
            self.commit(&caller, Draft::new("payment_resolve", step, loaded))
                .await,
        )
    }

    async fn resolve_refund(&self, id: RefundId, payment: PaymentId) -> Result<(), Error> {
        let loaded = self.reload(payment).await?;
        let refund = self.reload_refund(id).await?;
        let step = loaded.attempt.as_ref().and_then(|attempt| {
            let about = (&loaded.payment, attempt);
            let now = self.clock.now();
            refund::conclude(about, &refund, &Outcome::Unknown, self.advice_id(), now)
        });
        let Some(step) = step else { return Ok(()) };
        tracing::warn!(refund.id = %id, "A refund was abandoned; it is reversed.");
        let caller = Caller::worker(loaded.payment.owner);
        ignore_conflict(
            self.commit(&caller, Draft::new("refund_resolve", step, loaded))
                .await,
        )
    }
}
