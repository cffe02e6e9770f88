//! The operations on refunds.

use std::sync::Arc;
use std::time::Duration;

use domain::payment::{Metadata, MetadataChange};
use domain::refund::{self, Open};
use domain::{
    AttemptId, NotSent, Outcome, Owner, PaymentId, Refund, RefundId, RefundReason, Refusal,
};
use store::refunds;

use crate::commit::{Draft, KeyPlan};
use crate::{App, Error, Loaded, Reply, ReplyKind, Request, Thing};

/// How often an outcome is written again when the database cannot take it.
const TRIES: u32 = 8;

/// What a refund is of.
#[derive(Clone, Copy, Debug)]
pub enum Of {
    /// A payment.
    Payment(PaymentId),
    /// The attempt that took the money.
    Charge(AttemptId),
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Create {
    /// What it is of.
    pub of: Of,
    /// Minor units; all that can still be given back when `None`.
    pub amount_minor: Option<i64>,
    /// Why.
    pub reason: Option<RefundReason>,
    /// The merchant's own pairs.
    pub metadata: Metadata,
}

impl App {
    /// Gives money back.
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::NotFound`], those of the request's key.
    pub async fn create_refund(
        self: &Arc<Self>,
        request: &Request,
        create: Create,
    ) -> Result<Reply, Error> {
        self.keyed(request, self.open_refund(request, create)).await
    }

    async fn open_refund(
        self: &Arc<Self>,
        request: &Request,
        create: Create,
    ) -> Result<Reply, Error> {
        let owner = request.caller.owner;
        let id = match create.of {
            Of::Payment(id) => id,
            Of::Charge(id) => {
                let charge = self.get_charge(owner, id).await?;
                // An attempt that failed has nothing to give back, even if a later one paid.
                if charge.payment.attempt != Some(id) {
                    return Err(Refusal::NothingToRefund.into());
                }
                charge.payment.id
            }
        };
        for _ in 0..crate::payments::TRIES {
            let loaded = self.get_payment(owner, id).await?;
            let draft = self.draft_refund(request, &create, loaded).await?;
            if let Some(reply) = self.give_back(request.clone(), draft).await? {
                return Ok(reply);
            }
        }
        Err(Error::Busy)
    }

    async fn draft_refund(
        &self,
        request: &Request,
        create: &Create,
        loaded: Loaded,
    ) -> Result<Draft, Error> {
        let attempt = loaded.attempt.as_ref().ok_or(Refusal::NothingToRefund)?;
        let now = self.clock.now();
        let desk = self.desk(loaded.payment.owner.mode)?;
        let open = Open {
            id: self.ids.next(&self.clock, RefundId::from_bytes),
            amount_minor: create.amount_minor,
            reason: create.reason,
            metadata: create.metadata.clone(),
            trace: self.trace_about(desk, &attempt.trace, now).await?,
            node: self.node,
            key: request.key_name(),
        };
        let step = refund::open(&loaded.payment, attempt, open, now)?;
        let audit = self.detokenise_line(&request.caller, attempt.method);
        Ok(Draft {
            key: request.claim(),
            audit: vec![audit],
            ..Draft::new("refund_open", step, loaded)
        })
    }

    /// Writes the intent in `draft`, sends the refund and writes the outcome, in one task of its
    /// own; `None` when others have moved the payment, and nothing was written.
    async fn give_back(
        self: &Arc<Self>,
        request: Request,
        draft: Draft,
    ) -> Result<Option<Reply>, Error> {
        let app = self.clone();
        let task = async move {
            let committed = match app.commit(&request.caller, draft).await {
                Err(store::Error::Conflict) => return Ok(None),
                committed => committed?,
            };
            let refund = committed.refund.ok_or(Error::NotFound(Thing::Refund))?;
            let loaded = committed.loaded;
            let outcome = match app.order_refund(&loaded, &refund).await {
                Ok(outcome) => outcome,
                Err(error) => {
                    tracing::error!(refund.id = %refund.id, "Nothing was sent: {error}.");
                    Outcome::NotSent(NotSent::NotExpressible)
                }
            };
            app.conclude_refund(&request, loaded, refund, &outcome)
                .await
                .map(Some)
        };
        let ended = self.supervisor.run(task).await;
        ended.map_err(|error| Error::Internal(error.into()))?
    }

    async fn order_refund(&self, loaded: &Loaded, refund: &Refund) -> Result<Outcome, Error> {
        let owner = loaded.payment.owner;
        let merchant = self.merchant(owner).await?;
        let taken = loaded
            .attempt
            .as_ref()
            .ok_or(Error::NotFound(Thing::Charge))?;
        let card = self.reveal(loaded).await?;
        let order = refund.order(taken, &merchant.acceptor);
        Ok(self
            .desk(owner.mode)?
            .acquirer
            .rail
            .send(&order, Some(&card))
            .await)
    }

    async fn conclude_refund(
        &self,
        request: &Request,
        mut loaded: Loaded,
        mut refund: Refund,
        outcome: &Outcome,
    ) -> Result<Reply, Error> {
        let mut rest = Duration::from_millis(20);
        for _ in 1..TRIES {
            let now = self.clock.now();
            let step = loaded.attempt.as_ref().and_then(|attempt| {
                let about = (&loaded.payment, attempt);
                refund::conclude(about, &refund, outcome, self.advice_id(), now)
            });
            let Some(step) = step else {
                let view = loaded.view_with(&refund);
                let answer = self.answer(ReplyKind::Refund, &view, request);
                return Ok(Reply {
                    answer,
                    is_replay: false,
                });
            };
            let draft = Draft {
                key: refund.key.clone().map_or(KeyPlan::None, KeyPlan::Answer),
                reply: Some((ReplyKind::Refund, request.expand.clone())),
                ..Draft::new("refund_conclude", step, loaded.clone())
            };
            match self.finish(request, draft).await {
                Err(Error::Busy) => {
                    loaded = self.reload(loaded.payment.id).await?;
                    refund = self.reload_refund(refund.id).await?;
                }
                Err(Error::Internal(error)) => {
                    tracing::error!(refund.id = %refund.id, "{error}");
                    tokio::time::sleep(rest).await;
                    rest = rest.saturating_mul(2);
                }
                other => return other,
            }
        }
        Err(Error::Busy)
    }

    pub(crate) async fn reload_refund(&self, id: RefundId) -> Result<Refund, Error> {
        let found = self.store.read(move |tx| refunds::find(tx, id)).await?;
        found.ok_or(Error::NotFound(Thing::Refund))
    }

    /// The refund of that id, if it belongs to `owner`.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn get_refund(&self, owner: Owner, id: RefundId) -> Result<Refund, Error> {
        let refund = self.reload_refund(id).await?;
        if refund.owner == owner {
            Ok(refund)
        } else {
            Err(Error::NotFound(Thing::Refund))
        }
    }

    /// Changes the merchant's own pairs of a refund.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Refused`], those of the request's key.
    pub async fn update_refund(
        &self,
        request: &Request,
        id: RefundId,
        change: MetadataChange,
    ) -> Result<Reply, Error> {
        let run = async {
            for _ in 0..crate::payments::TRIES {
                match self.rename_refund(request, id, &change).await {
                    Err(Error::Busy) => {}
                    other => return other,
                }
            }
            Err(Error::Busy)
        };
        self.keyed(request, run).await
    }

    async fn rename_refund(
        &self,
        request: &Request,
        id: RefundId,
        change: &MetadataChange,
    ) -> Result<Reply, Error> {
        let mut refund = self.get_refund(request.caller.owner, id).await?;
        let metadata = change.apply(&refund.metadata)?;
        let before = std::mem::replace(&mut refund.metadata, metadata);
        let loaded = self.get_payment(refund.owner, refund.payment).await?;
        let answer = self.answer(ReplyKind::Refund, &loaded.view_with(&refund), request);
        let (key, kept, now) = (request.key(), answer.clone(), self.clock.now());
        self.store
            .write("refund_update", move |tx| {
                if let Some(key) = &key {
                    store::idempotency::claim(tx, key, Some(&kept), now)?;
                }
                refunds::replace_metadata(tx, &before, &refund)
            })
            .await?;
        Ok(Reply {
            answer,
            is_replay: false,
        })
    }
}
