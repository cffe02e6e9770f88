//! What a restricted key of the API may do: for each resource nothing, read, or write.
//!
//! Does not know operations or addresses: those say which resource they are about.

use std::collections::BTreeMap;
use std::fmt;

use crate::named::named_enum;

named_enum! {
    /// What an operation is about; the rights of a key are given for each.
    pub enum Resource {
        /// What is due to the merchant.
        Balance = "balance",
        /// What moved it.
        BalanceTransactions = "balance_transactions",
        /// Attempts, as charges.
        Charges = "charges",
        /// Links to pay.
        CheckoutSessions = "checkout_sessions",
        /// Those who pay.
        Customers = "customers",
        /// What happened.
        Events = "events",
        /// Payments.
        PaymentIntents = "payment_intents",
        /// Links that anybody may pay.
        PaymentLinks = "payment_links",
        /// Means of payment.
        PaymentMethods = "payment_methods",
        /// Money sent to the merchant's bank.
        Payouts = "payouts",
        /// How much things are.
        Prices = "prices",
        /// What is sold.
        Products = "products",
        /// Money given back.
        Refunds = "refunds",
        /// Where the merchant's systems are told what happened.
        WebhookEndpoints = "webhook_endpoints",
    }
}

named_enum! {
    /// How far a right goes; a later one includes those before it.
    pub enum Right {
        /// To see.
        Read = "read",
        /// To see and to change.
        Write = "write",
    }
}

/// What a key may do: nothing with what is not named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rights(BTreeMap<Resource, Right>);

impl Rights {
    /// Gives a right; of two for one resource the wider counts.
    pub fn give(&mut self, resource: Resource, right: Right) {
        let given = self.0.entry(resource).or_insert(right);
        *given = (*given).max(right);
    }

    /// Whether `right` on `resource` was given, or a wider one.
    pub fn allow(&self, resource: Resource, right: Right) -> bool {
        self.0.get(&resource).is_some_and(|given| *given >= right)
    }

    /// Whether nothing was given.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Reads `customers:write,refunds:read`.
    ///
    /// # Errors
    /// The first part that is no right.
    pub fn parse(text: &str) -> Result<Self, &str> {
        let mut rights = Self::default();
        for part in text.split(',').filter(|part| !part.is_empty()) {
            let (resource, right) = part.split_once(':').ok_or(part)?;
            let resource = Resource::parse(resource).ok_or(part)?;
            rights.give(resource, Right::parse(right).ok_or(part)?);
        }
        Ok(rights)
    }
}

/// As [`Rights::parse`] reads it.
impl fmt::Display for Rights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, (resource, right)) in self.0.iter().enumerate() {
            let comma = if number == 0 { "" } else { "," };
            write!(f, "{comma}{resource}:{right}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_given_is_refused() {
        let rights = Rights::parse("refunds:read").unwrap();
        assert!(rights.allow(Resource::Refunds, Right::Read));
        assert!(!rights.allow(Resource::Refunds, Right::Write));
        assert!(!rights.allow(Resource::Customers, Right::Read));
        assert!(!Rights::default().allow(Resource::Refunds, Right::Read));
    }

    #[test]
    fn who_may_change_may_see() {
        for resource in Resource::ALL {
            let mut rights = Rights::default();
            rights.give(*resource, Right::Write);
            assert!(rights.allow(*resource, Right::Read));
        }
    }

    #[test]
    fn of_two_rights_the_wider_counts() {
        for text in [
            "refunds:read,refunds:write",
            "refunds:write,refunds:read",
            "refunds:write,,",
        ] {
            let rights = Rights::parse(text).unwrap();
            assert_eq!(rights.to_string(), "refunds:write", "{text}");
        }
    }

    #[test]
    fn every_right_is_read_as_it_is_written() {
        let mut rights = Rights::default();
        for (number, resource) in Resource::ALL.iter().enumerate() {
            let right = [Right::Read, Right::Write][number % 2];
            rights.give(*resource, right);
        }
        assert_eq!(Rights::parse(&rights.to_string()), Ok(rights));
        assert!(Rights::parse("").unwrap().is_empty());
    }

    #[test]
    fn what_is_no_right_is_named() {
        for wrong in [
            "customers",
            "customers:",
            "customer:read",
            "refunds:Read",
            ":",
        ] {
            let text = format!("events:read,{wrong}");
            assert_eq!(Rights::parse(&text), Err(wrong));
        }
    }
}
