//! One visit of a payer: which payment, in which language, and what the engine is told about it.
//!
//! Owns the way from an address to a screen and from a screen to a response. Does not read forms.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use domain::{CheckoutSessionId, Merchant, Mode, Owner, PaymentId};
use engine::{Actor, Caller, Error, Loaded, Thing};

use super::language::Wishes;
use super::standing::{self, Look};
use super::token::Token;
use super::{Frame, Language, Screen, headers, render};
use crate::call::address;
use crate::requests::RequestId;
use crate::state::State;

/// Whoever opens an address.
pub(super) struct Visitor {
    /// What every handler shares.
    pub(super) state: Arc<State>,
    chosen: Option<String>,
    accept: Option<String>,
    request_id: String,
    origin: String,
}

impl FromRequestParts<Arc<State>> for Visitor {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &Arc<State>,
    ) -> Result<Self, Self::Rejection> {
        let query = parts.uri.query().unwrap_or_default();
        let accept = parts.headers.get(header::ACCEPT_LANGUAGE);
        let request_id = parts.extensions.get::<RequestId>();
        Ok(Self {
            state: state.clone(),
            chosen: query
                .split('&')
                .find_map(|pair| pair.strip_prefix("lang="))
                .map(str::to_owned),
            accept: accept
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned),
            request_id: request_id.map_or_else(String::new, |id| id.0.clone()),
            origin: address(&parts.extensions),
        })
    }
}

impl Visitor {
    /// The payment that a link asks for.
    pub(super) async fn open_link(&self, token: &str) -> Result<Visit<'_>, Error> {
        let token = Token::parse(token).ok_or(Error::NotFound(Thing::Checkout))?;
        let id = CheckoutSessionId::from_bytes(token.id);
        let loaded = self.state.app.open_link(id, &token.secret).await?;
        self.visit(loaded).await
    }

    /// A payment by itself.
    pub(super) async fn open_payment(&self, token: &str) -> Result<Visit<'_>, Error> {
        let token = Token::parse(token).ok_or(Error::NotFound(Thing::Payment))?;
        let id = PaymentId::from_bytes(token.id);
        let loaded = self.state.app.open_secret(id, &token.secret).await?;
        self.visit(loaded).await
    }

    async fn visit(&self, loaded: Loaded) -> Result<Visit<'_>, Error> {
        let merchant = self.state.app.merchant(loaded.payment.owner).await?;
        Ok(Visit {
            visitor: self,
            loaded,
            merchant,
        })
    }

    /// What the engine is told about whoever visits records of `owner`.
    pub(super) fn request(&self, owner: Owner, key: Option<(String, [u8; 32])>) -> engine::Request {
        let caller = Caller {
            actor: Actor::Payer,
            owner,
            request_id: self.request_id.clone(),
            origin: self.origin.clone(),
        };
        engine::Request {
            caller,
            key,
            expand: Vec::new(),
        }
    }

    /// The page of a screen that belongs to a merchant and to no payment yet.
    pub(super) fn page_of(&self, merchant: &Merchant, mode: Mode, screen: &Screen) -> Response {
        let language = self.language(None, &merchant.locale);
        page(&frame(language, mode, merchant), screen)
    }

    /// The language of whoever visits.
    pub(super) fn language(&self, session: Option<&str>, merchant: &str) -> Language {
        let (query, accept) = (self.chosen.as_deref(), self.accept.as_deref());
        Language::choose(&Wishes {
            query,
            session,
            accept,
            merchant,
        })
    }

    /// The page for when there is no payment, or no way to tell.
    pub(super) fn trouble(&self, error: &Error) -> Response {
        let is_missing = matches!(error, Error::NotFound(_));
        let screen = if is_missing {
            Screen::Missing
        } else {
            Screen::Failed
        };
        if let Error::Internal(cause) = error {
            tracing::error!("A payer's request could not be served: {cause:#}.");
        }
        let frame = Frame {
            language: self.language(None, ""),
            mode: Mode::Live,
            merchant: None,
            time_zone: String::new(),
            legal_url: None,
        };
        page(&frame, &screen)
    }
}

/// A payment that its payer has opened.
pub(super) struct Visit<'a> {
    visitor: &'a Visitor,
    /// The payment as it is.
    pub(super) loaded: Loaded,
    merchant: Arc<Merchant>,
}

impl Visit<'_> {
    /// The language of this visit.
    pub(super) fn language(&self) -> Language {
        let session = self
            .loaded
            .session
            .as_ref()
            .and_then(|session| session.locale.as_deref());
        self.visitor.language(session, &self.merchant.locale)
    }

    /// The circumstances of a look.
    pub(super) fn look(&self, is_answer: bool) -> Look {
        let state = &self.visitor.state;
        let (session, payment) = (self.loaded.session.as_ref(), &self.loaded.payment);
        Look {
            link: session
                .map(|one| state.links.checkout(one, payment))
                .unwrap_or_default(),
            now: state.app.clock.now(),
            attempt: domain::to_base62(vault::random()),
            is_answer,
        }
    }

    /// The screen at the payment's own address.
    pub(super) fn screen(&self) -> Screen {
        standing::screen(&self.loaded, self.look(false))
    }

    /// The screen after the payer's own form, read anew.
    pub(super) async fn outcome(&self) -> Result<Screen, Error> {
        let payment = &self.loaded.payment;
        let app = &self.visitor.state.app;
        let loaded = app.open_secret(payment.id, &payment.secret).await?;
        Ok(standing::screen(&loaded, self.look(true)))
    }

    /// What the engine is told about the payer.
    pub(super) fn request(&self, key: Option<(String, [u8; 32])>) -> engine::Request {
        self.visitor.request(self.loaded.payment.owner, key)
    }

    /// The page of a screen.
    pub(super) fn page(&self, screen: &Screen) -> Response {
        let mode = self.loaded.payment.owner.mode;
        let frame = frame(self.language(), mode, &self.merchant);
        page(&frame, screen)
    }
}

fn frame(language: Language, mode: Mode, merchant: &Merchant) -> Frame {
    Frame {
        language,
        mode,
        merchant: Some(merchant.name.clone()),
        time_zone: merchant.time_zone.clone(),
        legal_url: None,
    }
}

fn page(frame: &Frame, screen: &Screen) -> Response {
    match render(frame, screen) {
        Ok(html) => private(screen.http_status(), "text/html; charset=utf-8", html),
        Err(error) => {
            tracing::error!("A payer's page could not be written: {error}.");
            private(500, "text/plain; charset=utf-8", String::new())
        }
    }
}

/// An answer that nobody may keep.
pub(super) fn private(status: u16, content_type: &'static str, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let all = response.headers_mut();
    all.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    for (name, value) in headers::PRIVATE {
        all.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    response
}

/// Sends the browser to another page of ours.
pub(super) fn redirect(path: &str) -> Response {
    let mut response = private(303, "text/plain; charset=utf-8", String::new());
    if let Ok(path) = HeaderValue::from_str(path) {
        response.headers_mut().insert(header::LOCATION, path);
    }
    response
}
