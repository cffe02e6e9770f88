//! Everything of one move of money, as it is written: a [`Step`] or [`PayoutStep`] and what goes
//! with it.

use domain::payment_link::PlaceMove;
use domain::{
    AttemptStatus, CheckoutSession, Owner, PaymentMethod, PayoutStep, RefundStatus, Step, StepId,
    Timestamp,
};

use crate::audit::AuditEntry;
use crate::events::Event;
use crate::idempotency::{Answer, Key};
use crate::payment_methods::SealedCard;
use crate::{
    Error, Tx, advices, attempts, audit, balances, checkouts, events, idempotency, payment_links,
    payment_methods, payments, payouts, refunds, steps, transfers,
};

/// One write of money.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its id: a repeated write is recognised by it and never refused.
    pub id: StepId,
    /// When it was decided.
    pub at: Timestamp,
    /// What changes.
    pub step: Step,
    /// A card that came with the request.
    pub method: Option<NewMethod>,
    /// The link that asks for the payment.
    pub session: Option<CheckoutSession>,
    /// What becomes of the payment's place on the link that anybody may pay, if it has one.
    pub place: Option<PlaceMove>,
    /// What happened, rendered.
    pub events: Vec<Event>,
    /// What becomes of the request's idempotency key.
    pub key: Option<KeyWrite>,
    /// Lines of the audit trail.
    pub audit: Vec<AuditEntry>,
}

/// One write of a payout.
#[derive(Clone, Debug)]
pub struct PayoutEntry {
    /// Its id: a repeated write is recognised by it and never refused.
    pub id: StepId,
    /// When it was decided.
    pub at: Timestamp,
    /// What changes.
    pub step: PayoutStep,
    /// What happened, rendered.
    pub event: Event,
    /// What becomes of the request's idempotency key.
    pub key: Option<KeyWrite>,
    /// A line of the audit trail.
    pub audit: Option<AuditEntry>,
}

/// A card that came with a request.
#[derive(Clone, Debug)]
pub struct NewMethod {
    /// What may be known of it.
    pub method: PaymentMethod,
    /// What the vault made of its number.
    pub card: SealedCard,
}

/// What becomes of an idempotency key.
#[derive(Clone, Debug)]
pub enum KeyWrite {
    /// The request begins; its answer comes with a later write.
    Claim(Key),
    /// The request begins and ends here.
    Whole(Key, Answer),
    /// The request ends; a key that has its answer already keeps it.
    Answer(Owner, String, Answer),
}

/// Writes `entry`. See [`crate::Store::apply`] for the verdicts.
pub(crate) fn write(tx: &Tx<'_>, entry: &Entry) -> Result<usize, Error> {
    let payment = &entry.step.payment;
    if steps::is_written(tx, payment.id, payment.version, entry.id)? {
        return Ok(0);
    }
    write_key(tx, entry.key.as_ref(), entry.at)?;
    if payment.version == 1 {
        payments::insert(tx, payment)?;
    } else {
        payments::replace(tx, payment)?;
    }
    steps::insert(tx, payment, entry.id, entry.at)?;
    write_records(tx, entry)?;
    let mut deliveries = 0_usize;
    for event in &entry.events {
        deliveries = deliveries.saturating_add(events::insert(tx, event, payment.id.bytes())?);
    }
    for line in &entry.audit {
        audit::insert(tx, line)?;
    }
    Ok(deliveries)
}

fn write_key(tx: &Tx<'_>, key: Option<&KeyWrite>, at: Timestamp) -> Result<(), Error> {
    match key {
        Some(KeyWrite::Claim(key)) => idempotency::claim(tx, key, None, at),
        Some(KeyWrite::Whole(key, answer)) => idempotency::claim(tx, key, Some(answer), at),
        Some(KeyWrite::Answer(owner, key, answer)) => idempotency::answer(tx, *owner, key, answer),
        None => Ok(()),
    }
}

/// Writes a payout's `entry`. See [`crate::Store::apply_payout`] for the verdicts.
pub(crate) fn write_payout(tx: &Tx<'_>, entry: &PayoutEntry) -> Result<usize, Error> {
    let PayoutEntry { step, .. } = entry;
    let payout = &step.payout;
    if payouts::is_written(tx, payout, entry.id)? {
        return Ok(0);
    }
    write_key(tx, entry.key.as_ref(), entry.at)?;
    match step.guard {
        Some(decided) => {
            balances::advance(tx, payout.owner, payout.amount.currency, decided)?;
            payouts::insert(tx, payout, entry.id)?;
        }
        None => payouts::replace(tx, payout, entry.id)?,
    }
    if let Some(transfer) = &step.transfer {
        transfers::insert(tx, transfer)?;
    }
    let deliveries = events::insert(tx, &entry.event, payout.id.bytes())?;
    if let Some(line) = &entry.audit {
        audit::insert(tx, line)?;
    }
    Ok(deliveries)
}

fn write_records(tx: &Tx<'_>, entry: &Entry) -> Result<(), Error> {
    let step = &entry.step;
    if let Some(NewMethod { method, card }) = &entry.method {
        payment_methods::insert(tx, method, card)?;
    }
    let customer = step.payment.customer;
    if let Some(session) = &entry.session {
        checkouts::insert(tx, session, customer)?;
    }
    if let (Some(session), Some(moved)) = (step.payment.session, entry.place) {
        payment_links::move_place(tx, session, moved)?;
    }
    match &step.attempt {
        Some(attempt) if attempt.status == AttemptStatus::Sent => {
            attempts::insert(tx, attempt, customer)?;
        }
        Some(attempt) => attempts::replace(tx, attempt)?,
        None => {}
    }
    match &step.refund {
        Some(refund) if refund.status == RefundStatus::Sent => refunds::insert(tx, refund)?,
        Some(refund) => refunds::replace(tx, refund)?,
        None => {}
    }
    for transfer in &step.transfers {
        transfers::insert(tx, transfer)?;
    }
    for advice in &step.advices {
        advices::write(tx, advice)?;
    }
    Ok(())
}
