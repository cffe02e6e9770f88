//! Owns the demo merchant: made once, and kept beside the data in a file that only its owner can
//! read, because the server shows a password and a secret key only once. It deliberately has no
//! way to reset them: a demonstration is begun again in an empty folder.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::process::read;

/// What the product printed about the demo merchant.
#[derive(Debug, PartialEq)]
pub(super) struct Account {
    pub(super) email: String,
    pub(super) password: String,
    pub(super) secret_key: String,
    pub(super) publishable_key: String,
}

/// The demo merchant of the data in `data`, made with `encaisse` when there is none yet.
pub(super) fn of(data: &Path, mut encaisse: Command) -> Result<Account> {
    let kept = data.join("demo.json");
    if let Ok(text) = fs::read_to_string(&kept) {
        return parse(&text).with_context(|| format!("{} is damaged", kept.display()));
    }
    DirBuilder::new().recursive(true).mode(0o700).create(data)?;
    encaisse.args(["admin", "merchant", "create", "--json"]);
    encaisse.args(["--name", "Café Démo", "--email", "demo@encaisse.test"]);
    let text = read(&mut encaisse).with_context(|| {
        format!("no demo merchant; if one was made before, start in a folder other than {data:?}")
    })?;
    let account = parse(&text)?;
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&kept)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    Ok(account)
}

fn parse(text: &str) -> Result<Account> {
    let object: serde_json::Value = serde_json::from_str(text)?;
    let field = |name: &str| {
        let value = object.get(name).and_then(|value| value.as_str());
        value
            .map(str::to_owned)
            .with_context(|| format!("`{name}` is missing"))
    };
    Ok(Account {
        email: field("email")?,
        password: field("password")?,
        secret_key: field("secret_key")?,
        publishable_key: field("publishable_key")?,
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::process::command;
    use crate::scratch::Scratch;

    const PRINTED: &str = r#"{"merchant":"acct_1","email":"demo@encaisse.test",
        "password":"p","secret_key":"sk_test_1","publishable_key":"pk_test_1"}"#;

    fn printing(text: &str) -> Command {
        let mut stand_in = command("sh");
        stand_in.args(["-c", r#"printf '%s' "$0""#, text]);
        stand_in
    }

    #[test]
    fn the_merchant_is_made_once_and_kept_for_its_owner_alone() {
        let scratch = Scratch::new();
        let data = scratch.path().join("deep/demo");
        let made = of(&data, printing(PRINTED)).unwrap();
        assert_eq!(made.secret_key, "sk_test_1");
        let kept = fs::metadata(data.join("demo.json")).unwrap();
        assert_eq!(kept.permissions().mode() & 0o777, 0o600);
        assert_eq!(of(&data, command("false")).unwrap(), made);
    }

    #[test]
    fn a_refusal_of_the_product_leaves_no_file() {
        let scratch = Scratch::new();
        assert!(of(scratch.path(), command("false")).is_err());
        assert!(of(scratch.path(), printing(r#"{"email":"x"}"#)).is_err());
        assert!(!scratch.path().join("demo.json").exists());
    }

    #[test]
    fn a_damaged_file_is_said_and_not_replaced() {
        let scratch = Scratch::new();
        fs::write(scratch.path().join("demo.json"), "{").unwrap();
        let error = of(scratch.path(), printing(PRINTED)).unwrap_err();
        assert!(error.to_string().contains("damaged"), "{error}");
    }
}
