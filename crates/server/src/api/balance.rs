//! `/v1/balance` and `/v1/balance_transactions`: what is due to a merchant, and what moved it.

use axum::extract::Path;
use axum::response::Response;
use domain::ledger::TransferId;
use domain::{AttemptId, Cause, PayoutId, RefundId, Timestamp};
use engine::balances::BalanceTransaction;
use engine::store_types::Filter;
use engine::{Error, View};

use crate::api::lists;
use crate::api::render::{self, Kind, Scene, object};
use crate::call::{Asked, Call, json};
use crate::error::ApiError;
use crate::form::{Fault, Form};

const KIND: Kind = Kind::BalanceTransaction;

/// `GET /v1/balance`.
pub(crate) async fn retrieve(call: Call) -> Result<Response, ApiError> {
    let (asked, ()) = call.read(Kind::Nothing, |_| Ok(()))?;
    let owner = asked.request.caller.owner;
    let balances = asked.app().get_balance(owner).await?;
    Ok(json(render::balance(owner.mode, &balances)))
}

/// `GET /v1/balance_transactions/{id}`.
pub(crate) async fn retrieve_transaction(
    Path(id): Path<String>,
    call: Call,
) -> Result<Response, ApiError> {
    let missing = || ApiError::missing("balance_transaction", &id, "id");
    let transfer = TransferId::parse(&id).ok_or_else(missing)?;
    let (asked, ()) = call.read(KIND, |_| Ok(()))?;
    let owner = asked.request.caller.owner;
    match asked.app().get_transaction(owner, transfer).await {
        Err(Error::NotFound(_)) => Err(missing()),
        found => Ok(json(shown(&asked, &found?))),
    }
}

/// `GET /v1/balance_transactions`, newest first.
pub(crate) async fn list(call: Call) -> Result<Response, ApiError> {
    let (asked, (page, filter)) = call.read_list(KIND, |form| {
        let page = lists::read_page(form, TransferId::parse)?;
        Ok((page, read_filter(form)?))
    })?;
    let owner = asked.request.caller.owner;
    let found = asked.app().list_transactions(owner, filter, page).await?;
    let render = |one: &BalanceTransaction| shown(&asked, one);
    let url = "/v1/balance_transactions";
    Ok(json(lists::answer(url, &page, found, render)))
}

fn shown(asked: &Asked, transaction: &BalanceTransaction) -> Vec<u8> {
    let view = View {
        transactions: std::slice::from_ref(transaction),
        ..View::default()
    };
    let scene = Scene {
        view,
        links: asked.links(),
    };
    object(KIND, &scene, &asked.expand())
}

/// The types of balance transactions there are here, in Stripe's words.
const TYPES: &[&str] = &[
    "charge",
    "refund",
    "payout",
    "payout_failure",
    "payout_cancel",
];

fn read_filter(form: &mut Form) -> Result<Filter, Fault> {
    let known = |text: &str| TYPES.iter().copied().find(|known| *known == text);
    let wanted = form.one_of("type", known, TYPES)?;
    let shown = Cause::ALL.iter().copied().filter(|cause| cause.is_shown());
    let is_wanted = |cause: &Cause| wanted.is_none_or(|wanted| render::type_of(*cause) == wanted);
    let payout = form.id("payout", "payout", PayoutId::parse)?;
    let source = form.parsed("source", "id of a charge, refund or payout", subject)?;
    let (from, to) = read_created(form)?;
    Ok(Filter {
        causes: shown.filter(is_wanted).collect(),
        currency: form.currency("currency")?,
        from,
        to,
        subject: payout.map(|id| *id.bytes()).or(source),
    })
}

fn subject(text: &str) -> Option<[u8; 16]> {
    let charge = AttemptId::parse(text).map(|id| *id.bytes());
    let refund = || RefundId::parse(text).map(|id| *id.bytes());
    let payout = || PayoutId::parse(text).map(|id| *id.bytes());
    charge.or_else(refund).or_else(payout)
}

/// The bounds of `created[gte]` and its kin, in seconds, as the first and the last moment.
fn read_created(form: &mut Form) -> Result<(Timestamp, Timestamp), Fault> {
    let (first, last) = (i64::MIN, i64::MAX);
    let bounds = form.object("created", |inner| {
        let next = |seconds: i64| seconds.saturating_add(1);
        let gte = inner.integer("gte")?;
        let from = gte.or(inner.integer("gt")?.map(next));
        let lt = inner.integer("lt")?;
        let end = lt.or(inner.integer("lte")?.map(next));
        Ok((
            from.map_or(first, micros),
            end.map_or(last, |end| micros(end).saturating_sub(1)),
        ))
    })?;
    let (from, to) = bounds.unwrap_or((first, last));
    Ok((Timestamp::from_micros(from), Timestamp::from_micros(to)))
}

const fn micros(seconds: i64) -> i64 {
    Timestamp::from_seconds(seconds).micros()
}
