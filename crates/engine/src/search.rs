//! Searching payments and customers by what is true of them.
//!
//! Owns what a query means and by which way it is answered: by the label that the fewest objects
//! share, or else by time, newest first; whatever comes that way is looked at. How a query is
//! written is the edge's business.

use std::cmp::Reverse;

use domain::{CustomerId, Owner, Payment, PaymentId, Timestamp};
use store::customers::{self, Customer};
use store::labels::{self, Label, Word};
use store::{Cursor, Page, Period, StoredId, Tx, payments};

use crate::lists::{Sieve, Sifted};
use crate::{App, Error, Loaded, Thing, load};

/// Objects that are counted at most.
pub const COUNT_MAX: i64 = 10_000;

/// After how many rows a page that is not empty may be short.
const ROWS_MAX: usize = 20_000;

/// Objects under one label that are counted before it is taken for a common one.
const COMMON: i64 = 256;

/// What is searched for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// How the clauses belong together.
    pub join: Join,
    /// At least one.
    pub clauses: Vec<Clause>,
}

/// How clauses belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    /// All must be true.
    All,
    /// One must be true.
    Any,
}

/// One thing that must be true, or must not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// Whether it must not.
    pub is_negated: bool,
    /// Of what.
    pub field: Field,
    /// What.
    pub test: Test,
}

/// What can be asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// Minor units.
    Amount,
    /// Seconds since the epoch.
    Created,
    /// Its three letters.
    Currency,
    /// The id of the customer.
    Customer,
    /// The e-mail address.
    Email,
    /// The value of one of the merchant's own pairs, by its key.
    Metadata(String),
    /// The name.
    Name,
    /// The telephone number.
    Phone,
    /// The status, by its name.
    Status,
}

/// What can be true of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// It is this text, capital letters aside.
    Is(String),
    /// This text is within it, capital letters aside.
    Contains(String),
    /// It has no value.
    Absent,
    /// It is a number that compares so with this one.
    Number(Comparison, i64),
}

/// How two numbers compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Less.
    Below,
    /// Less, or the same.
    AtMost,
    /// The same.
    Exactly,
    /// More, or the same.
    AtLeast,
    /// More.
    Above,
}

/// What a record has in a field.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Value<'a> {
    Text(&'a str),
    Id(String),
    Number(i64),
}

/// A page of what was found, newest first.
#[derive(Clone, Debug)]
pub struct Found<T, Id> {
    /// The objects.
    pub objects: Vec<T>,
    /// After what the next page begins, unless this is the last one.
    pub next: Option<Id>,
}

impl Comparison {
    const fn holds(self, value: i64, bound: i64) -> bool {
        match self {
            Self::Below => value < bound,
            Self::AtMost => value <= bound,
            Self::Exactly => value == bound,
            Self::AtLeast => value >= bound,
            Self::Above => value > bound,
        }
    }
}

impl Clause {
    fn holds(&self, value: Option<&Value<'_>>) -> bool {
        let is_true = match (&self.test, value) {
            (Test::Absent, value) => value.is_none(),
            (Test::Is(text), Some(Value::Text(value))) => {
                value.to_lowercase() == text.to_lowercase()
            }
            (Test::Is(text), Some(Value::Id(value))) => value == text,
            (Test::Contains(text), Some(Value::Text(value))) => {
                value.to_lowercase().contains(&text.to_lowercase())
            }
            (Test::Number(comparison, bound), Some(Value::Number(value))) => {
                comparison.holds(*value, *bound)
            }
            (Test::Is(_) | Test::Contains(_) | Test::Number(..), _) => false,
        };
        is_true != self.is_negated
    }
}

impl Query {
    fn holds<'a>(&self, value: impl Fn(&Field) -> Option<Value<'a>>) -> bool {
        let mut clauses = self.clauses.iter();
        let holds = |clause: &Clause| clause.holds(value(&clause.field).as_ref());
        match self.join {
            Join::All => clauses.all(holds),
            Join::Any => clauses.any(holds),
        }
    }

    /// When everything that can be found was made.
    fn period(&self) -> Period {
        let bounds = self.clauses.iter().filter_map(|clause| match clause {
            Clause {
                is_negated: false,
                field: Field::Created,
                test: Test::Number(comparison, second),
            } if self.join == Join::All => Some(period(*comparison, *second)),
            _ => None,
        });
        bounds.fold(Period::ALWAYS, Period::and)
    }

    /// The labels under which everything that can be found stands: all of it under each of them
    /// when all clauses must be true, and under one of them when one must. None when there are
    /// other ways to be found.
    fn labels(&self, owner: Owner, word: WordOf) -> Vec<Label> {
        let words: Vec<_> = self
            .clauses
            .iter()
            .map(|clause| match clause {
                Clause {
                    is_negated: false,
                    field,
                    test: Test::Is(text),
                } => word(field, text),
                _ => None,
            })
            .collect();
        if self.join == Join::Any && words.iter().any(Option::is_none) {
            return Vec::new();
        }
        let words = words.into_iter().flatten();
        words.map(|word| Label::of(owner, word)).collect()
    }
}

/// The time whose seconds compare so with `second`.
const fn period(comparison: Comparison, second: i64) -> Period {
    let start = Timestamp::from_seconds(second);
    let end = Timestamp::from_seconds(second.saturating_add(1));
    let Period { since, until } = Period::ALWAYS;
    match comparison {
        Comparison::Below => Period {
            since,
            until: start,
        },
        Comparison::AtMost => Period { since, until: end },
        Comparison::Exactly => Period {
            since: start,
            until: end,
        },
        Comparison::AtLeast => Period {
            since: start,
            until,
        },
        Comparison::Above => Period { since: end, until },
    }
}

type WordOf = for<'a> fn(&'a Field, &'a str) -> Option<Word<'a>>;
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
        self.sift(sieve, list, keep).await
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

#[cfg(test)]
mod tests {
    use domain::{MerchantId, Mode};

    use super::*;

    const OWNER: Owner = Owner {
        merchant: MerchantId::from_bytes([1; 16]),
        mode: Mode::Test,
    };

    fn clause(field: Field, test: Test) -> Clause {
        Clause {
            is_negated: false,
            field,
            test,
        }
    }

    fn created(comparison: Comparison, second: i64) -> Clause {
        clause(Field::Created, Test::Number(comparison, second))
    }

    fn query(join: Join, clauses: Vec<Clause>) -> Query {
        Query { join, clauses }
    }

    fn is(word: &str) -> Test {
        Test::Is(word.to_owned())
    }

    #[test]
    fn numbers_compare_as_they_are_told_to() {
        use Comparison::{Above, AtLeast, AtMost, Below, Exactly};
        for (comparison, expect) in [
            (Below, [true, false, false]),
            (AtMost, [true, true, false]),
            (Exactly, [false, true, false]),
            (AtLeast, [false, true, true]),
            (Above, [false, false, true]),
        ] {
            let test = clause(Field::Amount, Test::Number(comparison, 7));
            let holds = [6, 7, 8].map(|value| test.holds(Some(&Value::Number(value))));
            assert_eq!(holds, expect, "{comparison:?}");
            let within = [6, 7, 8].map(|second| {
                let Period { since, until } = period(comparison, 7);
                let moment = Timestamp::from_micros(second * 1_000_000 + 999_999);
                since <= moment && moment < until
            });
            assert_eq!(within, expect, "{comparison:?}");
        }
    }

    #[test]
    fn texts_compare_without_regard_to_capital_letters_and_ids_with_it() {
        let value = Value::Text("Crème");
        for (test, expect) in [
            (is("crÈme"), true),
            (is("crème "), false),
            (Test::Contains("RÈM".into()), true),
            (Test::Contains("rem".into()), false),
            (Test::Absent, false),
            (Test::Number(Comparison::Exactly, 1), false),
        ] {
            let clause = clause(Field::Name, test);
            assert_eq!(clause.holds(Some(&value)), expect, "{clause:?}");
        }
        let id = clause(Field::Customer, is("cus_A"));
        assert!(id.holds(Some(&Value::Id("cus_A".into()))));
        assert!(!id.holds(Some(&Value::Id("cus_a".into()))));
    }

    #[test]
    fn what_is_not_there_is_absent_and_unlike_everything() {
        let mut absent = clause(Field::Email, Test::Absent);
        let mut other = clause(Field::Email, is("a"));
        assert!(absent.holds(None) && !other.holds(None));
        (absent.is_negated, other.is_negated) = (true, true);
        assert!(!absent.holds(None) && other.holds(None));
    }

    #[test]
    fn all_clauses_must_hold_or_any() {
        let clauses = vec![created(Comparison::Above, 5), created(Comparison::Below, 9)];
        let holds =
            |join, second| query(join, clauses.clone()).holds(|_| Some(Value::Number(second)));
        assert_eq!(
            [5, 7, 9].map(|at| holds(Join::All, at)),
            [false, true, false]
        );
        assert_eq!([5, 7, 9].map(|at| holds(Join::Any, at)), [true; 3]);
    }

    #[test]
    fn only_what_must_hold_bounds_the_time() {
        let clauses = vec![
            created(Comparison::AtLeast, 5),
            created(Comparison::Below, 9),
        ];
        let bounds = query(Join::All, clauses.clone()).period();
        assert_eq!((bounds.since.seconds(), bounds.until.seconds()), (5, 9));
        assert_eq!(query(Join::Any, clauses).period(), Period::ALWAYS);
        let mut negated = created(Comparison::AtLeast, 5);
        negated.is_negated = true;
        assert_eq!(query(Join::All, vec![negated]).period(), Period::ALWAYS);
    }

    #[test]
    fn labels_are_used_only_where_they_miss_nothing() {
        let order = |value| clause(Field::Metadata("order".into()), is(value));
        let label = |value| Label::of(OWNER, Word::PaymentMetadata("order", value));
        let check = |join, clauses, expect: &[Label]| {
            let query = query(join, clauses);
            assert_eq!(query.labels(OWNER, PAYMENTS.word), expect, "{query:?}");
        };
        let paid = clause(Field::Status, is("succeeded"));
        let negated = Clause {
            is_negated: true,
            ..order("8")
        };
        check(Join::All, vec![order("7"), paid.clone()], &[label("7")]);
        check(Join::All, vec![negated.clone(), paid.clone()], &[]);
        check(
            Join::Any,
            vec![order("7"), order("8")],
            &[label("7"), label("8")],
        );
        check(Join::Any, vec![order("7"), paid], &[]);
        check(Join::Any, vec![order("7"), negated], &[]);
    }
}
