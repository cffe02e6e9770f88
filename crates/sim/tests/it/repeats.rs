//! A seed is a run.

use sim::{Plan, Report, long, run, short};

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
fn every_short_story_ends_well_when_nobody_dies() {
    for scenario in short::scenarios() {
        let report = ran(scenario.plan);
        assert!(report.points >= 4, "{}: {}", scenario.name, report.points);
        assert_eq!(report.deaths, 0);
    }
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
