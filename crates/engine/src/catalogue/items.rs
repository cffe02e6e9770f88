//! What links are for: things taken from prices, or named with their amount on the spot.

use domain::checkout::LineItem;
use domain::{Currency, Owner, PriceId, Priced, Refusal};

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
    /// The sum, in minor units.
    pub(crate) fn total_minor(&self) -> Result<i64, Refusal> {
        self.items.iter().try_fold(0_i64, |sum, item| {
            let total = item.total_minor().ok_or(Refusal::AmountTooLarge)?;
            sum.checked_add(total).ok_or(Refusal::AmountTooLarge)
        })
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
        let ids: std::collections::BTreeSet<_> = ids.collect();
        let find = move |tx: &store::Tx<'_>| crate::load::priced_of(tx, owner, ids.iter());
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

#[cfg(test)]
mod tests {
    use super::*;

    fn check(items: &[(i64, i64)], expect: Result<i64, Refusal>) {
        let items = items.iter().map(|(unit_minor, quantity)| LineItem {
            name: "x".into(),
            unit_minor: *unit_minor,
            quantity: *quantity,
            price: None,
        });
        let basket = Basket {
            items: items.collect(),
            currency: Currency::EUR,
            priced: Vec::new(),
        };
        assert_eq!(basket.total_minor(), expect);
    }

    #[test]
    fn the_total_is_the_sum_of_all_items_or_too_large() {
        check(&[], Ok(0));
        check(&[(250, 2), (750, 1)], Ok(1_250));
        check(&[(i64::MAX, 1)], Ok(i64::MAX));
        check(&[(i64::MAX, 2)], Err(Refusal::AmountTooLarge));
        check(&[(i64::MAX, 1), (1, 1)], Err(Refusal::AmountTooLarge));
    }
}
