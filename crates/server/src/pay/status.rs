//! What an open page asks every moment: has anything become of the payment?
//!
//! Says no more than the page itself shows.

use serde_json::json;

use super::screen::{Screen, State};
use super::words::Words;
use super::{Language, decline};

/// The answer, as JSON: `{"status": "paid", "message": "Payé"}`. The page shows itself anew when
/// the status is another than its own.
pub(crate) fn status(screen: &Screen, language: Language) -> String {
    let message = message(screen, Words::of(language));
    json!({ "status": screen.state().as_str(), "message": message }).to_string()
}

fn message(screen: &Screen, words: &Words) -> &'static str {
    match screen.state() {
        State::Offer => words.form.heading,
        State::Unavailable => words.closed.ended.happened,
        State::Payable | State::Refused => screen.setback().map_or(words.form.heading, |setback| {
            decline::explain(setback, words).advice.happened
        }),
        State::Action => words.progress.action.happened,
        State::Processing => words.progress.processing.happened,
        State::Unknown => words.progress.unknown.happened,
        State::Paid => words.receipt.paid,
        State::Held => words.receipt.held,
        State::Expired => words.closed.expired.happened,
        State::Canceled => words.closed.canceled.happened,
        State::Missing => words.progress.missing.happened,
        State::Failed => words.progress.failed.happened,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pay::sample;

    fn answer(screen: &Screen, language: Language) -> (String, String) {
        let value: serde_json::Value = serde_json::from_str(&status(screen, language)).unwrap();
        let text = |name: &str| value[name].as_str().unwrap().to_owned();
        assert_eq!(value.as_object().unwrap().len(), 2);
        (text("status"), text("message"))
    }

    #[test]
    fn every_state_has_its_own_name() {
        let names: std::collections::BTreeSet<_> =
            State::ALL.iter().map(|state| state.as_str()).collect();
        assert_eq!(names.len(), State::ALL.len());
    }

    #[test]
    fn every_screen_says_where_the_payment_stands() {
        for (name, screen) in sample::screens() {
            let (status, french) = answer(&screen, Language::French);
            let (same, english) = answer(&screen, Language::English);
            assert_eq!(status, screen.state().as_str(), "{name}");
            assert_eq!(status, same);
            assert!(!french.is_empty() && french != english, "{name}");
        }
    }

    #[test]
    fn a_refusal_is_told_in_words() {
        let refused = sample::screens()
            .into_iter()
            .find(|(name, _)| *name == "refused")
            .unwrap();
        let (status, message) = answer(&refused.1, Language::English);
        assert_eq!(status, "payable");
        assert_eq!(message, "Your bank refused the payment for lack of funds.");
    }
}
