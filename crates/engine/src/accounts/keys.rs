//! The keys of the API.

use std::collections::HashMap;
use std::sync::Mutex;

use domain::ids::to_base62;
use domain::{ApiKeyId, Mode, Owner, Rights, Timestamp};
use store::api_keys::{self, ApiKey, KeyKind};
use store::audit::{self, AuditAction};

use crate::{Actor, App, Caller, Error, Thing};

/// How long a key is believed without asking the database: half of the second within which a
/// revoked one is dead on every node.
const BELIEVED_MS: i64 = 500;

/// One line of the audit trail a minute says that a key is in use.
const NOTED_MS: i64 = 60_000;

/// The most keys remembered; beyond it all are asked for again.
const REMEMBERED_MAX: usize = 10_000;

/// What a new key shall be.
#[derive(Clone, Debug)]
pub struct KeyWish {
    /// How much it may do.
    pub kind: KeyKind,
    /// What a restricted one may do; empty for the others.
    pub rights: Rights,
    /// What the merchant calls it.
    pub name: Option<String>,
    /// From when on it opens nothing.
    pub expires_at: Option<Timestamp>,
}

impl KeyWish {
    /// A key without rights of its own and without a name, that never expires.
    pub fn of(kind: KeyKind) -> Self {
        Self {
            kind,
            rights: Rights::default(),
            name: None,
            expires_at: None,
        }
    }
}

/// A key that was just made: the only time its secret is seen.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// Its record.
    pub key: ApiKey,
    /// What the caller shows, `sk_test_…`.
    pub secret: String,
}

/// Whose key was shown.
#[derive(Clone, Debug)]
pub struct Authenticated {
    /// Its record.
    pub key: ApiKey,
}

/// Keys seen lately.
#[derive(Debug, Default)]
pub(crate) struct Remembered(Mutex<HashMap<[u8; 32], Seen>>);

#[derive(Clone, Debug)]
struct Seen {
    key: ApiKey,
    asked_at: Timestamp,
    noted_at: Timestamp,
}

impl App {
    /// Makes a key.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such merchant.
    pub async fn create_key(
        &self,
        caller: &Caller,
        owner: Owner,
        wish: KeyWish,
    ) -> Result<NewKey, Error> {
        self.merchant(owner).await?;
        let made = self.make_key(owner, wish);
        let (key, hash) = (made.key.clone(), self.hash("api key", &made.secret));
        let line = self.audit(caller, AuditAction::Administer, key.id.to_string(), true);
        self.store
            .write("api_key_create", move |tx| {
                api_keys::insert(tx, &key, &hash)?;
                audit::insert(tx, &line)
            })
            .await?;
        Ok(made)
    }

    /// Replaces a key by one that may do the same; the old one works on for `overlap_ms`.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such key, [`Error::Busy`] when it was revoked or ends
    /// before that.
    pub async fn roll_key(
        &self,
        caller: &Caller,
        id: ApiKeyId,
        overlap_ms: i64,
    ) -> Result<NewKey, Error> {
        let old = self.get_key(id).await?;
        let wish = KeyWish {
            kind: old.kind,
            rights: old.rights,
            name: old.name,
            expires_at: None,
        };
        let made = self.make_key(old.owner, wish);
        let (key, hash) = (made.key.clone(), self.hash("api key", &made.secret));
        let end = self.clock.now().plus_millis(overlap_ms);
        let line = self.audit(caller, AuditAction::Administer, id.to_string(), true);
        self.store
            .write("api_key_roll", move |tx| {
                api_keys::expire(tx, id, end)?;
                api_keys::insert(tx, &key, &hash)?;
                audit::insert(tx, &line)
            })
            .await?;
        Ok(made)
    }

    /// Ends a key at once; on other nodes within a second.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such key, [`Error::Busy`] when it was revoked already.
    pub async fn revoke_key(&self, caller: &Caller, id: ApiKeyId) -> Result<(), Error> {
        self.get_key(id).await?;
        let now = self.clock.now();
        let line = self.audit(caller, AuditAction::Administer, id.to_string(), true);
        self.store
            .write("api_key_revoke", move |tx| {
                api_keys::revoke(tx, id, now)?;
                audit::insert(tx, &line)
            })
            .await?;
        self.logins.keys.forget_all();
        Ok(())
    }

    /// The key of that id.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn get_key(&self, id: ApiKeyId) -> Result<ApiKey, Error> {
        let found = self.store.read(move |tx| api_keys::get(tx, id)).await?;
        found.ok_or(Error::NotFound(Thing::ApiKey))
    }

    /// Every key of `owner`, the oldest first; those that open nothing any more too.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn list_keys(&self, owner: Owner) -> Result<Vec<ApiKey>, Error> {
        Ok(self.store.read(move |tx| api_keys::list(tx, owner)).await?)
    }

    pub(crate) fn make_key(&self, owner: Owner, wish: KeyWish) -> NewKey {
        let prefix = match wish.kind {
            KeyKind::Secret => "sk",
            KeyKind::Publishable => "pk",
            KeyKind::Restricted => "rk",
        };
        let mode = match owner.mode {
            Mode::Test => "test",
            Mode::Live => "live",
        };
        let chance = to_base62(vault::random()) + &to_base62(vault::random());
        let secret = format!("{prefix}_{mode}_{chance}");
        let hint = secret.get(secret.len().saturating_sub(4)..);
        let key = ApiKey {
            id: self.ids.next(&self.clock, ApiKeyId::from_bytes),
            owner,
            kind: wish.kind,
            rights: wish.rights,
            name: wish.name,
            hint: hint.unwrap_or_default().to_owned(),
            created_at: self.clock.now(),
            expires_at: wish.expires_at,
            last_used_at: None,
            revoked_at: None,
        };
        NewKey { key, secret }
    }

    /// The keyed hash under which a secret is kept.
    pub(crate) fn hash(&self, purpose: &'static str, secret: &str) -> [u8; 32] {
        self.vault.mac(purpose, &[secret.as_bytes()])
    }

    /// Whose key `secret` is.
    ///
    /// # Errors
    /// [`Error::NotAuthenticated`] when nobody's, or it was revoked; [`Error::KeyExpired`].
    pub async fn authenticate(&self, secret: &str, origin: &str) -> Result<Authenticated, Error> {
        let hash = self.hash("api key", secret);
        let now = self.clock.now();
        let seen = self.logins.keys.seen(&hash);
        if let Some(seen) = &seen
            && now.millis_since(seen.asked_at) < BELIEVED_MS
        {
            return Ok(Authenticated {
                key: seen.key.clone(),
            });
        }
        let found = self.store.read(move |tx| api_keys::find(tx, &hash)).await?;
        let key = match found {
            Some(key) if key.revoked_at.is_none() => key,
            refused => {
                self.logins.keys.forget(&hash);
                self.note_refused_key(refused, hash, origin).await?;
                return Err(Error::NotAuthenticated);
            }
        };
        if key.expires_at.is_some_and(|end| end <= now) {
            self.note_refused_key(Some(key), hash, origin).await?;
            return Err(Error::KeyExpired);
        }
        let noted = seen.map(|seen| seen.noted_at);
        let is_noted = noted.is_some_and(|noted| now.millis_since(noted) < NOTED_MS);
        let noted_at = if is_noted { noted.unwrap_or(now) } else { now };
        self.logins.keys.remember(
            hash,
            Seen {
                key: key.clone(),
                asked_at: now,
                noted_at,
            },
        );
        if !is_noted {
            self.note_key_use(&key, origin).await?;
        }
        Ok(Authenticated { key })
    }

    async fn note_refused_key(
        &self,
        key: Option<ApiKey>,
        hash: [u8; 32],
        origin: &str,
    ) -> Result<(), Error> {
        let action = AuditAction::KeyUse;
        let Some(key) = key else {
            return self.note_stranger(action, hash, origin).await;
        };
        let who = (Actor::Key(key.id), key.owner, key.id.to_string());
        self.note_turned_away(who, action, origin).await
    }

    async fn note_key_use(&self, key: &ApiKey, origin: &str) -> Result<(), Error> {
        let caller = Caller {
            actor: Actor::Key(key.id),
            owner: key.owner,
            request_id: String::new(),
            origin: origin.to_owned(),
        };
        let line = self.audit(&caller, AuditAction::KeyUse, key.id.to_string(), true);
        let (id, now) = (key.id, self.clock.now());
        Ok(self
            .store
            .write("api_key_note", move |tx| {
                api_keys::note_use(tx, id, now)?;
                audit::insert(tx, &line)
            })
            .await?)
    }
}

impl Remembered {
    fn seen(&self, hash: &[u8; 32]) -> Option<Seen> {
        self.0.lock().ok()?.get(hash).cloned()
    }

    fn forget(&self, hash: &[u8; 32]) {
        if let Ok(mut seen) = self.0.lock() {
            seen.remove(hash);
        }
    }

    fn forget_all(&self) {
        if let Ok(mut seen) = self.0.lock() {
            seen.clear();
        }
    }

    fn remember(&self, hash: [u8; 32], seen: Seen) {
        if let Ok(mut all) = self.0.lock() {
            if all.len() >= REMEMBERED_MAX {
                all.clear();
            }
            all.insert(hash, seen);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::MerchantId;

    fn seen(id: u8) -> Seen {
        let owner = Owner {
            merchant: MerchantId::from_bytes([1; 16]),
            mode: Mode::Test,
        };
        Seen {
            key: ApiKey {
                id: ApiKeyId::from_bytes([id; 16]),
                owner,
                kind: KeyKind::Secret,
                rights: Rights::default(),
                name: None,
                hint: "abcd".into(),
                created_at: Timestamp::from_seconds(1),
                expires_at: None,
                last_used_at: None,
                revoked_at: None,
            },
            asked_at: Timestamp::from_seconds(1),
            noted_at: Timestamp::from_seconds(1),
        }
    }

    #[test]
    fn a_forgotten_key_is_asked_for_again() {
        let keys = Remembered::default();
        keys.remember([1; 32], seen(1));
        keys.remember([2; 32], seen(2));
        keys.forget(&[1; 32]);
        assert!(keys.seen(&[1; 32]).is_none());
        assert_eq!(keys.seen(&[2; 32]).map(|seen| seen.key), Some(seen(2).key));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let keys = Remembered::default();
        for number in 0..=REMEMBERED_MAX {
            let mut hash = [0; 32];
            hash[..8].copy_from_slice(&number.to_be_bytes());
            keys.remember(hash, seen(1));
        }
        assert_eq!(keys.0.lock().unwrap().len(), 1);
    }
}
