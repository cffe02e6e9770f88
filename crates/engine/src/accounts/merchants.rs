//! Making a merchant with their first user and keys.

use domain::ids::to_base62;
use domain::{Currency, Merchant, MerchantId, Mode, Owner, UserId};
use store::api_keys::{self, KeyKind};
use store::audit::{self, AuditAction};
use store::merchants;
use store::users::{self, User};

use crate::accounts::admission::hash_password;
use crate::accounts::{KeyWish, NewKey};
use crate::{App, Caller, Error};

/// What is known of a new merchant.
#[derive(Clone, Debug)]
pub struct NewMerchant {
    /// The name payers see.
    pub name: String,
    /// The e-mail address of their first user.
    pub email: String,
    /// ISO 3166-1 alpha-2 country.
    pub country: String,
    /// IANA name of their time zone.
    pub time_zone: String,
    /// BCP 47 tag of their language.
    pub locale: String,
    /// The currencies they take, the usual one first.
    pub currencies: Vec<Currency>,
}

/// A merchant that was just made: the only time these secrets are seen.
#[derive(Clone, Debug)]
pub struct Registered {
    /// The merchant.
    pub merchant: Merchant,
    /// What their first user logs in with.
    pub email: String,
    /// The password of their first user.
    pub password: String,
    /// A secret key for test mode.
    pub secret: NewKey,
    /// A publishable key for test mode.
    pub publishable: NewKey,
}

impl App {
    /// Makes a merchant, a user and the keys for test mode.
    ///
    /// # Errors
    /// [`Error::Exists`] when somebody has that e-mail address.
    pub async fn create_merchant(&self, new: NewMerchant) -> Result<Registered, Error> {
        let registered = self.draft_merchant(new);
        let password = registered.password.clone();
        let hashed = tokio::task::spawn_blocking(move || hash_password(&password)).await;
        let user = User {
            id: self.ids.next(&self.clock, UserId::from_bytes),
            merchant: registered.merchant.id,
            email: registered.email.clone(),
            password_hash: hashed.map_err(|error| Error::Internal(error.into()))??,
            failure_count: 0,
            locked_until: domain::Timestamp::default(),
        };
        self.write_merchant(&registered, user).await?;
        Ok(registered)
    }

    fn draft_merchant(&self, new: NewMerchant) -> Registered {
        let id = self.ids.next(&self.clock, MerchantId::from_bytes);
        let owner = Owner {
            merchant: id,
            mode: Mode::Test,
        };
        Registered {
            merchant: Merchant {
                id,
                name: new.name,
                time_zone: new.time_zone,
                country: new.country,
                locale: new.locale,
                currencies: new.currencies,
                acceptor: acceptor(id),
                fees: domain::FeeRules::default(),
                payout_delay_days: 0,
            },
            email: new.email.trim().to_lowercase(),
            password: to_base62(vault::random()),
            secret: self.make_key(owner, KeyWish::of(KeyKind::Secret)),
            publishable: self.make_key(owner, KeyWish::of(KeyKind::Publishable)),
        }
    }

    async fn write_merchant(&self, registered: &Registered, user: User) -> Result<(), Error> {
        let merchant = registered.merchant.clone();
        let now = self.clock.now();
        let keys = [&registered.secret, &registered.publishable]
            .map(|made| (made.key.clone(), self.hash("api key", &made.secret)));
        let owner = Owner {
            merchant: merchant.id,
            mode: Mode::Test,
        };
        let caller = Caller::operator(owner);
        let line = self.audit(
            &caller,
            AuditAction::Administer,
            merchant.id.to_string(),
            true,
        );
        self.store
            .write("merchant_create", move |tx| {
                merchants::insert(tx, &merchant, now)?;
                users::insert(tx, &user, now)?;
                for (key, hash) in &keys {
                    api_keys::insert(tx, key, hash)?;
                }
                audit::insert(tx, &line)
            })
            .await?;
        Ok(())
    }
}

/// The name by which the sandbox acquirer knows a merchant: fifteen digits made of its id.
fn acceptor(id: MerchantId) -> String {
    let number = u128::from_be_bytes(*id.bytes()) % 1_000_000_000_000_000;
    format!("{number:015}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_acceptor_is_fifteen_digits_whatever_the_id() {
        for bytes in [[0; 16], [1; 16], [255; 16]] {
            let name = acceptor(MerchantId::from_bytes(bytes));
            assert_eq!(name.len(), 15);
            assert!(name.bytes().all(|byte| byte.is_ascii_digit()), "{name}");
        }
        let other = acceptor(MerchantId::from_bytes([2; 16]));
        assert_ne!(acceptor(MerchantId::from_bytes([1; 16])), other);
    }
}
