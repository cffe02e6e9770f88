//! A point in time, as every record keeps it.
//!
//! Deliberately without "now": time reaches this crate as an argument. No calendar either.

/// Microseconds since 1970-01-01T00:00:00 UTC, leap seconds not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// A time from microseconds since the epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// A time from whole seconds since the epoch.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    /// Microseconds since the epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// This time without its fraction of a second: the finest that ISO 8583 DE 7 can carry.
    pub const fn whole_second(self) -> Self {
        Self::from_seconds(self.seconds())
    }

    /// The time `millis` milliseconds later.
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis.saturating_mul(1_000)))
    }

    /// Milliseconds from `earlier` to this time; negative when `earlier` is later.
    pub const fn millis_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0).div_euclid(1_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_round_down_before_the_epoch_too() {
        assert_eq!(Timestamp::from_micros(1_999_999).seconds(), 1);
        assert_eq!(Timestamp::from_micros(-1).seconds(), -1);
    }

    #[test]
    fn the_whole_second_loses_only_the_fraction() {
        let time = Timestamp::from_micros(5_000_001);
        assert_eq!(time.whole_second(), Timestamp::from_seconds(5));
    }

    #[test]
    fn differences_and_sums_agree() {
        let start = Timestamp::from_seconds(10);
        assert_eq!(start.plus_millis(1_500).millis_since(start), 1_500);
        assert_eq!(start.millis_since(start.plus_millis(1)), -1);
    }

    #[test]
    fn the_end_of_time_does_not_overflow() {
        let end = Timestamp::from_micros(i64::MAX);
        assert_eq!(end.plus_millis(1), end);
    }
}
