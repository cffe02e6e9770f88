//! The simulator's command line: `--short` is what CI runs, `--seed N` repeats a run, and
//! `--story NAME --at PLACE` repeats one try of a short story.
//!
//! Decides nothing about what is right: see `sim::checks`.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser;
use sim::short::{self, Disturbance, Scenario, Try};
use sim::{Report, long, run};

/// How many clients a long run has for each so many steps.
const STEPS_PER_CLIENT: usize = 20;

/// Seeds of the long runs that CI makes besides.
const SHORT_SEEDS: std::ops::Range<u64> = 1..4;

/// Runs the engine against crashes and losses, and judges the books afterwards.
#[derive(Debug, Parser)]
struct Line {
    /// Every crash point of the short scenarios, and a few long runs.
    #[arg(long)]
    short: bool,
    /// One short story, at every point.
    #[arg(long)]
    story: Option<String>,
    /// That story once, disturbed here: `nowhere`, `crash:N` or `hang-up:N`.
    #[arg(long, requires = "story")]
    at: Option<Disturbance>,
    /// One long run.
    #[arg(long)]
    seed: Option<u64>,
    /// Long runs of the seeds A..B, B not included.
    #[arg(long, value_parser = seeds)]
    seeds: Option<(u64, u64)>,
    /// About how many points a long run has.
    #[arg(long, default_value_t = 1_000)]
    steps: usize,
    /// Prints what happened, also when all is well.
    #[arg(long)]
    trace: bool,
}

fn seeds(text: &str) -> Result<(u64, u64), String> {
    let read = || {
        let (from, to) = text.split_once("..")?;
        Some((from.parse().ok()?, to.parse().ok()?))
    };
    read().ok_or_else(|| "expected A..B".to_owned())
}

fn main() -> anyhow::Result<ExitCode> {
    let line = Line::parse();
    let mut is_good = true;
    if line.short {
        is_good &= tell(&short::scenarios())?;
        for seed in SHORT_SEEDS {
            is_good &= run_long(seed, 600, &line)?;
        }
    }
    if let Some(name) = &line.story {
        is_good &= tell_one(name, line.at)?;
    }
    if let Some(seed) = line.seed {
        is_good &= run_long(seed, line.steps, &line)?;
    }
    if let Some((from, to)) = line.seeds {
        for seed in from..to {
            is_good &= run_long(seed, line.steps, &line)?;
        }
    }
    let ran = line.short || line.story.is_some() || line.seed.is_some() || line.seeds.is_some();
    anyhow::ensure!(ran, "say --short, --story NAME, --seed N or --seeds A..B");
    Ok(if is_good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Tells short stories with a crash and a hang-up at every point.
fn tell(stories: &[Scenario]) -> anyhow::Result<bool> {
    let mut is_good = true;
    for story in stories {
        let tries = short::at_every_point(story)?;
        match tries.iter().find(|one| !one.report.findings.is_empty()) {
            None => say(format_args!(
                "{}: {} runs, all is well",
                story.name,
                tries.len()
            ))?,
            Some(one) => {
                show(one)?;
                is_good = false;
            }
        }
    }
    Ok(is_good)
}

/// Tells one short story: once where a place is given, and shows what happened then.
fn tell_one(name: &str, at: Option<Disturbance>) -> anyhow::Result<bool> {
    let stories = short::scenarios();
    let Some(story) = stories.iter().find(|story| story.name == name) else {
        let names: Vec<_> = stories.iter().map(|story| story.name).collect();
        anyhow::bail!(
            "there is no such story; there are:\n  {}",
            names.join("\n  ")
        );
    };
    let Some(place) = at else {
        return tell(std::slice::from_ref(story));
    };
    let one = short::told(story, place)?;
    show(&one)?;
    Ok(one.report.findings.is_empty())
}

/// What happened in one try, and how to have it again.
fn show(one: &Try) -> io::Result<()> {
    say(format_args!(
        "{}, disturbed at {}:",
        one.story, one.disturbance
    ))?;
    complain(&one.report)?;
    say(format_args!("repeat: cargo xtask sim {}", one.again()))
}

fn run_long(seed: u64, steps: usize, line: &Line) -> anyhow::Result<bool> {
    say(format_args!("seed {seed}"))?;
    let report = run(long::plan(seed, steps.div_ceil(STEPS_PER_CLIENT)))?;
    let Report {
        points,
        deaths,
        digest,
        ..
    } = report;
    say(format_args!(
        "  {points} points, {deaths} deaths, digest {digest:016x}"
    ))?;
    if report.findings.is_empty() {
        if line.trace {
            report
                .lines
                .iter()
                .try_for_each(|text| say(format_args!("  {text}")))?;
        }
        return Ok(true);
    }
    complain(&report)?;
    say(format_args!(
        "repeat: cargo xtask sim --seed {seed} --steps {steps}"
    ))?;
    Ok(false)
}

fn complain(report: &Report) -> io::Result<()> {
    for text in &report.lines {
        say(format_args!("  {text}"))?;
    }
    for finding in &report.findings {
        say(format_args!("  WRONG: {finding}"))?;
    }
    Ok(())
}

fn say(text: std::fmt::Arguments<'_>) -> io::Result<()> {
    writeln!(io::stdout(), "{text}")
}
