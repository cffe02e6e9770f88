//! What goes wrong between two turns: processes die, clients hang up, the host starts again, late
//! messages arrive, time passes.
//!
//! Does not decide how often; see [`crate::weather`].

use crate::gate::Point;
use crate::node::Node;
use crate::till::{State, Till};

use super::{JUMPS_MS, Run, Strand, Work};

impl Run {
    pub(super) fn let_weather_happen(&mut self) -> anyhow::Result<()> {
        let weather = self.plan.weather;
        if self.chance.is_one_of_thousand(weather.crash) {
            let node = self.chance.below(self.nodes.len());
            self.crash(node);
        }
        let is_down = self.nodes.iter().any(Option::is_none);
        if is_down && self.chance.is_one_of_thousand(100) {
            self.revive()?;
        }
        if self.world.letters() > 0 && self.chance.is_one_of_thousand(100) {
            self.deliver();
        }
        if self.chance.is_one_of_thousand(weather.hang_up) {
            let place = self.chance.below(self.strands.len());
            self.hang_up(place)?;
        }
        if self.chance.is_one_of_thousand(weather.restart_host) {
            self.restart_host()?;
        }
        if self.chance.is_one_of_thousand(weather.time) {
            self.pass_time()?;
        }
        Ok(())
    }

    /// Time passes; living processes say so, most of the time; workers look.
    pub(super) fn pass_time(&mut self) -> anyhow::Result<()> {
        let jump = self.chance.pick(JUMPS_MS).unwrap_or(1_000);
        self.world.clock.advance_millis(jump);
        self.trace.note(format_args!("{jump} ms pass"));
        self.tills.iter_mut().for_each(Till::unblock);
        for node in 0..self.nodes.len() {
            let is_silent = self.chance.is_one_of_thousand(self.plan.weather.silent);
            let Some(Some(process)) = self.nodes.get(node) else {
                continue;
            };
            if !is_silent {
                process.say_alive()?;
            }
            let is_worker =
                |one: &Strand| one.node == node && matches!(one.job.work, Work::Worker { .. });
            if !self.strands.iter().any(is_worker) {
                self.work(node, 0)?;
            }
        }
        Ok(())
    }

    /// A process dies with all its tasks; their clients will ask again.
    pub(super) fn crash(&mut self, node: usize) {
        let Some(place) = self.nodes.get_mut(node).filter(|place| place.is_some()) else {
            return;
        };
        *place = None;
        self.deaths += 1;
        self.trace.note(format_args!("node {node} dies"));
        let (lost, left) = std::mem::take(&mut self.strands)
            .into_iter()
            .partition(|strand| strand.node == node);
        self.strands = left;
        let lost: Vec<Strand> = lost;
        for strand in lost {
            if let Work::Ask { till, ask } = strand.job.work {
                self.set(till, ask, State::Ready);
            }
        }
    }

    /// Every dead process is followed by a new one.
    pub(super) fn revive(&mut self) -> anyhow::Result<()> {
        for node in 0..self.nodes.len() {
            if self.nodes.get(node).is_some_and(Option::is_none) {
                let process = self.live()?;
                self.trace.note(format_args!("node {node} lives again"));
                if let Some(place) = self.nodes.get_mut(node) {
                    *place = Some(process);
                }
            }
        }
        Ok(())
    }

    pub(super) fn live(&mut self) -> anyhow::Result<Node> {
        self.lives += 1;
        let seed = self.plan.seed.wrapping_mul(0x0100_0000_01B3) ^ (self.lives << 40);
        Node::start(&self.world, seed)
    }

    /// A client hangs up on the request behind a strand, and will ask again. What was begun must go
    /// on without them.
    pub(super) fn hang_up(&mut self, place: usize) -> anyhow::Result<()> {
        let Some(strand) = self.strands.get_mut(place) else {
            return Ok(());
        };
        let (Work::Ask { till, ask }, node) = (strand.job.work, strand.node) else {
            return Ok(());
        };
        let Some(task) = strand.job.task.take() else {
            return Ok(());
        };
        strand.job.work = Work::Forgotten;
        let point = strand.waiting.point.clone();
        self.trace
            .note(format_args!("client {till} hangs up on {ask} {point}"));
        self.node(node)?.drop_task(task);
        self.set(till, ask, State::Ready);
        let is_gone = self
            .strands
            .get(place)
            .is_some_and(|one| one.waiting.is_gone());
        if is_gone {
            self.strands.remove(place);
            if let Point::AfterCommit(name @ ("payment_begin" | "refund_open")) = point {
                let found = format!("client {till} hung up after {name}, and nothing was sent");
                self.findings.push(found);
            }
        }
        Ok(())
    }

    pub(super) fn restart_host(&mut self) -> anyhow::Result<()> {
        self.trace.note(format_args!("the host starts again"));
        self.world.start_host()?;
        for node in self.nodes.iter_mut().flatten() {
            node.reconnect(&self.world)?;
        }
        Ok(())
    }

    /// A message that was under way arrives.
    pub(super) fn deliver(&mut self) {
        let place = self.chance.below(self.world.letters());
        if let Some(what) = self.world.deliver(place) {
            self.trace.note(format_args!("{what}"));
        }
    }
}
