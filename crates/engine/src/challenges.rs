//! The end of a challenge: the payer comes back from proving who they are.
//!
//! Does not speak 3-D Secure. Today only the sandbox issues challenges; its page is served by us
//! and says that it is simulated.

use std::sync::Arc;

use domain::payment::{Verdict, complete_challenge};
use domain::{Authentication, PaymentId, Refusal};

use crate::commit::Draft;
use crate::payments::TRIES;
use crate::{App, Error, Loaded, Reply, ReplyKind, Request};

/// Electronic commerce indicator of an authenticated payer.
const AUTHENTICATED: &str = "05";

impl App {
    /// Ends the challenge of a payment: with `value`, the issuer's proof, a new attempt is made;
    /// without, the payment failed.
    ///
    /// # Errors
    /// [`Error::Refused`] when the payment waits for no challenge, [`Error::NotFound`].
    pub async fn complete_challenge(
        self: &Arc<Self>,
        request: &Request,
        id: PaymentId,
        value: Option<String>,
    ) -> Result<Reply, Error> {
        let run = async {
            for _ in 0..TRIES {
                let loaded = self.get_payment(request.caller.owner, id).await?;
                if let Some(reply) = self
                    .end_challenge(request, loaded, value.as_deref())
                    .await?
                {
                    return Ok(reply);
                }
            }
            Err(Error::Busy)
        };
        self.keyed(request, run).await
    }

    /// Ends the challenge as the payment stands in `loaded`; `None` when others have moved it.
    async fn end_challenge(
        self: &Arc<Self>,
        request: &Request,
        loaded: Loaded,
        value: Option<&str>,
    ) -> Result<Option<Reply>, Error> {
        let unexpected = || Refusal::UnexpectedStatus(loaded.payment.status);
        let attempt = loaded.attempt.as_ref().ok_or_else(unexpected)?;
        let now = self.clock.now();
        let verdict = match (value, &attempt.challenge) {
            (Some(value), Some(reference)) => {
                let proof = Authentication {
                    reference: reference.clone(),
                    indicator: AUTHENTICATED.to_owned(),
                    value: value.to_owned(),
                };
                let key = request.key_name();
                Verdict::Passed(proof, self.start(loaded.payment.owner, key, now).await?)
            }
            _ => Verdict::Failed,
        };
        let step = complete_challenge(&loaded.payment, attempt, verdict, now)?;
        if step.attempt.is_none() {
            let draft = Draft {
                key: request.whole(),
                reply: Some((ReplyKind::Charged, request.expand.clone())),
                ..Draft::new("challenge_failed", step, loaded)
            };
            return match self.finish(request, draft).await {
                Err(Error::Busy) => Ok(None),
                ended => ended.map(Some),
            };
        }
        let audit = step
            .payment
            .method
            .map(|id| self.detokenise_line(&request.caller, id));
        let draft = Draft {
            key: request.claim(),
            audit: audit.into_iter().collect(),
            ..Draft::new("payment_begin", step, loaded)
        };
        self.charge(request.clone(), draft, None).await
    }
}
