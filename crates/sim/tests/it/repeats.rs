//! A seed is a run.

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
