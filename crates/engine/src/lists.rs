//! Pages of records, newest first, whole or of those that something is true of.
//!
//! Says where the records of each list stand and which of them are meant; filling a page with them
//! is the [`sieve`]'s business. Renders nothing.

mod sieve;

use domain::checkout::CheckoutStatus;
use domain::{
    AttemptId, CheckoutSession, CheckoutSessionId, CustomerId, EventId, EventKind, Owner,
    PaymentId, Refund, RefundId,
};
use store::customers::{self, Customer};
use store::events::{self, Event};
use store::labels::{Label, Word};
use store::{Page, Tx, attempts, checkouts, payments, refunds};

use crate::{App, Error, Loaded, Thing, load};

pub(crate) use sieve::{Sieve, Sifted};

/// Of whose payment charges are listed.
#[derive(Clone, Copy, Debug, Default)]
pub struct ChargesOf {
    /// Of this payment only.
    pub payment: Option<PaymentId>,
    /// Of this customer's only, as they were when each charge began.
    pub customer: Option<CustomerId>,
}

/// Of what refunds are listed.
#[derive(Clone, Copy, Debug, Default)]
pub struct RefundsOf {
    /// Of this payment only.
    pub payment: Option<PaymentId>,
    /// Of this attempt only.
    pub charge: Option<AttemptId>,
}

/// Which links are listed.
#[derive(Clone, Copy, Debug, Default)]
pub struct CheckoutsOf {
    /// The one that asks for this payment only.
    pub payment: Option<PaymentId>,
    /// Those for this customer only.
    pub customer: Option<CustomerId>,
    /// Those that stand so only.
    pub status: Option<CheckoutStatus>,
}

/// A cursor that is not there is a thing that is not found.
pub(crate) fn missing(thing: Thing) -> impl Fn(store::Error) -> Error {
    move |error| {
        if matches!(error, store::Error::CursorMissing) {
            Error::NotFound(thing)
        } else {
            error.into()
        }
    }
}

impl App {
    /// A page of payments; of a customer's when that is given.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the customer, or the record at which the page begins, is not the
    /// owner's.
    pub async fn list_payments(
        &self,
        owner: Owner,
        customer: Option<CustomerId>,
        page: Page<PaymentId>,
    ) -> Result<Vec<Loaded>, Error> {
        let label = self
            .label_of(owner, customer, Word::PaymentCustomer)
            .await?;
        let list = move |tx: &Tx<'_>, page: &Page<PaymentId>| {
            let found = match &label {
                Some(label) => payments::list_labelled(tx, owner, label, page)?,
                None => payments::list(tx, owner, page)?,
            };
            let loaded = found
                .into_iter()
                .map(|one| Ok((one.id, load::load(tx, one)?)));
            loaded.collect()
        };
        let keep =
            |one: Loaded| (customer.is_none() || one.payment.customer == customer).then_some(one);
        let sieve = Sieve::whole(page, Thing::Payment);
        Ok(sieve.fill(&self.store, list, keep).await?.found)
    }

    /// A page of attempts, shown as charges.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the payment, the customer, or the record at which the page begins,
    /// is not the owner's.
    pub async fn list_charges(
        &self,
        owner: Owner,
        of: ChargesOf,
        page: Page<AttemptId>,
    ) -> Result<Vec<Loaded>, Error> {
        if let Some(payment) = of.payment {
            self.get_payment(owner, payment).await?;
        }
        let label = self
            .label_of(owner, of.customer, Word::ChargeCustomer)
            .await?;
        let list = move |tx: &Tx<'_>, page: &Page<AttemptId>| {
            let found = match (of.payment, &label) {
                (Some(payment), _) => attempts::list_of_payment(tx, owner, payment, page)?,
                (None, Some(label)) => attempts::list_labelled(tx, owner, label, page)?,
                (None, None) => attempts::list(tx, owner, page)?,
            };
            let loaded = found
                .into_iter()
                .map(|one| Ok((one.id, load::of_attempt(tx, one)?)));
            loaded.collect()
        };
        // Under the label of a customer stand their charges alone; those of a payment are of one.
        let is_meant = |one: &Loaded| {
            of.payment.is_none() || of.customer.is_none() || one.payment.customer == of.customer
        };
        let keep = |one: Option<Loaded>| one.filter(is_meant);
        let sieve = Sieve::whole(page, Thing::Charge);
        Ok(sieve.fill(&self.store, list, keep).await?.found)
    }

    /// A page of refunds.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the payment, the charge, or the record at which the page begins, is
    /// not the owner's.
    pub async fn list_refunds(
        &self,
        owner: Owner,
        of: RefundsOf,
        page: Page<RefundId>,
    ) -> Result<Vec<Refund>, Error> {
        let charged = match of.charge {
            Some(charge) => Some(self.get_charge(owner, charge).await?.payment.id),
            None => None,
        };
        if let Some(payment) = of.payment {
            self.get_payment(owner, payment).await?;
        }
        if charged.is_some() && of.payment.is_some() && charged != of.payment {
            return Ok(Vec::new());
        }
        let list = move |tx: &Tx<'_>| match charged.or(of.payment) {
            Some(payment) => refunds::list_of_payment(tx, owner, (payment, of.charge), &page),
            None => refunds::list(tx, owner, &page),
        };
        self.store.read(list).await.map_err(missing(Thing::Refund))
    }

    /// A page of customers who were not removed; of those with this e-mail address when it is
    /// given.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the record at which the page begins is not the owner's.
    pub async fn list_customers(
        &self,
        owner: Owner,
        email: Option<&str>,
        page: Page<CustomerId>,
    ) -> Result<Vec<Customer>, Error> {
        let label = email.map(|email| Label::of(owner, Word::CustomerEmail(email)));
        let list = move |tx: &Tx<'_>, page: &Page<CustomerId>| {
            let found = match &label {
                Some(label) => customers::list_labelled(tx, owner, label, page)?,
                None => customers::list(tx, owner, page)?,
            };
            Ok(found.into_iter().map(|one| (one.id, one)).collect())
        };
        let keep =
            |one: Customer| (email.is_none() || one.email.as_deref() == email).then_some(one);
        let sieve = Sieve::whole(page, Thing::Customer);
        Ok(sieve.fill(&self.store, list, keep).await?.found)
    }

    /// A page of links.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the payment, the customer, or the record at which the page begins,
    /// is not the owner's.
    pub async fn list_checkouts(
        &self,
        owner: Owner,
        of: CheckoutsOf,
        page: Page<CheckoutSessionId>,
    ) -> Result<Vec<Loaded>, Error> {
        let named = match of.payment {
            Some(payment) => Some(self.get_payment(owner, payment).await?.payment.session),
            None => None,
        };
        let label = self
            .label_of(owner, of.customer, Word::CheckoutCustomer)
            .await?;
        let list = move |tx: &Tx<'_>, page: &Page<CheckoutSessionId>| {
            let found = match (named, &label) {
                (Some(Some(session)), _) => checkouts::list_named(tx, owner, session, page)?,
                (Some(None), _) => Vec::new(),
                (None, Some(label)) => checkouts::list_labelled(tx, owner, label, page)?,
                (None, None) => checkouts::list(tx, owner, page)?,
            };
            let loaded = found
                .into_iter()
                .map(|one| Ok((one.id, load::of_session(tx, &one)?)));
            loaded.collect()
        };
        let keep = |one: Option<Loaded>| {
            one.filter(|one| of.customer.is_none() || one.payment.customer == of.customer)
                .filter(|one| {
                    of.status
                        .is_none_or(|status| CheckoutSession::status(&one.payment) == status)
                })
        };
        let sieve = Sieve::whole(page, Thing::Checkout);
        Ok(sieve.fill(&self.store, list, keep).await?.found)
    }

    /// A page of events, each with how many deliveries of it are open; of these kinds when any is
    /// given.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the record at which the page begins is not the owner's.
    pub async fn list_events(
        &self,
        owner: Owner,
        kinds: Vec<EventKind>,
        page: Page<EventId>,
    ) -> Result<Vec<(Event, i64)>, Error> {
        if kinds.iter().any(|kind| !events::is_labelled(*kind)) {
            let list = move |tx: &Tx<'_>, page: &Page<EventId>| {
                events::look_through(tx, owner, &kinds, page)
            };
            let sieve = Sieve::whole(page, Thing::Event);
            let found = sieve.fill(&self.store, list, |one| one).await?.found;
            return self.with_open(found).await;
        }
        let list = move |tx: &Tx<'_>| {
            if kinds.is_empty() {
                events::list(tx, owner, &page)
            } else {
                events::list_of_kinds(tx, owner, &kinds, &page)
            }
        };
        let found = self.store.read(list).await.map_err(missing(Thing::Event))?;
        self.with_open(found).await
    }

    /// Where what is `word` of a customer stands; nowhere in particular without a customer.
    async fn label_of(
        &self,
        owner: Owner,
        customer: Option<CustomerId>,
        word: fn(CustomerId) -> Word<'static>,
    ) -> Result<Option<Label>, Error> {
        let Some(customer) = customer else {
            return Ok(None);
        };
        self.find_customer(owner, customer).await?;
        Ok(Some(Label::of(owner, word(customer))))
    }
}
