//! The double-entry ledger: what is owed by the acquirer and what is owed to the merchant.
//!
//! Transfers are only ever added. A pending one is resolved at most once, by a posted or a voided
//! one that names it; so is a payout in transit. There is no balance here and no balance row
//! anywhere: a balance is the sum of transfers. `docs/ledger.md` shows each cause with numbers.

use std::fmt;

use crate::ids::{digit, from_base62, to_base62};
use crate::named::named_enum;
use crate::{Attempt, Money, Owner, PaymentId, Payout, PayoutId, Refund, Timestamp};

named_enum! {
    /// An account of one merchant, mode and currency.
    pub enum Account {
        /// What the acquirer will pay for this merchant. Normal side: debit.
        AcquirerReceivable = "acquirer_receivable",
        /// What left the bank of whoever runs the service for the merchant's. Normal side: credit.
        Bank = "bank",
        /// What is due to the merchant. Normal side: credit.
        MerchantPayable = "merchant_payable",
        /// What is no longer due to the merchant and has not left yet. Normal side: credit.
        PayoutsInTransit = "payouts_in_transit",
        /// What the service earned from the merchant. Normal side: credit.
        ServiceFees = "service_fees",
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
        /// The service takes its share of what an attempt took. It is kept when money goes back.
        Fee = "fee",
        /// What is due is on its way to the merchant's bank.
        Payout = "payout",
        /// A payout left.
        PayoutPaid = "payout_paid",
        /// The bank did not take a payout.
        PayoutFailed = "payout_failed",
        /// The merchant took a payout back before it left.
        PayoutCanceled = "payout_canceled",
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
            Self::Fee => 8,
            Self::Payout => 9,
            Self::PayoutPaid => 10,
            Self::PayoutFailed => 11,
            Self::PayoutCanceled => 12,
        }
    }

    /// Whether an attempt took money by it.
    pub const fn takes(self) -> bool {
        matches!(self, Self::Purchase | Self::Capture)
    }

    /// Whether the merchant sees it as a balance transaction of its own: it posts to what is due to
    /// them, and is no fee, which is shown with what it is on.
    pub const fn is_shown(self) -> bool {
        self.takes()
            || matches!(
                self,
                Self::Refund | Self::Payout | Self::PayoutFailed | Self::PayoutCanceled
            )
    }
}

/// The id of a transfer: the attempt, refund or payout it is about, and its cause.
///
/// Derived, so that writing the same transfer twice collides instead of counting twice. People see
/// it as the id of a balance transaction: `txn_`, the 22 digits of the subject, one of the cause.
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

    /// What stands before the digits.
    pub const PREFIX: &'static str = "txn_";

    /// The attempt, refund or payout it is about.
    pub fn subject(&self) -> [u8; 16] {
        let [subject @ .., _] = self.0;
        subject
    }

    /// Why the transfer exists; `None` for a number that no cause has.
    pub fn cause(&self) -> Option<Cause> {
        let [.., number] = self.0;
        Cause::ALL
            .iter()
            .copied()
            .find(|cause| cause.number() == number)
    }

    /// Reads the form people see. `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        let (subject, cause) = text.strip_prefix(Self::PREFIX)?.split_at_checked(22)?;
        let subject = from_base62(subject)?;
        let mut ids = Cause::ALL.iter().map(|cause| Self::new(&subject, *cause));
        ids.find(|id| {
            let last = id.last_digit();
            last.is_some_and(|digit| cause.chars().eq([digit]))
        })
    }

    fn last_digit(&self) -> Option<char> {
        let [.., number] = self.0;
        digit(number)
    }
}

impl fmt::Display for TransferId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = self.last_digit().ok_or(fmt::Error)?;
        write!(f, "{}{}{last}", Self::PREFIX, to_base62(self.subject()))
    }
}

/// The record whose money a transfer moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parent {
    /// A payment, by one of its attempts or refunds.
    Payment(PaymentId),
    /// A payout.
    Payout(PayoutId),
}

impl Parent {
    /// The parent of those sixteen bytes, of the kind that `cause` is about.
    pub const fn of(cause: Cause, bytes: [u8; 16]) -> Self {
        match cause {
            Cause::Payout | Cause::PayoutPaid | Cause::PayoutFailed | Cause::PayoutCanceled => {
                Self::Payout(PayoutId::from_bytes(bytes))
            }
            Cause::Authorisation
            | Cause::Purchase
            | Cause::Capture
            | Cause::Release
            | Cause::RefundReserved
            | Cause::Refund
            | Cause::RefundFailed
            | Cause::Fee => Self::Payment(PaymentId::from_bytes(bytes)),
        }
    }

    /// The sixteen bytes to store.
    pub const fn bytes(&self) -> &[u8; 16] {
        match self {
            Self::Payment(id) => id.bytes(),
            Self::Payout(id) => id.bytes(),
        }
    }
}

/// How a payout may end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayoutEnd {
    /// It left.
    Paid,
    /// The bank did not take it.
    Failed,
    /// The merchant took it back.
    Canceled,
}

/// One movement between two accounts of one owner, in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// Its id.
    pub id: TransferId,
    /// Whose accounts.
    pub owner: Owner,
    /// The record whose money it moves.
    pub parent: Parent,
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
    /// The pending transfer, or the payout in transit, that this one resolves.
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

    /// The service's share of what `taken` takes.
    pub fn fee(taken: &Self, amount: Money) -> Self {
        Self {
            id: TransferId::new(&taken.id.subject(), Cause::Fee),
            cause: Cause::Fee,
            debit: Account::MerchantPayable,
            credit: Account::ServiceFees,
            amount,
            resolves: None,
            ..taken.clone()
        }
    }

    /// Money on its way to the merchant's bank.
    pub fn paid_out(payout: &Payout, now: Timestamp) -> Self {
        let (debit, credit) = (Account::MerchantPayable, Account::PayoutsInTransit);
        Self::sending(payout, Cause::Payout, (debit, credit), now)
    }

    /// The end of a payout: money left, or is due again.
    pub fn payout_ended(payout: &Payout, end: PayoutEnd, now: Timestamp) -> Self {
        let (cause, credit) = match end {
            PayoutEnd::Paid => (Cause::PayoutPaid, Account::Bank),
            PayoutEnd::Failed => (Cause::PayoutFailed, Account::MerchantPayable),
            PayoutEnd::Canceled => (Cause::PayoutCanceled, Account::MerchantPayable),
        };
        let resolves = TransferId::new(payout.id.bytes(), Cause::Payout);
        Self {
            resolves: Some(resolves),
            ..Self::sending(payout, cause, (Account::PayoutsInTransit, credit), now)
        }
    }

    fn sending(
        payout: &Payout,
        cause: Cause,
        (debit, credit): (Account, Account),
        now: Timestamp,
    ) -> Self {
        Self {
            id: TransferId::new(payout.id.bytes(), cause),
            owner: payout.owner,
            parent: Parent::Payout(payout.id),
            cause,
            state: TransferState::Posted,
            debit,
            credit,
            amount: payout.amount,
            resolves: None,
            created_at: now,
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
            parent: Parent::Payment(attempt.payment),
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
            parent: Parent::Payment(refund.payment),
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
    fn an_id_reads_back_as_people_see_it() {
        for cause in Cause::ALL {
            let id = TransferId::new(&[7; 16], *cause);
            let text = id.to_string();
            assert!(text.starts_with("txn_"), "{text}");
            assert_eq!(text.len(), 27);
            assert_eq!(TransferId::parse(&text), Some(id));
            assert_eq!((id.subject(), id.cause()), ([7; 16], Some(*cause)));
        }
    }

    #[test]
    fn what_is_no_id_is_refused() {
        let good = TransferId::new(&[7; 16], Cause::Refund).to_string();
        for text in [
            "",
            "txn_",
            &good[..26],
            &format!("{good}0"),
            &good.replace("txn_", "po_"),
        ] {
            assert_eq!(TransferId::parse(text), None, "{text}");
        }
        // The digits of no cause, and of none by a letter of more than one byte.
        for last in ["0", "z", "é"] {
            let text = format!("{}{last}", &good[..26]);
            assert_eq!(TransferId::parse(&text), None, "{text}");
        }
        assert_eq!(TransferId::from_bytes([0; 17]).cause(), None);
    }

    #[test]
    fn a_parent_is_of_the_kind_its_cause_is_about() {
        for cause in Cause::ALL {
            let parent = Parent::of(*cause, [9; 16]);
            let is_payout = cause.as_str().starts_with("payout");
            assert_eq!(matches!(parent, Parent::Payout(_)), is_payout, "{cause}");
            assert_eq!(parent.bytes(), &[9; 16]);
        }
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
