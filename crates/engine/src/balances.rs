//! What is due to a merchant: how much of it can be paid out, and what moved it.
//!
//! A balance is a sum of transfers and is stored nowhere; a balance transaction is a transfer as
//! the merchant sees it, with its fee. Nothing here writes.

use domain::ledger::TransferId;
use domain::payout::Funds;
use domain::{Account, Cause, Currency, Merchant, Owner, Step, Timestamp, Transfer};
use jiff::Span;
use jiff::tz::TimeZone;
use store::transfers::{self, Filter, Movement};
use store::{Page, balances};

use crate::lists::missing;
use crate::{App, Error, Loaded, Thing};

/// What is due to a merchant in one currency. Minor units; below zero when refunds took more than
/// there was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    /// Which currency.
    pub currency: Currency,
    /// What can be paid out.
    pub available_minor: i64,
    /// What can be paid out later.
    pub pending_minor: i64,
}

/// A transfer as the merchant sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BalanceTransaction {
    /// The transfer.
    pub transfer: Transfer,
    /// The fee on it, in minor units.
    pub fee_minor: i64,
    /// From when on it counts for what can be paid out.
    pub available_at: Timestamp,
    /// Whether it does already.
    pub is_available: bool,
}

impl BalanceTransaction {
    /// What it adds to what is due, before the fee; below zero when it takes from it.
    pub fn amount_minor(&self) -> i64 {
        let minor = self.transfer.amount.minor;
        if self.transfer.credit == Account::MerchantPayable {
            minor
        } else {
            minor.saturating_neg()
        }
    }
}

/// Whether what is to be shown in place of its id, by these paths, is a balance transaction.
pub fn shows_transactions(expand: &[String]) -> bool {
    expand
        .iter()
        .any(|path| path.split('.').any(|name| name == "balance_transaction"))
}

/// When what a merchant's payments took can be paid out: some of their own days later.
struct Delay {
    zone: TimeZone,
    days: i64,
}

impl Delay {
    fn of(merchant: &Merchant) -> Result<Self, Error> {
        let zone = TimeZone::get(&merchant.time_zone);
        Ok(Self {
            zone: zone.map_err(|error| Error::Internal(error.into()))?,
            days: merchant.payout_delay_days,
        })
    }

    /// The beginning of the day that is `days` after that of `time`.
    fn day_after(&self, time: Timestamp, days: i64) -> Result<Timestamp, Error> {
        let internal = |error: jiff::Error| Error::Internal(error.into());
        let instant = jiff::Timestamp::from_microsecond(time.micros()).map_err(internal)?;
        let span = Span::new().try_days(days).map_err(internal)?;
        let date = instant.to_zoned(self.zone.clone()).date();
        let day = date.checked_add(span).map_err(internal)?;
        let begin = day.to_zoned(self.zone.clone()).map_err(internal)?;
        Ok(Timestamp::from_micros(begin.timestamp().as_microsecond()))
    }

    /// From when on it is that what was taken has to wait at `now`; `None` when nothing has to.
    fn waiting_since(&self, now: Timestamp) -> Result<Option<Timestamp>, Error> {
        if self.days == 0 {
            return Ok(None);
        }
        let days = 1_i64.saturating_sub(self.days);
        self.day_after(now, days).map(Some)
    }

    /// When `transfer` counts for what can be paid out: at once, unless it takes money.
    fn end(&self, transfer: &Transfer) -> Result<Timestamp, Error> {
        if self.days == 0 || !transfer.cause.takes() {
            return Ok(transfer.created_at);
        }
        self.day_after(transfer.created_at, self.days)
    }

    fn shown(&self, movement: Movement, now: Timestamp) -> Result<BalanceTransaction, Error> {
        let available_at = self.end(&movement.transfer)?;
        Ok(BalanceTransaction {
            transfer: movement.transfer,
            fee_minor: movement.fee_minor,
            available_at,
            is_available: available_at <= now,
        })
    }
}

impl App {
    /// What is due to a merchant: each currency they take, and any other that has money.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn get_balance(&self, owner: Owner) -> Result<Vec<Balance>, Error> {
        let merchant = self.merchant(owner).await?;
        let since = Delay::of(&merchant)?.waiting_since(self.clock.now())?;
        let (due, waiting) = self.store.read(move |tx| sums(tx, owner, since)).await?;
        let mut currencies = merchant.currencies.clone();
        currencies.extend(due.iter().map(|(currency, _)| *currency));
        let mut balances: Vec<Balance> = Vec::new();
        for currency in currencies {
            if balances.iter().all(|known| known.currency != currency) {
                balances.push(balance(&due, &waiting, currency));
            }
        }
        Ok(balances)
    }

    /// What a payout is decided on: what is available, and the number of decisions before this
    /// one, both of one view of the database.
    pub(crate) async fn funds(&self, owner: Owner, currency: Currency) -> Result<Funds, Error> {
        let merchant = self.merchant(owner).await?;
        let since = Delay::of(&merchant)?.waiting_since(self.clock.now())?;
        let read = move |tx: &store::Tx<'_>| {
            let (due, waiting) = sums(tx, owner, since)?;
            Ok(Funds {
                available_minor: balance(&due, &waiting, currency).available_minor,
                guard: balances::guard(tx, owner, currency)?,
            })
        };
        Ok(self.store.read(read).await?)
    }

    /// The balance transaction of that id, if it belongs to `owner`.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn get_transaction(
        &self,
        owner: Owner,
        id: TransferId,
    ) -> Result<BalanceTransaction, Error> {
        let find = move |tx: &store::Tx<'_>| transfers::find_shown(tx, owner, id);
        let found = self.store.read(find).await?;
        let movement = found.ok_or(Error::NotFound(Thing::BalanceTransaction))?;
        let merchant = self.merchant(owner).await?;
        Delay::of(&merchant)?.shown(movement, self.clock.now())
    }

    /// A page of what moved a balance, newest first.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the record at which the page begins is not the owner's.
    pub async fn list_transactions(
        &self,
        owner: Owner,
        filter: Filter,
        page: Page<TransferId>,
    ) -> Result<Vec<BalanceTransaction>, Error> {
        let list = move |tx: &store::Tx<'_>| transfers::list_shown(tx, owner, &filter, &page);
        let found = self.store.read(list).await;
        let found = found.map_err(missing(Thing::BalanceTransaction))?;
        self.transactions(owner, found).await
    }

    /// With what moved the balance, for whoever wants to see it beside the payment.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn with_transactions(&self, loaded: Loaded) -> Result<Loaded, Error> {
        let (owner, id) = (loaded.payment.owner, loaded.payment.id);
        let list = move |tx: &store::Tx<'_>| transfers::shown_of(tx, owner, id.bytes());
        let found = self.store.read(list).await?;
        Ok(Loaded {
            transactions: self.transactions(owner, found).await?,
            ..loaded
        })
    }

    /// The same for what `step` leaves behind, before it is written.
    pub(crate) async fn followed(
        &self,
        loaded: Loaded,
        step: &Step,
    ) -> Result<Loaded, store::Error> {
        let corrupt = |error: Error| store::Error::Corrupt(error.to_string());
        let mut loaded = self.with_transactions(loaded).await.map_err(corrupt)?;
        let fee = step.transfers.iter().find(|one| one.cause == Cause::Fee);
        let shown = step.transfers.iter().filter(|one| one.cause.is_shown());
        let movements = shown.map(|transfer| Movement {
            transfer: transfer.clone(),
            fee_minor: fee.map_or(0, |fee| fee.amount.minor),
        });
        let movements = movements.collect();
        let more = self.transactions(step.payment.owner, movements).await;
        loaded.transactions.extend(more.map_err(corrupt)?);
        Ok(loaded)
    }

    pub(crate) async fn transactions(
        &self,
        owner: Owner,
        movements: Vec<Movement>,
    ) -> Result<Vec<BalanceTransaction>, Error> {
        let merchant = self.merchant(owner).await?;
        let (delay, now) = (Delay::of(&merchant)?, self.clock.now());
        let movements = movements.into_iter();
        movements.map(|one| delay.shown(one, now)).collect()
    }
}

fn sums(
    tx: &store::Tx<'_>,
    owner: Owner,
    since: Option<Timestamp>,
) -> Result<(balances::Sums, balances::Sums), store::Error> {
    let waiting = match since {
        Some(since) => balances::taken_since(tx, owner, since)?,
        None => balances::Sums::new(),
    };
    Ok((balances::due(tx, owner)?, waiting))
}

fn balance(due: &balances::Sums, waiting: &balances::Sums, currency: Currency) -> Balance {
    let of = |sums: &balances::Sums| {
        let sum = sums.iter().find(|(known, _)| *known == currency);
        sum.map_or(0, |(_, minor)| *minor)
    };
    Balance {
        currency,
        available_minor: of(due).saturating_sub(of(waiting)),
        pending_minor: of(waiting),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        let time: jiff::Timestamp = text.parse().unwrap();
        Timestamp::from_micros(time.as_microsecond())
    }

    fn paris(days: i64) -> Delay {
        let zone = TimeZone::get("Europe/Paris").unwrap();
        Delay { zone, days }
    }

    fn check(days: i64, now: &str, since: &str) {
        let waiting = paris(days).waiting_since(at(now)).unwrap();
        assert_eq!(waiting, Some(at(since)), "{days} days at {now}");
    }

    #[test]
    fn days_are_those_of_the_merchant() {
        // Midnight in Paris is 23:00 UTC of the day before, 22:00 in summer.
        check(1, "2026-11-22T12:00:00Z", "2026-11-21T23:00:00Z");
        check(1, "2026-11-22T23:30:00Z", "2026-11-22T23:00:00Z");
        check(2, "2026-11-22T12:00:00Z", "2026-11-20T23:00:00Z");
        // The night of 2026-10-25 has one hour more.
        check(2, "2026-10-26T12:00:00Z", "2026-10-24T22:00:00Z");
        assert_eq!(
            paris(0).waiting_since(at("2026-11-22T12:00:00Z")).unwrap(),
            None
        );
    }

    #[test]
    fn what_is_taken_is_available_when_it_no_longer_waits() {
        for days in [1, 2, 7] {
            let delay = paris(days);
            for taken in [
                "2026-10-24T21:59:59Z",
                "2026-10-24T22:00:00Z",
                "2026-11-22T12:00:00Z",
            ] {
                let end = delay.day_after(at(taken), days).unwrap();
                let before = end.plus_millis(-1);
                assert!(delay.waiting_since(before).unwrap() <= Some(at(taken)));
                assert!(delay.waiting_since(end).unwrap() > Some(at(taken)));
            }
        }
    }
}
