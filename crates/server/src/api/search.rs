//! How searches are asked for and answered: `query`, `page`, `limit`; `search_result`.
//!
//! Owns the envelope. How a query is read is in `query`; what it means is the engine's.

mod query;

use domain::{from_base62, to_base62};
use engine::search::{Found, Query};
use engine::store_types::{Cursor, Page, StoredId};

use crate::api::lists;
use crate::error::ApiError;
use crate::form::{Fault, FaultKind, Form};
use crate::json::Object;

pub(crate) use query::{CUSTOMERS, PAYMENTS};

/// Characters of a query.
const QUERY_MAX: usize = 2000;

/// What is asked for, and which page of it.
pub(crate) struct Wanted<Id> {
    pub(crate) query: Query,
    pub(crate) page: Page<Id>,
}

/// Reads the parameters of a search in the fields of `named`.
///
/// # Errors
/// No query, one that cannot be understood, a limit out of bounds, a page that is none of ours.
pub(crate) fn read<Id: StoredId>(
    form: &mut Form,
    named: query::Fields,
) -> Result<Wanted<Id>, Fault> {
    let text = form.text("query", QUERY_MAX)?;
    let text = text.ok_or_else(|| form.missing("query"))?;
    let query = query::parse(&text, named).map_err(|unclear| {
        let fault = form.fault(FaultKind::Query, "query");
        fault.with_detail(unclear.to_string())
    })?;
    let limit = lists::read_limit(form)?;
    let after = form.parsed("page", PAGE, from_base62)?;
    let from = after.map_or(Cursor::Newest, |id| Cursor::After(Id::from_stored(id)));
    Ok(Wanted {
        query,
        page: Page::new(limit, from),
    })
}

const PAGE: &str = "page of a search, from its next_page";

/// What a search that failed is to the outside: a page after nothing of the caller's is none.
pub(crate) fn failed<Id>(error: engine::Error, page: &Page<Id>) -> ApiError {
    match (error, &page.from) {
        (engine::Error::NotFound(_), Cursor::After(_)) => {
            Fault::new(FaultKind::Invalid, "page".to_owned())
                .with_detail(PAGE)
                .into()
        }
        (error, _) => error.into(),
    }
}

/// The envelope of a page; the count is shown where it is asked for.
pub(crate) fn answer<T, Id: StoredId>(
    url: &str,
    found: &Found<T, Id>,
    count: Option<usize>,
    render: impl FnMut(&T) -> Vec<u8>,
) -> Vec<u8> {
    let objects: Vec<_> = found.objects.iter().map(render).collect();
    let mut page = Vec::new();
    Object::write(&mut page, |object| {
        object.text("object", "search_result");
        object.json_list("data", &objects);
        object.bool("has_more", found.next.is_some());
        let next = found.next.as_ref().map(|id| to_base62(*id.stored()));
        object.optional_text("next_page", next.as_deref());
        if let Some(count) = count {
            object.integer("total_count", i64::try_from(count).unwrap_or(i64::MAX));
        }
        object.text("url", url);
    });
    page
}
