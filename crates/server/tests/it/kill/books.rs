//! Compares our books with the acquirer's journal, which shares no code with them.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::{Connection, OpenFlags, Row};
use sandbox::journal::{Journal, summary};
use sandbox::{Key, Kind, Standing, State};

/// What the acquirer must know about one of our messages.
#[derive(Debug)]
struct Ours {
    status: String,
    amount_minor: u64,
    captured_minor: u64,
    refunded_minor: u64,
}

// Field 7 is the time in UTC as MMDDhhmmss; the journal keeps it as a number.
const ATTEMPTS: &str = "SELECT terminal, \
    CAST(strftime('%m%d%H%M%S', sent_at / 1000000, 'unixepoch') AS INTEGER), stan, status, \
    amount_minor, captured_minor, refunded_minor FROM attempts";
const REFUNDS: &str = "SELECT terminal, \
    CAST(strftime('%m%d%H%M%S', sent_at / 1000000, 'unixepoch') AS INTEGER), stan, status, \
    amount_minor, 0, 0 FROM refunds";
const ABOVE_CAPTURED: &str = "SELECT COUNT(*) FROM payments WHERE refunded_minor > captured_minor";

fn read(connection: &Connection, sql: &str) -> BTreeMap<Key, Ours> {
    let mut statement = connection.prepare(sql).unwrap();
    let line = |row: &Row<'_>| {
        let number = |place: usize| u64::try_from(row.get_unwrap::<_, i64>(place)).unwrap();
        let terminal: String = row.get(0)?;
        let key = Key::new(terminal.trim_end(), number(1), row.get(2)?).unwrap();
        let ours = Ours {
            status: row.get(3)?,
            amount_minor: number(4),
            captured_minor: number(5),
            refunded_minor: number(6),
        };
        Ok((key, ours))
    };
    let lines = statement.query_map([], line).unwrap();
    lines.map(Result::unwrap).collect()
}

/// Panics where journal and books do not tell the same story.
pub(super) fn compare(journal: &Path, database: &Path) {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let connection = Connection::open_with_flags(database, flags).unwrap();
    let (attempts, refunds) = (read(&connection, ATTEMPTS), read(&connection, REFUNDS));
    let theirs: BTreeMap<Key, Standing> = summary(&Journal::read(journal).unwrap())
        .into_iter()
        .map(|standing| (standing.key, standing))
        .collect();
    for (key, standing) in &theirs {
        let written = if standing.kind == Kind::Refund {
            &refunds
        } else {
            &attempts
        };
        let is_ours = written.contains_key(key);
        assert!(
            is_ours,
            "a message that nobody had written down: {standing:?}"
        );
    }
    for (key, ours) in &attempts {
        check_attempt(ours, theirs.get(key));
    }
    for (key, ours) in &refunds {
        check_refund(ours, theirs.get(key));
    }
    let above: i64 = connection
        .query_row(ABOVE_CAPTURED, [], |row| row.get(0))
        .unwrap();
    assert_eq!(above, 0, "more is given back than was taken");
    let seen = (theirs.len(), refunds.len());
    assert!(seen.0 > 60 && seen.1 > 5, "too little was seen: {seen:?}");
}

fn check_attempt(ours: &Ours, theirs: Option<&Standing>) {
    let captured_minor = theirs.map_or(0, |standing| standing.captured_minor);
    let refunded_minor = theirs.map_or(0, |standing| standing.refunded_minor);
    assert_eq!(ours.captured_minor, captured_minor, "{ours:?} {theirs:?}");
    assert_eq!(ours.refunded_minor, refunded_minor, "{ours:?} {theirs:?}");
    assert!(refunded_minor <= captured_minor, "{theirs:?}");
    if let Some(held) = theirs.filter(|standing| standing.state == State::Approved) {
        assert_eq!(
            ours.status, "approved",
            "the payer's money is held: {held:?}"
        );
        assert_eq!(ours.amount_minor, held.amount_minor);
    }
}

fn check_refund(ours: &Ours, theirs: Option<&Standing>) {
    let given = theirs.is_some_and(|standing| standing.state == State::Approved);
    assert_eq!(ours.status == "succeeded", given, "{ours:?} {theirs:?}");
    let amounts_agree = theirs.is_none_or(|standing| standing.amount_minor == ours.amount_minor);
    assert!(amounts_agree, "{ours:?} {theirs:?}");
}
