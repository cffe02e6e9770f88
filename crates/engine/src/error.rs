//! Why an operation did not happen, without HTTP words.

use domain::{PriceId, Refusal};

/// What was not found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    /// A key of the API.
    ApiKey,
    /// An attempt, shown as a charge.
    Charge,
    /// What moved a balance.
    BalanceTransaction,
    /// A link.
    Checkout,
    /// A customer.
    Customer,
    /// An event.
    Event,
    /// A merchant.
    Merchant,
    /// A payment.
    Payment,
    /// A link that anybody may pay.
    PaymentLink,
    /// A means of payment.
    PaymentMethod,
    /// Money sent to the merchant's bank.
    Payout,
    /// A price.
    Price,
    /// A product.
    Product,
    /// A refund.
    Refund,
    /// The telling of an event to an address.
    WebhookDelivery,
    /// An address that is told what happened.
    WebhookEndpoint,
}

/// The closed list of failures.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The rules of money say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// There is no such record, or it is somebody else's.
    #[error("there is no such {0:?}")]
    NotFound(Thing),
    /// One of the things to be paid for cannot be: its place, its price and why.
    #[error("item {0} of {1}: {2}")]
    Item(usize, PriceId, Box<Error>),
    /// The idempotency key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// The first request with this idempotency key still runs.
    #[error("the first request with this idempotency key still runs")]
    KeyInUse,
    /// The record is changed by others all the time.
    #[error("the record is changed by others all the time")]
    Busy,
    /// A row with this unique value exists.
    #[error("a row with this {0} exists")]
    Exists(&'static str),
    /// Too many log-ins failed.
    #[error("too many log-ins failed")]
    Locked,
    /// Nobody with these credentials.
    #[error("nobody with these credentials")]
    NotAuthenticated,
    /// A key of the API whose time is over.
    #[error("the key of the API has expired")]
    KeyExpired,
    /// Anything that is nobody's request's fault.
    #[error("internal: {0}")]
    Internal(anyhow::Error),
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Conflict => Self::Busy,
            store::Error::Exists(what) => Self::Exists(what),
            store::Error::LinkClosed => Refusal::PaymentLinkClosed.into(),
            store::Error::KeyTaken => Self::KeyInUse,
            store::Error::Broken(_)
            | store::Error::CursorMissing
            | store::Error::Unavailable(_)
            | store::Error::Corrupt(_) => Self::Internal(error.into()),
        }
    }
}

impl From<vault::VaultError> for Error {
    fn from(error: vault::VaultError) -> Self {
        Self::Internal(error.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_store_says_has_one_meaning_here() {
        let of = |error: store::Error| Error::from(error);
        assert!(matches!(of(store::Error::Conflict), Error::Busy));
        assert!(matches!(of(store::Error::KeyTaken), Error::KeyInUse));
        let exists = of(store::Error::Exists("trace"));
        assert!(matches!(exists, Error::Exists("trace")));
        for inner in [
            store::Error::Broken(domain::Broken("a rule")),
            store::Error::CursorMissing,
            store::Error::Unavailable("the disk is full".into()),
            store::Error::Corrupt("row 7".into()),
        ] {
            let said = inner.to_string();
            let error = of(inner);
            assert!(matches!(error, Error::Internal(_)), "{said}");
            assert!(error.to_string().ends_with(&said));
        }
    }

    #[test]
    fn a_refusal_speaks_for_itself() {
        let error = Error::from(Refusal::AmountTooSmall);
        assert_eq!(error.to_string(), Refusal::AmountTooSmall.to_string());
    }
}
