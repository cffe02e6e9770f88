//! How many deliveries this process has under way, by endpoint: what keeps a slow or dead endpoint
//! from taking the places of all others. A hint in memory; the rows say what is true.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::WebhookEndpointId;

/// Deliveries under way in all.
const ALL_MAX: i64 = 512;
/// Deliveries under way to one endpoint.
const LANE_MAX: i64 = 64;
/// Deliveries under way to an endpoint that fails or is slow.
const SLOW_LANE_MAX: i64 = 4;
/// An endpoint that takes longer than this is slow, in milliseconds.
const SLOW_MS: i64 = 3_000;

/// The deliveries under way.
#[derive(Debug)]
pub(crate) struct Lanes(Mutex<State>);

#[derive(Clone, Debug)]
struct State {
    lanes: HashMap<WebhookEndpointId, Lane>,
    taken: i64,
    begin: WebhookEndpointId,
}

#[derive(Clone, Copy, Debug, Default)]
struct Lane {
    taken: i64,
    is_slow: bool,
}

/// How the lanes stood at one moment.
#[derive(Debug)]
pub(crate) struct Rooms {
    lanes: HashMap<WebhookEndpointId, Lane>,
    /// How many more there may be in all.
    pub(crate) free: i64,
    /// After which endpoint to begin, so that none is always last.
    pub(crate) begin: WebhookEndpointId,
}

impl Lanes {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(State {
            lanes: HashMap::new(),
            taken: 0,
            begin: WebhookEndpointId::from_bytes([0; 16]),
        }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn rooms(&self) -> Rooms {
        let state = self.state();
        Rooms {
            lanes: state.lanes.clone(),
            free: ALL_MAX.saturating_sub(state.taken),
            begin: state.begin,
        }
    }

    /// The next look begins after `end`.
    pub(crate) fn go_on_after(&self, end: WebhookEndpointId) {
        self.state().begin = end;
    }

    /// Notes that so many deliveries to `endpoint` are under way.
    pub(crate) fn enter(&self, endpoint: WebhookEndpointId, count: i64) {
        let mut state = self.state();
        state.taken = state.taken.saturating_add(count);
        let lane = state.lanes.entry(endpoint).or_default();
        lane.taken = lane.taken.saturating_add(count);
    }

    /// Notes that one of them ended, and whether it went well and how long it took.
    pub(crate) fn leave(&self, endpoint: WebhookEndpointId, went_well: bool, took_ms: i64) {
        let mut state = self.state();
        state.taken = state.taken.saturating_sub(1);
        if let Some(lane) = state.lanes.get_mut(&endpoint) {
            lane.taken = lane.taken.saturating_sub(1);
            lane.is_slow = !went_well || took_ms > SLOW_MS;
            let is_forgotten = lane.taken == 0 && !lane.is_slow;
            if is_forgotten {
                state.lanes.remove(&endpoint);
            }
        }
    }
}

impl Rooms {
    /// How many more deliveries `endpoint` may have, of `left` in all: never more than a quarter of
    /// those, so that whoever comes later finds room too.
    pub(crate) fn of(&self, endpoint: WebhookEndpointId, fails: bool, left: i64) -> i64 {
        let lane = self.lanes.get(&endpoint).copied().unwrap_or_default();
        let most = if fails || lane.is_slow {
            SLOW_LANE_MAX
        } else {
            LANE_MAX
        };
        let fair = left.div_euclid(4).max(1);
        most.saturating_sub(lane.taken).clamp(0, fair)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: WebhookEndpointId = WebhookEndpointId::from_bytes([1; 16]);
    const OTHER: WebhookEndpointId = WebhookEndpointId::from_bytes([2; 16]);

    #[test]
    fn a_lane_has_room_until_it_is_full() {
        let lanes = Lanes::new();
        assert_eq!(lanes.rooms().of(ONE, false, 512), LANE_MAX);
        lanes.enter(ONE, LANE_MAX);
        assert_eq!(lanes.rooms().of(ONE, false, 448), 0);
        assert_eq!(lanes.rooms().of(OTHER, false, 448), LANE_MAX);
        lanes.leave(ONE, true, 5);
        assert_eq!(lanes.rooms().of(ONE, false, 449), 1);
    }

    #[test]
    fn whoever_fails_or_is_slow_gets_less() {
        let lanes = Lanes::new();
        assert_eq!(lanes.rooms().of(ONE, true, 512), SLOW_LANE_MAX);
        for (went_well, took_ms) in [(false, 1), (true, SLOW_MS + 1)] {
            lanes.enter(ONE, 1);
            lanes.leave(ONE, went_well, took_ms);
            assert_eq!(lanes.rooms().of(ONE, false, 512), SLOW_LANE_MAX);
        }
        lanes.enter(ONE, 1);
        lanes.leave(ONE, true, SLOW_MS);
        assert_eq!(lanes.rooms().of(ONE, false, 512), LANE_MAX);
    }

    #[test]
    fn nobody_takes_more_than_a_quarter_of_what_is_left() {
        let lanes = Lanes::new();
        assert_eq!(lanes.rooms().of(ONE, false, 40), 10);
        assert_eq!(lanes.rooms().of(ONE, false, 1), 1);
    }

    #[test]
    fn what_is_under_way_is_counted_in_all() {
        let lanes = Lanes::new();
        lanes.enter(ONE, 3);
        lanes.enter(OTHER, 4);
        assert_eq!(lanes.rooms().free, ALL_MAX - 7);
        lanes.leave(OTHER, false, 1);
        assert_eq!(lanes.rooms().free, ALL_MAX - 6);
    }
}
