//! Prints `docs/reference/payment-states.md` from the rules, so that it cannot go stale.

use std::fmt::Write as _;
use std::path::Path;

use crate::payment::{
    CaptureMethod, Payment, PaymentStatus, cancel, capture, conclude, confirm, sample,
};
use crate::{Attempt, CvcCheck, DeclineReason, NotSent, Outcome, refund};

fn page() -> String {
    let mut text = String::from(
        "# States of a payment\n\nPrinted by a test of `domain`; do not edit.\n\n\
         ## What may be asked in which state\n\n\
         | state | confirm | capture | cancel | refund |\n|---|---|---|---|---|\n",
    );
    for status in PaymentStatus::ALL {
        let (payment, attempt) = in_status(*status);
        let said = [
            confirm(&payment, Some(sample::METHOD), sample::start(), sample::NOW).is_ok(),
            capture(&payment, &attempt, None, sample::ADVICE, sample::NOW).is_ok(),
            cancel(&payment, Some(&attempt), None, sample::ADVICE, sample::NOW).is_ok(),
            refund::open(&payment, &attempt, refund::sample_open(None), sample::NOW).is_ok(),
        ];
        let cells: Vec<_> = said
            .iter()
            .map(|yes| if *yes { "yes" } else { "–" })
            .collect();
        let _ = writeln!(text, "| `{status}` | {} |", cells.join(" | "));
    }
    text.push_str(
        "\n## What an answer of the rail leads to\n\n\
         | answer | automatic capture | manual capture |\n|---|---|---|\n",
    );
    for (name, outcome) in outcomes() {
        let ends: Vec<_> = CaptureMethod::ALL
            .iter()
            .map(|way| end(*way, &outcome))
            .collect();
        let _ = writeln!(text, "| {name} | {} |", ends.join(" | "));
    }
    text
}

fn in_status(status: PaymentStatus) -> (Payment, Attempt) {
    match status {
        PaymentStatus::Succeeded => sample::paid(),
        PaymentStatus::RequiresCapture => sample::authorised(),
        PaymentStatus::RequiresPaymentMethod
        | PaymentStatus::RequiresConfirmation
        | PaymentStatus::RequiresAction
        | PaymentStatus::Processing
        | PaymentStatus::Canceled => {
            let (payment, attempt) = sample::sent(CaptureMethod::Automatic);
            (Payment { status, ..payment }, attempt)
        }
    }
}

fn outcomes() -> Vec<(&'static str, Outcome)> {
    let declined = Outcome::Declined {
        reason: DeclineReason::GenericDecline,
        response_code: "05".into(),
        cvc_check: CvcCheck::Unavailable,
    };
    vec![
        ("approved", sample::approval(1250)),
        ("approved in part", sample::approval(600)),
        ("declined", declined),
        (
            "action needed",
            Outcome::ActionNeeded {
                reference: "c".into(),
            },
        ),
        (
            "certainly not sent",
            Outcome::NotSent(NotSent::NoConnection),
        ),
        ("silence", Outcome::Unknown),
    ]
}

fn end(way: CaptureMethod, outcome: &Outcome) -> String {
    let (payment, attempt) = sample::sent(way);
    let step = conclude(&payment, &attempt, outcome, sample::ADVICE, sample::NOW).unwrap();
    let owed: String = step
        .advices
        .iter()
        .map(|advice| format!(", {} owed", advice.kind))
        .collect();
    let status = step.attempt.unwrap().status;
    format!("`{}`, attempt `{status}`{owed}", step.payment.status)
}

#[test]
fn the_page_of_states_is_what_the_rules_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/payment-states.md");
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    if stored != page() {
        std::fs::write(&path, page()).unwrap();
        panic!("payment-states.md was stale and is written anew: look at it and commit it");
    }
}
