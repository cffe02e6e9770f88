//! How often what goes wrong.

use crate::chance::Chance;
use crate::gate::Fate;

/// So many times in a thousand messages, or moves.
#[derive(Clone, Copy, Debug, Default)]
pub struct Weather {
    /// A message certainly does not leave.
    pub refuse: u64,
    /// A message is lost.
    pub lose: u64,
    /// An answer is lost.
    pub lose_answer: u64,
    /// A message arrives later.
    pub delay: u64,
    /// A message arrives twice.
    pub twice: u64,
    /// A process dies.
    pub crash: u64,
    /// A client hangs up and asks again.
    pub hang_up: u64,
    /// The acquirer's host starts again.
    pub restart_host: u64,
    /// Time passes.
    pub time: u64,
    /// A process forgets to say that it lives.
    pub silent: u64,
}

impl Weather {
    /// Nothing goes wrong.
    pub const CLEAR: Self = Self {
        refuse: 0,
        lose: 0,
        lose_answer: 0,
        delay: 0,
        twice: 0,
        crash: 0,
        hang_up: 0,
        restart_host: 0,
        time: 0,
        silent: 0,
    };

    /// Everything goes wrong now and then; how often, `chance` decides for the whole run.
    pub(crate) fn drawn(chance: &mut Chance) -> Self {
        let mut up_to = |most: usize| u64::try_from(chance.below(most)).unwrap_or(0);
        Self {
            refuse: up_to(60),
            lose: up_to(60),
            lose_answer: up_to(100),
            delay: up_to(80),
            twice: up_to(60),
            crash: up_to(12),
            hang_up: up_to(20),
            restart_host: up_to(6),
            time: 10 + up_to(60),
            silent: up_to(120),
        }
    }

    /// What becomes of the next message.
    pub(crate) const fn fate(&self, chance: &mut Chance) -> Fate {
        if chance.is_one_of_thousand(self.refuse) {
            Fate::Refuse
        } else if chance.is_one_of_thousand(self.lose) {
            Fate::Lose
        } else if chance.is_one_of_thousand(self.lose_answer) {
            Fate::LoseAnswer
        } else if chance.is_one_of_thousand(self.delay) {
            Fate::Delay
        } else if chance.is_one_of_thousand(self.twice) {
            Fate::Twice
        } else {
            Fate::Deliver
        }
    }
}
