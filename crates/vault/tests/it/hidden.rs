//! Secrets that are no cards: they open for whom they were sealed, and for nobody else.

use vault::{Hidden, Vault, VaultError};

use crate::scratch::Scratch;

const OWNER: &[&[u8]] = &[b"merchant", b"endpoint"];

fn secret() -> Hidden {
    Hidden::new(*b"an endpoint's signing secret")
}

#[test]
fn a_secret_opens_for_whom_it_was_sealed() {
    let folder = Scratch::new();
    let vault = Vault::generate(&folder.path("vault.key")).unwrap();
    let sealed = vault.hide("webhook secret", OWNER, &secret()).unwrap();
    assert_eq!(
        vault.unhide("webhook secret", OWNER, &sealed).unwrap(),
        secret()
    );
    let text = String::from_utf8_lossy(&sealed).into_owned();
    assert!(!text.contains("signing"), "{text}");
}

#[test]
fn it_opens_for_no_other_purpose_and_owner() {
    let folder = Scratch::new();
    let vault = Vault::generate(&folder.path("vault.key")).unwrap();
    let sealed = vault.hide("webhook secret", OWNER, &secret()).unwrap();
    let divided: &[&[u8]] = &[b"merchante", b"ndpoint"];
    for (purpose, owner) in [
        ("stored answer", OWNER),
        ("webhook secret", divided),
        ("webhook secret", &[]),
    ] {
        let opened = vault.unhide(purpose, owner, &sealed);
        assert!(matches!(opened, Err(VaultError::Sealed)), "{opened:?}");
    }
}

#[test]
fn every_altered_bit_and_every_truncation_is_found() {
    let folder = Scratch::new();
    let vault = Vault::generate(&folder.path("vault.key")).unwrap();
    let sealed = vault.hide("webhook secret", OWNER, &secret()).unwrap();
    for place in 0..sealed.len() {
        let mut altered = sealed.clone();
        altered[place] ^= 1;
        assert!(vault.unhide("webhook secret", OWNER, &altered).is_err());
        let short = &sealed[..place];
        assert!(vault.unhide("webhook secret", OWNER, short).is_err());
    }
}

#[test]
fn it_outlasts_the_rotation_and_the_retirement_of_card_keys() {
    let folder = Scratch::new();
    let path = folder.path("vault.key");
    let vault = Vault::generate(&path).unwrap();
    let sealed = vault.hide("webhook secret", OWNER, &secret()).unwrap();
    let former = vault.key_id();
    Vault::rotate(&path).unwrap();
    let later = Vault::retire(&path, &former).unwrap();
    assert_eq!(
        later.unhide("webhook secret", OWNER, &sealed).unwrap(),
        secret()
    );
}

#[test]
fn it_does_not_print() {
    assert_eq!(format!("{:?}", secret()), "Hidden(…)");
}
