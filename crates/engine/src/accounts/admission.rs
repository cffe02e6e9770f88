//! Log-ins of people.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use domain::ids::to_base62;
use domain::{Mode, Owner, SessionId, Timestamp};
use store::audit::{self, AuditAction};
use store::sessions::{self, Session};
use store::users::{self, User};
use tokio::sync::Semaphore;

use crate::accounts::keys::Remembered;
use crate::accounts::strangers::Noted;
use crate::{Actor, App, Caller, Error};

/// Argon2id with 19 MiB, two passes, one lane: OWASP's second choice, for small machines.
const MEMORY_KIB: u32 = 19 * 1024;

/// How many passwords are hashed at once: each takes [`MEMORY_KIB`].
const AT_ONCE: usize = 1;

/// How rarely the use of a log-in is written down, in milliseconds.
const TOUCHED_MS: i64 = 60_000;

/// What guards the door.
#[derive(Debug)]
pub(crate) struct Gate {
    pub(crate) keys: Remembered,
    pub(crate) strangers: Noted,
    hashing: Semaphore,
}

impl Gate {
    pub(crate) fn new() -> Self {
        Self {
            keys: Remembered::default(),
            strangers: Noted::default(),
            hashing: Semaphore::new(AT_ONCE),
        }
    }
}

/// Somebody who is logged in.
#[derive(Clone, Debug)]
pub struct LoggedIn {
    /// The log-in.
    pub session: Session,
    /// The person.
    pub user: User,
    /// What their browser shows to prove it; only at log-in.
    pub token: Option<String>,
}

/// Hashes a password, in PHC string format.
pub(super) fn hash_password(password: &str) -> Result<String, Error> {
    let salt = vault::random::<16>();
    let hashed = hasher()?.hash_password_with_salt(password.as_bytes(), &salt);
    Ok(hashed
        .map_err(|error| Error::Internal(anyhow::anyhow!("{error}")))?
        .to_string())
}

fn hasher() -> Result<Argon2<'static>, Error> {
    let params = Params::new(MEMORY_KIB, 2, 1, None);
    let params = params.map_err(|error| Error::Internal(anyhow::anyhow!("{error}")))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn is_password(password: &str, hash: &str) -> bool {
    let Ok(hash) = PasswordHash::new(hash) else {
        return false;
    };
    hasher().is_ok_and(|hasher| hasher.verify_password(password.as_bytes(), &hash).is_ok())
}

impl App {
    /// Logs a person in.
    ///
    /// # Errors
    /// [`Error::NotAuthenticated`]; [`Error::Locked`] after too many failures, whatever the
    /// password.
    pub async fn log_in(
        &self,
        email: &str,
        password: &str,
        origin: &str,
    ) -> Result<LoggedIn, Error> {
        let address = email.trim().to_lowercase();
        let shown = self.hash("e-mail address", &address);
        let user = self
            .store
            .read(move |tx| users::find_by_email(tx, &address))
            .await?;
        let now = self.clock.now();
        let is_locked = user.as_ref().is_some_and(|user| user.locked_until > now);
        let hash = user.as_ref().map(|user| user.password_hash.clone());
        let is_right = !is_locked && self.verify(password, hash).await?;
        let Some(user) = user else {
            self.note_stranger(AuditAction::LogIn, shown, origin)
                .await?;
            return Err(Error::NotAuthenticated);
        };
        let caller = self.login_caller(&user, origin);
        if !is_right {
            self.note_refused(&caller, &user, is_locked, now).await?;
            return Err(if is_locked {
                Error::Locked
            } else {
                Error::NotAuthenticated
            });
        }
        self.open_session(&caller, user, now).await
    }

    /// Hashes even when there is nobody, so that the time does not tell who exists.
    async fn verify(&self, password: &str, hash: Option<String>) -> Result<bool, Error> {
        let _turn = self.logins.hashing.acquire().await;
        let password = password.to_owned();
        let check = move || match hash {
            Some(hash) => Ok(is_password(&password, &hash)),
            None => hash_password(&password).map(|_| false),
        };
        let checked = tokio::task::spawn_blocking(check).await;
        checked.map_err(|error| Error::Internal(error.into()))?
    }

    fn login_caller(&self, user: &User, origin: &str) -> Caller {
        let session = self.ids.next(&self.clock, SessionId::from_bytes);
        Caller {
            actor: Actor::User(user.id, session),
            owner: Owner {
                merchant: user.merchant,
                mode: Mode::Test,
            },
            request_id: String::new(),
            origin: origin.to_owned(),
        }
    }

    async fn note_refused(
        &self,
        caller: &Caller,
        user: &User,
        is_locked: bool,
        now: Timestamp,
    ) -> Result<(), Error> {
        let line = self.audit(caller, AuditAction::LogIn, user.id.to_string(), false);
        let (id, failures_max) = (user.id, self.timing.failures_max);
        let until = now.plus_millis(self.timing.lock_ms);
        self.store
            .write("log_in_refused", move |tx| {
                if !is_locked {
                    users::note_failure(tx, id, failures_max, until)?;
                }
                audit::insert(tx, &line)
            })
            .await?;
        Ok(())
    }

    async fn open_session(
        &self,
        caller: &Caller,
        user: User,
        now: Timestamp,
    ) -> Result<LoggedIn, Error> {
        let token = to_base62(vault::random()) + &to_base62(vault::random());
        let Actor::User(_, id) = caller.actor else {
            return Err(Error::NotAuthenticated);
        };
        let session = Session {
            id,
            user: user.id,
            owner: caller.owner,
            seen_at: now,
            expires_at: now.plus_millis(self.timing.session_ms),
        };
        let hash = self.hash("session", &token);
        let line = self.audit(caller, AuditAction::LogIn, user.id.to_string(), true);
        let (kept, person) = (session.clone(), user.id);
        let opened = self
            .store
            .write("log_in", move |tx| {
                users::note_success(tx, person, now)?;
                sessions::insert(tx, &hash, &kept)?;
                audit::insert(tx, &line)
            })
            .await;
        match opened {
            // Locked by other guesses while this password was being checked.
            Err(store::Error::Conflict) => Err(Error::Locked),
            Err(error) => Err(error.into()),
            Ok(()) => Ok(LoggedIn {
                session,
                user,
                token: Some(token),
            }),
        }
    }

    /// How long a log-in lasts without use, in seconds: the age of its cookie.
    pub const fn session_seconds(&self) -> i64 {
        self.timing.session_ms / 1_000
    }

    /// Who shows `token`.
    ///
    /// # Errors
    /// [`Error::NotAuthenticated`] when nobody, or the log-in has ended.
    pub async fn find_session(&self, token: &str) -> Result<LoggedIn, Error> {
        let hash = self.hash("session", token);
        let now = self.clock.now();
        let found = self
            .store
            .read(move |tx| {
                let Some(session) = sessions::find(tx, &hash, now)? else {
                    return Ok(None);
                };
                Ok(users::find(tx, session.user)?.map(|user| (session, user)))
            })
            .await?;
        let (session, user) = found.ok_or(Error::NotAuthenticated)?;
        if now.millis_since(session.seen_at) >= TOUCHED_MS {
            let until = now.plus_millis(self.timing.session_ms);
            let touch = move |tx: &store::Tx<'_>| sessions::touch(tx, &hash, now, until);
            self.store.write("session_touch", touch).await?;
        }
        Ok(LoggedIn {
            session,
            user,
            token: None,
        })
    }

    /// Ends a log-in.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn log_out(&self, caller: &Caller, token: &str) -> Result<(), Error> {
        let hash = self.hash("session", token);
        let line = self.audit(caller, AuditAction::LogOut, caller.actor.to_string(), true);
        self.store
            .write("log_out", move |tx| {
                sessions::delete(tx, &hash)?;
                audit::insert(tx, &line)
            })
            .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_recognised_by_its_hash_and_never_by_another() {
        let hash = hash_password("correct horse").unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert!(is_password("correct horse", &hash));
        assert!(!is_password("correct hors", &hash));
        assert!(!is_password("correct horse", "no hash"));
        assert_ne!(hash, hash_password("correct horse").unwrap());
    }
}
