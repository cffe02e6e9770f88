//! Hands out turns by a seed: one task goes on to its next point, then another is chosen.
//!
//! Between two moves every task waits at a gate, so anything may happen there: a process may die,
//! time may pass, a message may arrive that nobody waits for. When all clients have their answers
//! the sky clears, the workers finish what is left, and the books are judged.

mod end;
mod mishaps;

use anyhow::Context as _;
use domain::{OrderKind, PaymentStatus};
use engine::Error;
use tokio::task::JoinHandle;

use crate::chance::Chance;
use crate::gate::{Fate, Point, Waiting};
use crate::node::{Ended, Event, Node, OWNER};
use crate::till::{self, State, Till};
use crate::trace::Trace;
use crate::weather::Weather;
use crate::world::World;

/// How many clients are served at the same time.
const OPEN_TILLS: usize = 6;

/// How often time may pass without anybody getting on, before a run counts as stuck.
const PATIENCE: usize = 400;

/// How often a worker is asked again at the same moment while it finds something.
const WORKER_ROUNDS: usize = 64;

/// By how much time passes, in milliseconds: less and more than each of the engine's bounds.
const JUMPS_MS: &[i64] = &[
    200, 200, 200, 600, 600, 600, 1_100, 1_100, 2_000, 3_500, 5_000, 21_000, 36_000,
];

/// What a run is made of.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Decides everything that is not said here.
    pub seed: u64,
    /// How many processes serve the one database.
    pub nodes: usize,
    /// What clients want.
    pub tills: Vec<Till>,
    /// The process dies when a task arrives at this point, counted from 1.
    pub crash_at: Option<usize>,
    /// The client hangs up when their task arrives at this point, counted from 1.
    pub hang_up_at: Option<usize>,
    /// What becomes of every message of a kind, so many times, whatever the weather.
    pub fates: Vec<(OrderKind, Fate, usize)>,
    /// How often what goes wrong.
    pub weather: Weather,
}

/// What a run came to.
#[derive(Debug)]
pub struct Report {
    /// How many points tasks arrived at: each is one at which a process can die.
    pub points: usize,
    /// How many processes died.
    pub deaths: usize,
    /// What stands for everything that happened, in its order.
    pub digest: u64,
    /// What the acquirer owes in the end by our books, in minor units.
    pub owed_minor: i64,
    /// What is wrong. Empty when all is well.
    pub findings: Vec<String>,
    /// The last of what happened.
    pub lines: Vec<String>,
}

/// Who waits at a gate.
#[derive(Debug)]
struct Strand {
    node: usize,
    job: Job,
    waiting: Waiting,
}

/// A task: for whom it works, and what drops it.
#[derive(Debug)]
struct Job {
    work: Work,
    task: Option<JoinHandle<()>>,
}

/// For whom a task works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    Ask {
        till: usize,
        ask: usize,
    },
    /// A request whose client does not wait any more.
    Forgotten,
    Worker {
        rounds: usize,
    },
}

/// What may happen next.
#[derive(Clone, Copy, Debug)]
enum Move {
    Resume(usize),
    Ask { till: usize, ask: usize },
}

struct Run {
    chance: Chance,
    world: World,
    nodes: Vec<Option<Node>>,
    strands: Vec<Strand>,
    tills: Vec<Till>,
    plan: Plan,
    trace: Trace,
    points: usize,
    lives: u64,
    deaths: usize,
    owed_minor: i64,
    findings: Vec<String>,
}

/// Runs a plan to its end and judges what is left.
///
/// # Errors
/// The run itself failed: the machine, or a task that neither ends nor asks for its turn.
pub fn run(plan: Plan) -> anyhow::Result<Report> {
    let mut run = Run {
        chance: Chance::new(plan.seed),
        world: World::new()?,
        nodes: Vec::new(),
        strands: Vec::new(),
        tills: plan.tills.clone(),
        trace: Trace::new(),
        points: 0,
        lives: 0,
        deaths: 0,
        owed_minor: 0,
        findings: Vec::new(),
        plan,
    };
    for _ in 0..run.plan.nodes.max(1) {
        let node = run.live()?;
        run.nodes.push(Some(node));
    }
    if run.serve()? {
        run.repeat_all()?;
        run.judge()?;
    }
    Ok(Report {
        points: run.points,
        deaths: run.deaths,
        digest: run.trace.digest(),
        owed_minor: run.owed_minor,
        findings: run.findings,
        lines: run.trace.into_lines(),
    })
}

impl Run {
    /// Serves all clients and comes to rest; `false` when it does not.
    fn serve(&mut self) -> anyhow::Result<bool> {
        let mut waits = 0;
        loop {
            let is_served = self.tills.iter().all(Till::is_done);
            if is_served {
                self.clear_up()?;
            } else {
                self.let_weather_happen()?;
            }
            let moves = self.moves();
            if let Some(chosen) = self.chance.pick(&moves) {
                self.perform(chosen)?;
                continue;
            }
            if is_served && self.is_at_rest()? {
                return Ok(true);
            }
            waits += 1;
            if waits > PATIENCE {
                self.findings
                    .push("the run does not come to rest".to_owned());
                self.judge()?;
                return Ok(false);
            }
            self.revive()?;
            self.pass_time()?;
        }
    }

    /// From now on nothing goes wrong but what is planned, and what is still under way arrives.
    fn clear_up(&mut self) -> anyhow::Result<()> {
        self.plan.weather = Weather::CLEAR;
        while self.world.letters() > 0 {
            self.deliver();
        }
        self.revive()
    }

    /// Everything that may happen next.
    fn moves(&self) -> Vec<Move> {
        let mut moves: Vec<Move> = (0..self.strands.len()).map(Move::Resume).collect();
        if self.nodes.iter().all(Option::is_none) {
            return moves;
        }
        let open = self.tills.iter().enumerate();
        let open = open.filter(|(_, till)| !till.is_done()).take(OPEN_TILLS);
        for (till, client) in open {
            let ready = client.asks().iter().enumerate();
            let ready = ready.filter(|(_, ask)| ask.state == State::Ready);
            moves.extend(ready.map(|(ask, _)| Move::Ask { till, ask }));
        }
        moves
    }

    fn perform(&mut self, chosen: Move) -> anyhow::Result<()> {
        match chosen {
            Move::Resume(place) => self.resume(place),
            Move::Ask { till, ask } => self.ask(till, ask),
        }
    }

    fn resume(&mut self, place: usize) -> anyhow::Result<()> {
        let Strand { node, job, waiting } = self.strands.remove(place);
        let fate = self.fate(&waiting.point);
        let (work, point) = (job.work, &waiting.point);
        self.trace
            .note(format_args!("node {node}, {work:?}: {point} → {fate:?}"));
        waiting.release(fate);
        self.follow(node, job)
    }

    fn fate(&mut self, point: &Point) -> Fate {
        let Point::BeforeSend(what) = point else {
            return Fate::Deliver;
        };
        let fits = |kind: &OrderKind| what.starts_with(kind.as_str());
        let planned = self.plan.fates.iter_mut();
        for (kind, fate, times) in planned {
            if *times > 0 && fits(kind) {
                *times -= 1;
                return *fate;
            }
        }
        self.plan.weather.fate(&mut self.chance)
    }

    /// The running task goes on until it waits or ends.
    fn follow(&mut self, node: usize, job: Job) -> anyhow::Result<()> {
        if job.work == Work::Forgotten {
            return match self.node(node)?.next_without_client()? {
                Some(waiting) => self.arrive(node, job, waiting),
                None => Ok(()),
            };
        }
        match self.node(node)?.next()? {
            Event::Ended(Ended::Worked(found)) => self.worked(node, job.work, found),
            Event::Ended(Ended::Answered(reply)) => {
                if let Work::Ask { till, ask } = job.work {
                    self.answered(till, ask, reply);
                }
                Ok(())
            }
            Event::Arrived(waiting) => self.arrive(node, job, waiting),
        }
    }

    fn arrive(&mut self, node: usize, job: Job, waiting: Waiting) -> anyhow::Result<()> {
        self.points += 1;
        self.strands.push(Strand { node, job, waiting });
        if self.plan.hang_up_at == Some(self.points) {
            self.hang_up(self.strands.len().saturating_sub(1))?;
        }
        if self.plan.crash_at == Some(self.points) {
            self.crash(node);
            self.revive()?;
        }
        Ok(())
    }

    fn answered(&mut self, till: usize, ask: usize, reply: Result<engine::Reply, Error>) {
        let Some(client) = self.tills.get_mut(till) else {
            return;
        };
        let name = client.name.clone();
        match reply {
            Ok(reply) => {
                let text = String::from_utf8_lossy(&reply.answer.body).into_owned();
                self.trace.note(format_args!("{name}, {ask}: {text}"));
                client.hear(ask, reply.answer.body);
            }
            Err(Error::KeyInUse | Error::Busy) => client.set(ask, State::Blocked),
            Err(Error::Refused(why)) => {
                self.trace
                    .note(format_args!("{name}, {ask}: refused, {why}"));
                client.set(ask, State::Done);
            }
            Err(error) => {
                self.findings
                    .push(format!("{name}, request {ask}: {error}"));
                client.set(ask, State::Done);
            }
        }
    }

    fn worked(
        &mut self,
        node: usize,
        work: Work,
        found: Result<usize, Error>,
    ) -> anyhow::Result<()> {
        match (work, found) {
            (Work::Worker { rounds }, Ok(count)) if count > 0 && rounds < WORKER_ROUNDS => {
                self.work(node, rounds + 1)
            }
            (_, Err(error)) => {
                self.findings
                    .push(format!("a worker of node {node}: {error}"));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// A client asks, unless they must wait for the end of what they asked before.
    fn ask(&mut self, till: usize, ask: usize) -> anyhow::Result<()> {
        let alive: Vec<usize> = (0..self.nodes.len())
            .filter(|node| self.nodes.get(*node).is_some_and(Option::is_some))
            .collect();
        let node = self.chance.pick(&alive).context("no process lives")?;
        let client = self.tills.get_mut(till).context("no such client")?;
        let wanted = client.asks().get(ask).context("no such request")?.clone();
        let (name, payment) = (client.name.clone(), client.payment);
        let is_first = matches!(wanted.step, till::Step::Pay { .. });
        let app = self.node(node)?.app.clone();
        if let Some(id) = payment.filter(|_| !is_first) {
            let loaded = self.node(node)?.block_on(app.get_payment(OWNER, id))?;
            if loaded.payment.status == PaymentStatus::Processing {
                self.set(till, ask, State::Blocked);
                return Ok(());
            }
        }
        if payment.is_none() && !is_first {
            self.set(till, ask, State::Done);
            return Ok(());
        }
        self.set(till, ask, State::Running);
        self.trace.note(format_args!(
            "node {node}: {name} asks for {:?}",
            wanted.step
        ));
        let asked = async move { Ended::Answered(till::send(app, name, wanted, payment).await) };
        let task = Some(self.node(node)?.begin(asked));
        let work = Work::Ask { till, ask };
        self.follow(node, Job { work, task })
    }

    fn set(&mut self, till: usize, ask: usize, state: State) {
        if let Some(client) = self.tills.get_mut(till) {
            client.set(ask, state);
        }
    }

    /// A worker looks once at everything.
    fn work(&mut self, node: usize, rounds: usize) -> anyhow::Result<()> {
        let process = self.node(node)?;
        let app = process.app.clone();
        process.begin(async move { Ended::Worked(engine::workers::run_once(&app).await) });
        let work = Work::Worker { rounds };
        self.follow(node, Job { work, task: None })
    }

    fn node(&mut self, node: usize) -> anyhow::Result<&mut Node> {
        let place = self.nodes.get_mut(node).and_then(Option::as_mut);
        place.with_context(|| format!("node {node} does not live"))
    }
}
