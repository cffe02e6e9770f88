//! Stops a process at one point of one write: to let it go on later, or never, as a crash does.

use std::sync::Arc;

use engine::{Turn, Turns};
use tokio::sync::watch;

use crate::installation::within;

/// How far the process came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// It was not there yet.
    Before,
    /// It stands there.
    There,
    /// It may go on.
    Beyond,
}

/// A point at which whoever comes waits.
pub(crate) struct Gate {
    at: Turn,
    stage: watch::Sender<Stage>,
}

impl Gate {
    pub(crate) fn at(at: Turn) -> Arc<Self> {
        Arc::new(Self {
            at,
            stage: watch::Sender::new(Stage::Before),
        })
    }

    /// What to start the process with.
    pub(crate) fn turns(self: &Arc<Self>) -> Turns {
        let gate = self.clone();
        Turns::asking(move |turn| {
            let gate = gate.clone();
            Box::pin(async move {
                if turn == gate.at {
                    gate.wait().await;
                }
            })
        })
    }

    async fn wait(&self) {
        self.stage.send_if_modified(|stage| {
            let is_first = *stage == Stage::Before;
            if is_first {
                *stage = Stage::There;
            }
            is_first
        });
        let mut stage = self.stage.subscribe();
        stage
            .wait_for(|stage| *stage == Stage::Beyond)
            .await
            .unwrap();
    }

    /// Waits until somebody stands there.
    pub(crate) async fn reached(&self) {
        let mut stage = self.stage.subscribe();
        let there = stage.wait_for(|stage| *stage != Stage::Before);
        within(there).await.map(drop).unwrap();
    }

    /// Lets everybody go on.
    pub(crate) fn open(&self) {
        self.stage.send_replace(Stage::Beyond);
    }
}
