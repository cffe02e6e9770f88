//! What links are for: things taken from prices, or named with their amount on the spot.

use std::collections::BTreeSet;

use domain::checkout::LineItem;
use domain::{Currency, Money, Owner, PriceId, Priced, Refusal};

use store::{Tx, prices};

use crate::{App, Error, Thing};

/// One thing as it is asked for.
#[derive(Clone, Debug)]
pub enum Wish {
    /// So many of what has this price.
    Priced(PriceId, i64),
    /// Something with an amount of its own.
    Named(LineItem, Currency),
}

/// What is paid for, in one currency.
#[derive(Clone, Debug)]
pub(crate) struct Basket {
    /// The things; their amounts never change.
    pub(crate) items: Vec<LineItem>,
    /// The currency of all of them.
    pub(crate) currency: Currency,
    /// The prices they were taken from.
    pub(crate) priced: Vec<Priced>,
}

impl Basket {
    /// What all of it costs.
    pub(crate) fn total(&self) -> Result<Money, Refusal> {
        let minor = domain::checkout::total_minor(&self.items)?;
        Ok(Money::new(minor, self.currency))
    }
}

impl App {
    /// The things that are wished for.
    ///
    /// # Errors
    /// [`Error::Item`] for the first that cannot be bought, [`Error::Refused`] when there are
    /// several currencies, or none because nothing is wished for.
    pub(crate) async fn basket(&self, owner: Owner, wishes: Vec<Wish>) -> Result<Basket, Error> {
        let ids = wishes.iter().filter_map(|wish| match wish {
            Wish::Priced(id, _) => Some(*id),
            Wish::Named(..) => None,
        });
        let ids: BTreeSet<_> = ids.collect();
        let find = move |tx: &Tx<'_>| {
            let found = ids.iter().map(|id| prices::find_priced(tx, owner, *id));
            found
                .filter_map(Result::transpose)
                .collect::<Result<Vec<_>, _>>()
        };
        let priced = self.store.read(find).await?;
        let mut items = Vec::with_capacity(wishes.len());
        let mut currencies = Vec::new();
        for (place, wish) in wishes.into_iter().enumerate() {
            let (item, currency) = match wish {
                Wish::Named(item, currency) => (item, currency),
                Wish::Priced(id, quantity) => bought(&priced, id, quantity)
                    .map_err(|error| Error::Item(place, id, Box::new(error)))?,
            };
            items.push(item);
            currencies.push(currency);
        }
        currencies.dedup();
        let [currency] = currencies[..] else {
            return Err(Refusal::CurrenciesMixed.into());
        };
        Ok(Basket {
            items,
            currency,
            priced,
        })
    }
}

fn bought(priced: &[Priced], id: PriceId, quantity: i64) -> Result<(LineItem, Currency), Error> {
    let found = priced.iter().find(|priced| priced.price.id == id);
    let priced = found.ok_or(Error::NotFound(Thing::Price))?;
    Ok((priced.item(quantity)?, priced.price.amount.currency))
}
