//! `encaisse admin payout`: by hand, until a rail to banks exists. Lists what is to be transferred,
//! and says what became of it.

use anyhow::{Context as _, anyhow, bail};
use clap::Subcommand;
use domain::{PayoutFailure, PayoutId};
use engine::Error;
use engine::payouts::Ending;
use serde_json::json;
use server::config::Config;

use crate::commands::say;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Lists the payouts of every merchant that are still to be transferred, the oldest first.
    List {
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Says that a payout was transferred.
    MarkPaid {
        /// Which: `po_…`.
        payout: String,
    },
    /// Says that the bank did not take a payout; the money is due to the merchant again.
    MarkFailed {
        /// Which: `po_…`.
        payout: String,
        /// Why, by Stripe's failure code.
        #[arg(long, default_value = "could_not_process")]
        code: String,
    },
}

pub(super) async fn run(config: &Config, command: Command) -> anyhow::Result<()> {
    match command {
        Command::List { json } => list(config, json).await,
        Command::MarkPaid { payout } => end(config, &payout, Ending::Paid).await,
        Command::MarkFailed { payout, code } => {
            let why = PayoutFailure::parse(&code).ok_or_else(|| {
                let all: Vec<_> = PayoutFailure::ALL.iter().map(|one| one.as_str()).collect();
                anyhow!("--code must be one of {}", all.join(", "))
            })?;
            end(config, &payout, Ending::Failed(why)).await
        }
    }
}

async fn list(config: &Config, as_json: bool) -> anyhow::Result<()> {
    let app = server::open_app(config).await?;
    for payout in app.list_pending_payouts().await? {
        let (merchant, mode) = (payout.owner.merchant, payout.owner.mode);
        let (minor, currency) = (payout.amount.minor, payout.amount.currency.code());
        if as_json {
            let shown = json!({
                "id": payout.id.to_string(), "merchant": merchant.to_string(),
                "mode": mode.as_str(), "amount": minor, "currency": currency,
                "statement_descriptor": payout.statement_descriptor,
                "created": payout.created_at.seconds(),
            });
            say(&shown.to_string());
        } else {
            say(&format!(
                "{} {merchant} {mode} {minor} {currency}",
                payout.id
            ));
        }
    }
    Ok(())
}

async fn end(config: &Config, payout: &str, ending: Ending) -> anyhow::Result<()> {
    let id = PayoutId::parse(payout).with_context(|| format!("{payout} is no payout: po_…"))?;
    let app = server::open_app(config).await?;
    match app.end_payout(id, ending).await {
        Err(Error::NotFound(_)) => bail!("there is no payout {id}"),
        Err(Error::Refused(refusal)) => bail!("{refusal}"),
        ended => say(&format!("{id} is {} now.", ended?.status)),
    }
    Ok(())
}
