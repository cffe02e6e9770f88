//! Table `labels`: words under which an object is found that no index of its own table finds.
//!
//! An index on `payments` would be written for every payment, whether it has a customer or not;
//! here only what there is costs a row, and a plain payment costs none. A label says that the
//! object may be found there: it is cut when it is long, and it stays when the word is taken away.
//! The object itself decides, which is why every list by a label is looked through once more.

use domain::payment::Metadata;
use domain::{CustomerId, EventKind, Mode, Owner};

use crate::customers::Customer;
use crate::dialect::insert_if_absent;
use crate::statements::statements;
use crate::value::{StoredId, Value, values};
use crate::{Error, Tx};

/// Bytes of a label that are kept: as many as its column holds.
const BYTES_MAX: usize = 255;

/// What is labelled, with which word.
#[derive(Clone, Copy, Debug)]
pub enum Word<'a> {
    /// A payment, by its customer.
    PaymentCustomer(CustomerId),
    /// A payment, by one of the merchant's own pairs.
    PaymentMetadata(&'a str, &'a str),
    /// An attempt, by the customer of its payment when it began.
    ChargeCustomer(CustomerId),
    /// A link, by its customer.
    CheckoutCustomer(CustomerId),
    /// A customer, by their e-mail address.
    CustomerEmail(&'a str),
    /// A customer, by their name.
    CustomerName(&'a str),
    /// A customer, by their telephone number.
    CustomerPhone(&'a str),
    /// A customer, by one of the merchant's own pairs.
    CustomerMetadata(&'a str, &'a str),
    /// An event, by its kind.
    Event(EventKind),
}

/// Where the objects of one owner stand that have one word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label(Vec<u8>);

impl Label {
    /// The label of `word` among the objects of `owner`. Words that differ only in capital letters
    /// share one.
    pub fn of(owner: Owner, word: Word<'_>) -> Self {
        // The first byte keeps what is labelled apart; a number is never given to another word.
        let (tag, name, value) = match word {
            Word::PaymentCustomer(id) => (1, "", id.bytes().to_vec()),
            Word::PaymentMetadata(key, value) => (2, key, folded(value)),
            Word::ChargeCustomer(id) => (3, "", id.bytes().to_vec()),
            Word::CheckoutCustomer(id) => (4, "", id.bytes().to_vec()),
            Word::CustomerEmail(text) => (5, "", folded(text)),
            Word::CustomerName(text) => (6, "", folded(text)),
            Word::CustomerPhone(text) => (7, "", folded(text)),
            Word::CustomerMetadata(key, value) => (8, key, folded(value)),
            Word::Event(kind) => (9, "", kind.as_str().into()),
        };
        let mut label = vec![tag, u8::from(owner.mode == Mode::Live)];
        label.extend_from_slice(owner.merchant.bytes());
        label.extend_from_slice(name.as_bytes());
        label.push(0);
        label.extend_from_slice(&value);
        label.truncate(BYTES_MAX);
        Self(label)
    }
}

fn folded(text: &str) -> Vec<u8> {
    text.to_lowercase().into_bytes()
}

impl<'a> From<&'a Label> for Value<'a> {
    fn from(label: &'a Label) -> Self {
        Self::Bytes(&label.0)
    }
}

statements! {
    INSERT = insert_if_absent!("labels (label, object_id) VALUES (?, ?)");
    COUNT = "SELECT COUNT(*) FROM (SELECT 1 FROM labels WHERE label = ? LIMIT ?) AS found";
}

/// Puts an object under a label, unless it is there already.
pub(crate) fn put<Id: StoredId>(tx: &Tx<'_>, label: &Label, id: &Id) -> Result<(), Error> {
    tx.execute(INSERT, values![label, id.stored()]).map(drop)
}

/// Puts a payment under its customer and its pairs.
pub(crate) fn put_payment(tx: &Tx<'_>, payment: &domain::Payment) -> Result<(), Error> {
    let owner = payment.owner;
    if let Some(customer) = payment.customer {
        let label = Label::of(owner, Word::PaymentCustomer(customer));
        put(tx, &label, &payment.id)?;
    }
    put_pairs(tx, owner, (&payment.metadata, &payment.id), |key, value| {
        Word::PaymentMetadata(key, value)
    })
}

/// Puts a customer under all that they are looked for by.
pub(crate) fn put_customer(tx: &Tx<'_>, customer: &Customer) -> Result<(), Error> {
    let owner = customer.owner;
    let words = [
        customer.email.as_deref().map(Word::CustomerEmail),
        customer.name.as_deref().map(Word::CustomerName),
        customer.phone.as_deref().map(Word::CustomerPhone),
    ];
    for word in words.into_iter().flatten() {
        put(tx, &Label::of(owner, word), &customer.id)?;
    }
    put_pairs(
        tx,
        owner,
        (&customer.metadata, &customer.id),
        |key, value| Word::CustomerMetadata(key, value),
    )
}

fn put_pairs<Id: StoredId>(
    tx: &Tx<'_>,
    owner: Owner,
    (pairs, id): (&Metadata, &Id),
    word: for<'a> fn(&'a str, &'a str) -> Word<'a>,
) -> Result<(), Error> {
    for (key, value) in pairs {
        put(tx, &Label::of(owner, word(key, value)), id)?;
    }
    Ok(())
}

/// How many objects stand under a label; `max` when there are more.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn count(tx: &Tx<'_>, label: &Label, max: i64) -> Result<i64, Error> {
    let counted = tx.one(COUNT, values![label, max], |row| row.int(0))?;
    Ok(counted.unwrap_or(0))
}
