//! A second process on the same database: this very test program, started again with a role.
//!
//! It says that it is ready; each time it is told to go, it plays one round of its role and reports
//! one line for each result. Its lines begin with a sign, because the test harness prints too.

use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use store::Store;

use crate::engines::{Database, open_at, runtime};
use crate::{crashes, races};

const ROLE: &str = "STORE_SECOND_PROCESS_ROLE";
const ADDRESS: &str = "STORE_SECOND_PROCESS_ADDRESS";
const SIGN: char = '@';

/// How many rounds two processes play: each begins together, so that neither can be done before
/// the other starts.
pub(crate) const ROUNDS: usize = 20;

/// Reports one line to the process that started this one.
pub(crate) fn report(line: &str) {
    println!("\n{SIGN}{line}");
}

/// Which round is played, and by whom.
#[derive(Clone, Copy)]
pub(crate) struct Turn {
    pub(crate) round: usize,
    is_second: bool,
}

impl Turn {
    /// The order of this process: the second one begins at the other end, so that they meet.
    pub(crate) fn order<T>(self, mut items: Vec<T>) -> Vec<T> {
        if self.is_second {
            items.reverse();
        }
        items
    }
}

async fn play(role: &str, store: Store, turn: Turn) -> Vec<String> {
    match role {
        "claim keys" => races::claim_keys(store, turn).await,
        "capture" => races::capture_all(store, turn).await,
        "refund" => races::refund_all(store, turn).await,
        "take blocks" => races::take_blocks(store).await,
        "sell" => crashes::sell_for_ever(store).await,
        other => panic!("no role {other}"),
    }
}

/// Where the second process begins. In the first one there is no role to play, and nothing happens.
#[test]
fn a_second_process_plays_its_role() {
    let (Some(role), Some(address)) = (std::env::var_os(ROLE), std::env::var_os(ADDRESS)) else {
        return;
    };
    let store = open_at(address.to_str().unwrap());
    report("ready");
    for (round, order) in std::io::stdin().lines().enumerate() {
        assert_eq!(order.unwrap(), "go");
        let turn = Turn {
            round,
            is_second: true,
        };
        let results = runtime().block_on(play(role.to_str().unwrap(), store.clone(), turn));
        for line in results {
            report(&line);
        }
        report("done");
    }
}

/// A handle on a second process; it is killed when the handle is dropped.
pub(crate) struct Second {
    process: Child,
    orders: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Second {
    /// Starts a second process that is ready to play `role`.
    pub(crate) fn start(role: &str, database: &Database) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "second::a_second_process_plays_its_role",
                "--nocapture",
            ])
            .env(ROLE, role)
            .env(ADDRESS, database.address())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let orders = process.stdin.take().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut second = Self {
            process,
            orders,
            lines,
        };
        assert_eq!(second.line(), "ready");
        second
    }

    /// Lets it play a round.
    pub(crate) fn go(&mut self) {
        self.orders.write_all(b"go\n").unwrap();
    }

    /// The next line it reports.
    pub(crate) fn line(&mut self) -> String {
        let reported = self
            .lines
            .find_map(|line| Some(line.unwrap().strip_prefix(SIGN)?.into()));
        reported.unwrap()
    }

    /// All it reports until the round is done.
    fn results(&mut self) -> Vec<String> {
        std::iter::from_fn(|| Some(self.line()).filter(|line| line != "done")).collect()
    }
}

impl Drop for Second {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// Plays `role` here and in a second process at the same time; answers both results.
pub(crate) async fn both(database: &Database, role: &str) -> [Vec<String>; 2] {
    let mut second = Second::start(role, database);
    let mut results = [Vec::new(), Vec::new()];
    for round in 0..ROUNDS {
        let turn = Turn {
            round,
            is_second: false,
        };
        second.go();
        results[0].extend(play(role, database.store.clone(), turn).await);
        results[1].extend(second.results());
    }
    results
}
