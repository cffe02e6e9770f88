//! What happened, as it is told to whoever listens.
//!
//! Only the names; what an event carries is rendered at the edge.

use crate::named::named_enum;

named_enum! {
    /// The kinds of events; the names are those of Stripe's event types.
    pub enum EventKind {
        /// Money set aside was captured.
        ChargeCaptured = "charge.captured",
        /// An attempt did not pay.
        ChargeFailed = "charge.failed",
        /// Money went back.
        ChargeRefunded = "charge.refunded",
        /// An attempt was approved.
        ChargeSucceeded = "charge.succeeded",
        /// A payment asked by a link was made.
        CheckoutCompleted = "checkout.session.completed",
        /// A link can no longer be paid.
        CheckoutExpired = "checkout.session.expired",
        /// A customer was made.
        CustomerCreated = "customer.created",
        /// A customer was removed.
        CustomerDeleted = "customer.deleted",
        /// A customer was changed.
        CustomerUpdated = "customer.updated",
        /// The payer must prove who they are.
        PaymentActionNeeded = "payment_intent.requires_action",
        /// Money is set aside and can be captured.
        PaymentCapturable = "payment_intent.amount_capturable_updated",
        /// A payment was given up.
        PaymentCanceled = "payment_intent.canceled",
        /// A payment was asked for.
        PaymentCreated = "payment_intent.created",
        /// A payment was not made.
        PaymentFailed = "payment_intent.payment_failed",
        /// A link that anybody may pay was made.
        PaymentLinkCreated = "payment_link.created",
        /// A link that anybody may pay was changed.
        PaymentLinkUpdated = "payment_link.updated",
        /// A means of payment was kept for a customer.
        PaymentMethodAttached = "payment_method.attached",
        /// A means of payment is no longer kept for a customer.
        PaymentMethodDetached = "payment_method.detached",
        /// The end of a payment is not known yet.
        PaymentProcessing = "payment_intent.processing",
        /// A payment was made.
        PaymentSucceeded = "payment_intent.succeeded",
        /// A payout was taken back before it left.
        PayoutCanceled = "payout.canceled",
        /// A payout was asked for.
        PayoutCreated = "payout.created",
        /// The bank did not take a payout.
        PayoutFailed = "payout.failed",
        /// A payout left.
        PayoutPaid = "payout.paid",
        /// A payout was changed.
        PayoutUpdated = "payout.updated",
        /// A price was made.
        PriceCreated = "price.created",
        /// A price was changed.
        PriceUpdated = "price.updated",
        /// A product was made.
        ProductCreated = "product.created",
        /// A product was removed.
        ProductDeleted = "product.deleted",
        /// A product was changed.
        ProductUpdated = "product.updated",
        /// A refund was asked for.
        RefundCreated = "refund.created",
        /// A refund did not happen.
        RefundFailed = "refund.failed",
        /// A refund came further.
        RefundUpdated = "refund.updated",
    }
}

/// What an event's object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The attempt.
    Charge,
    /// The link.
    Checkout,
    /// The customer.
    Customer,
    /// The payment.
    Payment,
    /// The link that anybody may pay.
    PaymentLink,
    /// The means of payment.
    PaymentMethod,
    /// The payout.
    Payout,
    /// The price.
    Price,
    /// The product.
    Product,
    /// The refund.
    Refund,
}

impl EventKind {
    /// What this kind of event shows.
    pub const fn subject(self) -> Subject {
        match self {
            Self::ChargeCaptured
            | Self::ChargeFailed
            | Self::ChargeRefunded
            | Self::ChargeSucceeded => Subject::Charge,
            Self::CheckoutCompleted | Self::CheckoutExpired => Subject::Checkout,
            Self::CustomerCreated | Self::CustomerDeleted | Self::CustomerUpdated => {
                Subject::Customer
            }
            Self::PaymentActionNeeded
            | Self::PaymentCapturable
            | Self::PaymentCanceled
            | Self::PaymentCreated
            | Self::PaymentFailed
            | Self::PaymentProcessing
            | Self::PaymentSucceeded => Subject::Payment,
            Self::PaymentLinkCreated | Self::PaymentLinkUpdated => Subject::PaymentLink,
            Self::PaymentMethodAttached | Self::PaymentMethodDetached => Subject::PaymentMethod,
            Self::PayoutCanceled
            | Self::PayoutCreated
            | Self::PayoutFailed
            | Self::PayoutPaid
            | Self::PayoutUpdated => Subject::Payout,
            Self::PriceCreated | Self::PriceUpdated => Subject::Price,
            Self::ProductCreated | Self::ProductDeleted | Self::ProductUpdated => Subject::Product,
            Self::RefundCreated | Self::RefundFailed | Self::RefundUpdated => Subject::Refund,
        }
    }
}
