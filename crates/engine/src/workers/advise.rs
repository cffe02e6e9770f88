//! Sends what is owed to a rail, and repeats it until it is answered.
//!
//! Each try is claimed by a conditional update that is committed before anything is sent. The
//! next try never begins before the answer of this one can no longer come.

use std::sync::Arc;

use domain::advice::{About, answered, give_up};
use domain::{Advice, AdviceStatus, Outcome, Step, Trace};
use store::advices;

use crate::commit::{Draft, KeyPlan};
use crate::workers::{BATCH, Done, ignore_conflict};
use crate::{App, Caller, Error, Loaded, ReplyKind};

/// How soon a message that certainly did not leave is tried again, in milliseconds.
const NOT_SENT_MS: i64 = 500;

pub(super) async fn run(app: Arc<App>) -> Result<Done, Error> {
    let now = app.clock.now();
    let most = app.turns.at_once(BATCH);
    let due = app
        .store
        .read(move |tx| advices::list_due(tx, now, most))
        .await?;
    let count = due.len();
    let sent: Vec<_> = due
        .into_iter()
        .map(|advice| {
            let worker = app.clone();
            app.supervisor
                .run(async move { worker.advise(advice).await })
        })
        .collect();
    for task in sent {
        task.await
            .map_err(|error| Error::Internal(error.into()))??;
    }
    Ok(count)
}

impl App {
    async fn advise(&self, advice: Advice) -> Result<(), Error> {
        if advice.tries >= self.timing.repeats_max {
            return self.end_advice(&advice, None).await.map(drop);
        }
        let Some((claimed, trace)) = self.claim(&advice).await? else {
            return Ok(());
        };
        let desk = self.desk(claimed.owner.mode)?;
        let merchant = self.merchant(claimed.owner).await?;
        let order = claimed.order(trace, &merchant.acceptor);
        let outcome = desk.acquirer.rail.send(&order, None).await;
        if let Outcome::NotSent(_) = outcome {
            let again = self.clock.now().plus_millis(NOT_SENT_MS);
            let put_back = move |tx: &store::Tx<'_>| advices::put_back(tx, &claimed, again);
            return ignore_conflict(self.store.write("advice_put_back", put_back).await);
        }
        if self.end_advice(&claimed, Some(&outcome)).await? {
            return Ok(());
        }
        let again = self.clock.now().plus_millis(self.pause(claimed.tries));
        let postpone = move |tx: &store::Tx<'_>| advices::postpone(tx, &claimed, again);
        ignore_conflict(self.store.write("advice_postpone", postpone).await)
    }

    /// How long to wait after that many tries, in milliseconds.
    fn pause(&self, tries: i64) -> i64 {
        let doublings = u32::try_from(tries.saturating_sub(1)).unwrap_or(0).min(30);
        let pause = self
            .timing
            .repeat_first_ms
            .saturating_mul(1_i64 << doublings);
        pause.min(self.timing.repeat_max_ms)
    }

    /// Claims the next try; `None` when somebody else has it.
    async fn claim(&self, advice: &Advice) -> Result<Option<(Advice, Trace)>, Error> {
        let now = self.clock.now();
        let trace = match &advice.trace {
            Some(trace) => trace.clone(),
            None => {
                let desk = self.desk(advice.owner.mode)?;
                self.trace_about(desk, &advice.original.trace, now).await?
            }
        };
        let next_at = now.plus_millis(self.timing.advice_lease_ms);
        let (wanted, under) = (advice.clone(), trace.clone());
        let claim = move |tx: &store::Tx<'_>| advices::claim(tx, &wanted, &under, next_at);
        match self.store.write("advice_claim", claim).await {
            Err(store::Error::Conflict) => return Ok(None),
            claimed => claimed?,
        }
        let tries = advice.tries.saturating_add(1);
        Ok(Some((
            Advice {
                tries,
                trace: Some(trace.clone()),
                ..advice.clone()
            },
            trace,
        )))
    }

    /// Writes what an answer means; without an outcome, that nobody answers. `false` when it means
    /// nothing yet, and the advice must be repeated.
    async fn end_advice(&self, advice: &Advice, outcome: Option<&Outcome>) -> Result<bool, Error> {
        loop {
            let loaded = self.reload_attempt(advice).await?;
            let refund = match advice.refund {
                Some(id) => Some(self.reload_refund(id).await?),
                None => None,
            };
            let Some(attempt) = &loaded.attempt else {
                return Ok(true);
            };
            let about = About {
                payment: &loaded.payment,
                attempt,
                refund: refund.as_ref(),
            };
            let now = self.clock.now();
            let step = match outcome {
                Some(outcome) => answered(about, advice, outcome, self.timing.late_window_ms, now),
                None => give_up(about, advice),
            };
            let Some(step) = step else { return Ok(false) };
            report(advice, &step);
            match self.commit_answer(advice, step, loaded).await {
                Err(store::Error::Conflict) if self.is_owed(advice).await? => {}
                Ok(()) | Err(store::Error::Conflict) => return Ok(true),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The request that began what is now undone may still wait for its answer under its key.
    async fn commit_answer(
        &self,
        advice: &Advice,
        step: Step,
        loaded: Loaded,
    ) -> Result<(), store::Error> {
        let (key, kind) = match (&step.refund, &step.attempt) {
            (Some(refund), _) => (refund.key.clone(), ReplyKind::Refund),
            (None, Some(attempt)) => (attempt.key.clone(), ReplyKind::Charged),
            (None, None) => (None, ReplyKind::Payment),
        };
        let draft = Draft {
            reply: key.as_ref().map(|_| (kind, Vec::new())),
            key: key.map_or(KeyPlan::None, KeyPlan::Answer),
            ..Draft::new("advice_answer", step, loaded)
        };
        self.commit(&Caller::worker(advice.owner), draft)
            .await
            .map(drop)
    }

    /// The payment, with the attempt the advice is about: not always the latest one.
    async fn reload_attempt(&self, advice: &Advice) -> Result<Loaded, Error> {
        let loaded = self.reload(advice.payment).await?;
        if loaded.payment.attempt == Some(advice.attempt) {
            return Ok(loaded);
        }
        let charge = self.get_charge(advice.owner, advice.attempt).await?;
        Ok(Loaded {
            attempt: charge.attempt,
            method: charge.method,
            ..loaded
        })
    }

    async fn is_owed(&self, advice: &Advice) -> Result<bool, Error> {
        let id = advice.id;
        let found = self.store.read(move |tx| advices::find(tx, id)).await?;
        Ok(found.is_some_and(|found| found.status == AdviceStatus::Owed))
    }
}

/// How many advices ended so that a person must look.
pub(super) fn failed_total() -> metrics::Counter {
    metrics::counter!("encaisse_advices_failed_total")
}

/// A refused or unanswered advice is for a person: money may be where the books say it is not.
fn report(advice: &Advice, step: &Step) {
    let failed = step.advices.iter().find(|ended| {
        matches!(
            ended.status,
            AdviceStatus::Refused | AdviceStatus::NeedsOperator
        )
    });
    if let Some(ended) = failed {
        failed_total().increment(1);
        tracing::error!(
            advice.id = %advice.id,
            payment.id = %advice.payment,
            "The {} of {} is {}: look at it with the acquirer.",
            advice.kind, advice.payment, ended.status
        );
    }
}
