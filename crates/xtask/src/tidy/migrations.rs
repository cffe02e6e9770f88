//! Owns the rules of schema files: numbered without gaps, named by what they do, one statement
//! each, in the few column kinds that both engines hold alike.

use super::Finding;
use super::queries::forbidden;
use super::tree::{File, Tree};

/// What a schema file may be named to do.
const VERBS: &[&str] = &[
    "add", "create", "drop", "fill", "index", "rename", "tighten",
];
/// How the text of the second engine is named, when it needs its own.
const SECOND: &str = ".mariadb.sql";
/// Column kinds without, and with, a length.
const PLAIN: &[&str] = &["BIGINT", "BLOB", "TEXT"];
const SIZED: &[&str] = &["CHAR", "VARBINARY", "VARCHAR"];
/// How a line of a table begins that is not a column.
const CONSTRAINTS: &[&str] = &["CHECK", "CONSTRAINT", "FOREIGN", "PRIMARY", "UNIQUE"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let is_migration = |file: &&File| file.path.contains("migrations/") && file.is("sql");
    let mut files: Vec<&File> = tree.files.iter().filter(is_migration).collect();
    // The text of the second engine stands right behind the first, under the same number.
    files.sort_by_key(|file| {
        (
            file.path.replace(SECOND, ".sql"),
            file.path.ends_with(SECOND),
        )
    });
    let mut findings = Vec::new();
    let mut last = 0;
    for file in files {
        let mut found = faults(&file.text);
        let Some(number) = number(&file.path) else {
            found.push(format!(
                "is named NNNN_verb_what.sql, the verb one of {VERBS:?}"
            ));
            findings.extend(
                found
                    .into_iter()
                    .map(|says| Finding::new(&file.path, 0, says)),
            );
            continue;
        };
        let second = number == last && file.path.ends_with(SECOND);
        if number != last + 1 && !second {
            found.push(format!("follows number {last:04}"));
        }
        last = number;
        findings.extend(
            found
                .into_iter()
                .map(|says| Finding::new(&file.path, 0, says)),
        );
    }
    findings
}

/// The number of `…/0042_add_payment_tip.sql`, when that is how the file is named.
fn number(path: &str) -> Option<u32> {
    let name = path.rsplit('/').next()?.strip_suffix(".sql")?;
    let mut words = name.strip_suffix(".mariadb").unwrap_or(name).split('_');
    let number = words
        .next()
        .filter(|digits| digits.len() == 4)?
        .parse()
        .ok()?;
    VERBS.contains(&words.next()?).then_some(())?;
    words.next().filter(|what| !what.is_empty()).map(|_| number)
}

fn faults(text: &str) -> Vec<String> {
    let lines = text
        .lines()
        .map(|line| line.split_once("--").map_or(line, |(sql, _)| sql));
    let sql = lines.collect::<Vec<_>>().join("\n");
    let mut faults: Vec<String> = forbidden(&sql, false).into_iter().collect();
    if sql.matches(';').count() != 1 || !sql.trim_end().ends_with(';') {
        faults.push("a schema file holds exactly one statement, ended by `;`".to_owned());
    }
    for column in columns(&sql) {
        if !is_kept(&column) {
            faults.push(format!(
                "`{column}`: columns are {PLAIN:?} or {SIZED:?} with a length"
            ));
        }
    }
    faults
}

/// The columns a statement makes: name and kind, in capitals.
fn columns(sql: &str) -> Vec<String> {
    let upper = sql.to_uppercase();
    let words = |text: &str| {
        text.split_whitespace()
            .take(2)
            .collect::<Vec<_>>()
            .join(" ")
    };
    if let Some((_, added)) = upper.split_once("ADD COLUMN ") {
        return vec![words(added.trim_end_matches([';', '\n', ' ']))];
    }
    if !upper.trim_start().starts_with("CREATE TABLE") {
        return Vec::new();
    }
    let (Some(open), Some(close)) = (upper.find('('), upper.rfind(')')) else {
        return Vec::new();
    };
    let mut columns = vec![String::new()];
    let mut depth = 0_u32;
    for c in upper.get(open + 1..close).unwrap_or_default().chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        match columns.last_mut() {
            Some(column) if c != ',' || depth > 0 => column.push(c),
            _ => columns.push(String::new()),
        }
    }
    let columns = columns.iter().map(|column| words(column));
    columns
        .filter(|column| !CONSTRAINTS.iter().any(|word| column.starts_with(word)))
        .collect()
}

/// Whether the kind of a column, as `NAME KIND`, is in the diet.
fn is_kept(column: &str) -> bool {
    let kind = column.split(' ').nth(1).unwrap_or_default();
    let size = kind.strip_suffix(')').and_then(|kind| kind.split_once('('));
    match size {
        None => PLAIN.contains(&kind),
        Some((kind, size)) => SIZED.contains(&kind) && size.parse::<u32>().is_ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_numbered_without_gaps_and_named_by_what_they_do() {
        let table = "CREATE TABLE a (id BIGINT);";
        let tree = Tree::sample(&[
            ("migrations/0001_create_a.sql", table),
            ("migrations/0002_drop_b.sql", "DROP INDEX b;"),
            ("migrations/0002_drop_b.mariadb.sql", "DROP INDEX b ON a;"),
            ("migrations/0004_create_c.sql", table),
            ("migrations/0005_things.sql", table),
        ]);
        let findings = check(&tree);
        let paths: Vec<_> = findings
            .iter()
            .map(|finding| finding.path.as_str())
            .collect();
        assert_eq!(
            paths,
            ["migrations/0004_create_c.sql", "migrations/0005_things.sql"]
        );
    }

    #[test]
    fn a_number_is_taken_once() {
        let table = "CREATE TABLE a (id BIGINT);";
        let tree = Tree::sample(&[
            ("migrations/0001_create_a.sql", table),
            ("migrations/0001_create_b.sql", table),
        ]);
        assert_eq!(check(&tree).len(), 1);
    }

    #[test]
    fn the_diet_is_kept() {
        let good = "-- Sums; one per day.
CREATE TABLE IF NOT EXISTS a (
\
                    id CHAR(26) NOT NULL,
  sum BIGINT NOT NULL, -- minor units
\
                    key VARBINARY(32),
  note TEXT,
  PRIMARY KEY (id, sum)
);
";
        assert_eq!(faults(good), Vec::<String>::new());
        for bad in [
            "DATETIME",
            "DECIMAL(10,2)",
            "VARCHAR",
            "TINYINT",
            "JSON",
            "BIGINT(20)",
            "",
        ] {
            let sql = format!("CREATE TABLE a (id BIGINT, x {bad});");
            assert_eq!(faults(&sql).len(), 1, "{sql}");
            let sql = format!("ALTER TABLE a ADD COLUMN x {bad};");
            assert_eq!(faults(&sql).len(), 1, "{sql}");
        }
    }

    #[test]
    fn a_file_holds_one_statement_without_banned_forms() {
        assert_eq!(faults("DROP TABLE a; DROP TABLE b;").len(), 1);
        assert_eq!(faults("DROP TABLE a").len(), 1);
        assert_eq!(faults("CREATE TABLE a (id BIGINT AUTOINCREMENT);").len(), 1);
        assert_eq!(
            faults("CREATE UNIQUE INDEX IF NOT EXISTS a_b ON a (b, c);").len(),
            0
        );
    }
}
