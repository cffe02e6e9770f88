//! What the host knows: every transaction and how it stands. Pure: no socket, no file, no clock.
//!
//! Only an [`Entry`] changes the books. The same entries, read from the journal after a restart,
//! lead to the same books. What is answered because of them is [`verdict`]'s.

mod verdict;

use std::collections::{HashMap, HashSet};

use crate::answer::Answer;
use crate::journal::{Effect, Entry};
use crate::key::Key;
use crate::request::Kind;

pub(crate) use verdict::Verdict;

/// How a transaction stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// It counts.
    Approved,
    /// It was refused and counts for nothing.
    Declined,
    /// It was undone and counts for nothing.
    Reversed,
}

/// An authorisation, purchase or refund with everything that happened to it since.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    /// Its identity.
    pub key: Key,
    /// The retrieval reference number (field 37).
    pub rrn: String,
    /// The merchant (field 42).
    pub merchant: String,
    /// Authorisation, purchase or refund.
    pub kind: Kind,
    /// The name of the test card; empty for another one.
    pub card: String,
    /// What was approved or, for a decline, asked for, in minor units.
    pub amount_minor: u64,
    /// The currency, as field 49 said it.
    pub currency: String,
    /// How it stands.
    pub state: State,
    /// What of it was taken from the holder, in minor units: a purchase at once, an authorisation
    /// by its captures, a refund never.
    pub captured_minor: u64,
    /// What of it was given back by refunds that stand, in minor units.
    pub refunded_minor: u64,
    /// The payment that a refund gives back, when it named one.
    pub refund_of: Option<Key>,
    sendings: Sendings,
}

/// How often messages about a transaction came, for cards that ignore the first ones.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
struct Sendings {
    captures: u32,
    reversals: u32,
}

/// All transactions and what is remembered beside them.
#[derive(Default)]
pub(crate) struct Books {
    standings: Vec<Standing>,
    places: HashMap<Key, usize>,
    by_rrn: HashMap<(String, String), usize>,
    /// Originals that were reversed before they came.
    orphans: HashSet<Key>,
    /// Answers to captures: by the authorisation and the capture's trace number, because a repeat
    /// may carry another time.
    captures: HashMap<(Key, u32), Answer>,
    challenges: HashSet<String>,
}

impl Books {
    /// All transactions in the order in which they came.
    pub(crate) fn into_standings(self) -> Vec<Standing> {
        self.standings
    }

    fn get(&self, key: &Key) -> Option<&Standing> {
        self.standings.get(*self.places.get(key)?)
    }

    /// Books what an entry says. Entries of one journal, in their order, always fit.
    pub(crate) fn apply(&mut self, entry: &Entry) {
        match entry.effect {
            Effect::Approved => self.open(entry, State::Approved),
            Effect::Declined => self.open(entry, State::Declined),
            Effect::Captured => {
                self.change(entry, |found| found.captured_minor += entry.amount_minor);
            }
            Effect::Reversed => self.reverse(entry),
            Effect::Remembered => self.orphans.extend(entry.original),
            Effect::Refused | Effect::Unchanged | Effect::Rejected => {}
            Effect::Network | Effect::Lost => {}
        }
        let looked_at = !matches!(entry.effect, Effect::Rejected | Effect::Lost);
        match (entry.kind, entry.original) {
            (Kind::Capture, Some(original)) if looked_at => {
                let advice = (original, entry.key.stan());
                self.captures
                    .entry(advice)
                    .or_insert(entry.answer.unwrap_or(Answer::Malfunction));
                self.change(entry, |found| found.sendings.captures += 1);
            }
            (Kind::Reversal, Some(_)) if looked_at => {
                self.change(entry, |found| found.sendings.reversals += 1);
            }
            _ => {}
        }
    }

    fn open(&mut self, entry: &Entry, state: State) {
        let place = self.standings.len();
        let taken = state == State::Approved && entry.kind == Kind::Purchase;
        self.standings.push(Standing {
            key: entry.key,
            rrn: entry.rrn.clone(),
            merchant: entry.merchant.clone(),
            kind: entry.kind,
            card: entry.card.clone(),
            amount_minor: entry.amount_minor,
            currency: entry.currency.clone(),
            state,
            captured_minor: if taken { entry.amount_minor } else { 0 },
            refunded_minor: 0,
            refund_of: entry.original,
            sendings: Sendings::default(),
        });
        self.places.insert(entry.key, place);
        self.challenges.extend(entry.challenge.clone());
        match (state, entry.kind) {
            (State::Approved, Kind::Refund) => {
                self.change(entry, |paid| paid.refunded_minor += entry.amount_minor);
            }
            (State::Approved, _) => {
                self.by_rrn
                    .insert((entry.merchant.clone(), entry.rrn.clone()), place);
            }
            (State::Declined | State::Reversed, _) => {}
        }
    }

    fn reverse(&mut self, entry: &Entry) {
        let mut given_back = None;
        self.change(entry, |found| {
            found.state = State::Reversed;
            found.captured_minor = 0;
            given_back = found.refund_of.map(|paid| (paid, found.amount_minor));
        });
        let Some((paid, amount_minor)) = given_back else {
            return;
        };
        if let Some(paid) = self
            .places
            .get(&paid)
            .and_then(|place| self.standings.get_mut(*place))
        {
            paid.refunded_minor = paid.refunded_minor.saturating_sub(amount_minor);
        }
    }

    /// Changes the transaction that the entry is about.
    fn change(&mut self, entry: &Entry, change: impl FnOnce(&mut Standing)) {
        let place = entry
            .original
            .and_then(|original| self.places.get(&original));
        if let Some(standing) = place.and_then(|place| self.standings.get_mut(*place)) {
            change(standing);
        }
    }
}
