//! The short scenarios, each tried with a crash and with a hang-up at every point.

use std::fmt;
use std::str::FromStr;

use domain::OrderKind;
use domain::payment::CaptureMethod::{self, Automatic, Manual};

use crate::gate::Fate;
use crate::run::{Plan, Report, run};
use crate::till::{Step, Till};
use crate::weather::Weather;

/// A part of the amount of every story, in minor units.
const PART: Option<i64> = Some(600);

/// A short story.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// What it is called.
    pub name: &'static str,
    /// How it goes when nobody dies.
    pub plan: Plan,
}

/// All short stories.
pub fn scenarios() -> Vec<Scenario> {
    [
        payments(),
        captures(),
        refunds(),
        keys(),
        silences(),
        challenges(),
    ]
    .concat()
}

fn payments() -> Vec<Scenario> {
    let half = pay("partial_approval", Automatic);
    let again = vec![pay("declined", Automatic), Step::Retry { card: "visa" }];
    vec![
        story("pay", one(vec![paid()])),
        story("pay declined", one(vec![pay("declined", Automatic)])),
        story("pay, half approved", one(vec![half])),
        story("declined, then another card", one(again)),
    ]
}

fn captures() -> Vec<Scenario> {
    let at_once = |steps| Till::new("a", vec![vec![held()], steps]);
    let twice = at_once(vec![Step::Capture(None), Step::Capture(PART)]);
    let both = at_once(vec![Step::Capture(None), Step::Cancel]);
    vec![
        story("authorise, capture", one(vec![held(), Step::Capture(None)])),
        story(
            "authorise, capture half",
            one(vec![held(), Step::Capture(PART)]),
        ),
        story("authorise, capture twice at once", twice),
        story("authorise, cancel", one(vec![held(), Step::Cancel])),
        story("authorise, capture and cancel at once", both),
    ]
}

fn refunds() -> Vec<Scenario> {
    let refused = vec![pay("refund_declined", Automatic), Step::Refund(None)];
    let at_once = vec![Step::Refund(Some(700)), Step::Refund(Some(700))];
    let parts = vec![paid(), Step::Refund(PART), Step::Refund(None)];
    vec![
        story("pay, refund", one(parts)),
        story("pay, refund declined", one(refused)),
        story(
            "pay, two refunds at once",
            Till::new("a", vec![vec![paid()], at_once]),
        ),
    ]
}

fn keys() -> Vec<Scenario> {
    let twins = Till::new("a", vec![vec![paid(), paid()]]).with_shared_keys();
    vec![story("pay twice with one key", twins)]
}

fn silences() -> Vec<Scenario> {
    use OrderKind::{Capture, Purchase, Refund, Reversal};
    let refunded = vec![paid(), Step::Refund(PART)];
    let captured = vec![held(), Step::Capture(PART)];
    let canceled = vec![held(), Step::Cancel];
    let deaf = |kind| (kind, Fate::LoseAnswer, 1);
    vec![
        story("pay, message lost", one(vec![paid()])).with(&[(Purchase, Fate::Lose, 1)]),
        story("pay, answer lost", one(vec![paid()])).with(&[deaf(Purchase)]),
        story("pay, message late", one(vec![paid()])).with(&[(Purchase, Fate::Delay, 1)]),
        story(
            "pay, answers of payment and reversal lost",
            one(vec![paid()]),
        )
        .with(&[deaf(Purchase), deaf(Reversal)]),
        story("pay, refund, its answer lost", one(refunded)).with(&[deaf(Refund)]),
        story("authorise, capture, its answer lost", one(captured)).with(&[deaf(Capture)]),
        story("authorise, cancel, its answer lost", one(canceled)).with(&[deaf(Reversal)]),
    ]
}

fn challenges() -> Vec<Scenario> {
    let challenged = || pay("authentication_required", Automatic);
    let proves = |passes| one(vec![challenged(), Step::Prove { passes }]);
    vec![
        story("challenge passed", proves(true)),
        story("challenge failed", proves(false)),
    ]
}

fn pay(card: &'static str, capture: CaptureMethod) -> Step {
    Step::Pay {
        card,
        amount_minor: 1_250,
        capture,
    }
}

fn paid() -> Step {
    pay("visa", Automatic)
}

fn held() -> Step {
    pay("visa", Manual)
}

/// One request after the other.
fn one(steps: Vec<Step>) -> Till {
    Till::new("a", steps.into_iter().map(|step| vec![step]).collect())
}

fn story(name: &'static str, till: Till) -> Scenario {
    let plan = Plan {
        seed: 1,
        nodes: 1,
        tills: vec![till],
        crash_at: None,
        hang_up_at: None,
        fates: Vec::new(),
        weather: Weather::CLEAR,
    };
    Scenario { name, plan }
}

impl Scenario {
    /// The same story with messages that meet a fate.
    fn with(mut self, fates: &[(OrderKind, Fate, usize)]) -> Self {
        self.plan.fates = fates.to_vec();
        self
    }
}

/// Where a story is disturbed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disturbance {
    /// Nowhere.
    None,
    /// The process dies at this point.
    Crash(usize),
    /// The client hangs up at this point.
    HangUp(usize),
}

impl fmt::Display for Disturbance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("nowhere"),
            Self::Crash(at) => write!(f, "crash:{at}"),
            Self::HangUp(at) => write!(f, "hang-up:{at}"),
        }
    }
}

impl FromStr for Disturbance {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "expected nowhere, crash:N or hang-up:N";
        if text == "nowhere" {
            return Ok(Self::None);
        }
        let (kind, at) = text.split_once(':').ok_or(wrong)?;
        let at = at.parse().map_err(|_| wrong)?;
        match kind {
            "crash" => Ok(Self::Crash(at)),
            "hang-up" => Ok(Self::HangUp(at)),
            _ => Err(wrong),
        }
    }
}

/// One try of a story.
#[derive(Debug)]
pub struct Try {
    /// The story's name.
    pub story: &'static str,
    /// Where it was disturbed.
    pub disturbance: Disturbance,
    /// What it came to.
    pub report: Report,
}

impl Try {
    /// What to tell the simulator to have the same try again.
    pub fn again(&self) -> String {
        format!("--story '{}' --at {}", self.story, self.disturbance)
    }
}

/// Tells a story undisturbed, then with a death and with a hang-up at each of its points; stops at
/// the first finding.
///
/// # Errors
/// As [`run`].
pub fn at_every_point(scenario: &Scenario) -> anyhow::Result<Vec<Try>> {
    let undisturbed = told(scenario, Disturbance::None)?;
    let points = undisturbed.report.points;
    let mut tries = vec![undisturbed];
    let disturbances =
        (1..=points).flat_map(|at| [Disturbance::Crash(at), Disturbance::HangUp(at)]);
    for disturbance in disturbances {
        if tries
            .last()
            .is_some_and(|last| !last.report.findings.is_empty())
        {
            break;
        }
        tries.push(told(scenario, disturbance)?);
    }
    Ok(tries)
}

/// Tells a story with one disturbance.
///
/// # Errors
/// As [`run`].
pub fn told(scenario: &Scenario, disturbance: Disturbance) -> anyhow::Result<Try> {
    let mut plan = scenario.plan.clone();
    match disturbance {
        Disturbance::None => {}
        Disturbance::Crash(at) => plan.crash_at = Some(at),
        Disturbance::HangUp(at) => plan.hang_up_at = Some(at),
    }
    let report = run(plan)?;
    Ok(Try {
        story: scenario.name,
        disturbance,
        report,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disturbance_is_read_as_it_is_written() {
        for place in [
            Disturbance::None,
            Disturbance::Crash(1),
            Disturbance::HangUp(42),
        ] {
            assert_eq!(place.to_string().parse(), Ok(place));
        }
        for wrong in ["", "crash", "crash:", "crash:-1", "hangup:1", "nowhere:1"] {
            assert!(wrong.parse::<Disturbance>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_story_has_a_name_of_its_own_that_fits_between_quotes() {
        let mut names: Vec<_> = scenarios().iter().map(|story| story.name).collect();
        assert!(names.iter().all(|name| !name.contains('\'')));
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
