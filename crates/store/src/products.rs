//! Table `products`: what merchants sell.

use domain::{Owner, PriceId, Product, ProductId};

use crate::page::Page;
use crate::statements::statements;
use crate::text::{of_metadata, of_texts, to_metadata, to_texts};
use crate::value::values;
use crate::{Error, Row, Tx};

macro_rules! columns {
    () => {
        "id, merchant_id, livemode, version, active, name, description, images, \
         statement_descriptor, unit_label, url, default_price_id, metadata, created_at, updated_at"
    };
}

statements! {
    INSERT = concat!(
        "INSERT INTO products (",
        columns!(),
        ", price_count) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)"
    );
    REPLACE = "UPDATE products SET version = ?, active = ?, name = ?, description = ?, \
        images = ?, statement_descriptor = ?, unit_label = ?, url = ?, default_price_id = ?, \
        metadata = ?, updated_at = ? WHERE id = ? AND version = ?";
    COUNT_PRICE = "UPDATE products SET price_count = price_count + 1 WHERE id = ?";
    DELETE = "DELETE FROM products WHERE id = ? AND price_count = 0";
    GET = concat!("SELECT ", columns!(), " FROM products WHERE id = ?");
    KNOWN = "SELECT id FROM products WHERE id = ? AND merchant_id = ? AND livemode = ?";
    @pages
    OWNED = "products WHERE merchant_id = ? AND livemode = ? \
        AND (? IS NULL OR active = ?)" by "id";
}

/// Adds a product.
///
/// # Errors
/// As [`crate::Store::write`].
pub fn insert(tx: &Tx<'_>, product: &Product) -> Result<(), Error> {
    let values = values![
        &product.id,
        &product.owner.merchant,
        product.owner.mode,
        product.version,
        product.is_active,
        &product.name,
        product.description.as_ref(),
        of_texts(&product.images),
        product.statement_descriptor.as_ref(),
        product.unit_label.as_ref(),
        product.url.as_ref(),
        product.default_price.as_ref(),
        of_metadata(&product.metadata),
        product.created_at,
        product.updated_at,
    ];
    tx.insert(INSERT, values, "product")
}

/// Replaces the version before this one.
///
/// # Errors
/// [`Error::Conflict`] when the product has moved on or is gone.
pub fn replace(tx: &Tx<'_>, product: &Product) -> Result<(), Error> {
    let values = values![
        product.version,
        product.is_active,
        &product.name,
        product.description.as_ref(),
        of_texts(&product.images),
        product.statement_descriptor.as_ref(),
        product.unit_label.as_ref(),
        product.url.as_ref(),
        product.default_price.as_ref(),
        of_metadata(&product.metadata),
        product.updated_at,
        &product.id,
        product.version.saturating_sub(1),
    ];
    tx.change_one(REPLACE, values)
}

/// Notes that the product has one more price, so that it can no longer be removed.
///
/// # Errors
/// [`Error::Conflict`] when there is no such product.
pub(crate) fn count_price(tx: &Tx<'_>, id: ProductId) -> Result<(), Error> {
    tx.change_one(COUNT_PRICE, values![&id])
}

/// Removes a product that never had a price.
///
/// # Errors
/// [`Error::Conflict`] when it has one, or is gone.
pub fn delete(tx: &Tx<'_>, id: ProductId) -> Result<(), Error> {
    tx.change_one(DELETE, values![&id])
}

fn read(row: &Row<'_>) -> Result<Product, Error> {
    Ok(Product {
        id: row.id(0)?,
        owner: Owner {
            merchant: row.id(1)?,
            mode: row.mode(2)?,
        },
        version: row.int(3)?,
        is_active: row.truth(4)?,
        name: row.text(5)?,
        description: row.text_opt(6)?,
        images: to_texts(&row.text(7)?)?,
        statement_descriptor: row.text_opt(8)?,
        unit_label: row.text_opt(9)?,
        url: row.text_opt(10)?,
        default_price: row.id_opt::<PriceId>(11)?,
        metadata: to_metadata(&row.text(12)?)?,
        created_at: row.time(13)?,
        updated_at: row.time(14)?,
    })
}

/// The product of that id, if it belongs to `owner`.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn find_owned(tx: &Tx<'_>, owner: Owner, id: ProductId) -> Result<Option<Product>, Error> {
    Ok(tx
        .one(GET, values![&id], read)?
        .filter(|product| product.owner == owner))
}

/// A page of `owner`'s products; those that can be bought, or cannot, when that is asked for.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn list(
    tx: &Tx<'_>,
    owner: Owner,
    page: &Page<ProductId>,
    is_active: Option<bool>,
) -> Result<Vec<Product>, Error> {
    page.check(tx, owner, KNOWN)?;
    let values = values![&owner.merchant, owner.mode, is_active, is_active];
    page.run(tx, &OWNED, values, read)
}
