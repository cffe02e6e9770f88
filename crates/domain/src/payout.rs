//! Money that leaves a merchant's balance for their bank.
//!
//! A payout is a decision on a balance, not on a payment, so it has a step of its own, checked and
//! written the same way. Two payouts at once are told apart by the guard of the balance they come
//! from. Nothing here sends money: until a rail to banks exists, whoever runs the service says by
//! hand what became of a payout.

use crate::ledger::{Parent, PayoutEnd};
use crate::money::AMOUNT_MINOR_MAX;
use crate::named::named_enum;
use crate::payment::{Metadata, MetadataChange};
use crate::step::{Broken, check_movement, rule};
use crate::{Cause, EventKind, Money, Owner, PayoutId, Refusal, Timestamp, Transfer};

named_enum! {
    /// How far a payout came.
    pub enum PayoutStatus {
        /// Asked for; it has not left.
        Pending = "pending",
        /// It left.
        Paid = "paid",
        /// The bank did not take it; the money is due again.
        Failed = "failed",
        /// The merchant took it back; the money is due again.
        Canceled = "canceled",
    }
}

named_enum! {
    /// Why a payout failed; the names are those of Stripe's failure codes.
    pub enum PayoutFailure {
        /// The account was closed.
        AccountClosed = "account_closed",
        /// The account takes no transfers.
        BankAccountRestricted = "bank_account_restricted",
        /// No reason is known.
        CouldNotProcess = "could_not_process",
        /// The bank refused it.
        Declined = "declined",
        /// The number of the account is wrong.
        InvalidAccountNumber = "invalid_account_number",
        /// There is no such account.
        NoAccount = "no_account",
    }
}

/// One payout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payout {
    /// Its id.
    pub id: PayoutId,
    /// To whom it belongs.
    pub owner: Owner,
    /// How often it was written.
    pub version: i64,
    /// How far it came.
    pub status: PayoutStatus,
    /// How much.
    pub amount: Money,
    /// The merchant's own words.
    pub description: Option<String>,
    /// What the merchant's bank shows.
    pub statement_descriptor: Option<String>,
    /// The merchant's own pairs.
    pub metadata: Metadata,
    /// Why it failed.
    pub failure: Option<PayoutFailure>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// What a balance has in one currency when a payout is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Funds {
    /// How much is available, in minor units; below zero when refunds took more than there was.
    pub available_minor: i64,
    /// How many payouts were decided on this balance: whoever decides on the same number second
    /// is refused by the database, and decides again.
    pub guard: i64,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// The id it will have.
    pub id: PayoutId,
    /// To whom it belongs.
    pub owner: Owner,
    /// How much.
    pub amount: Money,
    /// The merchant's own words.
    pub description: Option<String>,
    /// What the merchant's bank shows.
    pub statement_descriptor: Option<String>,
    /// The merchant's own pairs.
    pub metadata: Metadata,
}

/// Everything that must be written together when a payout comes further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayoutStep {
    /// The payout, with its next version.
    pub payout: Payout,
    /// The balance it was decided on, as many payouts old; only of a payout that begins.
    pub guard: Option<i64>,
    /// The ledger entry to add, when money moves.
    pub transfer: Option<Transfer>,
    /// What happened.
    pub event: EventKind,
}

/// Takes `request` out of the balance, which has `funds`.
///
/// # Errors
/// The first of: [`Refusal::AmountTooSmall`], [`Refusal::AmountTooLarge`],
/// [`Refusal::BalanceInsufficient`].
pub fn open(request: Open, funds: Funds, now: Timestamp) -> Result<PayoutStep, Refusal> {
    if request.amount.minor <= 0 {
        return Err(Refusal::AmountTooSmall);
    }
    if request.amount.minor > AMOUNT_MINOR_MAX {
        return Err(Refusal::AmountTooLarge);
    }
    if request.amount.minor > funds.available_minor {
        return Err(Refusal::BalanceInsufficient);
    }
    let payout = Payout {
        id: request.id,
        owner: request.owner,
        version: 1,
        status: PayoutStatus::Pending,
        amount: request.amount,
        description: request.description,
        statement_descriptor: request.statement_descriptor,
        metadata: request.metadata,
        failure: None,
        created_at: now,
        ended_at: None,
    };
    Ok(PayoutStep {
        transfer: Some(Transfer::paid_out(&payout, now)),
        payout,
        guard: Some(funds.guard),
        event: EventKind::PayoutCreated,
    })
}

/// It left.
///
/// # Errors
/// [`Refusal::PayoutEnded`].
pub fn pay(payout: &Payout, now: Timestamp) -> Result<PayoutStep, Refusal> {
    end(payout, PayoutEnd::Paid, now)
}

/// The bank did not take it, for the reason `why`.
///
/// # Errors
/// [`Refusal::PayoutEnded`].
pub fn fail(payout: &Payout, why: PayoutFailure, now: Timestamp) -> Result<PayoutStep, Refusal> {
    let mut step = end(payout, PayoutEnd::Failed, now)?;
    step.payout.failure = Some(why);
    Ok(step)
}

/// The merchant takes it back before it leaves.
///
/// # Errors
/// [`Refusal::PayoutEnded`].
pub fn cancel(payout: &Payout, now: Timestamp) -> Result<PayoutStep, Refusal> {
    end(payout, PayoutEnd::Canceled, now)
}

fn end(payout: &Payout, end: PayoutEnd, now: Timestamp) -> Result<PayoutStep, Refusal> {
    if payout.status != PayoutStatus::Pending {
        return Err(Refusal::PayoutEnded(payout.status));
    }
    let (status, event) = match end {
        PayoutEnd::Paid => (PayoutStatus::Paid, EventKind::PayoutPaid),
        PayoutEnd::Failed => (PayoutStatus::Failed, EventKind::PayoutFailed),
        PayoutEnd::Canceled => (PayoutStatus::Canceled, EventKind::PayoutCanceled),
    };
    Ok(PayoutStep {
        payout: Payout {
            status,
            ended_at: Some(now),
            ..payout.next()
        },
        guard: None,
        transfer: Some(Transfer::payout_ended(payout, end, now)),
        event,
    })
}

/// Changes the merchant's own pairs, whatever became of the payout.
///
/// # Errors
/// [`Refusal::TooManyPairs`].
pub fn update(payout: &Payout, change: &MetadataChange) -> Result<PayoutStep, Refusal> {
    Ok(PayoutStep {
        payout: Payout {
            metadata: change.apply(&payout.metadata)?,
            ..payout.next()
        },
        guard: None,
        transfer: None,
        event: EventKind::PayoutUpdated,
    })
}

impl Payout {
    fn next(&self) -> Self {
        Self {
            version: self.version.saturating_add(1),
            ..self.clone()
        }
    }
}

impl PayoutStep {
    /// Asserts what must hold for every step of a payout, where it is made and where it is written.
    ///
    /// # Errors
    /// [`Broken`] with the rule that does not hold.
    pub fn check(&self) -> Result<(), Broken> {
        let payout = &self.payout;
        rule(payout.version >= 1, "versions begin at 1")?;
        rule(payout.amount.minor > 0, "a payout is of money")?;
        rule(
            self.guard.is_some() == (payout.version == 1),
            "exactly a payout that begins is decided on its balance",
        )?;
        rule(
            (payout.status == PayoutStatus::Pending) == payout.ended_at.is_none(),
            "exactly a pending payout has not ended",
        )?;
        rule(
            payout.failure.is_none() || payout.status == PayoutStatus::Failed,
            "only a failed payout has a reason",
        )?;
        self.check_transfer()
    }

    fn check_transfer(&self) -> Result<(), Broken> {
        let Some(transfer) = &self.transfer else {
            return rule(
                self.event == EventKind::PayoutUpdated,
                "money moves when a payout begins or ends",
            );
        };
        check_movement(transfer)?;
        rule(
            transfer.parent == Parent::Payout(self.payout.id),
            "a transfer is of its payout",
        )?;
        rule(
            transfer.owner == self.payout.owner,
            "a transfer has the owner of its payout",
        )?;
        rule(
            transfer.amount == self.payout.amount,
            "a payout moves its own amount",
        )?;
        let cause = match self.payout.status {
            PayoutStatus::Pending => Cause::Payout,
            PayoutStatus::Paid => Cause::PayoutPaid,
            PayoutStatus::Failed => Cause::PayoutFailed,
            PayoutStatus::Canceled => Cause::PayoutCanceled,
        };
        rule(
            transfer.cause == cause,
            "a payout moves money as its status says",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::TransferId;
    use crate::payment::sample::{NOW, euros, opened};
    use crate::{Account, TransferState};

    const fn funds(available_minor: i64) -> Funds {
        Funds {
            available_minor,
            guard: 3,
        }
    }

    fn request(minor: i64) -> Open {
        Open {
            id: PayoutId::from_bytes([6; 16]),
            owner: opened().owner,
            amount: euros(minor),
            description: None,
            statement_descriptor: None,
            metadata: Metadata::new(),
        }
    }

    fn asked() -> PayoutStep {
        open(request(1000), funds(1000), NOW).unwrap()
    }

    fn ends() -> [PayoutStep; 3] {
        let payout = asked().payout;
        [
            pay(&payout, NOW).unwrap(),
            fail(&payout, PayoutFailure::NoAccount, NOW).unwrap(),
            cancel(&payout, NOW).unwrap(),
        ]
    }

    #[test]
    fn all_that_is_available_can_be_paid_out_and_not_one_cent_more() {
        assert!(open(request(1000), funds(1000), NOW).is_ok());
        for available in [999, 0, -1] {
            let refused = open(request(1000), funds(available), NOW);
            assert_eq!(refused, Err(Refusal::BalanceInsufficient));
        }
    }

    #[test]
    fn amounts_out_of_bounds_are_refused_before_the_balance_is_looked_at() {
        let refusal = |minor| open(request(minor), funds(0), NOW).unwrap_err();
        assert_eq!(refusal(0), Refusal::AmountTooSmall);
        assert_eq!(refusal(-5), Refusal::AmountTooSmall);
        assert_eq!(refusal(AMOUNT_MINOR_MAX + 1), Refusal::AmountTooLarge);
    }

    #[test]
    fn a_payout_begins_on_the_balance_it_was_decided_on() {
        let step = asked();
        assert_eq!(step.check(), Ok(()));
        assert_eq!((step.guard, step.payout.version), (Some(3), 1));
        let transfer = step.transfer.unwrap();
        assert_eq!(transfer.state, TransferState::Posted);
        assert_eq!(transfer.debit, Account::MerchantPayable);
        assert_eq!(transfer.credit, Account::PayoutsInTransit);
    }

    #[test]
    fn every_end_empties_what_is_in_transit_once() {
        let in_transit = asked().transfer.unwrap().id;
        let credits = [
            Account::Bank,
            Account::MerchantPayable,
            Account::MerchantPayable,
        ];
        for (step, credit) in ends().into_iter().zip(credits) {
            assert_eq!(step.check(), Ok(()));
            let transfer = step.transfer.unwrap();
            assert_eq!(transfer.debit, Account::PayoutsInTransit);
            assert_eq!(transfer.credit, credit);
            assert_eq!(transfer.resolves, Some(in_transit));
            assert_ne!(transfer.id, TransferId::new(&[6; 16], Cause::Payout));
        }
    }

    #[test]
    fn what_has_ended_cannot_end_again() {
        for PayoutStep { payout, .. } in ends() {
            let refused = Refusal::PayoutEnded(payout.status);
            assert_eq!(pay(&payout, NOW), Err(refused));
            assert_eq!(fail(&payout, PayoutFailure::Declined, NOW), Err(refused));
            assert_eq!(cancel(&payout, NOW), Err(refused));
        }
    }

    #[test]
    fn pairs_can_be_changed_at_any_time_and_move_no_money() {
        let change = MetadataChange::default();
        for before in [asked()].into_iter().chain(ends()) {
            let step = update(&before.payout, &change).unwrap();
            assert_eq!(step.check(), Ok(()));
            assert_eq!(step.transfer, None);
            assert_eq!(step.payout.version, before.payout.version + 1);
            assert_eq!(step.payout.status, before.payout.status);
        }
    }

    fn broken(step: PayoutStep, change: impl FnOnce(&mut PayoutStep)) -> &'static str {
        let mut step = step;
        assert_eq!(step.check(), Ok(()));
        change(&mut step);
        step.check().unwrap_err().0
    }

    #[test]
    fn a_step_that_breaks_a_rule_is_caught() {
        let text = broken(asked(), |s| s.guard = None);
        assert_eq!(
            text,
            "exactly a payout that begins is decided on its balance"
        );
        let text = broken(asked(), |s| s.payout.amount.minor = 999);
        assert_eq!(text, "a payout moves its own amount");
        let text = broken(asked(), |s| s.payout.amount.minor = 0);
        assert_eq!(text, "a payout is of money");
        let text = broken(asked(), |s| s.transfer = None);
        assert_eq!(text, "money moves when a payout begins or ends");
        let text = broken(asked(), |s| s.payout.version = 0);
        assert_eq!(text, "versions begin at 1");
        let [paid, failed, canceled] = ends();
        let text = broken(paid, |s| s.payout.status = PayoutStatus::Canceled);
        assert_eq!(text, "a payout moves money as its status says");
        let text = broken(failed, |s| s.payout.ended_at = None);
        assert_eq!(text, "exactly a pending payout has not ended");
        let why = Some(PayoutFailure::Declined);
        let text = broken(canceled.clone(), |s| s.payout.failure = why);
        assert_eq!(text, "only a failed payout has a reason");
        let other = Parent::Payout(PayoutId::from_bytes([1; 16]));
        let text = broken(canceled, |s| s.transfer.as_mut().unwrap().parent = other);
        assert_eq!(text, "a transfer is of its payout");
    }

    #[test]
    fn another_owner_is_caught() {
        let text = broken(asked(), |s| s.payout.owner.mode = crate::Mode::Live);
        assert_eq!(text, "a transfer has the owner of its payout");
    }
}
