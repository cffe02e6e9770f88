//! The operations on payments: create, confirm, capture, cancel, update.

use std::sync::Arc;

use domain::checkout::CheckoutStatus;
use domain::payment::{self, Metadata, Open, Start, Update};
use domain::{
    AdviceId, AttemptId, CancellationReason, CaptureMethod, CheckoutSession, CustomerId, Money,
    Owner, PaymentId, Refusal, Step, Timestamp,
};
use store::attempts;

use crate::cards::{Chosen, MethodChoice};
use crate::checkouts::Opened;
use crate::commit::{Draft, shown};
use crate::{App, Error, Loaded, Reply, ReplyKind, Request, Thing};

/// How often an operation is decided when others move the payment between its reading and its
/// writing.
pub(crate) const TRIES: usize = 20;

/// What is asked when a payment is opened.
#[derive(Debug)]
pub struct Create {
    /// How much.
    pub amount: Money,
    /// When the money is taken.
    pub capture_method: CaptureMethod,
    /// The means of payment.
    pub method: MethodChoice,
    /// For whom.
    pub customer: Option<CustomerId>,
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
    /// Whether to charge it at once.
    pub is_confirmed: bool,
}

impl App {
    /// Opens a payment, and charges it when asked to.
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::NotFound`], those of the request's key.
    pub async fn create_payment(
        self: &Arc<Self>,
        request: &Request,
        create: Create,
    ) -> Result<Reply, Error> {
        self.keyed(request, self.open_payment(request, create))
            .await
    }

    async fn open_payment(
        self: &Arc<Self>,
        request: &Request,
        create: Create,
    ) -> Result<Reply, Error> {
        let owner = request.caller.owner;
        self.desk(owner.mode)?;
        let merchant = self.merchant(owner).await?;
        let customer = match create.customer {
            Some(id) => Some(self.get_customer(owner, id).await?),
            None => None,
        };
        let is_confirmed = create.is_confirmed;
        let chosen = self.choose(owner, create.customer, &create.method).await?;
        let now = self.clock.now();
        let open = Open {
            id: self.ids.next(&self.clock, PaymentId::from_bytes),
            owner,
            secret: self.ids.secret(),
            amount: create.amount,
            capture_method: create.capture_method,
            method: chosen.method.as_ref().map(|method| method.id),
            customer: create.customer,
            session: None,
            description: create.description,
            statement_descriptor: create.statement_descriptor,
            receipt_email: create.receipt_email,
            return_url: create.return_url,
            metadata: create.metadata,
        };
        let step = payment::open(open, &merchant, now)?;
        let loaded = Loaded::fresh(step.payment.clone(), shown(chosen.new.as_ref()));
        let loaded = Loaded {
            method: chosen.method.clone().or(loaded.method),
            customer,
            ..loaded
        };
        if is_confirmed {
            let begun = self.begin(request, Some(step), loaded, chosen, now).await?;
            return begun.ok_or(Error::Busy);
        }
        if let (Some(method), Some(card)) = (&chosen.method, &chosen.card) {
            self.hold_code(method.id, &card.data);
        }
        let draft = Draft {
            method: chosen.new,
            key: request.whole(),
            reply: Some((ReplyKind::Payment, request.expand.clone())),
            ..Draft::new("payment_open", step, loaded)
        };
        self.finish(request, draft).await
    }

    /// Opens the payment that a link asks for.
    pub(crate) async fn open_for(
        self: &Arc<Self>,
        request: &Request,
        opened: Opened,
    ) -> Result<Reply, Error> {
        let draft = Draft {
            key: request.whole(),
            reply: Some((ReplyKind::Checkout, request.expand.clone())),
            ..self.draft_opened(opened).await?
        };
        self.finish(request, draft).await
    }

    /// The write that opens a link and its payment.
    pub(crate) async fn draft_opened(&self, opened: Opened) -> Result<Draft, Error> {
        let Opened {
            open,
            session,
            priced,
            customer,
        } = opened;
        self.desk(open.owner.mode)?;
        let merchant = self.merchant(open.owner).await?;
        let step = payment::open(open, &merchant, self.clock.now())?;
        let loaded = Loaded {
            session: Some(session),
            priced,
            customer,
            ..Loaded::fresh(step.payment.clone(), None)
        };
        Ok(Draft::new("checkout_open", step, loaded))
    }

    /// Charges a payment.
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::NotFound`], those of the request's key.
    pub async fn confirm_payment(
        self: &Arc<Self>,
        request: &Request,
        id: PaymentId,
        method: MethodChoice,
    ) -> Result<Reply, Error> {
        self.confirm_and_return(request, id, method, None).await
    }

    /// Charges a payment, and sends the payer's browser to `return_url` after a challenge; where
    /// it was to go before, when `None`.
    ///
    /// # Errors
    /// As [`App::confirm_payment`].
    pub async fn confirm_and_return(
        self: &Arc<Self>,
        request: &Request,
        id: PaymentId,
        method: MethodChoice,
        return_url: Option<String>,
    ) -> Result<Reply, Error> {
        let run = async {
            for _ in 0..TRIES {
                let mut loaded = self.get_payment(request.caller.owner, id).await?;
                let payment = &mut loaded.payment;
                payment.return_url = return_url.clone().or(payment.return_url.take());
                let (owner, customer) = (payment.owner, payment.customer);
                let chosen = self.choose(owner, customer, &method).await?;
                let now = self.clock.now();
                if let Some(reply) = self.begin(request, None, loaded, chosen, now).await? {
                    return Ok(reply);
                }
            }
            Err(Error::Busy)
        };
        self.keyed(request, run).await
    }

    /// Decides an attempt, and hands it to the task that writes its intent and sends it; `None`
    /// when others have moved the payment first.
    async fn begin(
        self: &Arc<Self>,
        request: &Request,
        opened: Option<Step>,
        loaded: Loaded,
        chosen: Chosen,
        now: Timestamp,
    ) -> Result<Option<Reply>, Error> {
        let chosen_id = chosen.method.as_ref().map(|method| method.id);
        let start = self
            .start(loaded.payment.owner, request.key_name(), now)
            .await?;
        let confirmed = payment::confirm(&loaded.payment, chosen_id, start, now)?;
        let step = match opened {
            Some(opened) => opened.then(confirmed),
            None => confirmed,
        };
        let loaded = Loaded {
            method: chosen.method.or(loaded.method),
            ..loaded
        };
        let audit = step
            .payment
            .method
            .map(|id| self.detokenise_line(&request.caller, id));
        let draft = Draft {
            method: chosen.new,
            key: request.claim(),
            audit: audit.into_iter().collect(),
            ..Draft::new("payment_begin", step, loaded)
        };
        self.charge(request.clone(), draft, chosen.card).await
    }

    /// What a new attempt brings with it.
    pub(crate) async fn start(
        &self,
        owner: Owner,
        key: Option<String>,
        now: Timestamp,
    ) -> Result<Start, Error> {
        let desk = self.desk(owner.mode)?;
        Ok(Start {
            attempt: self.ids.next(&self.clock, AttemptId::from_bytes),
            trace: self.trace(desk, now).await?,
            node: self.node,
            key,
        })
    }

    /// Captures what was set aside.
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::NotFound`], those of the request's key.
    pub async fn capture_payment(
        &self,
        request: &Request,
        id: PaymentId,
        amount_minor: Option<i64>,
    ) -> Result<Reply, Error> {
        let decide = |loaded: &Loaded, now| {
            let attempt = loaded.attempt.as_ref();
            let attempt = attempt.ok_or(Refusal::UnexpectedStatus(loaded.payment.status))?;
            payment::capture(
                &loaded.payment,
                attempt,
                amount_minor,
                self.advice_id(),
                now,
            )
        };
        self.change("payment_capture", ReplyKind::Payment, request, id, decide)
            .await
    }

    /// Gives a payment up.
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::NotFound`], those of the request's key.
    pub async fn cancel_payment(
        &self,
        request: &Request,
        id: PaymentId,
        reason: Option<CancellationReason>,
    ) -> Result<Reply, Error> {
        let decide = |loaded: &Loaded, now| {
            let attempt = loaded.attempt.as_ref();
            payment::cancel(&loaded.payment, attempt, reason, self.advice_id(), now)
        };
        self.change("payment_cancel", ReplyKind::Payment, request, id, decide)
            .await
    }

    /// Gives up the payment of a link; the link is the answer.
    pub(crate) async fn cancel_checkout(
        &self,
        request: &Request,
        id: PaymentId,
        reason: Option<CancellationReason>,
    ) -> Result<Reply, Error> {
        let decide = |loaded: &Loaded, now| {
            let payment = &loaded.payment;
            if CheckoutSession::status(payment) != CheckoutStatus::Open {
                return Err(Refusal::UnexpectedStatus(payment.status));
            }
            payment::cancel(
                payment,
                loaded.attempt.as_ref(),
                reason,
                self.advice_id(),
                now,
            )
        };
        self.change("checkout_expire", ReplyKind::Checkout, request, id, decide)
            .await
    }

    /// Changes a payment before it is charged.
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::NotFound`], those of the request's key.
    pub async fn update_payment(
        &self,
        request: &Request,
        id: PaymentId,
        update: Update,
    ) -> Result<Reply, Error> {
        self.keyed(request, self.write_update(request, id, update))
            .await
    }

    async fn write_update(
        &self,
        request: &Request,
        id: PaymentId,
        update: Update,
    ) -> Result<Reply, Error> {
        let owner = request.caller.owner;
        let merchant = self.merchant(owner).await?;
        let chosen = match update.method {
            Some(method) => Some(self.get_method(owner, method).await?),
            None => None,
        };
        if let Some(Some(customer)) = update.customer {
            self.get_customer(owner, customer).await?;
        }
        let moves_card = update.method.is_some() || update.customer.is_some();
        let decide = |loaded: &Loaded, _| {
            let payment = &loaded.payment;
            let kept = loaded
                .method
                .as_ref()
                .filter(|one| payment.method == Some(one.id));
            let kept_for = chosen.as_ref().or(kept).and_then(|method| method.customer);
            let step = payment::update(payment, update.clone(), &merchant)?;
            if moves_card && kept_for.is_some() && kept_for != step.payment.customer {
                return Err(Refusal::PaymentMethodOfAnotherCustomer);
            }
            Ok(step)
        };
        self.decide("payment_update", ReplyKind::Payment, request, id, decide)
            .await
    }

    /// A keyed operation that begins and ends with one step on one payment.
    async fn change(
        &self,
        name: &'static str,
        reply: ReplyKind,
        request: &Request,
        id: PaymentId,
        decide: impl Fn(&Loaded, Timestamp) -> Result<Step, Refusal>,
    ) -> Result<Reply, Error> {
        self.keyed(request, self.decide(name, reply, request, id, decide))
            .await
    }

    /// Decides until it is written, or refused, or others were first too often.
    async fn decide(
        &self,
        name: &'static str,
        reply: ReplyKind,
        request: &Request,
        id: PaymentId,
        decide: impl Fn(&Loaded, Timestamp) -> Result<Step, Refusal>,
    ) -> Result<Reply, Error> {
        for _ in 0..TRIES {
            let loaded = self.get_payment(request.caller.owner, id).await?;
            let step = decide(&loaded, self.clock.now())?;
            let draft = Draft {
                key: request.whole(),
                reply: Some((reply, request.expand.clone())),
                ..Draft::new(name, step, loaded)
            };
            match self.finish(request, draft).await {
                Err(Error::Busy) => {}
                other => return other,
            }
        }
        Err(Error::Busy)
    }

    /// Writes a draft whose answer is the end of the request.
    pub(crate) async fn finish(&self, request: &Request, draft: Draft) -> Result<Reply, Error> {
        let committed = self.commit(&request.caller, draft).await?;
        let missing = || Error::Internal(anyhow::anyhow!("a write without its answer"));
        Ok(Reply {
            answer: committed.answer.ok_or_else(missing)?,
            is_replay: false,
        })
    }

    pub(crate) fn advice_id(&self) -> AdviceId {
        self.ids.next(&self.clock, AdviceId::from_bytes)
    }

    /// An attempt, shown as a charge, with its payment.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn get_charge(&self, owner: Owner, id: AttemptId) -> Result<Loaded, Error> {
        let found = self
            .store
            .read(move |tx| {
                let attempt = attempts::find(tx, id)?.filter(|attempt| attempt.owner == owner);
                attempt
                    .map(|attempt| crate::load::of_attempt(tx, attempt))
                    .transpose()
            })
            .await?;
        found.flatten().ok_or(Error::NotFound(Thing::Charge))
    }
}
