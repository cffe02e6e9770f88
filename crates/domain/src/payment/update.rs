//! Changing a payment before it is charged.
//!
//! Words may be changed at any time; the amount and the means of payment only before an attempt.

use crate::payment::open::check_amount;
use crate::payment::{MetadataChange, Payment, PaymentStatus};
use crate::{Currency, CustomerId, Merchant, Money, PaymentMethodId, Refusal, Step};

/// What is to change; `None` leaves it, and `Some(None)` takes it away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Update {
    /// Another amount, in minor units.
    pub amount_minor: Option<i64>,
    /// Another currency.
    pub currency: Option<Currency>,
    /// Another means of payment.
    pub method: Option<PaymentMethodId>,
    /// Another customer.
    pub customer: Option<Option<CustomerId>>,
    /// Another purpose.
    pub description: Option<Option<String>>,
    /// Another text on the payer's statement.
    pub statement_descriptor: Option<Option<String>>,
    /// Another address for the receipt.
    pub receipt_email: Option<Option<String>>,
    /// What becomes of the merchant's own pairs.
    pub metadata: MetadataChange,
}

/// Changes `payment` of `merchant`.
///
/// # Errors
/// The first of: [`Refusal::UnexpectedStatus`], [`Refusal::AmountTooSmall`],
/// [`Refusal::AmountTooLarge`], [`Refusal::CurrencyNotTaken`], [`Refusal::TooManyPairs`].
pub fn update(payment: &Payment, change: Update, merchant: &Merchant) -> Result<Step, Refusal> {
    let amount = Money::new(
        change.amount_minor.unwrap_or(payment.amount.minor),
        change.currency.unwrap_or(payment.amount.currency),
    );
    let moves_money =
        amount != payment.amount || change.method.is_some() || change.customer.is_some();
    let is_open = match payment.status {
        PaymentStatus::RequiresPaymentMethod
        | PaymentStatus::RequiresConfirmation
        | PaymentStatus::RequiresAction => true,
        PaymentStatus::Processing
        | PaymentStatus::RequiresCapture
        | PaymentStatus::Succeeded
        | PaymentStatus::Canceled => false,
    };
    if moves_money && !is_open {
        return Err(Refusal::UnexpectedStatus(payment.status));
    }
    let mut next = payment.next();
    if amount != payment.amount {
        check_amount(amount)?;
        if !merchant.takes(amount.currency) {
            return Err(Refusal::CurrencyNotTaken);
        }
        next.amount = amount;
    }
    if let Some(method) = change.method {
        next.method = Some(method);
        next.status = PaymentStatus::RequiresConfirmation;
    }
    next.customer = change.customer.unwrap_or(next.customer);
    next.description = change.description.unwrap_or(next.description);
    next.statement_descriptor = change
        .statement_descriptor
        .unwrap_or(next.statement_descriptor);
    next.receipt_email = change.receipt_email.unwrap_or(next.receipt_email);
    next.metadata = change.metadata.apply(&next.metadata)?;
    Ok(Step::of(next))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payment::sample;

    #[test]
    fn an_open_payment_takes_another_amount() {
        let change = Update {
            amount_minor: Some(900),
            ..Update::default()
        };
        let step = update(&sample::opened(), change, &sample::merchant()).unwrap();
        assert_eq!(step.payment.amount, sample::euros(900));
        assert_eq!(step.payment.version, 2);
    }

    #[test]
    fn a_means_of_payment_makes_it_wait_to_be_confirmed() {
        let change = Update {
            method: Some(sample::METHOD),
            ..Update::default()
        };
        let step = update(&sample::opened(), change, &sample::merchant()).unwrap();
        assert_eq!(step.payment.status, PaymentStatus::RequiresConfirmation);
    }

    #[test]
    fn a_paid_payment_keeps_its_amount_but_takes_words() {
        let paid = Payment {
            status: PaymentStatus::Succeeded,
            ..sample::opened()
        };
        let change = Update {
            amount_minor: Some(900),
            ..Update::default()
        };
        let refused = update(&paid, change, &sample::merchant());
        assert_eq!(
            refused,
            Err(Refusal::UnexpectedStatus(PaymentStatus::Succeeded))
        );
        let change = Update {
            description: Some(Some("Lunch".into())),
            ..Update::default()
        };
        let step = update(&paid, change, &sample::merchant()).unwrap();
        assert_eq!(step.payment.description.as_deref(), Some("Lunch"));
    }

    #[test]
    fn the_amount_that_it_has_already_is_no_change() {
        let paid = Payment {
            status: PaymentStatus::Succeeded,
            ..sample::opened()
        };
        let change = Update {
            amount_minor: Some(paid.amount.minor),
            currency: Some(paid.amount.currency),
            ..Update::default()
        };
        assert!(update(&paid, change, &sample::merchant()).is_ok());
    }

    #[test]
    fn pairs_are_merged_with_those_of_the_payment() {
        let pair = |key: &str| (key.to_owned(), key.to_owned());
        let payment = Payment {
            metadata: [pair("a")].into(),
            ..sample::opened()
        };
        let added = [("b".to_owned(), Some("b".to_owned()))].into();
        let change = Update {
            metadata: MetadataChange::Change(added),
            ..Update::default()
        };
        let step = update(&payment, change, &sample::merchant()).unwrap();
        assert_eq!(step.payment.metadata, [pair("a"), pair("b")].into());
    }

    #[test]
    fn words_can_be_taken_away() {
        let payment = Payment {
            description: Some("Lunch".into()),
            ..sample::opened()
        };
        let change = Update {
            description: Some(None),
            ..Update::default()
        };
        let step = update(&payment, change, &sample::merchant()).unwrap();
        assert_eq!(step.payment.description, None);
    }

    #[test]
    fn an_amount_out_of_bounds_is_refused() {
        let change = Update {
            amount_minor: Some(0),
            ..Update::default()
        };
        let refused = update(&sample::opened(), change, &sample::merchant());
        assert_eq!(refused, Err(Refusal::AmountTooSmall));
    }
}
