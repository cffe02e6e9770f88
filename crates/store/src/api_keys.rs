//! Table `api_keys`: the keys of the API. Only a hash of each is kept.

use domain::{ApiKeyId, Owner, Timestamp};

use crate::statements::statements;
use crate::value::values;
use crate::{Error, Tx};

/// What a key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// Everything of its merchant and mode.
    Secret,
    /// Only what a payer's side needs.
    Publishable,
}

impl KeyKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Publishable => "publishable",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Secret, Self::Publishable]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}

/// One key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// What it acts on.
    pub owner: Owner,
    /// What it may do.
    pub kind: KeyKind,
    /// Its last four characters, for people to tell keys apart.
    pub hint: String,
    /// When it was taken back: it opens nothing any more.
    pub revoked_at: Option<Timestamp>,
}

statements! {
    INSERT = "INSERT INTO api_keys (id, merchant_id, livemode, kind, secret_hash, hint, \
        created_at) VALUES (?, ?, ?, ?, ?, ?, ?)";
    FIND = "SELECT id, merchant_id, livemode, kind, hint, revoked_at FROM api_keys \
        WHERE secret_hash = ?";
}

/// Adds a key.
///
/// # Errors
/// As [`crate::Store::write`].
pub fn insert(
    tx: &Tx<'_>,
    key: &ApiKey,
    secret_hash: &[u8; 32],
    now: Timestamp,
) -> Result<(), Error> {
    let values = values![
        &key.id,
        &key.owner.merchant,
        key.owner.mode,
        key.kind.as_str(),
        secret_hash,
        &key.hint,
        now,
    ];
    tx.insert(INSERT, values, "key")
}

/// The key with that hash, also when it was revoked.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn find(tx: &Tx<'_>, secret_hash: &[u8; 32]) -> Result<Option<ApiKey>, Error> {
    tx.one(FIND, values![secret_hash], |row| {
        Ok(ApiKey {
            id: row.id(0)?,
            owner: Owner {
                merchant: row.id(1)?,
                mode: row.mode(2)?,
            },
            kind: row.named(3, KeyKind::parse)?,
            hint: row.text(4)?,
            revoked_at: row.time_opt(5)?,
        })
    })
}
