//! Owns the demonstration: one command from a fresh checkout to a till that takes payments. It
//! deliberately knows the product only from outside: its binary, its environment, its HTTP port.

mod account;
mod announce;

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::cargo;
use crate::doctor::{self, CARGO, COMPILER, NODE_JS, NPM};
use crate::process::{command, repeatable, root};
use crate::terminal::say;

pub(crate) use announce::{Announcement, announce};

const PORT: u16 = 8080;

/// What `cargo xtask demo` can be told.
#[derive(clap::Args)]
pub(crate) struct Demo {
    /// Where to listen: an address, or an address and a port. 0.0.0.0 lets a phone in.
    #[arg(long, default_value = "127.0.0.1:8080", value_parser = listen_address)]
    listen: SocketAddr,
    /// Where the demonstration keeps its data [default: data/demo in the project].
    #[arg(long)]
    data: Option<PathBuf>,
}

/// Builds the product, makes the demo merchant, and becomes the server.
///
/// The server takes the place of this process, so that Ctrl-C and signals reach it and nobody
/// stands in between. A second process waits until it answers, and prints how to come in.
///
/// # Errors
/// Something is missing on the machine, the build fails, or the address is taken.
pub(crate) fn demo(options: &Demo) -> Result<()> {
    doctor::require(&[CARGO, COMPILER, NODE_JS, NPM])?;
    let server = cargo::release(&["encaisse"])?.join("encaisse");
    drop(TcpListener::bind(options.listen).with_context(|| {
        format!(
            "cannot listen on {}; choose another with --listen",
            options.listen
        )
    })?);

    let url = public_url(options.listen);
    let data = match &options.data {
        Some(data) => std::path::absolute(data)?,
        None => root().join("data/demo"),
    };
    let encaisse = || {
        let mut encaisse = command(&server);
        encaisse
            .env("ENCAISSE_DATA_DIR", &data)
            .env("ENCAISSE_PUBLIC_URL", &url);
        encaisse.env("ENCAISSE_LISTEN", options.listen.to_string());
        encaisse
    };
    let account = account::of(&data, encaisse())?;
    Announcement {
        url: url.clone(),
        listen: options.listen,
        account,
    }
    .start()?;

    let mut serve = encaisse();
    serve.arg("serve");
    say(format_args!("→ server: {}", repeatable(&serve)));
    Err(serve.exec()).context("cannot start the server")
}

/// An address with or without a port.
fn listen_address(text: &str) -> Result<SocketAddr, std::net::AddrParseError> {
    text.parse::<IpAddr>()
        .map(|ip| SocketAddr::new(ip, PORT))
        .or_else(|_| text.parse())
}

/// The address under which other machines reach a server that listens on `listen`.
fn public_url(listen: SocketAddr) -> String {
    let ip = if listen.ip().is_unspecified() {
        network_address().unwrap_or_else(|| {
            say("this machine seems to be on no network: the address is for itself alone");
            IpAddr::V4(Ipv4Addr::LOCALHOST)
        })
    } else {
        listen.ip()
    };
    format!("http://{}", SocketAddr::new(ip, listen.port()))
}

/// The address this machine would use to speak to the world. Connecting a datagram socket picks
/// a route and sends nothing; the peer is in the block kept for documentation (RFC 5737).
fn network_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    let ip = socket.local_addr().ok()?.ip();
    (!ip.is_unspecified()).then_some(ip)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_address_gets_the_usual_port() {
        assert_eq!(
            listen_address("0.0.0.0").unwrap().to_string(),
            "0.0.0.0:8080"
        );
        assert_eq!(
            listen_address("127.0.0.1:9000").unwrap().to_string(),
            "127.0.0.1:9000"
        );
        assert_eq!(listen_address("::1").unwrap().to_string(), "[::1]:8080");
        assert!(listen_address("localhost").is_err());
        assert!(listen_address("127.0.0.1:port").is_err());
    }

    #[test]
    fn the_public_address_is_one_that_others_can_use() {
        assert_eq!(
            public_url("127.0.0.1:80".parse().unwrap()),
            "http://127.0.0.1:80"
        );
        let open = public_url("0.0.0.0:8080".parse().unwrap());
        assert!(
            open.ends_with(":8080") && !open.contains("0.0.0.0"),
            "{open}"
        );
    }
}
