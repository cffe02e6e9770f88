//! The narrow bridge between records and SQL: integers, texts and bytes.
//!
//! Everything wider (statuses, money, ids) is turned into these here and nowhere else.

use domain::{
    AdviceId, ApiKeyId, AttemptId, AuditId, CheckoutSessionId, ClientSecret, Currency, CustomerId,
    EventId, MerchantId, Mode, Money, NodeId, PaymentId, PaymentLinkId, PaymentMethodId, PayoutId,
    PriceId, ProductId, RefundId, SessionId, StepId, Timestamp, UserId, WebhookEndpointId,
};
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};

use crate::Error;

/// One parameter of a statement.
#[derive(Clone, Debug)]
pub(crate) enum Value<'a> {
    /// No value.
    Null,
    /// An integer: a count, minor units, microseconds, truth.
    Int(i64),
    /// A text.
    Text(&'a str),
    /// A text made for this statement.
    Owned(String),
    /// Bytes.
    Bytes(&'a [u8]),
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Owned(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<bool> for Value<'_> {
    fn from(truth: bool) -> Self {
        Self::Int(i64::from(truth))
    }
}

impl From<Timestamp> for Value<'_> {
    fn from(time: Timestamp) -> Self {
        Self::Int(time.micros())
    }
}

impl From<Mode> for Value<'_> {
    fn from(mode: Mode) -> Self {
        (mode == Mode::Live).into()
    }
}

impl From<Currency> for Value<'_> {
    fn from(currency: Currency) -> Self {
        Self::Text(currency.code())
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Owned(text)
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a> From<&'a Vec<u8>> for Value<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Value<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a, T> From<Option<T>> for Value<'a>
where
    T: Into<Value<'a>>,
{
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

macro_rules! id_values {
    ($($id:ident),+) => { $(
        impl<'a> From<&'a $id> for Value<'a> {
            fn from(id: &'a $id) -> Self {
                Self::Bytes(id.bytes())
            }
        }

        impl StoredId for $id {
            fn from_stored(bytes: [u8; 16]) -> Self {
                Self::from_bytes(bytes)
            }

            fn stored(&self) -> &[u8; 16] {
                self.bytes()
            }
        }
    )+ };
}

/// Anything that is sixteen bytes in the database.
pub trait StoredId: Sized {
    /// From the bytes that were stored.
    fn from_stored(bytes: [u8; 16]) -> Self;
    /// The bytes to store.
    fn stored(&self) -> &[u8; 16];
}

id_values!(
    AdviceId,
    ApiKeyId,
    AttemptId,
    AuditId,
    CheckoutSessionId,
    ClientSecret,
    CustomerId,
    EventId,
    MerchantId,
    NodeId,
    PaymentId,
    PaymentLinkId,
    PaymentMethodId,
    PayoutId,
    PriceId,
    ProductId,
    RefundId,
    SessionId,
    StepId,
    UserId,
    WebhookEndpointId
);

/// Builds the parameters of a statement from anything that can be one.
macro_rules! values {
    ($($value:expr),* $(,)?) => { &[$($crate::value::Value::from($value)),*] };
}

pub(crate) use values;

/// One row of an answer. A column of another kind than expected is [`Error::Corrupt`].
#[derive(Debug)]
pub struct Row<'a>(pub(crate) &'a rusqlite::Row<'a>);

impl Row<'_> {
    fn get<T: rusqlite::types::FromSql>(&self, column: usize) -> Result<T, Error> {
        self.0
            .get(column)
            .map_err(|error| Error::Corrupt(error.to_string()))
    }

    pub(crate) fn int(&self, column: usize) -> Result<i64, Error> {
        self.get(column)
    }

    pub(crate) fn int_opt(&self, column: usize) -> Result<Option<i64>, Error> {
        self.get(column)
    }

    pub(crate) fn truth(&self, column: usize) -> Result<bool, Error> {
        Ok(self.int(column)? != 0)
    }

    pub(crate) fn text(&self, column: usize) -> Result<String, Error> {
        self.get(column)
    }

    pub(crate) fn text_opt(&self, column: usize) -> Result<Option<String>, Error> {
        self.get(column)
    }

    pub(crate) fn bytes(&self, column: usize) -> Result<Vec<u8>, Error> {
        self.get(column)
    }

    pub(crate) fn bytes_opt(&self, column: usize) -> Result<Option<Vec<u8>>, Error> {
        self.get(column)
    }

    pub(crate) fn array<const N: usize>(&self, column: usize) -> Result<[u8; N], Error> {
        self.get(column)
    }

    pub(crate) fn id<T: StoredId>(&self, column: usize) -> Result<T, Error> {
        self.array(column).map(T::from_stored)
    }

    pub(crate) fn id_opt<T: StoredId>(&self, column: usize) -> Result<Option<T>, Error> {
        self.get::<Option<[u8; 16]>>(column)
            .map(|bytes| bytes.map(T::from_stored))
    }

    pub(crate) fn time(&self, column: usize) -> Result<Timestamp, Error> {
        self.int(column).map(Timestamp::from_micros)
    }

    pub(crate) fn time_opt(&self, column: usize) -> Result<Option<Timestamp>, Error> {
        self.get::<Option<i64>>(column)
            .map(|micros| micros.map(Timestamp::from_micros))
    }

    pub(crate) fn mode(&self, column: usize) -> Result<Mode, Error> {
        Ok(if self.truth(column)? {
            Mode::Live
        } else {
            Mode::Test
        })
    }

    pub(crate) fn money(&self, minor: usize, currency: usize) -> Result<Money, Error> {
        let code = self.text(currency)?;
        let currency =
            Currency::parse(&code).ok_or_else(|| Error::Corrupt(format!("currency {code}")))?;
        Ok(Money::new(self.int(minor)?, currency))
    }

    /// A named value of the domain, by its own parser.
    pub(crate) fn named<T>(&self, column: usize, parse: fn(&str) -> Option<T>) -> Result<T, Error> {
        let text = self.text(column)?;
        parse(&text).ok_or_else(|| Error::Corrupt(format!("unknown name {text}")))
    }

    pub(crate) fn named_opt<T>(
        &self,
        column: usize,
        parse: fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        match self.text_opt(column)? {
            None => Ok(None),
            Some(text) => parse(&text)
                .map(Some)
                .ok_or_else(|| Error::Corrupt(format!("unknown name {text}"))),
        }
    }
}

/// One transaction: statements that are seen together or not at all.
#[derive(Debug)]
pub struct Tx<'a>(pub(crate) &'a rusqlite::Connection);

impl Tx<'_> {
    /// Runs a statement and says how many rows it changed.
    pub(crate) fn execute(&self, sql: &'static str, values: &[Value<'_>]) -> Result<usize, Error> {
        let mut statement = self.0.prepare_cached(sql)?;
        Ok(statement.execute(rusqlite::params_from_iter(values))?)
    }

    /// Inserts a row; `what` names the unique value when one is taken.
    pub(crate) fn insert(
        &self,
        sql: &'static str,
        values: &[Value<'_>],
        what: &'static str,
    ) -> Result<(), Error> {
        match self.execute(sql, values) {
            Err(Error::Exists(_)) => Err(Error::Exists(what)),
            other => other.map(drop),
        }
    }

    /// Changes exactly one row, or says that it has moved on.
    pub(crate) fn change_one(&self, sql: &'static str, values: &[Value<'_>]) -> Result<(), Error> {
        match self.execute(sql, values)? {
            1 => Ok(()),
            _ => Err(Error::Conflict),
        }
    }

    /// The first row of an answer, if there is one.
    pub(crate) fn one<T>(
        &self,
        sql: &'static str,
        values: &[Value<'_>],
        read: impl Fn(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        let mut statement = self.0.prepare_cached(sql)?;
        let mut rows = statement.query(rusqlite::params_from_iter(values))?;
        match rows.next()? {
            Some(row) => read(&Row(row)).map(Some),
            None => Ok(None),
        }
    }

    /// Every row of an answer.
    pub(crate) fn all<T>(
        &self,
        sql: &'static str,
        values: &[Value<'_>],
        read: impl Fn(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        let mut statement = self.0.prepare_cached(sql)?;
        let mut rows = statement.query(rusqlite::params_from_iter(values))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(read(&Row(row))?);
        }
        Ok(found)
    }
}
