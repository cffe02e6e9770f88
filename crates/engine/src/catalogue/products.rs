//! The operations on products.

use domain::payment::{Metadata, MetadataChange};
use domain::{EventKind, Owner, Price, PriceId, Product, ProductId, Refusal, Timestamp};
use store::prices::Wanted;
use store::{Cursor, Page, prices, products};

use super::Telling;
use super::prices::NewPrice;
use crate::payments::TRIES;
use crate::{App, Error, Reply, ReplyKind, Request, Thing, View};

/// What is known of a product; in an update, `None` leaves it and `Some(None)` takes it away.
#[derive(Clone, Debug, Default)]
pub struct Details {
    /// What payers read.
    pub name: Option<String>,
    /// Whether it can be bought.
    pub is_active: Option<bool>,
    /// The merchant's own words about it.
    pub description: Option<Option<String>>,
    /// Addresses of pictures.
    pub images: Option<Vec<String>>,
    /// What the payer reads on their statement.
    pub statement_descriptor: Option<Option<String>>,
    /// What one of it is called.
    pub unit_label: Option<Option<String>>,
    /// Its page in the merchant's shop.
    pub url: Option<Option<String>>,
    /// The price it usually has; only in an update.
    pub default_price: Option<Option<PriceId>>,
    /// What becomes of the merchant's own pairs.
    pub metadata: MetadataChange,
}

impl Details {
    /// The product of these details that `blank` becomes.
    pub(super) fn on(self, blank: Product, now: Timestamp) -> Result<Product, Refusal> {
        let old = blank;
        Ok(Product {
            version: old.version.saturating_add(1),
            is_active: self.is_active.unwrap_or(old.is_active),
            name: self.name.unwrap_or(old.name),
            description: self.description.unwrap_or(old.description),
            images: self.images.unwrap_or(old.images),
            statement_descriptor: self
                .statement_descriptor
                .unwrap_or(old.statement_descriptor),
            unit_label: self.unit_label.unwrap_or(old.unit_label),
            url: self.url.unwrap_or(old.url),
            default_price: self.default_price.unwrap_or(old.default_price),
            metadata: self.metadata.apply(&old.metadata)?,
            updated_at: now,
            ..old
        })
    }
}

/// A product with the price it usually has.
#[derive(Clone, Debug)]
pub struct Shelved {
    /// The product.
    pub product: Product,
    /// Its usual price.
    pub price: Option<Price>,
}

impl Shelved {
    /// What there is to see of it.
    pub fn view(&self) -> View<'_> {
        View {
            product: Some(&self.product),
            price: self.price.as_ref(),
            ..View::default()
        }
    }
}

fn shelved(tx: &store::Tx<'_>, product: Product) -> Result<Shelved, store::Error> {
    let price = match product.default_price {
        Some(id) => prices::find_owned(tx, product.owner, id)?,
        None => None,
    };
    Ok(Shelved { product, price })
}

impl App {
    /// The product of that id, if it belongs to `owner`.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn get_product(&self, owner: Owner, id: ProductId) -> Result<Shelved, Error> {
        let find = move |tx: &store::Tx<'_>| {
            let found = products::find_owned(tx, owner, id)?;
            found.map(|product| shelved(tx, product)).transpose()
        };
        let found = self.store.read(find).await?;
        found.ok_or(Error::NotFound(Thing::Product))
    }

    /// A product of which nothing is known yet.
    pub(super) fn new_product(&self, owner: Owner, details: Details) -> Result<Product, Refusal> {
        let now = self.clock.now();
        let blank = Product {
            id: self.ids.next(&self.clock, ProductId::from_bytes),
            owner,
            version: 0,
            is_active: true,
            name: String::new(),
            description: None,
            images: Vec::new(),
            statement_descriptor: None,
            unit_label: None,
            url: None,
            default_price: None,
            metadata: Metadata::new(),
            created_at: now,
            updated_at: now,
        };
        details.on(blank, now)
    }

    /// Adds a product, with its usual price when one is given.
    ///
    /// # Errors
    /// [`Error::Refused`], those of the request's key.
    pub async fn create_product(
        &self,
        request: &Request,
        details: Details,
        usual: Option<NewPrice>,
    ) -> Result<Reply, Error> {
        let write = async {
            let mut product = self.new_product(request.caller.owner, details)?;
            let price = match usual {
                Some(new) => Some(self.new_price(&product, new).await?),
                None => None,
            };
            product.default_price = price.as_ref().map(|price| price.id);
            let events: &[_] = match price {
                Some(_) => &[EventKind::ProductCreated, EventKind::PriceCreated],
                None => &[EventKind::ProductCreated],
            };
            let written = Shelved { product, price };
            let telling = Telling {
                name: "product_create",
                reply: ReplyKind::Product,
                events,
                subject: *written.product.id.bytes(),
                view: written.view(),
            };
            let Shelved { product, price } = written.clone();
            self.write_and_tell(request, telling, move |tx| {
                products::insert(tx, &product)?;
                price.iter().try_for_each(|price| prices::insert(tx, price))
            })
            .await
        };
        self.keyed(request, write).await
    }

    /// Changes a product as it is when it is written: decides again when others were first.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such product or price, [`Error::Refused`] when the
    /// price cannot be its usual one, those of the request's key.
    pub async fn update_product(
        &self,
        request: &Request,
        id: ProductId,
        details: Details,
    ) -> Result<Reply, Error> {
        let run = async {
            for _ in 0..TRIES {
                match self.try_product(request, id, details.clone()).await {
                    Err(Error::Busy) => {}
                    other => return other,
                }
            }
            Err(Error::Busy)
        };
        self.keyed(request, run).await
    }

    async fn try_product(
        &self,
        request: &Request,
        id: ProductId,
        details: Details,
    ) -> Result<Reply, Error> {
        let before = self.get_product(request.caller.owner, id).await?.product;
        let usual = details.default_price.flatten();
        let product = details.on(before, self.clock.now())?;
        let price = match product.default_price {
            Some(id) => Some(self.get_price(product.owner, id).await?.price),
            None => None,
        };
        let fits = |price: &Price| price.is_active && price.product == product.id;
        if usual.is_some() && !price.as_ref().is_some_and(fits) {
            return Err(Refusal::PriceOfAnotherProduct.into());
        }
        let written = Shelved { product, price };
        let telling = Telling {
            name: "product_update",
            reply: ReplyKind::Product,
            events: &[EventKind::ProductUpdated],
            subject: *id.bytes(),
            view: written.view(),
        };
        let product = written.product.clone();
        self.write_and_tell(request, telling, move |tx| {
            if let Some(price) = usual {
                prices::use_by_default(tx, price, product.id)?;
            }
            products::replace(tx, &product)
        })
        .await
    }

    /// Removes a product that never had a price.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Refused`] when it has a price.
    pub async fn delete_product(&self, request: &Request, id: ProductId) -> Result<Reply, Error> {
        let owner = request.caller.owner;
        let gone = self.get_product(owner, id).await?;
        let wanted = Wanted {
            product: Some(id),
            ..Wanted::default()
        };
        let one = Page::new(1, Cursor::Newest);
        if !self.list_prices(owner, one, wanted).await?.is_empty() {
            return Err(Refusal::ProductHasPrices.into());
        }
        let telling = Telling {
            name: "product_delete",
            reply: ReplyKind::ProductDeleted,
            events: &[EventKind::ProductDeleted],
            subject: *id.bytes(),
            view: gone.view(),
        };
        // A price that was made a moment ago is found here, by the product's own row.
        self.write_and_tell(request, telling, move |tx| products::delete(tx, id))
            .await
    }

    /// A page of products, newest first.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the record at which the page begins is not the owner's.
    pub async fn list_products(
        &self,
        owner: Owner,
        page: Page<ProductId>,
        is_active: Option<bool>,
    ) -> Result<Vec<Shelved>, Error> {
        let list = move |tx: &store::Tx<'_>| {
            let found = products::list(tx, owner, &page, is_active)?;
            found.into_iter().map(|one| shelved(tx, one)).collect()
        };
        self.store
            .read(list)
            .await
            .map_err(crate::lists::missing(Thing::Product))
    }

    /// Those of these products that there are, in the order asked for.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn find_products(
        &self,
        owner: Owner,
        ids: Vec<ProductId>,
    ) -> Result<Vec<Shelved>, Error> {
        let find = move |tx: &store::Tx<'_>| {
            let found = ids.into_iter().map(|id| {
                let found = products::find_owned(tx, owner, id)?;
                found.map(|product| shelved(tx, product)).transpose()
            });
            found.filter_map(Result::transpose).collect()
        };
        Ok(self.store.read(find).await?)
    }
}
