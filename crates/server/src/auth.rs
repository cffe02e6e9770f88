//! Who asks: a key of the API, or a person logged in on the merchant's app.
//!
//! Says who; what they may do with which record is the engine's matter, because it looks
//! everything up by its owner.

use axum::http::header::{AUTHORIZATION, COOKIE, ORIGIN};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use domain::{MerchantId, Owner, Resource, Right, Rights};
use engine::store_types::KeyKind;
use engine::{Actor, App, Error};

use crate::error::{AccessFault, ApiError};
use crate::form::shown;
use crate::operations::{Audience, Operation};
use crate::state::State;

/// Name of the cookie that holds a log-in.
pub(crate) const COOKIE_NAME: &str = "encaisse_session";

/// Names the merchant for whom a platform asks.
const ACCOUNT: HeaderName = HeaderName::from_static("stripe-account");

/// Who asks, and on whose records.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    /// Who.
    pub(crate) actor: Actor,
    /// On whose records.
    pub(crate) owner: Owner,
    /// Whether it is somebody who pays, with the key that everybody can read.
    pub(crate) is_payer: bool,
    /// What a restricted key may do; `None` is everything.
    pub(crate) rights: Option<Rights>,
}

/// Finds out who asks. A key wins over a cookie.
///
/// # Errors
/// [`AccessFault`], with the words to say what to do.
pub(crate) async fn identify(
    state: &State,
    headers: &HeaderMap,
    operation: &Operation,
    address: &str,
) -> Result<Identity, ApiError> {
    let account = headers.get(ACCOUNT);
    if let Some(secret) = key_of(headers) {
        let mut identity = identify_key(&state.app, &secret, operation, address).await?;
        if let Some(account) = account {
            identity.owner = connected(&state.app, identity.owner, account).await?;
        }
        return Ok(identity);
    }
    if let Some(account) = account {
        return Err(not_connected(account));
    }
    let Some(token) = session_token(headers) else {
        return Err(AccessFault::KeyMissing.into());
    };
    if operation.right() == Right::Write {
        check_origin(state, headers)?;
    }
    match state.app.find_session(token).await {
        Ok(found) => Ok(Identity {
            actor: Actor::User(found.user.id, found.session.id),
            owner: found.session.owner,
            is_payer: false,
            rights: None,
        }),
        Err(Error::NotAuthenticated) => Err(AccessFault::SessionOver.into()),
        Err(error) => Err(error.into()),
    }
}

async fn identify_key(
    app: &App,
    secret: &str,
    operation: &Operation,
    address: &str,
) -> Result<Identity, ApiError> {
    let key = match app.authenticate(secret, address).await {
        Ok(found) => found.key,
        Err(Error::NotAuthenticated) => {
            let fault = ApiError::from(AccessFault::KeyUnknown);
            return Err(fault.with_detail(redacted(secret)));
        }
        Err(error) => return Err(error.into()),
    };
    let is_payer = key.kind == KeyKind::Publishable;
    if is_payer && operation.audience == Audience::Merchant {
        return Err(AccessFault::SecretKeyRequired.into());
    }
    let rights = (key.kind == KeyKind::Restricted).then_some(key.rights);
    if let Some(rights) = &rights {
        check_right(rights, operation.resource, operation.right())?;
    }
    Ok(Identity {
        actor: Actor::Key(key.id),
        owner: key.owner,
        is_payer,
        rights,
    })
}

/// The records of the merchant for whom a platform asks.
async fn connected(app: &App, own: Owner, account: &HeaderValue) -> Result<Owner, ApiError> {
    let id = account.to_str().ok().and_then(MerchantId::parse);
    let id = id.ok_or_else(|| not_connected(account))?;
    match app.act_for(own, id).await {
        Err(Error::NotFound(_)) => Err(not_connected(account)),
        found => Ok(found?),
    }
}

fn not_connected(account: &HeaderValue) -> ApiError {
    let account = shown(account.to_str().unwrap_or_default());
    ApiError::from(AccessFault::AccountInvalid).with_detail(account)
}

/// Whether a restricted key may do this.
///
/// # Errors
/// [`AccessFault::RightMissing`], naming the right.
pub(crate) fn check_right(
    rights: &Rights,
    resource: Resource,
    right: Right,
) -> Result<(), ApiError> {
    if rights.allow(resource, right) {
        return Ok(());
    }
    Err(ApiError::from(AccessFault::RightMissing).with_detail(format!("{resource}:{right}")))
}

/// A browser sends its page's origin with every change; another page's is refused.
///
/// # Errors
/// [`AccessFault::OriginRefused`].
pub(crate) fn check_origin(state: &State, headers: &HeaderMap) -> Result<(), ApiError> {
    let origin = headers.get(ORIGIN).and_then(|value| value.to_str().ok());
    let host = headers
        .get("host")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let is_ours = origin.is_some_and(|origin| {
        let address = origin.split_once("://").map_or("", |(_, address)| address);
        origin == state.origin || address == host
    });
    if is_ours {
        Ok(())
    } else {
        Err(AccessFault::OriginRefused.into())
    }
}

/// The log-in's token, out of the cookies.
pub(crate) fn session_token(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers
        .get_all(COOKIE)
        .into_iter()
        .filter_map(|value| value.to_str().ok());
    cookies.flat_map(|line| line.split(';')).find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == COOKIE_NAME && !value.is_empty()).then_some(value)
    })
}

/// The key in `Authorization`: as a bearer token, or as the user name of basic authentication.
fn key_of(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?.trim();
    let (scheme, rest) = value.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(rest.trim().to_owned());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(BASE64.decode(rest.trim()).ok()?).ok()?;
    let (user, _) = pair.split_once(':').unwrap_or((&pair, ""));
    Some(user.to_owned())
}

/// What may be shown of a key that nobody knows: its kind and its end.
fn redacted(secret: &str) -> String {
    let secret = shown(secret);
    let head: String = secret.chars().take(8).collect();
    let tail: Vec<char> = secret.chars().rev().take(4).collect();
    if secret.chars().count() < 20 {
        return "…".to_owned();
    }
    let tail: String = tail.into_iter().rev().collect();
    format!("{head}…{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        headers
    }

    #[test]
    fn a_key_comes_as_bearer_or_as_the_user_of_basic() {
        let bearer = headers("authorization", "Bearer sk_test_1");
        assert_eq!(key_of(&bearer).as_deref(), Some("sk_test_1"));
        let basic = headers("authorization", "Basic c2tfdGVzdF8xOg==");
        assert_eq!(key_of(&basic).as_deref(), Some("sk_test_1"));
    }

    #[test]
    fn what_is_no_key_is_none() {
        for value in ["", "Bearer", "Digest abc", "Basic !!!", "Basic /w=="] {
            assert_eq!(key_of(&headers("authorization", value)), None, "{value}");
        }
    }

    #[test]
    fn the_session_is_found_among_other_cookies() {
        let cookies = headers("cookie", "a=1; encaisse_session=abc; b=2");
        assert_eq!(session_token(&cookies), Some("abc"));
        assert_eq!(session_token(&headers("cookie", "encaisse_session=")), None);
    }

    #[test]
    fn an_unknown_key_is_never_shown_whole() {
        let secret = "sk_test_0123456789abcdefABCDEF";
        assert_eq!(redacted(secret), "sk_test_…CDEF");
        assert_eq!(redacted("short"), "…");
    }
}
