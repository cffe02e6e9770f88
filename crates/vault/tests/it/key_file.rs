//! The key file: made once, private, replaced whole, explained when it is wrong.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;

use vault::{Vault, VaultError};

use crate::scratch::Scratch;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o777
}

#[test]
fn a_new_key_file_belongs_to_its_owner_alone() {
    let scratch = Scratch::new();
    let path = scratch.path("vault.keys");
    Vault::generate(&path).unwrap();
    assert_eq!(mode(&path), 0o600);
    assert_eq!(scratch.names(), ["vault.keys"]);
}

#[test]
fn an_existing_key_file_is_never_overwritten() {
    let scratch = Scratch::new();
    let path = scratch.path("vault.keys");
    Vault::generate(&path).unwrap();
    let before = fs::read(&path).unwrap();
    assert!(matches!(Vault::generate(&path), Err(VaultError::Exists(at)) if at == path));
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_dangling_link_counts_as_existing() {
    let scratch = Scratch::new();
    let path = scratch.path("vault.keys");
    symlink(scratch.path("elsewhere"), &path).unwrap();
    assert!(matches!(Vault::generate(&path), Err(VaultError::Exists(_))));
    assert_eq!(scratch.names(), ["vault.keys"]);
}

#[test]
fn a_missing_file_and_a_missing_directory_are_told_apart() {
    let scratch = Scratch::new();
    let path = scratch.path("vault.keys");
    let missing = Vault::open(&path).unwrap_err();
    assert_eq!(
        missing.to_string(),
        format!("there is no key file at {}", path.display())
    );

    let nowhere = scratch.path("none").join("vault.keys");
    let error = Vault::generate(&nowhere).unwrap_err().to_string();
    assert!(
        error.starts_with(&format!("cannot create {}: ", nowhere.display())),
        "{error}"
    );
}

#[test]
fn a_file_that_others_may_read_is_refused_with_what_to_do() {
    let scratch = Scratch::new();
    let path = scratch.path("vault.keys");
    Vault::generate(&path).unwrap();
    for shared in [0o640, 0o604, 0o660, 0o666, 0o601] {
        fs::set_permissions(&path, Permissions::from_mode(shared)).unwrap();
        let error = Vault::open(&path).unwrap_err().to_string();
        assert!(error.contains(&format!("mode {shared:03o}")), "{error}");
        assert!(
            error.ends_with(&format!("run chmod 600 {}", path.display())),
            "{error}"
        );
    }
    for private in [0o600, 0o400] {
        fs::set_permissions(&path, Permissions::from_mode(private)).unwrap();
        assert!(Vault::open(&path).is_ok());
    }
}

#[test]
fn what_is_no_key_file_is_refused_with_its_line() {
    let scratch = Scratch::new();
    let path = scratch.path("vault.keys");
    Vault::generate(&path).unwrap();
    let text = fs::read_to_string(&path).unwrap();

    fs::write(&path, "").unwrap();
    let error = Vault::open(&path).unwrap_err().to_string();
    assert_eq!(
        error,
        format!(
            "{}, line 1: this is no key file of version 1",
            path.display()
        )
    );

    fs::write(&path, text.replace("end 2\n", "")).unwrap();
    let error = Vault::open(&path).unwrap_err().to_string();
    assert_eq!(
        error,
        format!(
            "{}, line 5: the end is missing: the file was cut",
            path.display()
        )
    );

    fs::write(&path, [0xff, 0xfe]).unwrap();
    assert!(matches!(
        Vault::open(&path),
        Err(VaultError::Io { doing: "read", .. })
    ));

    fs::write(&path, "#".repeat(65 * 1024)).unwrap();
    assert!(matches!(
        Vault::open(&path),
        Err(VaultError::Io { doing: "read", .. })
    ));
}

#[test]
fn a_directory_is_no_key_file() {
    let scratch = Scratch::new();
    let path = scratch.path("vault.keys");
    fs::create_dir(&path).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o700)).unwrap();
    assert!(matches!(
        Vault::open(&path),
        Err(VaultError::Io { doing: "read", .. })
    ));
}

#[test]
fn no_error_repeats_a_key() {
    let scratch = Scratch::new();
    let path = scratch.path("vault.keys");
    Vault::generate(&path).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let key = text
        .lines()
        .find_map(|line| line.strip_prefix("current "))
        .unwrap();
    let key = key.split(' ').nth(1).unwrap();
    for damaged in [
        text.replace("current ", "currant "),
        text.replace(key, &key[..62]),
        text.replace("end 2", &format!("former {key}\nend 2")),
    ] {
        fs::write(&path, damaged).unwrap();
        let error = Vault::open(&path).unwrap_err();
        let print = format!("{error} {error:?}");
        assert!(
            !key.as_bytes()
                .windows(8)
                .any(|part| { print.contains(std::str::from_utf8(part).unwrap()) })
        );
    }
}

#[test]
fn two_vaults_differ_in_every_id() {
    let scratch = Scratch::new();
    let one = Vault::generate(&scratch.path("one")).unwrap();
    let two = Vault::generate(&scratch.path("two")).unwrap();
    assert_ne!(one.identity(), two.identity());
    assert_ne!(one.key_id(), two.key_id());
    assert!(!one.knows(&two.key_id()));
}

#[test]
fn a_vault_is_the_same_after_a_restart() {
    let scratch = Scratch::new();
    let path = scratch.path("vault.keys");
    let before = Vault::generate(&path).unwrap();
    let after = Vault::open(&path).unwrap();
    assert_eq!(before.identity(), after.identity());
    assert_eq!(before.key_id(), after.key_id());
}

#[test]
fn no_id_and_no_print_shows_a_key() {
    let scratch = Scratch::new();
    let path = scratch.path("vault.keys");
    let vault = Vault::generate(&path).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let keys: Vec<&str> = text
        .lines()
        .filter_map(|line| line.split(' ').nth(2))
        .collect();
    let hex = |id: [u8; 16]| {
        id.iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    let shown = format!(
        "{vault:?} {} {}",
        hex(vault.identity()),
        hex(vault.key_id())
    );
    for key in keys.into_iter().filter(|word| word.len() == 64) {
        assert!(
            !key.as_bytes()
                .windows(8)
                .any(|part| { shown.contains(std::str::from_utf8(part).unwrap()) })
        );
    }
}

#[test]
fn rotating_adds_a_key_and_keeps_what_was() {
    let scratch = Scratch::new();
    let path = scratch.path("vault.keys");
    let old = Vault::generate(&path).unwrap();
    let new = Vault::rotate(&path).unwrap();
    assert_ne!(new.key_id(), old.key_id());
    assert_eq!(new.identity(), old.identity());
    assert_eq!(new.former_key_ids(), [old.key_id()]);
    assert!(new.knows(&old.key_id()));
    assert!(!old.knows(&new.key_id()));
    assert_eq!(mode(&path), 0o600);
    assert_eq!(scratch.names(), ["vault.keys"]);
}

#[test]
fn the_latest_former_key_comes_first() {
    let scratch = Scratch::new();
    let path = scratch.path("vault.keys");
    let first = Vault::generate(&path).unwrap().key_id();
    let second = Vault::rotate(&path).unwrap().key_id();
    assert_eq!(
        Vault::rotate(&path).unwrap().former_key_ids(),
        [second, first]
    );
}

#[test]
fn a_change_cut_short_is_explained_and_changes_nothing() {
    let scratch = Scratch::new();
    let path = scratch.path("vault.keys");
    let vault = Vault::generate(&path).unwrap();
    fs::write(scratch.path("vault.keys.new"), "half of it").unwrap();
    let error = Vault::rotate(&path).unwrap_err();
    assert!(matches!(&error, VaultError::UnderChange(at) if at.ends_with("vault.keys.new")));
    assert_eq!(Vault::open(&path).unwrap().key_id(), vault.key_id());
}

#[test]
fn a_rotation_that_fails_leaves_everything_as_it_was() {
    let scratch = Scratch::new();
    let path = scratch.path("vault.keys");
    assert!(matches!(Vault::rotate(&path), Err(VaultError::Missing(_))));
    assert_eq!(scratch.names(), Vec::<String>::new());

    fs::write(&path, "not a key file").unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    assert!(matches!(
        Vault::rotate(&path),
        Err(VaultError::Garbled { line: 1, .. })
    ));
    assert_eq!(fs::read_to_string(&path).unwrap(), "not a key file");
    assert_eq!(scratch.names(), ["vault.keys"]);
    assert!(scratch.directory().is_dir());
}

#[test]
fn only_former_keys_can_be_retired() {
    let scratch = Scratch::new();
    let path = scratch.path("vault.keys");
    let first = Vault::generate(&path).unwrap().key_id();
    let refused = Vault::retire(&path, &first);
    assert!(matches!(refused, Err(VaultError::NotFormer(id)) if id == first));
    let second = Vault::rotate(&path).unwrap().key_id();
    assert!(matches!(
        Vault::retire(&path, &[0; 16]),
        Err(VaultError::NotFormer(_))
    ));
    let vault = Vault::retire(&path, &first).unwrap();
    assert!(!vault.knows(&first));
    assert_eq!(vault.key_id(), second);
    assert_eq!(scratch.names(), ["vault.keys"]);
}
