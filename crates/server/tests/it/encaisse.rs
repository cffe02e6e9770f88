//! One whole installation for one test, on ports and in a directory the system chose.
//!
//! What must always hold is looked at in the end: the books balance, and nothing is left open.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::Currency;
use engine::accounts::{NewMerchant, Registered};
use serde_json::Value;
use server::config::{self, PublicUrl};
use server::{Installation, router};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::client::{Answer, Request};

/// Settings under which nothing takes long, whole milliseconds.
const QUICK: &[(&str, &str)] = &[
    ("ENCAISSE_RAIL__ANSWER_TIMEOUT_MS", "1500"),
    ("ENCAISSE_RAIL__LATE_WINDOW_MS", "600"),
    ("ENCAISSE_RAIL__ADVICE_RETRY_FIRST_MS", "150"),
    ("ENCAISSE_RAIL__ADVICE_RETRY_MAX_MS", "300"),
    ("ENCAISSE_WORKERS__LEASE_MS", "2000"),
    ("ENCAISSE_WORKERS__RESOLVE_AGE_MS", "3000"),
    ("ENCAISSE_WORKERS__RESOLVE_PERIOD_MS", "50"),
    ("ENCAISSE_WORKERS__EXPIRE_PERIOD_MS", "50"),
    ("ENCAISSE_IDEMPOTENCY__WAIT_MS", "6000"),
    ("ENCAISSE_SANDBOX__SLOW_ANSWER_MS", "400"),
    ("ENCAISSE_SANDBOX__LATE_ANSWER_MS", "1800"),
];

/// The longest anything here takes before a test gives up.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running installation with one merchant.
pub(crate) struct Encaisse {
    installation: Installation,
    pub(crate) address: SocketAddr,
    pub(crate) merchant: Registered,
    folder: Scratch,
    server: JoinSet<()>,
    stop: oneshot::Sender<()>,
}

/// A directory of its own, named by the system and gone with the test.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new() -> Self {
        let made = std::process::Command::new("mktemp")
            .arg("-d")
            .output()
            .unwrap();
        Self(PathBuf::from(
            String::from_utf8(made.stdout).unwrap().trim_end(),
        ))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Encaisse {
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// Starts with these variables besides the quick ones.
    pub(crate) async fn start_with(variables: &[(&str, &str)]) -> Self {
        let folder = Scratch::new();
        let data_dir = folder.0.to_str().unwrap();
        let own = [
            ("ENCAISSE_DATA_DIR", data_dir),
            ("ENCAISSE_LISTEN", "127.0.0.1:0"),
        ];
        let all = own.iter().chain(QUICK).chain(variables);
        let all: Vec<_> = all
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        let config = config::load(None, &all).unwrap().config;
        let listener = TcpListener::bind(config.listen).await.unwrap();
        let address = listener.local_addr().unwrap();
        let public_url = PublicUrl::of(address);
        let installation = Installation::start(&config, &public_url).await.unwrap();
        let merchant = installation
            .app
            .create_merchant(new_merchant("a@example.com"))
            .await;
        let service =
            router(installation.state.clone()).into_make_service_with_connect_info::<SocketAddr>();
        let (stop, told) = oneshot::channel();
        let mut server = JoinSet::new();
        server.spawn(async move {
            let serving = axum::serve(listener, service);
            let told = async move {
                let _ = told.await;
            };
            serving.with_graceful_shutdown(told).await.unwrap();
        });
        let merchant = merchant.unwrap();
        Self {
            installation,
            address,
            merchant,
            folder,
            server,
            stop,
        }
    }

    /// Another merchant of the same installation.
    pub(crate) async fn another_merchant(&self) -> Registered {
        self.installation
            .app
            .create_merchant(new_merchant("b@example.com"))
            .await
            .unwrap()
    }

    pub(crate) fn app(&self) -> &std::sync::Arc<engine::App> {
        &self.installation.app
    }

    pub(crate) fn data_dir(&self) -> &Path {
        &self.folder.0
    }

    /// Sends a request with the merchant's secret key.
    pub(crate) async fn send(&self, request: Request) -> Answer {
        request
            .bearer(&self.merchant.secret.secret)
            .send(self.address)
            .await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::new("GET", path)).await
    }

    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(Request::new("POST", path).form(fields)).await
    }

    /// Charges 12,50 € to a card of this number, with more fields.
    pub(crate) async fn charge(&self, number: &str, more: &[(&str, &str)]) -> Answer {
        let mut fields = vec![
            ("amount", "1250"),
            ("currency", "eur"),
            ("confirm", "true"),
            ("payment_method_data[type]", "card"),
            ("payment_method_data[card][number]", number),
            ("payment_method_data[card][exp_month]", "12"),
            ("payment_method_data[card][exp_year]", "2034"),
            ("payment_method_data[card][cvc]", code_for(number)),
        ];
        fields.extend(more);
        self.post("/v1/payment_intents", &fields).await
    }

    /// A payment that was paid.
    pub(crate) async fn paid(&self) -> Value {
        let value = self.charge("4242424242424242", &[]).await.object();
        assert_eq!(value["status"], "succeeded", "{value}");
        value
    }

    /// Reads an object again and again until it is as wanted.
    pub(crate) async fn until(&self, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let look = async {
            loop {
                let value = self.get(path).await.object();
                if wanted(&value) {
                    return value;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let found = tokio::time::timeout(PATIENCE, look).await;
        found.unwrap_or_else(|_| panic!("{path} never became what was wanted"))
    }

    /// Ends the installation and looks at the books.
    pub(crate) async fn finish(self) {
        let app = self.installation.app.clone();
        let settled = async {
            loop {
                let report = app.verify_ledger().await.unwrap();
                assert!(report.findings.is_empty(), "{:?}", report.findings);
                let open = report.unknown_attempts.len() + report.unknown_refunds.len();
                if open == 0 && report.owed_advices == 0 {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, settled)
            .await
            .expect("something is left open");
        self.stop.send(()).unwrap();
        let mut server = self.server;
        let ended = tokio::time::timeout(PATIENCE, server.join_next()).await;
        ended.expect("the server does not stop").unwrap().unwrap();
        self.installation.stop(PATIENCE).await;
    }
}

/// The digits printed on a card of this number.
fn code_for(number: &str) -> &'static str {
    if number.starts_with('3') {
        "1234"
    } else {
        "123"
    }
}

fn new_merchant(email: &str) -> NewMerchant {
    NewMerchant {
        name: "Café du Port".into(),
        email: email.into(),
        country: "FR".into(),
        time_zone: "Europe/Paris".into(),
        locale: "fr-FR".into(),
        currencies: vec![
            Currency::EUR,
            Currency::parse("jpy").unwrap(),
            Currency::parse("tnd").unwrap(),
        ],
    }
}
