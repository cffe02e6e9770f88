//! Which of the two languages a payer reads.
//!
//! Owns the choice, not the words. Regions are not told apart: `fr-CA` reads as French.

/// A language the page speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    /// French, with its typography.
    French,
    /// English.
    English,
}

impl Language {
    /// Both.
    pub(crate) const ALL: [Self; 2] = [Self::French, Self::English];

    /// The BCP 47 tag, as the `lang` attribute wants it.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::French => "fr",
            Self::English => "en",
        }
    }

    /// The one this page can be switched to.
    pub(crate) const fn other(self) -> Self {
        match self {
            Self::French => Self::English,
            Self::English => Self::French,
        }
    }

    /// The language of a BCP 47 tag, by its primary subtag. `None` for every language but these.
    pub(crate) fn of(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        Self::ALL
            .into_iter()
            .find(|language| primary.eq_ignore_ascii_case(language.tag()))
    }

    /// The language for one visit: the link's, else the browser's, else the merchant's. A merchant
    /// who works in a third language gets English.
    pub(crate) fn choose(wishes: &Wishes<'_>) -> Self {
        let link = wishes
            .query
            .and_then(Self::of)
            .or_else(|| wishes.session.and_then(Self::of));
        link.or_else(|| wishes.accept.and_then(preferred))
            .or_else(|| Self::of(wishes.merchant))
            .unwrap_or(Self::English)
    }
}

/// What is known of the payer's language, the strongest wish first.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wishes<'a> {
    /// `?lang=` of the address, which the payer chose on the page.
    pub(crate) query: Option<&'a str>,
    /// The locale the merchant gave the link.
    pub(crate) session: Option<&'a str>,
    /// The `Accept-Language` header.
    pub(crate) accept: Option<&'a str>,
    /// The locale of the merchant.
    pub(crate) merchant: &'a str,
}

/// The best of our languages in an `Accept-Language` header (RFC 9110, 12.5.4); of equal weights
/// the first.
fn preferred(header: &str) -> Option<Language> {
    let mut best: Option<(u32, Language)> = None;
    for range in header.split(',') {
        let (tag, parameters) = range.split_once(';').unwrap_or((range, ""));
        let weight = thousandths(parameters);
        let Some(language) = Language::of(tag).filter(|_| weight > 0) else {
            continue;
        };
        if best.is_none_or(|(heaviest, _)| weight > heaviest) {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

/// The weight `q=0.8` in thousandths. Without one it is 1; one that cannot be read counts for
/// nothing.
fn thousandths(parameters: &str) -> u32 {
    let Some(weight) = parameters.trim().strip_prefix("q=") else {
        return 1000;
    };
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    format!("{whole}{fraction:0<3.3}").parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accept(header: &str) -> Language {
        Language::choose(&Wishes {
            accept: Some(header),
            merchant: "de-DE",
            ..Wishes::default()
        })
    }

    #[test]
    fn the_strongest_wish_wins() {
        let all = Wishes {
            query: Some("en"),
            session: Some("fr"),
            accept: Some("fr"),
            merchant: "fr-FR",
        };
        assert_eq!(Language::choose(&all), Language::English);
        let session = Wishes {
            query: None,
            session: Some("fr-CA"),
            accept: Some("en"),
            ..all
        };
        assert_eq!(Language::choose(&session), Language::French);
        let browser = Wishes {
            session: None,
            ..session
        };
        assert_eq!(Language::choose(&browser), Language::English);
        let merchant = Wishes {
            accept: None,
            ..browser
        };
        assert_eq!(Language::choose(&merchant), Language::French);
    }

    #[test]
    fn a_wish_for_another_language_is_passed_over() {
        let wishes = Wishes {
            query: Some("xx"),
            session: Some("auto"),
            accept: Some("de, ja;q=0.5"),
            merchant: "fr_FR",
        };
        assert_eq!(Language::choose(&wishes), Language::French);
        assert_eq!(accept("de"), Language::English);
    }

    #[test]
    fn the_heaviest_language_of_the_browser_is_taken() {
        assert_eq!(accept("de-DE,de;q=0.9,en;q=0.5,fr;q=0.8"), Language::French);
        assert_eq!(accept("fr-FR, fr;q=0.9, en;q=0.8"), Language::French);
        assert_eq!(accept("en;q=0.70,fr;q=0.7"), Language::English);
        assert_eq!(accept("fr;q=0,en;q=0.001"), Language::English);
        assert_eq!(accept("FR"), Language::French);
    }

    #[test]
    fn a_header_that_cannot_be_read_is_no_wish() {
        for header in [
            "",
            ",,;",
            "fr;q=",
            "fr;q=x",
            "*",
            "fr;q=99999999999",
            "frère",
        ] {
            assert_eq!(accept(header), Language::English, "{header}");
        }
    }

    #[test]
    fn the_other_language_leads_back() {
        for language in Language::ALL {
            assert_ne!(language.other(), language);
            assert_eq!(language.other().other(), language);
            assert_eq!(Language::of(language.tag()), Some(language));
        }
    }
}
