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
    /// The price, or its product, can no longer be bought.
    #[error("the price can no longer be bought")]
    PriceInactive,
    /// The price is paid again and again.
    #[error("the price is paid again and again")]
    PriceRecurring,
    /// The price is another product's, or cannot be used.
    #[error("the price is not an active one of this product")]
    PriceOfAnotherProduct,
    /// The price is the usual one of its product.
    #[error("the price is the usual one of its product")]
    PriceIsDefault,
    /// Another price has this lookup key.
    #[error("another price has this lookup key")]
    LookupKeyTaken,
    /// The product has prices.
    #[error("the product has prices")]
    ProductHasPrices,
    /// The link that anybody may pay is no longer, or as many have paid as may.
    #[error("the payment link takes no more payments")]
    PaymentLinkClosed,
    /// Things in several currencies.
    #[error("the items are in several currencies")]
    CurrenciesMixed,
    /// No money was taken.
    #[error("no money was taken")]
    NothingToRefund,
    /// All of it was given back.
    #[error("all of it was given back")]
    AlreadyRefunded,
    /// The merchant has as many addresses for webhooks as may be.
    #[error("there are too many webhook endpoints")]
    EndpointsTooMany,
    /// The address for webhooks is told nothing.
    #[error("the webhook endpoint is disabled")]
    EndpointDisabled,
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
