//! What endpoints were told: read, and told again by hand.

use domain::webhook::EndpointStatus;
use domain::{EventId, Owner, Refusal, WebhookEndpointId};
use store::Page;
use store::webhook_attempts::{self, Attempt};
use store::webhook_deliveries::{self, Delivery};

use crate::{App, Error, Thing};

/// A delivery with each of its attempts, the first one first.
#[derive(Clone, Debug)]
pub struct Told {
    /// The delivery.
    pub delivery: Delivery,
    /// Its attempts.
    pub attempts: Vec<Attempt>,
}

impl App {
    /// A page of what an endpoint was told, the newest event first.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn list_deliveries(
        &self,
        owner: Owner,
        endpoint: WebhookEndpointId,
        page: Page<EventId>,
    ) -> Result<Vec<Told>, Error> {
        self.get_endpoint(owner, endpoint).await?;
        let list = move |tx: &store::Tx<'_>| {
            let deliveries = webhook_deliveries::list(tx, endpoint, &page)?;
            deliveries
                .into_iter()
                .map(|one| with_attempts(tx, one))
                .collect()
        };
        Ok(self.store.read(list).await?)
    }

    /// What an endpoint was told of an event.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn get_delivery(
        &self,
        owner: Owner,
        endpoint: WebhookEndpointId,
        event: EventId,
    ) -> Result<Told, Error> {
        self.get_endpoint(owner, endpoint).await?;
        let find = move |tx: &store::Tx<'_>| {
            let found = webhook_deliveries::find(tx, event, endpoint)?;
            found.map(|one| with_attempts(tx, one)).transpose()
        };
        let found = self.store.read(find).await?;
        found.ok_or(Error::NotFound(Thing::WebhookDelivery))
    }

    /// Tells an endpoint of an event again, now, whether it heard of it or not. What is being told
    /// already is not told twice.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Refusal::EndpointDisabled`].
    pub async fn resend_delivery(
        &self,
        owner: Owner,
        endpoint: WebhookEndpointId,
        event: EventId,
    ) -> Result<Told, Error> {
        let known = self.get_endpoint(owner, endpoint).await?;
        if known.status == EndpointStatus::Disabled {
            return Err(Refusal::EndpointDisabled.into());
        }
        let now = self.clock.now();
        let resend = move |tx: &store::Tx<'_>| webhook_deliveries::resend(tx, event, endpoint, now);
        self.store.write("delivery_resend", resend).await?;
        self.tell(1);
        self.get_delivery(owner, endpoint, event).await
    }
}

fn with_attempts(tx: &store::Tx<'_>, delivery: Delivery) -> Result<Told, store::Error> {
    let attempts = webhook_attempts::list(tx, delivery.event, delivery.endpoint)?;
    Ok(Told { delivery, attempts })
}
