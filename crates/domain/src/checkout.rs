//! A link by which one payer is asked for one payment.
//!
//! Only the merchant's own pairs change once it is written: whether it is open, complete or expired
//! follows from its payment.

use crate::named::named_enum;
use crate::payment::Metadata;
use crate::{
    CheckoutSessionId, Owner, Payment, PaymentId, PaymentLinkId, PaymentStatus, PriceId, Refusal,
    Timestamp,
};

/// From 30 minutes to 24 hours, as with Stripe, in seconds; one more at each end, because the
/// merchant's clock is not ours.
const LIFE_SECONDS: std::ops::RangeInclusive<i64> = 1_799..=86_401;

/// One thing that is paid for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineItem {
    /// What it is.
    pub name: String,
    /// Minor units of one.
    pub unit_minor: i64,
    /// How many.
    pub quantity: i64,
    /// The price it was taken from; none when it was named with the link.
    pub price: Option<PriceId>,
}

impl LineItem {
    /// Minor units of all of them; `None` when that is too large to express.
    pub const fn total_minor(&self) -> Option<i64> {
        self.unit_minor.checked_mul(self.quantity)
    }
}

/// The sum of all items, in minor units.
///
/// # Errors
/// [`Refusal::AmountTooLarge`] when that is too large to express.
pub fn total_minor(items: &[LineItem]) -> Result<i64, Refusal> {
    let add = |sum: i64, item: &LineItem| sum.checked_add(item.total_minor()?);
    let total = items.iter().try_fold(0_i64, add);
    total.ok_or(Refusal::AmountTooLarge)
}

/// One link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckoutSession {
    /// Its id.
    pub id: CheckoutSessionId,
    /// To whom it belongs.
    pub owner: Owner,
    /// The payment it asks for.
    pub payment: PaymentId,
    /// The link that anybody may open, by which it was made.
    pub link: Option<PaymentLinkId>,
    /// What is paid for.
    pub items: Vec<LineItem>,
    /// The merchant's own reference.
    pub client_reference: Option<String>,
    /// Where the payer goes when they have paid.
    pub success_url: Option<String>,
    /// Where the payer goes when they give up.
    pub cancel_url: Option<String>,
    /// The language of the page; the payer's own when `None`.
    pub locale: Option<String>,
    /// The address the merchant has of the payer.
    pub customer_email: Option<String>,
    /// The merchant's own pairs; the payment has its own.
    pub metadata: Metadata,
    /// Until when it can be paid.
    pub expires_at: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
}

named_enum! {
    /// Whether a link can be paid.
    pub enum CheckoutStatus {
        /// It can.
        Open = "open",
        /// It was.
        Complete = "complete",
        /// It can no longer.
        Expired = "expired",
    }
}

impl CheckoutSession {
    /// Until when a link made `now` can be paid when the merchant asks for `asked`.
    ///
    /// # Errors
    /// [`Refusal::ExpiryOutOfBounds`].
    pub fn expiry(asked: Timestamp, now: Timestamp) -> Result<Timestamp, Refusal> {
        let seconds = asked.seconds().saturating_sub(now.seconds());
        if LIFE_SECONDS.contains(&seconds) {
            Ok(asked)
        } else {
            Err(Refusal::ExpiryOutOfBounds)
        }
    }

    /// Whether it can be paid, given its payment.
    pub const fn status(payment: &Payment) -> CheckoutStatus {
        match payment.status {
            PaymentStatus::Succeeded | PaymentStatus::RequiresCapture => CheckoutStatus::Complete,
            PaymentStatus::Canceled => CheckoutStatus::Expired,
            PaymentStatus::RequiresPaymentMethod
            | PaymentStatus::RequiresConfirmation
            | PaymentStatus::RequiresAction
            | PaymentStatus::Processing => CheckoutStatus::Open,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payment::sample;

    #[test]
    fn the_status_of_a_link_is_that_of_its_payment() {
        assert_eq!(
            CheckoutSession::status(&sample::opened()),
            CheckoutStatus::Open
        );
        assert_eq!(
            CheckoutSession::status(&sample::paid().0),
            CheckoutStatus::Complete
        );
        assert_eq!(
            CheckoutSession::status(&sample::authorised().0),
            CheckoutStatus::Complete
        );
        let given_up = Payment {
            status: PaymentStatus::Canceled,
            ..sample::opened()
        };
        assert_eq!(CheckoutSession::status(&given_up), CheckoutStatus::Expired);
    }

    fn check(items: &[(i64, i64)], expect: Result<i64, Refusal>) {
        let items = items.iter().map(|(unit_minor, quantity)| LineItem {
            name: "x".into(),
            unit_minor: *unit_minor,
            quantity: *quantity,
            price: None,
        });
        assert_eq!(total_minor(&items.collect::<Vec<_>>()), expect);
    }

    #[test]
    fn the_total_is_the_sum_of_all_items_or_too_large() {
        check(&[], Ok(0));
        check(&[(250, 2), (750, 1)], Ok(1_250));
        check(&[(i64::MAX, 1)], Ok(i64::MAX));
        check(&[(i64::MAX, 2)], Err(Refusal::AmountTooLarge));
        check(&[(i64::MAX, 1), (1, 1)], Err(Refusal::AmountTooLarge));
    }

    #[test]
    fn a_link_lives_from_half_an_hour_to_a_day() {
        let expiry = |seconds: i64| {
            let asked = Timestamp::from_seconds(sample::NOW.seconds().saturating_add(seconds));
            (CheckoutSession::expiry(asked, sample::NOW), asked)
        };
        for seconds in [1_799, 1_800, 86_400, 86_401] {
            let (expires_at, asked) = expiry(seconds);
            assert_eq!(expires_at, Ok(asked), "{seconds}");
        }
        for seconds in [i64::MIN, -1, 0, 1_798, 86_402, i64::MAX] {
            let (refused, _) = expiry(seconds);
            assert_eq!(refused, Err(Refusal::ExpiryOutOfBounds), "{seconds}");
        }
    }

    #[test]
    fn a_total_too_large_to_express_is_none() {
        let item = LineItem {
            name: "x".into(),
            unit_minor: i64::MAX,
            quantity: 2,
            price: None,
        };
        assert_eq!(item.total_minor(), None);
        assert_eq!(
            LineItem {
                unit_minor: 250,
                quantity: 3,
                ..item
            }
            .total_minor(),
            Some(750)
        );
    }
}
