//! Trace numbers, handed out from blocks that no other process has.
//!
//! What a crashed process had left is skipped; nothing is ever used twice within the second that
//! DE 7 can tell apart.

use std::collections::HashMap;

use domain::{Timestamp, Trace};
use store::terminals::{Block, take_block};
use tokio::sync::Mutex;

use crate::{Acquirer, App, Desk, Error};

/// How often a block is asked for when other processes take them at the same moment.
const TRIES: usize = 20;

/// The numbers left for one acquirer, by terminal.
#[derive(Debug)]
pub(crate) struct Traces(Mutex<HashMap<String, Left>>);

#[derive(Debug)]
struct Left {
    block: Block,
    next: u32,
}

impl Traces {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(HashMap::new()))
    }
}

impl App {
    /// The trace of a first message, sent at `now`.
    pub(crate) async fn trace(&self, desk: &Desk, now: Timestamp) -> Result<Trace, Error> {
        self.trace_of(desk, self.terminal(&desk.acquirer), now)
            .await
    }

    /// The trace of a message about an earlier one: from the same terminal, because DE 90 names
    /// none and the acquirer looks for the original at the terminal of the message itself.
    pub(crate) async fn trace_about(
        &self,
        desk: &Desk,
        original: &Trace,
        now: Timestamp,
    ) -> Result<Trace, Error> {
        self.trace_of(desk, original.terminal.clone(), now).await
    }

    async fn trace_of(
        &self,
        desk: &Desk,
        terminal: String,
        now: Timestamp,
    ) -> Result<Trace, Error> {
        let mut left = desk.traces.0.lock().await;
        let numbers = match left.remove(&terminal) {
            Some(numbers) if numbers.next <= numbers.block.last => numbers,
            _ => {
                let block = self.take_block(&desk.acquirer.name, &terminal).await?;
                Left {
                    next: block.first,
                    block,
                }
            }
        };
        let trace = Trace {
            acquirer: desk.acquirer.name.clone(),
            terminal: terminal.clone(),
            stan: numbers.next,
            sent_at: now.whole_second(),
        };
        let next = numbers.next.saturating_add(1);
        left.insert(
            terminal,
            Left {
                next,
                block: numbers.block,
            },
        );
        Ok(trace)
    }

    async fn take_block(&self, acquirer: &str, terminal: &str) -> Result<Block, Error> {
        for _ in 1..TRIES {
            let (name, terminal) = (acquirer.to_owned(), terminal.to_owned());
            let taken = self
                .store
                .write("trace_block", move |tx| take_block(tx, &name, &terminal))
                .await;
            match taken {
                Err(store::Error::Conflict) => {}
                taken => return Ok(taken?),
            }
        }
        Err(Error::Busy)
    }

    /// Each process has its favourite terminal, so that two rarely want the same block.
    fn terminal(&self, acquirer: &Acquirer) -> String {
        let chance = self.node.bytes().last().copied().unwrap_or_default();
        let count = acquirer.terminals.len().max(1);
        let terminal = acquirer.terminals.get(usize::from(chance) % count);
        terminal.cloned().unwrap_or_default()
    }
}
