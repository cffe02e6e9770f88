//! Telling merchants what happened: their endpoints, and each delivery to them.
//!
//! A delivery is a row made with the change it tells of; `workers/deliver` sends it. How it is
//! sent and signed is the server's: the engine hands over a [`Parcel`] and reads a [`Receipt`].

mod courier;
mod deliveries;
mod endpoints;
mod lanes;

pub use courier::{Courier, Parcel, Receipt, Verdict};
pub use deliveries::Told;
pub use endpoints::{Change, Create};
pub(crate) use lanes::Lanes;

use domain::Owner;
use vault::Hidden;

use crate::{App, Error};

/// Secret bytes of a new endpoint: within the 24 to 64 of the Standard Webhooks specification.
const SECRET_BYTES: usize = 32;

/// What an endpoint's secret is sealed for.
const PURPOSE: &str = "webhook secret";

impl App {
    /// Wakes whoever tells endpoints, when there is something to tell.
    pub(crate) fn tell(&self, deliveries: usize) {
        if deliveries > 0 {
            self.nudges.deliver.notify_one();
        }
    }

    fn seal_secret(&self, owner: Owner, id: &[u8; 16], secret: &Hidden) -> Result<Vec<u8>, Error> {
        Ok(self.vault.hide(PURPOSE, &bound_to(&owner, id), secret)?)
    }

    pub(crate) fn open_endpoint_secret(
        &self,
        owner: Owner,
        id: &[u8; 16],
        sealed: &[u8],
    ) -> Result<Hidden, Error> {
        Ok(self.vault.unhide(PURPOSE, &bound_to(&owner, id), sealed)?)
    }
}

/// What a sealed secret opens for.
fn bound_to<'a>(owner: &'a Owner, name: &'a [u8]) -> [&'a [u8]; 3] {
    [owner.merchant.bytes(), owner.mode.as_str().as_bytes(), name]
}
