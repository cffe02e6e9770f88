//! Points in time as ISO 8583 writes them, and the reference number made of one.
//!
//! Does not read a clock: every time comes from a trace or from the caller.

use domain::{Timestamp, Trace};
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

/// The retrieval reference number (DE 37) of the message with this trace, which stands in every
/// later message about it and on receipts: last digit of the year, day of the year, hour, all UTC,
/// then the STAN.
///
/// It identifies the message only together with its terminal.
pub fn rrn(trace: &Trace) -> String {
    let sent = utc(trace.sent_at);
    let year = sent.year().rem_euclid(10);
    format!(
        "{year}{:03}{:02}{:06}",
        sent.day_of_year(),
        sent.hour(),
        trace.stan
    )
}

/// The date and time in UTC.
pub(super) fn utc(time: Timestamp) -> DateTime {
    Offset::UTC.to_datetime(instant(time))
}

/// The date and time in the acquirer's zone.
pub(super) fn local(time: Timestamp, zone: &TimeZone) -> DateTime {
    zone.to_datetime(instant(time))
}

/// `MMDDhhmmss` as a number: DE 7.
pub(super) fn month_to_second(time: DateTime) -> u64 {
    month_and_day(time) * 1_000_000 + hour_to_second(time)
}

/// `MMDD` as a number: DE 13.
pub(super) fn month_and_day(time: DateTime) -> u64 {
    positive(time.month()) * 100 + positive(time.day())
}

/// `hhmmss` as a number: DE 12 of 1987.
pub(super) fn hour_to_second(time: DateTime) -> u64 {
    positive(time.hour()) * 10_000 + positive(time.minute()) * 100 + positive(time.second())
}

/// `YYMMDDhhmmss` as a number: DE 12 of 1993.
pub(super) fn year_to_second(time: DateTime) -> u64 {
    let year = u64::from(time.year().rem_euclid(100).unsigned_abs());
    year * 10_000_000_000 + month_to_second(time)
}

fn instant(time: Timestamp) -> jiff::Timestamp {
    // Times outside the years that jiff knows never were nor will be sent.
    jiff::Timestamp::from_microsecond(time.micros()).unwrap_or_default()
}

fn positive(part: i8) -> u64 {
    u64::from(part.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-03-01T07:08:09Z, day 60 of its year.
    const SENT: Timestamp = Timestamp::from_seconds(1_772_348_889);

    fn trace(sent_at: Timestamp, stan: u32) -> Trace {
        Trace {
            acquirer: "test".into(),
            terminal: "TERM0001".into(),
            stan,
            sent_at,
        }
    }

    #[test]
    fn a_time_is_written_with_every_field_of_its_own_width() {
        let time = utc(SENT);
        assert_eq!(month_to_second(time), 301_070_809);
        assert_eq!(month_and_day(time), 301);
        assert_eq!(hour_to_second(time), 70_809);
        assert_eq!(year_to_second(time), 260_301_070_809);
    }

    #[test]
    fn the_reference_is_year_day_hour_and_stan() {
        assert_eq!(rrn(&trace(SENT, 42)), "606007000042");
    }

    #[test]
    fn the_reference_has_twelve_digits_on_every_day() {
        for day in 0..800 {
            let sent_at = Timestamp::from_seconds(1_772_348_889 + day * 86_400);
            let text = rrn(&trace(sent_at, 999_999));
            assert_eq!(text.len(), 12);
            assert!(text.ends_with("07999999"), "{text}");
        }
    }

    #[test]
    fn the_acquirers_zone_moves_date_and_hour() {
        let paris = TimeZone::get("Europe/Paris").unwrap();
        // 2026-06-30T22:30:00Z is already July in Paris.
        let late = Timestamp::from_seconds(1_782_858_600);
        assert_eq!(month_to_second(utc(late)), 630_223_000);
        assert_eq!(month_to_second(local(late, &paris)), 701_003_000);
    }

    #[test]
    fn a_time_beyond_every_calendar_is_harmless() {
        let end = Timestamp::from_micros(i64::MAX);
        assert_eq!(rrn(&trace(end, 1)).len(), 12);
    }
}
