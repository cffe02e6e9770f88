//! How lists are asked for and answered: `limit`, `starting_after`, `ending_before`, `has_more`.

use engine::store_types::{Cursor, Page};

use crate::api::render::list;
use crate::form::{Fault, FaultKind, Form};

/// Objects on a page when nobody says how many.
const LIMIT: i64 = 10;
/// The most objects on a page.
const LIMIT_MAX: i64 = 100;

/// Reads the parameters of a list. The page asks for one more than is shown, to know whether
/// there is more.
///
/// # Errors
/// A limit out of bounds, an id of another kind, or both ends at once.
pub(crate) fn read_page<Id>(
    form: &mut Form,
    parse: fn(&str) -> Option<Id>,
) -> Result<Page<Id>, Fault> {
    let limit = form.integer_in("limit", 1..=LIMIT_MAX)?.unwrap_or(LIMIT);
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
    Ok(Page {
        limit: limit.saturating_add(1),
        from,
    })
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
