//! Who is told what happened, and how often it is tried: the rules of webhooks.
//!
//! Owns the published schedule and what an endpoint wants to hear. Does not send, sign or look at
//! a clock.

use crate::EventKind;
use crate::named::named_enum;

/// Pauses between one attempt and the next, in milliseconds, before jitter: ten attempts within
/// 75 hours and 36 minutes.
pub const RETRY_PAUSES_MS: [i64; 9] = [
    5_000,
    5 * MINUTE_MS,
    30 * MINUTE_MS,
    2 * HOUR_MS,
    5 * HOUR_MS,
    10 * HOUR_MS,
    14 * HOUR_MS,
    20 * HOUR_MS,
    24 * HOUR_MS,
];

/// How far a pause may lie from the table, in percent: many deliveries that failed together must
/// not come back together.
pub const JITTER_PERCENT: u8 = 10;

/// The longest pause a receiver may ask for, in milliseconds.
pub const RETRY_AFTER_MAX_MS: i64 = 24 * HOUR_MS;

/// An endpoint that failed for so long without one success is disabled, in milliseconds.
pub const FAILING_MAX_MS: i64 = 5 * 24 * HOUR_MS;

/// How many endpoints one merchant may have in one mode.
pub const ENDPOINTS_MAX: i64 = 16;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

named_enum! {
    /// Whether an endpoint is told anything.
    pub enum EndpointStatus {
        /// It is told nothing.
        Disabled = "disabled",
        /// It is told what it wants to hear.
        Enabled = "enabled",
    }
}

named_enum! {
    /// Why an endpoint is told nothing.
    pub enum DisabledReason {
        /// Nothing arrived for days ([`FAILING_MAX_MS`]).
        Failing = "failing",
        /// It answered that it is gone for good (RFC 9110, section 15.5.11).
        Gone = "gone",
        /// Its owner asked for it.
        Requested = "requested",
    }
}

named_enum! {
    /// How the telling of one event to one endpoint stands.
    pub enum DeliveryStatus {
        /// It was accepted.
        Delivered = "delivered",
        /// It was not sent, because the endpoint was disabled or removed.
        Dropped = "dropped",
        /// Every attempt failed.
        Failed = "failed",
        /// It waits for its turn, or for its next attempt.
        Pending = "pending",
        /// Somebody sends it now.
        Sending = "sending",
    }
}

named_enum! {
    /// Why an attempt has no answer.
    pub enum SendFault {
        /// The endpoint's address is not public, and not allowed.
        AddressRefused = "address_refused",
        /// Nobody accepts connections there.
        ConnectionFailed = "connection_failed",
        /// What was answered is no HTTP, or too long in its head.
        Protocol = "protocol_error",
        /// It took too long.
        TimedOut = "timed_out",
        /// The certificate is not right for the name, or nobody we trust signed it.
        Tls = "tls_failed",
        /// The name has no address.
        Unresolved = "name_not_resolved",
    }
}

/// The longest name of a kind of event.
const NAME_MAX: usize = 100;
/// The most names an endpoint may list.
const NAMES_MAX: usize = 200;

/// Which events an endpoint wants to hear: at least one name, or `*` for all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted(Vec<String>);

impl Wanted {
    /// Every event.
    const ALL: &'static str = "*";

    /// Reads names as a merchant lists them. Repetitions are dropped; `None` when a name is not
    /// shaped like one of Stripe's event types, or there is none, or there are too many. A name
    /// that this service never tells is accepted: programs list what they know.
    pub fn parse<'a>(names: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let mut wanted: Vec<String> = Vec::new();
        for name in names {
            if name != Self::ALL && !is_name(name) {
                return None;
            }
            if !wanted.iter().any(|known| known == name) {
                wanted.push(name.to_owned());
            }
        }
        (1..=NAMES_MAX)
            .contains(&wanted.len())
            .then_some(Self(wanted))
    }

    /// The names, as they were listed.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether events of this kind are among them.
    pub fn includes(&self, kind: EventKind) -> bool {
        self.names()
            .any(|name| name == Self::ALL || name == kind.as_str())
    }
}

/// `charge.succeeded`, `checkout.session.completed`: words of small letters, digits and
/// underscores, at least two, with dots between.
fn is_name(name: &str) -> bool {
    let is_word = |word: &str| {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        !word.is_empty() && word.bytes().all(plain)
    };
    name.len() <= NAME_MAX && name.contains('.') && name.split('.').all(is_word)
}

/// How long to wait after an attempt that failed, in milliseconds; `None` when it was the last.
///
/// `ended` counts the attempts that have ended, this one too. `chance` spreads the pause over
/// [`JITTER_PERCENT`] to both sides. The receiver may ask for a longer pause (`Retry-After`, RFC
/// 9110, section 10.2.3), never for a shorter one.
pub fn pause_ms(ended: i64, asked_ms: Option<i64>, chance: u8) -> Option<i64> {
    let place = usize::try_from(ended.saturating_sub(1)).ok()?;
    let pause = RETRY_PAUSES_MS.get(place)?;
    let spread = i64::from(chance % (2 * JITTER_PERCENT + 1));
    let percent = 100 - i64::from(JITTER_PERCENT) + spread;
    let pause = pause.saturating_mul(percent).div_euclid(100);
    let asked = asked_ms.unwrap_or(0).clamp(0, RETRY_AFTER_MAX_MS);
    Some(pause.max(asked))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wanted(names: &[&str]) -> Option<Wanted> {
        Wanted::parse(names.iter().copied())
    }

    #[test]
    fn the_schedule_lasts_about_three_days() {
        let hours = RETRY_PAUSES_MS.iter().sum::<i64>() / HOUR_MS;
        assert_eq!(hours, 75);
        assert!(RETRY_PAUSES_MS.is_sorted());
    }

    #[test]
    fn the_middle_of_chance_is_the_table() {
        for (place, pause) in (1..).zip(RETRY_PAUSES_MS) {
            assert_eq!(pause_ms(place, None, JITTER_PERCENT), Some(pause));
        }
    }

    #[test]
    fn after_the_last_attempt_there_is_no_next() {
        assert_eq!(pause_ms(10, None, 0), None);
        assert_eq!(pause_ms(10, Some(1_000), 0), None);
        assert_eq!(pause_ms(i64::MAX, None, 0), None);
    }

    #[test]
    fn before_the_first_attempt_there_is_no_pause() {
        assert_eq!(pause_ms(0, None, 0), None);
        assert_eq!(pause_ms(i64::MIN, None, 0), None);
    }

    #[test]
    fn a_receiver_may_ask_for_a_longer_pause_within_a_day() {
        assert_eq!(pause_ms(1, Some(60_000), JITTER_PERCENT), Some(60_000));
        assert_eq!(pause_ms(1, Some(1), JITTER_PERCENT), Some(5_000));
        assert_eq!(pause_ms(1, Some(-1), JITTER_PERCENT), Some(5_000));
        let day = Some(RETRY_AFTER_MAX_MS);
        assert_eq!(pause_ms(1, Some(i64::MAX), JITTER_PERCENT), day);
    }

    #[test]
    fn an_endpoint_hears_what_it_listed() {
        let some = wanted(&["charge.failed", "refund.created"]).unwrap();
        assert!(some.includes(EventKind::ChargeFailed));
        assert!(!some.includes(EventKind::ChargeSucceeded));
        let all = wanted(&["*"]).unwrap();
        assert!(EventKind::ALL.iter().all(|kind| all.includes(*kind)));
    }

    #[test]
    fn every_kind_of_ours_can_be_listed() {
        for kind in EventKind::ALL {
            assert!(wanted(&[kind.as_str()]).unwrap().includes(*kind), "{kind}");
        }
    }

    #[test]
    fn names_that_stripe_has_and_we_do_not_are_accepted() {
        let names = ["invoice.paid", "customer.subscription.trial_will_end"];
        assert!(wanted(&names).is_some());
        assert!(wanted(&["v1.billing.meter.no_meter_found"]).is_some());
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for name in [
            "",
            "charge",
            ".charge",
            "charge.",
            "charge..failed",
            "Charge.failed",
            "charge.*",
            "charge failed.x",
            "charge,failed.x",
        ] {
            assert_eq!(wanted(&["charge.failed", name]), None, "{name}");
        }
        assert_eq!(wanted(&[]), None);
        assert_eq!(wanted(&[&format!("a.{}", "b".repeat(NAME_MAX))]), None);
    }

    #[test]
    fn a_name_listed_twice_is_kept_once() {
        let twice = wanted(&["charge.failed", "charge.failed"]).unwrap();
        assert_eq!(twice.names().collect::<Vec<_>>(), ["charge.failed"]);
    }

    #[test]
    fn too_many_names_are_refused() {
        let names: Vec<_> = (0..=NAMES_MAX).map(|n| format!("a.b{n}")).collect();
        assert_eq!(Wanted::parse(names.iter().map(String::as_str)), None);
    }

    proptest! {
        #[test]
        fn jitter_stays_within_its_bound(ended in 1_i64..=9, chance: u8) {
            let pause = pause_ms(ended, None, chance).unwrap();
            let table = RETRY_PAUSES_MS[usize::try_from(ended).unwrap() - 1];
            let bound = table / 100 * i64::from(JITTER_PERCENT);
            prop_assert!((pause - table).abs() <= bound, "{pause} {table}");
        }

        #[test]
        fn no_text_makes_the_reader_panic(name: String) {
            let _ = wanted(&[&name]);
        }
    }
}
