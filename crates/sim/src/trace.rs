//! What happened in a run, in order: two runs of one seed must write the same.

use std::collections::VecDeque;
use std::fmt;

/// How many lines are kept to be shown when something is wrong.
const KEPT: usize = 400;

/// The lines of a run.
#[derive(Debug)]
pub(crate) struct Trace {
    digest: u64,
    last: VecDeque<String>,
}

impl Trace {
    pub(crate) const fn new() -> Self {
        Self {
            digest: 0xCBF2_9CE4_8422_2325,
            last: VecDeque::new(),
        }
    }

    /// Notes what happens (FNV-1a over all lines).
    pub(crate) fn note(&mut self, line: fmt::Arguments<'_>) {
        let line = line.to_string();
        for byte in line.bytes().chain([0]) {
            self.digest = (self.digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
        }
        if self.last.len() == KEPT {
            self.last.pop_front();
        }
        self.last.push_back(line);
    }

    pub(crate) const fn digest(&self) -> u64 {
        self.digest
    }

    pub(crate) fn into_lines(self) -> Vec<String> {
        self.last.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_of_all_lines_and_of_their_order() {
        let digest = |lines: &[&str]| {
            let mut trace = Trace::new();
            lines
                .iter()
                .for_each(|line| trace.note(format_args!("{line}")));
            trace.digest()
        };
        assert_eq!(digest(&["a", "b"]), digest(&["a", "b"]));
        assert_ne!(digest(&["a", "b"]), digest(&["b", "a"]));
        assert_ne!(digest(&["ab"]), digest(&["a", "b"]));
    }

    #[test]
    fn only_the_last_lines_are_kept() {
        let mut trace = Trace::new();
        (0..KEPT + 5).for_each(|line| trace.note(format_args!("{line}")));
        let lines = trace.into_lines();
        assert_eq!((lines.len(), lines[0].as_str()), (KEPT, "5"));
    }
}
