//! The operations on endpoints.
//!
//! A secret is shown in the answer that makes it and never again; that answer is kept for a
//! repeated request, so it is sealed like the secret itself.

use domain::payment::{Metadata, MetadataChange};
use domain::webhook::{DisabledReason, ENDPOINTS_MAX, EndpointStatus, Wanted};
use domain::{Owner, Refusal, WebhookEndpointId};
use store::audit::{self, AuditAction};
use store::idempotency::{self, Answer};
use store::webhook_endpoints::{self, Endpoint};
use store::{Page, Tx};
use vault::Hidden;

use super::{SECRET_BYTES, bound_to};
use crate::{App, Error, Reply, ReplyKind, Request, Thing, View};

/// What the answers that hold a secret are sealed for.
const ANSWER: &str = "stored answer";

/// How often a change is decided anew when somebody else changed the endpoint meanwhile.
const TRIES: usize = 5;

/// A new endpoint.
#[derive(Clone, Debug)]
pub struct Create {
    /// Where it is; checked by the caller.
    pub url: String,
    /// What it wants to hear.
    pub wanted: Wanted,
    /// The merchant's own words.
    pub description: Option<String>,
    /// The merchant's own pairs.
    pub metadata: Metadata,
}

/// What changes; `None` leaves it as it is.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// Where it is; checked by the caller.
    pub url: Option<String>,
    /// What it wants to hear.
    pub wanted: Option<Wanted>,
    /// The merchant's own words; `Some(None)` takes them away.
    pub description: Option<Option<String>>,
    /// What becomes of the merchant's own pairs.
    pub metadata: MetadataChange,
    /// Whether it is told nothing.
    pub disabled: Option<bool>,
}

/// What is written of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Write {
    New,
    Changed,
    Removed,
}

impl App {
    /// The endpoint of that id, if it belongs to `owner`.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn get_endpoint(
        &self,
        owner: Owner,
        id: WebhookEndpointId,
    ) -> Result<Endpoint, Error> {
        let find = move |tx: &Tx<'_>| webhook_endpoints::find_owned(tx, owner, id);
        let found = self.store.read(find).await?;
        found.ok_or(Error::NotFound(Thing::WebhookEndpoint))
    }

    /// A page of endpoints, newest first.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn list_endpoints(
        &self,
        owner: Owner,
        page: Page<WebhookEndpointId>,
    ) -> Result<Vec<Endpoint>, Error> {
        let list = move |tx: &Tx<'_>| webhook_endpoints::list(tx, owner, &page);
        Ok(self.store.read(list).await?)
    }

    /// Adds an endpoint. The answer shows its secret.
    ///
    /// # Errors
    /// [`Refusal::EndpointsTooMany`], those of the request's key.
    pub async fn create_endpoint(&self, request: &Request, create: Create) -> Result<Reply, Error> {
        self.keyed_sealed(request, async {
            let (owner, now) = (request.caller.owner, self.clock.now());
            let id = self.ids.next(&self.clock, WebhookEndpointId::from_bytes);
            let secret = new_secret();
            let endpoint = Endpoint {
                id,
                owner,
                version: 1,
                url: create.url,
                wanted: create.wanted,
                status: EndpointStatus::Enabled,
                description: create.description,
                metadata: create.metadata,
                secret: self.seal_secret(owner, id.bytes(), &secret)?,
                previous: None,
                failing_since: None,
                disabled: None,
                created_at: now,
            };
            self.write_endpoint(request, endpoint, Write::New, Some(&secret))
                .await
        })
        .await
    }

    /// Changes an endpoint. One that is enabled again begins with a clean record.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Refused`], those of the request's key.
    pub async fn update_endpoint(
        &self,
        request: &Request,
        id: WebhookEndpointId,
        change: Change,
    ) -> Result<Reply, Error> {
        self.changed(request, id, Write::Changed, |endpoint| {
            self.apply(change.clone(), endpoint)
        })
        .await
    }

    /// Removes an endpoint; what it has not heard it is not told.
    ///
    /// # Errors
    /// [`Error::NotFound`], those of the request's key.
    pub async fn delete_endpoint(
        &self,
        request: &Request,
        id: WebhookEndpointId,
    ) -> Result<Reply, Error> {
        self.changed(request, id, Write::Removed, |_| Ok(())).await
    }

    /// Renews an endpoint's secret; the one before signs too for `overlap_ms`. The answer shows
    /// the new one.
    ///
    /// # Errors
    /// [`Error::NotFound`], those of the request's key.
    pub async fn rotate_endpoint_secret(
        &self,
        request: &Request,
        id: WebhookEndpointId,
        overlap_ms: i64,
    ) -> Result<Reply, Error> {
        let owner = request.caller.owner;
        self.keyed_sealed(request, async {
            for _ in 0..TRIES {
                let mut endpoint = self.get_endpoint(owner, id).await?;
                let secret = new_secret();
                let sealed = self.seal_secret(owner, id.bytes(), &secret)?;
                let before = std::mem::replace(&mut endpoint.secret, sealed);
                let until = self.clock.now().plus_millis(overlap_ms);
                endpoint.previous = (overlap_ms > 0).then_some((before, until));
                match self
                    .write_endpoint(request, endpoint, Write::Changed, Some(&secret))
                    .await
                {
                    Err(Error::Busy) => {}
                    other => return other,
                }
            }
            Err(Error::Busy)
        })
        .await
    }

    async fn changed(
        &self,
        request: &Request,
        id: WebhookEndpointId,
        write: Write,
        change: impl Fn(&mut Endpoint) -> Result<(), Refusal>,
    ) -> Result<Reply, Error> {
        self.keyed(request, async {
            for _ in 0..TRIES {
                let mut endpoint = self.get_endpoint(request.caller.owner, id).await?;
                change(&mut endpoint)?;
                match self.write_endpoint(request, endpoint, write, None).await {
                    Err(Error::Busy) => {}
                    other => return other,
                }
            }
            Err(Error::Busy)
        })
        .await
    }

    fn apply(&self, change: Change, endpoint: &mut Endpoint) -> Result<(), Refusal> {
        let Change {
            url,
            wanted,
            description,
            metadata,
            disabled,
        } = change;
        endpoint.url = url.unwrap_or_else(|| std::mem::take(&mut endpoint.url));
        endpoint.wanted = wanted.unwrap_or_else(|| endpoint.wanted.clone());
        endpoint.description = description.unwrap_or_else(|| endpoint.description.take());
        endpoint.metadata = metadata.apply(&endpoint.metadata)?;
        match (disabled, endpoint.status) {
            (Some(true), EndpointStatus::Enabled) => {
                endpoint.status = EndpointStatus::Disabled;
                endpoint.disabled = Some((self.clock.now(), DisabledReason::Requested));
            }
            (Some(false), EndpointStatus::Disabled) => {
                endpoint.status = EndpointStatus::Enabled;
                endpoint.disabled = None;
                endpoint.failing_since = None;
            }
            (Some(_) | None, _) => {}
        }
        Ok(())
    }

    /// Writes an endpoint with its audit line and the answer of the request. An answer that shows a
    /// secret is kept sealed.
    async fn write_endpoint(
        &self,
        request: &Request,
        endpoint: Endpoint,
        write: Write,
        secret: Option<&Hidden>,
    ) -> Result<Reply, Error> {
        let view = View {
            endpoint: Some(&endpoint),
            secret,
            ..View::default()
        };
        let kind = match write {
            Write::Removed => ReplyKind::EndpointDeleted,
            Write::New | Write::Changed => ReplyKind::Endpoint,
        };
        let answer = self.answer(kind, &view, request);
        let kept = match (secret, request.key_name()) {
            (Some(_), Some(key)) => self.sealed_answer(request.caller.owner, &key, &answer)?,
            (Some(_), None) | (None, _) => answer.clone(),
        };
        let name = endpoint.id.to_string();
        let line = self.audit(&request.caller, AuditAction::EndpointChange, name, true);
        let (key, now) = (request.key(), self.clock.now());
        let change = move |tx: &Tx<'_>| {
            let is_new = write == Write::New;
            if is_new && webhook_endpoints::count(tx, endpoint.owner)? >= ENDPOINTS_MAX {
                return Ok(false);
            }
            if let Some(key) = &key {
                idempotency::claim(tx, key, Some(&kept), now)?;
            }
            audit::insert(tx, &line)?;
            match write {
                Write::New => webhook_endpoints::insert(tx, &endpoint)?,
                Write::Changed => webhook_endpoints::replace(tx, &endpoint)?,
                Write::Removed => webhook_endpoints::remove(tx, &endpoint)?,
            }
            Ok(true)
        };
        if !self.store.write("endpoint_write", change).await? {
            return Err(Refusal::EndpointsTooMany.into());
        }
        Ok(Reply {
            answer,
            is_replay: false,
        })
    }

    /// As [`App::keyed`], where the kept answer is sealed.
    async fn keyed_sealed<T>(&self, request: &Request, run: T) -> Result<Reply, Error>
    where
        T: Future<Output = Result<Reply, Error>>,
    {
        let mut reply = self.keyed(request, run).await?;
        if let (true, Some(key)) = (reply.is_replay, request.key_name()) {
            let bound_to = bound_to(&request.caller.owner, key.as_bytes());
            let opened = self.vault.unhide(ANSWER, &bound_to, &reply.answer.body)?;
            reply.answer.body = opened.reveal().to_vec();
        }
        Ok(reply)
    }

    fn sealed_answer(&self, owner: Owner, key: &str, answer: &Answer) -> Result<Answer, Error> {
        let bound_to = bound_to(&owner, key.as_bytes());
        let body = Hidden::new(answer.body.clone());
        Ok(Answer {
            status: answer.status,
            body: self.vault.hide(ANSWER, &bound_to, &body)?,
        })
    }
}

fn new_secret() -> Hidden {
    Hidden::new(vault::random::<SECRET_BYTES>())
}
