//! What the engine's failures are to the outside.

use std::fmt::Display;

use engine::{Error, Thing};

use super::{AccessFault, ApiError, Cause};
use crate::form::FaultKind;

/// Stripe's name of a thing that was not found, and the parameter usually meant.
const fn named(thing: Thing) -> (&'static str, &'static str) {
    match thing {
        Thing::ApiKey => ("api_key", "key"),
        Thing::BalanceTransaction => ("balance_transaction", "id"),
        Thing::Charge => ("charge", "charge"),
        Thing::Checkout => ("checkout.session", "session"),
        Thing::Customer => ("customer", "customer"),
        Thing::Event => ("event", "id"),
        Thing::Merchant => ("account", "account"),
        Thing::Payment => ("payment_intent", "payment_intent"),
        Thing::PaymentLink => ("payment_link", "payment_link"),
        Thing::PaymentMethod => ("payment_method", "payment_method"),
        Thing::Payout => ("payout", "payout"),
        Thing::Price => ("price", "price"),
        Thing::Product => ("product", "product"),
        Thing::Refund => ("refund", "refund"),
        Thing::WebhookDelivery => ("webhook delivery", "delivery"),
        Thing::WebhookEndpoint => ("webhook endpoint", "webhook_endpoint"),
    }
}

/// An id that a request may name, as [`ApiError::among`] takes it; empty when it names none.
pub(crate) fn spelled<Id: Display>(id: Option<Id>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

impl ApiError {
    /// A failure of an operation on `id`, which the parameter `param` named.
    pub(crate) fn of(error: Error, id: &str, param: &str) -> Self {
        Self::among(error, &[(param, id)])
    }

    /// A failure of an operation on several things: the parameters that named them, with their ids.
    pub(crate) fn among(error: Error, ids: &[(&str, &str)]) -> Self {
        if let Error::NotFound(thing) = error {
            let meant = ids.iter().find(|(_, id)| id.starts_with(prefix(thing)));
            if let Some((param, id)) = meant {
                return Self::missing(named(thing).0, id, param);
            }
        }
        error.into()
    }
}

const fn prefix(thing: Thing) -> &'static str {
    match thing {
        Thing::ApiKey => domain::ApiKeyId::PREFIX,
        Thing::BalanceTransaction => domain::ledger::TransferId::PREFIX,
        Thing::Charge => domain::AttemptId::PREFIX,
        Thing::Checkout => domain::CheckoutSessionId::PREFIX,
        Thing::Customer => domain::CustomerId::PREFIX,
        Thing::Event => domain::EventId::PREFIX,
        Thing::Merchant => domain::MerchantId::PREFIX,
        Thing::Payment => domain::PaymentId::PREFIX,
        Thing::PaymentLink => domain::PaymentLinkId::PREFIX,
        Thing::PaymentMethod => domain::PaymentMethodId::PREFIX,
        Thing::Payout => domain::PayoutId::PREFIX,
        Thing::Price => domain::PriceId::PREFIX,
        Thing::Product => domain::ProductId::PREFIX,
        Thing::Refund => domain::RefundId::PREFIX,
        Thing::WebhookDelivery => domain::EventId::PREFIX,
        Thing::WebhookEndpoint => domain::WebhookEndpointId::PREFIX,
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => refusal.into(),
            Error::NotFound(thing) => {
                let (object, param) = named(thing);
                let missing = Self::from(FaultKind::NoSuch);
                missing.with_param(param).with_detail(object)
            }
            Error::Item(place, price, error) => {
                let why = Self::of(*error, &price.to_string(), "price");
                why.with_param(format!("line_items[{place}][price]"))
            }
            Error::KeyReused => Self::new(Cause::KeyReused),
            Error::KeyInUse => Self::new(Cause::KeyInUse),
            Error::Busy => Self::new(Cause::Busy),
            Error::Locked => AccessFault::LogInLocked.into(),
            Error::NotAuthenticated => AccessFault::LogInFailed.into(),
            Error::KeyExpired => AccessFault::KeyExpired.into(),
            Error::Exists(what) => Self::internal(anyhow::anyhow!("this {what} exists")),
            Error::Internal(error) => Self::internal(error),
        }
    }
}
