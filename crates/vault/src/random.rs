//! Chance from the cryptographic source of the system.
//!
//! Does not know what it is used for: keys and nonces here, ids and secrets in other crates, which
//! so need no cryptographic library of their own.

/// `N` bytes that nobody can guess.
///
/// # Panics
/// Only when the system has no source of chance, and then no secret made later would be one.
#[expect(
    clippy::expect_used,
    reason = "a service that goes on without chance hands out secrets that can be guessed"
)]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).expect("the system has no source of chance");
    bytes
}

#[cfg(test)]
mod tests {
    use super::random;
    use std::collections::HashSet;

    #[test]
    fn two_draws_differ() {
        let draws: HashSet<[u8; 16]> = (0..1_000).map(|_| random()).collect();
        assert_eq!(draws.len(), 1_000);
    }

    #[test]
    fn every_bit_is_drawn() {
        let (mut ones, mut zeros) = ([0_u8; 32], [0xff_u8; 32]);
        for _ in 0..200 {
            let draw = random::<32>();
            for (place, byte) in draw.into_iter().enumerate() {
                ones[place] |= byte;
                zeros[place] &= byte;
            }
        }
        assert_eq!((ones, zeros), ([0xff; 32], [0; 32]));
    }
}
