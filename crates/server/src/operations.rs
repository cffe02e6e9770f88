//! Every operation that a key or a log-in opens: its address, what it is about, and its audience.
//!
//! One table makes the router, tells access what a key must be allowed, and is what tests walk
//! through, so that an operation cannot be reachable and yet unknown to them. Does not say what an
//! operation does: its handler does.

pub(crate) mod stripe;

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::Router;
use axum::http::Method;
use axum::routing::MethodRouter;
use domain::{Resource, Right};

use crate::api::{
    balance, charges, checkout_sessions, customers, events, payment_intents, payment_links,
    payment_methods, payouts, prices, products, refunds, webhook_endpoints,
};
use crate::state::State;
use crate::terminal::live;

/// With which keys an operation can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Audience {
    /// With those of the merchant's own servers.
    Merchant,
    /// With the publishable one too, which every payer can read.
    Payer,
}

/// One operation.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    /// How it is asked for.
    pub(crate) method: Method,
    /// Where, with the names of what varies in braces.
    pub(crate) path: &'static str,
    /// What it is about.
    pub(crate) resource: Resource,
    /// With which keys.
    pub(crate) audience: Audience,
    /// The handler that answers, as `room::verb`.
    #[cfg(test)]
    pub(crate) name: &'static str,
}

impl Operation {
    /// What of its resource a restricted key must be allowed.
    pub(crate) fn right(&self) -> Right {
        if self.method == Method::GET {
            Right::Read
        } else {
            Right::Write
        }
    }

    /// The operation behind a matched route.
    pub(crate) fn find(method: &Method, path: &str) -> Option<&'static Self> {
        BY_ROUTE.get(&(method.clone(), path)).copied()
    }
}

static BY_ROUTE: LazyLock<HashMap<(Method, &'static str), &'static Operation>> =
    LazyLock::new(|| {
        let entries = OPERATIONS.iter();
        entries
            .map(|one| ((one.method.clone(), one.path), one))
            .collect()
    });

/// Whom an operation is for: the merchant, where nothing is said.
macro_rules! audience {
    () => {
        Audience::Merchant
    };
    ($audience:ident) => {
        Audience::$audience
    };
}

/// Declares [`OPERATIONS`] and the router that serves them.
macro_rules! operations {
    ($($resource:ident $path:literal {
        $($verb:ident $METHOD:ident $handler:path $(as $audience:ident)?),+ $(,)?
    })+) => {
        /// Every operation there is.
        pub(crate) const OPERATIONS: &[Operation] = &[$($(Operation {
            method: Method::$METHOD,
            path: $path,
            resource: Resource::$resource,
            audience: audience!($($audience)?),
            #[cfg(test)]
            name: stringify!($handler),
        }),+),+];

        /// The routes of every operation.
        pub(crate) fn routes() -> Router<std::sync::Arc<State>> {
            Router::new()$(.route($path, MethodRouter::new()$(.$verb($handler))+))+
        }
    };
}

operations! {
    Balance "/v1/balance" { get GET balance::retrieve }
    BalanceTransactions "/v1/balance_transactions" { get GET balance::list }
    BalanceTransactions "/v1/balance_transactions/{id}" { get GET balance::retrieve_transaction }
    Charges "/v1/charges" { get GET charges::list }
    Charges "/v1/charges/{id}" { get GET charges::retrieve }
    CheckoutSessions "/v1/checkout/sessions" {
        get GET checkout_sessions::list,
        post POST checkout_sessions::create,
    }
    CheckoutSessions "/v1/checkout/sessions/{id}" {
        get GET checkout_sessions::retrieve,
        post POST checkout_sessions::update,
    }
    CheckoutSessions "/v1/checkout/sessions/{id}/line_items" {
        get GET checkout_sessions::list_items,
    }
    CheckoutSessions "/v1/checkout/sessions/{id}/expire" { post POST checkout_sessions::expire }
    Customers "/v1/customers" { get GET customers::list, post POST customers::create }
    Customers "/v1/customers/search" { get GET customers::search }
    Customers "/v1/customers/{id}" {
        get GET customers::retrieve,
        post POST customers::update,
        delete DELETE customers::delete,
    }
    Events "/v1/events" { get GET events::list }
    Events "/v1/events/{id}" { get GET events::retrieve }
    PaymentIntents "/v1/payment_intents" {
        get GET payment_intents::list,
        post POST payment_intents::create,
    }
    PaymentIntents "/v1/payment_intents/search" { get GET payment_intents::search }
    PaymentIntents "/v1/payment_intents/{id}" {
        get GET payment_intents::retrieve as Payer,
        post POST payment_intents::update,
    }
    PaymentIntents "/v1/payment_intents/{id}/confirm" {
        post POST payment_intents::confirm as Payer,
    }
    PaymentIntents "/v1/payment_intents/{id}/capture" { post POST payment_intents::capture }
    PaymentIntents "/v1/payment_intents/{id}/cancel" { post POST payment_intents::cancel }
    PaymentIntents "/terminal/live" { get GET live::stream }
    PaymentLinks "/v1/payment_links" {
        get GET payment_links::list,
        post POST payment_links::create,
    }
    PaymentLinks "/v1/payment_links/{id}" {
        get GET payment_links::retrieve,
        post POST payment_links::update,
    }
    PaymentLinks "/v1/payment_links/{id}/line_items" { get GET payment_links::list_items }
    PaymentMethods "/v1/payment_methods" {
        get GET payment_methods::list,
        post POST payment_methods::create as Payer,
    }
    PaymentMethods "/v1/payment_methods/{id}" { get GET payment_methods::retrieve }
    PaymentMethods "/v1/payment_methods/{id}/attach" { post POST payment_methods::attach }
    PaymentMethods "/v1/payment_methods/{id}/detach" { post POST payment_methods::detach }
    Payouts "/v1/payouts" { get GET payouts::list, post POST payouts::create }
    Payouts "/v1/payouts/{id}" { get GET payouts::retrieve, post POST payouts::update }
    Payouts "/v1/payouts/{id}/cancel" { post POST payouts::cancel }
    Prices "/v1/prices" { get GET prices::list, post POST prices::create }
    Prices "/v1/prices/{id}" { get GET prices::retrieve, post POST prices::update }
    Products "/v1/products" { get GET products::list, post POST products::create }
    Products "/v1/products/{id}" {
        get GET products::retrieve,
        post POST products::update,
        delete DELETE products::delete,
    }
    Refunds "/v1/refunds" { get GET refunds::list, post POST refunds::create }
    Refunds "/v1/refunds/{id}" { get GET refunds::retrieve, post POST refunds::update }
    WebhookEndpoints "/v1/webhook_endpoints" {
        get GET webhook_endpoints::list,
        post POST webhook_endpoints::create,
    }
    WebhookEndpoints "/v1/webhook_endpoints/{id}" {
        get GET webhook_endpoints::retrieve,
        post POST webhook_endpoints::update,
        delete DELETE webhook_endpoints::delete,
    }
    WebhookEndpoints "/v1/webhook_endpoints/{id}/rotate_secret" {
        post POST webhook_endpoints::rotate_secret,
    }
    WebhookEndpoints "/v1/webhook_endpoints/{id}/deliveries" {
        get GET webhook_endpoints::deliveries,
    }
    WebhookEndpoints "/v1/webhook_endpoints/{id}/deliveries/{event}" {
        get GET webhook_endpoints::delivered,
    }
    WebhookEndpoints "/v1/webhook_endpoints/{id}/deliveries/{event}/resend" {
        post POST webhook_endpoints::resend,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_found_by_its_route() {
        for operation in OPERATIONS {
            let found = Operation::find(&operation.method, operation.path).unwrap();
            assert_eq!(found.name, operation.name);
        }
        assert_eq!(BY_ROUTE.len(), OPERATIONS.len(), "two share a route");
    }
}
