//! Table `merchants`.

use domain::{Merchant, MerchantId, Timestamp};

use crate::fee_rules;
use crate::statements::statements;
use crate::text::{of_currencies, to_currencies};
use crate::value::values;
use crate::{Error, Tx};

statements! {
    INSERT = "INSERT INTO merchants (id, name, time_zone, country, locale, currencies, \
        acceptor, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    GET = "SELECT id, name, time_zone, country, locale, currencies, acceptor, \
        payout_delay_days FROM merchants WHERE id = ?";
    SET_PAYOUT_DELAY = "UPDATE merchants SET payout_delay_days = ? WHERE id = ?";
    CONNECT = "UPDATE merchants SET platform_id = ? WHERE id = ?";
    PLATFORM = "SELECT platform_id FROM merchants WHERE id = ?";
}

/// Adds a merchant, who has no fee and no delay: those are set by [`crate::fee_rules`] and
/// [`set_payout_delay`].
///
/// # Errors
/// As [`crate::Store::write`].
pub fn insert(tx: &Tx<'_>, merchant: &Merchant, now: Timestamp) -> Result<(), Error> {
    let values = values![
        &merchant.id,
        &merchant.name,
        &merchant.time_zone,
        &merchant.country,
        &merchant.locale,
        of_currencies(&merchant.currencies),
        &merchant.acceptor,
        now,
    ];
    tx.insert(INSERT, values, "merchant")
}

/// The merchant of that id.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn find(tx: &Tx<'_>, id: MerchantId) -> Result<Option<Merchant>, Error> {
    tx.one(GET, values![&id], |row| {
        Ok(Merchant {
            id: row.id(0)?,
            name: row.text(1)?,
            time_zone: row.text(2)?,
            country: row.text(3)?,
            locale: row.text(4)?,
            currencies: to_currencies(&row.text(5)?)?,
            acceptor: row.text(6)?,
            fees: fee_rules::list(tx, id)?,
            payout_delay_days: row.int(7)?,
        })
    })
}

/// Sets after how many of their days a merchant's payments can be paid out.
///
/// # Errors
/// [`Error::Conflict`] when there is no such merchant.
pub fn set_payout_delay(tx: &Tx<'_>, merchant: MerchantId, days: i64) -> Result<(), Error> {
    tx.change_one(SET_PAYOUT_DELAY, values![days, &merchant])
}

/// Lets a platform act for a merchant, or nobody any more.
///
/// # Errors
/// [`Error::Conflict`] when there is no such merchant.
pub fn connect(
    tx: &Tx<'_>,
    merchant: MerchantId,
    platform: Option<MerchantId>,
) -> Result<(), Error> {
    tx.change_one(CONNECT, values![platform.as_ref(), &merchant])
}

/// Who may act for a merchant.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn platform_of(tx: &Tx<'_>, merchant: MerchantId) -> Result<Option<MerchantId>, Error> {
    let found = tx.one(PLATFORM, values![&merchant], |row| row.id_opt(0))?;
    Ok(found.flatten())
}
