//! Who asks, and on whose behalf.

use domain::{ApiKeyId, AuditId, Owner, SessionId, UserId};
use store::audit::{AuditAction, AuditEntry};

use crate::App;

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Somebody with a key of the API.
    Key(ApiKeyId),
    /// A person who is logged in.
    User(UserId, SessionId),
    /// Whoever holds the link of one payment.
    Payer,
    /// Somebody who showed what nobody has.
    Stranger,
    /// Whoever runs this installation.
    Operator,
    /// This program itself.
    Worker,
}

impl std::fmt::Display for Actor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Key(id) => id.fmt(f),
            Self::User(id, _) => id.fmt(f),
            Self::Payer => f.write_str("payer"),
            Self::Stranger => f.write_str("stranger"),
            Self::Operator => f.write_str("operator"),
            Self::Worker => f.write_str("worker"),
        }
    }
}

/// Goes into every call.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who acts.
    pub actor: Actor,
    /// On whose records.
    pub owner: Owner,
    /// The id of the request, as its answer and the log show it.
    pub request_id: String,
    /// The address it came from.
    pub origin: String,
}

impl Caller {
    /// Whoever runs this installation, at its command line.
    pub fn operator(owner: Owner) -> Self {
        Self {
            actor: Actor::Operator,
            owner,
            request_id: String::new(),
            origin: "command line".to_owned(),
        }
    }

    /// This program itself.
    pub(crate) const fn worker(owner: Owner) -> Self {
        Self {
            actor: Actor::Worker,
            owner,
            request_id: String::new(),
            origin: String::new(),
        }
    }
}

/// A caller and how they want their answer.
#[derive(Clone, Debug)]
pub struct Request {
    /// Who asks.
    pub caller: Caller,
    /// The idempotency key and the keyed hash of the request.
    pub key: Option<(String, [u8; 32])>,
    /// Which ids of the answer to replace by their objects.
    pub expand: Vec<String>,
}

impl App {
    /// A line of the audit trail about what `caller` did.
    pub(crate) fn audit(
        &self,
        caller: &Caller,
        action: AuditAction,
        subject: String,
        succeeded: bool,
    ) -> AuditEntry {
        AuditEntry {
            id: self.ids.next(&self.clock, AuditId::from_bytes),
            owner: caller.owner,
            actor: caller.actor.to_string(),
            action,
            subject,
            origin: caller.origin.clone(),
            succeeded,
            created_at: self.clock.now(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{MerchantId, Mode};

    #[test]
    fn an_actor_is_named_by_what_opened_the_door() {
        let (key, user) = (ApiKeyId::from_bytes([1; 16]), UserId::from_bytes([2; 16]));
        let session = SessionId::from_bytes([3; 16]);
        assert_eq!(Actor::Key(key).to_string(), key.to_string());
        assert_eq!(Actor::User(user, session).to_string(), user.to_string());
        let names = [
            Actor::Payer,
            Actor::Stranger,
            Actor::Operator,
            Actor::Worker,
        ];
        let names = names.map(|one| one.to_string());
        assert_eq!(names, ["payer", "stranger", "operator", "worker"]);
    }

    #[test]
    fn who_is_no_request_has_no_request_id() {
        let owner = Owner {
            merchant: MerchantId::from_bytes([1; 16]),
            mode: Mode::Test,
        };
        assert_eq!(Caller::operator(owner).request_id, "");
        assert_eq!(Caller::worker(owner).actor, Actor::Worker);
    }
}
