//! The tables of `docs/reference/sandbox.md` are the host's own.

use std::path::{Path, PathBuf};

use iso8583::{Class, Version};
use sandbox::{Answer, Behaviour, CARDS, Fault};

fn page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/sandbox.md")
}

/// A number in groups as people read it.
fn grouped(number: &str) -> String {
    let groups: &[usize] = if number.len() == 15 {
        &[4, 6, 5]
    } else {
        &[4, 4, 4, 4]
    };
    let mut rest = number;
    let mut words = Vec::new();
    for group in groups {
        let (word, behind) = rest.split_at(*group);
        words.push(word);
        rest = behind;
    }
    words.join(" ")
}

fn fault_text(fault: Fault) -> &'static str {
    match fault {
        Fault::Silence => "booked as approved, no answer",
        Fault::Lost => "thrown away: not booked, no answer",
        Fault::Late => "booked as approved, answered too late",
        Fault::Slow => "booked as approved, answered slowly but in time",
        Fault::Cut => "booked as approved, half of the answer, connection closed",
        Fault::Twice => "booked as approved, answered twice",
        Fault::DropBeforeBooking => "connection closed, not booked",
        Fault::DropBeforeAnswer => "booked as approved, connection closed without an answer",
        Fault::DropAfterAnswer => "booked as approved, answered, connection closed",
    }
}

fn behaviour_text(behaviour: Behaviour) -> String {
    match behaviour {
        Behaviour::Approve => "approved".to_owned(),
        Behaviour::Decline(answer) => {
            format!(
                "declined, {}",
                answer.code(Version::V1987, Class::Financial)
            )
        }
        Behaviour::WrongCode => "declined with a security code, 82; approved without".to_owned(),
        Behaviour::Challenge => "65 until the challenge is completed, then approved".to_owned(),
        Behaviour::Partial => "half of the amount approved, 10".to_owned(),
        Behaviour::Payment(fault) => fault_text(fault).to_owned(),
        Behaviour::Refund(fault) => format!("approved; a refund is {}", fault_text(fault)),
        Behaviour::RefundDeclined => "approved; a refund is declined, 57".to_owned(),
        Behaviour::CaptureRefused => "approved; a capture is refused, 05".to_owned(),
        Behaviour::CaptureIgnored(times) => {
            format!("approved; a capture is booked at once and answered after {times} repeats")
        }
        Behaviour::ReversalIgnored(times) => format!(
            "as 4000 0000 0055 0105; its reversal is booked at once and answered after {times} \
             repeats"
        ),
    }
}

fn cards() -> String {
    let mut table = String::from("| Number | Name in the journal | Brand | What happens |\n");
    table.push_str("|---|---|---|---|\n");
    for card in CARDS {
        let text = behaviour_text(card.behaviour);
        let number = grouped(card.number);
        table.push_str(&format!(
            "| {number} | `{}` | {} | {text} |\n",
            card.name, card.brand
        ));
    }
    table
}

fn answers() -> String {
    let mut table = String::from("| Name in the journal | 1987 | 1993 |\n|---|---|---|\n");
    for answer in Answer::all() {
        let old = answer.code(Version::V1987, Class::Financial);
        let new = answer.code(Version::V1993, Class::Financial);
        table.push_str(&format!("| `{}` | {old} | {new} |\n", answer.name()));
    }
    table
}

/// The page with the table between `<!-- name -->` and `<!-- /name -->` replaced.
fn with_table(page: &str, name: &str, table: &str) -> String {
    let (before, rest) = page
        .split_once(&format!("<!-- {name} -->\n"))
        .expect("an opening mark");
    let (_, after) = rest
        .split_once(&format!("<!-- /{name} -->"))
        .expect("a closing mark");
    format!("{before}<!-- {name} -->\n{table}<!-- /{name} -->{after}")
}

#[test]
fn the_page_shows_the_tables_of_the_host() {
    let committed = std::fs::read_to_string(page()).unwrap();
    let fresh = with_table(
        &with_table(&committed, "cards", &cards()),
        "answers",
        &answers(),
    );
    if fresh != committed {
        let accepted = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sandbox.md");
        std::fs::write(&accepted, fresh).unwrap();
        panic!(
            "the tables of docs/reference/sandbox.md are old; to accept the new ones:\ncp {} {}",
            accepted.display(),
            page().display()
        );
    }
}
