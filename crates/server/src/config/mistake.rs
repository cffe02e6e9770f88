//! What is wrong with a configuration, in the words an operator reads.
//!
//! Does not find mistakes; it only says where they are, what is there and what should be.

use std::fmt;
use std::path::PathBuf;

/// Where a value was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Nowhere: it is the default.
    Default,
    /// In a file, at a line counted from 1.
    File(PathBuf, usize),
    /// In an environment variable.
    Variable(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path, line) => write!(f, "{}:{line}", path.display()),
            Self::Variable(name) => f.write_str(name),
        }
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mistake {
    /// A file that is not there, or that cannot be read.
    #[error("{}: cannot be read: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// Text that is not TOML.
    #[error("{place}: {reason}")]
    Syntax {
        /// Where.
        place: Place,
        /// What the parser said.
        reason: String,
    },
    /// A key that does not exist.
    #[error("{place}: there is no key `{key}`{}", guess(nearest))]
    Unknown {
        /// Where.
        place: Place,
        /// The key as it was written.
        key: String,
        /// The key that is written most alike.
        nearest: Option<String>,
    },
    /// A value that cannot be used.
    #[error("{place}: `{key}` is {found}, expected {expected}")]
    Value {
        /// Where.
        place: Place,
        /// The key.
        key: String,
        /// What is there; never the content of a secret.
        found: String,
        /// What should be there.
        expected: String,
    },
    /// Two values that are dangerous together.
    #[error("{place}: `{key}` is {found}, expected {expected}: {reason}")]
    Pair {
        /// Where the first of them is written.
        place: Place,
        /// The key of the first.
        key: String,
        /// Its value.
        found: String,
        /// What it must be, in relation to the other.
        expected: String,
        /// What would go wrong.
        reason: &'static str,
    },
}

fn guess(nearest: &Option<String>) -> String {
    nearest
        .as_ref()
        .map_or_else(String::new, |key| format!("; did you mean `{key}`?"))
}

/// Everything that is wrong, one on a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistakes(pub Vec<Mistake>);

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.len();
        let noun = if count == 1 { "mistake" } else { "mistakes" };
        write!(f, "{count} {noun} in the configuration")?;
        self.0
            .iter()
            .try_for_each(|mistake| write!(f, "\n  {mistake}"))
    }
}

impl std::error::Error for Mistakes {}

/// The known text that `written` is most probably meant to be, unless none is alike.
pub(super) fn nearest<'a>(written: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let most = (written.chars().count() / 3).max(2);
    known
        .map(|text| (distance(written, text), text))
        .filter(|(distance, _)| *distance <= most)
        .min()
        .map(|(_, text)| text.to_owned())
}

/// How many letters must be added, removed or changed to make `a` of `b` (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (row, left) in (1..).zip(a.chars()) {
        let mut line = vec![row];
        for ((column, right), pair) in (0..).zip(&b).zip(above.windows(2)) {
            let &[diagonal, over] = pair else { continue };
            let before = line.get(column).copied().unwrap_or(row);
            let changed = diagonal + usize::from(left != *right);
            line.push(changed.min(over + 1).min(before + 1));
        }
        above = line;
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_count_single_letters() {
        for (a, b, expect) in [
            ("", "", 0),
            ("listen", "listen", 0),
            ("lisen", "listen", 1),
            ("listne", "listen", 2),
            ("", "abc", 3),
            ("abc", "", 3),
        ] {
            assert_eq!(distance(a, b), expect, "{a} {b}");
        }
    }

    #[test]
    fn a_guess_is_made_only_when_it_is_close() {
        let known = ["listen", "public_url", "rail.answer_timeout_ms"];
        let guess = |text| nearest(text, known.into_iter());
        assert_eq!(guess("lisen").as_deref(), Some("listen"));
        assert_eq!(
            guess("rail.answer_timeout").as_deref(),
            Some("rail.answer_timeout_ms")
        );
        assert_eq!(guess("colour"), None);
    }

    #[test]
    fn a_mistake_says_where_what_and_what_instead() {
        let mistake = Mistake::Value {
            place: Place::File("encaisse.toml".into(), 3),
            key: "listen".into(),
            found: "\"here\"".into(),
            expected: "an address and a port".into(),
        };
        assert_eq!(
            mistake.to_string(),
            "encaisse.toml:3: `listen` is \"here\", expected an address and a port"
        );
    }

    #[test]
    fn all_mistakes_are_printed_together() {
        let unknown = |key: &str| Mistake::Unknown {
            place: Place::Variable(format!("ENCAISSE_{key}")),
            key: key.to_lowercase(),
            nearest: None,
        };
        let text = Mistakes(vec![unknown("A"), unknown("B")]).to_string();
        assert_eq!(
            text,
            "2 mistakes in the configuration\n  ENCAISSE_A: there is no key `a`\n  \
             ENCAISSE_B: there is no key `b`"
        );
    }
}
