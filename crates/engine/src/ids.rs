//! Where ids and secrets come from.
//!
//! RFC 9562 version 7: 48 bits of milliseconds, then chance. Chance is the system's cryptographic
//! source, or a seed in the simulator, so that a run can be repeated.

use std::sync::atomic::{AtomicU64, Ordering};

use domain::{ClientSecret, Timestamp};

use crate::Clock;

/// A source of ids.
#[derive(Debug)]
pub struct Ids(Option<AtomicU64>);

impl Ids {
    /// Ids nobody can guess.
    pub const fn system() -> Self {
        Self(None)
    }

    /// Ids that are the same for the same seed: for the simulator only.
    pub const fn seeded(seed: u64) -> Self {
        Self(Some(AtomicU64::new(seed)))
    }

    /// The next id, of the kind `make` makes.
    pub fn next<T>(&self, clock: &Clock, make: fn([u8; 16]) -> T) -> T {
        let mut bytes = self.chance();
        stamp(&mut bytes, clock.now());
        if let Some(version) = bytes.get_mut(6) {
            *version = (*version & 0x0f) | 0x70;
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

    /// Sixteen bytes of chance.
    fn chance(&self) -> [u8; 16] {
        let Some(seed) = &self.0 else {
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
    stamp(&mut bytes, time);
    make(bytes)
}

fn stamp(bytes: &mut [u8; 16], time: Timestamp) {
    let millis = time.micros().div_euclid(1_000).max(0).to_be_bytes();
    // The last six of the eight bytes hold 48 bits.
    for (place, byte) in bytes.iter_mut().zip(millis.into_iter().skip(2)) {
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
}
