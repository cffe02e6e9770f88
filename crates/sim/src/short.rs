//! The short scenarios, each tried with a crash and with a hang-up at every point.

use domain::{CaptureMethod, OrderKind};

use crate::gate::Fate;
use crate::run::{Plan, Report, run};
use crate::till::{Step, Till};
use crate::weather::Weather;

/// A short story.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// What it is called.
    pub name: &'static str,
    /// How it goes when nobody dies.
    pub plan: Plan,
}

fn pay(card: &'static str, capture: CaptureMethod) -> Step {
    Step::Pay {
        card,
        amount_minor: 1_250,
        capture,
    }
}

/// All short stories.
pub fn scenarios() -> Vec<Scenario> {
    use CaptureMethod::{Automatic, Manual};
    let paid = || pay("visa", Automatic);
    let held = || pay("visa", Manual);
    let lost = |kind| vec![(kind, Fate::Lose, 1)];
    let unanswered = |kind| vec![(kind, Fate::LoseAnswer, 1)];
    let one = |steps: Vec<Step>| Till::new("a", steps.into_iter().map(|step| vec![step]).collect());
    let story = |name, till, fates| Scenario {
        name,
        plan: plan(till, fates),
    };
    let (all, half) = (None, Some(600));
    let two_refunds = vec![
        vec![paid()],
        vec![Step::Refund(Some(700)), Step::Refund(Some(700))],
    ];
    let proves = |passes| {
        let challenged = pay("authentication_required", Automatic);
        one(vec![challenged, Step::Prove { passes }])
    };
    vec![
        story("pay", one(vec![paid()]), vec![]),
        story(
            "pay declined",
            one(vec![pay("declined", Automatic)]),
            vec![],
        ),
        story(
            "pay, half approved",
            one(vec![pay("partial_approval", Automatic)]),
            vec![],
        ),
        story(
            "declined, then another card",
            one(vec![
                pay("declined", Automatic),
                Step::Retry { card: "visa" },
            ]),
            vec![],
        ),
        story(
            "authorise, capture",
            one(vec![held(), Step::Capture(all)]),
            vec![],
        ),
        story(
            "authorise, capture half",
            one(vec![held(), Step::Capture(half)]),
            vec![],
        ),
        story(
            "authorise, capture twice at once",
            Till::new(
                "a",
                vec![vec![held()], vec![Step::Capture(all), Step::Capture(half)]],
            ),
            vec![],
        ),
        story("authorise, cancel", one(vec![held(), Step::Cancel]), vec![]),
        story(
            "authorise, capture and cancel at once",
            Till::new(
                "a",
                vec![vec![held()], vec![Step::Capture(all), Step::Cancel]],
            ),
            vec![],
        ),
        story(
            "pay, refund",
            one(vec![paid(), Step::Refund(half), Step::Refund(all)]),
            vec![],
        ),
        story(
            "pay, refund declined",
            one(vec![pay("refund_declined", Automatic), Step::Refund(all)]),
            vec![],
        ),
        story(
            "pay, two refunds at once",
            Till::new("a", two_refunds),
            vec![],
        ),
        story(
            "pay twice with one key",
            Till::new("a", vec![vec![paid(), paid()]]).with_shared_keys(),
            vec![],
        ),
        story(
            "pay, message lost",
            one(vec![paid()]),
            lost(OrderKind::Purchase),
        ),
        story(
            "pay, answer lost",
            one(vec![paid()]),
            unanswered(OrderKind::Purchase),
        ),
        story(
            "pay, message late",
            one(vec![paid()]),
            vec![(OrderKind::Purchase, Fate::Delay, 1)],
        ),
        story(
            "pay, answers of payment and reversal lost",
            one(vec![paid()]),
            [
                unanswered(OrderKind::Purchase),
                unanswered(OrderKind::Reversal),
            ]
            .concat(),
        ),
        story(
            "pay, refund, its answer lost",
            one(vec![paid(), Step::Refund(half)]),
            unanswered(OrderKind::Refund),
        ),
        story(
            "authorise, capture, its answer lost",
            one(vec![held(), Step::Capture(half)]),
            unanswered(OrderKind::Capture),
        ),
        story(
            "authorise, cancel, its answer lost",
            one(vec![held(), Step::Cancel]),
            unanswered(OrderKind::Reversal),
        ),
        story("challenge passed", proves(true), vec![]),
        story("challenge failed", proves(false), vec![]),
    ]
}

fn plan(till: Till, fates: Vec<(OrderKind, Fate, usize)>) -> Plan {
    Plan {
        seed: 1,
        nodes: 1,
        tills: vec![till],
        crash_at: None,
        hang_up_at: None,
        fates,
        weather: Weather::CLEAR,
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

/// One try of a story.
#[derive(Debug)]
pub struct Try {
    /// Where it was disturbed.
    pub disturbance: Disturbance,
    /// What it came to.
    pub report: Report,
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

fn told(scenario: &Scenario, disturbance: Disturbance) -> anyhow::Result<Try> {
    let mut plan = scenario.plan.clone();
    match disturbance {
        Disturbance::None => {}
        Disturbance::Crash(at) => plan.crash_at = Some(at),
        Disturbance::HangUp(at) => plan.hang_up_at = Some(at),
    }
    let report = run(plan)?;
    Ok(Try {
        disturbance,
        report,
    })
}
