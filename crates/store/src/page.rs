//! A page of a list, newest first, found by ids that sort by time.
//!
//! Owns where a page begins and ends. Which rows are meant is said by the statement of each table.

use domain::{Owner, Timestamp};

use crate::value::{StoredId, Value, values};
use crate::{Error, Row, Tx};

/// Where a page begins, of which time it tells, and how long it is.
#[derive(Clone, Copy, Debug)]
pub struct Page<Id> {
    /// The most records to return.
    pub limit: i64,
    /// From which record on.
    pub from: Cursor<Id>,
    /// When the records were made.
    pub created: Period,
}

/// The record next to which a page begins.
#[derive(Clone, Copy, Debug)]
pub enum Cursor<Id> {
    /// The newest of all.
    Newest,
    /// Records older than this one.
    After(Id),
    /// Records newer than this one, nearest first in the query, newest first in the answer.
    Before(Id),
}

/// A span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// Its first moment.
    pub since: Timestamp,
    /// The first moment after it.
    pub until: Timestamp,
}

impl Period {
    /// All of time.
    pub const ALWAYS: Self = Self {
        since: Timestamp::from_micros(i64::MIN),
        until: Timestamp::from_micros(i64::MAX),
    };

    /// What both have in common.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            since: self.since.max(other.since),
            until: self.until.min(other.until),
        }
    }

    /// Ids between which the records of this time are; neither of the two is one of them.
    fn ids(self) -> ([u8; 16], [u8; 16]) {
        (
            first_id(self.since.plus_millis(-SLACK_MS)),
            first_id(self.until.plus_millis(SLACK_MS)),
        )
    }
}

const BELOW_ALL: [u8; 16] = [0; 16];
const ABOVE_ALL: [u8; 16] = [255; 16];

/// How far the time in an id may be from `created_at`, in milliseconds. Each is read from the clock
/// by itself, one right after the other with nothing awaited between, so it is microseconds. Wider
/// would only cost rows that are looked at in vain, as `created_at` decides.
const SLACK_MS: i64 = 1_000;

/// The lowest id made at `time` (RFC 9562 version 7: 48 bits of milliseconds come first).
fn first_id(time: Timestamp) -> [u8; 16] {
    match u128::try_from(time.micros().div_euclid(1_000)) {
        Ok(millis) if millis >> 48 == 0 => (millis << 80).to_be_bytes(),
        Ok(_) => ABOVE_ALL,
        Err(_) => BELOW_ALL,
    }
}

/// The two statements that page through the same rows, and the one that knows a row of theirs.
pub(crate) struct Pages {
    /// Those below an id, the highest first.
    pub(crate) newest: &'static str,
    /// Those above an id, the lowest first.
    pub(crate) oldest: &'static str,
}

impl<Id> Page<Id> {
    /// A page of any time.
    pub const fn new(limit: i64, from: Cursor<Id>) -> Self {
        let created = Period::ALWAYS;
        Self {
            limit,
            from,
            created,
        }
    }
}

impl<Id: StoredId> Page<Id> {
    /// Refuses a cursor that is no record of `owner`'s: a page beside it would look like the end of
    /// the list to a client that pages through it.
    pub(crate) fn check(
        &self,
        tx: &Tx<'_>,
        owner: Owner,
        known: &'static str,
    ) -> Result<(), Error> {
        let (Cursor::After(id) | Cursor::Before(id)) = &self.from else {
            return Ok(());
        };
        let values = values![id.stored(), &owner.merchant, owner.mode];
        match tx.one(known, values, |_| Ok(()))? {
            Some(()) => Ok(()),
            None => Err(Error::CursorMissing),
        }
    }

    /// The rows of `pages` that `by` names, as far as they are on this page.
    pub(crate) fn run<T>(
        &self,
        tx: &Tx<'_>,
        pages: &Pages,
        by: &[Value<'_>],
        read: impl Fn(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        let (mut lowest, mut highest) = self.created.ids();
        match &self.from {
            Cursor::Newest => {}
            Cursor::After(id) => highest = highest.min(*id.stored()),
            Cursor::Before(id) => lowest = lowest.max(*id.stored()),
        }
        let Period { since, until } = self.created;
        let mut values = by.to_vec();
        values.extend_from_slice(values![&lowest, &highest, since, until, self.limit]);
        if let Cursor::Before(_) = self.from {
            let mut found = tx.all(pages.oldest, &values, read)?;
            found.reverse();
            Ok(found)
        } else {
            tx.all(pages.newest, &values, read)
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::CustomerId;

    use super::*;

    const NOON: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn of(since: Timestamp, until: Timestamp) -> ([u8; 16], [u8; 16]) {
        Period { since, until }.ids()
    }

    /// An id made so many milliseconds after noon.
    fn id(after_ms: i64) -> [u8; 16] {
        let mut bytes = first_id(NOON.plus_millis(after_ms));
        bytes[6..].fill(0x77);
        bytes
    }

    #[test]
    fn no_bound_leaves_out_no_id() {
        assert_eq!(Period::ALWAYS.ids(), (BELOW_ALL, ABOVE_ALL));
    }

    #[test]
    fn a_period_has_the_ids_of_its_time_and_a_second_around_it() {
        let (lowest, highest) = of(NOON, NOON.plus_millis(1_000));
        for (after_ms, is_within) in [
            (-1_001, false),
            (-1_000, true),
            (0, true),
            (1_000, true),
            (1_999, true),
            (2_000, false),
        ] {
            let id = id(after_ms);
            assert_eq!(lowest < id && id < highest, is_within, "{after_ms}");
        }
    }

    #[test]
    fn times_that_no_id_can_say_are_before_or_after_all() {
        let far = Timestamp::from_micros(i64::MAX - 1);
        let early = Timestamp::from_seconds(-1);
        assert_eq!(of(early, far), (BELOW_ALL, ABOVE_ALL));
        assert_eq!(of(far, far), (ABOVE_ALL, ABOVE_ALL));
        assert_eq!(of(early, early.plus_millis(-2_000)).1, BELOW_ALL);
    }

    #[test]
    fn two_periods_have_their_overlap_in_common() {
        let morning = Period {
            since: NOON.plus_millis(-9),
            until: NOON,
        };
        assert_eq!(morning.and(Period::ALWAYS), morning);
        let late = Period {
            since: NOON.plus_millis(-2),
            ..Period::ALWAYS
        };
        let both = morning.and(late);
        assert_eq!((both.since, both.until), (late.since, NOON));
    }

    const ROWS: i64 = 20_000;

    /// A database in which one merchant has a customer for each second from noon on.
    fn crowded() -> rusqlite::Connection {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        crate::migrate::apply(&connection).unwrap();
        let insert = "INSERT INTO customers (id, merchant_id, livemode, metadata, created_at) \
            VALUES (?, ?, 0, '', ?)";
        let view = connection.unchecked_transaction().unwrap();
        for second in 0..ROWS {
            let at = NOON.plus_millis(second * 1_000).micros();
            let row = (id(second * 1_000), [1_u8; 16], at);
            view.execute(insert, row).unwrap();
        }
        view.commit().unwrap();
        connection
    }

    /// How many steps the engine's machine takes for a page of 100, and how many rows it finds.
    fn steps(connection: &rusqlite::Connection, page: Page<CustomerId>) -> (i32, usize) {
        let owner = Owner {
            merchant: domain::MerchantId::from_bytes([1; 16]),
            mode: domain::Mode::Test,
        };
        let found = crate::customers::list(&Tx(connection), owner, &page).unwrap();
        let sql = crate::customers::STATEMENTS;
        let sql = sql
            .iter()
            .find(|(name, _)| *name == "OWNED_NEWEST")
            .unwrap();
        let statement = connection.prepare_cached(sql.1).unwrap();
        let steps = statement.reset_status(rusqlite::StatementStatus::VmStep);
        (steps, found.len())
    }

    #[test]
    fn a_page_costs_the_same_wherever_it_begins() {
        let connection = crowded();
        let at = |second: i64| CustomerId::from_bytes(id(second * 1_000));
        let newest = steps(&connection, Page::new(100, Cursor::Newest));
        assert_eq!(newest.1, 100);
        for second in [ROWS - 1, ROWS / 2, 200] {
            let page = Page::new(100, Cursor::After(at(second)));
            assert_eq!(steps(&connection, page), newest, "{second}");
        }
    }

    #[test]
    fn an_old_window_does_not_walk_through_all_that_is_newer() {
        let connection = crowded();
        let newest = steps(&connection, Page::new(100, Cursor::Newest));
        let mut page = Page::new(100, Cursor::Newest);
        page.created = Period {
            since: NOON.plus_millis(5_000_000),
            until: NOON.plus_millis(5_090_000),
        };
        let (cost, found) = steps(&connection, page);
        assert_eq!(found, 90);
        assert!(
            cost <= newest.0,
            "{cost} steps, {} for the newest",
            newest.0
        );
    }
}
