//! The binary as processes of its own: started, asked, told to stop, killed.
//!
//! Knows how to find out where a process listens and keeps every line it writes. Makes no claim.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::Value;

use crate::encaisse::Scratch;

/// The longest that a start, or anything else that is awaited, may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// One installation: its directory and its settings. Processes come and go.
pub(crate) struct Place {
    folder: Scratch,
    variables: Vec<(String, String)>,
}

impl Place {
    /// An empty directory, and these variables as the only settings besides port 0.
    pub(crate) fn new(variables: &[(&str, &str)]) -> Self {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self {
            folder: Scratch::new(),
            variables: variables.iter().map(owned).collect(),
        }
    }

    /// The same with one more variable.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_encaisse"));
        // The data directory is not named: it is `data` where the program is started.
        command
            .env_clear()
            .current_dir(self.folder.path())
            .env("ENCAISSE_LISTEN", "127.0.0.1:0")
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .args(arguments);
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Makes a merchant with euro, and reads what is shown once.
    pub(crate) fn create_merchant(&self, email: &str) -> Value {
        let command = ["admin", "merchant", "create", "--name", "Café du Port"];
        let made = self.run(&[&command[..], &["--email", email, "--json"]].concat());
        assert!(made.status.success(), "{}", text(&made.stderr));
        serde_json::from_slice(&made.stdout).unwrap()
    }

    /// Makes a key of that merchant, with more options, and reads what is shown once.
    pub(crate) fn create_key(&self, merchant: &Value, more: &[&str]) -> Value {
        let merchant = merchant["merchant"].as_str().unwrap();
        let command = ["admin", "key", "create", "--merchant", merchant, "--json"];
        let made = self.run(&[&command[..], more].concat());
        assert!(made.status.success(), "{}", text(&made.stderr));
        serde_json::from_slice(&made.stdout).unwrap()
    }

    /// Whether the books are right, and what is said of them.
    pub(crate) fn verify(&self, more: &[&str]) -> (Option<i32>, String) {
        let done = self.run(&[&["ledger", "verify"], more].concat());
        (done.status.code(), text(&done.stdout) + &text(&done.stderr))
    }

    /// The service, once it listens.
    pub(crate) fn serve(&self) -> Process {
        let mut command = self.command(&["serve"]);
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let log = child.stderr.take().unwrap();
        Process::watch(child, log)
    }

    /// The test acquirer, once it listens.
    pub(crate) fn sandbox(&self, journal: &Path) -> Process {
        self.sandbox_with(journal, &[])
    }

    /// The same with more options.
    pub(crate) fn sandbox_with(&self, journal: &Path, more: &[&str]) -> Process {
        let options = ["sandbox", "--listen", "127.0.0.1:0", "--journal"];
        let options = [&options[..], &[journal.to_str().unwrap()], more].concat();
        let mut command = self.command(&options);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let said = child.stdout.take().unwrap();
        Process::watch(child, said)
    }
}

/// A running process, killed at the latest with the test.
pub(crate) struct Process {
    child: Child,
    pub(crate) address: SocketAddr,
    /// What it wrote until it said where it listens, that line included.
    pub(crate) start: String,
    /// Reads along, so that no pipe is ever full; gives everything that was written.
    lines: Option<JoinHandle<String>>,
}

impl Process {
    /// Waits for the line that says where it listens.
    fn watch(child: Child, written: impl Read + Send + 'static) -> Self {
        let (tell, told) = mpsc::channel();
        let lines = std::thread::spawn(move || read_along(BufReader::new(written), &tell));
        // Owned from here on, so that no process outlives a test that fails below.
        let mut process = Self {
            child,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            start: String::new(),
            lines: Some(lines),
        };
        match told.recv_timeout(PATIENCE) {
            Ok((address, start)) => (process.address, process.start) = (address, start),
            Err(_) => {
                process.child.kill().unwrap();
                panic!("it does not say where it listens: {}", process.end().1);
            }
        }
        process
    }

    /// Takes the machine's power away, as far as this process is concerned (SIGKILL).
    pub(crate) fn kill(mut self) -> String {
        self.child.kill().unwrap();
        self.end().1
    }

    /// Asks it to stop, as a service manager does (SIGTERM).
    pub(crate) fn tell_to_stop(&self) {
        self.signal("-TERM");
    }

    /// Sends it a signal, by the name that `kill` has for it.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args([name, &id]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for its end: how it ended and everything it wrote.
    pub(crate) fn end(mut self) -> (ExitStatus, String) {
        let status = self.child.wait().unwrap();
        (status, self.lines.take().unwrap().join().unwrap())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Everything that a process writes until it ends; the address where it listens is told at once,
/// with what came before it.
fn read_along(mut written: impl BufRead, tell: &mpsc::Sender<(SocketAddr, String)>) -> String {
    let (mut lines, mut start) = (String::new(), 0);
    while written.read_line(&mut lines).unwrap_or(0) > 0 {
        if let Some(address) = listening(&lines[start..]) {
            let _ = tell.send((address, lines.clone()));
        }
        start = lines.len();
    }
    lines
}

/// The address in `Ready on http://…` and in `The test acquirer listens on …`: the rest of the line
/// (of the message, in a log for collectors), so that people can copy it.
fn listening(line: &str) -> Option<SocketAddr> {
    let starts = ["Ready on http://", "The test acquirer listens on "];
    let rest = starts
        .iter()
        .find_map(|start| Some(line.split_once(start)?.1))?;
    rest.split(['"', '\n']).next()?.parse().ok()
}

/// Waits until something is so.
pub(crate) async fn until(is_so: impl Fn() -> bool) {
    let look = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, look).await.unwrap();
}

/// What a process wrote, to be shown.
pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
