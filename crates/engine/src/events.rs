//! Reading what happened.

use domain::{EventId, Owner};
use store::events::{self, Event};
use store::webhook_deliveries;

use crate::{App, Error, Thing};

impl App {
    /// The event of that id, if it belongs to `owner`, and how many webhook endpoints have yet to
    /// hear of it.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn get_event(&self, owner: Owner, id: EventId) -> Result<(Event, i64), Error> {
        let find = move |tx: &store::Tx<'_>| {
            let found = events::find_owned(tx, owner, id)?;
            found.map(|event| with_open(tx, event)).transpose()
        };
        let found = self.store.read(find).await?;
        found.ok_or(Error::NotFound(Thing::Event))
    }

    /// Events, each with the same.
    pub(crate) async fn with_open(&self, events: Vec<Event>) -> Result<Vec<(Event, i64)>, Error> {
        let count = move |tx: &store::Tx<'_>| {
            let events = events.into_iter();
            events.map(|event| with_open(tx, event)).collect()
        };
        Ok(self.store.read(count).await?)
    }
}

fn with_open(tx: &store::Tx<'_>, event: Event) -> Result<(Event, i64), store::Error> {
    let open = webhook_deliveries::count_open(tx, event.id)?;
    Ok((event, open))
}
