//! The operations on customers.

use domain::payment::{Metadata, MetadataChange};
use domain::{CustomerId, EventKind, Owner, Refusal};
use store::customers::{self, Customer};
use store::idempotency;

use crate::payments::TRIES;
use crate::{App, Error, Reply, ReplyKind, Request, Thing, View};

/// What is known of a customer; in an update, `None` leaves it and `Some(None)` takes it away.
#[derive(Clone, Debug, Default)]
pub struct Details {
    /// Their name.
    pub name: Option<Option<String>>,
    /// Their e-mail address.
    pub email: Option<Option<String>>,
    /// Their telephone number.
    pub phone: Option<Option<String>>,
    /// The merchant's own words.
    pub description: Option<Option<String>>,
    /// What becomes of the merchant's own pairs.
    pub metadata: MetadataChange,
}

impl Details {
    fn apply(&self, customer: &mut Customer) -> Result<(), Refusal> {
        let Self {
            name,
            email,
            phone,
            description,
            metadata,
        } = self;
        for (change, field) in [
            (name, &mut customer.name),
            (email, &mut customer.email),
            (phone, &mut customer.phone),
            (description, &mut customer.description),
        ] {
            if let Some(change) = change {
                field.clone_from(change);
            }
        }
        customer.metadata = metadata.apply(&customer.metadata)?;
        Ok(())
    }
}

impl App {
    /// The customer of that id, if they belong to `owner` and were not removed.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn get_customer(&self, owner: Owner, id: CustomerId) -> Result<Customer, Error> {
        let found = self.find_customer(owner, id).await?;
        if found.deleted_at.is_some() {
            Err(Error::NotFound(Thing::Customer))
        } else {
            Ok(found)
        }
    }

    /// The same, removed ones too.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn find_customer(&self, owner: Owner, id: CustomerId) -> Result<Customer, Error> {
        let found = self
            .store
            .read(move |tx| customers::find_owned(tx, owner, id))
            .await?;
        found.ok_or(Error::NotFound(Thing::Customer))
    }

    /// Adds a customer.
    ///
    /// # Errors
    /// [`Error::Refused`], those of the request's key.
    pub async fn create_customer(
        &self,
        request: &Request,
        details: Details,
    ) -> Result<Reply, Error> {
        let mut customer = Customer {
            id: self.ids.next(&self.clock, CustomerId::from_bytes),
            owner: request.caller.owner,
            name: None,
            email: None,
            phone: None,
            description: None,
            metadata: Metadata::new(),
            created_at: self.clock.now(),
            deleted_at: None,
        };
        details.apply(&mut customer)?;
        let write = self.write_customer(request, EventKind::CustomerCreated, None, customer);
        self.keyed(request, write).await
    }

    /// Changes a customer.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Refused`], those of the request's key.
    pub async fn update_customer(
        &self,
        request: &Request,
        id: CustomerId,
        details: Details,
    ) -> Result<Reply, Error> {
        let change = |customer: &mut Customer| details.apply(customer);
        self.change_customer(request, id, EventKind::CustomerUpdated, change)
            .await
    }

    /// Removes a customer; what they paid stays.
    ///
    /// # Errors
    /// [`Error::NotFound`], those of the request's key.
    pub async fn delete_customer(&self, request: &Request, id: CustomerId) -> Result<Reply, Error> {
        let remove = |customer: &mut Customer| {
            customer.deleted_at = Some(self.clock.now());
            Ok(())
        };
        self.change_customer(request, id, EventKind::CustomerDeleted, remove)
            .await
    }

    /// Changes a customer as they are when it is written: decides again when others were first.
    async fn change_customer(
        &self,
        request: &Request,
        id: CustomerId,
        kind: EventKind,
        change: impl Fn(&mut Customer) -> Result<(), Refusal>,
    ) -> Result<Reply, Error> {
        let run = async {
            for _ in 0..TRIES {
                let before = self.get_customer(request.caller.owner, id).await?;
                let mut customer = before.clone();
                change(&mut customer)?;
                let write = self.write_customer(request, kind, Some(before), customer);
                match write.await {
                    Err(Error::Busy) => {}
                    other => return other,
                }
            }
            Err(Error::Busy)
        };
        self.keyed(request, run).await
    }

    async fn write_customer(
        &self,
        request: &Request,
        kind: EventKind,
        before: Option<Customer>,
        customer: Customer,
    ) -> Result<Reply, Error> {
        let view = View {
            customer: Some(&customer),
            ..View::default()
        };
        let is_gone = customer.deleted_at.is_some();
        let reply = if is_gone {
            ReplyKind::CustomerDeleted
        } else {
            ReplyKind::Customer
        };
        let answer = self.answer(reply, &view, request);
        let event = self.event(&request.caller, kind, &view);
        let (key, kept, now) = (request.key(), answer.clone(), self.clock.now());
        let deliveries = self
            .store
            .write("customer_write", move |tx| {
                if let Some(key) = &key {
                    idempotency::claim(tx, key, Some(&kept), now)?;
                }
                match &before {
                    None => customers::insert(tx, &customer)?,
                    Some(before) => customers::replace(tx, before, &customer)?,
                }
                store::events::insert(tx, &event, customer.id.bytes())
            })
            .await?;
        self.tell(deliveries);
        Ok(Reply {
            answer,
            is_replay: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{MerchantId, Mode, Timestamp};

    fn ada() -> Customer {
        Customer {
            id: CustomerId::from_bytes([1; 16]),
            owner: Owner {
                merchant: MerchantId::from_bytes([2; 16]),
                mode: Mode::Test,
            },
            name: Some("Ada".into()),
            email: Some("ada@example.org".into()),
            phone: None,
            description: None,
            metadata: Metadata::new(),
            created_at: Timestamp::from_seconds(1),
            deleted_at: None,
        }
    }

    #[test]
    fn nothing_named_changes_nothing() {
        let mut customer = ada();
        Details::default().apply(&mut customer).unwrap();
        assert_eq!(customer, ada());
    }

    #[test]
    fn what_is_named_is_set_or_taken_away() {
        let mut customer = ada();
        let details = Details {
            email: Some(None),
            phone: Some(Some("+33 1".into())),
            ..Details::default()
        };
        details.apply(&mut customer).unwrap();
        let expected = Customer {
            email: None,
            phone: Some("+33 1".into()),
            ..ada()
        };
        assert_eq!(customer, expected);
    }
}
