//! What a caller is told when something does not work, and what only the log is told.
//!
//! The words and codes are in one table; here is the envelope around them. Nothing is guessed: a
//! cause that nobody named is `Internal`.

mod access;
mod engine;
mod table;

#[cfg(test)]
pub(crate) mod page;
#[cfg(test)]
mod tests;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;

pub(crate) use self::engine::spelled;
pub(crate) use access::AccessFault;
pub(crate) use table::{CardFault, Cause, Row, row};

use crate::form::{Fault, FaultKind};
use crate::json::Object;

/// Tells a Stripe client whether to send the same request again.
pub(crate) const SHOULD_RETRY: HeaderName = HeaderName::from_static("stripe-should-retry");

/// An answer that is not a success.
#[derive(Debug)]
pub(crate) struct ApiError {
    /// Why, as far as the outside may know.
    pub cause: Cause,
    /// The parameter that is meant, when it is another than the table's.
    pub param: Option<String>,
    /// What stands for `{detail}` in the sentence.
    pub detail: String,
    /// The charge that failed, by its id.
    pub charge: Option<String>,
    /// The payment as it is now: JSON, already rendered.
    pub payment_intent: Option<Vec<u8>>,
    /// After how many seconds to ask again.
    pub retry_after_s: Option<u16>,
    /// What happened inside. For the log only.
    pub internal: Option<anyhow::Error>,
}

impl ApiError {
    /// The table's answer to `cause`.
    pub(crate) const fn new(cause: Cause) -> Self {
        Self {
            cause,
            param: None,
            detail: String::new(),
            charge: None,
            payment_intent: None,
            retry_after_s: None,
            internal: None,
        }
    }

    /// A defect or a broken machine; `error` goes to the log.
    pub(crate) fn internal(error: impl Into<anyhow::Error>) -> Self {
        Self {
            internal: Some(error.into()),
            ..Self::new(Cause::Internal)
        }
    }

    /// There is no `object` (by Stripe's name) with that id, named by the parameter `param`.
    pub(crate) fn missing(object: &str, id: &str, param: &str) -> Self {
        Fault::no_such(object, id, param.to_owned()).into()
    }

    /// The same with another parameter than the table's.
    #[must_use]
    pub(crate) fn with_param(mut self, param: impl Into<String>) -> Self {
        self.param = Some(param.into());
        self
    }

    /// The same with what stands for `{detail}`.
    #[must_use]
    pub(crate) fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// The same with the payment as it is now, and the charge that failed.
    #[must_use]
    pub(crate) fn with_payment(mut self, payment_intent: Vec<u8>, charge: Option<String>) -> Self {
        self.payment_intent = Some(payment_intent);
        self.charge = charge;
        self
    }

    /// The same with the seconds after which to ask again.
    #[must_use]
    pub(crate) const fn retry_after(mut self, seconds: u16) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// The line of the table.
    pub(crate) const fn row(&self) -> Row {
        row(self.cause)
    }

    /// The sentence people read.
    pub(crate) fn message(&self) -> String {
        let param = self.param.as_deref().unwrap_or(self.row().param);
        fill(self.row().message, param, &self.detail)
    }

    /// The envelope, as it is sent and as it is stored for a repeated request.
    pub(crate) fn body(&self) -> Vec<u8> {
        let row = self.row();
        let mut bytes = Vec::with_capacity(512);
        Object::write(&mut bytes, |outer| {
            outer.object("error", |error| {
                let text = |text: &'static str| (!text.is_empty()).then_some(text);
                let optional = [
                    ("charge", self.charge.as_deref()),
                    ("code", text(row.code)),
                    ("decline_code", text(row.decline_code)),
                ];
                for (name, value) in optional {
                    if let Some(value) = value {
                        error.text(name, value);
                    }
                }
                error.text("message", &self.message());
                if let Some(param) = self.param.as_deref().or(text(row.param)) {
                    error.text("param", param);
                }
                if let Some(payment) = &self.payment_intent {
                    error.json("payment_intent", payment);
                }
                error.text("type", row.kind.as_str());
            });
        });
        bytes
    }
}

/// A sentence of the table with its gaps filled. `{param}` inside the detail stays as it is.
fn fill(message: &str, param: &str, detail: &str) -> String {
    let mut text = String::with_capacity(message.len() + param.len() + detail.len());
    let mut rest = message;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let (gap, after) = after.split_once('}').unwrap_or((after, ""));
        text.push_str(if gap == "param" { param } else { detail });
        rest = after;
    }
    text.push_str(rest);
    text
}

impl From<Fault> for ApiError {
    fn from(fault: Fault) -> Self {
        let param = Some(fault.param).filter(|param| !param.is_empty());
        Self {
            param,
            detail: fault.detail,
            ..Self::new(Cause::Request(fault.kind))
        }
    }
}

impl From<domain::Refusal> for ApiError {
    fn from(refusal: domain::Refusal) -> Self {
        Self::new(Cause::Refused(refusal))
    }
}

impl From<CardFault> for ApiError {
    fn from(fault: CardFault) -> Self {
        Self::new(Cause::Card(fault))
    }
}

impl From<AccessFault> for ApiError {
    fn from(fault: AccessFault) -> Self {
        Self::new(Cause::Access(fault))
    }
}

impl From<FaultKind> for ApiError {
    fn from(kind: FaultKind) -> Self {
        Self::new(Cause::Request(kind))
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response<Body> {
        if let Some(error) = &self.internal {
            // The span of the request carries its id.
            tracing::error!(
                error = format!("{error:#}"),
                "A request failed on our side."
            );
        }
        let row = self.row();
        let mut response = Response::new(Body::from(self.body()));
        *response.status_mut() =
            StatusCode::from_u16(row.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        if row.is_retryable {
            headers.insert(SHOULD_RETRY, HeaderValue::from_static("true"));
        }
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if row.status == 401 {
            // Not Basic: a browser would open a dialog of its own over the app.
            let realm = HeaderValue::from_static("Bearer realm=\"Encaisse\"");
            headers.insert(header::WWW_AUTHENTICATE, realm);
        }
        response
    }
}
