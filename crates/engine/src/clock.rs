//! The time, as the whole service sees it.
//!
//! The only place that reads the machine's clock. Tests and the simulator set it by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use domain::Timestamp;

/// A source of time. Clones share it.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still at `start` until it is moved.
    pub fn set_at(start: Timestamp) -> Self {
        Self(Source::Set(Arc::new(AtomicI64::new(start.micros()))))
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => Timestamp::from_micros(system_micros()),
            Source::Set(micros) => Timestamp::from_micros(micros.load(Ordering::SeqCst)),
        }
    }

    /// Moves a clock that is set by hand; the machine's clock stays as it is.
    pub fn advance_millis(&self, millis: i64) {
        if let Source::Set(micros) = &self.0 {
            micros.fetch_add(millis.saturating_mul(1_000), Ordering::SeqCst);
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the clock everybody else asks"
)]
fn system_micros() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_set_by_hand_moves_only_by_hand() {
        let clock = Clock::set_at(Timestamp::from_seconds(100));
        assert_eq!(clock.now(), Timestamp::from_seconds(100));
        clock.clone().advance_millis(1_500);
        assert_eq!(clock.now(), Timestamp::from_micros(101_500_000));
    }

    #[test]
    fn the_system_clock_is_of_this_century() {
        let clock = Clock::system();
        clock.advance_millis(1_000_000_000);
        assert!((1_700_000_000..4_102_444_800).contains(&clock.now().seconds()));
    }
}
