//! How long to wait before the next try to connect.
//!
//! Does not wait itself and has no notion of why a try failed.

use std::time::Duration;

const FIRST_MS: u64 = 100;
const LONGEST_MS: u64 = 5_000;

/// Pauses that double up to five seconds, each shortened by chance to between a half and the whole,
/// so that many processes do not come back to an acquirer at the same moment.
#[derive(Debug)]
pub(super) struct Backoff {
    next_ms: u64,
}

impl Backoff {
    pub(super) const fn new() -> Self {
        Self { next_ms: FIRST_MS }
    }

    /// The pause after one more failure.
    pub(super) fn pause(&mut self) -> Duration {
        let longest = self.next_ms;
        self.next_ms = longest.saturating_mul(2).min(LONGEST_MS);
        let chance = u64::from(u16::from_be_bytes(vault::random()));
        let half = longest / 2;
        Duration::from_millis(half + half * chance / u64::from(u16::MAX))
    }

    /// After a success the next failure is a first one.
    pub(super) fn reset(&mut self) {
        self.next_ms = FIRST_MS;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_five_seconds() {
        let mut backoff = Backoff::new();
        for longest in [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000] {
            let pause = backoff.pause();
            assert!(pause >= Duration::from_millis(longest / 2), "{pause:?}");
            assert!(pause <= Duration::from_millis(longest), "{pause:?}");
        }
    }

    #[test]
    fn success_starts_over() {
        let mut backoff = Backoff::new();
        for _ in 0..10 {
            backoff.pause();
        }
        backoff.reset();
        assert!(backoff.pause() <= Duration::from_millis(100));
    }

    #[test]
    fn two_processes_do_not_come_back_together() {
        let pauses: std::collections::HashSet<_> = (0..50)
            .map(|_| {
                let mut backoff = Backoff::new();
                (0..8).map(|_| backoff.pause()).last()
            })
            .collect();
        assert!(pauses.len() > 10);
    }
}
