//! `/v1/balance` and `/v1/balance_transactions`: what is due to a merchant, and what moved it.

use axum::extract::Path;
use axum::response::Response;
use domain::ledger::TransferId;
use domain::{AttemptId, Cause, PayoutId, RefundId};
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
        let page = lists::read_dated_page(form, TransferId::parse)?;
        Ok((page, read_filter(form)?))
    })?;
    let owner = asked.request.caller.owner;
    let found = asked.app().list_transactions(owner, filter, page).await;
    let found = found.map_err(|error| lists::failed(error, &page, &[]))?;
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
    let source = form.id("source", "source", subject)?;
    Ok(Filter {
        causes: shown.filter(is_wanted).collect(),
        currency: form.currency("currency")?,
        subject: payout.map(|id| *id.bytes()).or(source),
    })
}

fn subject(text: &str) -> Option<[u8; 16]> {
    let charge = AttemptId::parse(text).map(|id| *id.bytes());
    let refund = || RefundId::parse(text).map(|id| *id.bytes());
    let payout = || PayoutId::parse(text).map(|id| *id.bytes());
    charge.or_else(refund).or_else(payout)
}
