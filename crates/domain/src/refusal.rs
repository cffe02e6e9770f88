//! Why the rules say no.
//!
//! Closed and without free text: the words people read belong to the edge. When a request has two
//! faults, the one that is checked first is named, always; each operation documents its order.

use crate::{PaymentStatus, PayoutStatus};

/// The closed list of refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The record is in a state that does not allow this.
    #[error("the payment is {0}")]
    UnexpectedStatus(PaymentStatus),
    /// Below the smallest amount.
    #[error("the amount is too small")]
    AmountTooSmall,
    /// Above the largest amount.
    #[error("the amount is too large")]
    AmountTooLarge,
    /// The merchant does not take this currency.
    #[error("the merchant does not take this currency")]
    CurrencyNotTaken,
    /// There is nothing to charge.
    #[error("the payment has no means of payment")]
    PaymentMethodMissing,
    /// The means of payment is kept for another customer.
    #[error("the means of payment is kept for another customer")]
    PaymentMethodOfAnotherCustomer,
    /// The means of payment is kept for nobody.
    #[error("the means of payment is kept for nobody")]
    PaymentMethodOfNobody,
    /// A test card in live mode.
    #[error("a test card was used in live mode")]
    TestCardInLiveMode,
    /// A real card in test mode.
    #[error("a real card was used in test mode")]
    RealCardInTestMode,
    /// Live mode has no acquirer.
    #[error("no acquirer is configured for live mode")]
    LiveModeNotConfigured,
    /// More than can be captured.
    #[error("the amount is above what can be captured")]
    AmountAboveCapturable,
    /// No money was taken.
    #[error("no money was taken")]
    NothingToRefund,
    /// All of it was given back.
    #[error("all of it was given back")]
    AlreadyRefunded,
    /// More than can be given back.
    #[error("the amount is above what can be given back")]
    AmountAboveRefundable,
    /// More than the balance has available.
    #[error("the amount is above what the balance has available")]
    BalanceInsufficient,
    /// The payout has ended.
    #[error("the payout is {0}")]
    PayoutEnded(PayoutStatus),
    /// More of the merchant's own pairs than one record holds.
    #[error("there are too many pairs")]
    TooManyPairs,
    /// A link that would be payable for too short or too long.
    #[error("the link would be payable for too short or too long")]
    ExpiryOutOfBounds,
}
