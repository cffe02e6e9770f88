//! Every sentence of the payer's page, in one typed catalogue: a missing translation does not
//! compile.
//!
//! Owns the list of sentences; the two languages are in the files below. Sentences are whole: what
//! varies is an argument, never a piece glued on. French has U+202F before `;`, `!` and `?`, U+00A0
//! before `:` and between words that must stay together; a test of the rendered pages holds it to
//! that.

mod english;
mod french;

use super::Language;

/// A sentence around one value.
pub(super) type Around = fn(&str) -> String;

/// The catalogue.
pub(super) struct Words {
    /// The months, January first.
    pub(super) months: [&'static str; 12],
    /// Day, name of the month, year, time of day.
    pub(super) date_and_time: fn(i8, &str, i16, &str) -> String,
    pub(super) shell: Shell,
    pub(super) form: CardForm,
    pub(super) faults: FaultWords,
    pub(super) reasons: Reasons,
    pub(super) elsewhere: Elsewhere,
    pub(super) progress: Progress,
    pub(super) receipt: ReceiptWords,
    pub(super) closed: ClosedWords,
    pub(super) challenge: ChallengeWords,
}

/// What stands around the content.
pub(super) struct Shell {
    pub(super) test_band: &'static str,
    /// Around the merchant's name.
    pub(super) handled_for: Around,
    pub(super) handled: &'static str,
    pub(super) legal: &'static str,
    /// The name of this language, for whoever reads the other one.
    pub(super) language_name: &'static str,
}

/// The amount and the card form.
pub(super) struct CardForm {
    /// Around the amount: the title of the page.
    pub(super) title: Around,
    /// The title after a refusal.
    pub(super) title_refused: Around,
    /// The title after a mistake in the form.
    pub(super) title_faulty: Around,
    /// Around a number of things paid for.
    pub(super) items: Around,
    pub(super) heading: &'static str,
    pub(super) accepted: &'static str,
    pub(super) number: &'static str,
    pub(super) expiry: &'static str,
    pub(super) expiry_example: &'static str,
    pub(super) code: &'static str,
    pub(super) code_three: &'static str,
    pub(super) code_four: &'static str,
    pub(super) holder: &'static str,
    /// Around the amount: the button.
    pub(super) pay: Around,
    pub(super) paying: &'static str,
    pub(super) slow: &'static str,
    pub(super) offline: &'static str,
    /// Around the merchant's name.
    pub(super) give_up: Around,
    /// Around minutes and seconds.
    pub(super) time_left: Around,
    /// The same, said once to screen readers when it first shows.
    pub(super) time_short: &'static str,
    pub(super) test_card: &'static str,
}

/// What is wrong with a field and what to do about it.
pub(super) struct FaultWords {
    pub(super) summary: &'static str,
    pub(super) number_missing: &'static str,
    pub(super) number_incomplete: &'static str,
    pub(super) number_wrong: &'static str,
    pub(super) expiry_missing: &'static str,
    pub(super) expiry_incomplete: &'static str,
    pub(super) expiry_wrong: &'static str,
    pub(super) expiry_past: &'static str,
    pub(super) code_missing: &'static str,
    pub(super) code_wrong: &'static str,
    pub(super) code_three: &'static str,
    pub(super) code_four: &'static str,
    pub(super) holder: &'static str,
}

/// What happened, and what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Advice {
    pub(super) happened: &'static str,
    pub(super) next: &'static str,
}

/// Why a payment did not go through.
pub(super) struct Reasons {
    pub(super) refused: Advice,
    pub(super) call: Advice,
    pub(super) funds: Advice,
    pub(super) limit: Advice,
    pub(super) expired: Advice,
    pub(super) code: Advice,
    pub(super) number: Advice,
    pub(super) unsupported: Advice,
    pub(super) partial: Advice,
    pub(super) authentication: Advice,
    pub(super) technical: Advice,
    pub(super) test_card: Advice,
    pub(super) real_card: Advice,
}

/// Paying on another device.
pub(super) struct Elsewhere {
    pub(super) heading: &'static str,
    pub(super) hint: &'static str,
    pub(super) qr: &'static str,
    pub(super) link: &'static str,
    pub(super) copy: &'static str,
    pub(super) copied: &'static str,
}

/// While the end is not known, or not there.
pub(super) struct Progress {
    pub(super) processing: Advice,
    pub(super) unknown: Advice,
    pub(super) refresh: &'static str,
    pub(super) action: Advice,
    pub(super) go: &'static str,
    pub(super) failed: Advice,
    pub(super) missing: Advice,
}

/// The receipt.
pub(super) struct ReceiptWords {
    pub(super) paid: &'static str,
    pub(super) held: &'static str,
    pub(super) held_hint: &'static str,
    pub(super) title: &'static str,
    pub(super) date: &'static str,
    pub(super) card: &'static str,
    /// Around the last four digits, for screen readers.
    pub(super) ending: Around,
    pub(super) other_card: &'static str,
    pub(super) reference: &'static str,
    pub(super) refunded: &'static str,
    pub(super) keep: &'static str,
    pub(super) print: &'static str,
    /// Around the merchant's name.
    pub(super) go_on: Around,
    pub(super) going_on: &'static str,
}

/// A link that is over.
pub(super) struct ClosedWords {
    pub(super) expired: Advice,
    pub(super) canceled: Advice,
    /// A link that anybody may open, by which as many pay as may.
    pub(super) used: Advice,
    /// A link that anybody may open, which its merchant ended.
    pub(super) ended: Advice,
}

/// The simulated bank.
pub(super) struct ChallengeWords {
    pub(super) band: &'static str,
    pub(super) title: &'static str,
    pub(super) hint: &'static str,
    pub(super) amount: &'static str,
    pub(super) payee: &'static str,
    /// Around the amount.
    pub(super) confirm: Around,
    pub(super) refuse: &'static str,
}

impl Words {
    /// The catalogue of a language.
    pub(super) const fn of(language: Language) -> &'static Self {
        match language {
            Language::French => &french::WORDS,
            Language::English => &english::WORDS,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_month_has_its_own_name() {
        for language in Language::ALL {
            let months = Words::of(language).months;
            let distinct: std::collections::BTreeSet<_> = months.iter().collect();
            assert_eq!(distinct.len(), 12);
        }
    }

    #[test]
    fn sentences_keep_what_they_are_given() {
        for language in Language::ALL {
            let words = Words::of(language);
            let around = [
                words.shell.handled_for,
                words.form.title,
                words.form.title_refused,
                words.form.title_faulty,
                words.form.items,
                words.form.pay,
                words.form.give_up,
                words.form.time_left,
                words.receipt.ending,
                words.receipt.go_on,
                words.challenge.confirm,
            ];
            for sentence in around {
                assert!(sentence("\u{2603}").contains('\u{2603}'));
            }
        }
    }

    #[test]
    fn the_languages_do_not_share_sentences() {
        let (french, english) = (Words::of(Language::French), Words::of(Language::English));
        assert_ne!(french.shell.test_band, english.shell.test_band);
        assert_ne!((french.form.pay)("1"), (english.form.pay)("1"));
        assert_ne!(french.reasons.refused, english.reasons.refused);
        assert_ne!(french.progress.unknown, english.progress.unknown);
    }
}
