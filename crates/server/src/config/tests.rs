//! Claims about the configuration as a whole.

use super::*;

fn pairs(list: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
    list.iter().map(|(n, v)| (n.into(), v.into())).collect()
}

/// A directory of its own, named by the system and gone with the test.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        let made = std::process::Command::new("mktemp")
            .arg("-d")
            .output()
            .unwrap();
        Self(PathBuf::from(
            String::from_utf8(made.stdout).unwrap().trim_end(),
        ))
    }

    fn file(&self, text: &str) -> PathBuf {
        let path = self.0.join(FILE_NAME);
        std::fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

fn load_text(text: &str) -> Result<Loaded, Mistakes> {
    let scratch = Scratch::new();
    load(Some(&scratch.file(text)), &[])
}

fn mistakes(text: &str) -> String {
    load_text(text).unwrap_err().to_string()
}

#[test]
fn nothing_set_is_a_configuration_that_works() {
    let loaded = load(None, &pairs(&[("ENCAISSE_DATA_DIR", "nowhere")])).unwrap();
    assert_eq!(loaded.warnings, Vec::<String>::new());
    assert_eq!(loaded.file, None);
    let config = loaded.config;
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.store.url.reveal(), "sqlite:nowhere/encaisse.db");
    assert_eq!(config.vault_key_file, Path::new("nowhere/vault.key"));
    assert!(config.live.is_none() && config.metrics_listen.is_none());
}

#[test]
fn every_key_of_the_default_file_is_read_and_no_other() {
    let mut reader = Reader::new(Layers::defaults());
    keys::read(&mut reader);
    let (mistakes, unread) = reader.finish();
    assert_eq!(
        mistakes,
        [],
        "a key is read that the default file does not have"
    );
    assert_eq!(
        unread,
        Vec::<String>::new(),
        "a key of the default file is not read"
    );
}

#[test]
fn all_mistakes_of_file_and_environment_are_reported_together() {
    let scratch = Scratch::new();
    let path = scratch.file("lisen = \"x\"\n[rail]\nconnections = 0\n[log]\nlevel = \"=\"\n");
    let variables = pairs(&[
        ("ENCAISSE_PUBLIC_URL", "pay.example.com"),
        ("ENCAISSE_X", "1"),
    ]);
    let text = load(Some(&path), &variables).unwrap_err().to_string();
    let file = path.display();
    for line in [
        "5 mistakes in the configuration".to_owned(),
        format!("{file}:1: there is no key `lisen`; did you mean `listen`?"),
        format!("{file}:3: `rail.connections` is 0, expected a whole number from 1 to 64"),
        format!("{file}:5: `log.level` is \"=\", expected a level"),
        "ENCAISSE_X: there is no key".to_owned(),
        "ENCAISSE_PUBLIC_URL: `public_url` is \"pay.example.com\", expected an origin".to_owned(),
    ] {
        assert!(text.contains(&line), "{line}\nis not in\n{text}");
    }
}

#[test]
fn a_variable_wins_over_the_file() {
    let scratch = Scratch::new();
    let path = scratch.file("listen = \"127.0.0.1:1\"\n");
    let variables = pairs(&[("ENCAISSE_LISTEN", "127.0.0.1:2")]);
    let loaded = load(Some(&path), &variables).unwrap();
    assert_eq!(loaded.config.listen.port(), 2);
    assert_eq!(loaded.file, Some(path));
}

#[test]
fn the_file_of_the_data_directory_is_found() {
    let scratch = Scratch::new();
    scratch.file("[rail]\nconnections = 5\n");
    let dir = scratch.0.to_str().unwrap();
    let loaded = load(None, &pairs(&[("ENCAISSE_DATA_DIR", dir)])).unwrap();
    assert_eq!(loaded.config.rail.connections, 5);
}

#[test]
fn a_file_found_by_the_data_directory_cannot_move_it() {
    let scratch = Scratch::new();
    scratch.file("data_dir = \"elsewhere\"\n");
    let dir = scratch.0.to_str().unwrap();
    let error = load(None, &pairs(&[("ENCAISSE_DATA_DIR", dir)])).unwrap_err();
    assert!(error.to_string().contains("`data_dir`"), "{error}");
}

#[test]
fn a_named_file_that_is_not_there_is_a_mistake() {
    let error = load(Some(Path::new("nowhere/at/all.toml")), &[]).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("nowhere/at/all.toml: cannot be read"),
        "{error}"
    );
}

#[test]
fn a_lease_shorter_than_the_rail_is_refused() {
    let text = mistakes("[workers]\nlease_ms = 15000\n");
    assert!(
        text.contains(
            ":2: `workers.lease_ms` is 15000, expected more than `rail.answer_timeout_ms`"
        ),
        "{text}"
    );
}

#[test]
fn an_age_shorter_than_the_lease_is_refused() {
    let text = mistakes("[workers]\nresolve_age_ms = 20000\n");
    assert!(text.contains("`workers.resolve_age_ms` is 20000"), "{text}");
}

#[test]
fn other_impossible_pairs_are_refused() {
    for (text, key) in [
        (
            "[workers]\nheartbeat_ms = 2000\n",
            "`workers.heartbeat_lease_ms`",
        ),
        (
            "[rail]\nadvice_retry_max_ms = 10\n",
            "`rail.advice_retry_max_ms`",
        ),
        (
            "[metrics]\nlisten = \"127.0.0.1:8080\"\n",
            "`metrics.listen`",
        ),
        (
            "[idempotency]\nkeep_hours = 23\n",
            "`idempotency.keep_hours`",
        ),
    ] {
        let said = mistakes(text);
        assert!(said.contains(key), "{said}");
    }
}

#[test]
fn questionable_pairs_are_warned_of() {
    for (text, words) in [
        ("drain_timeout_ms = 15000\n", "drain_timeout_ms"),
        ("[idempotency]\nwait_ms = 1000\n", "idempotency.wait_ms"),
        ("[sandbox]\nenabled = false\n", "no acquirer"),
        ("listen = \"0.0.0.0:8080\"\n", "public_url"),
    ] {
        let loaded = load_text(text).unwrap();
        assert_eq!(loaded.warnings.len(), 1, "{text}");
        assert!(loaded.warnings[0].contains(words), "{:?}", loaded.warnings);
    }
}

#[test]
fn a_live_acquirer_needs_the_authority_it_is_known_by() {
    let said = mistakes("[acquirer.live]\naddress = \"acquirer.example:5000\"\n");
    assert!(
        said.contains("`acquirer.live.tls_ca_file` is \"\", expected a PEM file"),
        "{said}"
    );
}

#[test]
fn a_live_acquirer_is_read_whole() {
    let scratch = Scratch::new();
    let ca = scratch.0.join("ca.pem");
    std::fs::write(&ca, "").unwrap();
    let text = format!(
        "public_url = \"https://pay.example.com\"\n[acquirer.live]\n\
         address = \"acquirer.example:5000\"\nframing = \"ascii4\"\ndialect = \"iso93_ascii\"\n\
         institution = \"12345678901\"\ntls_ca_file = {ca:?}\n"
    );
    let loaded = load(Some(&scratch.file(&text)), &[]).unwrap();
    assert_eq!(loaded.warnings, Vec::<String>::new());
    let live = loaded.config.live.unwrap();
    assert_eq!(
        (live.framing, live.dialect),
        (Framing::Ascii4, Dialect::Iso93Ascii)
    );
    assert_eq!(live.address.to_string(), "acquirer.example:5000");
    assert_eq!(live.institution.as_deref(), Some("12345678901"));
    assert_eq!(live.tls.unwrap().name, "acquirer.example");
}

#[test]
fn a_live_acquirer_in_clear_is_warned_of() {
    let text = "[acquirer.live]\naddress = \"10.0.0.1:5000\"\ntls = false\n";
    let loaded = load_text(text).unwrap();
    assert_eq!(loaded.warnings.len(), 2, "{:?}", loaded.warnings);
}

#[test]
fn a_configuration_does_not_print_the_database_address() {
    let url = "sqlite:/var/lib/hunter2.db";
    let loaded = load(
        None,
        &pairs(&[("ENCAISSE_DATA_DIR", "x"), ("ENCAISSE_STORE__URL", url)]),
    );
    let text = format!("{:?}", loaded.unwrap().config);
    assert!(!text.contains("hunter2"), "{text}");
}
