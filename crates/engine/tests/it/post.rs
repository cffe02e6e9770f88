//! A courier that keeps what it was given and says what a test wants.

use std::sync::{Arc, Mutex};

use domain::webhook::SendFault;
use domain::{EventKind, PaymentId, WebhookEndpointId};
use engine::webhooks::{Courier, Create, Parcel, Receipt, Verdict};
use engine::{App, Request};
use store::webhook_endpoints::Endpoint;
use tokio::sync::Notify;

use crate::installation::within;
use crate::records::{OWNER, plain};

type Verdicts = dyn Fn(&Parcel) -> Verdict + Send + Sync;

/// The courier of a test.
#[derive(Clone)]
pub(crate) struct Post {
    parcels: Arc<Mutex<Vec<Parcel>>>,
    verdict: Arc<Verdicts>,
    /// The address that does not answer until it is released.
    held: Arc<Mutex<Option<&'static str>>>,
    go: Arc<Notify>,
}

impl Post {
    pub(crate) fn new(verdict: impl Fn(&Parcel) -> Verdict + Send + Sync + 'static) -> Self {
        Self {
            parcels: Arc::default(),
            verdict: Arc::new(verdict),
            held: Arc::default(),
            go: Arc::default(),
        }
    }

    pub(crate) fn accepting() -> Self {
        Self::new(|_| Verdict::Accepted)
    }

    pub(crate) fn silent() -> Self {
        Self::new(|_| Verdict::Unanswered(SendFault::TimedOut))
    }

    /// The same, where `url` does not answer.
    pub(crate) fn holding(self, url: &'static str) -> Self {
        *self.held.lock().unwrap() = Some(url);
        self
    }

    /// It answers from now on, and what waited is answered.
    pub(crate) fn release(&self) {
        *self.held.lock().unwrap() = None;
        self.go.notify_waiters();
    }

    pub(crate) fn courier(&self) -> Courier {
        let post = self.clone();
        Courier::new(move |parcel| {
            let post = post.clone();
            async move {
                let verdict = (post.verdict)(&parcel);
                let gone = post.go.notified();
                let is_held = *post.held.lock().unwrap() == Some(parcel.url.as_str());
                post.parcels.lock().unwrap().push(parcel);
                if is_held {
                    gone.await;
                }
                Receipt {
                    verdict,
                    answer_status: Some(200).filter(|_| verdict == Verdict::Accepted),
                    excerpt: "said".into(),
                }
            }
        })
    }

    pub(crate) fn parcels(&self) -> Vec<Parcel> {
        self.parcels.lock().unwrap().clone()
    }

    pub(crate) fn kinds(&self) -> Vec<EventKind> {
        self.parcels().iter().map(|one| one.event.kind).collect()
    }

    /// Waits until so many parcels were handed over.
    pub(crate) async fn until(&self, count: usize) {
        let reached = async {
            while self.parcels().len() < count {
                tokio::task::yield_now().await;
            }
        };
        within(reached).await;
    }
}

/// An endpoint that hears everything.
pub(crate) async fn listen(app: &App, url: &str) -> Endpoint {
    listen_as(app, &plain(), url).await
}

pub(crate) async fn listen_as(app: &App, request: &Request, url: &str) -> Endpoint {
    let create = Create {
        url: url.into(),
        wanted: domain::webhook::Wanted::parse(["*"]).unwrap(),
        description: None,
        metadata: Default::default(),
    };
    let reply = app.create_endpoint(request, create).await.unwrap();
    let shown = String::from_utf8(reply.answer.body).unwrap();
    let id = WebhookEndpointId::parse(shown.strip_prefix("endpoint=").unwrap()).unwrap();
    app.get_endpoint(request.caller.owner, id).await.unwrap()
}

pub(crate) async fn endpoint(app: &App, id: WebhookEndpointId) -> Endpoint {
    app.get_endpoint(OWNER, id).await.unwrap()
}

/// Whether a parcel tells of this payment.
pub(crate) fn is_about(parcel: &Parcel, payment: PaymentId) -> bool {
    String::from_utf8_lossy(&parcel.event.object).contains(&payment.to_string())
}
