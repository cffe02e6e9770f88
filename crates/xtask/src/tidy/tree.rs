//! Owns what the checks look at: the files that git tracks or would track, and the graph of
//! crates. It deliberately looks at nothing that git ignores, and follows no link.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use anyhow::Result;

use super::graph::Graph;
use super::source::Source;
use crate::process::{command, read};

/// Everything there is to check.
#[derive(Default)]
pub(super) struct Tree {
    pub(super) files: Vec<File>,
    pub(super) graph: Graph,
}

/// One text file.
pub(super) struct File {
    /// From the root of the project, with `/`.
    pub(super) path: String,
    pub(super) text: String,
    /// Taken apart, when it is Rust and nothing when it is not.
    pub(super) source: Source,
    /// Whether all of it is for tests.
    pub(super) test: bool,
}

impl Tree {
    /// Reads the checkout at `root`.
    pub(super) fn load(root: &Path) -> Result<Self> {
        let list = [
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ];
        let paths = read(command("git").args(list).current_dir(root))?;
        let mut files = Vec::new();
        for path in paths.split_terminator('\0') {
            // What is not text, or was removed and not yet committed, has nothing to be checked.
            if let Ok(text) = fs::read_to_string(root.join(path)) {
                files.push(File::new(path, text));
            }
        }
        let mut tree = Self {
            files,
            graph: Graph::load()?,
        };
        tree.mark_test_modules();
        Ok(tree)
    }

    /// Marks the files of modules that another file declares for tests only.
    fn mark_test_modules(&mut self) {
        let mut modules = HashSet::new();
        for file in self
            .files
            .iter()
            .filter(|file| !file.source.test_modules.is_empty())
        {
            let stem = file.path.trim_end_matches(".rs");
            let folder = ["/lib", "/main", "/mod"]
                .iter()
                .find_map(|end| stem.strip_suffix(end));
            for module in &file.source.test_modules {
                modules.insert(format!("{}/{module}.rs", folder.unwrap_or(stem)));
            }
        }
        for file in &mut self.files {
            file.test |= modules.contains(&file.path);
        }
    }

    /// The file at `path`.
    pub(super) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// The Rust files.
    pub(super) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.is("rs"))
    }

    /// A tree made of paths and texts, for the tests of the checks.
    #[cfg(test)]
    pub(super) fn sample(files: &[(&str, &str)]) -> Self {
        let files = files
            .iter()
            .map(|(path, text)| File::new(path, (*text).to_owned()))
            .collect();
        let mut tree = Self {
            files,
            graph: Graph::default(),
        };
        tree.mark_test_modules();
        tree
    }
}

impl File {
    fn new(path: &str, text: String) -> Self {
        let rust = path.ends_with(".rs");
        let source = if rust {
            Source::new(&text)
        } else {
            Source::default()
        };
        let test = path.starts_with("tests/")
            || path.contains("/tests/")
            || path.contains("/benches/")
            || path.ends_with("/tests.rs");
        Self {
            path: path.to_owned(),
            text,
            source,
            test,
        }
    }

    /// Whether the name ends in `.extension`.
    pub(super) fn is(&self, extension: &str) -> bool {
        self.path
            .rsplit_once('.')
            .is_some_and(|(_, end)| end == extension)
    }

    /// Whether another tool writes it.
    pub(super) fn is_lock(&self) -> bool {
        self.path.ends_with("Cargo.lock") || self.path.ends_with("package-lock.json")
    }

    /// The crate it belongs to.
    pub(super) fn room(&self) -> Option<&str> {
        self.path
            .strip_prefix("crates/")?
            .split_once('/')
            .map(|(room, _)| room)
    }

    /// How many of its first lines are product.
    pub(super) fn product_lines(&self) -> usize {
        if self.test { 0 } else { self.source.product }
    }

    /// The lines of product code, without comments and the insides of quotes.
    pub(super) fn product(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..)
            .zip(self.source.code.lines())
            .take(self.product_lines())
    }

    /// The string literals of product code.
    pub(super) fn product_literals(&self) -> impl Iterator<Item = (usize, &str)> {
        let literals = self.source.literals.iter();
        let product = self.product_lines();
        literals
            .filter(move |(line, _)| *line <= product)
            .map(|(line, text)| (*line, &**text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_tests_has_no_product() {
        let text = "fn a() { \"b\" }\n";
        let tree = Tree::sample(&[
            ("crates/a/src/lib.rs", "#[cfg(test)]\nmod deep;\n"),
            ("crates/a/src/deep.rs", text),
            ("crates/a/src/wide.rs", text),
            ("crates/a/src/wide/tests.rs", text),
            ("crates/a/tests/it/main.rs", text),
            ("tests/browser/pay.test.mjs", "check()"),
        ]);
        let product: Vec<_> = tree
            .files
            .iter()
            .filter(|file| file.product().count() > 0)
            .map(|f| &f.path)
            .collect();
        assert_eq!(product, ["crates/a/src/lib.rs", "crates/a/src/wide.rs"]);
        let wide = tree.file("crates/a/src/wide.rs").unwrap();
        assert_eq!(wide.product_literals().collect::<Vec<_>>(), [(1, "b")]);
        assert_eq!(
            tree.file("crates/a/src/deep.rs")
                .unwrap()
                .product_literals()
                .count(),
            0
        );
    }

    #[test]
    fn the_room_of_a_file_is_its_crate() {
        let tree = Tree::sample(&[("crates/store/src/lib.rs", ""), ("Cargo.lock", "")]);
        let rooms: Vec<_> = tree.files.iter().map(File::room).collect();
        assert_eq!(rooms, [Some("store"), None]);
        assert!(tree.files[1].is_lock() && !tree.files[0].is_lock());
    }

    #[test]
    fn this_file_is_loaded_and_ignored_ones_are_not() {
        let tree = Tree::load(crate::process::root()).unwrap();
        assert!(tree.file("crates/xtask/src/tidy/tree.rs").is_some());
        assert!(
            !tree
                .files
                .iter()
                .any(|file| file.path.starts_with("target/"))
        );
    }
}
