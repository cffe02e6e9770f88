//! How a file declares its SQL texts, so that one test can prepare every one of them.
//!
//! Does not own any text: each stands in the file of its table.

/// Declares the statements of a file, each a constant of its own.
///
/// After `@pages` stand lists: the rows that are meant, and the id by which they are paged. Each
/// becomes a [`Pages`](crate::page::Pages) whose statements take, after the values that name the
/// rows, those of [`Page::run`](crate::Page::run).
macro_rules! statements {
    (
        $($name:ident = $sql:expr;)+
        $(@pages $($list:ident = $rows:literal by $id:literal;)+)?
    ) => {
        $(const $name: &str = $sql;)+
        $($(const $list: $crate::page::Pages = $crate::page::Pages {
            newest: $crate::statements::page!($rows, $id, " DESC"),
            oldest: $crate::statements::page!($rows, $id, ""),
        };)+)?

        /// Every statement of this file under its name.
        #[cfg(test)]
        pub(crate) const STATEMENTS: &[(&str, &str)] = &[
            $((stringify!($name), $name),)+
            $($(
                (concat!(stringify!($list), "_NEWEST"), $list.newest),
                (concat!(stringify!($list), "_OLDEST"), $list.oldest),
            )+)?
        ];
    };
}

/// One statement of a list, of the columns that its file declares.
macro_rules! page {
    ($rows:literal, $id:literal, $direction:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM ",
            $rows,
            " AND ",
            $id,
            " > ? AND ",
            $id,
            " < ? AND created_at >= ? AND created_at < ? ORDER BY ",
            $id,
            $direction,
            " LIMIT ?"
        )
    };
}

pub(crate) use page;
pub(crate) use statements;

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use crate::{
        advices, api_keys, attempts, audit, balances, checkouts, customers, events, fee_rules,
        idempotency, labels, ledger, merchants, migrate, nodes, payment_links, payment_methods,
        payments, payouts, prices, products, refunds, sessions, steps, terminals, transfers, users,
        vault_keys, webhook_attempts, webhook_deliveries, webhook_endpoints,
    };

    type Statements = &'static [(&'static str, &'static str)];

    const FILES: &[(&str, Statements)] = &[
        ("advices", advices::STATEMENTS),
        ("api_keys", api_keys::STATEMENTS),
        ("attempts", attempts::STATEMENTS),
        ("audit", audit::STATEMENTS),
        ("balances", balances::STATEMENTS),
        ("checkouts", checkouts::STATEMENTS),
        ("customers", customers::STATEMENTS),
        ("events", events::STATEMENTS),
        ("fee_rules", fee_rules::STATEMENTS),
        ("idempotency", idempotency::STATEMENTS),
        ("labels", labels::STATEMENTS),
        ("ledger", ledger::STATEMENTS),
        ("merchants", merchants::STATEMENTS),
        ("migrate", migrate::STATEMENTS),
        ("nodes", nodes::STATEMENTS),
        ("payment_links", payment_links::STATEMENTS),
        ("payment_methods", payment_methods::STATEMENTS),
        ("payments", payments::STATEMENTS),
        ("payouts", payouts::STATEMENTS),
        ("prices", prices::STATEMENTS),
        ("products", products::STATEMENTS),
        ("refunds", refunds::STATEMENTS),
        ("sessions", sessions::STATEMENTS),
        ("steps", steps::STATEMENTS),
        ("terminals", terminals::STATEMENTS),
        ("transfers", transfers::STATEMENTS),
        ("users", users::STATEMENTS),
        ("vault_keys", vault_keys::STATEMENTS),
        ("webhook_attempts", webhook_attempts::STATEMENTS),
        ("webhook_deliveries", webhook_deliveries::STATEMENTS),
        ("webhook_endpoints", webhook_endpoints::STATEMENTS),
    ];

    /// Statements that may walk through a table, and why.
    const WALKS: &[(&str, &str)] = &[
        // It is asked by tests and by people, never by a request.
        ("audit", "COUNT"),
        // It is asked by whoever transfers the money, never by a request.
        ("payouts", "PENDING"),
        // It looks at each merchant, from time to time.
        ("balances", "UNSUMMED"),
        // A handful of rows each.
        ("migrate", "APPLIED"),
        ("nodes", "PURGE"),
        ("sessions", "PURGE"),
        ("vault_keys", "CURRENT"),
        // What it walks through is what the statement within it found by an index.
        ("labels", "COUNT"),
        // It stops at the first row.
        ("vault_keys", "CARDS"),
    ];

    fn database() -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        migrate::apply(&connection).unwrap();
        connection
    }

    /// How the engine would find the rows, one line each.
    fn plan(database: &Connection, sql: &str) -> Vec<String> {
        let mut plan = database
            .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
            .unwrap();
        let unknown = vec![rusqlite::types::Null; plan.parameter_count()];
        let lines = plan.query_map(rusqlite::params_from_iter(unknown), |row| row.get(3));
        lines.unwrap().map(Result::unwrap).collect()
    }

    fn every() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
        FILES.iter().flat_map(|(file, statements)| {
            statements
                .iter()
                .map(move |(name, sql)| (*file, *name, *sql))
        })
    }

    #[test]
    fn every_statement_prepares() {
        let database = database();
        for (file, name, sql) in every() {
            let prepared = database.prepare(sql);
            assert!(prepared.is_ok(), "{file} {name}: {:?}", prepared.err());
        }
    }

    #[test]
    fn every_file_with_statements_is_listed() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if !path.is_file() {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let name = path.file_stem().unwrap().to_str().unwrap();
            let is_listed = FILES.iter().any(|(file, _)| *file == name);
            assert_eq!(text.contains("\nstatements! {"), is_listed, "{name}");
            assert!(!text.contains("\nconst GET: &str"), "{name}");
        }
    }

    #[test]
    fn every_statement_finds_its_rows_by_an_index() {
        let database = database();
        for (file, name, sql) in every() {
            if file == "ledger" || WALKS.contains(&(file, name)) {
                continue;
            }
            for line in plan(&database, sql) {
                let walks = line.starts_with("SCAN") && line != "SCAN CONSTANT ROW";
                assert!(!walks, "{file} {name}: {line}");
            }
        }
    }

    #[test]
    fn pages_and_queues_come_in_the_order_of_an_index() {
        let database = database();
        let ordered = |name: &str| {
            name.ends_with("_NEWEST")
                || name.ends_with("_OLDEST")
                || matches!(name, "DUE" | "NEXT" | "OLD" | "ABANDONED" | "OVERDUE")
        };
        for (file, name, sql) in every().filter(|(_, name, _)| ordered(name)) {
            let plan = plan(&database, sql);
            assert!(plan[0].contains(" USING "), "{file} {name}: {plan:?}");
            let is_narrow =
                plan[0].contains("_by_") || plan[0].contains("(label=? AND object_id>?");
            assert!(
                is_narrow || name.starts_with("NAMED"),
                "{file} {name}: {plan:?}"
            );
            let is_sorted = plan.iter().any(|line| line.contains("TEMP B-TREE"));
            assert!(!is_sorted, "{file} {name}: {plan:?}");
        }
    }

    #[test]
    fn what_walks_is_still_there() {
        for (file, name) in WALKS {
            assert!(
                every().any(|(f, n, _)| (f, n) == (*file, *name)),
                "{file} {name}"
            );
        }
    }
}
