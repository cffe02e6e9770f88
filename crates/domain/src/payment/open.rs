//! Opening a payment: the merchant asks.
//!
//! Does not charge anything; see `confirm`.

use crate::money::AMOUNT_MINOR_MAX;
use crate::payment::{CaptureMethod, Metadata, Payment, PaymentStatus};
use crate::{
    CheckoutSessionId, ClientSecret, CustomerId, EventKind, Merchant, Money, Owner, PaymentId,
    PaymentMethodId, Refusal, Step, Timestamp,
};

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// The id it will have.
    pub id: PaymentId,
    /// To whom it belongs.
    pub owner: Owner,
    /// What opens it to its payer.
    pub secret: ClientSecret,
    /// How much.
    pub amount: Money,
    /// When the money is taken.
    pub capture_method: CaptureMethod,
    /// The means of payment, where it is known already.
    pub method: Option<PaymentMethodId>,
    /// For whom.
    pub customer: Option<CustomerId>,
    /// The link by which it is asked.
    pub session: Option<CheckoutSessionId>,
    /// What it is for.
    pub description: Option<String>,
    /// What the payer reads on their statement.
    pub statement_descriptor: Option<String>,
    /// Where the receipt goes.
    pub receipt_email: Option<String>,
    /// Where the payer's browser goes after a challenge.
    pub return_url: Option<String>,
    /// The merchant's own pairs.
    pub metadata: Metadata,
}

/// Opens a payment of `merchant`.
///
/// # Errors
/// The first of: [`Refusal::AmountTooSmall`], [`Refusal::AmountTooLarge`],
/// [`Refusal::CurrencyNotTaken`].
pub fn open(request: Open, merchant: &Merchant, now: Timestamp) -> Result<Step, Refusal> {
    check_amount(request.amount)?;
    if !merchant.takes(request.amount.currency) {
        return Err(Refusal::CurrencyNotTaken);
    }
    let status = match request.method {
        Some(_) => PaymentStatus::RequiresConfirmation,
        None => PaymentStatus::RequiresPaymentMethod,
    };
    let payment = Payment {
        id: request.id,
        owner: request.owner,
        version: 1,
        status,
        amount: request.amount,
        captured_minor: 0,
        refunded_minor: 0,
        capture_method: request.capture_method,
        method: request.method,
        customer: request.customer,
        attempt: None,
        last_error: None,
        session: request.session,
        secret: request.secret,
        description: request.description,
        statement_descriptor: request.statement_descriptor,
        receipt_email: request.receipt_email,
        return_url: request.return_url,
        metadata: request.metadata,
        cancellation_reason: None,
        canceled_at: None,
        created_at: now,
    };
    Ok(Step::of(payment).tell(EventKind::PaymentCreated))
}

/// The bounds every amount a merchant names must keep.
///
/// # Errors
/// [`Refusal::AmountTooSmall`], [`Refusal::AmountTooLarge`].
pub fn check_amount(amount: Money) -> Result<(), Refusal> {
    if amount.minor <= 0 {
        return Err(Refusal::AmountTooSmall);
    }
    if amount.minor > AMOUNT_MINOR_MAX {
        return Err(Refusal::AmountTooLarge);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Currency;
    use crate::payment::sample;

    fn opened(amount: Money) -> Result<Step, Refusal> {
        open(
            Open {
                amount,
                ..sample::request()
            },
            &sample::merchant(),
            sample::NOW,
        )
    }

    #[test]
    fn a_new_payment_waits_for_a_means_of_payment() {
        let step = opened(sample::euros(1250)).unwrap();
        assert_eq!(step.payment.status, PaymentStatus::RequiresPaymentMethod);
        assert_eq!(
            (step.payment.version, step.payment.created_at),
            (1, sample::NOW)
        );
        assert_eq!(step.events, [EventKind::PaymentCreated]);
        assert!(step.transfers.is_empty());
    }

    #[test]
    fn a_new_payment_with_a_means_of_payment_waits_to_be_confirmed() {
        let method = Some(sample::METHOD);
        let request = Open {
            method,
            ..sample::request()
        };
        let step = open(request, &sample::merchant(), sample::NOW).unwrap();
        assert_eq!(step.payment.status, PaymentStatus::RequiresConfirmation);
    }

    #[test]
    fn amounts_out_of_bounds_are_refused() {
        assert_eq!(opened(sample::euros(0)), Err(Refusal::AmountTooSmall));
        assert_eq!(opened(sample::euros(-1)), Err(Refusal::AmountTooSmall));
        assert_eq!(
            opened(sample::euros(100_000_000)),
            Err(Refusal::AmountTooLarge)
        );
        assert!(opened(sample::euros(99_999_999)).is_ok());
    }

    #[test]
    fn a_currency_the_merchant_does_not_take_is_refused() {
        let yen = Money::new(500, Currency::parse("jpy").unwrap());
        assert_eq!(opened(yen), Err(Refusal::CurrencyNotTaken));
    }

    #[test]
    fn a_request_with_two_faults_always_gets_the_same_refusal() {
        let yen = Money::new(0, Currency::parse("jpy").unwrap());
        assert_eq!(opened(yen), Err(Refusal::AmountTooSmall));
    }
}
