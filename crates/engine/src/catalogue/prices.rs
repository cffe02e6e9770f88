//! The operations on prices.

use domain::catalogue::{Recurring, TaxBehavior};
use domain::money::AMOUNT_MINOR_MAX;
use domain::payment::{Metadata, MetadataChange};
use domain::{EventKind, Money, Owner, Price, PriceId, Priced, Product, ProductId, Refusal};
use store::prices::Wanted;
use store::{Page, Tx, prices, products};

use super::Telling;
use super::products::Details as ProductDetails;
use crate::payments::TRIES;
use crate::{App, Error, Reply, ReplyKind, Request, Thing, View};

/// What is asked.
#[derive(Clone, Debug)]
pub struct NewPrice {
    /// How much one is.
    pub amount: Money,
    /// How often it is paid; once when `None`.
    pub recurring: Option<Recurring>,
    /// The rest.
    pub details: Details,
}

/// What can be changed of a price; `None` leaves it and `Some(None)` takes it away.
#[derive(Clone, Debug, Default)]
pub struct Details {
    /// Whether it can be used for something new.
    pub is_active: Option<bool>,
    /// The merchant's own word for it.
    pub nickname: Option<Option<String>>,
    /// A name that only one price has at a time.
    pub lookup_key: Option<Option<String>>,
    /// Whether the lookup key is taken from the price that has it.
    pub takes_key: bool,
    /// Whether tax is in it.
    pub tax_behavior: Option<TaxBehavior>,
    /// What becomes of the merchant's own pairs.
    pub metadata: MetadataChange,
}

impl Details {
    fn on(self, old: Price) -> Result<Price, Refusal> {
        Ok(Price {
            version: old.version.saturating_add(1),
            is_active: self.is_active.unwrap_or(old.is_active),
            nickname: self.nickname.unwrap_or(old.nickname),
            lookup_key: self.lookup_key.unwrap_or(old.lookup_key),
            tax_behavior: self.tax_behavior.unwrap_or(old.tax_behavior),
            metadata: self.metadata.apply(&old.metadata)?,
            ..old
        })
    }
}

/// Of what a new price is the price.
#[derive(Clone, Debug)]
pub enum Of {
    /// Of something that is sold already.
    Kept(ProductId),
    /// Of something new.
    New(Box<ProductDetails>),
}

/// What there is to see of a price.
pub fn view(priced: &Priced) -> View<'_> {
    View {
        product: Some(&priced.product),
        price: Some(&priced.price),
        ..View::default()
    }
}

impl App {
    /// The price of that id with its product, if it belongs to `owner`.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn get_price(&self, owner: Owner, id: PriceId) -> Result<Priced, Error> {
        let find = move |tx: &Tx<'_>| prices::find_priced(tx, owner, id);
        let found = self.store.read(find).await?;
        found.ok_or(Error::NotFound(Thing::Price))
    }

    pub(super) async fn new_price(&self, product: &Product, new: NewPrice) -> Result<Price, Error> {
        if new.amount.minor > AMOUNT_MINOR_MAX {
            return Err(Refusal::AmountTooLarge.into());
        }
        let merchant = self.merchant(product.owner).await?;
        if !merchant.takes(new.amount.currency) {
            return Err(Refusal::CurrencyNotTaken.into());
        }
        let price = Price {
            id: self.ids.next(&self.clock, PriceId::from_bytes),
            owner: product.owner,
            product: product.id,
            version: 0,
            is_active: true,
            amount: new.amount,
            recurring: new.recurring,
            nickname: None,
            lookup_key: None,
            tax_behavior: TaxBehavior::Unspecified,
            metadata: Metadata::new(),
            created_at: self.clock.now(),
        };
        Ok(new.details.on(price)?)
    }

    /// Adds a price, and its product when that is new.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such product, [`Error::Refused`], those of the
    /// request's key.
    pub async fn create_price(
        &self,
        request: &Request,
        of: Of,
        new: NewPrice,
    ) -> Result<Reply, Error> {
        let write = async {
            let owner = request.caller.owner;
            let (product, is_new) = match of {
                Of::Kept(id) => (self.get_product(owner, id).await?.product, false),
                Of::New(details) => (self.new_product(owner, *details)?, true),
            };
            let takes_key = new.details.takes_key;
            let price = self.new_price(&product, new).await?;
            let written = Priced { price, product };
            let events: &[_] = if is_new {
                &[EventKind::ProductCreated, EventKind::PriceCreated]
            } else {
                &[EventKind::PriceCreated]
            };
            let telling = Telling {
                name: "price_create",
                reply: ReplyKind::Price,
                events,
                subject: *written.product.id.bytes(),
                view: view(&written),
            };
            let Priced { price, product } = written.clone();
            self.write_and_tell(request, telling, move |tx| {
                if is_new {
                    products::insert(tx, &product)?;
                }
                if takes_key {
                    prices::free_key(tx, &price)?;
                }
                prices::insert(tx, &price)
            })
            .await
        };
        self.keyed(request, write).await
    }

    /// Changes a price, but for its amount, as it is when it is written: decides again when others
    /// were first.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Refused`] when another price has its lookup key, or it is no
    /// longer to be used and the usual one of its product; those of the request's key.
    pub async fn update_price(
        &self,
        request: &Request,
        id: PriceId,
        details: Details,
    ) -> Result<Reply, Error> {
        let run = async {
            for _ in 0..TRIES {
                match self.try_price(request, id, details.clone()).await {
                    Err(Error::Busy) => {}
                    other => return other,
                }
            }
            Err(Error::Busy)
        };
        self.keyed(request, run).await
    }

    async fn try_price(
        &self,
        request: &Request,
        id: PriceId,
        details: Details,
    ) -> Result<Reply, Error> {
        let Priced { price, product } = self.get_price(request.caller.owner, id).await?;
        let takes_key = details.takes_key;
        let price = details.on(price)?;
        let written = Priced { price, product };
        // To make it the usual one changes its version, so this cannot be overtaken.
        let is_usual = written.product.default_price == Some(id);
        if is_usual && !written.price.is_active {
            return Err(Refusal::PriceIsDefault.into());
        }
        let telling = Telling {
            name: "price_update",
            reply: ReplyKind::Price,
            events: &[EventKind::PriceUpdated],
            subject: *written.product.id.bytes(),
            view: view(&written),
        };
        let price = written.price.clone();
        self.write_and_tell(request, telling, move |tx| {
            if takes_key {
                prices::free_key(tx, &price)?;
            }
            prices::replace(tx, &price)
        })
        .await
    }

    /// A page of prices, newest first.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the record at which the page begins is not the owner's.
    pub async fn list_prices(
        &self,
        owner: Owner,
        page: Page<PriceId>,
        wanted: Wanted,
    ) -> Result<Vec<Priced>, Error> {
        let list = move |tx: &Tx<'_>| {
            let found = prices::list(tx, owner, &page, &wanted)?;
            let priced = found
                .into_iter()
                .map(|price| prices::find_priced(tx, owner, price.id));
            priced.filter_map(Result::transpose).collect()
        };
        self.store
            .read(list)
            .await
            .map_err(crate::lists::missing(Thing::Price))
    }

    /// The prices that have these lookup keys, newest first.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn find_prices(&self, owner: Owner, keys: Vec<String>) -> Result<Vec<Priced>, Error> {
        let find = move |tx: &Tx<'_>| {
            let mut found = Vec::new();
            for key in &keys {
                let Some(price) = prices::find_by_key(tx, owner, key)? else {
                    continue;
                };
                found.extend(prices::find_priced(tx, owner, price.id)?);
            }
            found.sort_by_key(|priced| std::cmp::Reverse(priced.price.id));
            found.dedup();
            Ok(found)
        };
        Ok(self.store.read(find).await?)
    }
}
