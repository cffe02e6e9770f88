//! `/terminal/live`: news of one payment as server-sent events.
//!
//! Each event is the payment as it is then. A hint of this node makes the news quick; a look
//! every second finds what another node did.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use domain::{Owner, PaymentId};
use engine::live::Listener;
use engine::supervisor::Stop;
use futures_util::stream::unfold;

use crate::api::render::{Expand, Kind, Scene, object};
use crate::call::Call;
use crate::error::ApiError;
use crate::state::State;

/// How often to look without a hint.
const LOOK: Duration = Duration::from_millis(1_000);

/// After so many looks without news a comment keeps the connection open.
const QUIET_LOOKS: u32 = 15;

/// `GET /terminal/live?payment_intent=pi_…`.
pub(crate) async fn stream(call: Call) -> Result<Response, ApiError> {
    let (asked, payment) = call.read(Kind::PaymentIntent, |form| {
        let id = form.id("payment_intent", "payment_intent", PaymentId::parse)?;
        id.ok_or_else(|| form.missing("payment_intent"))
    })?;
    let owner = asked.request.caller.owner;
    // Refuses before the first byte is sent.
    let found = asked.app().get_payment(owner, payment).await;
    found.map_err(|error| ApiError::of(error, &payment.to_string(), "payment_intent"))?;
    let watch = Watch {
        listener: asked.app().live.listen(payment),
        stop: asked.app().supervisor.stop(),
        state: asked.state.clone(),
        owner,
        payment,
        shown: None,
    };
    let pieces = unfold(watch, |mut watch| async {
        let piece = watch.next().await?;
        Some((Ok::<_, Infallible>(piece), watch))
    });
    let body = Body::from_stream(pieces);
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/event-stream"),
    );
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

/// What one listener has seen.
struct Watch {
    listener: Listener,
    stop: Stop,
    state: Arc<State>,
    owner: Owner,
    payment: PaymentId,
    shown: Option<i64>,
}

impl Watch {
    /// The next piece of the stream; `None` when the service ends.
    async fn next(&mut self) -> Option<Bytes> {
        for _ in 0..QUIET_LOOKS {
            if let Some(news) = self.look().await {
                return Some(news);
            }
            tokio::select! {
                () = self.listener.moved() => {}
                () = tokio::time::sleep(LOOK) => {}
                () = self.stop.stopped() => return None,
            }
        }
        Some(Bytes::from_static(b": still here\n\n"))
    }

    /// The payment as an event, unless this version was shown already.
    async fn look(&mut self) -> Option<Bytes> {
        let loaded = self
            .state
            .app
            .get_payment(self.owner, self.payment)
            .await
            .ok()?;
        if self.shown == Some(loaded.payment.version) {
            return None;
        }
        self.shown = Some(loaded.payment.version);
        let scene = Scene {
            view: loaded.view(),
            links: &self.state.links,
        };
        let expand = Expand::of(&["latest_charge".to_owned()]);
        let mut event = b"event: payment_intent\ndata: ".to_vec();
        event.extend(object(Kind::PaymentIntent, &scene, &expand));
        event.extend(b"\n\n");
        Some(event.into())
    }
}
