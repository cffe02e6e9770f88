//! Platforms: merchants whose keys act for other merchants too.
//!
//! A platform never sees the records of those it acts for beside its own: each request is about
//! one merchant, as if that merchant's own key had been sent.

use domain::{MerchantId, Mode, Owner};
use store::audit::{self, AuditAction};
use store::merchants;

use crate::{App, Caller, Error, Thing};

impl App {
    /// Lets `platform` act for `merchant`, or nobody any more; whoever did before does not.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such merchant or platform.
    pub async fn connect_merchant(
        &self,
        merchant: MerchantId,
        platform: Option<MerchantId>,
    ) -> Result<(), Error> {
        let owner = |merchant| Owner {
            merchant,
            mode: Mode::Live,
        };
        for id in [Some(merchant), platform].into_iter().flatten() {
            self.merchant(owner(id)).await?;
        }
        let caller = Caller::operator(owner(merchant));
        let line = self.audit(&caller, AuditAction::Administer, merchant.to_string(), true);
        Ok(self
            .store
            .write("merchant_connect", move |tx| {
                merchants::connect(tx, merchant, platform)?;
                audit::insert(tx, &line)
            })
            .await?)
    }

    /// The records of `account`, in the mode of the platform's own key.
    ///
    /// # Errors
    /// [`Error::NotFound`] when `platform` does not act for it, whether it exists or not.
    pub async fn act_for(&self, platform: Owner, account: MerchantId) -> Result<Owner, Error> {
        let acts = self
            .store
            .read(move |tx| merchants::platform_of(tx, account))
            .await?;
        if acts != Some(platform.merchant) && account != platform.merchant {
            return Err(Error::NotFound(Thing::Merchant));
        }
        Ok(Owner {
            merchant: account,
            ..platform
        })
    }
}
