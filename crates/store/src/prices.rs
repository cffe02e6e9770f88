//! Table `prices`: how much products are. Amounts are never changed.

use domain::catalogue::{Interval, PriceType, Recurring, TaxBehavior};
use domain::{Currency, Owner, Price, PriceId, Priced, ProductId};

use crate::page::Page;
use crate::statements::statements;
use crate::text::{of_metadata, to_metadata};
use crate::value::values;
use crate::{Error, Row, Tx, products};

macro_rules! columns {
    () => {
        "id, merchant_id, livemode, product_id, version, active, amount_minor, currency, type, \
         recurring_interval, recurring_count, nickname, lookup_key, tax_behavior, metadata, \
         created_at"
    };
}

statements! {
    INSERT = concat!(
        "INSERT INTO prices (",
        columns!(),
        ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    );
    REPLACE = "UPDATE prices SET version = ?, active = ?, nickname = ?, lookup_key = ?, \
        tax_behavior = ?, metadata = ? WHERE id = ? AND version = ?";
    FREE_KEY = "UPDATE prices SET lookup_key = NULL, version = version + 1 \
        WHERE merchant_id = ? AND livemode = ? AND lookup_key = ? AND id <> ?";
    USE_BY_DEFAULT = "UPDATE prices SET version = version + 1 \
        WHERE id = ? AND product_id = ? AND active = 1";
    GET = concat!("SELECT ", columns!(), " FROM prices WHERE id = ?");
    BY_KEY = concat!(
        "SELECT ",
        columns!(),
        " FROM prices WHERE merchant_id = ? AND livemode = ? AND lookup_key = ?"
    );
    KNOWN = "SELECT id FROM prices WHERE id = ? AND merchant_id = ? AND livemode = ?";
    @pages
    OWNED = "prices WHERE merchant_id = ? AND livemode = ? AND (? IS NULL OR active = ?) \
        AND (? IS NULL OR type = ?) AND (? IS NULL OR currency = ?)" by "id";
    OF_PRODUCT = "prices WHERE merchant_id = ? AND livemode = ? AND (? IS NULL OR active = ?) \
        AND (? IS NULL OR type = ?) AND (? IS NULL OR currency = ?) AND product_id = ?" by "id";
}

/// Which prices to list; `None` asks for nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted {
    /// Those of one product.
    pub product: Option<ProductId>,
    /// Those that can be used, or cannot.
    pub is_active: Option<bool>,
    /// Those paid once, or again and again.
    pub kind: Option<PriceType>,
    /// Those in one currency.
    pub currency: Option<Currency>,
}

impl Wanted {
    /// Whether a price is one of those.
    pub fn takes(&self, price: &Price) -> bool {
        self.product.is_none_or(|product| product == price.product)
            && self
                .is_active
                .is_none_or(|active| active == price.is_active)
            && self.kind.is_none_or(|kind| kind == price.kind())
            && self.currency.is_none_or(|one| one == price.amount.currency)
    }
}

/// Adds a price, and notes on its product that it has one more.
///
/// # Errors
/// [`Error::Conflict`] when the product is gone, [`Error::Exists`] when another price has its
/// lookup key.
pub fn insert(tx: &Tx<'_>, price: &Price) -> Result<(), Error> {
    products::count_price(tx, price.product)?;
    let values = values![
        &price.id,
        &price.owner.merchant,
        price.owner.mode,
        &price.product,
        price.version,
        price.is_active,
        price.amount.minor,
        price.amount.currency,
        price.kind().as_str(),
        price.recurring.map(|recurring| recurring.interval.as_str()),
        price.recurring.map(|recurring| recurring.count),
        price.nickname.as_ref(),
        price.lookup_key.as_ref(),
        price.tax_behavior.as_str(),
        of_metadata(&price.metadata),
        price.created_at,
    ];
    tx.insert(INSERT, values, "lookup key")
}

/// Replaces the version before this one, but for what never changes.
///
/// # Errors
/// [`Error::Conflict`] when the price has moved on, [`Error::Exists`] when another price has its
/// lookup key.
pub fn replace(tx: &Tx<'_>, price: &Price) -> Result<(), Error> {
    let values = values![
        price.version,
        price.is_active,
        price.nickname.as_ref(),
        price.lookup_key.as_ref(),
        price.tax_behavior.as_str(),
        of_metadata(&price.metadata),
        &price.id,
        price.version.saturating_sub(1),
    ];
    match tx.change_one(REPLACE, values) {
        Err(Error::Exists(_)) => Err(Error::Exists("lookup key")),
        other => other,
    }
}

/// Takes the lookup key of `price` from whichever other price has it.
///
/// # Errors
/// As [`crate::Store::write`].
pub fn free_key(tx: &Tx<'_>, price: &Price) -> Result<(), Error> {
    let values = values![
        &price.owner.merchant,
        price.owner.mode,
        price.lookup_key.as_ref(),
        &price.id,
    ];
    tx.execute(FREE_KEY, values).map(drop)
}

/// Makes sure that a price can be the usual one of a product, by a write.
///
/// # Errors
/// [`Error::Conflict`] when it is another product's, or cannot be used.
pub fn use_by_default(tx: &Tx<'_>, id: PriceId, product: ProductId) -> Result<(), Error> {
    tx.change_one(USE_BY_DEFAULT, values![&id, &product])
}

fn read(row: &Row<'_>) -> Result<Price, Error> {
    let interval = row.named_opt(9, Interval::parse)?;
    let count = row.int_opt(10)?;
    Ok(Price {
        id: row.id(0)?,
        owner: Owner {
            merchant: row.id(1)?,
            mode: row.mode(2)?,
        },
        product: row.id(3)?,
        version: row.int(4)?,
        is_active: row.truth(5)?,
        amount: row.money(6, 7)?,
        recurring: interval
            .zip(count)
            .map(|(interval, count)| Recurring { interval, count }),
        nickname: row.text_opt(11)?,
        lookup_key: row.text_opt(12)?,
        tax_behavior: row.named(13, TaxBehavior::parse)?,
        metadata: to_metadata(&row.text(14)?)?,
        created_at: row.time(15)?,
    })
}

/// The price of that id, if it belongs to `owner`.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn find_owned(tx: &Tx<'_>, owner: Owner, id: PriceId) -> Result<Option<Price>, Error> {
    Ok(tx
        .one(GET, values![&id], read)?
        .filter(|price| price.owner == owner))
}

/// The same with what it is the price of.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn find_priced(tx: &Tx<'_>, owner: Owner, id: PriceId) -> Result<Option<Priced>, Error> {
    let Some(price) = find_owned(tx, owner, id)? else {
        return Ok(None);
    };
    let product = products::find_owned(tx, owner, price.product)?;
    let product = product.ok_or_else(|| Error::Corrupt("a price without its product".into()))?;
    Ok(Some(Priced { price, product }))
}

/// The price of `owner` that has this lookup key.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn find_by_key(tx: &Tx<'_>, owner: Owner, key: &str) -> Result<Option<Price>, Error> {
    tx.one(BY_KEY, values![&owner.merchant, owner.mode, key], read)
}

/// A page of `owner`'s prices.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn list(
    tx: &Tx<'_>,
    owner: Owner,
    page: &Page<PriceId>,
    wanted: &Wanted,
) -> Result<Vec<Price>, Error> {
    let Wanted {
        product,
        is_active,
        kind,
        currency,
    } = *wanted;
    let kind = kind.map(PriceType::as_str);
    page.check(tx, owner, KNOWN)?;
    let merchant = &owner.merchant;
    let all = values![
        merchant, owner.mode, is_active, is_active, kind, kind, currency, currency
    ];
    match &product {
        Some(product) => {
            let values = [all.as_slice(), values![product]].concat();
            page.run(tx, &OF_PRODUCT, &values, read)
        }
        None => page.run(tx, &OWNED, all, read),
    }
}
