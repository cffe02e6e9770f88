//! Reading what happened.

use domain::{EventId, Owner};
use store::Page;
use store::events::{self, Event};

use crate::{App, Error, Thing};

impl App {
    /// The event of that id, if it belongs to `owner`.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn get_event(&self, owner: Owner, id: EventId) -> Result<Event, Error> {
        let found = self
            .store
            .read(move |tx| events::find_owned(tx, owner, id))
            .await?;
        found.ok_or(Error::NotFound(Thing::Event))
    }

    /// A page of events, newest first.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn list_events(
        &self,
        owner: Owner,
        page: Page<EventId>,
    ) -> Result<Vec<Event>, Error> {
        Ok(self
            .store
            .read(move |tx| events::list(tx, owner, &page))
            .await?)
    }
}
