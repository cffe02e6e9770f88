//! How records become the bytes people see: by functions the server hands in.
//!
//! They are called wherever an outcome is committed, by a worker too, when no HTTP handler is in
//! sight. The bytes are opaque here.

use std::sync::Arc;

use domain::{
    Attempt, CheckoutSession, EventKind, Payment, PaymentLink, PaymentMethod, Payout, Price,
    Priced, Product, Refund,
};
use store::customers::Customer;
use store::idempotency::Answer;
use store::webhook_endpoints::Endpoint;
use vault::Hidden;

use crate::balances::BalanceTransaction;

/// What there is to see.
#[derive(Clone, Copy, Debug, Default)]
pub struct View<'a> {
    /// The payment.
    pub payment: Option<&'a Payment>,
    /// Its latest attempt.
    pub attempt: Option<&'a Attempt>,
    /// The means of payment of the attempt, or else of the payment.
    pub method: Option<&'a PaymentMethod>,
    /// The refund.
    pub refund: Option<&'a Refund>,
    /// The link.
    pub session: Option<&'a CheckoutSession>,
    /// The customer.
    pub customer: Option<&'a Customer>,
    /// The payout.
    pub payout: Option<&'a Payout>,
    /// What moved the balance, as far as somebody wants to see it.
    pub transactions: &'a [BalanceTransaction],
    /// The webhook endpoint.
    pub endpoint: Option<&'a Endpoint>,
    /// The secret that signs for it, where it may be shown.
    pub secret: Option<&'a Hidden>,
    /// The product.
    pub product: Option<&'a Product>,
    /// The price.
    pub price: Option<&'a Price>,
    /// The link that anybody may pay.
    pub link: Option<&'a PaymentLink>,
    /// The prices that items were taken from.
    pub priced: &'a [Priced],
}

/// Which object answers a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyKind {
    /// The payment, after an attempt to charge it: an error when that attempt failed.
    Charged,
    /// The payment.
    Payment,
    /// The refund.
    Refund,
    /// The link.
    Checkout,
    /// The means of payment.
    PaymentMethod,
    /// The customer.
    Customer,
    /// The payout.
    Payout,
    /// The customer, who is no more.
    CustomerDeleted,
    /// The webhook endpoint.
    Endpoint,
    /// The webhook endpoint, which is no more.
    EndpointDeleted,
    /// The product.
    Product,
    /// The product, which is no more.
    ProductDeleted,
    /// The price.
    Price,
    /// The link that anybody may pay.
    PaymentLink,
}

/// The rendered answer of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// What is answered.
    pub answer: Answer,
    /// Whether an earlier request with the same key was answered so.
    pub is_replay: bool,
}

type RenderEvent = dyn Fn(EventKind, &View<'_>) -> Vec<u8> + Send + Sync;
type RenderAnswer = dyn Fn(ReplyKind, &View<'_>, &[String]) -> Answer + Send + Sync;

/// The functions.
#[derive(Clone)]
pub struct Renderers {
    /// The object of an event.
    pub event: Arc<RenderEvent>,
    /// The answer of an operation, with the ids to replace by their objects.
    pub answer: Arc<RenderAnswer>,
}
