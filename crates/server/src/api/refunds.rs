//! `/v1/refunds`.

use axum::extract::Path;
use axum::response::Response;
use domain::{AttemptId, PaymentId, Refund, RefundId, RefundReason};
use engine::View;
use engine::lists::RefundsOf;
use engine::refunds::{Create, Of};

use crate::api::lists;
use crate::api::render::{Kind, Scene, object};
use crate::call::{Asked, Call, json, respond};
use crate::error::{ApiError, spelled};
use crate::form::FaultKind;

const KIND: Kind = Kind::Refund;

fn parse_id(id: &str) -> Result<RefundId, ApiError> {
    RefundId::parse(id).ok_or_else(|| ApiError::missing("refund", id, "refund"))
}

/// `POST /v1/refunds`: gives money back, of a payment or a charge, all that is left or a part.
pub(crate) async fn create(call: Call) -> Result<Response, ApiError> {
    let (asked, create) = call.read(KIND, |form| {
        let payment = form.id("payment_intent", "payment_intent", PaymentId::parse)?;
        let charge = form.id("charge", "charge", AttemptId::parse)?;
        let of = match (payment, charge) {
            (Some(payment), None) => Of::Payment(payment),
            (None, Some(charge)) => Of::Charge(charge),
            (None, None) => return Err(form.missing("payment_intent")),
            (Some(_), Some(_)) => {
                let fault = form.fault(FaultKind::Exclusive, "charge");
                return Err(fault.with_detail("payment_intent"));
            }
        };
        Ok(Create {
            of,
            amount_minor: form.integer("amount")?,
            reason: form.one_of("reason", RefundReason::parse, RefundReason::ALL)?,
            metadata: form.metadata("metadata")?,
        })
    })?;
    let (id, param) = match create.of {
        Of::Payment(id) => (id.to_string(), "payment_intent"),
        Of::Charge(id) => (id.to_string(), "charge"),
    };
    let reply = asked.app().create_refund(&asked.request, create).await;
    Ok(respond(
        reply.map_err(|error| ApiError::of(error, &id, param))?,
    ))
}

/// `GET /v1/refunds/{id}`.
pub(crate) async fn retrieve(Path(id): Path<String>, call: Call) -> Result<Response, ApiError> {
    let refund = parse_id(&id)?;
    let (asked, ()) = call.read(KIND, |_| Ok(()))?;
    let found = asked
        .app()
        .get_refund(asked.request.caller.owner, refund)
        .await;
    let refund = found.map_err(|error| ApiError::of(error, &id, "refund"))?;
    Ok(json(shown(&asked, &refund).await?))
}

/// `POST /v1/refunds/{id}`: changes the merchant's own pairs.
pub(crate) async fn update(Path(id): Path<String>, call: Call) -> Result<Response, ApiError> {
    let refund = parse_id(&id)?;
    let (asked, change) = call.read(KIND, |form| form.metadata_change("metadata"))?;
    let reply = asked
        .app()
        .update_refund(&asked.request, refund, change)
        .await;
    Ok(respond(
        reply.map_err(|error| ApiError::of(error, &id, "refund"))?,
    ))
}

/// `GET /v1/refunds`, newest first; those of one payment with `payment_intent`, of one attempt with
/// `charge`.
pub(crate) async fn list(call: Call) -> Result<Response, ApiError> {
    let (asked, (page, of)) = call.read_list(KIND, |form| {
        let page = lists::read_dated_page(form, RefundId::parse)?;
        let of = RefundsOf {
            payment: form.id("payment_intent", "payment_intent", PaymentId::parse)?,
            charge: form.id("charge", "charge", AttemptId::parse)?,
        };
        Ok((page, of))
    })?;
    let owner = asked.request.caller.owner;
    let (payment, charge) = (spelled(of.payment), spelled(of.charge));
    let ids = [("payment_intent", &*payment), ("charge", &*charge)];
    let found = asked.app().list_refunds(owner, of, page).await;
    let found = found.map_err(|error| lists::failed(error, &page, &ids))?;
    let expand = asked.expand();
    let body = lists::answer("/v1/refunds", &page, found, |refund| {
        let view = View {
            refund: Some(refund),
            ..View::default()
        };
        object(
            KIND,
            &Scene {
                view,
                links: asked.links(),
            },
            &expand,
        )
    });
    Ok(json(body))
}

async fn shown(asked: &Asked, refund: &Refund) -> Result<Vec<u8>, ApiError> {
    let loaded = asked
        .app()
        .get_payment(refund.owner, refund.payment)
        .await?;
    let loaded = asked.followed(loaded).await?;
    let scene = Scene {
        view: loaded.view_with(refund),
        links: asked.links(),
    };
    Ok(object(KIND, &scene, &asked.expand()))
}
