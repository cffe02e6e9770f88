//! A client and what they want: requests in phases, each with its idempotency key, repeated until
//! answered.
//!
//! A client knows only what it was told; what is true is for [`crate::checks`].

use std::sync::Arc;

use domain::payment::Metadata;
use domain::{CaptureMethod, Currency, Expiry, Money, PaymentId};
use engine::cards::{MethodChoice, NewCard};
use engine::{Actor, App, Caller, Error, Reply, Request, payments, refunds};
use vault::{CardData, Pan, SecurityCode};

use crate::checks::{MARKER, Told};
use crate::node::OWNER;

/// One thing a client may ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A payment, charged at once.
    Pay {
        /// The sandbox's name of the card.
        card: &'static str,
        /// Minor units.
        amount_minor: i64,
        /// When the money is taken.
        capture: CaptureMethod,
    },
    /// The payment is charged again, to another card.
    Retry {
        /// The sandbox's name of the card.
        card: &'static str,
    },
    /// The payer comes back from the challenge.
    Prove {
        /// Whether they proved who they are.
        passes: bool,
    },
    /// What was set aside is taken: all of it, or so many minor units.
    Capture(Option<i64>),
    /// The payment is given up.
    Cancel,
    /// Money goes back: all of it, or so many minor units.
    Refund(Option<i64>),
}

/// How far a request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// It can be sent, perhaps again.
    Ready,
    /// It is under way.
    Running,
    /// It must wait until time has passed.
    Blocked,
    /// It was answered.
    Done,
}

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) step: Step,
    pub(crate) key: String,
    pub(crate) state: State,
    /// The first answer.
    pub(crate) answer: Option<Vec<u8>>,
}

/// A client.
#[derive(Clone, Debug)]
pub struct Till {
    pub(crate) name: String,
    phases: Vec<Vec<Ask>>,
    phase: usize,
    pub(crate) payment: Option<PaymentId>,
    pub(crate) told: Vec<Told>,
}

impl Till {
    /// A client who asks for everything in `phases`, one phase after the other; what stands in one
    /// phase is asked for at the same time.
    pub fn new(name: &str, phases: Vec<Vec<Step>>) -> Self {
        let mut number = 0;
        let mut ask = |step| {
            number += 1;
            Ask {
                step,
                key: format!("{name}-{number}"),
                state: State::Ready,
                answer: None,
            }
        };
        let phases = phases
            .into_iter()
            .map(|phase| phase.into_iter().map(&mut ask).collect())
            .collect();
        Self {
            name: name.to_owned(),
            phases,
            phase: 0,
            payment: None,
            told: Vec::new(),
        }
    }

    /// The same, and all requests of one phase carry one idempotency key.
    #[must_use]
    pub fn with_shared_keys(mut self) -> Self {
        for (number, phase) in self.phases.iter_mut().enumerate() {
            for ask in phase {
                ask.key = format!("{}-shared-{number}", self.name);
            }
        }
        self
    }

    pub(crate) fn is_done(&self) -> bool {
        self.phase >= self.phases.len()
    }

    /// The requests of the present phase.
    pub(crate) fn asks(&self) -> &[Ask] {
        self.phases.get(self.phase).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn set(&mut self, ask: usize, state: State) {
        let phase = self.phases.get_mut(self.phase);
        if let Some(ask) = phase.and_then(|phase| phase.get_mut(ask)) {
            ask.state = state;
        }
        if self.asks().iter().all(|ask| ask.state == State::Done) {
            self.phase += 1;
        }
    }

    /// Whoever was told to come back later may come back.
    pub(crate) fn unblock(&mut self) {
        for ask in self.phases.iter_mut().flatten() {
            if ask.state == State::Blocked {
                ask.state = State::Ready;
            }
        }
    }

    /// A first answer.
    pub(crate) fn hear(&mut self, ask: usize, answer: Vec<u8>) {
        if let Some(told) = Told::parse(&String::from_utf8_lossy(&answer)) {
            self.payment = Some(told.payment);
            self.told.push(told);
        }
        let phase = self.phases.get_mut(self.phase);
        if let Some(ask) = phase.and_then(|phase| phase.get_mut(ask)) {
            ask.answer = Some(answer);
        }
        self.set(ask, State::Done);
    }

    /// Every request that was answered, with its answer.
    pub(crate) fn answered(&self) -> Vec<(Ask, Vec<u8>)> {
        let asks = self.phases.iter().flatten();
        asks.filter_map(|ask| Some((ask.clone(), ask.answer.clone()?)))
            .collect()
    }
}

/// Sends one request to `app`.
pub(crate) async fn send(
    app: Arc<App>,
    till: String,
    ask: Ask,
    payment: Option<PaymentId>,
) -> Result<Reply, Error> {
    let request = Request {
        caller: Caller {
            actor: Actor::Operator,
            ..Caller::operator(OWNER)
        },
        key: Some((ask.key.clone(), fingerprint(&ask.key))),
        expand: Vec::new(),
    };
    let missing = || Error::Internal(anyhow::anyhow!("a client asks about no payment"));
    let id = || payment.ok_or_else(missing);
    match ask.step {
        Step::Pay {
            card,
            amount_minor,
            capture,
        } => {
            let create = payments::Create {
                amount: Money::new(amount_minor, Currency::EUR),
                capture_method: capture,
                method: new_card(card)?,
                customer: None,
                description: None,
                statement_descriptor: None,
                receipt_email: None,
                return_url: None,
                metadata: Metadata::from([(MARKER.to_owned(), till)]),
                is_confirmed: true,
            };
            app.create_payment(&request, create).await
        }
        Step::Retry { card } => app.confirm_payment(&request, id()?, new_card(card)?).await,
        Step::Prove { passes } => {
            let loaded = app.get_payment(OWNER, id()?).await?;
            let reference = loaded.attempt.and_then(|attempt| attempt.challenge);
            let value = reference.map(|known| sandbox::authentication_value(&known));
            let value = value.filter(|_| passes);
            app.complete_challenge(&request, id()?, value).await
        }
        Step::Capture(amount) => app.capture_payment(&request, id()?, amount).await,
        Step::Cancel => app.cancel_payment(&request, id()?, None).await,
        Step::Refund(amount_minor) => {
            let create = refunds::Create {
                of: refunds::Of::Payment(id()?),
                amount_minor,
                reason: None,
                metadata: Metadata::new(),
            };
            app.create_refund(&request, create).await
        }
    }
}

/// A client repeats a key with the same request only.
fn fingerprint(key: &str) -> [u8; 32] {
    let mut print = [0; 32];
    for (place, byte) in print.iter_mut().zip(key.bytes()) {
        *place = byte;
    }
    print
}

fn new_card(name: &str) -> Result<MethodChoice, Error> {
    let unknown = || Error::Internal(anyhow::anyhow!("the sandbox has no card {name}"));
    let known = sandbox::CARDS.iter().find(|card| card.name == name);
    let pan = Pan::parse(known.ok_or_else(unknown)?.number).map_err(|_| unknown())?;
    let data = CardData {
        code: SecurityCode::parse("123", pan.brand()).ok(),
        pan,
        expiry: Expiry::new(12, 2031).ok_or_else(unknown)?,
    };
    Ok(MethodChoice::New(Arc::new(NewCard {
        data,
        holder: None,
        email: None,
    })))
}
