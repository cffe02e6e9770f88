//! What a query means: pure, and the same for every kind of record.

use domain::{Owner, Timestamp};
use store::Period;
use store::labels::{Label, Word};

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
pub(super) enum Value<'a> {
    Text(&'a str),
    Id(String),
    Number(i64),
}

/// The word under which records stand whose field is this text, if they stand under any.
pub(super) type WordOf = for<'a> fn(&'a Field, &'a str) -> Option<Word<'a>>;
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
    pub(super) fn holds<'a>(&self, value: impl Fn(&Field) -> Option<Value<'a>>) -> bool {
        let mut clauses = self.clauses.iter();
        let holds = |clause: &Clause| clause.holds(value(&clause.field).as_ref());
        match self.join {
            Join::All => clauses.all(holds),
            Join::Any => clauses.any(holds),
        }
    }

    /// When everything that can be found was made.
    pub(super) fn period(&self) -> Period {
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
    pub(super) fn labels(&self, owner: Owner, word: WordOf) -> Vec<Label> {
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

#[cfg(test)]
mod tests {
    use domain::{MerchantId, Mode};

    use super::super::PAYMENTS;
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
