//! Encryption with one authority and no other.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use domain::{NotSent, Outcome, Timestamp};
use rails::card::{self, Config, OpenError, Tls};
use tokio::join;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::server::TlsStream;

use crate::acquirer::{Host, Peer};
use crate::certificate::Authority;
use crate::opened::{Opened, config, is_approved, purchase, within};

/// A file from the system, removed when the test ends.
struct PemFile(PathBuf);

impl PemFile {
    fn new(text: &str) -> Self {
        let made = Command::new("mktemp").output().unwrap();
        let path = PathBuf::from(String::from_utf8(made.stdout).unwrap().trim_end());
        std::fs::File::create(&path)
            .unwrap()
            .write_all(text.as_bytes())
            .unwrap();
        Self(path)
    }
}

impl Drop for PemFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn trusting(host: &Host, ca_file: &Path, server_name: &str) -> Config {
    let tls = Tls {
        ca_file: ca_file.to_owned(),
        server_name: server_name.into(),
    };
    Config {
        tls: Some(tls),
        ..config(host)
    }
}

/// The next connection, after its greeting; `None` when the other side does not trust us.
async fn greet(host: &Host, authority: &Authority) -> Option<Peer<TlsStream<TcpStream>>> {
    let (certificate, key) = authority.host("acquirer.example");
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let stream = host.accept_raw().await;
    let greeted = within(TlsAcceptor::from(Arc::new(config)).accept(stream)).await;
    greeted.ok().map(|stream| host.peer(stream))
}

#[tokio::test]
async fn an_order_travels_encrypted_to_a_trusted_host() {
    let (host, authority) = (Host::bind().await, Authority::new());
    let pem = PemFile::new(&authority.pem());
    let rail = Opened::new(trusting(&host, &pem.0, "acquirer.example"));
    let mut peer = greet(&host, &authority).await.unwrap();
    peer.agree_to_sign_on().await;
    rail.connected(1).await;
    let order = purchase(1);
    let (outcome, ()) = join!(rail.send(&order), async {
        let asked = peer.receive().await;
        peer.answer(&asked, "00").await;
    });
    assert!(is_approved(&outcome));
}

#[tokio::test]
async fn a_host_of_another_authority_gets_nothing() {
    let host = Host::bind().await;
    let pem = PemFile::new(&Authority::new().pem());
    let rail = Opened::new(trusting(&host, &pem.0, "acquirer.example"));
    for _ in 0..2 {
        // The host may believe the greeting over before our refusal reaches it; nothing follows.
        if let Some(mut peer) = greet(&host, &Authority::new()).await {
            assert!(peer.receive_or_end().await.is_none());
        }
    }
    assert_eq!(
        rail.send(&purchase(1)).await,
        Outcome::NotSent(NotSent::NoConnection)
    );
}

#[tokio::test]
async fn a_host_of_another_name_gets_nothing() {
    let (host, authority) = (Host::bind().await, Authority::new());
    let pem = PemFile::new(&authority.pem());
    let rail = Opened::new(trusting(&host, &pem.0, "other.example"));
    if let Some(mut peer) = greet(&host, &authority).await {
        assert!(peer.receive_or_end().await.is_none());
    }
    assert_eq!(rail.rail.status().signed_on, 0);
}

#[tokio::test]
async fn a_host_that_does_not_encrypt_gets_nothing() {
    let (host, authority) = (Host::bind().await, Authority::new());
    let pem = PemFile::new(&authority.pem());
    let short = Config {
        connect_timeout_ms: 50,
        ..trusting(&host, &pem.0, "acquirer.example")
    };
    let rail = Opened::new(short);
    let silent = host.accept_raw().await;
    let next = host.accept_raw().await;
    assert_eq!(rail.rail.status().signed_on, 0);
    drop((silent, next));
}

fn refusal(host: &Host, ca_file: &Path, server_name: &str) -> OpenError {
    let config = trusting(host, ca_file, server_name);
    card::open(config, || Timestamp::from_seconds(0))
        .err()
        .unwrap()
}

#[tokio::test]
async fn what_cannot_be_trusted_is_refused_at_the_opening() {
    let host = Host::bind().await;
    let missing = Path::new("/nonexistent/authority.pem");
    let text = refusal(&host, missing, "acquirer.example").to_string();
    assert!(text.starts_with("cannot use the certificates in /nonexistent/authority.pem: "));

    let empty = PemFile::new("no certificate\n");
    let text = refusal(&host, &empty.0, "acquirer.example").to_string();
    assert!(text.ends_with(": the file holds no certificate"), "{text}");

    let damaged = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let damaged = PemFile::new(damaged);
    let refused = refusal(&host, &damaged.0, "acquirer.example");
    assert!(matches!(refused, OpenError::Authority { .. }));

    let pem = PemFile::new(&Authority::new().pem());
    let text = refusal(&host, &pem.0, "not a name").to_string();
    assert_eq!(text, "`not a name` cannot stand in a certificate");
}

#[tokio::test]
async fn a_contradictory_configuration_is_refused_at_the_opening() {
    let host = Host::bind().await;
    let zero = Config {
        connections: 0,
        ..config(&host)
    };
    let refused = card::open(zero, || Timestamp::from_seconds(0))
        .err()
        .unwrap();
    assert_eq!(refused.to_string(), "connections must be at least 1");
}
