//! Long stories: several clients, two processes, and everything that can go wrong, all from one
//! seed.

use domain::CaptureMethod;

use crate::chance::Chance;
use crate::run::Plan;
use crate::till::{Step, Till};
use crate::weather::Weather;

/// The cards that clients use, the usual one more often.
const CARDS: &[&str] = &[
    "visa",
    "visa",
    "visa",
    "visa",
    "mastercard",
    "declined",
    "insufficient_funds",
    "partial_approval",
    "authentication_required",
    "refund_declined",
];

/// The story of a seed, with so many clients.
pub fn plan(seed: u64, clients: usize) -> Plan {
    let mut chance = Chance::new(seed ^ 0x5EED);
    let tills = (0..clients).map(|number| client(number, &mut chance));
    Plan {
        seed,
        nodes: 2,
        tills: tills.collect(),
        crash_at: None,
        hang_up_at: None,
        fates: Vec::new(),
        weather: Weather::drawn(&mut chance),
    }
}

fn client(number: usize, chance: &mut Chance) -> Till {
    let is_held = chance.is_one_of_thousand(400);
    let card = chance.pick(CARDS).unwrap_or("visa");
    let capture = if is_held {
        CaptureMethod::Manual
    } else {
        CaptureMethod::Automatic
    };
    let amount_minor = amount(chance).max(2);
    let paid = Step::Pay {
        card,
        amount_minor,
        capture,
    };
    let has_twin = chance.is_one_of_thousand(150);
    if has_twin {
        let twins = vec![vec![paid.clone(), paid]];
        return Till::new(&format!("c{number}"), twins).with_shared_keys();
    }
    let mut phases = vec![vec![paid]];
    if card == "authentication_required" {
        let passes = chance.is_one_of_thousand(800);
        phases.push(vec![Step::Prove { passes }]);
    }
    if chance.is_one_of_thousand(500) {
        let card = chance.pick(CARDS).unwrap_or("visa");
        phases.push(vec![Step::Retry { card }]);
    }
    if is_held {
        phases.push(captures(amount_minor, chance));
    }
    if chance.is_one_of_thousand(600) {
        phases.push(refunds(amount_minor, chance));
    }
    if chance.is_one_of_thousand(200) {
        phases.push(refunds(amount_minor, chance));
    }
    Till::new(&format!("c{number}"), phases)
}

fn amount(chance: &mut Chance) -> i64 {
    i64::try_from(chance.below(10_000)).unwrap_or(1)
}

/// Taken, given up, or both at once.
fn captures(amount_minor: i64, chance: &mut Chance) -> Vec<Step> {
    let part = Some((amount_minor / 2).max(1));
    match chance.below(5) {
        0 => vec![Step::Cancel],
        1 => vec![Step::Cancel, Step::Capture(None)],
        2 => vec![Step::Capture(part)],
        3 => vec![Step::Capture(part), Step::Capture(None)],
        _ => vec![Step::Capture(None)],
    }
}

/// One or more at once, in sum perhaps above what was taken.
fn refunds(amount_minor: i64, chance: &mut Chance) -> Vec<Step> {
    let part = Some((amount_minor * 2 / 3).max(1));
    match chance.below(4) {
        0 => vec![Step::Refund(None)],
        1 => vec![Step::Refund(part)],
        2 => vec![Step::Refund(part), Step::Refund(part)],
        _ => vec![
            Step::Refund(None),
            Step::Refund(part),
            Step::Refund(Some(1)),
        ],
    }
}
