//! What is written down of those who are not let in: an address nobody logs in with, a key nobody
//! has, a key that was revoked.
//!
//! Does not refuse anybody, and does not count a person's wrong passwords: those lock an account
//! and are a line each. What was shown is never written, only a keyed hash of it, by which tries
//! with the same can be told.

use std::collections::HashMap;
use std::sync::Mutex;

use domain::ids::to_base62;
use domain::{Owner, Timestamp};
use store::audit::{self, AuditAction, NOBODY};

use crate::{Actor, App, Caller, Error};

/// One line in this time for each origin and kind of try, in milliseconds.
const NOTED_MS: i64 = 60_000;

/// The most lines in that time, whatever the number of origins: nobody can fill the disk.
const NOTED_MAX: usize = 1_000;

/// What was written down within the last minute, by whose door, what was tried, and from where.
#[derive(Debug, Default)]
pub(crate) struct Noted(Mutex<HashMap<(Owner, AuditAction, String), Timestamp>>);

impl Noted {
    /// Whether this try is to be written down; then it is taken as written.
    fn is_new(&self, owner: Owner, action: AuditAction, origin: &str, now: Timestamp) -> bool {
        let Ok(mut noted) = self.0.lock() else {
            return false;
        };
        let is_recent = |at: &Timestamp| now.millis_since(*at) < NOTED_MS;
        let door = (owner, action, origin.to_owned());
        if noted.get(&door).is_some_and(is_recent) {
            return false;
        }
        if noted.len() >= NOTED_MAX {
            noted.retain(|_, at| is_recent(at));
        }
        let has_room = noted.len() < NOTED_MAX;
        if has_room {
            noted.insert(door, now);
        }
        has_room
    }
}

impl App {
    /// Writes down that somebody showed what nobody has.
    pub(super) async fn note_stranger(
        &self,
        action: AuditAction,
        shown: [u8; 32],
        origin: &str,
    ) -> Result<(), Error> {
        let hint = shown.first_chunk().copied().unwrap_or_default();
        let who = (Actor::Stranger, NOBODY, to_base62(hint));
        self.note_turned_away(who, action, origin).await
    }

    /// Writes down that `actor` was not let in to `owner`'s records with `subject`.
    pub(super) async fn note_turned_away(
        &self,
        (actor, owner, subject): (Actor, Owner, String),
        action: AuditAction,
        origin: &str,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        if !self.logins.strangers.is_new(owner, action, origin, now) {
            return Ok(());
        }
        let caller = Caller {
            actor,
            owner,
            request_id: String::new(),
            origin: origin.to_owned(),
        };
        let line = self.audit(&caller, action, subject, false);
        Ok(self
            .store
            .write("turned_away", move |tx| audit::insert(tx, &line))
            .await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG_IN: AuditAction = AuditAction::LogIn;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_seconds(1).plus_millis(millis)
    }

    #[test]
    fn one_line_a_minute_for_each_origin_and_kind() {
        let noted = Noted::default();
        assert!(noted.is_new(NOBODY, LOG_IN, "192.0.2.1", at(0)));
        assert!(!noted.is_new(NOBODY, LOG_IN, "192.0.2.1", at(59_999)));
        assert!(noted.is_new(NOBODY, LOG_IN, "192.0.2.2", at(59_999)));
        assert!(noted.is_new(NOBODY, AuditAction::KeyUse, "192.0.2.1", at(59_999)));
        assert!(noted.is_new(NOBODY, LOG_IN, "192.0.2.1", at(60_000)));
    }

    #[test]
    fn many_origins_together_are_bounded_too() {
        let noted = Noted::default();
        let lines = |millis: i64| {
            let origins = (0..NOTED_MAX + 100).map(|number| format!("{millis} {number}"));
            origins
                .filter(|origin| noted.is_new(NOBODY, LOG_IN, origin, at(millis)))
                .count()
        };
        assert_eq!(lines(0), NOTED_MAX);
        assert_eq!(lines(1), 0);
        assert_eq!(lines(60_000), NOTED_MAX);
        assert_eq!(noted.0.lock().unwrap().len(), NOTED_MAX);
    }
}
