//! A link that anybody may open and pay, each by a checkout session of their own.
//!
//! Owns how many may: whoever confirms takes a place, gives it back when they do not pay, and keeps
//! it when they do. The counting itself is one conditional write on the link's own row, so that two
//! who pay at the same moment cannot both take the last place. Does not open payments.

use crate::checkout::LineItem;
use crate::payment::Metadata;
use crate::{Currency, Owner, Payment, PaymentLinkId, PaymentStatus, Timestamp};

/// What the payer sees once they have paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AfterCompletion {
    /// The receipt, with words of the merchant's own.
    Confirmation(Option<String>),
    /// A page of the merchant's.
    Redirect(String),
}

/// One link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentLink {
    /// Its id.
    pub id: PaymentLinkId,
    /// To whom it belongs.
    pub owner: Owner,
    /// 1 when made; one more with every change, which is written only on the version before it.
    /// Places taken do not count as changes.
    pub version: i64,
    /// Whether it can be paid.
    pub is_active: bool,
    /// What is paid for; the amounts stay.
    pub items: Vec<LineItem>,
    /// In which currency.
    pub currency: Currency,
    /// What the payer sees once they have paid.
    pub after: AfterCompletion,
    /// How many may pay; any number when `None`.
    pub limit: Option<i64>,
    /// Payments that hold a place: under way, or made.
    pub taken: i64,
    /// Payments that were made.
    pub completed: i64,
    /// What whoever comes too late reads.
    pub inactive_message: Option<String>,
    /// The merchant's own pairs; each session gets them.
    pub metadata: Metadata,
    /// When it was made.
    pub created_at: Timestamp,
}

impl PaymentLink {
    /// Whether there is a place for one more payment.
    pub fn is_open(&self) -> bool {
        self.is_active && self.limit.is_none_or(|limit| self.taken < limit)
    }

    /// Whether `payment` can go on: it holds a place, or there is one.
    pub fn admits(&self, payment: &Payment) -> bool {
        Place::of(payment.status) != Place::None || self.is_open()
    }
}

/// The place that a payment has among those its link allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It has none.
    None,
    /// It has one as long as it is under way.
    Held,
    /// It was made.
    Kept,
}

impl Place {
    /// The place of a payment in this status.
    pub const fn of(status: PaymentStatus) -> Self {
        match status {
            PaymentStatus::RequiresPaymentMethod
            | PaymentStatus::RequiresConfirmation
            | PaymentStatus::Canceled => Self::None,
            PaymentStatus::RequiresAction | PaymentStatus::Processing => Self::Held,
            PaymentStatus::RequiresCapture | PaymentStatus::Succeeded => Self::Kept,
        }
    }

    /// What a payment that goes from this place to another changes on its link.
    pub const fn to(self, next: Self) -> Option<PlaceMove> {
        let (taken, completed) = next.counts();
        let (taken_before, completed_before) = self.counts();
        let moved = PlaceMove {
            taken: taken.saturating_sub(taken_before),
            completed: completed.saturating_sub(completed_before),
        };
        if moved.taken == 0 && moved.completed == 0 {
            None
        } else {
            Some(moved)
        }
    }

    const fn counts(self) -> (i64, i64) {
        match self {
            Self::None => (0, 0),
            Self::Held => (1, 0),
            Self::Kept => (1, 1),
        }
    }
}

/// What is added to the counts of a link. Taking a place may be refused; anything else may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlaceMove {
    /// Added to the places that are taken.
    pub taken: i64,
    /// Added to the payments that were made.
    pub completed: i64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payment::sample;

    fn single() -> PaymentLink {
        PaymentLink {
            id: PaymentLinkId::from_bytes([1; 16]),
            owner: sample::OWNER,
            version: 1,
            is_active: true,
            items: Vec::new(),
            currency: Currency::EUR,
            after: AfterCompletion::Confirmation(None),
            limit: Some(1),
            taken: 0,
            completed: 0,
            inactive_message: None,
            metadata: Metadata::new(),
            created_at: sample::NOW,
        }
    }

    #[test]
    fn a_single_link_is_open_until_its_place_is_taken() {
        let mut link = single();
        assert!(link.is_open());
        link.taken = 1;
        assert!(!link.is_open());
        link.limit = None;
        assert!(link.is_open());
        link.is_active = false;
        assert!(!link.is_open());
    }

    #[test]
    fn whoever_has_a_place_may_go_on() {
        let full = PaymentLink {
            taken: 1,
            ..single()
        };
        assert!(!full.admits(&sample::opened()));
        assert!(single().admits(&sample::opened()));
        let challenged = Payment {
            status: PaymentStatus::RequiresAction,
            ..sample::opened()
        };
        assert!(full.admits(&challenged));
        assert!(full.admits(&sample::paid().0));
    }

    #[test]
    fn a_place_is_taken_kept_and_given_back() {
        use Place::{Held, Kept, None as Nowhere};
        let moved = |from: Place, to| from.to(to).map(|one| (one.taken, one.completed));
        assert_eq!(moved(Nowhere, Held), Some((1, 0)));
        assert_eq!(moved(Held, Kept), Some((0, 1)));
        assert_eq!(moved(Held, Nowhere), Some((-1, 0)));
        assert_eq!(moved(Kept, Nowhere), Some((-1, -1)));
        for place in [Nowhere, Held, Kept] {
            assert_eq!(moved(place, place), None);
        }
    }

    #[test]
    fn whatever_way_a_payment_goes_its_moves_add_up_to_where_it_is() {
        for start in PaymentStatus::ALL {
            for middle in PaymentStatus::ALL {
                for end in PaymentStatus::ALL {
                    let ways = [Place::of(*start), Place::of(*middle), Place::of(*end)];
                    let sum = |from: Place, to| from.to(to).map_or(0, |moved| moved.taken);
                    let by_steps = sum(ways[0], ways[1]) + sum(ways[1], ways[2]);
                    assert_eq!(by_steps, sum(ways[0], ways[2]), "{start} {middle} {end}");
                }
            }
        }
    }

    #[test]
    fn a_payment_in_doubt_holds_its_place() {
        assert_eq!(Place::of(PaymentStatus::Processing), Place::Held);
        assert_eq!(Place::of(PaymentStatus::RequiresCapture), Place::Kept);
        assert_eq!(Place::of(PaymentStatus::Canceled), Place::None);
    }
}
