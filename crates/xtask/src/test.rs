//! Owns the list of checks that a change must pass, here and in CI alike, in the order in which
//! they are tried. It deliberately checks nothing itself: each step calls the tool that does.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::cargo::{cargo, debug};
use crate::doctor::{self, CARGO, COMPILER, NODE_JS, NPM};
use crate::prepare;
use crate::process::{command, root, run};
use crate::terminal::{say, seconds};
use crate::tidy;

/// One step: its name for `--only`, what it does, and how.
struct Step {
    name: &'static str,
    does: &'static str,
    run: fn() -> Result<End>,
}

/// How a step ended that did not fail.
#[derive(Clone, Copy)]
enum End {
    Passed,
    Skipped(&'static str),
}

const STEPS: &[Step] = &[
    Step {
        name: "prepare",
        does: "what the machine must have",
        run: prepare,
    },
    Step {
        name: "fmt",
        does: "rustfmt",
        run: fmt,
    },
    Step {
        name: "clippy",
        does: "clippy, warnings are errors",
        run: clippy,
    },
    Step {
        name: "tidy",
        does: "the rules of the house",
        run: tidy,
    },
    Step {
        name: "web",
        does: "the app: types, unit tests, build, size",
        run: web,
    },
    Step {
        name: "tests",
        does: "unit and integration tests",
        run: tests,
    },
    Step {
        name: "openapi",
        does: "lint of the description of the API",
        run: openapi,
    },
    Step {
        name: "api",
        does: "made-up requests against the description",
        run: api,
    },
    Step {
        name: "browser",
        does: "app and payer's page in Chromium",
        run: browser,
    },
    Step {
        name: "faults",
        does: "fault simulation, short scenarios",
        run: faults,
    },
];

/// Runs every step, or the one named `only`, and prints a table of their times.
///
/// # Errors
/// The first step that fails.
pub(crate) fn test(only: Option<&str>) -> Result<()> {
    let chosen: Vec<&Step> = STEPS
        .iter()
        .filter(|step| only.is_none_or(|name| name == step.name))
        .collect();
    if chosen.is_empty() {
        bail!("there is no such step; `cargo xtask test --list` names them");
    }
    let mut done = Vec::new();
    let mut failure = None;
    for step in chosen {
        say(format_args!("\n== {}: {}", step.name, step.does));
        let started = Instant::now();
        match (step.run)() {
            Ok(end) => done.push((step.name, end, started.elapsed())),
            Err(error) => {
                let name = step.name;
                let again = format!("{name} failed: `cargo xtask test --only {name}` repeats it");
                failure = Some(error.context(again));
                break;
            }
        }
    }
    summary(&done, failure.is_some()).iter().for_each(say);
    failure.map_or(Ok(()), Err)
}

/// Prints the names of the steps.
pub(crate) fn list() {
    STEPS
        .iter()
        .for_each(|step| say(format_args!("{:<9}{}", step.name, step.does)));
}

/// The table of times and the closing line, which counts the steps.
fn summary(done: &[(&str, End, Duration)], failed: bool) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut passed = 0;
    for (name, end, duration) in done {
        match end {
            End::Passed => {
                passed += 1;
                lines.push(format!("{name:<9}{:>9}", seconds(*duration)));
            }
            End::Skipped(why) => lines.push(format!("{name:<9}SKIPPED: {why}")),
        }
    }
    let whole = done.iter().map(|(_, _, duration)| *duration).sum();
    lines.push(format!("{:<9}{:>9}", "all", seconds(whole)));
    lines.push(format!("{passed} passed, {} failed", u8::from(failed)));
    lines
}

fn prepare() -> Result<End> {
    doctor::require(&[
        CARGO,
        COMPILER,
        NODE_JS,
        NPM,
        doctor::PYTHON,
        doctor::CHROMIUM,
    ])?;
    prepare::python()?;
    prepare::node_modules("tests/sdk")?;
    Ok(End::Passed)
}

fn fmt() -> Result<End> {
    passed("rustfmt", cargo().args(["fmt", "--all", "--check"]))
}

fn clippy() -> Result<End> {
    let arguments = [
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ];
    passed("clippy", cargo().args(arguments))
}

fn tidy() -> Result<End> {
    tidy::run()?;
    Ok(End::Passed)
}

fn web() -> Result<End> {
    let folder = "web/terminal";
    if !root().join(folder).join("package.json").exists() {
        return Ok(End::Skipped("web/terminal/package.json does not exist"));
    }
    prepare::node_modules(folder)?;
    for script in ["check", "build", "size"] {
        let mut npm = command("npm");
        npm.args(["run", "--silent", script])
            .current_dir(root().join(folder));
        run(&format!("web {script}"), &mut npm)?;
    }
    Ok(End::Passed)
}

fn tests() -> Result<End> {
    let mut test = cargo();
    test.args(["test", "--workspace"])
        .env("ENCAISSE_TEST_PYTHON", prepare::python()?)
        .env(
            "ENCAISSE_TEST_NODE_MODULES",
            prepare::node_modules("tests/sdk")?,
        )
        .env("ENCAISSE_TEST_CHROMIUM", prepare::chromium()?);
    passed("tests", &mut test)
}

fn openapi() -> Result<End> {
    let folder = "tests/api";
    let modules = prepare::node_modules(folder)?;
    let mut spectral = command(modules.join(".bin/spectral"));
    spectral
        .args(["lint", "--fail-severity", "hint"])
        .args(["--ruleset", ".spectral.yaml"])
        .arg("../../docs/reference/openapi.json")
        .current_dir(root().join(folder));
    passed("openapi", &mut spectral)
}

fn api() -> Result<End> {
    let mut fuzz = command(prepare::python()?);
    fuzz.args(["-B", "tests/api/fuzz.py"])
        .env("ENCAISSE_BIN", debug()?.join("encaisse"));
    passed("api", &mut fuzz)
}

fn browser() -> Result<End> {
    let folder = "tests/browser";
    let Ok(entries) = root().join(folder).read_dir() else {
        return Ok(End::Skipped("tests/browser does not exist"));
    };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut files: Vec<String> = names.filter(|name| name.ends_with(".test.mjs")).collect();
    if files.is_empty() {
        bail!("{folder} holds no file named *.test.mjs: nothing would be tested");
    }
    files.sort();
    prepare::node_modules(folder)?;
    let mut node = command("node");
    node.arg("--test")
        .args(files)
        .current_dir(root().join(folder))
        .env("ENCAISSE_BIN", debug()?.join("encaisse"))
        .env("ENCAISSE_TEST_CHROMIUM", prepare::chromium()?);
    passed("browser", &mut node)
}

fn faults() -> Result<End> {
    if !root().join("crates/sim/src/bin/sim.rs").exists() {
        return Ok(End::Skipped("crates/sim/src/bin/sim.rs does not exist"));
    }
    passed("faults", command(debug()?.join("sim")).arg("--short"))
}

fn passed(label: &str, command: &mut Command) -> Result<End> {
    run(label, command)?;
    Ok(End::Passed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn the_closing_line_counts_the_steps_that_ran() {
        let done = [
            ("fmt", End::Passed, SECOND),
            ("web", End::Skipped("none"), SECOND),
        ];
        let lines = summary(&done, false);
        assert_eq!(lines.last().unwrap(), "1 passed, 0 failed");
        assert!(lines.iter().any(|line| line == "web      SKIPPED: none"));
        assert!(
            lines.iter().any(|line| line == "all          2.0 s"),
            "{lines:?}"
        );
    }

    #[test]
    fn a_failure_is_counted_too() {
        let lines = summary(&[("fmt", End::Passed, SECOND)], true);
        assert_eq!(lines.last().unwrap(), "1 passed, 1 failed");
    }

    #[test]
    fn a_step_nobody_knows_is_refused() {
        let error = test(Some("tests and more")).unwrap_err().to_string();
        assert!(error.contains("--list"), "{error}");
    }

    #[test]
    fn names_of_steps_are_unique() {
        let mut names: Vec<_> = STEPS.iter().map(|step| step.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), STEPS.len());
    }
}
