//! Strangers' clients of the API: the official Stripe packages, pointed at our server and nothing
//! else changed. What they do is in `tests/sdk`.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::binary::text;
use crate::encaisse::Encaisse;

#[expect(
    clippy::disallowed_methods,
    reason = "the test command says so where packages are"
)]
fn borrowed(variable: &str) -> Option<OsString> {
    let found = std::env::var(variable).ok();
    if found.is_none() {
        let says = format!(
            "NOT RUN HERE: an official Stripe package needs {variable}, which `cargo xtask test` \
             sets. Nothing is proven by this test here.\n"
        );
        // Written past the test harness, which would swallow what a passing test prints.
        std::io::stderr().write_all(says.as_bytes()).unwrap();
    }
    found.map(OsString::from)
}

fn script(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.join("tests/sdk").join(name)
}

/// A script for Python, where the official package is.
pub(crate) fn python(name: &str) -> Option<Command> {
    let mut program = Command::new(borrowed("ENCAISSE_TEST_PYTHON")?);
    program.arg("-B").arg(script(name));
    Some(program)
}

/// Runs a program against a house of its own.
async fn drive(mut program: Command) {
    // The receiver of its webhooks is on this machine.
    let here = [("ENCAISSE_WEBHOOKS__ALLOW_PRIVATE", "127.0.0.1/32")];
    let house = Encaisse::start_with(&here).await;
    program
        .arg(format!("http://{}", house.address))
        .arg(&house.merchant.secret.secret);
    run(program).await;
    house.finish().await;
}

/// Runs a program to its end; its last line says how many claims hold.
pub(crate) async fn run(mut program: Command) {
    let done = tokio::task::spawn_blocking(move || program.output().unwrap());
    let done = done.await.unwrap();
    let said = text(&done.stdout);
    assert!(done.status.success(), "{said}{}", text(&done.stderr));
    let last = said.lines().last().unwrap_or_default();
    assert!(last.ends_with(" claims hold"), "{said}");
}

#[tokio::test]
async fn the_official_package_for_python_lives_the_whole_life() {
    if let Some(program) = python("stripe_python.py") {
        drive(program).await;
    }
}

#[tokio::test]
async fn the_official_package_for_node_lives_the_whole_life() {
    let Some(modules) = borrowed("ENCAISSE_TEST_NODE_MODULES") else {
        return;
    };
    // Node.js looks for packages beside the script only.
    let script = script("stripe_node.mjs");
    let beside = script.with_file_name("node_modules");
    let there = Path::new(&modules).canonicalize().unwrap();
    assert_eq!(beside.canonicalize().unwrap(), there);
    let mut program = Command::new("node");
    program.arg(script);
    drive(program).await;
}
