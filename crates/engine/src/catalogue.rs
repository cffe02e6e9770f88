//! The operations on what a merchant sells: products and their prices.
//!
//! Nothing here moves money: a price is used by links, which freeze its amount.

pub mod items;
pub mod prices;
pub mod products;

use domain::{EventKind, Refusal};
use store::{Tx, events, idempotency};

use crate::{App, Error, Reply, ReplyKind, Request, View};

/// What a write is called, what it answers and what it tells.
pub(crate) struct Telling<'a> {
    /// What the metrics call it.
    pub(crate) name: &'static str,
    /// Which object is the answer.
    pub(crate) reply: ReplyKind,
    /// What happened; each event shows its own part of `view`.
    pub(crate) events: &'a [EventKind],
    /// The record they are about.
    pub(crate) subject: [u8; 16],
    /// The records as they will be.
    pub(crate) view: View<'a>,
}

impl App {
    /// Writes rows that are no money, with the events that tell of them and the answer under the
    /// request's key, all or nothing.
    pub(crate) async fn write_and_tell(
        &self,
        request: &Request,
        telling: Telling<'_>,
        change: impl Fn(&Tx<'_>) -> Result<(), store::Error> + Send + 'static,
    ) -> Result<Reply, Error> {
        let Telling {
            name,
            reply,
            events,
            subject,
            view,
        } = telling;
        let answer = self.answer(reply, &view, request);
        let told = events.iter().map(|kind| store::events::Event {
            key: request.key_name(),
            ..self.event(&request.caller, *kind, &view)
        });
        let told: Vec<_> = told.collect();
        let (key, kept, now) = (request.key(), answer.clone(), self.clock.now());
        let write = move |tx: &Tx<'_>| {
            if let Some(key) = &key {
                idempotency::claim(tx, key, Some(&kept), now)?;
            }
            change(tx)?;
            let mut deliveries = 0_usize;
            for event in &told {
                deliveries = deliveries.saturating_add(events::insert(tx, event, &subject)?);
            }
            Ok(deliveries)
        };
        match self.store.write(name, write).await {
            Ok(deliveries) => {
                self.tell(deliveries);
                Ok(Reply {
                    answer,
                    is_replay: false,
                })
            }
            Err(store::Error::Exists("lookup key")) => Err(Refusal::LookupKeyTaken.into()),
            Err(error) => Err(error.into()),
        }
    }
}
