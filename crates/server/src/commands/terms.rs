//! `encaisse admin merchant fee` and `payout-delay`: the terms of a merchant, beside a running
//! server.

use anyhow::{Context as _, bail};
use clap::Args;
use domain::MerchantId;
use engine::Error;
use engine::accounts::{PAYOUT_DELAY_DAYS_MAX, TermsError};
use server::config::Config;

use crate::commands::say;

#[derive(Debug, Args)]
pub(crate) struct Fee {
    /// Whose: `acct_…`.
    #[arg(long)]
    merchant: String,
    /// The share of each payment, in hundredths of a percent; half a minor unit is rounded up.
    #[arg(long)]
    basis_points: i64,
    /// What is added to it, in minor units of whatever currency is paid in.
    #[arg(long, default_value_t = 0)]
    fixed: i64,
}

#[derive(Debug, Args)]
pub(crate) struct PayoutDelay {
    /// Whose: `acct_…`.
    #[arg(long)]
    merchant: String,
    /// How many days of their time zone; at once when 0.
    #[arg(long)]
    days: i64,
}

fn parse(merchant: &str) -> anyhow::Result<MerchantId> {
    MerchantId::parse(merchant).context("--merchant must be like acct_…")
}

pub(super) async fn set_fee(config: &Config, fee: Fee) -> anyhow::Result<()> {
    let merchant = parse(&fee.merchant)?;
    let app = server::open_app(config).await?;
    match app.set_fee(merchant, fee.basis_points, fee.fixed).await {
        Err(TermsError::OutOfBounds) => {
            bail!("--basis-points is from 0 to 10000, --fixed from 0 to 1000000")
        }
        Err(TermsError::Other(Error::Busy)) => bail!("it was changed a moment ago: try again"),
        done => set(done, merchant)?,
    };
    say("The fee counts for what is taken from two seconds on; fees that were taken stay.");
    Ok(())
}

pub(super) async fn set_delay(config: &Config, delay: PayoutDelay) -> anyhow::Result<()> {
    let merchant = parse(&delay.merchant)?;
    let app = server::open_app(config).await?;
    match app.set_payout_delay(merchant, delay.days).await {
        Err(TermsError::OutOfBounds) => bail!("--days is from 0 to {PAYOUT_DELAY_DAYS_MAX}"),
        done => set(done, merchant)?,
    }
    say("The delay counts on every node within a second.");
    Ok(())
}

fn set<T>(done: Result<T, TermsError>, merchant: MerchantId) -> anyhow::Result<T> {
    match done {
        Err(TermsError::Other(Error::NotFound(_))) => bail!("there is no merchant {merchant}"),
        done => Ok(done?),
    }
}
