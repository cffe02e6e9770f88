//! Fills a page with those of the rows of a list that are meant.
//!
//! A page holds a reader of the database for so many rows only; what takes longer goes on in
//! another view. It is filled unless the list ends, because the clients of the API take a short
//! page for the end of a list, and an empty one for the end of a search.

use std::collections::VecDeque;

use store::{Cursor, Page, Store, StoredId, Tx};

use super::missing;
use crate::{Error, Thing};

/// Rows that are looked at in one view of the database.
const VIEW: i64 = 500;

/// Rows of one view, each with its id.
type Rows<Id, T> = Result<Vec<(Id, T)>, store::Error>;

/// What a page found, and where the next one begins when the list did not end.
pub(crate) struct Sifted<Id, T> {
    /// Newest first.
    pub(crate) found: Vec<T>,
    /// The last row that was looked at.
    pub(crate) next: Option<Id>,
}

/// How a page is looked for.
pub(crate) struct Sieve<Id> {
    /// The page; its limit is how many are kept.
    pub(crate) page: Page<Id>,
    /// What its cursor names.
    pub(crate) thing: Thing,
    /// After how many rows a page that is not empty may be short of its limit.
    pub(crate) rows_max: Option<usize>,
}

impl<Id: StoredId + Copy + Send + 'static> Sieve<Id> {
    /// A page that is short only where the list ends.
    pub(crate) const fn whole(page: Page<Id>, thing: Thing) -> Self {
        Self {
            page,
            thing,
            rows_max: None,
        }
    }

    /// Fills the page with what `keep` makes of the rows of `list`.
    pub(crate) async fn fill<T: Send + 'static, U>(
        &self,
        store: &Store,
        list: impl Fn(&Tx<'_>, &Page<Id>) -> Rows<Id, T> + Clone + Send + 'static,
        keep: impl Fn(T) -> Option<U>,
    ) -> Result<Sifted<Id, U>, Error> {
        let limit = usize::try_from(self.page.limit).unwrap_or(0);
        let is_backwards = matches!(self.page.from, Cursor::Before(_));
        let (mut found, mut rows) = (VecDeque::new(), 0_usize);
        let mut view = self.page;
        view.limit = view.limit.min(VIEW);
        loop {
            let list = list.clone();
            let seen = store.read(move |tx| list(tx, &view)).await;
            let mut seen = seen.map_err(missing(self.thing))?;
            let mut is_end = i64::try_from(seen.len()).is_ok_and(|seen| seen < view.limit);
            if is_backwards {
                seen.reverse();
            }
            let mut last = None;
            for (id, row) in seen {
                if found.len() >= limit {
                    // This row belongs to the next page.
                    is_end = false;
                    break;
                }
                (last, rows) = (Some(id), rows.saturating_add(1));
                match keep(row) {
                    Some(kept) if is_backwards => found.push_front(kept),
                    Some(kept) => found.push_back(kept),
                    None => {}
                }
            }
            let is_long = self.rows_max.is_some_and(|max| rows >= max) && !found.is_empty();
            if is_end || is_long || found.len() >= limit {
                let found = found.into();
                let next = last.filter(|_| !is_end);
                return Ok(Sifted { found, next });
            }
            view.from = match last {
                Some(id) if is_backwards => Cursor::Before(id),
                Some(id) => Cursor::After(id),
                None => view.from,
            };
            view.limit = VIEW;
        }
    }
}
