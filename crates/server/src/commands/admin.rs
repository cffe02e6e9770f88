//! `encaisse admin`: makes merchants and keys, and renews the card key, beside a running server.

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use domain::{Currency, MerchantId};
use engine::Error;
use engine::accounts::{NewMerchant, Registered};
use serde_json::json;
use server::config::Config;

use crate::commands::{key, payout, say, terms};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Merchants.
    #[command(subcommand)]
    Merchant(Merchant),
    /// Keys of the API.
    #[command(subcommand)]
    Key(key::Command),
    /// Money to be sent to merchants' banks.
    #[command(subcommand)]
    Payout(payout::Command),
    /// The key that wraps the keys of cards.
    #[command(subcommand)]
    VaultKey(VaultKey),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Merchant {
    /// Makes a merchant, their first user, and keys for test mode. Secrets are shown once.
    Create(CreateMerchant),
    /// Lets another merchant's keys act for one, by the header `Stripe-Account`.
    Connect {
        /// For whom: `acct_…`.
        #[arg(long)]
        merchant: String,
        /// Who acts: `acct_…`.
        #[arg(long)]
        platform: String,
    },
    /// Ends that.
    Disconnect {
        /// For whom: `acct_…`.
        #[arg(long)]
        merchant: String,
    },
    /// Sets what the service takes of each payment from now on; what was taken stays as it was.
    Fee(terms::Fee),
    /// Sets after how many days a merchant's payments can be paid out.
    PayoutDelay(terms::PayoutDelay),
}

#[derive(Debug, Args)]
pub(crate) struct CreateMerchant {
    /// The name payers see.
    #[arg(long)]
    name: String,
    /// What the first user logs in with.
    #[arg(long)]
    email: String,
    /// Two-letter country.
    #[arg(long, default_value = "FR")]
    country: String,
    /// Time zone their days are counted in.
    #[arg(long, default_value = "Europe/Paris")]
    time_zone: String,
    /// Language they work in.
    #[arg(long, default_value = "fr-FR")]
    locale: String,
    /// A currency they take; may be repeated, the usual one first.
    #[arg(long = "currency", default_value = "eur")]
    currencies: Vec<String>,
    /// One JSON object instead of lines.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum VaultKey {
    /// Adds a new card key to the key file. Running servers go on, and read the file when they
    /// meet a card under the new key.
    Rotate,
    /// Wraps every card's key under the newest card key, which every node's file must have.
    Rewrap,
}

pub(super) async fn run(config: &Config, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Merchant(Merchant::Create(create)) => create_merchant(config, create).await,
        Command::Merchant(Merchant::Connect { merchant, platform }) => {
            connect(config, &merchant, Some(&platform)).await
        }
        Command::Merchant(Merchant::Disconnect { merchant }) => {
            connect(config, &merchant, None).await
        }
        Command::Merchant(Merchant::Fee(fee)) => terms::set_fee(config, fee).await,
        Command::Merchant(Merchant::PayoutDelay(delay)) => terms::set_delay(config, delay).await,
        Command::Payout(command) => payout::run(config, command).await,
        Command::Key(command) => key::run(config, command).await,
        Command::VaultKey(VaultKey::Rotate) => rotate(config).await,
        Command::VaultKey(VaultKey::Rewrap) => rewrap(config).await,
    }
}

async fn create_merchant(config: &Config, create: CreateMerchant) -> anyhow::Result<()> {
    let new = checked(&create)?;
    let app = server::open_app(config).await?;
    let made = match app.create_merchant(new).await {
        Err(Error::Exists(_)) => bail!("somebody logs in with {} already", create.email),
        made => made?,
    };
    print_merchant(&made, create.json);
    Ok(())
}

fn checked(create: &CreateMerchant) -> anyhow::Result<NewMerchant> {
    let name = create.name.trim();
    if name.is_empty() || name.chars().count() > 200 {
        bail!("--name must have 1 to 200 characters");
    }
    let is_address = create.email.split_once('@').is_some_and(|(user, host)| {
        !user.trim().is_empty() && host.contains('.') && !create.email.contains(' ')
    });
    if !is_address || create.email.len() > 254 {
        bail!("--email must be an e-mail address");
    }
    let is_country =
        create.country.len() == 2 && create.country.bytes().all(|b| b.is_ascii_alphabetic());
    if !is_country {
        bail!("--country must be two letters, like FR");
    }
    jiff::tz::TimeZone::get(&create.time_zone)
        .with_context(|| format!("--time-zone: there is no {}", create.time_zone))?;
    let currencies = create.currencies.iter().map(|code| {
        Currency::parse(code).with_context(|| format!("--currency: there is no {code}"))
    });
    Ok(NewMerchant {
        name: name.to_owned(),
        email: create.email.clone(),
        country: create.country.to_uppercase(),
        time_zone: create.time_zone.clone(),
        locale: create.locale.clone(),
        currencies: currencies.collect::<anyhow::Result<_>>()?,
    })
}

fn print_merchant(made: &Registered, as_json: bool) {
    let fields = [
        ("merchant", made.merchant.id.to_string()),
        ("email", made.email.clone()),
        ("password", made.password.clone()),
        ("secret_key", made.secret.secret.clone()),
        ("publishable_key", made.publishable.secret.clone()),
    ];
    print_fields(&fields, as_json);
}

pub(super) fn print_fields(fields: &[(&str, String)], as_json: bool) {
    if as_json {
        let object: serde_json::Map<_, _> = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), json!(value)))
            .collect();
        say(&serde_json::Value::Object(object).to_string());
        return;
    }
    for (name, value) in fields {
        say(&format!("{name:16} {value}"));
    }
}

async fn connect(config: &Config, merchant: &str, platform: Option<&str>) -> anyhow::Result<()> {
    let parse = |text: &str| {
        MerchantId::parse(text).with_context(|| format!("{text} is no merchant: acct_…"))
    };
    let merchant = parse(merchant)?;
    let platform = platform.map(parse).transpose()?;
    if platform == Some(merchant) {
        bail!("a merchant's own keys act for them already");
    }
    let app = server::open_app(config).await?;
    match app.connect_merchant(merchant, platform).await {
        Err(Error::NotFound(_)) => bail!("there is no such merchant"),
        done => done?,
    }
    match platform {
        Some(platform) => say(&format!("{platform} acts for {merchant} now.")),
        None => say(&format!("Nobody acts for {merchant} any more.")),
    }
    Ok(())
}

async fn rotate(config: &Config) -> anyhow::Result<()> {
    let store = server::open_store(config)?;
    // The present key must be the right one before a new one is put on top of it.
    server::open_vault(config, &store).await?;
    vault::Vault::rotate(&config.vault_key_file)?;
    say("The key file has a new card key.");
    say("Copy the file to every node; then `encaisse admin vault-key rewrap` renews the cards.");
    Ok(())
}

async fn rewrap(config: &Config) -> anyhow::Result<()> {
    let app = server::open_app(config).await?;
    let count = app.rewrap_cards().await?;
    say(&format!("{count} cards are wrapped under the newest key."));
    Ok(())
}
