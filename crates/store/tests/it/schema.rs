//! The tables: what the migrations make of an empty database, and what happens to others.
//!
//! Prints `docs/reference/schema.md`, so that it cannot go stale.

use std::fmt::Write as _;
use std::path::Path;

use rusqlite::Connection;
use store::{Error, Location, Settings, Store};

use crate::engines::{Database, everywhere, on_sqlite};
use crate::scratch::Scratch;

/// Tables whose rows belong to no merchant and mode of their own, and why.
const UNOWNED: &[(&str, &str)] = &[
    (
        "labels",
        "a label begins with the owner, and its object has one",
    ),
    ("merchants", "they are the owners"),
    ("nodes", "a process serves all merchants"),
    ("fee_rules", "a merchant has one fee in both modes"),
    ("payment_steps", "a step belongs to its payment"),
    ("schema_migrations", "it is about the tables"),
    ("terminals", "trace numbers are shared by all merchants"),
    ("users", "a person works in both modes"),
    ("vault_keys", "a key wraps the cards of all merchants"),
];

struct Column {
    name: String,
    kind: String,
    is_required: bool,
    key: i64,
}

fn columns(connection: &Connection, table: &str) -> Vec<Column> {
    let mut rows = connection
        .prepare(&format!("PRAGMA table_info({table})"))
        .unwrap();
    let columns = rows.query_map([], |row| {
        Ok(Column {
            name: row.get(1)?,
            kind: row.get(2)?,
            is_required: row.get::<_, i64>(3)? != 0,
            key: row.get(5)?,
        })
    });
    columns.unwrap().map(Result::unwrap).collect()
}

/// The indexes of a table that a migration made: name, whether unique, columns.
fn indexes(connection: &Connection, table: &str) -> Vec<(String, bool, Vec<String>)> {
    let mut rows = connection
        .prepare(&format!("PRAGMA index_list({table})"))
        .unwrap();
    let found = rows.query_map([], |row| {
        Ok((
            row.get::<_, String>(1)?,
            row.get::<_, i64>(2)? != 0,
            row.get::<_, String>(3)?,
        ))
    });
    let mut indexes = Vec::new();
    for (name, is_unique, origin) in found.unwrap().map(Result::unwrap) {
        if origin == "c" {
            let mut rows = connection
                .prepare(&format!("PRAGMA index_info({name})"))
                .unwrap();
            let columns = rows.query_map([], |row| row.get(2)).unwrap();
            let columns = columns.map(Result::unwrap).collect();
            indexes.push((name, is_unique, columns));
        }
    }
    indexes.sort();
    indexes
}

fn page(database: &Database) -> String {
    let connection = Connection::open(database.address()).unwrap();
    let mut text = String::from(
        "# Tables\n\nPrinted by a test of `store`; do not edit. Both engines have the same \
         tables. Times are microseconds\nUTC, money is minor units, truth is 0 or 1.\n",
    );
    for table in database.counts().keys() {
        let columns = columns(&connection, table);
        let mut key: Vec<_> = columns.iter().filter(|column| column.key > 0).collect();
        key.sort_by_key(|column| column.key);
        let key: Vec<_> = key.into_iter().map(|column| column.name.as_str()).collect();
        let _ = write!(
            text,
            "\n## `{table}`\n\nPrimary key: {}.\n\n",
            key.join(", ")
        );
        text.push_str("| column | kind | |\n|---|---|---|\n");
        for Column {
            name,
            kind,
            is_required,
            ..
        } in columns
        {
            let absent = if is_required { "" } else { "may be absent" };
            let _ = writeln!(text, "| `{name}` | {kind} | {absent} |");
        }
        let indexes = indexes(&connection, table);
        if !indexes.is_empty() {
            text.push('\n');
        }
        for (name, is_unique, columns) in indexes {
            let kind = if is_unique { "unique index" } else { "index" };
            let _ = writeln!(text, "- {kind} `{name}` on {}", columns.join(", "));
        }
    }
    text
}

#[test]
fn the_page_of_tables_is_what_the_migrations_make() {
    on_sqlite(&Settings::default(), async |database| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/schema.md");
        let stored = std::fs::read_to_string(&path).unwrap_or_default();
        if stored != page(&database) {
            std::fs::write(&path, page(&database)).unwrap();
            panic!("schema.md was stale and is written anew: look at it and commit it");
        }
    });
}

#[test]
fn every_row_belongs_to_a_merchant_and_a_mode() {
    on_sqlite(&Settings::default(), async |database| {
        let connection = Connection::open(database.address()).unwrap();
        for table in database.counts().keys() {
            let columns = columns(&connection, table);
            let has = |name| {
                columns
                    .iter()
                    .any(|column| column.name == name && column.is_required)
            };
            let is_owned = has("merchant_id") && has("livemode");
            let is_listed = UNOWNED.iter().any(|(name, _)| name == table);
            assert_ne!(is_owned, is_listed, "{table}");
        }
    });
}

#[test]
fn opening_again_changes_nothing() {
    everywhere(async |database| {
        let before = database.dump();
        let database = database.reopened(&Settings::default());
        assert_eq!(database.dump(), before);
    });
}

#[test]
fn a_database_of_a_later_version_is_refused_and_left_alone() {
    everywhere(async |database| {
        let later = "INSERT INTO schema_migrations (version, name) \
                     SELECT MAX(version) + 1, 'later' FROM schema_migrations";
        database.tamper(later);
        let before = database.dump();
        let location = Location::File(database.address().into());
        let refused = Store::open(&location, &Settings::default()).err();
        assert!(matches!(&refused, Some(Error::Corrupt(_))), "{refused:?}");
        assert!(refused.unwrap().to_string().contains("upgrade"));
        assert!(Store::migrate(&location, &Settings::default()).is_err());
        assert_eq!(database.dump(), before);
    });
}

#[test]
fn a_list_of_migrations_with_a_gap_is_refused() {
    everywhere(async |database| {
        database.tamper("DELETE FROM schema_migrations WHERE version = 3");
        let location = Location::File(database.address().into());
        let refused = Store::open(&location, &Settings::default()).err();
        assert!(matches!(&refused, Some(Error::Corrupt(_))), "{refused:?}");
    });
}

#[test]
fn a_fresh_database_can_be_made_before_it_is_served() {
    let scratch = Scratch::new();
    let location = Location::File(scratch.path().join("fresh.db"));
    Store::migrate(&location, &Settings::default()).unwrap();
    Store::open(&location, &Settings::default()).unwrap();
}

#[test]
fn what_is_no_database_is_refused_and_left_alone() {
    let scratch = Scratch::new();
    let file = scratch.path().join("notes.txt");
    let text = "not a database, and long enough to be looked at ".repeat(100);
    std::fs::write(&file, &text).unwrap();
    let refused = Store::open(&Location::File(file.clone()), &Settings::default()).err();
    assert!(matches!(&refused, Some(Error::Corrupt(_))), "{refused:?}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn a_folder_that_is_not_there_is_named_in_the_error() {
    let scratch = Scratch::new();
    let file = scratch.path().join("absent/encaisse.db");
    let refused = Store::open(&Location::File(file), &Settings::default()).err();
    assert!(
        matches!(&refused, Some(Error::Unavailable(_))),
        "{refused:?}"
    );
    assert!(refused.unwrap().to_string().contains("absent/encaisse.db"));
}

#[test]
fn processes_that_start_together_make_one_database() {
    for _ in 0..5 {
        let scratch = Scratch::new();
        let location = Location::File(scratch.path().join("fresh.db"));
        let start = || Store::open(&location, &Settings::default()).map(drop);
        let opened = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..8).map(|_| scope.spawn(start)).collect();
            let opened = starts.into_iter().map(|start| start.join().unwrap());
            opened.collect::<Result<Vec<_>, _>>()
        });
        assert_eq!(opened.unwrap().len(), 8);
    }
}
