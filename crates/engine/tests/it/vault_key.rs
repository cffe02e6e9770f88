//! Whether a process has the card key that its database was written with.

use domain::PaymentMethodId;
use engine::cards::MethodChoice;
use engine::payments::Create;
use engine::vault_key::{WrongKey, adopt};
use store::vault_keys::{VaultKey, current};
use store::{Location, Settings, Store};
use vault::Vault;

use crate::installation::{START, TestEngine};
use crate::records::{MASTERCARD, VISA, card, paying, plain, said, standing};
use crate::scratch::Scratch;

/// A database without records, and the folder it is in.
fn empty() -> (Scratch, Store) {
    let folder = Scratch::new();
    let location = Location::File(folder.path().join("encaisse.db"));
    let store = Store::open(&location, &Settings::default()).unwrap();
    (folder, store)
}

async fn noted(store: &Store) -> Option<VaultKey> {
    store.read(current).await.unwrap()
}

fn wrong(result: Result<(), engine::Error>) -> WrongKey {
    let Err(engine::Error::Internal(error)) = result else {
        panic!("{result:?}");
    };
    *error.downcast_ref().unwrap()
}

#[tokio::test]
async fn the_first_key_is_noted_and_recognised() {
    let (folder, store) = empty();
    let vault = Vault::generate(&folder.path().join("vault.keys")).unwrap();
    assert_eq!(noted(&store).await, None);
    for _ in 0..2 {
        adopt(&store, &vault, START).await.unwrap();
        let expected = VaultKey {
            id: vault.key_id(),
            identity: vault.identity(),
        };
        assert_eq!(noted(&store).await, Some(expected));
    }
}

#[tokio::test]
async fn the_key_of_another_installation_is_refused() {
    let (folder, store) = empty();
    let vault = Vault::generate(&folder.path().join("vault.keys")).unwrap();
    adopt(&store, &vault, START).await.unwrap();
    let before = noted(&store).await;
    let other = Vault::generate(&folder.path().join("other.keys")).unwrap();
    let refused = wrong(adopt(&store, &other, START).await);
    assert_eq!(refused, WrongKey::OfAnotherInstallation);
    assert!(
        refused
            .to_string()
            .contains("not the one this database was written with")
    );
    assert_eq!(noted(&store).await, before);
}

#[tokio::test]
async fn a_rotated_key_is_adopted_and_the_old_file_refused_from_then_on() {
    let (folder, store) = empty();
    let path = folder.path().join("vault.keys");
    let old = Vault::generate(&path).unwrap();
    adopt(&store, &old, START).await.unwrap();
    let rotated = Vault::rotate(&path).unwrap();
    adopt(&store, &rotated, START.plus_millis(1)).await.unwrap();
    assert_eq!(
        noted(&store).await.map(|key| key.id),
        Some(rotated.key_id())
    );
    let refused = wrong(adopt(&store, &old, START).await);
    assert_eq!(refused, WrongKey::Outdated);
    assert!(refused.to_string().contains("older than this database"));
    assert_eq!(
        noted(&store).await.map(|key| key.id),
        Some(rotated.key_id())
    );
}

#[tokio::test]
async fn two_processes_that_start_at_once_note_the_same_key() {
    let (folder, store) = empty();
    let vault = Vault::generate(&folder.path().join("vault.keys")).unwrap();
    let (one, other) = tokio::join!(adopt(&store, &vault, START), adopt(&store, &vault, START),);
    one.unwrap();
    other.unwrap();
    assert_eq!(noted(&store).await.map(|key| key.id), Some(vault.key_id()));
}

#[tokio::test]
async fn cards_are_wrapped_anew_and_stay_of_use() {
    let mut engine = TestEngine::start().await;
    let mut kept = Vec::new();
    for number in [VISA, MASTERCARD, VISA] {
        let reply = engine.app.create_method(&plain(), card(number)).await;
        let id = said(&reply.unwrap(), "method").to_owned();
        kept.push(PaymentMethodId::parse(&id).unwrap());
    }
    assert_eq!(engine.app.rewrap_cards().await.unwrap(), 0);
    let former = engine.app.vault.key_id();
    Vault::rotate(&engine.key_file()).unwrap();
    engine.restart().await;
    assert!(pays(&engine, kept[0]).await, "by the former key");
    assert_eq!(engine.app.rewrap_cards().await.unwrap(), 3);
    assert_eq!(engine.app.rewrap_cards().await.unwrap(), 0);
    Vault::retire(&engine.key_file(), &former).unwrap();
    engine.restart().await;
    for id in kept {
        assert!(pays(&engine, id).await, "without the former key");
    }
    engine.finish().await;
}

async fn pays(engine: &TestEngine, id: PaymentMethodId) -> bool {
    let create = Create {
        method: MethodChoice::Kept(id),
        ..paying(VISA)
    };
    standing(&engine.create(create).await) == (200, "succeeded")
}
