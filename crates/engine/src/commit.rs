//! The one place where a step becomes a write: its events and its answer are rendered beside it.

use domain::payment_link::Place;
use domain::{EventId, PaymentMethod, Refund, Step, StepId};
use store::audit::AuditEntry;
use store::events::Event;
use store::idempotency::{Answer, Key};
use store::{Entry, KeyWrite, NewMethod};

use crate::balances::shows_transactions;
use crate::{App, Caller, Loaded, ReplyKind, Turn, View};

/// What becomes of the request's idempotency key with this write.
#[derive(Clone, Debug)]
pub(crate) enum KeyPlan {
    /// There is none, or it is not touched.
    None,
    /// The request begins.
    Claim(Key),
    /// The request begins and ends.
    Whole(Key),
    /// The request ends, whoever began it.
    Answer(String),
}

/// A decided step, and all that is written with it.
#[derive(Debug)]
pub(crate) struct Draft {
    /// What the metrics call it.
    pub(crate) name: &'static str,
    /// What changes.
    pub(crate) step: Step,
    /// What belongs to the payment, as it was before.
    pub(crate) loaded: Loaded,
    /// A card that came with the request.
    pub(crate) method: Option<NewMethod>,
    /// What becomes of the key.
    pub(crate) key: KeyPlan,
    /// Which object is the answer, and what of it to expand.
    pub(crate) reply: Option<(ReplyKind, Vec<String>)>,
    /// Lines of the audit trail.
    pub(crate) audit: Vec<AuditEntry>,
}

/// What was written.
#[derive(Debug)]
pub(crate) struct Committed {
    /// What belongs to the payment, as it is now.
    pub(crate) loaded: Loaded,
    /// The refund, when it changed.
    pub(crate) refund: Option<Refund>,
    /// The rendered answer.
    pub(crate) answer: Option<Answer>,
}

impl Draft {
    /// A step on what was loaded, without key, answer or card.
    pub(crate) const fn new(name: &'static str, step: Step, loaded: Loaded) -> Self {
        Self {
            name,
            step,
            loaded,
            method: None,
            key: KeyPlan::None,
            reply: None,
            audit: Vec::new(),
        }
    }
}

impl App {
    /// Writes `draft`, all or nothing.
    pub(crate) async fn commit(
        &self,
        caller: &Caller,
        draft: Draft,
    ) -> Result<Committed, store::Error> {
        let Draft {
            name,
            step,
            loaded,
            method,
            key,
            reply,
            audit,
        } = draft;
        let step = self.charged(step).await?;
        let shows = |(_, expand): &(ReplyKind, Vec<String>)| shows_transactions(expand);
        let mut loaded = match reply.as_ref().is_some_and(shows) {
            true => self.followed(loaded, &step).await?,
            false => loaded,
        };
        let before = Place::of(loaded.payment.status);
        let place = before.to(Place::of(step.payment.status));
        loaded.payment = step.payment.clone();
        loaded.attempt = step.attempt.clone().or(loaded.attempt);
        let refund = step.refund.clone();
        let view = match &refund {
            Some(refund) => loaded.view_with(refund),
            None => loaded.view(),
        };
        let events = self.events(caller, &step, &view, &key);
        let answer = reply.map(|(kind, expand)| (self.renderers.answer)(kind, &view, &expand));
        let owes = !step.advices.is_empty();
        let entry = Entry {
            id: self.ids.next(&self.clock, StepId::from_bytes),
            at: self.clock.now(),
            session: if step.payment.version == 1 {
                loaded.session.clone()
            } else {
                None
            },
            method,
            place,
            events,
            key: key_write(&step, key, answer.as_ref()),
            audit,
            step,
        };
        self.turns.take(Turn::BeforeCommit(name)).await;
        let deliveries = self.store.apply(name, entry).await?;
        self.turns.take(Turn::AfterCommit(name)).await;
        self.live.tell(loaded.payment.id);
        self.tell(deliveries);
        if owes {
            self.nudges.advise.notify_one();
        }
        Ok(Committed {
            loaded,
            refund,
            answer,
        })
    }

    /// With the fee on what it takes. Every step passes here, so none that takes money is without.
    async fn charged(&self, step: Step) -> Result<Step, store::Error> {
        if step.taking().is_none() {
            return Ok(step);
        }
        let merchant = self.find_merchant(step.payment.owner.merchant).await?;
        let nobody = || store::Error::Corrupt("a payment of no merchant".into());
        Ok(step.charged(&merchant.ok_or_else(nobody)?.fees))
    }

    fn events(&self, caller: &Caller, step: &Step, view: &View<'_>, key: &KeyPlan) -> Vec<Event> {
        let key = match key {
            KeyPlan::None => None,
            KeyPlan::Claim(key) | KeyPlan::Whole(key) => Some(&key.key),
            KeyPlan::Answer(key) => Some(key),
        };
        let rendered = step.events.iter().map(|kind| Event {
            id: self.ids.next(&self.clock, EventId::from_bytes),
            owner: step.payment.owner,
            kind: *kind,
            object: (self.renderers.event)(*kind, view),
            request_id: Some(caller.request_id.clone()).filter(|id| !id.is_empty()),
            key: key.cloned(),
            created_at: self.clock.now(),
        });
        rendered.collect()
    }
}

fn key_write(step: &Step, key: KeyPlan, answer: Option<&Answer>) -> Option<KeyWrite> {
    match (key, answer) {
        (KeyPlan::Claim(key), _) => Some(KeyWrite::Claim(key)),
        (KeyPlan::Whole(key), Some(answer)) => Some(KeyWrite::Whole(key, answer.clone())),
        (KeyPlan::Answer(key), Some(answer)) => {
            Some(KeyWrite::Answer(step.payment.owner, key, answer.clone()))
        }
        (KeyPlan::None, _) | (KeyPlan::Whole(_) | KeyPlan::Answer(_), None) => None,
    }
}

/// The part of a new card that may be shown.
pub(crate) fn shown(method: Option<&NewMethod>) -> Option<PaymentMethod> {
    method.map(|new| new.method.clone())
}
