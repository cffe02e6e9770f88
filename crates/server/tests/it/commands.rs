//! The binary as an operator runs it.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

use crate::client::Request;
use crate::encaisse::Scratch;

/// The binary with this data directory and nothing else in its environment.
fn encaisse(data_dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_encaisse"));
    command
        .env_clear()
        .env("ENCAISSE_DATA_DIR", data_dir)
        .env("ENCAISSE_LISTEN", "127.0.0.1:0");
    command
}

fn run(data_dir: &Path, arguments: &[&str]) -> Output {
    encaisse(data_dir).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

const MERCHANT: &[&str] = &[
    "admin",
    "merchant",
    "create",
    "--name",
    "Café",
    "--email",
    "zoe@example.com",
    "--json",
];

/// A running service, ended by the test or at the latest with it.
struct Service {
    child: Child,
    address: SocketAddr,
}

impl Service {
    fn start(data_dir: &Path) -> Self {
        let child = encaisse(data_dir)
            .arg("serve")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut service = Self {
            child,
            address: nowhere,
        };
        let mut log = BufReader::new(service.child.stderr.take().unwrap());
        let mut seen = String::new();
        while service.address == nowhere {
            let before = seen.len();
            assert_ne!(log.read_line(&mut seen).unwrap(), 0, "it ended: {seen}");
            if let Some((_, rest)) = seen[before..].split_once("Ready on http://") {
                service.address = rest.trim_end().parse().unwrap();
            }
        }
        // What is logged later must not fill the pipe.
        std::thread::spawn(move || log.read_to_string(&mut String::new()));
        service
    }

    /// Asks the service to stop, as a service manager does.
    fn stop(mut self) -> std::process::ExitStatus {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &pid])
                .status()
                .unwrap()
                .success()
        );
        self.child.wait().unwrap()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_right_configuration_is_told_and_nothing_is_changed() {
    let folder = Scratch::new();
    let data_dir = folder.path().join("data");
    let done = run(&data_dir, &["check"]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    assert!(text(&done.stdout).contains("The environment is right"));
    assert!(!data_dir.exists());
}

#[test]
fn a_wrong_configuration_is_told_whole() {
    let folder = Scratch::new();
    std::fs::write(
        folder.path().join("encaisse.toml"),
        "lisen = 1\n[rail]\nconnections = 0\n",
    )
    .unwrap();
    let done = encaisse(folder.path())
        .arg("check")
        .env("ENCAISSE_LOG__LEVEL", "=")
        .output()
        .unwrap();
    assert_eq!(done.status.code(), Some(1));
    let said = text(&done.stderr);
    for words in [
        "3 mistakes",
        "did you mean `listen`",
        "`rail.connections` is 0",
        "ENCAISSE_LOG__LEVEL",
    ] {
        assert!(said.contains(words), "{words} is not in {said}");
    }
    assert_eq!(run(folder.path(), &["serve"]).status.code(), Some(1));
}

#[test]
fn a_merchant_is_made_with_secrets_that_are_shown_once() {
    let folder = Scratch::new();
    let done = run(folder.path(), MERCHANT);
    assert!(done.status.success(), "{}", text(&done.stderr));
    let made: Value = serde_json::from_slice(&done.stdout).unwrap();
    let mut names: Vec<_> = made
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "email",
            "merchant",
            "password",
            "publishable_key",
            "secret_key"
        ]
    );
    assert!(made["secret_key"].as_str().unwrap().starts_with("sk_test_"));
    assert!(
        made["publishable_key"]
            .as_str()
            .unwrap()
            .starts_with("pk_test_")
    );
    let again = run(folder.path(), MERCHANT);
    assert_eq!(again.status.code(), Some(1));
    assert!(text(&again.stderr).contains("zoe@example.com"));
    let bytes = std::fs::read(folder.path().join("encaisse.db")).unwrap();
    for secret in ["password", "secret_key"] {
        let secret = made[secret].as_str().unwrap().as_bytes();
        assert!(!bytes.windows(secret.len()).any(|window| window == secret));
    }
}

#[tokio::test]
async fn commands_work_beside_a_running_server() {
    let folder = Scratch::new();
    let service = Service::start(folder.path());
    let made: Value = serde_json::from_slice(&run(folder.path(), MERCHANT).stdout).unwrap();
    let fields = [
        ("amount", "1250"),
        ("currency", "eur"),
        ("confirm", "true"),
        ("payment_method", "pm_card_visa"),
    ];
    let pay = |key: &str| {
        Request::new("POST", "/v1/payment_intents")
            .form(&fields)
            .bearer(key)
    };
    let paid = pay(made["secret_key"].as_str().unwrap())
        .send(service.address)
        .await
        .object();
    assert_eq!(paid["status"], "succeeded");
    let merchant = made["merchant"].as_str().unwrap();
    let arguments = ["admin", "key", "create", "--merchant", merchant, "--json"];
    let key: Value = serde_json::from_slice(&run(folder.path(), &arguments).stdout).unwrap();
    let paid = pay(key["key"].as_str().unwrap())
        .send(service.address)
        .await
        .object();
    assert_eq!(paid["status"], "succeeded");
    let books = run(folder.path(), &["ledger", "verify", "--settled"]);
    assert!(
        books.status.success(),
        "{}{}",
        text(&books.stdout),
        text(&books.stderr)
    );
    assert!(service.stop().success());
    assert!(
        run(folder.path(), &["ledger", "verify", "--settled"])
            .status
            .success()
    );
}

#[tokio::test]
async fn a_key_is_made_replaced_and_ended_beside_a_running_server() {
    let folder = Scratch::new();
    let made: Value = serde_json::from_slice(&run(folder.path(), MERCHANT).stdout).unwrap();
    let service = Service::start(folder.path());
    let merchant = made["merchant"].as_str().unwrap();
    let told = |arguments: &[&str]| -> Value {
        let output = run(folder.path(), arguments);
        assert!(output.status.success(), "{}", text(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let opens = async |key: &Value| {
        let request = Request::new("GET", "/v1/refunds").bearer(key.as_str().unwrap());
        request.send(service.address).await.status
    };
    let create = ["admin", "key", "create", "--merchant", merchant, "--json"];
    let limits = [
        "--kind",
        "restricted",
        "--allow",
        "refunds:read",
        "--name",
        "till",
    ];
    let old = told(&[&create[..], &limits].concat());
    assert_eq!(opens(&old["key"]).await, 200);
    let id = old["id"].as_str().unwrap();
    let new = told(&["admin", "key", "roll", id, "--json"]);
    assert_eq!(
        (opens(&old["key"]).await, opens(&new["key"]).await),
        (200, 200)
    );
    let revoked = run(folder.path(), &["admin", "key", "revoke", id]);
    assert!(revoked.status.success());
    // Another process believes a key for half a second.
    let dead = async { while opens(&old["key"]).await != 401 {} };
    let dead = tokio::time::timeout(std::time::Duration::from_secs(1), dead).await;
    dead.expect("dead on every node within a second");
    assert_eq!(opens(&new["key"]).await, 200);
    let listed = run(
        folder.path(),
        &["admin", "key", "list", "--merchant", merchant],
    );
    let listed = text(&listed.stdout);
    assert!(
        listed.contains("restricted revoked till refunds:read"),
        "{listed}"
    );
    assert!(
        listed.contains("restricted active till refunds:read"),
        "{listed}"
    );
    assert!(!listed.contains("rk_test_"), "{listed}");
    assert!(service.stop().success());
}

#[test]
fn a_platform_is_connected_and_disconnected() {
    let folder = Scratch::new();
    let merchant = |email| {
        let named = [
            "admin", "merchant", "create", "--name", "Café", "--json", "--email", email,
        ];
        let made: Value = serde_json::from_slice(&run(folder.path(), &named).stdout).unwrap();
        made["merchant"].as_str().unwrap().to_owned()
    };
    let (shop, platform) = (merchant("a@example.com"), merchant("b@example.com"));
    let connect = [
        "admin",
        "merchant",
        "connect",
        "--merchant",
        &shop,
        "--platform",
    ];
    let nobody = "acct_0000000000000000000000";
    for (arguments, succeeds, says) in [
        ([&connect[..], &[&platform]].concat(), true, "acts for"),
        ([&connect[..], &[&shop]].concat(), false, "already"),
        (
            [&connect[..], &[nobody]].concat(),
            false,
            "no such merchant",
        ),
        ([&connect[..], &["x"]].concat(), false, "x is no merchant"),
        (
            vec!["admin", "merchant", "disconnect", "--merchant", &shop],
            true,
            "Nobody",
        ),
    ] {
        let output = run(folder.path(), &arguments);
        assert_eq!(output.status.success(), succeeds, "{arguments:?}");
        let said = text(&output.stdout) + &text(&output.stderr);
        assert!(said.contains(says), "{arguments:?}: {said}");
    }
}

#[test]
fn a_wrong_key_command_says_what_to_do() {
    let folder = Scratch::new();
    let made: Value = serde_json::from_slice(&run(folder.path(), MERCHANT).stdout).unwrap();
    let merchant = made["merchant"].as_str().unwrap();
    let create = ["admin", "key", "create", "--merchant", merchant];
    let kind = ["--kind", "restricted"];
    for (arguments, says) in [
        ([&create[..], &kind].concat(), "at least one right"),
        (
            [&create[..], &kind, &["--allow", "money:write"]].concat(),
            "payment_intents",
        ),
        (
            [&create[..], &["--allow", "events:read"]].concat(),
            "--kind restricted",
        ),
        (["admin", "key", "roll", "key_1"].to_vec(), "key_"),
        (
            ["admin", "key", "revoke", "key_0000000000000000000000"].to_vec(),
            "there is no key",
        ),
    ] {
        let output = run(folder.path(), &arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(
            text(&output.stderr).contains(says),
            "{arguments:?}: {}",
            text(&output.stderr)
        );
    }
}

#[tokio::test]
async fn starting_again_keeps_what_was_there() {
    let folder = Scratch::new();
    let made: Value = serde_json::from_slice(&run(folder.path(), MERCHANT).stdout).unwrap();
    let key = made["secret_key"].as_str().unwrap();
    let first = Service::start(folder.path());
    let fields = [("amount", "1250"), ("currency", "eur")];
    let request = Request::new("POST", "/v1/payment_intents")
        .form(&fields)
        .bearer(key);
    let opened = request.send(first.address).await.object();
    assert!(first.stop().success());
    let second = Service::start(folder.path());
    let path = format!("/v1/payment_intents/{}", opened["id"].as_str().unwrap());
    let found = Request::new("GET", &path)
        .bearer(key)
        .send(second.address)
        .await
        .object();
    assert_eq!(found["amount"], 1250);
    assert!(second.stop().success());
}

#[tokio::test]
async fn a_waiting_phone_does_not_hold_the_stop() {
    let folder = Scratch::new();
    let made: Value = serde_json::from_slice(&run(folder.path(), MERCHANT).stdout).unwrap();
    let key = made["secret_key"].as_str().unwrap();
    let service = Service::start(folder.path());
    let fields = [("amount", "1250"), ("currency", "eur")];
    let request = Request::new("POST", "/v1/payment_intents")
        .form(&fields)
        .bearer(key);
    let opened = request.send(service.address).await.object();
    let path = format!(
        "/terminal/live?payment_intent={}",
        opened["id"].as_str().unwrap()
    );
    let mut stream = Request::new("GET", &path)
        .bearer(key)
        .open(service.address)
        .await;
    let mut first = [0; 12];
    tokio::io::AsyncReadExt::read_exact(&mut stream, &mut first)
        .await
        .unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    let stopped = tokio::task::spawn_blocking(move || service.stop());
    let stopped = tokio::time::timeout(std::time::Duration::from_secs(15), stopped).await;
    assert!(
        stopped
            .expect("the stream holds the stop")
            .unwrap()
            .success()
    );
}

#[test]
fn another_card_key_than_the_databases_is_refused() {
    let folder = Scratch::new();
    assert!(run(folder.path(), MERCHANT).status.success());
    let key = folder.path().join("vault.key");
    let kept = std::fs::read(&key).unwrap();
    std::fs::remove_file(&key).unwrap();
    let missing = run(folder.path(), &["serve"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(!key.exists(), "a key was made although there is a database");
    let other = Scratch::new();
    assert!(run(other.path(), MERCHANT).status.success());
    std::fs::copy(other.path().join("vault.key"), &key).unwrap();
    assert_eq!(run(folder.path(), &["serve"]).status.code(), Some(1));
    std::fs::write(&key, kept).unwrap();
    assert!(run(folder.path(), &["ledger", "verify"]).status.success());
}

#[test]
fn the_card_key_and_the_data_directory_are_closed_to_others() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Scratch::new();
    let data_dir = folder.path().join("data");
    assert!(run(&data_dir, MERCHANT).status.success());
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&data_dir.join("vault.key")), 0o600);
    assert_eq!(mode(&data_dir), 0o700);
}
