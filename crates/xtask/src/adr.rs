//! Owns the making of a new decision record: the next number, a name from its title, the four
//! headings. It deliberately writes no sentence of it.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::process::root;
use crate::terminal::say;
use crate::tidy::decisions::{HEADINGS, number};

/// Makes `docs/adr/NNNN-the-title.md` and says where it is.
///
/// # Errors
/// The title has no word in it, or the file cannot be written.
pub(crate) fn new_adr(title: &str) -> Result<()> {
    let path = create(&root().join("docs/adr"), title)?;
    say(path.strip_prefix(root()).unwrap_or(&path).display());
    Ok(())
}

fn create(folder: &Path, title: &str) -> Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let names = folder
        .read_dir()?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let next = names.filter_map(|name| number(&name)).max().unwrap_or(0) + 1;
    let slug = slug(title);
    if slug.is_empty() {
        bail!("a title says the decision in words");
    }
    let path = folder.join(format!("{next:04}-{slug}.md"));
    let mut text = format!("# {next}. {}\n", title.trim());
    for heading in HEADINGS {
        text.push_str(&format!("\n## {heading}\n"));
    }
    let mut file = OpenOptions::new().write(true).create_new(true).open(&path);
    let file = file
        .as_mut()
        .map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))?;
    file.write_all(text.as_bytes())
        .context("cannot write the record")?;
    Ok(path)
}

/// The words of the title in lower case, joined by dashes.
fn slug(title: &str) -> String {
    let plain = title.to_lowercase();
    let words = plain
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn numbers_follow_each_other() {
        let scratch = Scratch::new();
        let folder = scratch.path().join("adr");
        let first = create(&folder, "Sandbox speaks the wire").unwrap();
        assert!(first.ends_with("0001-sandbox-speaks-the-wire.md"));
        fs::write(folder.join("0041-between.md"), "").unwrap();
        let next = create(&folder, "Money: minor units!").unwrap();
        assert!(
            next.ends_with("0042-money-minor-units.md"),
            "{}",
            next.display()
        );
        let text = fs::read_to_string(next).unwrap();
        assert!(
            text.starts_with("# 42. Money: minor units!\n\n## Context\n"),
            "{text}"
        );
    }

    #[test]
    fn a_title_without_words_is_refused() {
        let scratch = Scratch::new();
        assert!(create(scratch.path(), " … ").is_err());
    }
}
