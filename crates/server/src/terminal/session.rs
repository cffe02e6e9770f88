//! `/terminal/session`: logging in and out on a phone.
//!
//! The cookie is the only place where the token is; scripts cannot read it, other sites cannot
//! send it.

use std::sync::Arc;

use axum::extract::{Request, State as Shared};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use domain::{Merchant, Mode};
use engine::accounts::LoggedIn;
use engine::{Actor, Caller, Error};
use serde::Serialize;

use crate::auth::{COOKIE_NAME, check_origin, session_token};
use crate::call::{address, json, read_tree};
use crate::error::{AccessFault, ApiError};
use crate::state::State;

/// Who is logged in, and for whom they work.
#[derive(Serialize)]
struct Shown<'a> {
    merchant: ShownMerchant<'a>,
    user: ShownUser<'a>,
    livemode: bool,
}

#[derive(Serialize)]
struct ShownMerchant<'a> {
    id: String,
    name: &'a str,
    country: &'a str,
    locale: &'a str,
    time_zone: &'a str,
    currencies: Vec<String>,
}

#[derive(Serialize)]
struct ShownUser<'a> {
    email: &'a str,
}

/// `POST /terminal/session`: logs in.
pub(super) async fn open(
    Shared(state): Shared<Arc<State>>,
    request: Request,
) -> Result<Response, ApiError> {
    let (parts, body) = request.into_parts();
    check_origin(&state, &parts.headers)?;
    let tree = read_tree(&parts, body).await?;
    let (email, password) = tree.read(|form| {
        let email = form
            .text("email", 254)?
            .ok_or_else(|| form.missing("email"))?;
        let password = form
            .secret("password")?
            .ok_or_else(|| form.missing("password"))?;
        Ok((email, password))
    })?;
    let found = state
        .app
        .log_in(&email, &password, &address(&parts.extensions))
        .await?;
    let token = found.token.clone().unwrap_or_default();
    let age = state.app.session_seconds();
    let mut response = show_found(&state, &found).await?;
    set_cookie(&state, &mut response, &token, age);
    Ok(response)
}

/// `GET /terminal/session`: who is logged in.
pub(super) async fn show(
    Shared(state): Shared<Arc<State>>,
    request: Request,
) -> Result<Response, ApiError> {
    let (parts, _) = request.into_parts();
    let (found, _) = logged_in(&state, &parts.headers).await?;
    show_found(&state, &found).await
}

/// `DELETE /terminal/session`: logs out.
pub(super) async fn close(
    Shared(state): Shared<Arc<State>>,
    request: Request,
) -> Result<Response, ApiError> {
    let (parts, _) = request.into_parts();
    check_origin(&state, &parts.headers)?;
    let (found, token) = logged_in(&state, &parts.headers).await?;
    let caller = Caller {
        actor: Actor::User(found.user.id, found.session.id),
        owner: found.session.owner,
        request_id: String::new(),
        origin: address(&parts.extensions),
    };
    state.app.log_out(&caller, &token).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    set_cookie(&state, &mut response, "", 0);
    Ok(response)
}

async fn logged_in(state: &State, headers: &HeaderMap) -> Result<(LoggedIn, String), ApiError> {
    let token = session_token(headers)
        .ok_or(AccessFault::SessionOver)?
        .to_owned();
    match state.app.find_session(&token).await {
        Ok(found) => Ok((found, token)),
        Err(Error::NotAuthenticated) => Err(AccessFault::SessionOver.into()),
        Err(error) => Err(error.into()),
    }
}

async fn show_found(state: &State, found: &LoggedIn) -> Result<Response, ApiError> {
    let merchant = state.app.merchant(found.session.owner).await?;
    let shown = Shown {
        merchant: shown_merchant(&merchant),
        user: ShownUser {
            email: &found.user.email,
        },
        livemode: found.session.owner.mode == Mode::Live,
    };
    Ok(json(
        serde_json::to_vec(&shown).map_err(ApiError::internal)?,
    ))
}

fn shown_merchant(merchant: &Merchant) -> ShownMerchant<'_> {
    let codes = merchant
        .currencies
        .iter()
        .map(|currency| currency.code().to_lowercase());
    ShownMerchant {
        id: merchant.id.to_string(),
        name: &merchant.name,
        country: &merchant.country,
        locale: &merchant.locale,
        time_zone: &merchant.time_zone,
        currencies: codes.collect(),
    }
}

/// `Secure` only where browsers reach us encrypted: on a plain address of a local network the
/// cookie would be dropped.
fn set_cookie(state: &State, response: &mut Response, token: &str, seconds: i64) {
    let secure = if state.is_encrypted { "; Secure" } else { "" };
    let cookie = format!(
        "{COOKIE_NAME}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}"
    );
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    let no_store = HeaderValue::from_static("no-store");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, no_store);
}
