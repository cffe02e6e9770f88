//! Table `customers`: those who pay, as the merchant knows them.

use domain::payment::Metadata;
use domain::{CustomerId, Owner, Timestamp};

use crate::labels::{self, Label};
use crate::page::Page;
use crate::statements::statements;
use crate::text::{of_metadata, to_metadata};
use crate::value::values;
use crate::{Error, Row, Tx};

/// One customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    /// Their id.
    pub id: CustomerId,
    /// To whom they belong.
    pub owner: Owner,
    /// Their name.
    pub name: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// Their telephone number.
    pub phone: Option<String>,
    /// The merchant's own words.
    pub description: Option<String>,
    /// The merchant's own pairs.
    pub metadata: Metadata,
    /// When they were made.
    pub created_at: Timestamp,
    /// When they were removed.
    pub deleted_at: Option<Timestamp>,
}

macro_rules! columns {
    () => {
        "id, merchant_id, livemode, name, email, phone, description, metadata, created_at, \
         deleted_at"
    };
}

statements! {
    INSERT = concat!(
        "INSERT INTO customers (",
        columns!(),
        ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    );
    REPLACE = "UPDATE customers SET name = ?, email = ?, phone = ?, description = ?, \
        metadata = ?, deleted_at = ? WHERE id = ? AND deleted_at IS NULL \
        AND COALESCE(name, '') = COALESCE(?, '') AND COALESCE(email, '') = COALESCE(?, '') \
        AND COALESCE(phone, '') = COALESCE(?, '') \
        AND COALESCE(description, '') = COALESCE(?, '') AND metadata = ?";
    GET = concat!("SELECT ", columns!(), " FROM customers WHERE id = ?");
    KNOWN = "SELECT id FROM customers WHERE id = ? AND merchant_id = ? AND livemode = ?";
    @pages
    OWNED = "customers WHERE merchant_id = ? AND livemode = ? AND deleted_at IS NULL" by "id";
    LABELLED = "labels JOIN customers ON id = object_id \
        WHERE label = ? AND deleted_at IS NULL" by "object_id";
}

/// Adds a customer.
///
/// # Errors
/// As [`crate::Store::write`].
pub fn insert(tx: &Tx<'_>, customer: &Customer) -> Result<(), Error> {
    let values = values![
        &customer.id,
        &customer.owner.merchant,
        customer.owner.mode,
        customer.name.as_ref(),
        customer.email.as_ref(),
        customer.phone.as_ref(),
        customer.description.as_ref(),
        of_metadata(&customer.metadata),
        customer.created_at,
        customer.deleted_at,
    ];
    tx.insert(INSERT, values, "customer")?;
    labels::put_customer(tx, customer)
}

/// Replaces a customer who was not removed, as they were `before`.
///
/// # Errors
/// [`Error::Conflict`] when they were removed or changed meanwhile: load them and decide again.
pub fn replace(tx: &Tx<'_>, before: &Customer, customer: &Customer) -> Result<(), Error> {
    let values = values![
        customer.name.as_ref(),
        customer.email.as_ref(),
        customer.phone.as_ref(),
        customer.description.as_ref(),
        of_metadata(&customer.metadata),
        customer.deleted_at,
        &customer.id,
        before.name.as_ref(),
        before.email.as_ref(),
        before.phone.as_ref(),
        before.description.as_ref(),
        of_metadata(&before.metadata),
    ];
    tx.change_one(REPLACE, values)?;
    labels::put_customer(tx, customer)
}

fn read(row: &Row<'_>) -> Result<Customer, Error> {
    Ok(Customer {
        id: row.id(0)?,
        owner: Owner {
            merchant: row.id(1)?,
            mode: row.mode(2)?,
        },
        name: row.text_opt(3)?,
        email: row.text_opt(4)?,
        phone: row.text_opt(5)?,
        description: row.text_opt(6)?,
        metadata: to_metadata(&row.text(7)?)?,
        created_at: row.time(8)?,
        deleted_at: row.time_opt(9)?,
    })
}

/// The customer of that id, if they belong to `owner`; removed ones too.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn find_owned(tx: &Tx<'_>, owner: Owner, id: CustomerId) -> Result<Option<Customer>, Error> {
    Ok(tx
        .one(GET, values![&id], read)?
        .filter(|customer| customer.owner == owner))
}

/// A page of `owner`'s customers, without those removed.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn list(tx: &Tx<'_>, owner: Owner, page: &Page<CustomerId>) -> Result<Vec<Customer>, Error> {
    page.check(tx, owner, KNOWN)?;
    page.run(tx, &OWNED, values![&owner.merchant, owner.mode], read)
}

/// A page of the customers under a label of `owner`'s.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn list_labelled(
    tx: &Tx<'_>,
    owner: Owner,
    label: &Label,
    page: &Page<CustomerId>,
) -> Result<Vec<Customer>, Error> {
    page.check(tx, owner, KNOWN)?;
    page.run(tx, &LABELLED, values![label], read)
}
