//! `/v1/events`: what happened, to be read.

use axum::extract::Path;
use axum::response::Response;
use domain::{EventId, EventKind};
use engine::store_types::Event;

use crate::api::lists;
use crate::api::render::{Kind, event};
use crate::call::{Call, json};
use crate::error::ApiError;
use crate::form::{Fault, FaultKind, Form};

/// Names of events in one request, as Stripe allows.
const TYPES_MAX: usize = 20;

/// The kinds of events that are asked for; none when all are.
fn read_kinds(form: &mut Form) -> Result<Vec<EventKind>, Fault> {
    let group = form.parsed("type", "type of event", kinds_of)?;
    let Some(names) = form.texts("types", 60)? else {
        return Ok(group.unwrap_or_default());
    };
    if group.is_some() {
        let fault = form.fault(FaultKind::Exclusive, "types");
        return Err(fault.with_detail("type"));
    }
    let kinds: Option<Vec<_>> = names.iter().map(|name| EventKind::parse(name)).collect();
    kinds.filter(|_| names.len() <= TYPES_MAX).ok_or_else(|| {
        let fault = form.fault(FaultKind::Invalid, "types");
        fault.with_detail("list of up to 20 types of events")
    })
}

/// The kind of that name, or those of a group: `charge.*`, `*`.
fn kinds_of(name: &str) -> Option<Vec<EventKind>> {
    let Some(group) = name.strip_suffix('*') else {
        return EventKind::parse(name).map(|kind| vec![kind]);
    };
    if !group.is_empty() && !group.ends_with('.') {
        return None;
    }
    let kinds = EventKind::ALL.iter().copied();
    let kinds: Vec<_> = kinds
        .filter(|kind| kind.as_str().starts_with(group))
        .collect();
    (!kinds.is_empty()).then_some(kinds)
}

/// `GET /v1/events/{id}`.
pub(crate) async fn retrieve(Path(id): Path<String>, call: Call) -> Result<Response, ApiError> {
    let missing = || ApiError::missing("event", &id, "id");
    let event_id = EventId::parse(&id).ok_or_else(missing)?;
    let (asked, ()) = call.read(Kind::Nothing, |_| Ok(()))?;
    let found = asked
        .app()
        .get_event(asked.request.caller.owner, event_id)
        .await;
    let (found, open) = found.map_err(|error| ApiError::of(error, &id, "id"))?;
    Ok(json(event(&found, open)))
}

/// `GET /v1/events`, newest first; those of one `type`, of a group of them (`charge.*`), or of a
/// list of `types`.
pub(crate) async fn list(call: Call) -> Result<Response, ApiError> {
    let (asked, (page, kinds)) = call.read_list(Kind::Nothing, |form| {
        let page = lists::read_dated_page(form, EventId::parse)?;
        Ok((page, read_kinds(form)?))
    })?;
    let owner = asked.request.caller.owner;
    let found = asked.app().list_events(owner, kinds, page).await;
    let found = found.map_err(|error| lists::failed(error, &page, &[]))?;
    Ok(json(lists::answer(
        "/v1/events",
        &page,
        found,
        |(found, open): &(Event, i64)| event(found, *open),
    )))
}
