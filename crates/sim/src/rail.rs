//! A rail that loses, delays and repeats messages on order; what it delivers goes through the
//! production card rail.

use std::sync::{Arc, Mutex, PoisonError};

use domain::{Approval, CvcCheck, NotSent, Order, Outcome};
use rails::card::CardRail;
use rails::{Rail, Sending};
use vault::{CardData, Pan};

use crate::gate::{Fate, Gate, Point};

/// A message that is still under way.
#[derive(Debug)]
pub(crate) struct Letter {
    pub(crate) order: Order,
    pub(crate) card: Option<CardData>,
}

impl Letter {
    fn copy(order: &Order, card: Option<&CardData>) -> Self {
        let copied = card.and_then(|card| {
            Some(CardData {
                pan: Pan::parse(card.pan.digits()).ok()?,
                expiry: card.expiry,
                code: card.code.clone(),
            })
        });
        Self {
            order: order.clone(),
            card: copied,
        }
    }
}

/// The messages that are still under way. They outlive the process that sent them.
pub(crate) type Mail = Arc<Mutex<Vec<Letter>>>;

/// The line that is used now: another one after the host started again.
pub(crate) type Line = Arc<Mutex<CardRail>>;

pub(crate) struct FaultyRail {
    pub(crate) gate: Gate,
    pub(crate) line: Line,
    pub(crate) mail: Mail,
}

impl Rail for FaultyRail {
    fn send<'a>(&'a self, order: &'a Order, card: Option<&'a CardData>) -> Sending<'a> {
        Box::pin(async move {
            let fate = self.gate.wait(Point::BeforeSend(in_words(order))).await;
            let outcome = self.send_with(order, card, fate).await;
            let learnt = Point::AfterSend(format!("{}: {}", in_words(order), name(&outcome)));
            self.gate.wait(learnt).await;
            outcome
        })
    }
}

impl FaultyRail {
    async fn send_with(&self, order: &Order, card: Option<&CardData>, fate: Fate) -> Outcome {
        match fate {
            Fate::Deliver => self.deliver(order, card).await,
            Fate::Refuse => Outcome::NotSent(NotSent::NoConnection),
            Fate::Lose => Outcome::Unknown,
            Fate::LoseAnswer => {
                self.deliver(order, card).await;
                Outcome::Unknown
            }
            Fate::Delay => {
                let mut mail = self.mail.lock().unwrap_or_else(PoisonError::into_inner);
                mail.push(Letter::copy(order, card));
                Outcome::Unknown
            }
            Fate::Twice => {
                let outcome = self.deliver(order, card).await;
                self.deliver(order, card).await;
                outcome
            }
            Fate::Pretend => Outcome::Approved(Approval {
                amount_minor: order.amount.minor,
                approval_code: None,
                response_code: "00".to_owned(),
                cvc_check: CvcCheck::Unavailable,
            }),
        }
    }

    async fn deliver(&self, order: &Order, card: Option<&CardData>) -> Outcome {
        let line = self
            .line
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        line.send(order, card).await
    }
}

fn in_words(order: &Order) -> String {
    let repeat = if order.is_repeat { " again" } else { "" };
    let Order {
        kind,
        trace,
        amount,
        ..
    } = order;
    let (terminal, stan) = (&trace.terminal, trace.stan);
    format!("{kind}{repeat} {terminal}/{stan} of {}", amount.minor)
}

fn name(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Approved(approval) => format!("approved {}", approval.amount_minor),
        Outcome::Declined { response_code, .. } => format!("declined {response_code}"),
        Outcome::ActionNeeded { .. } => "action needed".to_owned(),
        Outcome::NotSent(why) => format!("not sent, {why}"),
        Outcome::Unknown => "unknown".to_owned(),
    }
}
