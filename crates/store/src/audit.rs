//! Table `audit_entries`: who did what, only ever added to (PCI DSS 4.0.1, 10.2).

use domain::{AuditId, MerchantId, Mode, Owner, Timestamp};

use crate::statements::statements;
use crate::value::values;
use crate::{Error, Tx};

/// Whose a line is that is about no merchant: somebody showed an address or a key that nobody has.
/// No merchant has this id, because ids begin with the time at which they were made.
pub const NOBODY: Owner = Owner {
    merchant: MerchantId::from_bytes([0; 16]),
    mode: Mode::Test,
};

/// What is worth a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AuditAction {
    /// A card number was read to be sent to the acquirer.
    Detokenise,
    /// A key was used for the first time in a minute.
    KeyUse,
    /// Somebody logged in, or tried to.
    LogIn,
    /// Somebody logged out.
    LogOut,
    /// A merchant, user or key was made.
    Administer,
    /// A webhook endpoint was made, changed or removed, or its secret renewed.
    EndpointChange,
    /// A webhook endpoint was disabled by this program.
    EndpointDisable,
}

impl AuditAction {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Detokenise => "detokenise",
            Self::KeyUse => "key_use",
            Self::LogIn => "log_in",
            Self::LogOut => "log_out",
            Self::Administer => "administer",
            Self::EndpointChange => "endpoint_change",
            Self::EndpointDisable => "endpoint_disable",
        }
    }
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its id.
    pub id: AuditId,
    /// Whose data it was about; [`NOBODY`]'s when no merchant's.
    pub owner: Owner,
    /// Who did it: a key, a user, a payer, a stranger, or this program.
    pub actor: String,
    /// What was done.
    pub action: AuditAction,
    /// To what.
    pub subject: String,
    /// From where: an address or a request.
    pub origin: String,
    /// Whether it was allowed.
    pub succeeded: bool,
    /// When.
    pub created_at: Timestamp,
}

statements! {
    INSERT = "INSERT INTO audit_entries (id, merchant_id, livemode, actor, action, \
        subject, origin, succeeded, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    COUNT = "SELECT COUNT(*) FROM audit_entries WHERE merchant_id = ? AND action = ?";
}

/// Adds a line.
///
/// # Errors
/// As [`crate::Store::write`].
pub fn insert(tx: &Tx<'_>, entry: &AuditEntry) -> Result<(), Error> {
    let values = values![
        &entry.id,
        &entry.owner.merchant,
        entry.owner.mode,
        &entry.actor,
        entry.action.as_str(),
        &entry.subject,
        &entry.origin,
        entry.succeeded,
        entry.created_at,
    ];
    tx.insert(INSERT, values, "audit line")
}

/// How many lines of a merchant say `action`.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn count(tx: &Tx<'_>, owner: Owner, action: AuditAction) -> Result<i64, Error> {
    let count = tx.one(COUNT, values![&owner.merchant, action.as_str()], |row| {
        row.int(0)
    })?;
    Ok(count.unwrap_or(0))
}
