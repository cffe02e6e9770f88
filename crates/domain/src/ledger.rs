//! The double-entry ledger: what is owed by the acquirer and what is owed to the merchant.
//!
//! Transfers are only ever added. A pending one is resolved at most once, by a posted or a voided
//! one that names it. There is no balance here and no balance row anywhere: a balance is the sum
//! of transfers.

use crate::named::named_enum;
use crate::{Attempt, Money, Owner, PaymentId, Refund, Timestamp};

named_enum! {
    /// An account of one merchant, mode and currency.
    pub enum Account {
        /// What the acquirer will pay for this merchant. Normal side: debit.
        AcquirerReceivable = "acquirer_receivable",
        /// What is due to the merchant. Normal side: credit.
        MerchantPayable = "merchant_payable",
    }
}

named_enum! {
    /// How definite a transfer is.
    pub enum TransferState {
        /// Set aside.
        Pending = "pending",
        /// Happened.
        Posted = "posted",
        /// Will not happen.
        Voided = "voided",
    }
}

named_enum! {
    /// Why a transfer exists. One subject has at most one transfer of each cause.
    pub enum Cause {
        /// An attempt set money aside.
        Authorisation = "authorisation",
        /// An attempt took money at once.
        Purchase = "purchase",
        /// What an attempt set aside was taken.
        Capture = "capture",
        /// What an attempt set aside was released.
        Release = "release",
        /// A refund was reserved.
        RefundReserved = "refund_reserved",
        /// A refund happened.
        Refund = "refund",
        /// A refund did not happen.
        RefundFailed = "refund_failed",
    }
}

impl Cause {
    const fn number(self) -> u8 {
        match self {
            Self::Authorisation => 1,
            Self::Purchase => 2,
            Self::Capture => 3,
            Self::Release => 4,
            Self::RefundReserved => 5,
            Self::Refund => 6,
            Self::RefundFailed => 7,
        }
    }
}

/// The id of a transfer: the attempt or refund it is about, and its cause.
///
/// Derived, so that writing the same transfer twice collides instead of counting twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransferId([u8; 17]);

impl TransferId {
    /// The id of what `cause` did to `subject`.
    pub fn new(subject: &[u8; 16], cause: Cause) -> Self {
        let mut bytes = [0; 17];
        let (head, tail) = bytes.split_at_mut(16);
        head.copy_from_slice(subject);
        tail.fill(cause.number());
        Self(bytes)
    }

    /// An id as it was stored.
    pub const fn from_bytes(bytes: [u8; 17]) -> Self {
        Self(bytes)
    }

    /// The bytes to store.
    pub const fn bytes(&self) -> &[u8; 17] {
        &self.0
    }
}

/// One movement between two accounts of one owner, in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// Its id.
    pub id: TransferId,
    /// Whose accounts.
    pub owner: Owner,
    /// The payment that caused it.
    pub payment: PaymentId,
    /// Why it exists.
    pub cause: Cause,
    /// How definite it is.
    pub state: TransferState,
    /// The account debited.
    pub debit: Account,
    /// The account credited.
    pub credit: Account,
    /// How much, above zero.
    pub amount: Money,
    /// The pending transfer this one resolves.
    pub resolves: Option<TransferId>,
    /// When it was written.
    pub created_at: Timestamp,
}

impl Transfer {
    /// Money set aside by an authorisation.
    pub fn set_aside(attempt: &Attempt, now: Timestamp) -> Self {
        let state = TransferState::Pending;
        Self::taking(attempt, Cause::Authorisation, state, attempt.amount, now)
    }

    /// Money taken at once by a purchase.
    pub fn purchased(attempt: &Attempt, now: Timestamp) -> Self {
        Self::taking(
            attempt,
            Cause::Purchase,
            TransferState::Posted,
            attempt.amount,
            now,
        )
    }

    /// Money taken of what was set aside.
    pub fn captured(attempt: &Attempt, amount: Money, now: Timestamp) -> Self {
        let resolves = TransferId::new(attempt.id.bytes(), Cause::Authorisation);
        let taking = Self::taking(attempt, Cause::Capture, TransferState::Posted, amount, now);
        Self {
            resolves: Some(resolves),
            ..taking
        }
    }

    /// Money released that was set aside.
    pub fn released(attempt: &Attempt, now: Timestamp) -> Self {
        let resolves = TransferId::new(attempt.id.bytes(), Cause::Authorisation);
        let state = TransferState::Voided;
        let taking = Self::taking(attempt, Cause::Release, state, attempt.amount, now);
        Self {
            resolves: Some(resolves),
            ..taking
        }
    }

    /// A refund reserved.
    pub fn refund_reserved(refund: &Refund, now: Timestamp) -> Self {
        Self::giving(refund, Cause::RefundReserved, TransferState::Pending, now)
    }

    /// A refund that happened.
    pub fn refunded(refund: &Refund, now: Timestamp) -> Self {
        let resolves = TransferId::new(refund.id.bytes(), Cause::RefundReserved);
        let giving = Self::giving(refund, Cause::Refund, TransferState::Posted, now);
        Self {
            resolves: Some(resolves),
            ..giving
        }
    }

    /// A refund that did not happen.
    pub fn refund_failed(refund: &Refund, now: Timestamp) -> Self {
        let resolves = TransferId::new(refund.id.bytes(), Cause::RefundReserved);
        let giving = Self::giving(refund, Cause::RefundFailed, TransferState::Voided, now);
        Self {
            resolves: Some(resolves),
            ..giving
        }
    }

    fn taking(
        attempt: &Attempt,
        cause: Cause,
        state: TransferState,
        amount: Money,
        now: Timestamp,
    ) -> Self {
        Self {
            id: TransferId::new(attempt.id.bytes(), cause),
            owner: attempt.owner,
            payment: attempt.payment,
            cause,
            state,
            debit: Account::AcquirerReceivable,
            credit: Account::MerchantPayable,
            amount,
            resolves: None,
            created_at: now,
        }
    }

    fn giving(refund: &Refund, cause: Cause, state: TransferState, now: Timestamp) -> Self {
        Self {
            id: TransferId::new(refund.id.bytes(), cause),
            owner: refund.owner,
            payment: refund.payment,
            cause,
            state,
            debit: Account::MerchantPayable,
            credit: Account::AcquirerReceivable,
            amount: refund.amount,
            resolves: None,
            created_at: now,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payment::sample;

    #[test]
    fn the_same_cause_of_the_same_subject_has_the_same_id() {
        let (_, attempt) = sample::authorised();
        let later = sample::NOW.plus_millis(5);
        assert_eq!(
            Transfer::set_aside(&attempt, sample::NOW).id,
            Transfer::set_aside(&attempt, later).id
        );
    }

    #[test]
    fn causes_never_share_an_id() {
        let ids: std::collections::BTreeSet<_> = Cause::ALL
            .iter()
            .map(|cause| TransferId::new(&[1; 16], *cause))
            .collect();
        assert_eq!(ids.len(), Cause::ALL.len());
    }

    #[test]
    fn a_capture_and_a_release_resolve_the_same_pending_transfer() {
        let (_, attempt) = sample::authorised();
        let pending = Transfer::set_aside(&attempt, sample::NOW);
        let capture = Transfer::captured(&attempt, attempt.amount, sample::NOW);
        let release = Transfer::released(&attempt, sample::NOW);
        assert_eq!(capture.resolves, Some(pending.id));
        assert_eq!(release.resolves, Some(pending.id));
    }

    #[test]
    fn a_refund_goes_the_other_way() {
        let (payment, attempt) = sample::paid();
        let taken = Transfer::purchased(&attempt, sample::NOW);
        let open = crate::refund::sample_open(500);
        let refund = crate::refund::open(&payment, &attempt, open, sample::NOW)
            .unwrap()
            .refund
            .unwrap();
        let given = Transfer::refunded(&refund, sample::NOW);
        assert_eq!((given.debit, given.credit), (taken.credit, taken.debit));
    }
}
