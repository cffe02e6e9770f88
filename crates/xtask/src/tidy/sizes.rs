//! Owns the sizes beyond which code is split: of a file, a function, its parameters, a line. What
//! was too large before stands in `ratchet.txt` with a number that may only fall.

use super::Finding;
use super::source::is_name;
use super::tree::{File, Tree};

/// Lines before the tests of a file.
const FILE_MAX: usize = 600;
/// Lines of a function, from its name to its closing brace.
const FUNCTION_MAX: usize = 70;
const PARAMETERS_MAX: usize = 6;
/// Characters of a line.
const LINE_MAX: usize = 100;

/// What is held to the length of a line.
const NARROW: &[&str] = &["css", "rs", "sql", "ts", "tsx"];
/// Files that are one long table and may be as long as it is.
const TABLES: &[&str] = &[
    "crates/server/src/error/table.rs",
    "crates/sim/src/short.rs",
];
/// Where what was too large before is listed: path, measure, number.
const RATCHET: &str = "crates/xtask/ratchet.txt";

/// The largest of its kind in a file.
#[derive(Debug)]
struct Measure {
    what: &'static str,
    line: usize,
    value: usize,
    limit: usize,
    /// How many of the kind are over the limit.
    over: usize,
}

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut ratchet = tree
        .file(RATCHET)
        .map_or_else(Vec::new, |file| entries(&file.text));
    let narrow = |file: &&File| NARROW.iter().any(|extension| file.is(extension));
    for file in tree.files.iter().filter(narrow) {
        for measure in measures(file) {
            let is_entry =
                |entry: &Entry<'_>| entry.path == file.path && entry.what == measure.what;
            let entry = ratchet
                .iter()
                .position(is_entry)
                .map(|at| ratchet.swap_remove(at));
            let says = verdict(&measure, entry.map(|entry| entry.value));
            findings.extend(says.map(|says| Finding::new(&file.path, measure.line, says)));
        }
    }
    let absent = ratchet
        .iter()
        .map(|entry| format!("{} {} is not there", entry.path, entry.what));
    findings.extend(absent.map(|says| Finding::new(RATCHET, 0, says)));
    findings
}

/// What is wrong with a measure, whose number in the ratchet is `held`.
fn verdict(measure: &Measure, held: Option<usize>) -> Option<String> {
    let &Measure {
        what,
        value,
        limit,
        over,
        ..
    } = measure;
    let others = if over > 1 {
        format!(" ({over} of them)")
    } else {
        String::new()
    };
    match held {
        None if value <= limit => None,
        None => Some(format!("{what}: {value}, at most {limit}{others}")),
        Some(held) if value <= limit => Some(format!("{what}: {held} in {RATCHET} may go")),
        Some(held) if value < held => Some(format!("{what}: write {value} into {RATCHET}")),
        Some(held) if value > held => Some(format!("{what}: {value}, held to {held}")),
        Some(_) => None,
    }
}

struct Entry<'a> {
    path: &'a str,
    what: &'a str,
    value: usize,
}

fn entries(text: &str) -> Vec<Entry<'_>> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let entry = |line| {
        let mut words = str::split_whitespace(line);
        let (path, what) = (words.next()?, words.next()?);
        Some(Entry {
            path,
            what,
            value: words.next()?.parse().ok()?,
        })
    };
    lines.filter_map(entry).collect()
}

fn measures(file: &File) -> Vec<Measure> {
    let lines = file.text.lines().map(|line| line.chars().count());
    let mut measures = vec![largest("line", LINE_MAX, (1..).zip(lines))];
    let is_table = TABLES.contains(&file.path.as_str());
    if file.is("rs") && !is_table {
        let functions = functions(&file.source.code);
        let lines = functions
            .iter()
            .map(|function| (function.line, function.lines));
        let parameters = functions
            .iter()
            .map(|function| (function.line, function.parameters));
        measures.push(largest("function", FUNCTION_MAX, lines));
        measures.push(largest("parameters", PARAMETERS_MAX, parameters));
    }
    if !is_table {
        measures.push(largest(
            "file",
            FILE_MAX,
            std::iter::once((0, file.product_lines())),
        ));
    }
    measures
}

/// The largest of `values`, each with its line.
fn largest(
    what: &'static str,
    limit: usize,
    values: impl Iterator<Item = (usize, usize)>,
) -> Measure {
    let mut measure = Measure {
        what,
        line: 0,
        value: 0,
        limit,
        over: 0,
    };
    for (line, value) in values {
        measure.over += usize::from(value > limit);
        if value > measure.value {
            (measure.line, measure.value) = (line, value);
        }
    }
    measure
}

struct Function {
    line: usize,
    lines: usize,
    parameters: usize,
}

/// The functions of a file, inner ones too.
fn functions(code: &str) -> Vec<Function> {
    let mut functions = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        let (before, rest) = code.split_at_checked(at).unwrap_or_default();
        let Some(rest) = rest.strip_prefix("fn ") else {
            continue;
        };
        if before.ends_with(is_name) || !rest.starts_with(is_name) {
            continue;
        }
        let Some((parameters, body)) = parameters(rest.trim_start_matches(is_name)) else {
            continue;
        };
        let end = rest.len() - body.len() + body_end(body);
        let lines = 1 + rest.get(..end).map_or(0, |text| text.matches('\n').count());
        functions.push(Function {
            line: 1 + before.matches('\n').count(),
            lines,
            parameters,
        });
    }
    functions
}

/// How many parameters a function has, and what follows them; `text` begins after its name.
fn parameters(text: &str) -> Option<(usize, &str)> {
    let open = if text.starts_with('<') {
        nested(text)?
    } else {
        0
    };
    let list = text.get(open..).filter(|list| list.starts_with('('))?;
    let (inside, after) = list.split_at_checked(nested(list)?)?;
    let inside = inside.strip_prefix('(')?.strip_suffix(')')?;
    let mut depth = 0_usize;
    let mut last = ' ';
    let mut parameters = vec![String::new()];
    for c in inside.chars() {
        depth = deeper(depth, last, c);
        match parameters.last_mut() {
            Some(parameter) if c != ',' || depth > 0 => parameter.push(c),
            _ => parameters.push(String::new()),
        }
        last = c;
    }
    Some((
        parameters
            .iter()
            .filter(|text| !text.trim().is_empty())
            .count(),
        after,
    ))
}

/// The length of the brackets that `text` begins with, and all that they hold.
fn nested(text: &str) -> Option<usize> {
    let mut depth = 0;
    let mut last = ' ';
    for (at, c) in text.char_indices() {
        depth = deeper(depth, last, c);
        if depth == 0 {
            return Some(at + c.len_utf8());
        }
        last = c;
    }
    None
}

/// How deep in brackets we are after `c`; an arrow closes nothing.
fn deeper(depth: usize, last: char, c: char) -> usize {
    match c {
        '(' | '[' | '{' | '<' => depth + 1,
        ')' | ']' | '}' => depth.saturating_sub(1),
        '>' if last != '-' && last != '=' => depth.saturating_sub(1),
        _ => depth,
    }
}

/// Where the body of a function ends; `text` begins after its parameters.
fn body_end(text: &str) -> usize {
    let mut square = 0_usize;
    let mut curly = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '[' => square += 1,
            ']' => square = square.saturating_sub(1),
            '{' => curly += 1,
            '}' if curly == 1 => return at,
            '}' => curly = curly.saturating_sub(1),
            ';' if curly == 0 && square == 0 => return at,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(files: &[(&str, &str)]) -> Vec<String> {
        check(&Tree::sample(files))
            .iter()
            .map(Finding::to_string)
            .collect()
    }

    fn long(lines: usize) -> String {
        format!("fn a() {{\n{}}}\n", "    b();\n".repeat(lines - 2))
    }

    #[test]
    fn a_function_may_be_70_lines_and_no_more() {
        assert_eq!(says(&[("crates/a/src/lib.rs", &long(70))]), [""; 0]);
        let found = says(&[("crates/a/src/lib.rs", &long(71))]);
        assert_eq!(found, ["crates/a/src/lib.rs:1: function: 71, at most 70"]);
    }

    #[test]
    fn a_file_may_be_600_lines_besides_its_tests() {
        let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", "\n".repeat(500));
        let text = format!("{}{tests}", "\n".repeat(600));
        assert_eq!(says(&[("crates/a/src/lib.rs", &text)]), [""; 0]);
        let found = says(&[("crates/a/src/lib.rs", &format!("\n{text}"))]);
        assert_eq!(found, ["crates/a/src/lib.rs: file: 601, at most 600"]);
    }

    #[test]
    fn a_line_is_counted_in_characters() {
        let line = "é".repeat(100);
        assert_eq!(says(&[("web/pay/pay.css", &line)]), [""; 0]);
        assert_eq!(says(&[("web/pay/pay.css", &format!("\n{line}é"))]).len(), 1);
        assert_eq!(says(&[("README.md", &format!("{line}é"))]), [""; 0]);
    }

    #[test]
    fn parameters_are_counted_as_they_are_written() {
        let count = |text| functions(&format!("fn f{text}"))[0].parameters;
        assert_eq!(count("() {}"), 0);
        assert_eq!(
            count("(&self, a: Map<B, C>, d: (E, F), g: [u8; 2],\n) {}"),
            4
        );
        assert_eq!(
            count("<T: Fn(A, B) -> C>(a: T, b: impl Fn(D, E) -> F) -> [u8; 4] {}"),
            2
        );
        let text = "fn a(b: c, d: c, e: c, f: c, g: c, h: c, i: c) {}";
        assert_eq!(says(&[("crates/a/src/lib.rs", text)]).len(), 1);
    }

    #[test]
    fn the_body_is_found_behind_types_and_missing_in_traits() {
        let found =
            functions("fn a(b: fn(c) -> d) -> [u8; 4]\nwhere\n    B: C,\n{\n}\nfn e();\nfn");
        let lines: Vec<_> = found
            .iter()
            .map(|function| (function.line, function.lines))
            .collect();
        assert_eq!(lines, [(1, 5), (6, 1)]);
    }

    #[test]
    fn what_was_too_large_may_only_shrink() {
        let path = "crates/a/src/lib.rs";
        let held = |lines, number| {
            let ratchet = format!("# path measure number\n{path} function {number}\n");
            says(&[(path, &long(lines)), (RATCHET, &ratchet)])
        };
        assert_eq!(held(80, 80), [""; 0]);
        assert_eq!(
            held(81, 80),
            [format!("{path}:1: function: 81, held to 80")]
        );
        assert!(held(79, 80)[0].contains("write 79 into"));
        assert!(held(70, 80)[0].ends_with("may go"));
        assert_eq!(
            says(&[(RATCHET, "crates/b/src/lib.rs file 700\n")]).len(),
            1
        );
    }
}
