//! What is handed to whoever sends, and what they say of it. Knows nothing of how.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use domain::Timestamp;
use domain::webhook::SendFault;
use store::events::Event;
use vault::Hidden;

/// One event for one endpoint, with all that is needed to send it.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// What happened.
    pub event: Event,
    /// How many endpoints have yet to hear of it, this one among them.
    pub pending: i64,
    /// Where the endpoint is.
    pub url: String,
    /// The secrets that sign, the current one first; never empty.
    pub secrets: Vec<Hidden>,
    /// When it is signed.
    pub at: Timestamp,
}

/// What the answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was accepted.
    Accepted,
    /// It was not; the receiver may ask for a pause before the next attempt, in milliseconds.
    Refused {
        /// The pause that was asked for.
        pause_ms: Option<i64>,
    },
    /// The endpoint wants to hear nothing any more.
    Gone,
    /// There was no answer.
    Unanswered(SendFault),
}

/// What became of a parcel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// What the answer means.
    pub verdict: Verdict,
    /// The status of the answer.
    pub answer_status: Option<u16>,
    /// The first characters of the answer.
    pub excerpt: String,
}

impl Receipt {
    /// What became of a parcel that nobody answered.
    pub const fn unanswered(fault: SendFault) -> Self {
        Self {
            verdict: Verdict::Unanswered(fault),
            answer_status: None,
            excerpt: String::new(),
        }
    }
}

type Sending = Pin<Box<dyn Future<Output = Receipt> + Send>>;

/// The way to endpoints: a function that sends one parcel once and always comes to an end.
#[derive(Clone)]
pub struct Courier(Arc<dyn Fn(Parcel) -> Sending + Send + Sync>);

impl Courier {
    /// A courier that sends by `send`.
    pub fn new<F, T>(send: F) -> Self
    where
        F: Fn(Parcel) -> T + Send + Sync + 'static,
        T: Future<Output = Receipt> + Send + 'static,
    {
        Self(Arc::new(move |parcel| Box::pin(send(parcel))))
    }

    /// A courier that reaches nobody, where nothing is ever sent.
    pub fn none() -> Self {
        Self::new(|_| async { Receipt::unanswered(SendFault::ConnectionFailed) })
    }

    pub(crate) async fn send(&self, parcel: Parcel) -> Receipt {
        (self.0)(parcel).await
    }
}

impl fmt::Debug for Courier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Courier")
    }
}
