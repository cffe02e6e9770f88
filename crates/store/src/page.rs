//! A page of a list, newest first, found by ids that sort by time.

use domain::Owner;

use crate::value::{StoredId, values};
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
        let merchant = &owner.merchant;
        match &self.from {
            Cursor::Newest => tx.all(
                newest,
                values![merchant, owner.mode, &ABOVE_ALL, self.limit],
                read,
            ),
            Cursor::After(id) => tx.all(
                newest,
                values![merchant, owner.mode, id.stored(), self.limit],
                read,
            ),
            Cursor::Before(id) => {
                let values = values![merchant, owner.mode, id.stored(), self.limit];
                let mut found = tx.all(oldest, values, read)?;
                found.reverse();
                Ok(found)
            }
        }
    }
}
