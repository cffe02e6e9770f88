//! The address of a link that anybody may open, and the way from it to a session of one's own.
//!
//! Decides nothing about how many may pay: that is written with their payments. Opening the address
//! makes nothing; only its button does.

use std::sync::Arc;

use axum::extract::Path;
use axum::response::Response;
use domain::{Merchant, PaymentLinkId, Refusal, from_base62};
use engine::payment_links::Offer;
use engine::{Error, Thing};

use super::handlers::{in_language, shown};
use super::screen::Offer as Shown;
use super::visit::{Visitor, redirect};
use super::{Screen, standing};

/// `GET /pay/link/{id}`: what the link is for, and a button.
pub(super) async fn show(visitor: Visitor, Path(id): Path<String>) -> Response {
    shown(&visitor, async {
        let (offer, merchant) = find(&visitor, &id).await?;
        let screen = at_address(&offer)?;
        Ok(visitor.page_of(&merchant, offer.link.owner.mode, &screen))
    })
    .await
}

/// `POST /pay/link/{id}`: opens a session for this payer and leads to its page.
pub(super) async fn take_up(visitor: Visitor, Path(id): Path<String>) -> Response {
    shown(&visitor, async {
        let (offer, merchant) = find(&visitor, &id).await?;
        let request = visitor.request(offer.link.owner, None);
        let (app, life_ms) = (&visitor.state.app, visitor.state.checkout_life_ms);
        match app.take_up(&request, offer.clone(), life_ms).await {
            Ok(loaded) => {
                let token = standing::link_token(&loaded).map(|token| token.reveal());
                let path = format!("/pay/{}", token.unwrap_or_default());
                let language = visitor.language(None, &merchant.locale);
                Ok(redirect(&in_language(&path, language)))
            }
            // It was open a moment ago, when its button was shown.
            Err(Error::Refused(Refusal::PaymentLinkClosed)) => {
                let screen = Screen::Unavailable(standing::unavailable(&offer.link));
                Ok(visitor.page_of(&merchant, offer.link.owner.mode, &screen))
            }
            Err(other) => Err(other),
        }
    })
    .await
}

async fn find(visitor: &Visitor, digits: &str) -> Result<(Offer, Arc<Merchant>), Error> {
    let missing = || Error::NotFound(Thing::PaymentLink);
    let id = PaymentLinkId::from_bytes(from_base62(digits).ok_or_else(missing)?);
    let app = &visitor.state.app;
    let offer = app.find_payment_link(id).await?;
    let merchant = app.merchant(offer.link.owner).await?;
    Ok((offer, merchant))
}

/// The screen at the link's own address.
fn at_address(offer: &Offer) -> Result<Screen, Error> {
    if !offer.is_open() {
        return Ok(Screen::Unavailable(standing::unavailable(&offer.link)));
    }
    Ok(Screen::Offer(Shown {
        amount: offer.amount()?,
        items: offer.link.items.clone(),
    }))
}
