//! Owns the rules of SQL text: only the store has any, and there only forms that both engines
//! read alike. Tests may query what they please. Schema files are in `migrations.rs`.

use super::Finding;
use super::tree::Tree;

/// How a text begins that is SQL.
const BEGINNINGS: &[&str] = &["SELECT", "INSERT", "UPDATE", "DELETE", "CREATE TABLE"];

/// Forms that one of the engines refuses, or reads as something else.
const BANNED: &[(&str, &str)] = &[
    (
        "FOR UPDATE",
        "it locks on one node only: write the row the decision depends on",
    ),
    ("||", "MariaDB reads it as `or`: join texts in Rust"),
    ("AUTOINCREMENT", "identifiers are made by us"),
];

/// Forms that differ, and are made by one function each in the dialect. Two are written in pieces,
/// so as not to find themselves.
const DIALECT: &[&str] = &[
    "ON CONFLICT",
    "ON DUPLICATE",
    concat!("INSERT", " OR "),
    concat!("INSERT", " IGNORE"),
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust() {
        for (line, text) in file.product_literals().filter(|(_, text)| is_sql(text)) {
            let says = if file.room() == Some("store") {
                forbidden(text, file.path.ends_with("/dialect.rs"))
            } else {
                Some("SQL lives in crates/store alone".to_owned())
            };
            findings.extend(says.map(|says| Finding::new(&file.path, line, says)));
        }
    }
    findings
}

fn is_sql(text: &str) -> bool {
    // In the source a line feed may be written as an escape.
    let text = text.replace(r"\n", "\n");
    let rest = BEGINNINGS
        .iter()
        .find_map(|word| text.trim_start().strip_prefix(word));
    rest.is_some_and(|rest| rest.starts_with(char::is_whitespace))
}

/// Why `sql` is not for both engines.
pub(super) fn forbidden(sql: &str, dialect: bool) -> Option<String> {
    let upper = sql.to_uppercase();
    if let Some((form, why)) = BANNED.iter().find(|(form, _)| upper.contains(form)) {
        return Some(format!("`{form}`: {why}"));
    }
    if upper.trim_start().starts_with("UPDATE") && upper.contains("RETURNING") {
        return Some("MariaDB refuses `UPDATE … RETURNING`: read again".to_owned());
    }
    let form = DIALECT
        .iter()
        .find(|form| upper.contains(*form))
        .filter(|_| !dialect)?;
    Some(format!(
        "`{}` differs between the engines: ask dialect.rs",
        form.trim()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> usize {
        check(&Tree::sample(&[(path, text)])).len()
    }

    #[test]
    fn sql_lives_in_the_store() {
        let text = "const A: &str = \"\n    SELECT id FROM payments\";\n";
        assert_eq!(found("crates/server/src/api.rs", text), 1);
        assert_eq!(found("crates/store/src/payments.rs", text), 0);
        assert_eq!(found("crates/server/tests/it/main.rs", text), 0);
        assert_eq!(
            found(
                "crates/server/src/api.rs",
                "say(\"Select a card\", \"DELETED\")"
            ),
            0
        );
    }

    #[test]
    fn forms_that_one_engine_refuses_are_banned() {
        for sql in [
            "SELECT id FROM a FOR UPDATE",
            "SELECT a || b FROM c",
            "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT)",
            "UPDATE a SET b = 1 RETURNING b",
            "INSERT INTO a VALUES (1) ON CONFLICT DO NOTHING",
            "insert or ignore into a values (1)",
        ] {
            assert!(forbidden(sql, false).is_some(), "{sql}");
        }
        for sql in [
            "INSERT INTO a VALUES (?) RETURNING id",
            "DELETE FROM a RETURNING id",
        ] {
            assert_eq!(forbidden(sql, false), None, "{sql}");
        }
    }

    #[test]
    fn what_differs_is_made_in_the_dialect() {
        let text = "const A: &str = \"INSERT OR IGNORE INTO a VALUES (?)\";";
        assert_eq!(found("crates/store/src/payments.rs", text), 1);
        assert_eq!(found("crates/store/src/dialect.rs", text), 0);
    }
}
