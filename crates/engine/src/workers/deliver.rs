//! Tells webhook endpoints what happened.
//!
//! A claim is committed before anything is sent, for many deliveries at once; each is then sent in
//! a task of its own, so that a slow endpoint holds up nobody, and wakes the worker when it ends.
//! If this process dies after sending and before writing, the lease ends and the delivery is sent
//! again: receivers know an event by its id.

use std::sync::Arc;

use domain::webhook::{DisabledReason, FAILING_MAX_MS, pause_ms};
use domain::{EventId, Timestamp, WebhookEndpointId};
use store::audit::{self, AuditAction};
use store::webhook_attempts::Attempt;
use store::webhook_deliveries::{self, Delivery, End, Look};
use store::webhook_endpoints::Endpoint;
use store::{Tx, events};
use tokio::task::JoinHandle;
use vault::Hidden;

use crate::webhooks::{Parcel, Receipt, Verdict};
use crate::workers::Done;
use crate::{App, Caller, Error};

/// How many deliveries one look claims at most: bounds how long the write takes.
const CLAIM_MAX: i64 = 256;

/// Sends what is due, as far as there is room, and does not wait until it arrived.
pub(super) async fn run(app: Arc<App>) -> Result<Done, Error> {
    look(&app).await.map(|(done, _)| done)
}

/// Sends what is due and waits until it arrived or did not.
pub(super) async fn run_to_end(app: Arc<App>) -> Result<Done, Error> {
    let (done, sent) = look(&app).await?;
    for task in sent {
        task.await.map_err(|error| Error::Internal(error.into()))?;
    }
    Ok(done)
}

async fn look(app: &Arc<App>) -> Result<(Done, Vec<JoinHandle<()>>), Error> {
    let now = app.clock.now();
    let is_any_due = move |tx: &Tx<'_>| webhook_deliveries::is_any_due(tx, now);
    let rooms = app.lanes.rooms();
    if rooms.free <= 0 || !app.store.read(is_any_due).await? {
        return Ok((0, Vec::new()));
    }
    let look = Look {
        now,
        until: now.plus_millis(app.timing.delivery_lease_ms),
        begin: rooms.begin,
        limit: app.turns.at_once(rooms.free.min(CLAIM_MAX)),
    };
    let claim = move |tx: &Tx<'_>| {
        let room = |one: &Endpoint, left| rooms.of(one.id, one.failing_since.is_some(), left);
        webhook_deliveries::claim(tx, look, &room)
    };
    let claimed = app.store.write("delivery_claim", claim).await?;
    if let Some(end) = claimed.end {
        app.lanes.go_on_after(end);
    }
    let mut sent = Vec::new();
    for (endpoint, deliveries) in claimed.batches {
        let id = endpoint.id;
        match app.send_all(endpoint, deliveries, now) {
            Ok(tasks) => sent.extend(tasks),
            // The others must not wait for it; its lease ends, and it is tried again.
            Err(error) => tracing::error!(endpoint.id = %id, "{id} cannot be told: {error}."),
        }
    }
    Ok((sent.len().saturating_add(claimed.dropped), sent))
}

impl App {
    /// Sends each delivery in a task of its own.
    fn send_all(
        self: &Arc<Self>,
        endpoint: Endpoint,
        deliveries: Vec<Delivery>,
        now: Timestamp,
    ) -> Result<Vec<JoinHandle<()>>, Error> {
        let secrets = self.signing_secrets(&endpoint, now)?;
        let taken = i64::try_from(deliveries.len()).unwrap_or(i64::MAX);
        self.lanes.enter(endpoint.id, taken);
        let url = Arc::new(endpoint.url);
        let send = |delivery: Delivery| {
            let (app, url, secrets) = (self.clone(), url.clone(), secrets.clone());
            self.supervisor.run(async move {
                let (id, began) = (delivery.endpoint, app.clock.now());
                let went_well = match app.deliver(delivery, &url, secrets).await {
                    Ok(went_well) => went_well,
                    Err(error) => {
                        tracing::error!(endpoint.id = %id, "A delivery was not sent: {error}.");
                        false
                    }
                };
                let took_ms = app.clock.now().millis_since(began);
                app.lanes.leave(id, went_well, took_ms);
                app.nudges.deliver.notify_one();
            })
        };
        Ok(deliveries.into_iter().map(send).collect())
    }

    /// The secrets that sign now, the current one first.
    fn signing_secrets(&self, endpoint: &Endpoint, now: Timestamp) -> Result<Vec<Hidden>, Error> {
        let previous = endpoint.previous.as_ref().filter(|(_, until)| now < *until);
        let sealed = std::iter::once(&endpoint.secret).chain(previous.map(|(secret, _)| secret));
        sealed
            .map(|secret| self.open_endpoint_secret(endpoint.owner, endpoint.id.bytes(), secret))
            .collect()
    }

    /// Sends one delivery and writes what became of it; says whether it arrived.
    async fn deliver(
        &self,
        delivery: Delivery,
        url: &str,
        secrets: Vec<Hidden>,
    ) -> Result<bool, Error> {
        let id = delivery.event;
        let load = move |tx: &Tx<'_>| {
            Ok((
                events::find(tx, id)?,
                webhook_deliveries::count_open(tx, id)?,
            ))
        };
        let (event, pending) = self.store.read(load).await?;
        let event = event.ok_or_else(|| Error::Internal(Lost(id).into()))?;
        let began = self.clock.now();
        let parcel = Parcel {
            event,
            pending,
            url: url.to_owned(),
            secrets,
            at: began,
        };
        let receipt = self.courier.send(parcel).await;
        let arrived = receipt.verdict == Verdict::Accepted;
        let outcome = if arrived { "arrived" } else { "failed" };
        metrics::counter!("encaisse_webhook_attempts_total", "outcome" => outcome).increment(1);
        self.end_delivery(delivery, receipt, began).await?;
        Ok(arrived)
    }

    async fn end_delivery(
        &self,
        delivery: Delivery,
        receipt: Receipt,
        began: Timestamp,
    ) -> Result<(), Error> {
        let endpoint = delivery.endpoint;
        let caller = Caller::worker(delivery.owner);
        let name = endpoint.to_string();
        let line = self.audit(&caller, AuditAction::EndpointDisable, name, true);
        let end = self.judge(delivery, receipt, began);
        let write = move |tx: &Tx<'_>| {
            let disabled = webhook_deliveries::end(tx, &end)?;
            if disabled.is_some() {
                audit::insert(tx, &line)?;
            }
            Ok(disabled)
        };
        match self.store.write("delivery_end", write).await {
            Ok(Some(reason)) => give_notice(endpoint, reason),
            // Another process took it over after our lease; it writes what became of it.
            Ok(None) | Err(store::Error::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// What an attempt's end means for the delivery and its endpoint.
    fn judge(&self, delivery: Delivery, receipt: Receipt, began: Timestamp) -> End {
        let at = self.clock.now();
        let (pause, fault, disable) = match receipt.verdict {
            Verdict::Accepted => (None, None, None),
            Verdict::Refused { pause_ms } => (pause_ms, None, Some(failing(at))),
            Verdict::Gone => (None, None, Some((DisabledReason::Gone, at))),
            Verdict::Unanswered(fault) => (None, Some(fault), Some(failing(at))),
        };
        let number = delivery.tries.saturating_add(1);
        let pause = pause_ms(number, pause, self.ids.chance_byte());
        End {
            attempt: Attempt {
                number,
                at: began,
                answer_status: receipt.answer_status,
                fault,
                excerpt: receipt.excerpt,
                duration_ms: at.millis_since(began),
            },
            arrived: receipt.verdict == Verdict::Accepted,
            again_at: pause.map(|pause| at.plus_millis(pause)),
            disable,
            delivery,
            at,
        }
    }
}

/// The endpoint is disabled if nothing arrived for too long.
const fn failing(at: Timestamp) -> (DisabledReason, Timestamp) {
    (DisabledReason::Failing, at.plus_millis(-FAILING_MAX_MS))
}

fn give_notice(endpoint: WebhookEndpointId, reason: DisabledReason) {
    metrics::counter!("encaisse_webhook_endpoints_disabled_total").increment(1);
    tracing::warn!(
        endpoint.id = %endpoint,
        "The webhook endpoint {endpoint} is disabled ({reason}): its merchant must look at it."
    );
}

/// An event that a delivery names and that is not there: a defect, or a damaged database.
#[derive(Debug, thiserror::Error)]
#[error("the event {0} of a delivery is lost")]
struct Lost(EventId);
