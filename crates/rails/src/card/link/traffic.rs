//! Who waits for which answer, and what waits to be written, for all connections of one link.
//!
//! The one place where it is decided whether a message certainly never left. Does no I/O: one short
//! lock guards everything, and the connections come here to fetch and to deliver.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::{NotSent, Outcome};
use tokio::sync::{Notify, oneshot, watch};
use zeroize::Zeroizing;

use super::Outgoing;
use crate::card::dialect::{Asked, Key};

/// What the connections to one acquirer do at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Connections that are kept.
    pub connections: usize,
    /// Those that are signed on and take orders.
    pub signed_on: usize,
    /// Orders that wait for their answers.
    pub waiting: usize,
    /// Answers nobody waited for, since the start: they came too late, or twice.
    pub stray_answers: u64,
}

/// The messages of one link that are under way.
pub(in crate::card) struct Traffic {
    state: Mutex<State>,
    wakes: Vec<Notify>,
    stage: watch::Sender<Stage>,
    waiting_max: usize,
}

/// What others wait for.
#[derive(Clone, Copy, Default)]
struct Stage {
    signed_on: usize,
    closing: bool,
}

struct State {
    lanes: Vec<Lane>,
    waiting: HashMap<Key, Waiting>,
    closing: bool,
    serial: u64,
    stray_answers: u64,
}

/// One connection.
#[derive(Default)]
struct Lane {
    signed_on: bool,
    queue: VecDeque<Queued>,
    waiting: usize,
}

/// A message that no connection has begun to write.
struct Queued {
    /// The order it is for; `None` for a notice.
    order: Option<Key>,
    bytes: Zeroizing<Vec<u8>>,
}

/// An order whose answer is awaited.
pub(super) struct Waiting {
    pub(super) asked: Asked,
    pub(super) reply: oneshot::Sender<Outcome>,
    lane: usize,
    serial: u64,
    /// Whether writing it has begun. From then on it may have arrived, whatever happens next.
    may_have_left: bool,
}

impl Waiting {
    /// What is true when no answer can come any more.
    const fn without_answer(&self) -> Outcome {
        match self.may_have_left {
            true => Outcome::Unknown,
            false => Outcome::NotSent(NotSent::NoConnection),
        }
    }
}

impl Traffic {
    pub(super) fn new(connections: usize, waiting_max: usize) -> Self {
        let state = State {
            lanes: (0..connections).map(|_| Lane::default()).collect(),
            waiting: HashMap::new(),
            closing: false,
            serial: 0,
            stray_answers: 0,
        };
        Self {
            state: Mutex::new(state),
            wakes: (0..connections).map(|_| Notify::new()).collect(),
            stage: watch::Sender::default(),
            waiting_max,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No change here can panic half-way, so a poisoned lock guards whole data.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands a message to a connection and waits for its answer, `patience` long.
    pub(in crate::card) async fn exchange(&self, message: Outgoing, patience: Duration) -> Outcome {
        match self.enter(message) {
            Ok(ticket) => ticket.outcome(patience).await,
            Err(why) => Outcome::NotSent(why),
        }
    }

    fn enter(&self, message: Outgoing) -> Result<Ticket<'_>, NotSent> {
        let Outgoing { key, asked, bytes } = message;
        let (reply, answer) = oneshot::channel();
        let mut state = self.lock();
        if state.closing {
            return Err(NotSent::NoConnection);
        }
        // An answer could not be told from that of the other message.
        if state.waiting.contains_key(&key) {
            return Err(NotSent::Busy);
        }
        let lane = state.least_busy(self.waiting_max)?;
        state.serial = state.serial.wrapping_add(1);
        let serial = state.serial;
        let waiting = Waiting {
            asked,
            reply,
            lane,
            serial,
            may_have_left: false,
        };
        state.waiting.insert(key, waiting);
        if let Some(lane) = state.lanes.get_mut(lane) {
            lane.waiting = lane.waiting.saturating_add(1);
            lane.queue.push_back(Queued {
                order: Some(key),
                bytes,
            });
        }
        drop(state);
        self.wake(lane);
        Ok(Ticket {
            traffic: self,
            key,
            serial,
            answer,
        })
    }

    /// Puts a notice behind what waits to be written on a connection.
    pub(super) fn push(&self, lane: usize, bytes: Zeroizing<Vec<u8>>) {
        if let Some(lane) = self.lock().lanes.get_mut(lane) {
            lane.queue.push_back(Queued { order: None, bytes });
        }
        self.wake(lane);
    }

    /// Moves what waits to be written on a connection to `out`, as far as it has room without
    /// growing. Everything moved counts as perhaps sent from here on.
    pub(super) fn take(&self, lane: usize, out: &mut Vec<u8>) {
        let mut state = self.lock();
        let State { lanes, waiting, .. } = &mut *state;
        let Some(lane) = lanes.get_mut(lane) else {
            return;
        };
        while let Some(next) = lane.queue.front() {
            if out.capacity().saturating_sub(out.len()) < next.bytes.len() {
                return;
            }
            out.extend_from_slice(&next.bytes);
            if let Some(order) = next.order.and_then(|key| waiting.get_mut(&key)) {
                order.may_have_left = true;
            }
            lane.queue.pop_front();
        }
    }

    /// Whoever waits for the answer with this key; they wait no longer. An answer nobody waits for
    /// is counted.
    pub(super) fn answered(&self, key: Option<Key>) -> Option<Waiting> {
        let mut state = self.lock();
        let found = key.and_then(|key| state.remove(&key));
        match &found {
            Some(order) => {
                let (lane, closing) = (order.lane, state.closing);
                drop(state);
                if closing {
                    self.wake(lane);
                }
            }
            None => state.stray_answers = state.stray_answers.saturating_add(1),
        }
        found
    }

    /// Ends the wait of a ticket. `None` when its answer is being delivered, or was.
    fn withdraw(&self, key: &Key, serial: u64) -> Option<Outcome> {
        let mut state = self.lock();
        state
            .waiting
            .get(key)
            .filter(|order| order.serial == serial)?;
        let order = state.remove(key)?;
        if let Some(lane) = state.lanes.get_mut(order.lane) {
            lane.queue.retain(|queued| queued.order != Some(*key));
        }
        drop(state);
        self.wake(order.lane);
        Some(order.without_answer())
    }

    /// A connection takes orders from now until the guard is dropped; then those it still has end.
    pub(super) fn up(&self, lane: usize) -> Up<'_> {
        let mut state = self.lock();
        if let Some(lane) = state.lanes.get_mut(lane) {
            lane.signed_on = true;
        }
        self.announce(&state);
        Up {
            traffic: self,
            lane,
        }
    }

    fn down(&self, index: usize) {
        let mut state = self.lock();
        if let Some(lane) = state.lanes.get_mut(index) {
            *lane = Lane::default();
        }
        self.announce(&state);
        let ended: Vec<_> = state
            .waiting
            .extract_if(|_, order| order.lane == index)
            .map(|(_, order)| order)
            .collect();
        drop(state);
        for order in ended {
            let outcome = order.without_answer();
            // Nobody is there to hear it when the caller has just gone.
            let _ = order.reply.send(outcome);
        }
    }

    /// Takes no more orders.
    pub(in crate::card) fn close(&self) {
        let mut state = self.lock();
        state.closing = true;
        self.announce(&state);
        drop(state);
        self.wakes.iter().for_each(Notify::notify_one);
    }

    /// Whether a connection has nothing left to do for ever.
    pub(super) fn is_drained(&self, lane: usize) -> bool {
        let state = self.lock();
        state.closing
            && state
                .lanes
                .get(lane)
                .is_none_or(|lane| lane.waiting == 0 && lane.queue.is_empty())
    }

    /// Ends when the writing half of a connection has something to look at.
    pub(super) async fn awake(&self, lane: usize) {
        match self.wakes.get(lane) {
            Some(wake) => wake.notified().await,
            None => std::future::pending().await,
        }
    }

    /// Lets the writing half of a connection look again.
    pub(super) fn wake(&self, lane: usize) {
        if let Some(wake) = self.wakes.get(lane) {
            wake.notify_one();
        }
    }

    /// Ends when the link is being closed.
    pub(super) async fn closing(&self) {
        self.reached(|stage| stage.closing).await;
    }

    /// Ends when a connection is signed on.
    pub(in crate::card) async fn signed_on(&self) {
        self.reached(|stage| stage.signed_on > 0).await;
    }

    async fn reached(&self, is_so: impl Fn(&Stage) -> bool) {
        // The sender lives as long as this borrow, so the wait cannot fail.
        let _ = self.stage.subscribe().wait_for(|stage| is_so(stage)).await;
    }

    fn announce(&self, state: &State) {
        let signed_on = state.lanes.iter().filter(|lane| lane.signed_on).count();
        self.stage.send_replace(Stage {
            signed_on,
            closing: state.closing,
        });
    }

    pub(in crate::card) fn status(&self) -> Status {
        let state = self.lock();
        Status {
            connections: state.lanes.len(),
            signed_on: state.lanes.iter().filter(|lane| lane.signed_on).count(),
            waiting: state.waiting.len(),
            stray_answers: state.stray_answers,
        }
    }
}

impl State {
    /// The signed-on connection with the fewest orders. Equals take turns.
    fn least_busy(&self, waiting_max: usize) -> Result<usize, NotSent> {
        let count = self.lanes.len().max(1);
        let turn = usize::try_from(self.serial).unwrap_or_default() % count;
        let open = self
            .lanes
            .iter()
            .enumerate()
            .filter(|(_, lane)| lane.signed_on);
        let (index, lane) = open
            .min_by_key(|(index, lane)| (lane.waiting, (index + count - turn) % count))
            .ok_or(NotSent::NoConnection)?;
        if lane.waiting < waiting_max {
            Ok(index)
        } else {
            Err(NotSent::Busy)
        }
    }

    fn remove(&mut self, key: &Key) -> Option<Waiting> {
        let order = self.waiting.remove(key)?;
        if let Some(lane) = self.lanes.get_mut(order.lane) {
            lane.waiting = lane.waiting.saturating_sub(1);
        }
        Some(order)
    }
}

/// The right to the answer of one order.
struct Ticket<'a> {
    traffic: &'a Traffic,
    key: Key,
    serial: u64,
    answer: oneshot::Receiver<Outcome>,
}

impl Ticket<'_> {
    async fn outcome(mut self, patience: Duration) -> Outcome {
        match tokio::time::timeout(patience, &mut self.answer).await {
            Ok(answer) => answer.unwrap_or(Outcome::Unknown),
            Err(_) => match self.traffic.withdraw(&self.key, self.serial) {
                Some(outcome) => outcome,
                // The answer came at the last moment and is on its way here.
                None => (&mut self.answer).await.unwrap_or(Outcome::Unknown),
            },
        }
    }
}

impl Drop for Ticket<'_> {
    /// A caller who goes away waits no longer; what was not yet written is not written.
    fn drop(&mut self) {
        self.traffic.withdraw(&self.key, self.serial);
    }
}

/// A connection that takes orders.
pub(super) struct Up<'a> {
    traffic: &'a Traffic,
    lane: usize,
}

impl Drop for Up<'_> {
    fn drop(&mut self) {
        self.traffic.down(self.lane);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::config::sample;
    use crate::card::link::Link;
    use domain::{Currency, Expiry, Money, Order, OrderKind, Timestamp, Trace};
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};
    use vault::{CardData, Pan};

    const PATIENCE: Duration = Duration::from_secs(60);

    fn message(stan: u32) -> Outgoing {
        let link = Link::new(sample::config(), Box::new(|| Timestamp::from_seconds(0))).unwrap();
        let order = Order {
            kind: OrderKind::Purchase,
            amount: Money::new(1250, Currency::EUR),
            trace: Trace {
                acquirer: "test".into(),
                terminal: "TERM0001".into(),
                stan,
                sent_at: Timestamp::from_seconds(1_772_348_889),
            },
            original: None,
            is_repeat: false,
            acceptor: "000000000000001".into(),
            authentication: None,
        };
        let card = CardData {
            pan: Pan::parse("4242424242424242").unwrap(),
            expiry: Expiry::new(12, 2030).unwrap(),
            code: None,
        };
        link.express(&order, Some(&card)).unwrap()
    }

    fn key(stan: u32) -> Key {
        message(stan).key
    }

    fn taken(traffic: &Traffic, lane: usize, room: usize) -> usize {
        let mut out = Vec::with_capacity(room);
        traffic.take(lane, &mut out);
        out.len()
    }

    #[test]
    fn without_a_connection_nothing_leaves() {
        let traffic = Traffic::new(2, 4);
        assert_eq!(traffic.enter(message(1)).err(), Some(NotSent::NoConnection));
        assert_eq!(traffic.status().waiting, 0);
    }

    #[test]
    fn orders_are_spread_over_the_connections() {
        let traffic = Traffic::new(3, 4);
        let _up = [traffic.up(0), traffic.up(2)];
        let _tickets: Vec<_> = (1..=6)
            .map(|stan| traffic.enter(message(stan)).ok())
            .collect();
        let size = message(1).bytes.len();
        assert_eq!(taken(&traffic, 0, 4_096), 3 * size);
        assert_eq!(taken(&traffic, 1, 4_096), 0);
        assert_eq!(taken(&traffic, 2, 4_096), 3 * size);
    }

    #[test]
    fn a_full_link_is_busy_and_free_again_after_an_answer() {
        let traffic = Traffic::new(1, 2);
        let _up = traffic.up(0);
        let _tickets = [
            traffic.enter(message(1)).ok(),
            traffic.enter(message(2)).ok(),
        ];
        assert_eq!(traffic.enter(message(3)).err(), Some(NotSent::Busy));
        assert!(traffic.answered(Some(key(1))).is_some());
        assert!(traffic.enter(message(3)).is_ok());
    }

    #[test]
    fn one_trace_cannot_wait_twice() {
        let traffic = Traffic::new(1, 4);
        let _up = traffic.up(0);
        let _ticket = traffic.enter(message(1));
        assert_eq!(traffic.enter(message(1)).err(), Some(NotSent::Busy));
    }

    #[test]
    fn a_broken_connection_tells_the_written_from_the_unwritten() {
        let traffic = Traffic::new(1, 4);
        let up = traffic.up(0);
        let mut first = traffic.enter(message(1)).ok().unwrap();
        assert!(taken(&traffic, 0, 4_096) > 0);
        let mut second = traffic.enter(message(2)).ok().unwrap();
        drop(up);
        assert_eq!(first.answer.try_recv(), Ok(Outcome::Unknown));
        let not_sent = Outcome::NotSent(NotSent::NoConnection);
        assert_eq!(second.answer.try_recv(), Ok(not_sent));
        assert_eq!(traffic.status().waiting, 0);
        assert_eq!(traffic.enter(message(3)).err(), Some(NotSent::NoConnection));
    }

    #[test]
    fn a_broken_connection_does_not_touch_what_waits_on_another() {
        let traffic = Traffic::new(2, 4);
        let (up, _other) = (traffic.up(0), traffic.up(1));
        let _tickets: Vec<_> = (1..=4)
            .map(|stan| traffic.enter(message(stan)).ok())
            .collect();
        drop(up);
        assert_eq!(traffic.status().waiting, 2);
        assert_eq!(traffic.status().signed_on, 1);
    }

    #[test]
    fn what_has_no_room_waits_for_the_next_write() {
        let traffic = Traffic::new(1, 4);
        let _up = traffic.up(0);
        let _tickets: Vec<_> = (1..=3)
            .map(|stan| traffic.enter(message(stan)).ok())
            .collect();
        let size = message(1).bytes.len();
        assert_eq!(taken(&traffic, 0, 2 * size + 1), 2 * size);
        assert_eq!(taken(&traffic, 0, 2 * size + 1), size);
        assert_eq!(taken(&traffic, 0, 2 * size + 1), 0);
    }

    #[test]
    fn a_caller_who_goes_away_takes_an_unwritten_message_along() {
        let traffic = Traffic::new(1, 4);
        let _up = traffic.up(0);
        drop(traffic.enter(message(1)));
        assert_eq!(taken(&traffic, 0, 4_096), 0);
        assert_eq!(traffic.status().waiting, 0);
    }

    #[test]
    fn an_older_ticket_does_not_take_away_the_repeat_of_its_message() {
        let traffic = Traffic::new(1, 4);
        let _up = traffic.up(0);
        let first = traffic.enter(message(1)).ok().unwrap();
        assert!(traffic.answered(Some(key(1))).is_some());
        let _second = traffic.enter(message(1)).ok().unwrap();
        drop(first);
        assert_eq!(traffic.status().waiting, 1);
    }

    #[test]
    fn an_answer_ends_the_wait_once() {
        let traffic = Traffic::new(1, 4);
        let _up = traffic.up(0);
        let mut exchange = pin!(traffic.exchange(message(1), PATIENCE));
        let mut context = Context::from_waker(Waker::noop());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        let _entered = runtime.enter();
        assert!(exchange.as_mut().poll(&mut context).is_pending());
        let waiting = traffic.answered(Some(key(1))).unwrap();
        waiting.reply.send(Outcome::Unknown).unwrap();
        assert_eq!(
            exchange.as_mut().poll(&mut context),
            Poll::Ready(Outcome::Unknown)
        );
        assert!(traffic.answered(Some(key(1))).is_none());
        assert_eq!(traffic.status().stray_answers, 1);
    }

    #[test]
    fn patience_that_ends_before_the_writing_begins_is_not_sent() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        let traffic = Traffic::new(1, 4);
        let _up = traffic.up(0);
        let outcome = runtime.block_on(traffic.exchange(message(1), Duration::from_millis(1)));
        assert_eq!(outcome, Outcome::NotSent(NotSent::NoConnection));
        assert_eq!(taken(&traffic, 0, 4_096), 0);
    }

    #[test]
    fn an_answer_without_a_key_is_a_stray() {
        let traffic = Traffic::new(1, 4);
        assert!(traffic.answered(None).is_none());
        assert_eq!(traffic.status().stray_answers, 1);
    }

    #[test]
    fn closing_refuses_new_orders_and_drains_when_the_last_one_ends() {
        let traffic = Traffic::new(1, 4);
        let _up = traffic.up(0);
        let ticket = traffic.enter(message(1)).ok().unwrap();
        assert!(!traffic.is_drained(0));
        traffic.close();
        assert_eq!(traffic.enter(message(2)).err(), Some(NotSent::NoConnection));
        assert!(!traffic.is_drained(0));
        drop(ticket);
        assert!(traffic.is_drained(0));
    }

    #[test]
    fn a_notice_that_waits_delays_the_drain() {
        let traffic = Traffic::new(1, 4);
        let _up = traffic.up(0);
        traffic.push(0, Zeroizing::new(vec![1, 2, 3]));
        traffic.close();
        assert!(!traffic.is_drained(0));
        assert_eq!(taken(&traffic, 0, 4_096), 3);
        assert!(traffic.is_drained(0));
    }
}
