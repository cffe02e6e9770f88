//! Which ids of an answer are shown as the objects they stand for.
//!
//! Reads the paths of `expand[]` and says which are possible. Loads nothing: what is shown is what
//! the caller has brought.

use std::collections::BTreeMap;

use domain::Resource;

use crate::error::{ApiError, Cause};
use crate::form::shown;

/// Names within names in one path, as Stripe allows.
const DEPTH_MAX: usize = 4;

/// The kinds of objects that can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// What moved a balance.
    BalanceTransaction,
    /// An attempt.
    Charge,
    /// A link.
    CheckoutSession,
    /// A customer.
    Customer,
    /// One thing a link is for.
    LineItem,
    /// What a link is for.
    LineItems,
    /// A payment.
    PaymentIntent,
    /// A link that anybody may open.
    PaymentLink,
    /// A means of payment.
    PaymentMethod,
    /// Money on its way to the merchant's bank.
    Payout,
    /// A price.
    Price,
    /// A product.
    Product,
    /// A refund.
    Refund,
    /// An address that is told what happened.
    WebhookEndpoint,
    /// Something of Stripe's that this service never has: null, expanded or not.
    Nothing,
}

impl Kind {
    /// The resource whose right one needs to see an object of this kind.
    const fn resource(self) -> Option<Resource> {
        match self {
            Self::BalanceTransaction => Some(Resource::BalanceTransactions),
            Self::Charge => Some(Resource::Charges),
            Self::CheckoutSession | Self::LineItem | Self::LineItems => {
                Some(Resource::CheckoutSessions)
            }
            Self::Customer => Some(Resource::Customers),
            Self::PaymentIntent => Some(Resource::PaymentIntents),
            Self::PaymentLink => Some(Resource::PaymentLinks),
            Self::PaymentMethod => Some(Resource::PaymentMethods),
            Self::Payout => Some(Resource::Payouts),
            Self::Price => Some(Resource::Prices),
            Self::Product => Some(Resource::Products),
            Self::Refund => Some(Resource::Refunds),
            Self::WebhookEndpoint => Some(Resource::WebhookEndpoints),
            Self::Nothing => None,
        }
    }

    /// Stripe's name of such an object; `None` where it says nothing of what is shown.
    #[cfg(test)]
    pub(crate) const fn name(self) -> Option<&'static str> {
        match self {
            Self::BalanceTransaction => Some("balance_transaction"),
            Self::Charge => Some("charge"),
            Self::CheckoutSession => Some("checkout.session"),
            Self::Customer => Some("customer"),
            Self::LineItem | Self::LineItems => Some("item"),
            Self::PaymentIntent => Some("payment_intent"),
            Self::PaymentLink => Some("payment_link"),
            Self::PaymentMethod => Some("payment_method"),
            Self::Payout => Some("payout"),
            Self::Price => Some("price"),
            Self::Product => Some("product"),
            Self::Refund => Some("refund"),
            Self::WebhookEndpoint => Some("webhook_endpoint"),
            Self::Nothing => None,
        }
    }

    /// What can be expanded in an object of this kind.
    const fn fields(self) -> Fields {
        match self {
            Self::Charge => &[
                ("application", Self::Nothing),
                ("application_fee", Self::Nothing),
                ("balance_transaction", Self::BalanceTransaction),
                ("customer", Self::Customer),
                ("failure_balance_transaction", Self::Nothing),
                ("on_behalf_of", Self::Nothing),
                ("payment_intent", Self::PaymentIntent),
                ("review", Self::Nothing),
                ("source_transfer", Self::Nothing),
                ("transfer", Self::Nothing),
            ],
            Self::CheckoutSession => &[
                ("customer", Self::Customer),
                ("invoice", Self::Nothing),
                ("line_items", Self::LineItems),
                ("payment_intent", Self::PaymentIntent),
                ("payment_link", Self::PaymentLink),
                ("setup_intent", Self::Nothing),
                ("subscription", Self::Nothing),
            ],
            Self::Customer => &[
                ("default_source", Self::Nothing),
                ("test_clock", Self::Nothing),
            ],
            Self::PaymentIntent => &[
                ("application", Self::Nothing),
                ("customer", Self::Customer),
                ("latest_charge", Self::Charge),
                ("on_behalf_of", Self::Nothing),
                ("payment_method", Self::PaymentMethod),
                ("payment_record", Self::Nothing),
                ("review", Self::Nothing),
                ("source", Self::Nothing),
            ],
            Self::PaymentLink => &[
                ("application", Self::Nothing),
                ("line_items", Self::LineItems),
                ("on_behalf_of", Self::Nothing),
            ],
            Self::PaymentMethod => &[("customer", Self::Customer)],
            Self::Price => &[
                ("currency_options", Self::Nothing),
                ("product", Self::Product),
                ("tiers", Self::Nothing),
            ],
            Self::Product => &[("default_price", Self::Price), ("tax_code", Self::Nothing)],
            Self::Payout => OF_PAYOUT,
            Self::Refund => OF_REFUND,
            Self::LineItem => &[("price", Self::Price)],
            Self::LineItems => &[("data", Self::LineItem)],
            Self::BalanceTransaction | Self::WebhookEndpoint | Self::Nothing => &[],
        }
    }
}

type Fields = &'static [(&'static str, Kind)];

const OF_PAYOUT: Fields = &[
    ("application_fee", Kind::Nothing),
    ("balance_transaction", Kind::BalanceTransaction),
    ("destination", Kind::Nothing),
    ("failure_balance_transaction", Kind::BalanceTransaction),
    ("original_payout", Kind::Nothing),
    ("reversed_by", Kind::Nothing),
];

const OF_REFUND: Fields = &[
    ("balance_transaction", Kind::BalanceTransaction),
    ("charge", Kind::Charge),
    ("customer", Kind::Customer),
    ("failure_balance_transaction", Kind::Nothing),
    ("payment_intent", Kind::PaymentIntent),
    ("payment_method", Kind::PaymentMethod),
    ("source_transfer_reversal", Kind::Nothing),
    ("transfer_reversal", Kind::Nothing),
];

/// A set of paths, as a tree of their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Expand(BTreeMap<String, Expand>);

impl Expand {
    /// What is asked for, whether it is possible or not.
    pub(crate) fn of(paths: &[String]) -> Self {
        let mut root = Self::default();
        for path in paths {
            let mut place = &mut root;
            for name in path.split('.').take(DEPTH_MAX) {
                place = place.0.entry(name.to_owned()).or_default();
            }
        }
        root
    }

    /// What is asked for within the field `name`, if that field is asked for.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        self.0.get(name)
    }

    /// Refuses the first path that an object of this `kind` does not have, and the first that
    /// leads to what the caller may not see.
    ///
    /// # Errors
    /// Such a path, or one that is too deep; what `may_see` answers.
    pub(crate) fn check(
        paths: &[String],
        kind: Kind,
        may_see: impl Fn(Resource) -> Result<(), ApiError>,
    ) -> Result<(), ApiError> {
        for (place, path) in paths.iter().enumerate() {
            let kinds = kinds_along(path, kind).ok_or_else(|| {
                ApiError::new(Cause::NotExpandable)
                    .with_param(format!("expand[{place}]"))
                    .with_detail(shown(path))
            })?;
            for resource in kinds.into_iter().filter_map(Kind::resource) {
                may_see(resource)?;
            }
        }
        Ok(())
    }

    /// The paths of a list's objects, without the `data.` before them.
    ///
    /// # Errors
    /// A path that does not begin with `data.`.
    pub(crate) fn of_list(paths: Vec<String>) -> Result<Vec<String>, ApiError> {
        let inner = |(place, path): (usize, String)| match path.strip_prefix("data.") {
            Some(path) => Ok(path.to_owned()),
            None => Err(ApiError::new(Cause::NotExpandable)
                .with_param(format!("expand[{place}]"))
                .with_detail(shown(&path))),
        };
        paths.into_iter().enumerate().map(inner).collect()
    }
}

/// The kinds of objects that a path shows; `None` when there is no such path.
fn kinds_along(path: &str, mut kind: Kind) -> Option<Vec<Kind>> {
    let mut kinds = Vec::new();
    for (depth, name) in path.split('.').enumerate() {
        let field = kind.fields().iter().find(|(field, _)| *field == name);
        kind = field.filter(|_| depth < DEPTH_MAX)?.1;
        kinds.push(kind);
    }
    Some(kinds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, kind: Kind) -> bool {
        Expand::check(&[path.to_owned()], kind, |_| Ok(())).is_ok()
    }

    #[test]
    fn what_stripe_can_expand_is_possible() {
        for (path, kind) in [
            ("latest_charge", Kind::PaymentIntent),
            ("latest_charge.balance_transaction", Kind::PaymentIntent),
            ("payment_method.customer", Kind::PaymentIntent),
            ("payment_intent.latest_charge", Kind::Refund),
            ("line_items", Kind::CheckoutSession),
            (
                "payment_intent.latest_charge.customer",
                Kind::CheckoutSession,
            ),
        ] {
            assert!(check(path, kind), "{path}");
        }
    }

    #[test]
    fn anything_else_is_not() {
        for (path, kind) in [
            ("", Kind::PaymentIntent),
            ("amount", Kind::PaymentIntent),
            ("latest_charge.amount", Kind::PaymentIntent),
            ("latest_charge.", Kind::PaymentIntent),
            ("customer.latest_charge", Kind::PaymentIntent),
            (
                "latest_charge.payment_intent.latest_charge.payment_intent.customer",
                Kind::PaymentIntent,
            ),
        ] {
            assert!(!check(path, kind), "{path}");
        }
    }

    #[test]
    fn the_refusal_names_the_path() {
        let paths = ["customer".to_owned(), "amount".to_owned()];
        let error = Expand::check(&paths, Kind::PaymentIntent, |_| Ok(())).unwrap_err();
        assert_eq!(error.param.as_deref(), Some("expand[1]"));
        assert!(error.message().contains("amount"));
    }

    #[test]
    fn paths_become_a_tree() {
        let paths = ["latest_charge.customer".to_owned(), "customer".to_owned()];
        let expand = Expand::of(&paths);
        assert!(
            expand
                .get("latest_charge")
                .unwrap()
                .get("customer")
                .is_some()
        );
        assert_eq!(expand.get("customer"), Some(&Expand::default()));
        assert_eq!(expand.get("payment_method"), None);
    }

    #[test]
    fn in_a_list_paths_begin_with_data() {
        let inner = Expand::of_list(vec!["data.latest_charge".into()]).unwrap();
        assert_eq!(inner, ["latest_charge"]);
        assert!(Expand::of_list(vec!["latest_charge".into()]).is_err());
    }
}
