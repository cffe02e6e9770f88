//! The stretch from intent to outcome: write the intent of one attempt, send it, write what
//! became of it.
//!
//! All of it runs in one task of its own, so that it goes on when the client hangs up: a client
//! that goes away between the intent and the sending must not leave an attempt that nobody sends.
//! If the process dies in here, `workers::resolve` finishes.

use std::sync::Arc;
use std::time::Duration;

use domain::payment::conclude;
use domain::{AttemptStatus, NotSent, Outcome};
use vault::CardData;

use crate::cards::NewCard;
use crate::commit::{Draft, KeyPlan};
use crate::{App, Error, Loaded, Reply, ReplyKind, Request, Thing};

/// How often an outcome is written again when the database cannot take it.
const TRIES: u32 = 8;

impl App {
    /// Writes the intent in `draft`, sends its attempt and writes the outcome; `None` when others
    /// have moved the payment first, and nothing was written or sent.
    pub(crate) async fn charge(
        self: &Arc<Self>,
        request: Request,
        draft: Draft,
        card: Option<Arc<NewCard>>,
    ) -> Result<Option<Reply>, Error> {
        let app = self.clone();
        let task = async move {
            let loaded = match app.commit(&request.caller, draft).await {
                Err(store::Error::Conflict) => return Ok(None),
                committed => committed?.loaded,
            };
            let outcome = app.send_attempt(&loaded, card).await;
            app.conclude_attempt(&request, loaded, &outcome)
                .await
                .map(Some)
        };
        let ended = self.supervisor.run(task).await;
        ended.map_err(|error| Error::Internal(error.into()))?
    }

    async fn send_attempt(&self, loaded: &Loaded, card: Option<Arc<NewCard>>) -> Outcome {
        match card {
            Some(card) => self.send_card(loaded, &card.data).await,
            None => match self.reveal(loaded).await {
                Ok(card) => self.send_card(loaded, &card).await,
                Err(error) => {
                    tracing::error!(
                        payment.id = %loaded.payment.id,
                        "A card cannot be read: {error}."
                    );
                    Outcome::NotSent(NotSent::NotExpressible)
                }
            },
        }
    }

    async fn send_card(&self, loaded: &Loaded, card: &CardData) -> Outcome {
        match self.order_of(loaded).await {
            Ok((desk, order)) => {
                let outcome = desk.acquirer.rail.send(&order, Some(card)).await;
                self.keep_code(loaded, card, &outcome);
                outcome
            }
            Err(error) => {
                tracing::error!(payment.id = %loaded.payment.id, "Nothing was sent: {error}.");
                Outcome::NotSent(NotSent::NotExpressible)
            }
        }
    }

    async fn order_of(&self, loaded: &Loaded) -> Result<(&crate::Desk, domain::Order), Error> {
        let owner = loaded.payment.owner;
        let merchant = self.merchant(owner).await?;
        let attempt = loaded
            .attempt
            .as_ref()
            .ok_or(Error::NotFound(Thing::Charge))?;
        Ok((self.desk(owner.mode)?, attempt.order(&merchant.acceptor)))
    }

    /// The security code outlives the attempt only when a challenge leads to another one.
    fn keep_code(&self, loaded: &Loaded, card: &CardData, outcome: &Outcome) {
        let Some(method) = &loaded.method else { return };
        match outcome {
            Outcome::ActionNeeded { .. } => self.hold_code(method.id, card),
            Outcome::Approved(_)
            | Outcome::Declined { .. }
            | Outcome::NotSent(_)
            | Outcome::Unknown => self.codes.forget(method.id),
        }
    }

    /// Writes what became of the attempt, and answers the request.
    async fn conclude_attempt(
        &self,
        request: &Request,
        mut loaded: Loaded,
        outcome: &Outcome,
    ) -> Result<Reply, Error> {
        let Some(sent) = loaded.attempt.clone() else {
            return Err(Error::NotFound(Thing::Charge));
        };
        let mut rest = Duration::from_millis(20);
        for _ in 1..TRIES {
            let attempt = loaded
                .attempt
                .as_ref()
                .filter(|attempt| attempt.id == sent.id);
            let now = self.clock.now();
            let step = attempt.and_then(|attempt| {
                conclude(&loaded.payment, attempt, outcome, self.advice_id(), now)
            });
            let Some(step) = step else {
                return Ok(self.late(request, &loaded));
            };
            let reply = (ReplyKind::Charged, request.expand.clone());
            let draft = Draft {
                key: sent.key.clone().map_or(KeyPlan::None, KeyPlan::Answer),
                reply: Some(reply),
                ..Draft::new("payment_conclude", step, loaded.clone())
            };
            match self.finish(request, draft).await {
                Err(Error::Busy) => loaded = self.reload(loaded.payment.id).await?,
                Err(Error::Internal(error)) => {
                    tracing::error!(payment.id = %loaded.payment.id, "{error}");
                    tokio::time::sleep(rest).await;
                    rest = rest.saturating_mul(2);
                }
                other => return other,
            }
        }
        Err(Error::Busy)
    }

    /// Somebody ended the attempt first: what the rail said comes too late to count.
    fn late(&self, request: &Request, loaded: &Loaded) -> Reply {
        let status = loaded
            .attempt
            .as_ref()
            .map_or(AttemptStatus::Unknown, |one| one.status);
        tracing::warn!(
            payment.id = %loaded.payment.id,
            "An answer came after its attempt had ended as {status}; it does not count."
        );
        let answer = self.answer(ReplyKind::Charged, &loaded.view(), request);
        Reply {
            answer,
            is_replay: false,
        }
    }
}
