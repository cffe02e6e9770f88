//! `encaisse admin key`: makes, lists, replaces and ends keys of the API, beside a running server.

use anyhow::{Context as _, anyhow, bail};
use clap::{Args, Subcommand, ValueEnum};
use domain::{ApiKeyId, MerchantId, Mode, Owner, Resource, Rights, Timestamp};
use engine::accounts::{KeyWish, NewKey};
use engine::store_types::{ApiKey, KeyKind};
use engine::{App, Caller, Error};
use serde_json::json;
use server::config::Config;

use crate::commands::admin::print_fields;
use crate::commands::say;

const HOUR_MS: i64 = 3_600_000;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Makes a key. It is shown once.
    Create(Create),
    /// Shows the keys of a merchant, without what opens.
    List {
        #[command(flatten)]
        whose: Whose,
        /// One JSON object for each key, a line each.
        #[arg(long)]
        json: bool,
    },
    /// Replaces a key by a new one that may do the same. The new one is shown once.
    Roll {
        /// Which: `key_…`.
        key: String,
        /// How long the old one works on, in hours.
        #[arg(long, default_value_t = 24)]
        overlap_hours: u32,
        /// One JSON object instead of lines.
        #[arg(long)]
        json: bool,
    },
    /// Ends a key at once.
    Revoke {
        /// Which: `key_…`.
        key: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Whose {
    /// Whose: `acct_…`.
    #[arg(long)]
    merchant: String,
    /// `test` or `live`.
    #[arg(long, default_value = "test")]
    mode: String,
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    #[command(flatten)]
    whose: Whose,
    /// How much it may do.
    #[arg(long, value_enum, default_value_t = Kind::Secret)]
    kind: Kind,
    /// A right of a restricted key, like `refunds:write` or `customers:read`; may be repeated.
    #[arg(long = "allow")]
    rights: Vec<String>,
    /// What to call it.
    #[arg(long)]
    name: Option<String>,
    /// After how many days it opens nothing any more; without it, never.
    #[arg(long)]
    expires_in_days: Option<u32>,
    /// One JSON object instead of lines.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Kind {
    /// Everything of its merchant and mode.
    Secret,
    /// Only what a payer's side needs.
    Publishable,
    /// What `--allow` says.
    Restricted,
}

pub(super) async fn run(config: &Config, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Create(create) => self::create(config, create).await,
        Command::List { whose, json } => list(config, &whose, json).await,
        Command::Roll {
            key,
            overlap_hours,
            json,
        } => roll(config, &key, overlap_hours, json).await,
        Command::Revoke { key } => revoke(config, &key).await,
    }
}

impl Whose {
    fn owner(&self) -> anyhow::Result<Owner> {
        let merchant = MerchantId::parse(&self.merchant);
        Ok(Owner {
            merchant: merchant.context("--merchant must be like acct_…")?,
            mode: Mode::parse(&self.mode).context("--mode must be `test` or `live`")?,
        })
    }
}

async fn create(config: &Config, create: Create) -> anyhow::Result<()> {
    let owner = create.whose.owner()?;
    let rights = checked_rights(create.kind, &create.rights)?;
    let app = server::open_app(config).await?;
    let wish = KeyWish {
        kind: match create.kind {
            Kind::Secret => KeyKind::Secret,
            Kind::Publishable => KeyKind::Publishable,
            Kind::Restricted => KeyKind::Restricted,
        },
        rights,
        name: create.name,
        expires_at: create
            .expires_in_days
            .map(|days| later(&app, i64::from(days).saturating_mul(24))),
    };
    let made = app.create_key(&Caller::operator(owner), owner, wish).await;
    match made {
        Err(Error::NotFound(_)) => bail!("there is no merchant {}", owner.merchant),
        made => print_new(&made?, create.json),
    }
    Ok(())
}

fn checked_rights(kind: Kind, texts: &[String]) -> anyhow::Result<Rights> {
    let all = texts.join(",");
    let rights = Rights::parse(&all).map_err(|wrong| {
        let names: Vec<_> = Resource::ALL.iter().map(|one| one.as_str()).collect();
        let names = names.join(", ");
        anyhow!("--allow {wrong}: it must be <resource>:read or <resource>:write, of {names}")
    })?;
    match kind {
        Kind::Restricted if rights.is_empty() => {
            bail!("a restricted key needs at least one right: --allow refunds:write")
        }
        Kind::Secret | Kind::Publishable if !rights.is_empty() => {
            bail!("--allow is for restricted keys: --kind restricted")
        }
        Kind::Secret | Kind::Publishable | Kind::Restricted => Ok(rights),
    }
}

fn later(app: &App, hours: i64) -> Timestamp {
    app.clock.now().plus_millis(hours.saturating_mul(HOUR_MS))
}

fn print_new(made: &NewKey, as_json: bool) {
    let fields = [
        ("id", made.key.id.to_string()),
        ("key", made.secret.clone()),
    ];
    print_fields(&fields, as_json);
}

async fn list(config: &Config, whose: &Whose, as_json: bool) -> anyhow::Result<()> {
    let owner = whose.owner()?;
    let app = server::open_app(config).await?;
    for key in app.list_keys(owner).await? {
        let standing = standing(&key, app.clock.now());
        if as_json {
            let shown = json!({
                "id": key.id.to_string(), "kind": key.kind.as_str(), "hint": key.hint,
                "name": key.name, "rights": key.rights.to_string(), "standing": standing,
                "created": key.created_at.seconds(),
                "expires": key.expires_at.map(Timestamp::seconds),
                "last_used": key.last_used_at.map(Timestamp::seconds),
            });
            say(&shown.to_string());
        } else {
            let name = key.name.as_deref().unwrap_or_default();
            let (kind, rights) = (key.kind.as_str(), &key.rights);
            say(&format!(
                "{} …{} {kind} {standing} {name} {rights}",
                key.id, key.hint
            ));
        }
    }
    Ok(())
}

/// Whether a key opens anything now.
fn standing(key: &ApiKey, now: Timestamp) -> &'static str {
    if key.revoked_at.is_some() {
        "revoked"
    } else if key.expires_at.is_some_and(|end| end <= now) {
        "expired"
    } else {
        "active"
    }
}

/// The key of that id, and who acts on it.
async fn found(app: &App, text: &str) -> anyhow::Result<(ApiKeyId, Caller)> {
    let id = ApiKeyId::parse(text)
        .with_context(|| format!("a key's id is like {}…", ApiKeyId::PREFIX))?;
    let key = app.get_key(id).await;
    let key = key.map_err(|_| anyhow!("there is no key {id}"))?;
    Ok((id, Caller::operator(key.owner)))
}

async fn roll(config: &Config, text: &str, hours: u32, as_json: bool) -> anyhow::Result<()> {
    let app = server::open_app(config).await?;
    let (id, caller) = found(&app, text).await?;
    let overlap_ms = i64::from(hours).saturating_mul(HOUR_MS);
    match app.roll_key(&caller, id, overlap_ms).await {
        Err(Error::Busy) => bail!("{id} was revoked, or ends before that: make a new key"),
        made => print_new(&made?, as_json),
    }
    Ok(())
}

async fn revoke(config: &Config, text: &str) -> anyhow::Result<()> {
    let app = server::open_app(config).await?;
    let (id, caller) = found(&app, text).await?;
    match app.revoke_key(&caller, id).await {
        Err(Error::Busy) => bail!("{id} was revoked already"),
        done => done?,
    }
    say(&format!("{id} opens nothing any more."));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_for_restricted_keys_and_for_them_needed() {
        let one = ["refunds:read".to_owned()];
        assert!(checked_rights(Kind::Restricted, &one).is_ok());
        assert!(checked_rights(Kind::Restricted, &[]).is_err());
        assert!(checked_rights(Kind::Secret, &one).is_err());
        assert!(checked_rights(Kind::Publishable, &[]).is_ok());
    }

    #[test]
    fn a_wrong_right_is_named_with_what_is_right() {
        let wrong = ["refund:read".to_owned()];
        let said = checked_rights(Kind::Restricted, &wrong)
            .unwrap_err()
            .to_string();
        assert!(
            said.contains("refund:read") && said.contains("payment_intents"),
            "{said}"
        );
    }
}
