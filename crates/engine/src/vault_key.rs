//! Whether this process has the card key that the database was written with.
//!
//! A process with another key file would seal cards that nobody else can read, so it must not
//! start.

use domain::Timestamp;
use store::Store;
use store::vault_keys::{self, VaultKey};
use vault::{Sealed, Vault};

use crate::cards::to_vault;
use crate::{App, Error};

/// How many cards are re-wrapped in one write.
const BATCH: i64 = 200;

/// Why a process must not start with this key file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrongKey {
    /// The file was made for another installation.
    #[error(
        "the card key file is not the one this database was written with; put the right file in \
         its place (a backup of the database never contains it)"
    )]
    OfAnotherInstallation,
    /// The file lacks the key that new cards are wrapped by.
    #[error(
        "the card key file is older than this database: it lacks the current key; copy the file \
         from a node that has it"
    )]
    Outdated,
}

/// Checks the key file against the database, and notes a new or rotated key there.
///
/// # Errors
/// [`WrongKey`] inside [`Error::Internal`]; the database is left as it was.
pub async fn adopt(store: &Store, vault: &Vault, now: Timestamp) -> Result<(), Error> {
    let noted = store.read(vault_keys::current).await?;
    let ours = VaultKey {
        id: vault.key_id(),
        identity: vault.identity(),
    };
    match noted {
        Some(noted) if noted == ours => return Ok(()),
        Some(noted) if noted.identity != ours.identity => {
            return Err(Error::Internal(WrongKey::OfAnotherInstallation.into()));
        }
        Some(noted) if !vault.knows(&noted.id) => {
            return Err(Error::Internal(WrongKey::Outdated.into()));
        }
        Some(_) | None => {}
    }
    let note = move |tx: &store::Tx<'_>| vault_keys::replace_current(tx, noted, ours, now);
    match store.write("vault_key_adopt", note).await {
        // Another process was faster: it must have noted the same key.
        Err(store::Error::Conflict | store::Error::Exists(_)) => {
            let other = store.read(vault_keys::current).await?;
            let is_same = other == Some(ours);
            if is_same {
                Ok(())
            } else {
                Err(Error::Internal(WrongKey::Outdated.into()))
            }
        }
        other => Ok(other?),
    }
}

impl App {
    /// Wraps every card that another key wrapped under the current one, without reading its number.
    /// Says how many.
    ///
    /// # Errors
    /// [`Error::Internal`] when a card cannot be re-wrapped; those before it stay re-wrapped.
    pub async fn rewrap_cards(&self) -> Result<usize, Error> {
        let current = self.vault.key_id();
        let mut after = domain::PaymentMethodId::from_bytes([0; 16]);
        let mut count = 0_usize;
        loop {
            let list = move |tx: &store::Tx<'_>| {
                store::payment_methods::list_under_other_key(tx, current, after, BATCH)
            };
            let cards = self.store.read(list).await?;
            let Some((last, _)) = cards.last() else {
                return Ok(count);
            };
            after = *last;
            let mut rewrapped = Vec::with_capacity(cards.len());
            for (id, card) in cards {
                let old_key = card.key_id;
                let sealed: Sealed = self.vault.rewrap(&to_vault(card))?;
                rewrapped.push((id, old_key, crate::cards::to_store(sealed)));
            }
            count = count.saturating_add(rewrapped.len());
            let write = move |tx: &store::Tx<'_>| {
                rewrapped.iter().try_for_each(|(id, old_key, card)| {
                    store::payment_methods::rewrap(tx, *id, *old_key, card)
                })
            };
            self.store.write("cards_rewrap", write).await?;
        }
    }
}
