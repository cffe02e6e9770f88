//! A seed is a run, and a disturbance of a short story is one.

use std::process::Command;

use sim::short::Disturbance;
use sim::{Plan, Report, long, run, short};

/// Stories that end as the faster of two requests wants it.
const RACES: [&str; 2] = [
    "authorise, capture twice at once",
    "authorise, capture and cancel at once",
];

/// Their money: that the books agree is all that can be said.
const EITHER: i64 = -1;

fn ran(plan: Plan) -> Report {
    let report = run(plan).unwrap();
    assert_eq!(report.findings, [""; 0], "{:#?}", report.lines);
    report
}

#[test]
fn the_same_seed_makes_the_same_run() {
    let (first, second) = (ran(long::plan(11, 15)), ran(long::plan(11, 15)));
    assert_eq!(first.lines, second.lines);
    assert_eq!(first.digest, second.digest);
    assert_eq!((first.points, first.deaths), (second.points, second.deaths));
}

#[test]
fn another_seed_makes_another_run() {
    let digest = |seed| ran(long::plan(seed, 3)).digest;
    assert_ne!(digest(1), digest(2));
}

#[test]
fn every_short_story_ends_with_its_money_when_nobody_dies() {
    let ends: Vec<_> = short::scenarios()
        .into_iter()
        .map(|scenario| {
            let report = ran(scenario.plan);
            assert_eq!(report.deaths, 0);
            let is_race = RACES.contains(&scenario.name);
            let owed_minor = if is_race { EITHER } else { report.owed_minor };
            (scenario.name, owed_minor)
        })
        .collect();
    let expected = [
        ("pay", 1250),
        ("pay declined", 0),
        ("pay, half approved", 0),
        ("declined, then another card", 1250),
        ("authorise, capture", 1250),
        ("authorise, capture half", 600),
        ("authorise, capture twice at once", EITHER),
        ("authorise, cancel", 0),
        ("authorise, capture and cancel at once", EITHER),
        ("pay, refund", 0),
        ("pay, refund declined", 1250),
        ("pay, two refunds at once", 550),
        ("pay twice with one key", 1250),
        ("pay, message lost", 0),
        ("pay, answer lost", 0),
        ("pay, message late", 0),
        ("pay, answers of payment and reversal lost", 0),
        ("pay, refund, its answer lost", 1250),
        ("authorise, capture, its answer lost", 600),
        ("authorise, cancel, its answer lost", 0),
        ("challenge passed", 1250),
        ("challenge failed", 0),
    ];
    assert_eq!(ends, expected);
}

#[test]
fn a_death_at_any_point_of_a_payment_is_survived() {
    let pay = &short::scenarios()[0];
    let tries = short::at_every_point(pay).unwrap();
    assert!(tries.len() > 10);
    for one in &tries {
        assert_eq!(one.report.findings, [""; 0], "{:?}", one.disturbance);
    }
}

#[test]
fn one_try_of_a_story_is_told_again() {
    let pay = &short::scenarios()[0];
    let tries = short::at_every_point(pay).unwrap();
    let one = &tries[5];
    let again = short::told(pay, one.disturbance).unwrap();
    assert_eq!(again.report.lines, one.report.lines);
    assert_eq!(again.report.digest, one.report.digest);
}

fn sim(arguments: &[&str]) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sim"));
    let output = command.args(arguments).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

#[test]
fn the_command_line_repeats_one_try_and_says_what_happened() {
    let story = &short::scenarios()[9];
    let place = Disturbance::HangUp(4);
    let one = short::told(story, place).unwrap();
    let (is_good, said) = sim(&["--story", story.name, "--at", &place.to_string()]);
    assert!(is_good, "{said}");
    for line in &one.report.lines {
        assert!(said.contains(line), "{line} in {said}");
    }
    let again = format!("repeat: cargo xtask sim {}", one.again());
    assert!(said.ends_with(&format!("{again}\n")), "{said}");
    assert_eq!(one.again(), "--story 'pay, refund' --at hang-up:4");
}

#[test]
fn a_story_that_does_not_exist_is_refused_with_those_that_do() {
    let (is_good, said) = sim(&["--story", "pay twice"]);
    assert!(!is_good);
    assert!(said.contains("pay twice with one key"), "{said}");
    let (is_good, _) = sim(&["--at", "crash:1"]);
    assert!(!is_good, "a place without a story");
}
