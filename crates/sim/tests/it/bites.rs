//! A rail that lies is found out: for every kind of message, and in the right words.

use domain::{CaptureMethod, OrderKind};
use sim::{Fate, Plan, Step, Till, Weather, run};

fn plan(steps: Vec<Step>, fates: &[(OrderKind, Fate)]) -> Plan {
    let phases = steps.into_iter().map(|step| vec![step]).collect();
    Plan {
        seed: 1,
        nodes: 1,
        tills: vec![Till::new("a", phases)],
        crash_at: None,
        hang_up_at: None,
        fates: fates.iter().map(|(kind, fate)| (*kind, *fate, 1)).collect(),
        weather: Weather::CLEAR,
    }
}

fn pay(capture: CaptureMethod) -> Step {
    Step::Pay {
        card: "visa",
        amount_minor: 1_250,
        capture,
    }
}

/// Runs and expects that one of the findings says `words`.
fn caught(steps: Vec<Step>, fates: &[(OrderKind, Fate)], words: &str) {
    let report = run(plan(steps, fates)).unwrap();
    let says = report
        .findings
        .iter()
        .any(|finding| finding.contains(words));
    assert!(says, "{words:?} is not said by {:#?}", report.findings);
}

#[test]
fn an_honest_rail_is_not_accused() {
    let steps = vec![pay(CaptureMethod::Automatic), Step::Refund(Some(500))];
    let report = run(plan(steps, &[])).unwrap();
    assert_eq!(report.findings, [""; 0]);
}

#[test]
fn a_purchase_that_never_left_is_caught() {
    caught(
        vec![pay(CaptureMethod::Automatic)],
        &[(OrderKind::Purchase, Fate::Pretend)],
        "the acquirer has nothing of it",
    );
}

#[test]
fn a_reversal_that_is_dropped_is_caught() {
    caught(
        vec![pay(CaptureMethod::Automatic)],
        &[
            (OrderKind::Purchase, Fate::LoseAnswer),
            (OrderKind::Reversal, Fate::Pretend),
        ],
        "is Approved, our ch_",
    );
}

#[test]
fn a_cancel_that_is_dropped_is_caught() {
    caught(
        vec![pay(CaptureMethod::Manual), Step::Cancel],
        &[(OrderKind::Reversal, Fate::Pretend)],
        "is Approved, our ch_",
    );
}

#[test]
fn a_capture_that_is_dropped_is_caught() {
    caught(
        vec![pay(CaptureMethod::Manual), Step::Capture(Some(700))],
        &[(OrderKind::Capture, Fate::Pretend)],
        "took 0, our ch_",
    );
}

#[test]
fn a_refund_that_is_dropped_is_caught() {
    caught(
        vec![pay(CaptureMethod::Automatic), Step::Refund(None)],
        &[(OrderKind::Refund, Fate::Pretend)],
        "the acquirer owes 1250 more",
    );
}

#[test]
fn a_reversal_of_a_refund_that_is_dropped_is_caught() {
    caught(
        vec![pay(CaptureMethod::Automatic), Step::Refund(None)],
        &[
            (OrderKind::Refund, Fate::LoseAnswer),
            (OrderKind::Reversal, Fate::Pretend),
        ],
        "is Approved, our re_",
    );
}

#[test]
fn two_payments_for_one_wish_are_caught() {
    let steps = vec![pay(CaptureMethod::Automatic), pay(CaptureMethod::Automatic)];
    caught(steps, &[], "all were made for a");
}
