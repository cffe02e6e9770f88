//! Security codes between the request that brings one and the end of the authorisation it is for.
//!
//! They exist in the memory of this process only. Another process, or this one after a restart,
//! charges the card without its code.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::{PaymentMethodId, Timestamp};

use crate::SecurityCode;

/// How long a code may wait for the end of its authorisation, a challenge included.
///
/// PCI DSS 4.0.1, 3.3.1: sensitive authentication data goes when the authorisation is complete.
/// This bound is for those that never begin or never end.
pub const CODE_LIFETIME_MINUTES: i64 = 20;

/// How many codes are held at most; beyond it the oldest goes, which is the likeliest to be
/// abandoned.
pub const CODES_MAX: usize = 100_000;

/// The security codes of payments under way, by the token of their card.
#[derive(Default)]
pub struct CodeHolder(Mutex<Codes>);

#[derive(Default)]
struct Codes {
    held: HashMap<PaymentMethodId, (Timestamp, SecurityCode)>,
    by_age: BTreeSet<(Timestamp, PaymentMethodId)>,
}

impl CodeHolder {
    /// A holder of nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps `code` until it is forgotten, or too old. A code held for the same token goes.
    pub fn hold(&self, token: PaymentMethodId, code: SecurityCode, now: Timestamp) {
        let mut codes = self.lock();
        codes.remove(token);
        codes.purge(now);
        while codes.held.len() >= CODES_MAX && codes.remove_oldest() {}
        codes.held.insert(token, (now, code));
        codes.by_age.insert((now, token));
    }

    /// The code for `token`, which stays held: a challenge makes a second attempt that needs it.
    pub fn get(&self, token: PaymentMethodId, now: Timestamp) -> Option<SecurityCode> {
        let codes = self.lock();
        let (since, code) = codes.held.get(&token)?;
        (!is_over(*since, now)).then(|| code.clone())
    }

    /// Wipes the code of `token`: its authorisation ended, whichever way.
    pub fn forget(&self, token: PaymentMethodId) {
        self.lock().remove(token);
    }

    /// Wipes what is too old. Cheap when nothing is.
    pub fn purge(&self, now: Timestamp) {
        self.lock().purge(now);
    }

    /// How many codes are held.
    pub fn len(&self) -> usize {
        self.lock().held.len()
    }

    /// Whether none is held.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn lock(&self) -> MutexGuard<'_, Codes> {
        // Nothing here can panic half-way through a change, so a poisoned lock guards whole data.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Codes {
    fn remove(&mut self, token: PaymentMethodId) {
        if let Some((since, _)) = self.held.remove(&token) {
            self.by_age.remove(&(since, token));
        }
    }

    fn remove_oldest(&mut self) -> bool {
        match self.by_age.pop_first() {
            Some((_, token)) => self.held.remove(&token).is_some(),
            None => false,
        }
    }

    fn purge(&mut self, now: Timestamp) {
        while self
            .by_age
            .first()
            .is_some_and(|(since, _)| is_over(*since, now))
        {
            self.remove_oldest();
        }
    }
}

const fn is_over(since: Timestamp, now: Timestamp) -> bool {
    now.millis_since(since) >= CODE_LIFETIME_MINUTES * 60_000
}

impl fmt::Debug for CodeHolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CodeHolder({} held)", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Brand;

    const START: Timestamp = Timestamp::from_seconds(1_800_000_000);
    const LIFETIME_MS: i64 = CODE_LIFETIME_MINUTES * 60_000;

    fn token(number: u128) -> PaymentMethodId {
        PaymentMethodId::from_bytes(number.to_be_bytes())
    }

    fn code(text: &str) -> SecurityCode {
        SecurityCode::parse(text, Brand::Visa).unwrap()
    }

    fn held(holder: &CodeHolder, number: u128, now: Timestamp) -> Option<String> {
        holder
            .get(token(number), now)
            .map(|code| code.digits().to_owned())
    }

    #[test]
    fn a_second_attempt_after_a_challenge_finds_the_code_again() {
        let holder = CodeHolder::new();
        holder.hold(token(1), code("123"), START);
        assert_eq!(held(&holder, 1, START).as_deref(), Some("123"));
        assert_eq!(
            held(&holder, 1, START.plus_millis(60_000)).as_deref(),
            Some("123")
        );
    }

    #[test]
    fn the_end_of_the_authorisation_wipes_the_code() {
        let holder = CodeHolder::new();
        holder.hold(token(1), code("123"), START);
        holder.hold(token(2), code("456"), START);
        holder.forget(token(1));
        assert_eq!(held(&holder, 1, START), None);
        assert_eq!(held(&holder, 2, START).as_deref(), Some("456"));
    }

    #[test]
    fn forgetting_what_is_not_held_is_harmless() {
        let holder = CodeHolder::new();
        holder.forget(token(1));
        assert!(holder.is_empty());
    }

    #[test]
    fn a_code_is_not_given_out_after_its_time_even_before_the_purge() {
        let holder = CodeHolder::new();
        holder.hold(token(1), code("123"), START);
        assert!(held(&holder, 1, START.plus_millis(LIFETIME_MS - 1)).is_some());
        assert!(held(&holder, 1, START.plus_millis(LIFETIME_MS)).is_none());
        assert_eq!(holder.len(), 1);
    }

    #[test]
    fn the_purge_wipes_only_what_is_too_old() {
        let holder = CodeHolder::new();
        holder.hold(token(1), code("123"), START);
        holder.hold(token(2), code("456"), START.plus_millis(1));
        holder.purge(START.plus_millis(LIFETIME_MS));
        assert_eq!(holder.len(), 1);
        assert!(held(&holder, 2, START.plus_millis(LIFETIME_MS)).is_some());
    }

    #[test]
    fn a_newer_code_replaces_the_older_and_begins_its_own_time() {
        let holder = CodeHolder::new();
        holder.hold(token(1), code("123"), START);
        let later = START.plus_millis(LIFETIME_MS - 1);
        holder.hold(token(1), code("456"), later);
        holder.purge(START.plus_millis(LIFETIME_MS));
        assert_eq!(held(&holder, 1, later).as_deref(), Some("456"));
        assert_eq!(holder.len(), 1);
    }

    #[test]
    fn a_full_holder_gives_up_the_oldest_code() {
        let holder = CodeHolder::new();
        for number in 0..=u128::try_from(CODES_MAX).unwrap() {
            let now = START.plus_millis(i64::try_from(number).unwrap() / 1_000);
            holder.hold(token(number), code("123"), now);
        }
        assert_eq!(holder.len(), CODES_MAX);
        assert_eq!(held(&holder, 0, START), None);
        assert!(held(&holder, 1, START).is_some());
    }

    #[test]
    fn a_clock_that_goes_back_wipes_nothing_and_panics_nowhere() {
        let holder = CodeHolder::new();
        holder.hold(token(1), code("123"), START);
        holder.purge(START.plus_millis(-1));
        assert!(held(&holder, 1, START.plus_millis(-LIFETIME_MS)).is_some());
    }

    #[test]
    fn threads_share_one_holder() {
        let holder = CodeHolder::new();
        std::thread::scope(|scope| {
            for thread in 0..4_u128 {
                let holder = &holder;
                scope.spawn(move || {
                    for number in 0..250 {
                        holder.hold(token(thread * 1_000 + number), code("123"), START);
                    }
                    holder.forget(token(thread * 1_000));
                });
            }
        });
        assert_eq!(holder.len(), 4 * 249);
    }

    #[test]
    fn printing_shows_a_count_only() {
        let holder = CodeHolder::new();
        holder.hold(token(1), code("987"), START);
        assert_eq!(format!("{holder:?}"), "CodeHolder(1 held)");
    }
}
