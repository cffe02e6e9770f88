//! Times as payers read them.
//!
//! Knows no "now": times reach this file as arguments. The tz database comes with `jiff`.

use domain::Timestamp;
use jiff::tz::TimeZone;

use super::words::Words;

/// A time in two forms.
pub(super) struct Moment {
    /// For people, in the merchant's own time: `22 novembre 2026 à 14:05`.
    pub(super) shown: String,
    /// For the `datetime` attribute, in UTC (RFC 3339).
    pub(super) machine: String,
}

/// A time in the zone with this IANA name; in UTC, and saying so, when the name is not known.
pub(super) fn moment(time: Timestamp, zone: &str, words: &Words) -> Moment {
    let instant = instant(time);
    let known = TimeZone::get(zone).ok();
    let is_known = known.is_some();
    let local = instant.to_zoned(known.unwrap_or(TimeZone::UTC));
    let month = usize::from(local.month().unsigned_abs()).saturating_sub(1);
    let month = words.months.get(month).copied().unwrap_or_default();
    let clock = format!("{:02}:{:02}", local.hour(), local.minute());
    let mut shown = (words.date_and_time)(local.day(), month, local.year(), &clock);
    if !is_known {
        shown.push_str("\u{a0}UTC");
    }
    Moment {
        shown,
        machine: instant.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    }
}

/// A time `jiff` cannot express (after the year 9999) is shown as the epoch.
fn instant(time: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_microsecond(time.micros()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pay::Language;

    // 2026-11-22T13:05:09Z
    const TIME: Timestamp = Timestamp::from_seconds(1_795_352_709);

    fn shown(time: Timestamp, zone: &str, language: Language) -> String {
        moment(time, zone, Words::of(language)).shown
    }

    #[test]
    fn times_are_those_of_the_merchant() {
        assert_eq!(
            shown(TIME, "Europe/Paris", Language::French),
            "22\u{a0}novembre\u{a0}2026 à\u{a0}14:05"
        );
        assert_eq!(
            shown(TIME, "Asia/Tokyo", Language::English),
            "22\u{a0}November\u{a0}2026 at\u{a0}22:05"
        );
        let machine = moment(TIME, "Asia/Tokyo", Words::of(Language::French)).machine;
        assert_eq!(machine, "2026-11-22T13:05:09Z");
    }

    #[test]
    fn the_first_of_a_month_is_written_as_the_french_do() {
        let first = Timestamp::from_seconds(1_796_083_200); // 2026-12-01T00:00:00Z
        assert!(shown(first, "UTC", Language::French).starts_with("1er\u{a0}décembre"));
        assert!(shown(first, "UTC", Language::English).starts_with("1\u{a0}December"));
    }

    #[test]
    fn an_unknown_zone_is_said() {
        assert!(shown(TIME, "Mars/Olympus", Language::French).ends_with("13:05\u{a0}UTC"));
    }

    #[test]
    fn an_inexpressible_time_does_not_panic() {
        assert!(shown(Timestamp::from_micros(i64::MAX), "UTC", Language::French).contains("1970"));
    }
}
