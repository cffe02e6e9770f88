//! Where tasks wait for their turn: before and after each write of money, before and after each
//! message.
//!
//! A task that is not given its turn again has died there, and its process with it.

use std::fmt;
use std::future::pending;

use engine::{Turn, Turns};
use tokio::sync::{mpsc, oneshot};

/// Where a task waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Point {
    /// A write is about to be committed.
    BeforeCommit(&'static str),
    /// It was committed.
    AfterCommit(&'static str),
    /// A message is about to leave; said in a few words.
    BeforeSend(String),
    /// Something was learnt of it; said in a few words.
    AfterSend(String),
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BeforeCommit(name) => write!(f, "before commit {name}"),
            Self::AfterCommit(name) => write!(f, "after commit {name}"),
            Self::BeforeSend(what) => write!(f, "before send {what}"),
            Self::AfterSend(what) => write!(f, "after send {what}"),
        }
    }
}

/// What becomes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It arrives, and so does its answer.
    Deliver,
    /// It certainly does not leave.
    Refuse,
    /// It is lost on its way.
    Lose,
    /// It arrives, and its answer is lost.
    LoseAnswer,
    /// It arrives much later, when nobody waits any more.
    Delay,
    /// It arrives twice.
    Twice,
    /// It is lost, and the rail says that it was agreed to: a broken rail, for tests of the checks.
    Pretend,
}

/// A task that waits for its turn.
#[derive(Debug)]
pub(crate) struct Waiting {
    pub(crate) point: Point,
    go: oneshot::Sender<Fate>,
}

impl Waiting {
    /// Whether the task was dropped while it waited.
    pub(crate) fn is_gone(&self) -> bool {
        self.go.is_closed()
    }

    /// Lets it go on.
    pub(crate) fn release(self, fate: Fate) {
        // A task that was dropped meanwhile cannot go on.
        let _ = self.go.send(fate);
    }
}

/// Whoever asks for turns.
#[derive(Clone, Debug)]
pub(crate) struct Gate(mpsc::UnboundedSender<Waiting>);

impl Gate {
    /// A gate, and where those who wait arrive.
    pub(crate) fn new() -> (Self, mpsc::UnboundedReceiver<Waiting>) {
        let (sender, arrivals) = mpsc::unbounded_channel();
        (Self(sender), arrivals)
    }

    /// Waits for a turn; for ever when the process has died.
    pub(crate) async fn wait(&self, point: Point) -> Fate {
        let (go, gone) = oneshot::channel();
        if self.0.send(Waiting { point, go }).is_err() {
            return pending().await;
        }
        match gone.await {
            Ok(fate) => fate,
            Err(_) => pending().await,
        }
    }

    /// The same for the writes of the engine.
    pub(crate) fn turns(&self) -> Turns {
        let gate = self.clone();
        Turns::asking(move |turn| {
            let gate = gate.clone();
            let point = match turn {
                Turn::BeforeCommit(name) => Point::BeforeCommit(name),
                Turn::AfterCommit(name) => Point::AfterCommit(name),
            };
            Box::pin(async move {
                gate.wait(point).await;
            })
        })
    }
}
