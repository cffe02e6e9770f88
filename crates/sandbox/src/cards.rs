//! The test cards: which number is answered how, and which one makes what go wrong.
//!
//! `docs/reference/sandbox.md` is this table for readers; a test compares the two. Real card
//! numbers have no place here: every other number is an invalid card, unless the host takes any.

use crate::answer::Answer;
use crate::fault::Fault;

/// What the host does with a card.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Behaviour {
    /// Approves everything.
    Approve,
    /// Declines payments.
    Decline(Answer),
    /// Declines payments that carry a security code: it is always wrong.
    WrongCode,
    /// Declines payments softly, until the holder has completed the challenge.
    Challenge,
    /// Approves half of the amount.
    Partial,
    /// Approves payments, but this goes wrong on the way.
    Payment(Fault),
    /// Approves payments; this goes wrong with every refund.
    Refund(Fault),
    /// Approves payments, declines refunds.
    RefundDeclined,
    /// Approves authorisations, refuses their capture.
    CaptureRefused,
    /// Approves payments; leaves so many sendings of a capture unanswered.
    CaptureIgnored(u32),
    /// Leaves payments and so many sendings of their reversal unanswered.
    ReversalIgnored(u32),
}

/// One test card.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Card {
    /// The number.
    pub number: &'static str,
    /// Its name in the journal, where the number must not be.
    pub name: &'static str,
    /// The brand that the number's first digits say.
    pub brand: &'static str,
    /// What happens.
    pub behaviour: Behaviour,
}

/// All test cards. The first ones are those that integrators know from elsewhere; the others are
/// the sandbox's own and begin with 4000 0000 0055.
#[rustfmt::skip]
pub const CARDS: &[Card] = &[
    card("4242424242424242", "visa", Behaviour::Approve),
    card("4000056655665556", "visa_debit", Behaviour::Approve),
    card("5555555555554444", "mastercard", Behaviour::Approve),
    card("378282246310005", "amex", Behaviour::Approve),
    card("4000000000000002", "declined", Behaviour::Decline(Answer::DoNotHonour)),
    card("4000000000009995", "insufficient_funds", Behaviour::Decline(Answer::InsufficientFunds)),
    card("4000000000009987", "lost_card", Behaviour::Decline(Answer::LostCard)),
    card("4000000000009979", "stolen_card", Behaviour::Decline(Answer::StolenCard)),
    card("4000000000000069", "expired_card", Behaviour::Decline(Answer::ExpiredCard)),
    card("4000000000000127", "incorrect_cvc", Behaviour::WrongCode),
    card("4000000000000119", "processing_error", Behaviour::Decline(Answer::Malfunction)),
    card("4000002500003155", "authentication_required", Behaviour::Challenge),
    card("4000000000550105", "no_answer", Behaviour::Payment(Fault::Silence)),
    card("4000000000550204", "late_answer", Behaviour::Payment(Fault::Late)),
    card("4000000000550303", "slow_answer", Behaviour::Payment(Fault::Slow)),
    card("4000000000550402", "answer_cut", Behaviour::Payment(Fault::Cut)),
    card("4000000000550501", "answer_twice", Behaviour::Payment(Fault::Twice)),
    card("4000000000550600", "drop_before_booking", Behaviour::Payment(Fault::DropBeforeBooking)),
    card("4000000000550709", "drop_before_answer", Behaviour::Payment(Fault::DropBeforeAnswer)),
    card("4000000000550808", "drop_after_answer", Behaviour::Payment(Fault::DropAfterAnswer)),
    card("4000000000550907", "message_lost", Behaviour::Payment(Fault::Lost)),
    card("4000000000551004", "partial_approval", Behaviour::Partial),
    card("4000000000551103", "capture_refused", Behaviour::CaptureRefused),
    card("4000000000551202", "capture_ignored", Behaviour::CaptureIgnored(2)),
    card("4000000000551301", "refund_declined", Behaviour::RefundDeclined),
    card("4000000000551400", "refund_no_answer", Behaviour::Refund(Fault::Silence)),
    card("4000000000551509", "reversal_ignored", Behaviour::ReversalIgnored(2)),
];

const fn card(number: &'static str, name: &'static str, behaviour: Behaviour) -> Card {
    let brand = match number.as_bytes() {
        [b'4', ..] => "visa",
        [b'5', ..] => "mastercard",
        _ => "amex",
    };
    Card {
        number,
        name,
        brand,
        behaviour,
    }
}

/// Any other card, for a host that takes them.
pub(crate) const OTHER: Card = Card {
    number: "",
    name: "other",
    brand: "",
    behaviour: Behaviour::Approve,
};

impl Card {
    /// The test card with this number.
    pub fn find(number: &str) -> Option<&'static Card> {
        CARDS.iter().find(|card| card.number == number)
    }

    /// The test card with this name, as the journal has it.
    pub(crate) fn named(name: &str) -> Option<&'static Card> {
        CARDS.iter().find(|card| card.name == name)
    }

    /// What goes wrong on the way of a payment.
    pub(crate) fn payment_fault(&self) -> Option<Fault> {
        if let Behaviour::Payment(fault) = self.behaviour {
            return Some(fault);
        }
        // A reversal is only sent after silence.
        (self.reversals_ignored() > 0).then_some(Fault::Silence)
    }

    /// What goes wrong on the way of a refund.
    pub(crate) fn refund_fault(&self) -> Option<Fault> {
        if let Behaviour::Refund(fault) = self.behaviour {
            Some(fault)
        } else {
            None
        }
    }

    /// How many sendings of a capture are ignored.
    pub(crate) fn captures_ignored(&self) -> u32 {
        if let Behaviour::CaptureIgnored(times) = self.behaviour {
            times
        } else {
            0
        }
    }

    /// How many sendings of a reversal are ignored.
    pub(crate) fn reversals_ignored(&self) -> u32 {
        if let Behaviour::ReversalIgnored(times) = self.behaviour {
            times
        } else {
            0
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// The check digit of ISO/IEC 7812-1, annex B.
    fn luhn(number: &str) -> bool {
        let sum: u32 = number
            .bytes()
            .rev()
            .enumerate()
            .map(|(place, byte)| {
                let digit = u32::from(byte - b'0') * if place % 2 == 1 { 2 } else { 1 };
                digit / 10 + digit % 10
            })
            .sum();
        sum.is_multiple_of(10)
    }

    #[test]
    fn every_number_has_its_check_digit() {
        for card in CARDS {
            assert!(luhn(card.number), "{}", card.name);
            assert!(matches!(card.number.len(), 15 | 16), "{}", card.name);
        }
    }

    #[test]
    fn numbers_and_names_are_unique() {
        let numbers: HashSet<_> = CARDS.iter().map(|card| card.number).collect();
        let names: HashSet<_> = CARDS.iter().map(|card| card.name).collect();
        assert_eq!([numbers.len(), names.len()], [CARDS.len(); 2]);
        // The journal shows the first six and the last four digits, and the name.
        let shown: HashSet<_> = CARDS
            .iter()
            .map(|card| (&card.number[..6], &card.number[12..]))
            .collect();
        assert_eq!(shown.len(), CARDS.len());
    }

    #[test]
    fn cards_are_found_by_number_and_by_name() {
        for card in CARDS {
            assert_eq!(Card::find(card.number), Some(card));
            assert_eq!(Card::named(card.name), Some(card));
        }
        assert_eq!(Card::find("4111111111111111"), None);
        assert_eq!(Card::named(""), None);
    }

    #[test]
    fn our_own_cards_are_apart_from_the_well_known_ones() {
        let faulty = CARDS
            .iter()
            .filter(|card| card.number.starts_with("400000000055"));
        assert_eq!(faulty.count(), 15);
    }
}
