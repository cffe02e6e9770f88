//! Table `fee_rules`: what is taken of a merchant's payments, from when on. Only ever added to.

use domain::{FeeRule, FeeRules, MerchantId};

use crate::statements::statements;
use crate::value::values;
use crate::{Error, Tx};

statements! {
    INSERT = "INSERT INTO fee_rules (merchant_id, effective_at, basis_points, fixed_minor) \
        VALUES (?, ?, ?, ?)";
    OF_MERCHANT =
        "SELECT basis_points, fixed_minor, effective_at FROM fee_rules WHERE merchant_id = ?";
}

/// Adds a rule, which must come after every other of the merchant.
///
/// # Errors
/// [`Error::Conflict`] when one that is as late or later was added meanwhile.
pub fn insert(tx: &Tx<'_>, merchant: MerchantId, rule: &FeeRule) -> Result<(), Error> {
    let rules = list(tx, merchant)?;
    if rules
        .last()
        .is_some_and(|last| last.effective_at() >= rule.effective_at())
    {
        return Err(Error::Conflict);
    }
    let values = values![
        &merchant,
        rule.effective_at(),
        rule.basis_points(),
        rule.fixed_minor(),
    ];
    tx.insert(INSERT, values, "fee rule")
}

/// Every rule of a merchant.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn list(tx: &Tx<'_>, merchant: MerchantId) -> Result<FeeRules, Error> {
    let rules = tx.all(OF_MERCHANT, values![&merchant], |row| {
        FeeRule::new(row.int(0)?, row.int(1)?, row.time(2)?)
            .ok_or_else(|| Error::Corrupt("a fee out of bounds".into()))
    })?;
    Ok(FeeRules::new(rules))
}
