//! One request of the API, taken apart: who, what, and under which idempotency key.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, FromRequest, MatchedPath, Request};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use domain::{Payment, Right, Rights};
use engine::balances::shows_transactions;
use engine::store_types::Answer;
use engine::{App, Caller, Loaded, Reply};

use crate::api::payer;
use crate::api::render::{Expand, Kind, Links};
use crate::auth::{check_right, identify};
use crate::error::{AccessFault, ApiError, Cause};
#[cfg(test)]
use crate::form::described;
use crate::form::{BYTES_MAX, Fault, FaultKind, Form, Tree};
use crate::operations::Operation;
use crate::requests::RequestId;
use crate::state::State;
use crate::tokenise::{fingerprint, is_card_number};
use crate::webhooks::guard::Guard;

/// What stands before the idempotency keys of payers.
const PAYERS: &str = "payer:";

/// The longest idempotency key, in characters.
const KEY_MAX: usize = 255;

/// A request that somebody with a right to be here made.
pub(crate) struct Call {
    state: Arc<State>,
    caller: Caller,
    is_payer: bool,
    rights: Option<Rights>,
    key: Option<(String, [u8; 32])>,
    tree: Tree,
}

impl FromRequest<Arc<State>> for Call {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &Arc<State>) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let route = parts.extensions.get::<MatchedPath>();
        let operation = route.and_then(|path| Operation::find(&parts.method, path.as_str()));
        let operation = operation.ok_or(ApiError::new(Cause::PathUnknown))?;
        let origin = address(&parts.extensions);
        let who = identify(state, &parts.headers, operation, &origin).await?;
        state.limits.count(who.actor)?;
        let request_id = parts.extensions.get::<RequestId>();
        let caller = Caller {
            actor: who.actor,
            owner: who.owner,
            request_id: request_id.map_or_else(String::new, |id| id.0.clone()),
            origin,
        };
        let tree = read_tree(&parts, body).await?;
        let key = match parts.headers.get("idempotency-key") {
            Some(key) if parts.method == Method::POST => {
                // Or everybody who reads the publishable key could use up the merchant's.
                let key = checked_key(key, if who.is_payer { PAYERS } else { "" })?;
                let request = (parts.method.as_str(), parts.uri.path());
                let print = fingerprint(&state.app, who.owner, request, &tree);
                Some((key, print))
            }
            _ => None,
        };
        Ok(Self {
            state: state.clone(),
            caller,
            is_payer: who.is_payer,
            rights: who.rights,
            key,
            tree,
        })
    }
}

/// Where a request came from, for the audit trail.
pub(crate) fn address(extensions: &axum::http::Extensions) -> String {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>();
    peer.map_or_else(String::new, |ConnectInfo(address)| address.ip().to_string())
}

/// The parameters of a request, from its query and its body.
pub(crate) async fn read_tree(
    parts: &axum::http::request::Parts,
    body: Body,
) -> Result<Tree, ApiError> {
    let too_large = || Fault::of_body(FaultKind::TooLarge);
    let bytes = to_bytes(body, BYTES_MAX).await.map_err(|_| too_large())?;
    let bytes = zeroize::Zeroizing::new(Vec::from(bytes));
    let content_type = parts.headers.get(header::CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    Ok(Tree::parse(parts.uri.query(), content_type, &bytes)?)
}

/// The key as it is kept, after `prefix`; both together are within the limit.
fn checked_key(key: &HeaderValue, prefix: &str) -> Result<String, ApiError> {
    let longest = KEY_MAX.saturating_sub(prefix.len());
    let fault = || ApiError::from(Fault::new(FaultKind::TooLong, "Idempotency-Key".to_owned()));
    let text = key.to_str().map_err(|_| fault())?;
    if is_card_number(text) {
        // The key is kept, and shown in events.
        let fault = Fault::new(FaultKind::Invalid, "Idempotency-Key".to_owned());
        return Err(fault.with_detail("key without a card number").into());
    }
    let is_good = !text.trim().is_empty() && text.chars().count() <= longest;
    if is_good {
        Ok(format!("{prefix}{text}"))
    } else {
        Err(fault().with_detail(longest.to_string()))
    }
}

/// What a handler needs of a call once its parameters are read.
pub(crate) struct Asked {
    /// Goes into the engine.
    pub(crate) request: engine::Request,
    /// What every handler shares.
    pub(crate) state: Arc<State>,
    is_payer: bool,
}

impl Asked {
    /// Checks the secret of a payment: whoever shows one shows the right one, and a payer must.
    ///
    /// # Errors
    /// [`AccessFault::ClientSecretWrong`].
    pub(crate) fn check_secret(
        &self,
        payment: &Payment,
        secret: Option<&str>,
    ) -> Result<(), ApiError> {
        let is_right = match secret {
            Some(secret) => payment.has_client_secret(secret),
            None => !self.is_payer,
        };
        if is_right {
            Ok(())
        } else {
            Err(AccessFault::ClientSecretWrong.into())
        }
    }

    /// With what moved the balance, when the answer shows it.
    ///
    /// # Errors
    /// [`Cause::Internal`].
    pub(crate) async fn followed(&self, loaded: Loaded) -> Result<Loaded, ApiError> {
        if shows_transactions(&self.request.expand) {
            return Ok(self.app().with_transactions(loaded).await?);
        }
        Ok(loaded)
    }

    /// The same for each of a list.
    ///
    /// # Errors
    /// [`Cause::Internal`].
    pub(crate) async fn all_followed(&self, all: Vec<Loaded>) -> Result<Vec<Loaded>, ApiError> {
        let mut followed = Vec::with_capacity(all.len());
        for loaded in all {
            followed.push(self.followed(loaded).await?);
        }
        Ok(followed)
    }

    /// A body, as whoever asked may see it.
    pub(crate) fn shown(&self, body: Vec<u8>) -> Vec<u8> {
        if self.is_payer {
            payer::shown(body)
        } else {
            body
        }
    }

    /// The engine.
    pub(crate) fn app(&self) -> &Arc<App> {
        &self.state.app
    }

    /// Where payers reach this service.
    pub(crate) fn links(&self) -> &Links {
        &self.state.links
    }

    /// What to replace by its object in the answer.
    pub(crate) fn expand(&self) -> Expand {
        Expand::of(&self.request.expand)
    }
}

impl Call {
    /// In which mode.
    pub(crate) fn mode(&self) -> domain::Mode {
        self.caller.owner.mode
    }

    /// What judges the addresses of webhook endpoints.
    pub(crate) fn guard(&self) -> Guard {
        self.state.guard.clone()
    }

    /// How long a link can be paid when the merchant does not say, in milliseconds.
    pub(crate) fn checkout_life_ms(&self) -> i64 {
        self.state.checkout_life_ms
    }

    /// Reads the parameters of a request whose answer is one object of `kind`.
    ///
    /// # Errors
    /// What `read` refuses, a parameter that it did not read, an expansion that does not exist.
    pub(crate) fn read<T>(
        self,
        kind: Kind,
        read: impl FnOnce(&mut Form) -> Result<T, Fault>,
    ) -> Result<(Asked, T), ApiError> {
        #[cfg(test)]
        described::answers(kind.name(), false);
        let rights = self.rights.clone();
        self.read_with(read, |expand| {
            check_expand(&expand, kind, rights.as_ref())?;
            Ok(expand)
        })
    }

    /// The same where the answer is a list of such objects.
    ///
    /// # Errors
    /// As [`Call::read`].
    pub(crate) fn read_list<T>(
        self,
        kind: Kind,
        read: impl FnOnce(&mut Form) -> Result<T, Fault>,
    ) -> Result<(Asked, T), ApiError> {
        #[cfg(test)]
        described::answers(kind.name(), true);
        let rights = self.rights.clone();
        self.read_with(read, |expand| {
            let expand = Expand::of_list(expand)?;
            check_expand(&expand, kind, rights.as_ref())?;
            Ok(expand)
        })
    }

    /// The same where the answer is a page of a search; says too whether all that is found shall
    /// be counted.
    ///
    /// # Errors
    /// As [`Call::read`].
    pub(crate) fn read_search<T>(
        self,
        kind: Kind,
        read: impl FnOnce(&mut Form) -> Result<T, Fault>,
    ) -> Result<(Asked, T, bool), ApiError> {
        #[cfg(test)]
        described::answers(kind.name(), true);
        let rights = self.rights.clone();
        let mut is_counted = false;
        let (asked, value) = self.read_with(read, |mut expand| {
            is_counted = expand.iter().any(|path| path == "total_count");
            expand.retain(|path| path != "total_count");
            let expand = Expand::of_list(expand)?;
            check_expand(&expand, kind, rights.as_ref())?;
            Ok(expand)
        })?;
        Ok((asked, value, is_counted))
    }

    fn read_with<T>(
        self,
        read: impl FnOnce(&mut Form) -> Result<T, Fault>,
        check: impl FnOnce(Vec<String>) -> Result<Vec<String>, ApiError>,
    ) -> Result<(Asked, T), ApiError> {
        let Self {
            state,
            caller,
            is_payer,
            key,
            tree,
            ..
        } = self;
        let (expand, value) = tree.read(|form| {
            let expand = form.texts("expand", 100)?.unwrap_or_default();
            Ok((expand, read(form)?))
        })?;
        let request = engine::Request {
            caller,
            key,
            expand: check(expand)?,
        };
        let asked = Asked {
            request,
            state,
            is_payer,
        };
        Ok((asked, value))
    }
}

/// An object within another is shown to whoever may see it by itself.
fn check_expand(paths: &[String], kind: Kind, rights: Option<&Rights>) -> Result<(), ApiError> {
    Expand::check(paths, kind, |resource| match rights {
        Some(rights) => check_right(rights, resource, Right::Read),
        None => Ok(()),
    })
}

/// The engine's answer, as it is sent.
pub(crate) fn respond(reply: Reply) -> Response {
    let Reply {
        answer: Answer { status, body },
        is_replay,
    } = reply;
    let mut response = json(body);
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if is_replay {
        let yes = HeaderValue::from_static("true");
        response.headers_mut().insert("idempotent-replayed", yes);
    }
    response
}

/// Rendered JSON, as it is sent.
pub(crate) fn json(body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    let kind = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
