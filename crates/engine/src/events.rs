//! Reading what happened.

use domain::{EventId, Owner};
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
}
