//! How lists are asked for and answered: `limit`, `starting_after`, `ending_before`, `has_more`.

use std::fmt::Display;

use domain::Timestamp;
use engine::store_types::{Cursor, Page, Period};

use crate::api::render::list;
use crate::error::ApiError;
use crate::form::{Fault, FaultKind, Form};

/// Objects on a page when nobody says how many.
const LIMIT: i64 = 10;
/// The most objects on a page.
const LIMIT_MAX: i64 = 100;

/// How many objects a page shows.
///
/// # Errors
/// A number out of bounds.
pub(crate) fn read_limit(form: &mut Form) -> Result<i64, Fault> {
    let limit = form.integer("limit")?.unwrap_or(LIMIT);
    if (1..=LIMIT_MAX).contains(&limit) {
        Ok(limit)
    } else {
        let fault = form.fault(FaultKind::Invalid, "limit");
        Err(fault.with_detail("number from 1 to 100"))
    }
}

/// Reads the parameters of a list. The page asks for one more than is shown, to know whether
/// there is more.
///
/// # Errors
/// A limit out of bounds, an id of another kind, or both ends at once.
pub(crate) fn read_page<Id>(
    form: &mut Form,
    parse: fn(&str) -> Option<Id>,
) -> Result<Page<Id>, Fault> {
    let limit = read_limit(form)?;
    let after = form.parsed("starting_after", "id of this list", parse)?;
    let before = form.parsed("ending_before", "id of this list", parse)?;
    let from = match (after, before) {
        (Some(_), Some(_)) => {
            let fault = form.fault(FaultKind::Exclusive, "ending_before");
            return Err(fault.with_detail("starting_after"));
        }
        (Some(id), None) => Cursor::After(id),
        (None, Some(id)) => Cursor::Before(id),
        (None, None) => Cursor::Newest,
    };
    Ok(Page::new(limit.saturating_add(1), from))
}

/// The same where one may say when the objects were made, by `created`.
///
/// # Errors
/// As [`read_page`], and bounds that are no seconds since the epoch.
pub(crate) fn read_dated_page<Id>(
    form: &mut Form,
    parse: fn(&str) -> Option<Id>,
) -> Result<Page<Id>, Fault> {
    let mut page = read_page(form, parse)?;
    page.created = read_created(form)?;
    Ok(page)
}

/// A moment, or bounds: `created=…`, `created[gte]=…`. All are whole seconds, and an object is of
/// the second that it shows.
fn read_created(form: &mut Form) -> Result<Period, Fault> {
    if form.is_text("created") {
        let second = form.integer("created")?;
        return Ok(second.map_or(Period::ALWAYS, |second| {
            from(second).and(before_next(second))
        }));
    }
    let bounds = form.object("created", |bounds| {
        let named = [
            bounds.integer("gte")?.map(from),
            bounds
                .integer("gt")?
                .map(|second| from(second.saturating_add(1))),
            bounds
                .integer("lt")?
                .map(|second| before_next(second.saturating_sub(1))),
            bounds.integer("lte")?.map(before_next),
        ];
        Ok(named
            .into_iter()
            .flatten()
            .fold(Period::ALWAYS, Period::and))
    })?;
    Ok(bounds.unwrap_or(Period::ALWAYS))
}

/// From the beginning of a second on.
const fn from(second: i64) -> Period {
    Period {
        since: Timestamp::from_seconds(second),
        ..Period::ALWAYS
    }
}

/// Until the end of a second.
const fn before_next(second: i64) -> Period {
    Period {
        until: Timestamp::from_seconds(second.saturating_add(1)),
        ..Period::ALWAYS
    }
}

/// What a list that failed is to the outside: where a page should begin at nothing of the
/// caller's, the cursor is named. To page on from there would look like the end of the list. `of`
/// are the parameters that say of what, with their ids.
pub(crate) fn failed<Id: Display>(
    error: engine::Error,
    page: &Page<Id>,
    of: &[(&str, &str)],
) -> ApiError {
    let cursor = match &page.from {
        Cursor::After(id) => Some(("starting_after", id.to_string())),
        Cursor::Before(id) => Some(("ending_before", id.to_string())),
        Cursor::Newest => None,
    };
    let mut ids = of.to_vec();
    ids.extend(cursor.as_ref().map(|(param, id)| (*param, id.as_str())));
    ApiError::among(error, &ids)
}

/// The part of a list that is whole in memory, in its own order, from which a page begins.
pub(crate) fn part<T>(page: &Page<String>, all: Vec<T>, id: impl Fn(&T) -> String) -> Vec<T> {
    let limit = usize::try_from(page.limit).unwrap_or(0);
    match &page.from {
        Cursor::Newest => all.into_iter().take(limit).collect(),
        Cursor::After(from) => {
            let after = all.into_iter().skip_while(|one| id(one) != *from).skip(1);
            after.take(limit).collect()
        }
        Cursor::Before(to) => {
            let mut before: Vec<_> = all.into_iter().take_while(|one| id(one) != *to).collect();
            before.split_off(before.len().saturating_sub(limit))
        }
    }
}

/// The envelope of a page that was asked for by [`read_page`].
pub(crate) fn answer<Id, T>(
    url: &str,
    page: &Page<Id>,
    mut found: Vec<T>,
    render: impl FnMut(&T) -> Vec<u8>,
) -> Vec<u8> {
    let shown = usize::try_from(page.limit.saturating_sub(1)).unwrap_or(0);
    let has_more = found.len() > shown;
    if has_more {
        // The one too many is the farthest from where the page begins.
        match page.from {
            Cursor::Before(_) => drop(found.remove(0)),
            Cursor::Newest | Cursor::After(_) => found.truncate(shown),
        }
    }
    let objects: Vec<_> = found.iter().map(render).collect();
    list(url, &objects, has_more)
}
