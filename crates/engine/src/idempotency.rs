//! One key, one answer: what a second request with the same key is told.
//!
//! The first request is not looked up before it runs: it claims its key in its first write, and
//! whoever comes second fails there, or is refused because the first has moved or removed the
//! record; only then is the key looked at.

use std::future::Future;
use std::time::Duration;

use store::idempotency::{Key, Known};

use crate::commit::KeyPlan;
use crate::{App, Error, Reply, Request};

/// How often a waiting request looks whether the first one has ended. Milliseconds.
const LOOK_MS: u64 = 50;

impl Request {
    /// The claim of this request's key.
    pub(crate) fn key(&self) -> Option<Key> {
        self.key.as_ref().map(|(key, fingerprint)| Key {
            owner: self.caller.owner,
            key: key.clone(),
            fingerprint: *fingerprint,
        })
    }

    /// The name of this request's key.
    pub(crate) fn key_name(&self) -> Option<String> {
        self.key.as_ref().map(|(key, _)| key.clone())
    }

    /// For a request that begins here and ends with a later write.
    pub(crate) fn claim(&self) -> KeyPlan {
        self.key().map_or(KeyPlan::None, KeyPlan::Claim)
    }

    /// For a request that begins and ends with one write.
    pub(crate) fn whole(&self) -> KeyPlan {
        self.key().map_or(KeyPlan::None, KeyPlan::Whole)
    }
}

impl App {
    /// Runs a request, or answers it as an earlier one with the same key was answered.
    pub(crate) async fn keyed<T>(&self, request: &Request, run: T) -> Result<Reply, Error>
    where
        T: Future<Output = Result<Reply, Error>>,
    {
        // On the heap: requests nest, and together their futures would outgrow a stack.
        match Box::pin(run).await {
            Err(
                error @ (Error::KeyInUse
                | Error::Refused(_)
                | Error::NotFound(_)
                | Error::Item(..)
                | Error::Busy),
            ) => match self.replay(request).await? {
                Some(reply) => Ok(reply),
                None => Err(error),
            },
            other => other,
        }
    }

    /// What an earlier request with the same key was answered; waits while it runs.
    async fn replay(&self, request: &Request) -> Result<Option<Reply>, Error> {
        let Some(key) = request.key() else {
            return Ok(None);
        };
        let mut waited_ms = 0;
        loop {
            let Some(known) = self.known(&key).await? else {
                return Ok(None);
            };
            if known.fingerprint != key.fingerprint {
                return Err(Error::KeyReused);
            }
            if let Some(answer) = known.answer {
                return Ok(Some(Reply {
                    answer,
                    is_replay: true,
                }));
            }
            if waited_ms >= self.timing.key_wait_ms {
                return Err(Error::KeyInUse);
            }
            tokio::time::sleep(Duration::from_millis(LOOK_MS)).await;
            waited_ms = waited_ms.saturating_add(LOOK_MS);
        }
    }

    async fn known(&self, key: &Key) -> Result<Option<Known>, Error> {
        let (owner, name) = (key.owner, key.key.clone());
        Ok(self
            .store
            .read(move |tx| store::idempotency::find(tx, owner, &name))
            .await?)
    }
}
