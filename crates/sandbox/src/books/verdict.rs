//! What the host answers to a request, as its books stand, and what it will book because of it.
//!
//! Deciding changes nothing. The order of the checks is part of the specification: first whether
//! the message can be looked at, then whether it came before, then the card.

use super::{Books, Standing, State};
use crate::answer::Answer;
use crate::cards::{Behaviour, Card};
use crate::derive::challenge_reference;
use crate::fault::Fault;
use crate::journal::Effect;
use crate::key::Key;
use crate::request::{Kind, Request};

/// What the host answers, and what it books.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Verdict {
    pub(crate) answer: Answer,
    pub(crate) effect: Effect,
    /// The amount of the answer, in minor units.
    pub(crate) amount_minor: u64,
    /// The original that was found.
    pub(crate) original: Option<Key>,
    /// The result of the security code check (field 48, tag 44).
    pub(crate) code_result: Option<char>,
    /// The reference of a new challenge (field 48, tag 71).
    pub(crate) challenge: Option<String>,
    pub(crate) fault: Option<Fault>,
}

impl Books {
    /// What becomes of a request, as things stand.
    pub(crate) fn decide(&self, request: &Request<'_>) -> Verdict {
        if request.incomplete && request.kind != Kind::Unsupported {
            return verdict(request, Answer::FormatError, Effect::Rejected);
        }
        match request.kind {
            Kind::SignOn | Kind::SignOff | Kind::Echo => {
                verdict(request, Answer::Approved, Effect::Network)
            }
            Kind::Authorization | Kind::Purchase | Kind::Refund => self.transaction(request),
            Kind::Capture => self.capture(request),
            Kind::Reversal => self.reversal(request),
            Kind::Unsupported => verdict(request, Answer::NotSupported, Effect::Rejected),
        }
    }

    fn transaction(&self, request: &Request<'_>) -> Verdict {
        if self.places.contains_key(&request.key) {
            return verdict(request, Answer::Duplicate, Effect::Refused);
        }
        if self.orphans.contains(&request.key) {
            return verdict(request, Answer::InvalidTransaction, Effect::Declined);
        }
        let Some(card) = request.card else {
            return verdict(request, Answer::InvalidCard, Effect::Declined);
        };
        if request.kind == Kind::Refund {
            return self.refund(request, card);
        }
        self.payment(request, card)
    }

    fn payment(&self, request: &Request<'_>, card: &Card) -> Verdict {
        let code_result = Some(if request.code_sent { 'M' } else { 'U' });
        let fault = card.payment_fault();
        let approved = Verdict {
            code_result,
            fault,
            ..verdict(request, Answer::Approved, Effect::Approved)
        };
        let declined = |answer| Verdict {
            code_result,
            ..verdict(request, answer, Effect::Declined)
        };
        match card.behaviour {
            Behaviour::Decline(Answer::Malfunction) => Verdict {
                code_result: Some('P'),
                ..declined(Answer::Malfunction)
            },
            Behaviour::Decline(answer) => declined(answer),
            Behaviour::WrongCode if request.code_sent => Verdict {
                code_result: Some('N'),
                ..declined(Answer::IncorrectSecurityCode)
            },
            Behaviour::Challenge if !self.is_authenticated(request) => Verdict {
                challenge: Some(challenge_reference(&request.key)),
                ..declined(Answer::AuthenticationRequired)
            },
            Behaviour::Partial => Verdict {
                answer: Answer::PartiallyApproved,
                amount_minor: request.amount_minor.div_ceil(2),
                ..approved
            },
            Behaviour::Approve
            | Behaviour::WrongCode
            | Behaviour::Challenge
            | Behaviour::Payment(_)
            | Behaviour::Refund(_)
            | Behaviour::RefundDeclined
            | Behaviour::CaptureRefused
            | Behaviour::CaptureIgnored(_)
            | Behaviour::ReversalIgnored(_) => approved,
        }
    }

    fn is_authenticated(&self, request: &Request<'_>) -> bool {
        request
            .authenticated
            .as_ref()
            .is_some_and(|known| self.challenges.contains(known.as_ref()))
    }

    fn refund(&self, request: &Request<'_>, card: &Card) -> Verdict {
        if card.behaviour == Behaviour::RefundDeclined {
            return verdict(request, Answer::NotPermitted, Effect::Declined);
        }
        Verdict {
            original: self.named(request).map(|standing| standing.key),
            fault: card.refund_fault(),
            ..verdict(request, Answer::Approved, Effect::Approved)
        }
    }

    fn capture(&self, request: &Request<'_>) -> Verdict {
        let Some(standing) = self
            .named(request)
            .filter(|found| found.kind == Kind::Authorization)
        else {
            return verdict(request, Answer::OriginalNotFound, Effect::Refused);
        };
        let card = Card::named(&standing.card);
        let ignored = card.map_or(0, Card::captures_ignored);
        let fault = (standing.sendings.captures < ignored).then_some(Fault::Silence);
        let verdict = |answer, effect| Verdict {
            original: Some(standing.key),
            fault,
            ..verdict(request, answer, effect)
        };
        if let Some(answer) = self.captures.get(&(standing.key, request.key.stan())) {
            return verdict(*answer, Effect::Unchanged);
        }
        let left_minor = standing
            .amount_minor
            .saturating_sub(standing.captured_minor);
        if card.is_some_and(|card| card.behaviour == Behaviour::CaptureRefused) {
            verdict(Answer::DoNotHonour, Effect::Refused)
        } else if standing.state != State::Approved || standing.currency != request.currency {
            verdict(Answer::InvalidTransaction, Effect::Refused)
        } else if request.amount_minor > left_minor {
            verdict(Answer::InvalidAmount, Effect::Refused)
        } else {
            verdict(Answer::Approved, Effect::Captured)
        }
    }

    fn reversal(&self, request: &Request<'_>) -> Verdict {
        let Some((class, key)) = request.original else {
            return verdict(request, Answer::FormatError, Effect::Rejected);
        };
        let found = Verdict {
            original: Some(key),
            ..verdict(request, Answer::Approved, Effect::Unchanged)
        };
        let Some(standing) = self.get(&key) else {
            let answer = Answer::OriginalNotFound;
            return Verdict {
                answer,
                effect: Effect::Remembered,
                ..found
            };
        };
        if standing.kind.class() != Some(class) || standing.merchant != request.merchant {
            return Verdict {
                answer: Answer::OriginalNotFound,
                effect: Effect::Refused,
                ..found
            };
        }
        let ignored = Card::named(&standing.card).map_or(0, Card::reversals_ignored);
        let fault = (standing.sendings.reversals < ignored).then_some(Fault::Silence);
        let captured = standing.kind == Kind::Authorization && standing.captured_minor > 0;
        match standing.state {
            State::Declined | State::Reversed => Verdict { fault, ..found },
            State::Approved if captured => Verdict {
                answer: Answer::CannotBackOut,
                effect: Effect::Refused,
                ..found
            },
            State::Approved => Verdict {
                effect: Effect::Reversed,
                fault,
                ..found
            },
        }
    }

    /// The payment that a capture or refund refers to: the original that it names, else the one
    /// with its retrieval reference number at the same merchant.
    fn named(&self, request: &Request<'_>) -> Option<&Standing> {
        let by_key = request.original.and_then(|(class, key)| {
            self.get(&key)
                .filter(|found| found.kind.class() == Some(class))
        });
        by_key
            .filter(|found| found.merchant == request.merchant)
            .or_else(|| {
                let reference = (request.merchant.to_string(), request.rrn.to_string());
                self.standings.get(*self.by_rrn.get(&reference)?)
            })
            .filter(|found| found.kind != Kind::Refund)
    }
}

impl Verdict {
    /// Answered without being looked at.
    pub(crate) fn rejected(request: &Request<'_>, answer: Answer) -> Verdict {
        verdict(request, answer, Effect::Rejected)
    }

    /// The same verdict, or none at all when a fault keeps the message from being looked at.
    pub(crate) fn or_lost(self, request: &Request<'_>) -> Verdict {
        match self.fault {
            Some(fault) if fault.prevents_booking() => Verdict {
                fault: Some(fault),
                ..verdict(request, self.answer, Effect::Lost)
            },
            _ => self,
        }
    }
}

/// A verdict with nothing but an answer and an effect.
fn verdict(request: &Request<'_>, answer: Answer, effect: Effect) -> Verdict {
    let payment = matches!(request.kind, Kind::Authorization | Kind::Purchase);
    Verdict {
        answer,
        effect,
        amount_minor: request.amount_minor,
        original: None,
        code_result: payment.then_some('P'),
        challenge: None,
        fault: None,
    }
}
