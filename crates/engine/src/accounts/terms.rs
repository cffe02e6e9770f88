//! The terms a merchant has with whoever runs the service: the fee, and when money can be paid out.
//!
//! A fee rule counts from a moment that has not come yet, so that every process knows it before it
//! counts: what a payment's fee is follows from the time of its ledger entry alone, and the proof
//! of the books checks just that.

use domain::{FeeRule, MerchantId, Mode, Owner, Timestamp};
use store::audit::{self, AuditAction};
use store::{fee_rules, merchants};

use crate::{App, Caller, Error, KNOWN_MS, Thing};

/// How long before it counts a fee rule is written: twice as long as a merchant is remembered, for
/// clocks that differ.
const NOTICE_MS: i64 = 2 * KNOWN_MS;

/// The longest a merchant's payments wait, in days.
pub const PAYOUT_DELAY_DAYS_MAX: i64 = 90;

/// Why terms were not set.
#[derive(Debug, thiserror::Error)]
pub enum TermsError {
    /// A number that they cannot have.
    #[error("out of bounds")]
    OutOfBounds,
    /// Anything else.
    #[error(transparent)]
    Other(#[from] Error),
}

impl App {
    /// Sets what the service takes of a merchant's payments, in both modes: a share in basis
    /// points and a fixed part in minor units of whatever currency is paid in. Answers from when
    /// on it counts.
    ///
    /// # Errors
    /// [`TermsError::OutOfBounds`]; [`Error::NotFound`] when there is no such merchant,
    /// [`Error::Busy`] when somebody else has just set it.
    pub async fn set_fee(
        &self,
        merchant: MerchantId,
        basis_points: i64,
        fixed_minor: i64,
    ) -> Result<Timestamp, TermsError> {
        let effective_at = self.clock.now().plus_millis(NOTICE_MS);
        let rule = FeeRule::new(basis_points, fixed_minor, effective_at);
        let rule = rule.ok_or(TermsError::OutOfBounds)?;
        let insert = move |tx: &store::Tx<'_>| fee_rules::insert(tx, merchant, &rule);
        self.set_terms("merchant_fee", merchant, insert).await?;
        Ok(effective_at)
    }

    /// Sets after how many of their days a merchant's payments can be paid out; at once when 0.
    ///
    /// # Errors
    /// [`TermsError::OutOfBounds`]; [`Error::NotFound`] when there is no such merchant.
    pub async fn set_payout_delay(
        &self,
        merchant: MerchantId,
        days: i64,
    ) -> Result<(), TermsError> {
        if !(0..=PAYOUT_DELAY_DAYS_MAX).contains(&days) {
            return Err(TermsError::OutOfBounds);
        }
        let set = move |tx: &store::Tx<'_>| merchants::set_payout_delay(tx, merchant, days);
        self.set_terms("merchant_payout_delay", merchant, set).await
    }

    async fn set_terms(
        &self,
        name: &'static str,
        merchant: MerchantId,
        set: impl Fn(&store::Tx<'_>) -> Result<(), store::Error> + Send + 'static,
    ) -> Result<(), TermsError> {
        let owner = Owner {
            merchant,
            mode: Mode::Live,
        };
        let caller = Caller::operator(owner);
        let line = self.audit(&caller, AuditAction::Administer, merchant.to_string(), true);
        let change = move |tx: &store::Tx<'_>| {
            if merchants::find(tx, merchant)?.is_none() {
                return Ok(false);
            }
            set(tx)?;
            audit::insert(tx, &line)?;
            Ok(true)
        };
        let is_known = self.store.write(name, change).await.map_err(Error::from)?;
        if is_known {
            Ok(())
        } else {
            Err(Error::NotFound(Thing::Merchant).into())
        }
    }
}
