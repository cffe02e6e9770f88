//! Where ids and secrets come from.
//!
//! RFC 9562 version 7: 48 bits of milliseconds, 12 bits of their fraction (6.2, method 3), then
//! chance. What one process makes rises from id to id, so that what one write tells of is listed in
//! the order in which it happened. Chance is the system's cryptographic source, or a seed in the
//! simulator, so that a run can be repeated.

use std::sync::atomic::{AtomicU64, Ordering};

use domain::{ClientSecret, Timestamp};

use crate::Clock;

/// How far ids may run ahead of the clock, in fractions of a millisecond: a tenth of a second. A
/// clock that was set back by more begins anew.
const AHEAD_MAX: u64 = 100 << FRACTION_BITS;

/// Bits of an id that divide a millisecond.
const FRACTION_BITS: u32 = 12;

/// A source of ids.
#[derive(Debug)]
pub struct Ids {
    seed: Option<AtomicU64>,
    /// The time in the latest id, in fractions of a millisecond.
    latest: AtomicU64,
}

impl Ids {
    /// Ids nobody can guess.
    pub const fn system() -> Self {
        Self {
            seed: None,
            latest: AtomicU64::new(0),
        }
    }

    /// Ids that are the same for the same seed: for the simulator only.
    pub const fn seeded(seed: u64) -> Self {
        Self {
            seed: Some(AtomicU64::new(seed)),
            latest: AtomicU64::new(0),
        }
    }

    /// The next id, of the kind `make` makes.
    pub fn next<T>(&self, clock: &Clock, make: fn([u8; 16]) -> T) -> T {
        let mut bytes = self.chance();
        stamp(&mut bytes, self.after_latest(fractions(clock.now())));
        if let Some(version) = bytes.get_mut(6) {
            *version |= 0x70;
        }
        if let Some(variant) = bytes.get_mut(8) {
            *variant = (*variant & 0x3f) | 0x80;
        }
        make(bytes)
    }

    /// 128 bits of chance for a payer's link.
    pub fn secret(&self) -> ClientSecret {
        ClientSecret::from_bytes(self.chance())
    }

    /// One byte of chance, to spread what would otherwise happen at once.
    pub(crate) fn chance_byte(&self) -> u8 {
        let [byte, ..] = self.chance();
        byte
    }

    /// `now`, or what comes after the latest time that was given when that is not before it.
    fn after_latest(&self, now: u64) -> u64 {
        let next = |latest: u64| match latest.checked_sub(now) {
            Some(ahead) if ahead < AHEAD_MAX => latest.saturating_add(1),
            Some(_) | None => now,
        };
        let given = self
            .latest
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |latest| {
                Some(next(latest))
            });
        next(given.unwrap_or(now))
    }

    /// Sixteen bytes of chance.
    fn chance(&self) -> [u8; 16] {
        let Some(seed) = &self.seed else {
            return vault::random();
        };
        let mut bytes = [0; 16];
        for half in bytes.chunks_mut(8) {
            half.copy_from_slice(&mixed(seed.fetch_add(1, Ordering::SeqCst)).to_be_bytes());
        }
        bytes
    }
}

/// The least id that could be made at `time`: whatever is made later is above it.
pub(crate) fn earliest<T>(time: Timestamp, make: fn([u8; 16]) -> T) -> T {
    let mut bytes = [0; 16];
    stamp(
        &mut bytes,
        fractions(time) >> FRACTION_BITS << FRACTION_BITS,
    );
    make(bytes)
}

/// A time in fractions of a millisecond.
fn fractions(time: Timestamp) -> u64 {
    let micros = u64::try_from(time.micros()).unwrap_or(0);
    let (millis, rest) = (micros / 1_000, micros % 1_000);
    millis << FRACTION_BITS | rest << FRACTION_BITS >> 10
}

/// Writes the milliseconds into the first 48 bits, their fraction into the last 12 of the next 16.
fn stamp(bytes: &mut [u8; 16], fractions: u64) {
    let millis = (fractions >> FRACTION_BITS).to_be_bytes();
    let fraction = (fractions & 0x0fff).to_be_bytes();
    // The last six of eight bytes hold 48 bits, the last two 16.
    let time = millis
        .into_iter()
        .skip(2)
        .chain(fraction.into_iter().skip(6));
    for (place, byte) in bytes.iter_mut().zip(time) {
        *place = byte;
    }
}

/// SplitMix64: spreads a counter over all bits.
const fn mixed(counter: u64) -> u64 {
    let a = counter.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let b = (a ^ (a >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let c = (b ^ (b >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    c ^ (c >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::PaymentId;

    #[test]
    fn later_ids_sort_later() {
        let clock = Clock::set_at(Timestamp::from_seconds(1_800_000_000));
        let ids = Ids::system();
        let first = ids.next(&clock, PaymentId::from_bytes);
        clock.advance_millis(1);
        assert!(first < ids.next(&clock, PaymentId::from_bytes));
    }

    #[test]
    fn ids_say_their_version_and_variant() {
        let id = Ids::system().next(&Clock::system(), PaymentId::from_bytes);
        assert_eq!(id.bytes()[6] >> 4, 7);
        assert_eq!(id.bytes()[8] >> 6, 2);
    }

    #[test]
    fn the_same_seed_makes_the_same_ids_and_never_one_twice() {
        let clock = Clock::set_at(Timestamp::from_seconds(1));
        let made = |seed| {
            let ids = Ids::seeded(seed);
            (0..100)
                .map(|_| ids.next(&clock, PaymentId::from_bytes))
                .collect::<Vec<_>>()
        };
        assert_eq!(made(7), made(7));
        let mut ids = made(7);
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 100);
    }

    #[test]
    fn two_secrets_differ() {
        let ids = Ids::system();
        assert_ne!(ids.secret(), ids.secret());
    }

    #[test]
    fn ids_of_one_process_rise_although_the_clock_stands() {
        let (ids, clock) = (Ids::system(), Clock::set_at(Timestamp::from_seconds(1)));
        let made: Vec<_> = (0..5_000)
            .map(|_| ids.next(&clock, PaymentId::from_bytes))
            .collect();
        assert!(made.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn a_clock_that_is_set_back_begins_anew() {
        let (late, early) = (Timestamp::from_seconds(9), Timestamp::from_seconds(1));
        let ids = Ids::system();
        let first = ids.next(&Clock::set_at(late), PaymentId::from_bytes);
        let second = ids.next(&Clock::set_at(early), PaymentId::from_bytes);
        assert!(second < first);
        assert!(second >= earliest(early, PaymentId::from_bytes));
    }
}
