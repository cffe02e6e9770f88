//! How many requests each key may make in a second. Off unless the operator says otherwise.
//!
//! Counts on this node only: several nodes allow as many times more. Does not know log-ins: a
//! person does not ask often enough to be counted.

use std::num::NonZeroU32;

use domain::ApiKeyId;
use engine::Actor;
use governor::clock::{Clock as _, DefaultClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::error::{ApiError, Cause};

/// Keys remembered before those that were idle are forgotten.
const REMEMBERED: usize = 1_000;

type Counter = RateLimiter<ApiKeyId, HashMapStateStore<ApiKeyId>, DefaultClock>;

/// The limits of this node.
pub struct Limits(Option<Counter>);

impl Limits {
    /// So many requests a second for each key, as many at once; 0 is no limit.
    pub fn per_second(requests: u32) -> Self {
        let quota = NonZeroU32::new(requests).map(Quota::per_second);
        Self(quota.map(RateLimiter::hashmap))
    }

    /// Counts a request.
    ///
    /// # Errors
    /// [`Cause::RateLimited`], with the time after which the next one is let through.
    pub(crate) fn count(&self, actor: Actor) -> Result<(), ApiError> {
        let (Some(counter), Actor::Key(key)) = (&self.0, actor) else {
            return Ok(());
        };
        if counter.len() > REMEMBERED {
            counter.retain_recent();
        }
        counter.check_key(&key).map_err(|full| {
            let wait = full.wait_time_from(DefaultClock::default().now());
            // Whole seconds, because that is all the header can say (RFC 9110, 10.2.3).
            let seconds = u16::try_from(wait.as_secs()).unwrap_or(u16::MAX);
            ApiError::new(Cause::RateLimited).retry_after(seconds.saturating_add(1))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u8) -> Actor {
        Actor::Key(ApiKeyId::from_bytes([number; 16]))
    }

    #[test]
    fn each_key_has_its_own_limit() {
        let limits = Limits::per_second(1);
        assert!(limits.count(key(1)).is_ok());
        assert!(limits.count(key(2)).is_ok());
        let refused = limits.count(key(1)).unwrap_err();
        assert_eq!(
            (refused.cause, refused.retry_after_s),
            (Cause::RateLimited, Some(1))
        );
    }

    #[test]
    fn without_a_limit_and_for_people_nothing_is_counted() {
        let (off, on) = (Limits::per_second(0), Limits::per_second(1));
        for _ in 0..10 {
            assert!(off.count(key(1)).is_ok());
            assert!(on.count(Actor::Operator).is_ok());
        }
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let limits = Limits::per_second(u32::MAX);
        for number in 0..10_000_u32 {
            let mut bytes = [0; 16];
            bytes[..4].copy_from_slice(&number.to_be_bytes());
            assert!(
                limits
                    .count(Actor::Key(ApiKeyId::from_bytes(bytes)))
                    .is_ok()
            );
        }
        let kept = limits.0.as_ref().map(RateLimiter::len);
        assert!(kept.is_some_and(|kept| kept <= REMEMBERED + 1), "{kept:?}");
    }
}
