//! What goes wrong on purpose: with certain cards, or with any message that a rule picks.

use std::sync::{Mutex, PoisonError};

use crate::answer::Answer;
use crate::request::Kind;

/// What goes wrong between the host and the other side.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Fault {
    /// Booked, never answered.
    Silence,
    /// Neither booked nor answered, as if the message had been lost on its way.
    Lost,
    /// Booked, answered after [`crate::Timings::late_ms`]: longer than anybody waits.
    Late,
    /// Booked, answered after [`crate::Timings::slow_ms`]: slow, but within patience.
    Slow,
    /// Booked, half of the answer sent, connection closed.
    Cut,
    /// Booked, the answer sent twice.
    Twice,
    /// Connection closed on receipt, nothing booked.
    DropBeforeBooking,
    /// Booked, connection closed without an answer.
    DropBeforeAnswer,
    /// Booked, answered, connection closed.
    DropAfterAnswer,
}

const NAMES: [(Fault, &str); 9] = [
    (Fault::Silence, "silence"),
    (Fault::Lost, "lost"),
    (Fault::Late, "late"),
    (Fault::Slow, "slow"),
    (Fault::Cut, "cut"),
    (Fault::Twice, "twice"),
    (Fault::DropBeforeBooking, "drop_before_booking"),
    (Fault::DropBeforeAnswer, "drop_before_answer"),
    (Fault::DropAfterAnswer, "drop_after_answer"),
];

impl Fault {
    /// Its name in the journal.
    pub fn name(self) -> &'static str {
        NAMES
            .iter()
            .find(|(fault, _)| *fault == self)
            .map_or("", |(_, name)| name)
    }

    /// The fault behind a name of the journal.
    pub fn from_name(name: &str) -> Option<Fault> {
        NAMES
            .iter()
            .find(|(_, known)| *known == name)
            .map(|(fault, _)| *fault)
    }

    /// True when the message is not even looked at.
    pub(crate) fn prevents_booking(self) -> bool {
        matches!(self, Fault::Lost | Fault::DropBeforeBooking)
    }
}

/// What a rule does to a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Injected {
    /// This goes wrong.
    Fault(Fault),
    /// It is answered so and not looked at, as by a host that is out of order.
    Answer(Answer),
}

/// Which messages are hit, and by what.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rule {
    /// The kind of message; `None` for any.
    pub kind: Option<Kind>,
    /// So many are let through first.
    pub skip: u32,
    /// Then so many are hit.
    pub times: u32,
    /// By this.
    pub injected: Injected,
}

impl Rule {
    /// The next message of this kind is hit once.
    pub fn once(kind: Kind, injected: Injected) -> Rule {
        Rule {
            kind: Some(kind),
            skip: 0,
            times: 1,
            injected,
        }
    }
}

/// The rules of a running host. They come before what the card says.
#[derive(Default, Debug)]
pub struct Faults {
    rules: Mutex<Vec<Rule>>,
}

impl Faults {
    /// Adds a rule behind the others.
    pub fn add(&self, rule: Rule) {
        self.lock().push(rule);
    }

    /// Forgets all rules.
    pub fn clear(&self) {
        self.lock().clear();
    }

    /// What hits this message, if anything; counts it. The first rule that fits decides.
    pub(crate) fn take(&self, kind: Kind) -> Option<Injected> {
        let mut rules = self.lock();
        let place = rules
            .iter()
            .position(|rule| rule.kind.is_none_or(|wanted| wanted == kind))?;
        let rule = rules.get_mut(place)?;
        if rule.skip > 0 {
            rule.skip -= 1;
            return None;
        }
        let injected = rule.injected;
        rule.times = rule.times.saturating_sub(1);
        if rule.times == 0 {
            rules.remove(place);
        }
        Some(injected)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Rule>> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SILENCE: Injected = Injected::Fault(Fault::Silence);

    #[test]
    fn every_fault_has_a_name() {
        for (fault, name) in NAMES {
            assert_eq!(fault.name(), name);
            assert_eq!(Fault::from_name(name), Some(fault));
        }
        assert_eq!(Fault::from_name("none"), None);
    }

    #[test]
    fn a_rule_hits_its_kind_after_so_many_and_so_often() {
        let faults = Faults::default();
        faults.add(Rule {
            kind: Some(Kind::Capture),
            skip: 1,
            times: 2,
            injected: SILENCE,
        });
        let hits = [
            Kind::Capture,
            Kind::Purchase,
            Kind::Capture,
            Kind::Capture,
            Kind::Capture,
        ]
        .map(|kind| faults.take(kind).is_some());
        assert_eq!(hits, [false, false, true, true, false]);
    }

    #[test]
    fn the_first_rule_that_fits_decides() {
        let faults = Faults::default();
        let malfunction = Injected::Answer(Answer::Malfunction);
        faults.add(Rule {
            kind: None,
            skip: 0,
            times: 1,
            injected: malfunction,
        });
        faults.add(Rule::once(Kind::Echo, SILENCE));
        assert_eq!(faults.take(Kind::Echo), Some(malfunction));
        assert_eq!(faults.take(Kind::Echo), Some(SILENCE));
        assert_eq!(faults.take(Kind::Echo), None);
        faults.add(Rule::once(Kind::Echo, SILENCE));
        faults.clear();
        assert_eq!(faults.take(Kind::Echo), None);
    }

    #[test]
    fn only_two_faults_prevent_booking() {
        let prevented: Vec<_> = NAMES
            .iter()
            .filter(|(fault, _)| fault.prevents_booking())
            .map(|(_, n)| *n)
            .collect();
        assert_eq!(prevented, ["lost", "drop_before_booking"]);
    }
}
