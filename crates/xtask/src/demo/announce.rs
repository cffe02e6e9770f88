//! Owns what the demonstration prints once its server answers: the address, the log-in, the keys,
//! a QR code, and how to pay. It deliberately runs beside the server and ends with it.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::os::unix::process::parent_id;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use fast_qr::qr::QRBuilder;

use super::account::Account;
use crate::terminal::say;

/// How long a server may take to open its database and answer.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(50);

/// What will be printed, and where to ask whether it is time.
pub(crate) struct Announcement {
    pub(super) url: String,
    pub(super) listen: SocketAddr,
    pub(super) account: Account,
}

impl Announcement {
    /// Leaves the announcing to a process of its own, which outlives the change of this one into
    /// the server. What is secret reaches it by its input, because arguments can be listed.
    /// It is never waited for: the server does not know of it, and both end together.
    pub(super) fn start(&self) -> Result<()> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["announce", &probe(self.listen).to_string()])
            .arg(std::process::id().to_string())
            .stdin(std::process::Stdio::piped())
            .spawn()?;
        let text = self.text()?;
        child
            .stdin
            .take()
            .context("no input")?
            .write_all(text.as_bytes())?;
        Ok(())
    }

    fn text(&self) -> Result<String> {
        let Self {
            url,
            listen,
            account,
        } = self;
        let code = QRBuilder::new(url.as_str())
            .build()
            .context("the address makes no QR code")?;
        let phone = if listen.ip().is_loopback() {
            "Only this machine reaches that address: `--listen 0.0.0.0` lets a phone in."
        } else {
            "A phone on the same network opens it from the code."
        };
        Ok(format!(
            "
{code}
Encaisse is ready.

  Open             {url}
  Log in           {email}
  Password         {password}
  Secret key       {secret_key}
  Publishable key  {publishable_key}

{phone}
Type an amount, press Charge, and pay with 4242 4242 4242 4242, any date to come, any code.
4000 0000 0000 0002 is declined. Ctrl-C stops; started again, everything is still there.
",
            code = code.to_str(),
            email = account.email,
            password = account.password,
            secret_key = account.secret_key,
            publishable_key = account.publishable_key,
        ))
    }
}

/// Waits until the server at `ready` is ready, then prints what stands on the input. `server` is
/// its process: when this one has another parent, the server has ended.
///
/// # Errors
/// The server is not ready in time.
pub(crate) fn announce(ready: SocketAddr, server: u32) -> Result<()> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let started = Instant::now();
    while !is_ready(ready) {
        if parent_id() != server {
            // The server has said why it ended; there is nothing to add.
            return Ok(());
        }
        if started.elapsed() > PATIENCE {
            bail!("the server does not answer on http://{ready}/readyz");
        }
        pause();
    }
    say(text);
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "another process's start can only be asked for"
)]
fn pause() {
    std::thread::sleep(PAUSE);
}

/// Where a server that listens on `listen` is reached from this machine.
fn probe(listen: SocketAddr) -> SocketAddr {
    if listen.ip().is_unspecified() {
        SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), listen.port())
    } else {
        listen
    }
}

/// Whether `/readyz` answers 200.
fn is_ready(address: SocketAddr) -> bool {
    ask(address).is_ok_and(|head| head.starts_with(b"HTTP/1.1 200 "))
}

fn ask(address: SocketAddr) -> std::io::Result<[u8; 13]> {
    let timeout = Some(Duration::from_secs(2));
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(timeout)?;
    stream.set_write_timeout(timeout)?;
    write!(
        stream,
        "GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )?;
    let mut head = [0; 13];
    stream.read_exact(&mut head)?;
    Ok(head)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    fn answering(status: &'static str) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 1024];
            let read = stream.read(&mut request).unwrap();
            assert!(request[..read].starts_with(b"GET /readyz HTTP/1.1\r\n"));
            write!(stream, "HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n").unwrap();
        });
        address
    }

    #[test]
    fn only_a_200_is_ready() {
        assert!(is_ready(answering("200 OK")));
        assert!(!is_ready(answering("503 Service Unavailable")));
    }

    #[test]
    fn a_closed_port_is_not_ready() {
        let closed = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        assert!(!is_ready(closed));
    }

    #[test]
    fn a_server_on_all_addresses_is_asked_on_loopback() {
        assert_eq!(
            probe("0.0.0.0:8080".parse().unwrap()).to_string(),
            "127.0.0.1:8080"
        );
        assert_eq!(
            probe("192.0.2.7:80".parse().unwrap()).to_string(),
            "192.0.2.7:80"
        );
    }

    #[test]
    fn the_announcement_says_all_that_a_person_needs() {
        let account = Account {
            email: "demo@encaisse.test".into(),
            password: "pass word".into(),
            secret_key: "sk_test_1".into(),
            publishable_key: "pk_test_1".into(),
        };
        let listen = "127.0.0.1:8080".parse().unwrap();
        let url = "http://127.0.0.1:8080".to_owned();
        let text = Announcement {
            url,
            listen,
            account,
        }
        .text()
        .unwrap();
        for part in [
            "http://127.0.0.1:8080",
            "pass word",
            "sk_test_1",
            "pk_test_1",
            "4242",
            "█",
        ] {
            assert!(text.contains(part), "{part}");
        }
        assert!(text.contains("--listen 0.0.0.0"));
    }
}
