//! The only thing that can change money: everything that must be written together.
//!
//! Does not write itself. [`Step::check`] is called where a step is made and again where it is
//! written; it stays on in production, because a wrong step must fail its request and not reach
//! the ledger.

use crate::ledger::Parent;
use crate::{
    Advice, Attempt, AttemptStatus, Cause, EventKind, FeeRules, Payment, PaymentStatus, Refund,
    RefundStatus, Transfer, TransferState,
};

/// Records to write and events to tell, all or none.
///
/// A record in its first status (`version` 1, `sent`, `owed`) is new; any other replaces what is
/// stored, and only when the stored payment is one version behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The payment, with its next version.
    pub payment: Payment,
    /// The attempt that changed.
    pub attempt: Option<Attempt>,
    /// The refund that changed.
    pub refund: Option<Refund>,
    /// Ledger entries to add.
    pub transfers: Vec<Transfer>,
    /// Messages owed to a rail, or whose debt ends.
    pub advices: Vec<Advice>,
    /// What happened.
    pub events: Vec<EventKind>,
}

/// A step that may not be written: a defect of this program, never of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a step breaks the rule: {0}")]
pub struct Broken(pub &'static str);

impl Step {
    /// A step that changes nothing but `payment`.
    pub const fn of(payment: Payment) -> Self {
        Self {
            payment,
            attempt: None,
            refund: None,
            transfers: Vec::new(),
            advices: Vec::new(),
            events: Vec::new(),
        }
    }

    /// With the attempt that changed.
    #[must_use]
    pub fn with_attempt(mut self, attempt: Attempt) -> Self {
        self.attempt = Some(attempt);
        self
    }

    /// With the refund that changed.
    #[must_use]
    pub fn with_refund(mut self, refund: Refund) -> Self {
        self.refund = Some(refund);
        self
    }

    /// With one more ledger entry.
    #[must_use]
    pub fn transfer(mut self, transfer: Transfer) -> Self {
        self.transfers.push(transfer);
        self
    }

    /// The entry by which this step takes money, if it does.
    pub fn taking(&self) -> Option<&Transfer> {
        self.transfers.iter().find(|one| one.cause.takes())
    }

    /// With the fee on the money it takes, by the rule of that moment; none when nothing is due.
    #[must_use]
    pub fn charged(self, rules: &FeeRules) -> Self {
        let fee = self.taking().and_then(|taken| {
            let amount = rules.at(taken.created_at)?.on(taken.amount)?;
            Some(Transfer::fee(taken, amount))
        });
        match fee {
            Some(fee) => self.transfer(fee),
            None => self,
        }
    }

    /// With one more message owed, or no longer owed.
    #[must_use]
    pub fn owe(mut self, advice: Advice) -> Self {
        self.advices.push(advice);
        self
    }

    /// With one more thing to tell.
    #[must_use]
    pub fn tell(mut self, event: EventKind) -> Self {
        self.events.push(event);
        self
    }

    /// This step and the `next` one, decided on its result, as one write.
    ///
    /// A payment opened and confirmed by one request is written once, as version 1.
    #[must_use]
    pub fn then(mut self, next: Self) -> Self {
        let version = self.payment.version;
        self.payment = Payment {
            version,
            ..next.payment
        };
        self.attempt = next.attempt.or(self.attempt);
        self.refund = next.refund.or(self.refund);
        self.transfers.extend(next.transfers);
        self.advices.extend(next.advices);
        self.events.extend(next.events);
        self
    }

    /// Asserts what must hold for every step.
    ///
    /// # Errors
    /// [`Broken`] with the rule that does not hold.
    pub fn check(&self) -> Result<(), Broken> {
        self.check_payment()?;
        self.check_attempt()?;
        self.check_refund()?;
        self.transfers
            .iter()
            .try_for_each(|transfer| self.check_transfer(transfer))?;
        for advice in &self.advices {
            rule(
                advice.payment == self.payment.id,
                "an advice is about its payment",
            )?;
            rule(advice.amount.minor > 0, "an advice is about money")?;
        }
        Ok(())
    }

    fn check_payment(&self) -> Result<(), Broken> {
        let payment = &self.payment;
        rule(payment.version >= 1, "versions begin at 1")?;
        rule(payment.amount.minor > 0, "a payment asks for money")?;
        rule(
            (0..=payment.amount.minor).contains(&payment.captured_minor),
            "never more captured than asked",
        )?;
        rule(
            (0..=payment.captured_minor).contains(&payment.refunded_minor),
            "never more given back than captured",
        )?;
        let has_money = payment.captured_minor > 0;
        let is_paid = payment.status == PaymentStatus::Succeeded;
        rule(
            has_money == is_paid,
            "exactly the succeeded payments have money",
        )
    }

    fn check_attempt(&self) -> Result<(), Broken> {
        let Some(attempt) = &self.attempt else {
            return Ok(());
        };
        rule(
            attempt.payment == self.payment.id,
            "an attempt is of its payment",
        )?;
        rule(
            attempt.owner == self.payment.owner,
            "an attempt has the owner of its payment",
        )?;
        rule(
            attempt.amount.currency == self.payment.amount.currency,
            "an attempt is in the currency of its payment",
        )?;
        rule(
            attempt.captured_minor == 0 || attempt.status == AttemptStatus::Approved,
            "only an approved attempt takes money",
        )?;
        rule(
            attempt.captured_minor <= attempt.amount.minor,
            "never more captured than authorised",
        )
    }

    fn check_refund(&self) -> Result<(), Broken> {
        let Some(refund) = &self.refund else {
            return Ok(());
        };
        rule(
            refund.payment == self.payment.id,
            "a refund is of its payment",
        )?;
        rule(
            refund.owner == self.payment.owner,
            "a refund has the owner of its payment",
        )?;
        let counts = refund.status != RefundStatus::Failed;
        rule(
            !counts || refund.amount.minor <= self.payment.refunded_minor,
            "a refund is reserved on its payment",
        )
    }

    fn check_transfer(&self, transfer: &Transfer) -> Result<(), Broken> {
        rule(
            transfer.parent == Parent::Payment(self.payment.id),
            "a transfer is of its payment",
        )?;
        rule(
            transfer.owner == self.payment.owner,
            "a transfer has the owner of its payment",
        )?;
        rule(
            transfer.amount.currency == self.payment.amount.currency,
            "a payment settles in its own currency",
        )?;
        check_movement(transfer)?;
        let taken = self.payment.captured_minor;
        match transfer.cause {
            Cause::Purchase | Cause::Capture => rule(
                transfer.state == TransferState::Posted && transfer.amount.minor == taken,
                "what is posted is what was captured",
            ),
            Cause::Authorisation | Cause::Release => {
                rule(taken == 0, "money set aside is not taken yet")
            }
            Cause::RefundReserved | Cause::Refund | Cause::RefundFailed => rule(
                self.refund
                    .as_ref()
                    .is_some_and(|refund| refund.amount == transfer.amount),
                "a refund moves its own amount",
            ),
            Cause::Fee => rule(
                self.taking()
                    .is_some_and(|taken| transfer.amount.minor <= taken.amount.minor),
                "a fee goes with the money it is on and is not above it",
            ),
            Cause::Payout | Cause::PayoutPaid | Cause::PayoutFailed | Cause::PayoutCanceled => {
                rule(false, "a payment is no payout")
            }
        }
    }
}

/// What holds for every transfer, whatever it is of.
pub(crate) fn check_movement(transfer: &Transfer) -> Result<(), Broken> {
    rule(transfer.amount.minor > 0, "a transfer moves money")?;
    rule(
        transfer.debit != transfer.credit,
        "a transfer has two sides",
    )
}

pub(crate) fn rule(holds: bool, text: &'static str) -> Result<(), Broken> {
    if holds { Ok(()) } else { Err(Broken(text)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payment::{capture, confirm, sample};
    use crate::refund;

    fn captured() -> Step {
        let (payment, attempt) = sample::authorised();
        capture(&payment, &attempt, None, sample::ADVICE, sample::NOW).unwrap()
    }

    fn broken(change: impl FnOnce(&mut Step)) -> &'static str {
        let mut step = captured();
        assert_eq!(step.check(), Ok(()));
        change(&mut step);
        step.check().unwrap_err().0
    }

    #[test]
    fn more_captured_than_asked_is_caught() {
        assert_eq!(
            broken(|s| s.payment.captured_minor = 1251),
            "never more captured than asked"
        );
    }

    #[test]
    fn more_given_back_than_captured_is_caught() {
        let text = broken(|s| s.payment.refunded_minor = 1251);
        assert_eq!(text, "never more given back than captured");
    }

    #[test]
    fn a_transfer_of_another_amount_is_caught() {
        let text = broken(|s| s.transfers[0].amount.minor = 1249);
        assert_eq!(text, "what is posted is what was captured");
    }

    #[test]
    fn a_one_sided_transfer_is_caught() {
        let text = broken(|s| s.transfers[0].debit = s.transfers[0].credit);
        assert_eq!(text, "a transfer has two sides");
    }

    fn with_fee(basis_points: i64) -> Step {
        let rule = crate::FeeRule::new(basis_points, 0, sample::NOW).unwrap();
        captured().charged(&FeeRules::new(vec![rule]))
    }

    #[test]
    fn a_fee_goes_with_the_money_it_is_on() {
        let step = with_fee(200);
        assert_eq!(step.check(), Ok(()));
        let fee = &step.transfers[1];
        assert_eq!((fee.cause, fee.amount.minor), (Cause::Fee, 25));
        assert_eq!(fee.created_at, step.transfers[0].created_at);
    }

    #[test]
    fn nothing_taken_or_nothing_due_is_no_fee() {
        assert_eq!(with_fee(0), captured());
        let rules = FeeRules::new(vec![crate::FeeRule::new(200, 25, sample::NOW).unwrap()]);
        let opened = Step::of(sample::opened());
        assert_eq!(opened.clone().charged(&rules), opened);
    }

    #[test]
    fn a_fee_without_or_above_the_money_it_is_on_is_caught() {
        let rule = "a fee goes with the money it is on and is not above it";
        let mut step = with_fee(200);
        step.transfers[1].amount.minor = 1251;
        assert_eq!(step.check().unwrap_err().0, rule);
        let mut step = with_fee(200);
        step.transfers.remove(0);
        assert_eq!(step.check().unwrap_err().0, rule);
    }

    #[test]
    fn money_without_success_is_caught() {
        let text = broken(|s| s.payment.status = PaymentStatus::Processing);
        assert_eq!(text, "exactly the succeeded payments have money");
    }

    #[test]
    fn another_owner_is_caught() {
        let text = broken(|s| s.transfers[0].owner.mode = crate::Mode::Live);
        assert_eq!(text, "a transfer has the owner of its payment");
    }

    #[test]
    fn a_refund_that_is_not_reserved_is_caught() {
        let (payment, attempt) = sample::paid();
        let mut step =
            refund::open(&payment, &attempt, refund::sample_open(500), sample::NOW).unwrap();
        step.payment.refunded_minor = 0;
        assert_eq!(
            step.check().unwrap_err().0,
            "a refund is reserved on its payment"
        );
    }

    #[test]
    fn opening_and_confirming_is_one_write_of_version_one() {
        let opened = Step::of(sample::opened()).tell(EventKind::PaymentCreated);
        let confirmed = confirm(
            &opened.payment,
            Some(sample::METHOD),
            sample::start(),
            sample::NOW,
        )
        .unwrap();
        let both = opened.then(confirmed);
        assert_eq!(both.payment.version, 1);
        assert_eq!(both.payment.status, PaymentStatus::Processing);
        assert_eq!(both.events, [EventKind::PaymentCreated]);
        assert!(both.attempt.is_some());
    }
}
