//! The response codes (DE 39) of both editions and what they mean here.
//!
//! Tables, not code. A code that is not listed is a refusal without a further reason.

use domain::DeclineReason;

/// What a response code says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Agreed, or accepted where nothing could be refused.
    Approved,
    /// Agreed to a part, which DE 4 of the answer names.
    Partly,
    /// This very message was received before.
    Duplicate,
    /// The other side does not know itself: it still works on it, or was answered too late.
    Undecided,
    /// Refused.
    Declined(DeclineReason),
}

use DeclineReason as Reason;
use Meaning::{Approved, Declined, Duplicate, Partly, Undecided};

/// ISO 8583:1987, DE 39, with the values that the networks added (1A, 65 as a wish for
/// authentication, 82, N7).
pub(super) const CODES: &[(&str, Meaning)] = &[
    ("00", Approved),
    ("01", Declined(Reason::CallIssuer)),
    ("02", Declined(Reason::CallIssuer)),
    ("03", Declined(Reason::ProcessingError)),
    ("04", Declined(Reason::PickupCard)),
    ("05", Declined(Reason::GenericDecline)),
    ("06", Declined(Reason::ProcessingError)),
    ("07", Declined(Reason::PickupCard)),
    ("08", Approved),
    ("09", Undecided),
    ("10", Partly),
    ("11", Approved),
    ("12", Declined(Reason::TransactionNotAllowed)),
    ("13", Declined(Reason::InvalidAmount)),
    ("14", Declined(Reason::IncorrectNumber)),
    ("15", Declined(Reason::IncorrectNumber)),
    ("16", Approved),
    ("19", Declined(Reason::ProcessingError)),
    ("1A", Declined(Reason::AuthenticationRequired)),
    ("21", Declined(Reason::TransactionNotAllowed)),
    ("25", Declined(Reason::TransactionNotFound)),
    ("30", Declined(Reason::ProcessingError)),
    ("31", Declined(Reason::CardNotSupported)),
    ("33", Declined(Reason::ExpiredCard)),
    ("34", Declined(Reason::Fraudulent)),
    ("39", Declined(Reason::CardNotSupported)),
    ("40", Declined(Reason::TransactionNotAllowed)),
    ("41", Declined(Reason::LostCard)),
    ("43", Declined(Reason::StolenCard)),
    ("51", Declined(Reason::InsufficientFunds)),
    ("52", Declined(Reason::CardNotSupported)),
    ("53", Declined(Reason::CardNotSupported)),
    ("54", Declined(Reason::ExpiredCard)),
    ("56", Declined(Reason::IncorrectNumber)),
    ("57", Declined(Reason::TransactionNotAllowed)),
    ("58", Declined(Reason::TransactionNotAllowed)),
    ("59", Declined(Reason::Fraudulent)),
    ("61", Declined(Reason::WithdrawalCountLimitExceeded)),
    ("62", Declined(Reason::CardNotSupported)),
    ("63", Declined(Reason::IncorrectCvc)),
    ("65", Declined(Reason::AuthenticationRequired)),
    ("68", Undecided),
    ("82", Declined(Reason::IncorrectCvc)),
    ("91", Declined(Reason::IssuerNotAvailable)),
    ("92", Declined(Reason::IssuerNotAvailable)),
    ("93", Declined(Reason::TransactionNotAllowed)),
    ("94", Duplicate),
    ("96", Declined(Reason::ProcessingError)),
    ("N7", Declined(Reason::IncorrectCvc)),
];

/// ISO 8583:1993, DE 39, table 20. 123 is read as 65 is, and 122 stands for a wrong security code.
pub(super) const CODES_1993: &[(&str, Meaning)] = &[
    ("000", Approved),
    ("001", Approved),
    ("002", Partly),
    ("003", Approved),
    ("004", Approved),
    ("005", Approved),
    ("006", Partly),
    ("007", Approved),
    ("100", Declined(Reason::GenericDecline)),
    ("101", Declined(Reason::ExpiredCard)),
    ("102", Declined(Reason::Fraudulent)),
    ("103", Declined(Reason::CallIssuer)),
    ("104", Declined(Reason::CardNotSupported)),
    ("105", Declined(Reason::CallIssuer)),
    ("107", Declined(Reason::CallIssuer)),
    ("108", Declined(Reason::CallIssuer)),
    ("109", Declined(Reason::ProcessingError)),
    ("110", Declined(Reason::InvalidAmount)),
    ("111", Declined(Reason::IncorrectNumber)),
    ("114", Declined(Reason::CardNotSupported)),
    ("115", Declined(Reason::TransactionNotAllowed)),
    ("116", Declined(Reason::InsufficientFunds)),
    ("118", Declined(Reason::IncorrectNumber)),
    ("119", Declined(Reason::TransactionNotAllowed)),
    ("120", Declined(Reason::TransactionNotAllowed)),
    ("121", Declined(Reason::WithdrawalCountLimitExceeded)),
    ("122", Declined(Reason::IncorrectCvc)),
    ("123", Declined(Reason::AuthenticationRequired)),
    ("124", Declined(Reason::TransactionNotAllowed)),
    ("125", Declined(Reason::CardNotSupported)),
    ("129", Declined(Reason::Fraudulent)),
    ("200", Declined(Reason::PickupCard)),
    ("201", Declined(Reason::ExpiredCard)),
    ("202", Declined(Reason::Fraudulent)),
    ("203", Declined(Reason::PickupCard)),
    ("204", Declined(Reason::PickupCard)),
    ("205", Declined(Reason::PickupCard)),
    ("207", Declined(Reason::PickupCard)),
    ("208", Declined(Reason::LostCard)),
    ("209", Declined(Reason::StolenCard)),
    ("210", Declined(Reason::Fraudulent)),
    ("400", Approved),
    ("800", Approved),
    ("900", Approved),
    ("901", Approved),
    ("902", Declined(Reason::TransactionNotAllowed)),
    ("903", Declined(Reason::ProcessingError)),
    ("904", Declined(Reason::ProcessingError)),
    ("905", Declined(Reason::CardNotSupported)),
    ("907", Declined(Reason::IssuerNotAvailable)),
    ("908", Declined(Reason::IssuerNotAvailable)),
    ("909", Declined(Reason::ProcessingError)),
    ("910", Declined(Reason::IssuerNotAvailable)),
    ("911", Declined(Reason::IssuerNotAvailable)),
    ("912", Declined(Reason::IssuerNotAvailable)),
    ("913", Duplicate),
    ("914", Declined(Reason::TransactionNotFound)),
    ("923", Undecided),
];

/// What `code` means in the 1987 edition, or in that of 1993.
pub(super) fn meaning(code: &str, is_1993: bool) -> Meaning {
    let codes = if is_1993 { CODES_1993 } else { CODES };
    codes
        .binary_search_by(|(listed, _)| (*listed).cmp(code))
        .ok()
        .and_then(|place| codes.get(place))
        .map_or(Declined(Reason::GenericDecline), |(_, meaning)| *meaning)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted_and_name_every_code_once() {
        for codes in [CODES, CODES_1993] {
            assert!(codes.windows(2).all(|pair| pair[0].0 < pair[1].0));
        }
    }

    #[test]
    fn every_code_has_the_length_of_its_edition() {
        assert!(CODES.iter().all(|(code, _)| code.len() == 2));
        assert!(CODES_1993.iter().all(|(code, _)| code.len() == 3));
    }

    #[test]
    fn every_listed_code_is_found() {
        for (codes, is_1993) in [(CODES, false), (CODES_1993, true)] {
            for (code, expect) in codes {
                assert_eq!(meaning(code, is_1993), *expect, "{code}");
            }
        }
    }

    #[test]
    fn what_is_not_listed_is_a_refusal_without_a_reason() {
        for code in ["", "0", "99", "ZZ", "000"] {
            assert_eq!(
                meaning(code, false),
                Declined(Reason::GenericDecline),
                "{code}"
            );
        }
        assert_eq!(meaning("00", true), Declined(Reason::GenericDecline));
    }

    #[test]
    fn every_refusal_of_integrators_test_cards_has_its_reason() {
        for (code, code_1993, reason) in [
            ("05", "100", Reason::GenericDecline),
            ("51", "116", Reason::InsufficientFunds),
            ("41", "208", Reason::LostCard),
            ("43", "209", Reason::StolenCard),
            ("54", "101", Reason::ExpiredCard),
            ("82", "122", Reason::IncorrectCvc),
            ("96", "909", Reason::ProcessingError),
            ("65", "123", Reason::AuthenticationRequired),
            ("25", "914", Reason::TransactionNotFound),
        ] {
            assert_eq!(meaning(code, false), Declined(reason));
            assert_eq!(meaning(code_1993, true), Declined(reason));
        }
    }

    /// One row per meaning, with its codes of both editions.
    fn documented() -> String {
        let mut text = String::from("| Meaning | 1987 | 1993 |\n|---|---|---|\n");
        let refusals = Reason::ALL.iter().map(|reason| Declined(*reason));
        for meaning in [Approved, Partly, Duplicate, Undecided]
            .into_iter()
            .chain(refusals)
        {
            let [old, new] = [CODES, CODES_1993].map(|codes| {
                let same = codes.iter().filter(|(_, listed)| *listed == meaning);
                same.map(|(code, _)| *code).collect::<Vec<_>>().join(" ")
            });
            let name = match meaning {
                Approved => "approved",
                Partly => "approved in part",
                Duplicate => "duplicate",
                Undecided => "undecided",
                Declined(reason) => reason.as_str(),
            };
            if !(old.is_empty() && new.is_empty()) {
                text.push_str(&format!("| {name} | {old} | {new} |\n"));
            }
        }
        text
    }

    #[test]
    fn the_documentation_lists_these_codes() {
        let page = include_str!("../../../../../docs/reference/rails/card.md");
        let (_, rest) = page.split_once("<!-- codes -->\n").unwrap();
        let (listed, _) = rest.split_once("<!-- /codes -->").unwrap();
        assert_eq!(
            listed,
            documented(),
            "copy the right-hand side into the page"
        );
    }
}
