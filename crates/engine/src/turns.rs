//! Who is asked before and after each write of money.
//!
//! Nobody, in production. The simulator hands out turns here, one task at a time, and stops the
//! process at any of them.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// A point at which the simulator may stop the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// A write is about to be committed.
    BeforeCommit(&'static str),
    /// It was committed; nobody was told yet.
    AfterCommit(&'static str),
}

type Asked = dyn Fn(Turn) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync;

/// Who is asked.
#[derive(Clone, Default)]
pub struct Turns(Option<Arc<Asked>>);

impl Turns {
    /// Asks `asked` at every point and waits until it lets the task go on.
    pub fn asking(
        asked: impl Fn(Turn) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync + 'static,
    ) -> Self {
        Self(Some(Arc::new(asked)))
    }

    /// How many rows a worker may have under way at once, of at most `most`: one where turns are
    /// handed out, because a run repeats only when one task at a time goes on.
    pub(crate) const fn at_once(&self, most: i64) -> i64 {
        match self.0 {
            Some(_) => 1,
            None => most,
        }
    }

    pub(crate) async fn take(&self, turn: Turn) {
        if let Some(asked) = &self.0 {
            asked(turn).await;
        }
    }
}
