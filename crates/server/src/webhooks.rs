//! How events reach merchants' endpoints: signed, over HTTP, to public addresses only.
//!
//! Decides neither when nor how often: `engine` hands over one parcel at a time.

pub(crate) mod guard;
mod send;
mod sign;

pub(crate) use send::courier;
pub(crate) use sign::secret_text;
