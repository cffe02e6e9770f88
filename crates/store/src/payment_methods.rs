//! Table `payment_methods`: what may be known of a card, and beside it what only the vault can
//! read.

use domain::{Brand, Card, CustomerId, Expiry, Funding, Owner, PaymentMethod, PaymentMethodId};

use crate::statements::statements;
use crate::value::values;
use crate::{Error, Row, Tx};

/// A card number as the vault made it unreadable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedCard {
    /// Which key wrapped the data key.
    pub key_id: [u8; 16],
    /// The data key of this record, wrapped.
    pub wrapped_key: Vec<u8>,
    /// The number, sealed under the data key.
    pub ciphertext: Vec<u8>,
}

macro_rules! columns {
    () => {
        "id, merchant_id, livemode, customer_id, brand, funding, bin, last4, expiry_month, \
         expiry_year, fingerprint, country, holder, email, created_at"
    };
}

statements! {
    INSERT = concat!(
        "INSERT INTO payment_methods (",
        columns!(),
        ", vault_key_id, wrapped_key, ciphertext) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    );
    ATTACH = "UPDATE payment_methods SET customer_id = ? \
        WHERE id = ? AND customer_id IS NULL";
    DETACH = "UPDATE payment_methods SET customer_id = NULL \
        WHERE id = ? AND customer_id IS NOT NULL";
    GET = concat!("SELECT ", columns!(), " FROM payment_methods WHERE id = ?");
    OF_CUSTOMER = concat!(
        "SELECT ",
        columns!(),
        " FROM payment_methods WHERE customer_id = ? ORDER BY id DESC LIMIT ?"
    );
    SEALED = "SELECT vault_key_id, wrapped_key, ciphertext FROM payment_methods \
        WHERE id = ?";
    UNDER_OTHER_KEY = "SELECT id, vault_key_id, wrapped_key, ciphertext \
        FROM payment_methods WHERE id > ? AND vault_key_id <> ? ORDER BY id LIMIT ?";
    REWRAP = "UPDATE payment_methods SET vault_key_id = ?, wrapped_key = ? \
        WHERE id = ? AND vault_key_id = ?";
}

/// Adds a means of payment with its sealed card.
///
/// # Errors
/// As [`crate::Store::write`].
pub fn insert(tx: &Tx<'_>, method: &PaymentMethod, sealed: &SealedCard) -> Result<(), Error> {
    let card = &method.card;
    let values = values![
        &method.id,
        &method.owner.merchant,
        method.owner.mode,
        method.customer.as_ref(),
        card.brand.as_str(),
        card.funding.as_str(),
        &card.bin,
        &card.last4,
        i64::from(card.expiry.month()),
        i64::from(card.expiry.year()),
        &card.fingerprint,
        card.country.as_ref(),
        method.holder.as_ref(),
        method.email.as_ref(),
        method.created_at,
        &sealed.key_id,
        &sealed.wrapped_key,
        &sealed.ciphertext,
    ];
    tx.insert(INSERT, values, "means of payment")
}

fn read_expiry(row: &Row<'_>) -> Result<Expiry, Error> {
    let month = u8::try_from(row.int(8)?).ok();
    let year = u16::try_from(row.int(9)?).ok();
    let expiry = month
        .zip(year)
        .and_then(|(month, year)| Expiry::new(month, year));
    expiry.ok_or_else(|| Error::Corrupt("expiry".into()))
}

fn read(row: &Row<'_>) -> Result<PaymentMethod, Error> {
    Ok(PaymentMethod {
        id: row.id(0)?,
        owner: Owner {
            merchant: row.id(1)?,
            mode: row.mode(2)?,
        },
        customer: row.id_opt(3)?,
        card: Card {
            brand: row.named(4, Brand::parse)?,
            funding: row.named(5, Funding::parse)?,
            bin: row.text(6)?,
            last4: row.text(7)?,
            expiry: read_expiry(row)?,
            fingerprint: row.text(10)?,
            country: row.text_opt(11)?,
        },
        holder: row.text_opt(12)?,
        email: row.text_opt(13)?,
        created_at: row.time(14)?,
    })
}

fn read_sealed(row: &Row<'_>, first: usize) -> Result<SealedCard, Error> {
    Ok(SealedCard {
        key_id: row.array(first)?,
        wrapped_key: row.bytes(first.saturating_add(1))?,
        ciphertext: row.bytes(first.saturating_add(2))?,
    })
}

/// The means of payment of that id, whoever owns it.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn find(tx: &Tx<'_>, id: PaymentMethodId) -> Result<Option<PaymentMethod>, Error> {
    tx.one(GET, values![&id], read)
}

/// The means of payment of that id, if it belongs to `owner`.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn find_owned(
    tx: &Tx<'_>,
    owner: Owner,
    id: PaymentMethodId,
) -> Result<Option<PaymentMethod>, Error> {
    Ok(find(tx, id)?.filter(|method| method.owner == owner))
}

/// The newest `limit` means of payment kept for a customer.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn list_of_customer(
    tx: &Tx<'_>,
    customer: CustomerId,
    limit: i64,
) -> Result<Vec<PaymentMethod>, Error> {
    tx.all(OF_CUSTOMER, values![&customer, limit], read)
}

/// What only the vault can read of it.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn find_sealed(tx: &Tx<'_>, id: PaymentMethodId) -> Result<Option<SealedCard>, Error> {
    tx.one(SEALED, values![&id], |row| read_sealed(row, 0))
}

/// Keeps a means of payment for a customer.
///
/// # Errors
/// [`Error::Conflict`] when it is kept for somebody already.
pub fn attach(tx: &Tx<'_>, id: PaymentMethodId, customer: CustomerId) -> Result<(), Error> {
    tx.change_one(ATTACH, values![&customer, &id])
}

/// Keeps a means of payment for nobody any more.
///
/// # Errors
/// [`Error::Conflict`] when it was kept for nobody.
pub fn detach(tx: &Tx<'_>, id: PaymentMethodId) -> Result<(), Error> {
    tx.change_one(DETACH, values![&id])
}

/// Up to `limit` cards after `after` that another key than `current` wrapped, for a rotation.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn list_under_other_key(
    tx: &Tx<'_>,
    current: [u8; 16],
    after: PaymentMethodId,
    limit: i64,
) -> Result<Vec<(PaymentMethodId, SealedCard)>, Error> {
    tx.all(UNDER_OTHER_KEY, values![&after, &current, limit], |row| {
        Ok((row.id(0)?, read_sealed(row, 1)?))
    })
}

/// Replaces the wrapped key of a card that is still wrapped by `old_key`.
///
/// # Errors
/// [`Error::Conflict`] when somebody else did it first.
pub fn rewrap(
    tx: &Tx<'_>,
    id: PaymentMethodId,
    old_key: [u8; 16],
    sealed: &SealedCard,
) -> Result<(), Error> {
    tx.change_one(
        REWRAP,
        values![&sealed.key_id, &sealed.wrapped_key, &id, &old_key],
    )
}
