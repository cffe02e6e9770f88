//! A merchant, a payment and the news about it, as the tests of this crate play them.

use domain::advice::{About, answered, give_up};
use domain::payment::{
    self, CaptureMethod, Metadata, Open, Start, cancel, capture, conclude, confirm, open,
};
use domain::{
    Advice, AdviceId, AdviceStatus, Approval, Attempt, AttemptId, ClientSecret, Currency, CvcCheck,
    DeclineReason, EventKind, Merchant, MerchantId, Mode, Money, NodeId, NotSent, Outcome, Owner,
    Payment, PaymentId, PaymentMethodId, Refund, RefundId, Refusal, Step, Timestamp, Trace,
    Transfer, refund,
};

/// The window in which an original may still be under way, in milliseconds.
pub(crate) const WINDOW: i64 = 30_000;

/// When everything begins.
pub(crate) const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

/// One payment with everything that was written about it.
pub(crate) struct World {
    pub(crate) payment: Payment,
    pub(crate) attempts: Vec<Attempt>,
    pub(crate) refunds: Vec<Refund>,
    pub(crate) transfers: Vec<Transfer>,
    pub(crate) advices: Vec<Advice>,
    pub(crate) events: Vec<EventKind>,
    pub(crate) now: Timestamp,
    count: u8,
}

pub(crate) fn merchant() -> Merchant {
    Merchant {
        id: MerchantId::from_bytes([1; 16]),
        name: "Café".into(),
        time_zone: "Europe/Paris".into(),
        country: "FR".into(),
        locale: "fr-FR".into(),
        currencies: vec![Currency::EUR],
        acceptor: "000000000000001".into(),
        fees: domain::FeeRules::default(),
        payout_delay_days: 0,
    }
}

pub(crate) fn request(minor: i64, capture_method: CaptureMethod) -> Open {
    Open {
        id: PaymentId::from_bytes([2; 16]),
        owner: Owner {
            merchant: MerchantId::from_bytes([1; 16]),
            mode: Mode::Test,
        },
        secret: ClientSecret::from_bytes([3; 16]),
        amount: Money::new(minor, Currency::EUR),
        capture_method,
        method: None,
        customer: None,
        session: None,
        description: None,
        statement_descriptor: None,
        receipt_email: None,
        return_url: None,
        metadata: Metadata::new(),
    }
}

pub(crate) fn approval(amount_minor: i64) -> Outcome {
    Outcome::Approved(Approval {
        amount_minor,
        approval_code: Some("A1B2C3".into()),
        response_code: "00".into(),
        cvc_check: CvcCheck::Pass,
    })
}

pub(crate) fn declined(reason: DeclineReason) -> Outcome {
    Outcome::Declined {
        reason,
        response_code: "05".into(),
        cvc_check: CvcCheck::Unavailable,
    }
}

/// Every kind of answer for an exchange about `minor`.
pub(crate) fn outcomes(minor: i64) -> [Outcome; 6] {
    [
        approval(minor),
        approval(minor / 2),
        declined(DeclineReason::GenericDecline),
        Outcome::ActionNeeded {
            reference: "c-1".into(),
        },
        Outcome::NotSent(NotSent::NoConnection),
        Outcome::Unknown,
    ]
}

impl World {
    /// A payment that was just asked for.
    pub(crate) fn opened(minor: i64, capture_method: CaptureMethod) -> Self {
        let step = open(request(minor, capture_method), &merchant(), NOW).unwrap();
        step.check().unwrap();
        Self {
            payment: step.payment,
            attempts: Vec::new(),
            refunds: Vec::new(),
            transfers: Vec::new(),
            advices: Vec::new(),
            events: step.events,
            now: NOW,
            count: 10,
        }
    }

    /// A payment that came so far.
    pub(crate) fn paid(minor: i64, capture_method: CaptureMethod) -> Self {
        let mut world = Self::opened(minor, capture_method);
        world.confirm().unwrap();
        world.answer(&approval(minor));
        world
    }

    fn next(&mut self) -> [u8; 16] {
        self.count += 1;
        [self.count; 16]
    }

    fn trace(&mut self) -> Trace {
        Trace {
            acquirer: "sandbox".into(),
            terminal: "ENC00001".into(),
            stan: u32::from(self.count),
            sent_at: self.now,
        }
    }

    pub(crate) fn attempt(&self) -> Option<&Attempt> {
        self.attempts
            .iter()
            .find(|attempt| Some(attempt.id) == self.payment.attempt)
    }

    /// Writes a step as the store does: checked, on the version before it, never twice.
    pub(crate) fn write(&mut self, step: Step) {
        step.check().unwrap();
        assert_eq!(step.payment.version, self.payment.version + 1);
        self.payment = step.payment;
        if let Some(attempt) = step.attempt {
            put(&mut self.attempts, attempt, |one| one.id);
        }
        if let Some(refund) = step.refund {
            put(&mut self.refunds, refund, |one| one.id);
        }
        for transfer in step.transfers {
            assert!(
                self.transfers.iter().all(|one| one.id != transfer.id),
                "written twice"
            );
            if transfer.resolves.is_some() {
                let is_second = self
                    .transfers
                    .iter()
                    .any(|one| one.resolves == transfer.resolves);
                assert!(!is_second, "resolved twice");
            }
            self.transfers.push(transfer);
        }
        for advice in step.advices {
            put(&mut self.advices, advice, |one| one.id);
        }
        self.events.extend(step.events);
    }

    pub(crate) fn confirm(&mut self) -> Result<(), Refusal> {
        let start = Start {
            attempt: AttemptId::from_bytes(self.next()),
            trace: self.trace(),
            node: NodeId::from_bytes([7; 16]),
            key: None,
        };
        let method = PaymentMethodId::from_bytes([5; 16]);
        let step = confirm(&self.payment, Some(method), start, self.now)?;
        self.write(step);
        Ok(())
    }

    /// News about the latest attempt; `false` when it came too late to count.
    pub(crate) fn answer(&mut self, outcome: &Outcome) -> bool {
        let advice = AdviceId::from_bytes(self.next());
        let Some(attempt) = self.attempt() else {
            return false;
        };
        let step = conclude(&self.payment, attempt, outcome, advice, self.now);
        self.write_if(step)
    }

    pub(crate) fn capture(&mut self, minor: Option<i64>) -> Result<(), Refusal> {
        let advice = AdviceId::from_bytes(self.next());
        let none = Refusal::UnexpectedStatus(self.payment.status);
        let attempt = self.attempt().ok_or(none)?;
        let step = capture(&self.payment, attempt, minor, advice, self.now)?;
        self.write(step);
        Ok(())
    }

    pub(crate) fn cancel(&mut self) -> Result<(), Refusal> {
        let advice = AdviceId::from_bytes(self.next());
        let step = cancel(&self.payment, self.attempt(), None, advice, self.now)?;
        self.write(step);
        Ok(())
    }

    pub(crate) fn refund(&mut self, minor: Option<i64>) -> Result<(), Refusal> {
        let request = refund::Open {
            id: RefundId::from_bytes(self.next()),
            amount_minor: minor,
            reason: None,
            metadata: Metadata::new(),
            trace: self.trace(),
            node: NodeId::from_bytes([7; 16]),
            key: None,
        };
        let attempt = self.attempt().ok_or(Refusal::NothingToRefund)?;
        let step = refund::open(&self.payment, attempt, request, self.now)?;
        self.write(step);
        Ok(())
    }

    /// News about a refund; `false` when it came too late to count.
    pub(crate) fn answer_refund(&mut self, at: usize, outcome: &Outcome) -> bool {
        let advice = AdviceId::from_bytes(self.next());
        let (Some(refund), Some(attempt)) = (self.refunds.get(at), self.attempt()) else {
            return false;
        };
        let about = (&self.payment, attempt);
        let step = refund::conclude(about, refund, outcome, advice, self.now);
        self.write_if(step)
    }

    /// The answer to an advice; `false` when it must be repeated or has ended.
    pub(crate) fn answer_advice(&mut self, at: usize, outcome: &Outcome) -> bool {
        let step = self.about(at, |about, advice, now| {
            answered(about, advice, outcome, WINDOW, now)
        });
        self.write_if(step)
    }

    /// Nobody answers an advice any more.
    pub(crate) fn give_up(&mut self, at: usize) -> bool {
        let step = self.about(at, |about, advice, _| give_up(about, advice));
        self.write_if(step)
    }

    fn about(
        &self,
        at: usize,
        decide: impl Fn(About<'_>, &Advice, Timestamp) -> Option<Step>,
    ) -> Option<Step> {
        let advice = self.advices.get(at)?;
        let attempt = self.attempts.iter().find(|one| one.id == advice.attempt)?;
        let refund = self
            .refunds
            .iter()
            .find(|one| Some(one.id) == advice.refund);
        decide(
            About {
                payment: &self.payment,
                attempt,
                refund,
            },
            advice,
            self.now,
        )
    }

    fn write_if(&mut self, step: Option<Step>) -> bool {
        let is_news = step.is_some();
        if let Some(step) = step {
            self.write(step);
        }
        is_news
    }

    /// Ends everything that is open: every answer comes, at last.
    pub(crate) fn settle(&mut self) {
        self.answer(&Outcome::Unknown);
        for at in 0..self.refunds.len() {
            self.answer_refund(at, &Outcome::Unknown);
        }
        self.now = self.now.plus_millis(WINDOW);
        for at in 0..self.advices.len() {
            if self.advices[at].status == AdviceStatus::Owed {
                let minor = self.advices[at].amount.minor;
                assert!(self.answer_advice(at, &approval(minor)));
            }
        }
    }
}

fn put<T, Id: PartialEq>(all: &mut Vec<T>, one: T, id: impl Fn(&T) -> Id) {
    match all.iter_mut().find(|other| id(other) == id(&one)) {
        Some(place) => *place = one,
        None => all.push(one),
    }
}

/// What is in the books: posted and not given back, and still set aside, in minor units.
pub(crate) fn books(transfers: &[Transfer]) -> (i64, i64) {
    use domain::{Cause, TransferState};
    let resolved = |id| transfers.iter().any(|one| one.resolves == Some(id));
    let mut posted = 0;
    let mut held = 0;
    for transfer in transfers {
        match (transfer.cause, transfer.state) {
            (Cause::Purchase | Cause::Capture, TransferState::Posted) => {
                posted += transfer.amount.minor;
            }
            (Cause::Refund, TransferState::Posted) => posted -= transfer.amount.minor,
            (Cause::Authorisation, _) if !resolved(transfer.id) => held += transfer.amount.minor,
            _ => {}
        }
    }
    (posted, held)
}

/// The statuses of a payment that may be given up or charged.
pub(crate) fn is_open(payment: &Payment) -> bool {
    use payment::PaymentStatus as S;
    matches!(
        payment.status,
        S::RequiresPaymentMethod | S::RequiresConfirmation | S::RequiresAction
    )
}
