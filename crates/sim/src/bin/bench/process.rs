//! The processes that are measured, and what the system says of them.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

/// A folder that is removed when it is no longer needed.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> anyhow::Result<Self> {
        let made = Command::new("mktemp")
            .args(["-d", "-t", &format!("{name}.XXXXXX")])
            .output()?;
        Ok(Self(PathBuf::from(String::from_utf8(made.stdout)?.trim())))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A running service with its acquirer.
pub(crate) struct Service {
    server: Child,
    sandbox: Child,
    data: PathBuf,
    pub(crate) address: SocketAddr,
    pub(crate) secret_key: String,
    pub(crate) merchant: String,
    pub(crate) ready_ms: u128,
}

impl Service {
    pub(crate) fn start(binary: &Path, folder: &Folder) -> anyhow::Result<Self> {
        let data = folder.path().join("data");
        let (sandbox, acquirer) = start_sandbox(binary, folder)?;
        let command = || {
            let mut command = Command::new(binary);
            command
                .env("ENCAISSE_DATA_DIR", &data)
                .env("ENCAISSE_LOG__LEVEL", "error")
                // The receiver of webhooks is this process.
                .env("ENCAISSE_WEBHOOKS__ALLOW_PRIVATE", "127.0.0.1/32");
            command
        };
        let names = ["admin", "merchant", "create", "--json", "--name", "Bench"];
        let made = command()
            .args(names)
            .args(["--email", "bench@example.test"])
            .output()?;
        let made: serde_json::Value = serde_json::from_slice(&made.stdout)
            .with_context(|| String::from_utf8_lossy(&made.stderr).into_owned())?;
        let told = |name: &str| {
            made.get(name)
                .and_then(|value| value.as_str())
                .unwrap_or_default()
                .to_owned()
        };
        let (secret_key, merchant) = (told("secret_key"), told("merchant"));
        let address = free_address()?;
        let began = Instant::now();
        let server = command()
            .arg("serve")
            .env("ENCAISSE_LISTEN", address.to_string())
            .env("ENCAISSE_SANDBOX__ADDRESS", acquirer)
            .spawn()?;
        wait_ready(address)?;
        let ready_ms = began.elapsed().as_millis();
        Ok(Self {
            server,
            sandbox,
            data,
            address,
            secret_key,
            merchant,
            ready_ms,
        })
    }

    /// CPU used so far by server, sandbox and this process, in microseconds.
    pub(crate) fn cpu_us(&self) -> anyhow::Result<[u64; 3]> {
        Ok([
            cpu_us(self.server.id())?,
            cpu_us(self.sandbox.id())?,
            cpu_us(std::process::id())?,
        ])
    }

    /// Resident memory of the server, in KiB.
    pub(crate) fn rss_kib(&self) -> anyhow::Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.server.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.split_whitespace().next());
        Ok(number.context("no VmRSS")?.parse()?)
    }

    /// Stops the service, and says how many bytes of database each payment took.
    pub(crate) fn stop_and_size(mut self) -> anyhow::Result<u64> {
        let _ = Command::new("kill")
            .arg(self.server.id().to_string())
            .status()?;
        self.server.wait()?;
        let database = self.data.join("encaisse.db");
        let bytes = fs::metadata(&database)?.len();
        let count = count_payments(&database)?;
        Ok(bytes / count.max(1))
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
        let _ = self.sandbox.kill();
        let _ = self.sandbox.wait();
    }
}

fn count_payments(database: &Path) -> anyhow::Result<u64> {
    let location = store::Location::File(database.to_owned());
    let store = store::Store::open(&location, &store::Settings::default())?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let report = runtime.block_on(store.read(store::ledger::verify))?;
    if !report.findings.is_empty() {
        bail!("the books are broken after the load: {:?}", report.findings);
    }
    Ok(u64::try_from(report.payments)?)
}

fn start_sandbox(binary: &Path, folder: &Folder) -> anyhow::Result<(Child, String)> {
    let journal = folder.path().join("sandbox.journal");
    let mut child = Command::new(binary)
        .args(["sandbox", "--listen", "127.0.0.1:0", "--journal"])
        .arg(journal)
        .env("ENCAISSE_DATA_DIR", folder.path())
        .env("ENCAISSE_LOG__LEVEL", "error")
        .stdout(Stdio::piped())
        .spawn()?;
    let mut line = String::new();
    let output = child.stdout.take().context("no output")?;
    BufReader::new(output).read_line(&mut line)?;
    let address = line
        .split_whitespace()
        .last()
        .context("no address")?
        .trim_end_matches('.');
    Ok((child, address.to_owned()))
}

fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

fn wait_ready(address: SocketAddr) -> anyhow::Result<()> {
    let deadline = Instant::now() + Duration::from_secs(20);
    while Instant::now() < deadline {
        if is_ready(address).unwrap_or(false) {
            return Ok(());
        }
        std::thread::yield_now();
    }
    bail!("the service is not ready after 20 s")
}

fn is_ready(address: SocketAddr) -> anyhow::Result<bool> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer.starts_with("HTTP/1.1 200"))
}

/// User and system time of a process (`proc(5)`, fields 14 and 15; a tick is 10 ms on Linux).
fn cpu_us(process: u32) -> anyhow::Result<u64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    let (_, rest) = stat.rsplit_once(") ").context("no stat")?;
    let mut fields = rest.split_whitespace().skip(11);
    let user: u64 = fields.next().context("no user time")?.parse()?;
    let system: u64 = fields.next().context("no system time")?.parse()?;
    Ok((user + system) * 10_000)
}
