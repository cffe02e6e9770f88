//! Owns how a chore starts another program: in the root of the project, announced, timed, and
//! with the line that repeats it when it fails. It deliberately runs no shell: arguments reach
//! the program as they are.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::terminal::{say, seconds};

/// The root of the checkout this binary was compiled from.
pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here)
}

/// A command to be run in the root of the project.
pub(crate) fn command(program: impl AsRef<Path>) -> Command {
    let mut command = Command::new(program.as_ref());
    command.current_dir(root());
    command
}

/// One environment variable of whoever started the chore, when it is set and not empty.
#[expect(
    clippy::disallowed_methods,
    reason = "a chore is configured by its caller's environment"
)]
pub(crate) fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Where `program` is found on the `PATH`.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = environment("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// Runs `command` with its output shown, one line before it and one after it.
///
/// # Errors
/// The program cannot be started, or ends with a failure. The error holds the line to repeat it.
pub(crate) fn run(label: &str, command: &mut Command) -> Result<()> {
    let line = repeatable(command);
    say(format_args!("→ {label}: {line}"));
    let started = Instant::now();
    let status = command
        .status()
        .with_context(|| format!("cannot start: {line}"))?;
    if !status.success() {
        bail!("{label} failed ({status}); to repeat it:\n  {line}");
    }
    say(format_args!("✓ {label}, {}", seconds(started.elapsed())));
    Ok(())
}

/// Runs `command` in silence and gives what it printed; its own complaints are still shown.
///
/// # Errors
/// The program cannot be started, ends with a failure, or prints something that is not UTF-8.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let line = repeatable(command);
    let output = command
        .stderr(std::process::Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start: {line}"))?;
    if !output.status.success() {
        bail!("failed ({}): {line}", output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("does not print UTF-8: {line}"))
}

/// Whether the program starts and ends well, its output unseen.
pub(crate) fn works(program: &str, arguments: &[&str]) -> bool {
    command(program)
        .args(arguments)
        .output()
        .is_ok_and(|output| output.status.success())
}

/// The command as a person would type it in the root of the project.
pub(crate) fn repeatable(command: &Command) -> String {
    let mut words = Vec::new();
    if let Some(folder) = command.get_current_dir()
        && let Ok(inside) = folder.strip_prefix(root())
        && inside != Path::new("")
    {
        words.push(format!("cd {} &&", quoted(&inside.to_string_lossy())));
    }
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            words.push(format!(
                "{}={}",
                name.display(),
                quoted(&value.to_string_lossy())
            ));
        }
    }
    words.push(quoted(&shortened(command.get_program().as_ref())));
    words.extend(
        command
            .get_args()
            .map(|argument| quoted(&argument.to_string_lossy())),
    );
    words.join(" ")
}

fn shortened(program: &Path) -> String {
    program
        .strip_prefix(root())
        .unwrap_or(program)
        .to_string_lossy()
        .into_owned()
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./=:,@+%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_command_can_be_repeated_from_its_error() {
        let mut refused = command("sh");
        refused.args(["-c", "exit 3"]).env("COLOUR", "sea green");
        let error = run("refusal", &mut refused).unwrap_err().to_string();
        assert!(error.contains("refusal failed"), "{error}");
        assert!(
            error.ends_with("COLOUR='sea green' sh -c 'exit 3'"),
            "{error}"
        );
    }

    #[test]
    fn a_command_of_another_folder_says_where_it_runs() {
        let mut npm = command("npm");
        npm.arg("ci").current_dir(root().join("web/terminal"));
        assert_eq!(repeatable(&npm), "cd web/terminal && npm ci");
    }

    #[test]
    fn a_program_that_is_absent_is_an_error_and_does_not_work() {
        let absent = "a-program-nobody-has";
        assert!(run("absent", &mut command(absent)).is_err());
        assert!(!works(absent, &[]));
        assert_eq!(find(absent), None);
    }

    #[test]
    fn output_is_read_and_failures_are_not_taken_for_output() {
        assert_eq!(read(command("printf").arg("é")).unwrap(), "é");
        assert!(read(command("sh").args(["-c", "printf x; exit 1"])).is_err());
        assert!(read(command("printf").arg(r"\377")).is_err());
    }

    #[test]
    fn quotes_survive_quoting() {
        assert_eq!(quoted("l'addition"), r"'l'\''addition'");
        assert_eq!(quoted(""), "''");
    }
}
