//! Owns the little of Rust's grammar that the checks need: what is code, what is a comment, what
//! is text in quotes, and where the tests of a file begin. It deliberately knows no syntax tree:
//! rustfmt keeps our code in the one shape that is read here.

/// A Rust file, taken apart.
#[derive(Debug, Default)]
pub(super) struct Source {
    /// The text with comments blanked and the insides of quotes overwritten, line for line.
    pub(super) code: String,
    /// Comments, each with its first line (counted from 1).
    pub(super) comments: Vec<(usize, String)>,
    /// The insides of string literals, each with its first line; continued lines are joined.
    pub(super) literals: Vec<(usize, String)>,
    /// How many lines come before the tests.
    pub(super) product: usize,
    /// Modules that exist in tests only and have a file of their own.
    pub(super) test_modules: Vec<String>,
}

impl Source {
    pub(super) fn new(text: &str) -> Self {
        let mut lexer = Lexer {
            rest: text,
            line: 1,
            source: Self::default(),
        };
        while lexer.advance() {}
        let mut source = lexer.source;
        source.find_tests();
        source
    }

    /// Sets where the tests begin: at the first module with a body that exists in tests only.
    fn find_tests(&mut self) {
        let lines: Vec<&str> = self.code.lines().collect();
        self.product = lines.len();
        for (number, _) in lines
            .iter()
            .enumerate()
            .filter(|(_, line)| line.trim() == CFG_TEST)
        {
            let attributed = lines
                .iter()
                .skip(number)
                .find(|line| !line.trim().starts_with("#["));
            let Some((_, module)) = attributed.and_then(|line| line.split_once("mod ")) else {
                continue;
            };
            if module.ends_with('{') {
                self.product = number;
                break;
            }
            self.test_modules
                .push(module.trim_end_matches(';').to_owned());
        }
    }
}

const CFG_TEST: &str = "#[cfg(test)]";

/// Whether `word` stands in `line` and is not a part of a longer name.
pub(super) fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line
            .get(at + word.len()..)
            .and_then(|text| text.chars().next());
        !before.is_some_and(is_name) && !after.is_some_and(is_name)
    })
}

/// Whether `c` can be a part of a name.
pub(super) fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

struct Lexer<'a> {
    rest: &'a str,
    line: usize,
    source: Source,
}

impl<'a> Lexer<'a> {
    /// Reads one piece; false at the end.
    fn advance(&mut self) -> bool {
        let rest = self.rest;
        if rest.starts_with("//") {
            self.comment(rest.find('\n').unwrap_or(rest.len()));
        } else if rest.starts_with("/*") {
            self.comment(block_comment(rest));
        } else if let Some((open, close)) = self.string_start() {
            self.string(open, &close);
        } else if rest.starts_with('\'') {
            self.take(quoted_character(rest), '\'');
        } else {
            let Some(next) = rest.chars().next() else {
                return false;
            };
            self.source.code.push(next);
            self.skip(next.len_utf8());
        }
        true
    }

    /// The length of the opening of a string and the text that closes it.
    fn string_start(&self) -> Option<(usize, String)> {
        let inside_name = self.source.code.chars().next_back().is_some_and(is_name);
        let plain = self
            .rest
            .trim_start_matches(|c| !inside_name && (c == 'b' || c == 'c'));
        let raw = if inside_name {
            None
        } else {
            plain.strip_prefix('r')
        };
        let hashes = raw.map_or(0, |raw| raw.len() - raw.trim_start_matches('#').len());
        let quote = raw.unwrap_or(plain).get(hashes..)?;
        let prefix = self.rest.len() - quote.len();
        // A prefix has one letter for the kind and one for rawness; more is a name.
        if !quote.starts_with('"') || prefix > hashes + 2 {
            return None;
        }
        let close = format!("\"{}", "#".repeat(hashes));
        Some((
            prefix + 1,
            if raw.is_some() { close } else { String::new() },
        ))
    }

    /// Takes a string; an empty `close` means an ordinary one, with escapes.
    fn string(&mut self, open: usize, close: &str) {
        let inside = self.rest.get(open..).unwrap_or_default();
        let length = if close.is_empty() {
            cooked(inside)
        } else {
            inside.find(close)
        };
        let length = length.unwrap_or(inside.len());
        let text = inside.get(..length).unwrap_or_default();
        let joined: Vec<&str> = text.split("\\\n").collect();
        let joined = joined.iter().enumerate().map(|(i, part)| match i {
            0 => part,
            _ => part.trim_start(),
        });
        self.source.literals.push((self.line, joined.collect()));
        self.take(open + length + close.len().max(1), '"');
    }

    fn comment(&mut self, length: usize) {
        let text = self.rest.get(..length).unwrap_or_default().to_owned();
        self.source.comments.push((self.line, text));
        self.take(length, ' ');
    }

    /// Passes over `length` bytes, leaving white space and overwriting the rest.
    fn take(&mut self, length: usize, mask: char) {
        let length = length.min(self.rest.len());
        let text: &'a str = self.rest.get(..length).unwrap_or_default();
        let masked = text
            .chars()
            .map(|c| if c.is_whitespace() { c } else { mask });
        self.source.code.extend(masked);
        self.skip(length);
    }

    fn skip(&mut self, length: usize) {
        let (passed, rest) = self
            .rest
            .split_at_checked(length)
            .unwrap_or((self.rest, ""));
        self.line += passed.matches('\n').count();
        self.rest = rest;
    }
}

/// The length of a block comment; they nest.
fn block_comment(text: &str) -> usize {
    let mut depth = 0;
    for (at, _) in text.char_indices() {
        let here = text.get(at..).unwrap_or_default();
        if here.starts_with("/*") {
            depth += 1;
        } else if here.starts_with("*/") {
            depth -= 1;
            if depth == 0 {
                return at + 2;
            }
        }
    }
    text.len()
}

/// Where an ordinary string ends: at the first quote that no backslash precedes.
fn cooked(inside: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in inside.char_indices() {
        match c {
            '"' if !escaped => return Some(at),
            _ => escaped = c == '\\' && !escaped,
        }
    }
    None
}

/// The length of a character in quotes, or of the quote alone when it begins a lifetime.
fn quoted_character(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), Some((at, escaped))) => {
            let after = at + escaped.len_utf8();
            let close = text.get(after..).and_then(|rest| rest.find('\''));
            close.map_or(1, |close| after + close + 1)
        }
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_not_code() {
        let source = Source::new("let a = 1; // b\n/* c /* d */ e */ f\n/// g");
        assert_eq!(
            source.code.trim_end(),
            "let a = 1;     \n                  f".trim_end()
        );
        let lines: Vec<_> = source
            .comments
            .iter()
            .map(|(line, text)| (*line, &**text))
            .collect();
        assert_eq!(lines, [(1, "// b"), (2, "/* c /* d */ e */"), (3, "/// g")]);
    }

    #[test]
    fn quotes_hide_their_insides_and_keep_their_lines() {
        let source =
            Source::new("f(\"fn // \\\" x\n y\", r#\"a\"b\"#, b\"c\", br##\"d\"#\"##) + r");
        assert!(!source.code.contains("fn") && !source.code.contains("//"));
        assert_eq!(source.code.lines().count(), 2);
        assert!(source.code.ends_with(") + r"));
        let texts: Vec<_> = source
            .literals
            .iter()
            .map(|(_, text)| text.as_str())
            .collect();
        assert_eq!(texts, ["fn // \\\" x\n y", "a\"b", "c", "d\"#"]);
    }

    #[test]
    fn continued_lines_are_joined() {
        let source = Source::new("\"SELECT a \\\n     FROM b\"");
        assert_eq!(source.literals, [(1, "SELECT a FROM b".to_owned())]);
    }

    #[test]
    fn lifetimes_are_code_and_characters_are_not() {
        let source = Source::new(r"fn f<'a>(x: &'a str) { x.find('{'); '\''; '\u{7b}'; b'}' }");
        assert_eq!(source.code.matches('{').count(), 1, "{}", source.code);
        assert_eq!(source.code.matches('}').count(), 1, "{}", source.code);
    }

    #[test]
    fn names_that_end_like_a_prefix_are_names() {
        let source = Source::new("r#type(abc, bar\"x\", b, r)");
        assert!(
            source.code.starts_with("r#type(abc, bar\""),
            "{}",
            source.code
        );
    }

    #[test]
    fn tests_begin_at_their_module() {
        let source = Source::new("a\n#[cfg(test)]\nuse b;\n#[cfg(test)]\nmod tests {\n}\n");
        assert_eq!(source.product, 3);
        assert_eq!(Source::new("a\nb\n").product, 2);
        assert_eq!(Source::new("\"\n#[cfg(test)]\nmod tests {\n\"").product, 4);
    }

    #[test]
    fn a_test_module_with_its_own_file_is_named() {
        let source = Source::new("#[cfg(test)]\nmod bench;\nfn a() {}\n");
        assert_eq!(source.test_modules, ["bench"]);
        assert_eq!(source.product, 3);
    }

    #[test]
    fn a_word_is_not_a_part_of_a_name() {
        assert!(has_word("use vault::Pan;", "Pan"));
        assert!(!has_word("use vault::PanToken; Japan; Pan_", "Pan"));
    }

    #[test]
    fn unfinished_text_ends_all_the_same() {
        for text in ["\"abc", "/* abc", "'", "r#\"abc", "'\\"] {
            Source::new(text);
        }
    }
}
