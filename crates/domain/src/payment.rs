//! What a merchant asked for, from the asking to the end.
//!
//! Lives like a Stripe PaymentIntent. Does not own doubt: that is in the [`crate::Attempt`]. The
//! moves are in the files below, one each; every one answers a whole [`crate::Step`] or a
//! [`crate::Refusal`].

mod cancel;
mod capture;
mod challenge;
mod conclude;
mod confirm;
mod metadata;
mod open;
mod update;

pub use cancel::cancel;
pub use capture::capture;
pub use challenge::{Verdict, complete_challenge};
pub use conclude::conclude;
pub use confirm::{Start, confirm};
pub use metadata::{Metadata, MetadataChange};
pub use open::{Open, check_amount, open};
pub use update::{Update, update};

use crate::named::named_enum;
use crate::{
    AttemptId, CheckoutSessionId, ClientSecret, CustomerId, DeclineReason, Money, Owner, PaymentId,
    PaymentMethodId, Timestamp,
};

named_enum! {
    /// Where a payment stands; the names are those of Stripe's PaymentIntent.
    pub enum PaymentStatus {
        /// It waits for a means of payment.
        RequiresPaymentMethod = "requires_payment_method",
        /// It has a means of payment and waits to be confirmed.
        RequiresConfirmation = "requires_confirmation",
        /// The payer must prove who they are.
        RequiresAction = "requires_action",
        /// An attempt is under way, or its end is not known.
        Processing = "processing",
        /// The money is set aside and waits to be captured.
        RequiresCapture = "requires_capture",
        /// Paid.
        Succeeded = "succeeded",
        /// Given up.
        Canceled = "canceled",
    }
}

named_enum! {
    /// When the money of an approved payment is taken.
    pub enum CaptureMethod {
        /// At once.
        Automatic = "automatic",
        /// When the merchant says so.
        Manual = "manual",
    }
}

named_enum! {
    /// Why a payment was given up.
    pub enum CancellationReason {
        /// Nobody paid in time.
        Abandoned = "abandoned",
        /// The same was asked twice.
        Duplicate = "duplicate",
        /// The merchant suspects fraud.
        Fraudulent = "fraudulent",
        /// The payer asked for it.
        RequestedByCustomer = "requested_by_customer",
    }
}

/// Why the last attempt did not pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentError {
    /// The issuer refused.
    Declined(DeclineReason),
    /// The message did not leave, or its answer was lost and it was undone.
    Processing,
    /// The payer did not prove who they are.
    AuthenticationFailed,
}

/// One payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Its id.
    pub id: PaymentId,
    /// To whom it belongs.
    pub owner: Owner,
    /// 1 when opened; one more with every step. A step is written only on the version before it.
    pub version: i64,
    /// Where it stands.
    pub status: PaymentStatus,
    /// How much was asked.
    pub amount: Money,
    /// Minor units taken.
    pub captured_minor: i64,
    /// Minor units given back, those on their way included.
    pub refunded_minor: i64,
    /// When the money is taken.
    pub capture_method: CaptureMethod,
    /// The means of payment it would be charged to.
    pub method: Option<PaymentMethodId>,
    /// For whom.
    pub customer: Option<CustomerId>,
    /// The latest attempt.
    pub attempt: Option<AttemptId>,
    /// Why the latest attempt did not pay.
    pub last_error: Option<PaymentError>,
    /// The link by which it was asked.
    pub session: Option<CheckoutSessionId>,
    /// What opens it to its payer.
    pub secret: ClientSecret,
    /// What it is for, in the merchant's words.
    pub description: Option<String>,
    /// What the payer reads on their statement.
    pub statement_descriptor: Option<String>,
    /// Where the receipt goes.
    pub receipt_email: Option<String>,
    /// Where the payer's browser goes after a challenge.
    pub return_url: Option<String>,
    /// The merchant's own pairs.
    pub metadata: Metadata,
    /// Why it was given up.
    pub cancellation_reason: Option<CancellationReason>,
    /// When it was given up.
    pub canceled_at: Option<Timestamp>,
    /// When it was opened.
    pub created_at: Timestamp,
}

impl Payment {
    /// The same payment one version on.
    pub(crate) fn next(&self) -> Self {
        let mut next = self.clone();
        next.version = next.version.saturating_add(1);
        next
    }

    /// Minor units that can still be captured.
    pub const fn capturable_minor(&self) -> i64 {
        match self.status {
            PaymentStatus::RequiresCapture => self.amount.minor,
            PaymentStatus::RequiresPaymentMethod
            | PaymentStatus::RequiresConfirmation
            | PaymentStatus::RequiresAction
            | PaymentStatus::Processing
            | PaymentStatus::Succeeded
            | PaymentStatus::Canceled => 0,
        }
    }

    /// Minor units that can still be given back.
    pub const fn refundable_minor(&self) -> i64 {
        self.captured_minor.saturating_sub(self.refunded_minor)
    }

    /// Whether `text` is the client secret of this payment, as its answers show it.
    pub fn has_client_secret(&self, text: &str) -> bool {
        let secret = text.strip_prefix(&format!("{}_secret_", self.id));
        let secret = secret.and_then(ClientSecret::parse);
        secret.is_some_and(|secret| self.secret.matches(&secret))
    }

    /// Back to waiting for a means of payment, with the reason.
    pub(crate) fn failed(&self, error: PaymentError) -> Self {
        let mut next = self.next();
        next.status = PaymentStatus::RequiresPaymentMethod;
        next.method = None;
        next.last_error = Some(error);
        next
    }
}

#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod states;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_secret_opens_its_own_payment_only() {
        let payment = sample::opened();
        let secret = format!("{}_secret_{}", payment.id, payment.secret.reveal());
        assert!(payment.has_client_secret(&secret));
        assert!(!payment.has_client_secret(&payment.secret.reveal()));
        let other = Payment {
            id: PaymentId::from_bytes([9; 16]),
            ..payment
        };
        assert!(!other.has_client_secret(&secret));
    }
}
