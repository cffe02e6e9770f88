//! Owns what a chore says to the person who started it: plain lines, and durations in tenths.
//! It deliberately has no colours, bars or levels: the same lines are read in a log of CI.

use std::fmt::Display;
use std::time::Duration;

/// Says one line on standard output.
#[expect(
    clippy::print_stdout,
    reason = "a chore answers the person who started it"
)]
pub(crate) fn say(line: impl Display) {
    println!("{line}");
}

/// Says why a chore failed, and what caused that, on standard error.
#[expect(
    clippy::print_stderr,
    reason = "a chore answers the person who started it"
)]
pub(crate) fn complain(error: &anyhow::Error) {
    eprintln!("error: {}", reasons(error));
}

/// An error and its causes, one on a line. A backtrace would tell of this program, which did its
/// work, and not of the one that failed.
fn reasons(error: &anyhow::Error) -> String {
    error
        .chain()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n  because: ")
}

/// A duration as people read it: `7.3 s`.
pub(crate) fn seconds(duration: Duration) -> String {
    format!(
        "{}.{} s",
        duration.as_secs(),
        duration.subsec_millis() / 100
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_said_with_its_causes() {
        let error = anyhow::anyhow!("the disk is full").context("cannot write");
        assert_eq!(reasons(&error), "cannot write\n  because: the disk is full");
    }

    #[test]
    fn a_duration_is_cut_to_tenths() {
        assert_eq!(seconds(Duration::from_millis(7_390)), "7.3 s");
        assert_eq!(seconds(Duration::from_millis(61_000)), "61.0 s");
    }
}
