//! Table `api_keys`: the keys of the API. Only a hash of each is kept.

use domain::{ApiKeyId, Owner, Rights, Timestamp};

use crate::statements::statements;
use crate::value::values;
use crate::{Error, Row, Tx};

/// How much a key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// Everything of its merchant and mode.
    Secret,
    /// Only what a payer's side needs.
    Publishable,
    /// What its rights say.
    Restricted,
}

impl KeyKind {
    const ALL: [Self; 3] = [Self::Secret, Self::Publishable, Self::Restricted];

    /// Its name in the database and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Publishable => "publishable",
            Self::Restricted => "restricted",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// One key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// What it acts on.
    pub owner: Owner,
    /// How much it may do.
    pub kind: KeyKind,
    /// What a restricted one may do; empty for the others.
    pub rights: Rights,
    /// What the merchant calls it.
    pub name: Option<String>,
    /// Its last four characters, for people to tell keys apart.
    pub hint: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it opens nothing.
    pub expires_at: Option<Timestamp>,
    /// When it was used last, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

macro_rules! columns {
    () => {
        "id, merchant_id, livemode, kind, rights, name, hint, created_at, expires_at, \
         last_used_at, revoked_at"
    };
}

statements! {
    INSERT = concat!(
        "INSERT INTO api_keys (",
        columns!(),
        ", secret_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    );
    FIND = concat!("SELECT ", columns!(), " FROM api_keys WHERE secret_hash = ?");
    GET = concat!("SELECT ", columns!(), " FROM api_keys WHERE id = ?");
    LIST = concat!(
        "SELECT ",
        columns!(),
        " FROM api_keys WHERE merchant_id = ? AND livemode = ? ORDER BY id"
    );
    REVOKE = "UPDATE api_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL";
    EXPIRE = "UPDATE api_keys SET expires_at = ? WHERE id = ? AND revoked_at IS NULL \
        AND (expires_at IS NULL OR expires_at > ?)";
    NOTE_USE = "UPDATE api_keys SET last_used_at = ? WHERE id = ? \
        AND (last_used_at IS NULL OR last_used_at < ?)";
}

/// Adds a key.
///
/// # Errors
/// As [`crate::Store::write`].
pub fn insert(tx: &Tx<'_>, key: &ApiKey, secret_hash: &[u8; 32]) -> Result<(), Error> {
    let rights = Some(key.rights.to_string()).filter(|text| !text.is_empty());
    let values = values![
        &key.id,
        &key.owner.merchant,
        key.owner.mode,
        key.kind.as_str(),
        rights.as_ref(),
        key.name.as_ref(),
        &key.hint,
        key.created_at,
        key.expires_at,
        key.last_used_at,
        key.revoked_at,
        secret_hash,
    ];
    tx.insert(INSERT, values, "key")
}

fn read(row: &Row<'_>) -> Result<ApiKey, Error> {
    Ok(ApiKey {
        id: row.id(0)?,
        owner: Owner {
            merchant: row.id(1)?,
            mode: row.mode(2)?,
        },
        kind: row.named(3, KeyKind::parse)?,
        rights: row
            .named_opt(4, |text| Rights::parse(text).ok())?
            .unwrap_or_default(),
        name: row.text_opt(5)?,
        hint: row.text(6)?,
        created_at: row.time(7)?,
        expires_at: row.time_opt(8)?,
        last_used_at: row.time_opt(9)?,
        revoked_at: row.time_opt(10)?,
    })
}

/// The key with that hash, whether it still opens anything or not.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn find(tx: &Tx<'_>, secret_hash: &[u8; 32]) -> Result<Option<ApiKey>, Error> {
    tx.one(FIND, values![secret_hash], read)
}

/// The key of that id.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn get(tx: &Tx<'_>, id: ApiKeyId) -> Result<Option<ApiKey>, Error> {
    tx.one(GET, values![&id], read)
}

/// Every key of `owner`, the oldest first; those that open nothing any more too.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn list(tx: &Tx<'_>, owner: Owner) -> Result<Vec<ApiKey>, Error> {
    tx.all(LIST, values![&owner.merchant, owner.mode], read)
}

/// Ends a key at once.
///
/// # Errors
/// [`Error::Conflict`] when it was revoked already.
pub fn revoke(tx: &Tx<'_>, id: ApiKeyId, now: Timestamp) -> Result<(), Error> {
    tx.change_one(REVOKE, values![now, &id])
}

/// Lets a key end at `at`.
///
/// # Errors
/// [`Error::Conflict`] when it was revoked, or ends before that.
pub fn expire(tx: &Tx<'_>, id: ApiKeyId, at: Timestamp) -> Result<(), Error> {
    tx.change_one(EXPIRE, values![at, &id, at])
}

/// Remembers that a key was used.
///
/// # Errors
/// As [`crate::Store::write`].
pub fn note_use(tx: &Tx<'_>, id: ApiKeyId, now: Timestamp) -> Result<(), Error> {
    tx.execute(NOTE_USE, values![now, &id, now]).map(drop)
}
