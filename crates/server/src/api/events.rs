//! `/v1/events`: what happened, to be read.

use axum::extract::Path;
use axum::response::Response;
use domain::EventId;
use engine::store_types::Event;

use crate::api::lists;
use crate::api::render::{Kind, event};
use crate::call::{Call, json};
use crate::error::ApiError;

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

/// `GET /v1/events`, newest first.
pub(crate) async fn list(call: Call) -> Result<Response, ApiError> {
    let (asked, page) =
        call.read_list(Kind::Nothing, |form| lists::read_page(form, EventId::parse))?;
    let found = asked
        .app()
        .list_events(asked.request.caller.owner, page)
        .await?;
    Ok(json(lists::answer(
        "/v1/events",
        &page,
        found,
        |(found, open): &(Event, i64)| event(found, *open),
    )))
}
