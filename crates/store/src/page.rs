//! A page of a list, newest first, found by ids that sort by time.

use domain::Owner;

use crate::value::{StoredId, Value, values};
use crate::{Error, Row, Tx};

/// Where a page begins and how long it is.
#[derive(Clone, Copy, Debug)]
pub struct Page<Id> {
    /// The most records to return.
    pub limit: i64,
    /// From which record on.
    pub from: Cursor<Id>,
}

/// The record next to which a page begins.
#[derive(Clone, Copy, Debug)]
pub enum Cursor<Id> {
    /// The newest of all.
    Newest,
    /// Records older than this one.
    After(Id),
    /// Records newer than this one, nearest first in the query, newest first in the answer.
    Before(Id),
}

const ABOVE_ALL: [u8; 16] = [255; 16];

impl<Id: StoredId> Page<Id> {
    pub(crate) fn run<T>(
        &self,
        tx: &Tx<'_>,
        owner: Owner,
        (newest, oldest): (&'static str, &'static str),
        read: impl Fn(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        self.run_where(tx, owner, (newest, oldest), &[], read)
    }

    /// The same with what else the statements ask for, between the id and the limit.
    pub(crate) fn run_where<T>(
        &self,
        tx: &Tx<'_>,
        owner: Owner,
        (newest, oldest): (&'static str, &'static str),
        wanted: &[Value<'_>],
        read: impl Fn(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        let all = |sql, id: &[u8; 16]| {
            let first = values![&owner.merchant, owner.mode, id];
            let values = [first, wanted, values![self.limit]].concat();
            tx.all(sql, &values, &read)
        };
        match &self.from {
            Cursor::Newest => all(newest, &ABOVE_ALL),
            Cursor::After(id) => all(newest, id.stored()),
            Cursor::Before(id) => {
                let mut found = all(oldest, id.stored())?;
                found.reverse();
                Ok(found)
            }
        }
    }
}
