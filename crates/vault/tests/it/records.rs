//! Sealed numbers, fingerprints and digests, over vaults that live on disk.

use std::sync::LazyLock;

use domain::{MerchantId, Mode, Owner, PaymentMethodId};
use proptest::prelude::*;
use vault::{Pan, Sealed, Vault, VaultError};

use crate::scratch::Scratch;

const TOKEN: PaymentMethodId = PaymentMethodId::from_bytes([1; 16]);
const OWNER: Owner = Owner {
    merchant: MerchantId::from_bytes([2; 16]),
    mode: Mode::Test,
};

fn fresh() -> Vault {
    Vault::generate(&Scratch::new().path("vault.keys")).unwrap()
}

fn visa() -> Pan {
    Pan::parse("4242424242424242").unwrap()
}

fn opened(vault: &Vault, sealed: &Sealed) -> Option<String> {
    vault
        .reveal(&OWNER, TOKEN, sealed)
        .ok()
        .map(|pan| pan.digits().to_owned())
}

#[test]
fn a_sealed_number_opens_for_its_owner_and_token() {
    let vault = fresh();
    for number in [
        "676770000005",
        "378282246310005",
        "4242424242424242",
        "6205500000000000004",
    ] {
        let sealed = vault
            .seal(&OWNER, TOKEN, &Pan::parse(number).unwrap())
            .unwrap();
        assert_eq!(opened(&vault, &sealed).as_deref(), Some(number));
    }
}

#[test]
fn every_record_has_the_same_small_size() {
    let vault = fresh();
    for number in ["676770000005", "6205500000000000004"] {
        let sealed = vault
            .seal(&OWNER, TOKEN, &Pan::parse(number).unwrap())
            .unwrap();
        let sizes = (
            sealed.key_id.len(),
            sealed.wrapped_key.len(),
            sealed.ciphertext.len(),
        );
        assert_eq!(sizes, (16, 60, 39));
    }
}

#[test]
fn it_opens_for_no_other_token_merchant_or_mode() {
    let vault = fresh();
    let sealed = vault.seal(&OWNER, TOKEN, &visa()).unwrap();
    let merchant = MerchantId::from_bytes([3; 16]);
    let live = Owner {
        mode: Mode::Live,
        ..OWNER
    };
    let token = PaymentMethodId::from_bytes([4; 16]);
    for (owner, token) in [
        (Owner { merchant, ..OWNER }, TOKEN),
        (live, TOKEN),
        (OWNER, token),
    ] {
        let refused = vault.reveal(&owner, token, &sealed);
        assert!(
            matches!(refused, Err(VaultError::Sealed)),
            "{owner:?} {token}"
        );
    }
}

#[test]
fn a_flipped_bit_anywhere_is_noticed() {
    let vault = fresh();
    let sealed = vault.seal(&OWNER, TOKEN, &visa()).unwrap();
    let flips =
        |length: usize| (0..length).flat_map(|byte| (0..8).map(move |bit| (byte, 1 << bit)));
    for (byte, bit) in flips(sealed.wrapped_key.len()) {
        let mut altered = sealed.clone();
        altered.wrapped_key[byte] ^= bit;
        assert_eq!(opened(&vault, &altered), None, "wrapped key, byte {byte}");
        assert!(vault.rewrap(&altered).is_err());
    }
    for (byte, bit) in flips(sealed.ciphertext.len()) {
        let mut altered = sealed.clone();
        altered.ciphertext[byte] ^= bit;
        assert_eq!(opened(&vault, &altered), None, "ciphertext, byte {byte}");
    }
    for (byte, bit) in flips(16) {
        let mut altered = sealed.clone();
        altered.key_id[byte] ^= bit;
        assert!(matches!(
            vault.reveal(&OWNER, TOKEN, &altered),
            Err(VaultError::UnknownKey(id)) if id == altered.key_id
        ));
    }
}

#[test]
fn a_record_that_was_cut_is_refused_without_a_panic() {
    let vault = fresh();
    let sealed = vault.seal(&OWNER, TOKEN, &visa()).unwrap();
    for length in 0..39 {
        let mut cut = sealed.clone();
        cut.ciphertext.truncate(length);
        assert_eq!(opened(&vault, &cut), None);
    }
    for length in 0..60 {
        let mut cut = sealed.clone();
        cut.wrapped_key.truncate(length);
        assert_eq!(opened(&vault, &cut), None);
    }
}

#[test]
fn the_parts_of_two_records_cannot_be_mixed() {
    let vault = fresh();
    let one = vault.seal(&OWNER, TOKEN, &visa()).unwrap();
    let two = vault.seal(&OWNER, TOKEN, &visa()).unwrap();
    let mixed = Sealed {
        wrapped_key: two.wrapped_key,
        ..one
    };
    assert_eq!(opened(&vault, &mixed), None);
}

#[test]
fn the_same_number_never_looks_the_same() {
    let vault = fresh();
    let one = vault.seal(&OWNER, TOKEN, &visa()).unwrap();
    let two = vault.seal(&OWNER, TOKEN, &visa()).unwrap();
    assert_ne!(one.ciphertext, two.ciphertext);
    assert_ne!(one.wrapped_key, two.wrapped_key);
}

#[test]
fn another_vault_opens_nothing() {
    let (mine, other) = (fresh(), fresh());
    let sealed = mine.seal(&OWNER, TOKEN, &visa()).unwrap();
    assert!(matches!(
        other.reveal(&OWNER, TOKEN, &sealed),
        Err(VaultError::UnknownKey(_))
    ));
    let relabelled = Sealed {
        key_id: other.key_id(),
        ..sealed
    };
    assert!(matches!(
        other.reveal(&OWNER, TOKEN, &relabelled),
        Err(VaultError::Sealed)
    ));
}

#[test]
fn a_record_outlives_restarts_and_rotations() {
    let scratch = Scratch::new();
    let path = scratch.path("vault.keys");
    let sealed = Vault::generate(&path)
        .unwrap()
        .seal(&OWNER, TOKEN, &visa())
        .unwrap();
    for _ in 0..3 {
        assert!(opened(&Vault::rotate(&path).unwrap(), &sealed).is_some());
        assert!(opened(&Vault::open(&path).unwrap(), &sealed).is_some());
    }
}

#[test]
fn rewrapping_changes_the_key_and_leaves_the_number_sealed() {
    let scratch = Scratch::new();
    let path = scratch.path("vault.keys");
    let old = Vault::generate(&path).unwrap();
    let sealed = old.seal(&OWNER, TOKEN, &visa()).unwrap();
    let new = Vault::rotate(&path).unwrap();
    let rewrapped = new.rewrap(&sealed).unwrap();
    assert_eq!(rewrapped.key_id, new.key_id());
    assert_eq!(rewrapped.ciphertext, sealed.ciphertext);
    assert_eq!(
        opened(&new, &rewrapped).as_deref(),
        Some("4242424242424242")
    );
}

#[test]
fn a_vault_opened_before_a_rotation_finds_the_new_key_in_the_file() {
    let scratch = Scratch::new();
    let path = scratch.path("vault.keys");
    let old = Vault::generate(&path).unwrap();
    let new = Vault::rotate(&path).unwrap();
    let sealed = new.seal(&OWNER, TOKEN, &visa()).unwrap();
    assert!(!old.knows(&new.key_id()));
    assert!(opened(&old, &sealed).is_some());
    assert_eq!(old.key_id(), new.key_id());
    let again = old.seal(&OWNER, TOKEN, &visa()).unwrap();
    assert!(opened(&new, &again).is_some());
}

#[test]
fn the_keys_of_another_vault_are_not_taken() {
    let scratch = Scratch::new();
    let path = scratch.path("vault.keys");
    let ours = Vault::generate(&path).unwrap();
    let before = ours.key_id();
    std::fs::remove_file(&path).unwrap();
    let theirs = Vault::generate(&path).unwrap();
    let sealed = theirs.seal(&OWNER, TOKEN, &visa()).unwrap();
    let refused = ours.reveal(&OWNER, TOKEN, &sealed);
    assert!(matches!(refused, Err(VaultError::UnknownKey(_))));
    assert_eq!(ours.key_id(), before);
    std::fs::remove_file(&path).unwrap();
    let refused = ours.reveal(&OWNER, TOKEN, &sealed);
    assert!(matches!(refused, Err(VaultError::UnknownKey(_))));
}

#[test]
fn rewrapping_does_not_look_at_the_number() {
    let scratch = Scratch::new();
    let path = scratch.path("vault.keys");
    let mut sealed = Vault::generate(&path)
        .unwrap()
        .seal(&OWNER, TOKEN, &visa())
        .unwrap();
    sealed.ciphertext = b"not even a ciphertext".to_vec();
    let rewrapped = Vault::rotate(&path).unwrap().rewrap(&sealed).unwrap();
    assert_eq!(rewrapped.ciphertext, sealed.ciphertext);
}

#[test]
fn a_retired_key_loses_only_what_was_not_rewrapped() {
    let scratch = Scratch::new();
    let path = scratch.path("vault.keys");
    let old = Vault::generate(&path).unwrap();
    let left_behind = old.seal(&OWNER, TOKEN, &visa()).unwrap();
    let carried = Vault::rotate(&path).unwrap().rewrap(&left_behind).unwrap();
    let vault = Vault::retire(&path, &old.key_id()).unwrap();
    assert!(opened(&vault, &carried).is_some());
    assert!(matches!(
        vault.reveal(&OWNER, TOKEN, &left_behind),
        Err(VaultError::UnknownKey(id)) if id == old.key_id()
    ));
    assert!(matches!(
        vault.rewrap(&left_behind),
        Err(VaultError::UnknownKey(_))
    ));
}

#[test]
fn a_fingerprint_is_sixteen_letters_and_digits() {
    let print = fresh().fingerprint(&OWNER, &visa());
    assert_eq!(print.len(), 16);
    assert!(print.bytes().all(|byte| byte.is_ascii_alphanumeric()));
}

#[test]
fn a_fingerprint_is_stable_across_restarts_and_rotations() {
    let scratch = Scratch::new();
    let path = scratch.path("vault.keys");
    let before = Vault::generate(&path).unwrap().fingerprint(&OWNER, &visa());
    assert_eq!(
        Vault::open(&path).unwrap().fingerprint(&OWNER, &visa()),
        before
    );
    assert_eq!(
        Vault::rotate(&path).unwrap().fingerprint(&OWNER, &visa()),
        before
    );
}

#[test]
fn a_fingerprint_compares_within_one_merchant_and_mode_only() {
    let vault = fresh();
    let print = vault.fingerprint(&OWNER, &visa());
    let merchant = MerchantId::from_bytes([3; 16]);
    let live = Owner {
        mode: Mode::Live,
        ..OWNER
    };
    assert_ne!(
        vault.fingerprint(&Owner { merchant, ..OWNER }, &visa()),
        print
    );
    assert_ne!(vault.fingerprint(&live, &visa()), print);
    assert_ne!(fresh().fingerprint(&OWNER, &visa()), print);
    let other = Pan::parse("5555555555554444").unwrap();
    assert_ne!(vault.fingerprint(&OWNER, &other), print);
    let spaced = Pan::parse("4242 4242 4242 4242").unwrap();
    assert_eq!(vault.fingerprint(&OWNER, &spaced), print);
}

#[test]
fn a_digest_depends_on_purpose_and_on_how_its_parts_are_divided() {
    let vault = fresh();
    let mac = vault.mac("idempotency", &[b"ab", b"c"]);
    assert_eq!(vault.mac("idempotency", &[b"ab", b"c"]), mac);
    for other in [
        vault.mac("idempotency", &[b"a", b"bc"]),
        vault.mac("idempotency", &[b"abc"]),
        vault.mac("idempotency", &[b"ab", b"c", b""]),
        vault.mac("idempotency ", &[b"ab", b"c"]),
        vault.mac("idempotency", &[]),
        fresh().mac("idempotency", &[b"ab", b"c"]),
    ] {
        assert_ne!(other, mac);
    }
}

#[test]
fn threads_share_one_vault() {
    let vault = fresh();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..200 {
                    let sealed = vault.seal(&OWNER, TOKEN, &visa()).unwrap();
                    assert!(opened(&vault, &sealed).is_some());
                }
            });
        }
    });
}

#[test]
fn a_record_shows_nothing_of_the_number() {
    let vault = fresh();
    let sealed = vault.seal(&OWNER, TOKEN, &visa()).unwrap();
    assert!(!format!("{sealed:?}").contains("4242424242424242"));
    let bytes = [sealed.wrapped_key, sealed.ciphertext].concat();
    for trace in [&b"42424242"[..], &[0x42; 8]] {
        assert!(!bytes.windows(8).any(|part| part == trace));
    }
}

static VAULT: LazyLock<Vault> = LazyLock::new(fresh);

proptest! {
    #[test]
    fn no_random_record_opens_and_none_panics(
        wrapped_key in prop::collection::vec(any::<u8>(), 0..80),
        ciphertext in prop::collection::vec(any::<u8>(), 0..60),
    ) {
        let key_id = VAULT.key_id();
        let sealed = Sealed { key_id, wrapped_key, ciphertext };
        prop_assert!(VAULT.reveal(&OWNER, TOKEN, &sealed).is_err());
        prop_assert!(VAULT.rewrap(&sealed).is_err());
    }
}
