//! Searching payments and customers by what is true of them.
//!
//! Owns what a query means and by which way it is answered: by the label that the fewest objects
//! share, or else by time, newest first; whatever comes that way is looked at. How a query is
//! written is the edge's business.

mod query;

use std::cmp::Reverse;

use domain::{CustomerId, Owner, Payment, PaymentId};
use store::customers::{self, Customer};
use store::labels::{self, Label, Word};
use store::{Cursor, Page, StoredId, Tx, payments};

use crate::lists::{Sieve, Sifted};
use crate::{App, Error, Loaded, Thing, load};

pub use query::{Clause, Comparison, Field, Join, Query, Test};
use query::{Value, WordOf};

/// Objects that are counted at most.
pub const COUNT_MAX: i64 = 10_000;

/// After how many rows a page that is not empty may be short.
const ROWS_MAX: usize = 5_000;

/// Objects under one label that are counted before it is taken for a common one.
const COMMON: i64 = 256;

/// A page of what was found, newest first.
#[derive(Clone, Debug)]
pub struct Found<T, Id> {
    /// The objects.
    pub objects: Vec<T>,
    /// After what the next page begins, unless this is the last one.
    pub next: Option<Id>,
}

type List<Id, T> = fn(&Tx<'_>, Owner, &Page<Id>) -> Result<Vec<T>, store::Error>;
type Labelled<Id, T> = fn(&Tx<'_>, Owner, &Label, &Page<Id>) -> Result<Vec<T>, store::Error>;

/// Where records of one kind are, and what is known of them.
struct Source<Id, T> {
    thing: Thing,
    list: List<Id, T>,
    labelled: Labelled<Id, T>,
    id: fn(&T) -> Id,
    word: WordOf,
    value: for<'a> fn(&'a T, &Field) -> Option<Value<'a>>,
}

static PAYMENTS: Source<PaymentId, Payment> = Source {
    thing: Thing::Payment,
    list: payments::list,
    labelled: payments::list_labelled,
    id: |payment| payment.id,
    word: |field, text| match field {
        Field::Customer => CustomerId::parse(text).map(Word::PaymentCustomer),
        Field::Metadata(key) => Some(Word::PaymentMetadata(key, text)),
        Field::Amount
        | Field::Created
        | Field::Currency
        | Field::Email
        | Field::Name
        | Field::Phone
        | Field::Status => None,
    },
    value: |payment, field| match field {
        Field::Amount => Some(Value::Number(payment.amount.minor)),
        Field::Created => Some(Value::Number(payment.created_at.seconds())),
        Field::Currency => Some(Value::Text(payment.amount.currency.code())),
        Field::Customer => payment.customer.map(|id| Value::Id(id.to_string())),
        Field::Metadata(key) => payment.metadata.get(key).map(|value| Value::Text(value)),
        Field::Status => Some(Value::Text(payment.status.as_str())),
        Field::Email | Field::Name | Field::Phone => None,
    },
};

static CUSTOMERS: Source<CustomerId, Customer> = Source {
    thing: Thing::Customer,
    list: customers::list,
    labelled: customers::list_labelled,
    id: |customer| customer.id,
    word: |field, text| match field {
        Field::Email => Some(Word::CustomerEmail(text)),
        Field::Metadata(key) => Some(Word::CustomerMetadata(key, text)),
        Field::Name => Some(Word::CustomerName(text)),
        Field::Phone => Some(Word::CustomerPhone(text)),
        Field::Amount | Field::Created | Field::Currency | Field::Customer | Field::Status => None,
    },
    value: |customer, field| match field {
        Field::Created => Some(Value::Number(customer.created_at.seconds())),
        Field::Email => customer.email.as_deref().map(Value::Text),
        Field::Metadata(key) => customer.metadata.get(key).map(|value| Value::Text(value)),
        Field::Name => customer.name.as_deref().map(Value::Text),
        Field::Phone => customer.phone.as_deref().map(Value::Text),
        Field::Amount | Field::Currency | Field::Customer | Field::Status => None,
    },
};

impl App {
    /// A page of the payments that `query` is true of.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the record at which the page begins is not the owner's.
    pub async fn search_payments(
        &self,
        owner: Owner,
        query: &Query,
        page: Page<PaymentId>,
    ) -> Result<Found<Loaded, PaymentId>, Error> {
        let Found { objects, next } = self.search(owner, query, page, &PAYMENTS).await?;
        let load = move |tx: &Tx<'_>| objects.into_iter().map(|one| load::load(tx, one)).collect();
        let objects = self.store.read(load).await?;
        Ok(Found { objects, next })
    }

    /// A page of the customers that `query` is true of, without those removed.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the record at which the page begins is not the owner's.
    pub async fn search_customers(
        &self,
        owner: Owner,
        query: &Query,
        page: Page<CustomerId>,
    ) -> Result<Found<Customer, CustomerId>, Error> {
        self.search(owner, query, page, &CUSTOMERS).await
    }

    /// How many payments `query` is true of; [`COUNT_MAX`] when there are more.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn count_payments(&self, owner: Owner, query: &Query) -> Result<usize, Error> {
        self.count(owner, query, &PAYMENTS).await
    }

    /// How many customers `query` is true of; [`COUNT_MAX`] when there are more.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn count_customers(&self, owner: Owner, query: &Query) -> Result<usize, Error> {
        self.count(owner, query, &CUSTOMERS).await
    }

    async fn search<Id, T>(
        &self,
        owner: Owner,
        query: &Query,
        page: Page<Id>,
        source: &'static Source<Id, T>,
    ) -> Result<Found<T, Id>, Error>
    where
        Id: StoredId + Copy + Ord + Send + 'static,
        T: Send + 'static,
    {
        // One more than is shown tells whether there is more.
        let shown = usize::try_from(page.limit).unwrap_or(0);
        let sieve = Sieve {
            page: Page::new(page.limit.saturating_add(1), page.from),
            thing: source.thing,
            rows_max: Some(ROWS_MAX),
        };
        let Sifted {
            mut found,
            mut next,
        } = self.looked_for(owner, query, sieve, source).await?;
        if found.len() > shown {
            found.truncate(shown);
            next = found.last().map(source.id);
        }
        Ok(Found {
            objects: found,
            next,
        })
    }

    async fn count<Id, T>(
        &self,
        owner: Owner,
        query: &Query,
        source: &'static Source<Id, T>,
    ) -> Result<usize, Error>
    where
        Id: StoredId + Copy + Ord + Send + 'static,
        T: Send + 'static,
    {
        let page = Page::new(COUNT_MAX, Cursor::Newest);
        let sieve = Sieve::whole(page, source.thing);
        let sifted = self.looked_for(owner, query, sieve, source).await?;
        Ok(sifted.found.len())
    }

    /// Everything that `query` is true of, the shortest way, as far as `sieve` says.
    async fn looked_for<Id, T>(
        &self,
        owner: Owner,
        query: &Query,
        mut sieve: Sieve<Id>,
        source: &'static Source<Id, T>,
    ) -> Result<Sifted<Id, T>, Error>
    where
        Id: StoredId + Copy + Ord + Send + 'static,
        T: Send + 'static,
    {
        sieve.page.created = query.period();
        let mut labels = query.labels(owner, source.word);
        if query.join == Join::All && labels.len() > 1 {
            let narrowest = move |tx: &Tx<'_>| narrowest(tx, labels);
            labels = self.store.read(narrowest).await?;
        }
        let list = move |tx: &Tx<'_>, page: &Page<Id>| source.list(tx, owner, &labels, page);
        let keep = |one: T| {
            let value = |field: &Field| (source.value)(&one, field);
            query.holds(value).then_some(one)
        };
        sieve.fill(&self.store, list, keep).await
    }
}

/// The label that the fewest objects share.
fn narrowest(tx: &Tx<'_>, labels: Vec<Label>) -> Result<Vec<Label>, store::Error> {
    let mut best = None;
    for label in labels {
        let count = labels::count(tx, &label, COMMON)?;
        if best.as_ref().is_none_or(|(least, _)| count < *least) {
            best = Some((count, label));
        }
    }
    Ok(best.into_iter().map(|(_, label)| label).collect())
}

impl<Id: StoredId + Copy + Ord, T> Source<Id, T> {
    /// A page towards the older of the records under any of `labels`; of all where there is none.
    fn list(
        &self,
        tx: &Tx<'_>,
        owner: Owner,
        labels: &[Label],
        page: &Page<Id>,
    ) -> Result<Vec<(Id, T)>, store::Error> {
        let mut found = Vec::new();
        if labels.is_empty() {
            found = (self.list)(tx, owner, page)?;
        }
        for label in labels {
            found.extend((self.labelled)(tx, owner, label, page)?);
        }
        found.sort_by_key(|one| Reverse((self.id)(one)));
        found.dedup_by_key(|one| (self.id)(one));
        found.truncate(usize::try_from(page.limit).unwrap_or(0));
        let found = found.into_iter();
        Ok(found.map(|one| ((self.id)(&one), one)).collect())
    }
}
