//! What the host can say: the meanings of field 39, and their codes in each edition.
//!
//! Which meaning fits a message is decided elsewhere.

use iso8583::{Class, Version};

/// The meaning of an answer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Answer {
    /// Yes.
    Approved,
    /// Yes, for the smaller amount in the answer's field 4.
    PartiallyApproved,
    /// No, without a reason.
    DoNotHonour,
    /// The original came after its reversal, or the transaction is not in a state for this.
    InvalidTransaction,
    /// More is captured than was authorised.
    InvalidAmount,
    /// No such card.
    InvalidCard,
    /// The card is reported lost.
    LostCard,
    /// The card is reported stolen.
    StolenCard,
    /// Not enough money.
    InsufficientFunds,
    /// The card has expired.
    ExpiredCard,
    /// The card does not allow this kind of transaction.
    NotPermitted,
    /// No, unless the holder authenticates (a soft decline).
    AuthenticationRequired,
    /// The security code is wrong.
    IncorrectSecurityCode,
    /// A reversal or a capture names an original that never came.
    OriginalNotFound,
    /// A reversal comes after the capture.
    CannotBackOut,
    /// A field that the message needs is missing.
    FormatError,
    /// The host does not know this kind of message.
    NotSupported,
    /// The connection has not signed on.
    SignedOff,
    /// The same terminal, time and trace number came before.
    Duplicate,
    /// The host is out of order.
    Malfunction,
}

/// Meaning, name in the journal, code of 1987, code of 1993. The edition of 1993 has no code for a
/// reversal that comes too late, so that shares 902.
const TABLE: [(Answer, &str, &str, &str); 20] = [
    (Answer::Approved, "approved", "00", "000"),
    (Answer::PartiallyApproved, "partially_approved", "10", "002"),
    (Answer::DoNotHonour, "do_not_honour", "05", "100"),
    (
        Answer::InvalidTransaction,
        "invalid_transaction",
        "12",
        "902",
    ),
    (Answer::InvalidAmount, "invalid_amount", "13", "110"),
    (Answer::InvalidCard, "invalid_card", "14", "111"),
    (Answer::LostCard, "lost_card", "41", "208"),
    (Answer::StolenCard, "stolen_card", "43", "209"),
    (Answer::InsufficientFunds, "insufficient_funds", "51", "116"),
    (Answer::ExpiredCard, "expired_card", "54", "101"),
    (Answer::NotPermitted, "not_permitted", "57", "119"),
    (
        Answer::AuthenticationRequired,
        "authentication_required",
        "65",
        "123",
    ),
    (
        Answer::IncorrectSecurityCode,
        "incorrect_security_code",
        "82",
        "122",
    ),
    (Answer::OriginalNotFound, "original_not_found", "25", "914"),
    (Answer::CannotBackOut, "cannot_back_out", "21", "902"),
    (Answer::FormatError, "format_error", "30", "904"),
    (Answer::NotSupported, "not_supported", "40", "115"),
    (Answer::SignedOff, "signed_off", "91", "910"),
    (Answer::Duplicate, "duplicate", "94", "913"),
    (Answer::Malfunction, "malfunction", "96", "909"),
];

impl Answer {
    /// Every meaning, in the order of the documentation.
    pub fn all() -> impl Iterator<Item = Answer> {
        TABLE.iter().map(|(answer, ..)| *answer)
    }

    /// Its name in the journal.
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// The meaning behind a name of the journal.
    pub fn from_name(name: &str) -> Option<Answer> {
        TABLE
            .iter()
            .find(|(_, known, ..)| *known == name)
            .map(|(answer, ..)| *answer)
    }

    /// The text of field 39: a response code of two characters in 1987, an action code of three
    /// digits in 1993, where an accepted reversal is 400 and an accepted network message 800.
    pub fn code(self, version: Version, class: Class) -> &'static str {
        let (_, code_1987, code_1993) = self.row();
        match (version, self, class) {
            (Version::V1987, _, _) => code_1987,
            (_, Answer::Approved, Class::Reversal) => "400",
            (_, Answer::Approved, Class::Network) => "800",
            _ => code_1993,
        }
    }

    /// True when money is promised or moved.
    pub fn is_approval(self) -> bool {
        matches!(self, Answer::Approved | Answer::PartiallyApproved)
    }

    fn row(self) -> (&'static str, &'static str, &'static str) {
        TABLE
            .iter()
            .find(|(answer, ..)| *answer == self)
            .map_or(("malfunction", "96", "909"), |(_, name, old, new)| {
                (name, old, new)
            })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_meaning_has_a_name_and_a_code_in_each_edition() {
        let financial = Class::Financial;
        let names: HashSet<_> = Answer::all().map(Answer::name).collect();
        let old: HashSet<_> = Answer::all()
            .map(|answer| answer.code(Version::V1987, financial))
            .collect();
        let of_1993: HashSet<_> = Answer::all()
            .map(|answer| answer.code(Version::V1993, financial))
            .collect();
        assert_eq!(
            [names.len(), old.len(), of_1993.len() + 1],
            [TABLE.len(); 3]
        );
        assert!(old.iter().all(|code| code.len() == 2));
        assert!(of_1993.iter().all(|code| code.len() == 3));
        for answer in Answer::all() {
            assert_eq!(Answer::from_name(answer.name()), Some(answer));
        }
        assert_eq!(Answer::from_name("00"), None);
    }

    #[test]
    fn the_edition_of_1993_accepts_by_class() {
        let code = |class| Answer::Approved.code(Version::V1993, class);
        assert_eq!(code(Class::Authorization), "000");
        assert_eq!(code(Class::Financial), "000");
        assert_eq!(code(Class::Reversal), "400");
        assert_eq!(code(Class::Network), "800");
        assert_eq!(
            Answer::OriginalNotFound.code(Version::V1993, Class::Reversal),
            "914"
        );
    }

    #[test]
    fn only_approvals_are_approvals() {
        let approvals: Vec<_> = Answer::all()
            .filter(|answer| answer.is_approval())
            .collect();
        assert_eq!(approvals, [Answer::Approved, Answer::PartiallyApproved]);
    }
}
