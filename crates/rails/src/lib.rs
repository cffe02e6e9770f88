//! Money leaves here: one folder per rail.
//!
//! A rail sends one order once and says what became of it. It never repeats, never decides and
//! never writes: repeats and late answers belong to `engine`, the books to `store`.

pub mod card;

use std::future::Future;
use std::pin::Pin;

use domain::{Order, Outcome};
use vault::CardData;

/// The answer a rail is waiting for.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;

/// A way for money to leave.
///
/// Boxed futures, because the engine holds rails it does not know: the card rail, and in the
/// simulator one that loses messages.
pub trait Rail: Send + Sync + 'static {
    /// Sends `order` once, with the card it needs, and waits for its answer or its time-out.
    ///
    /// [`Outcome::NotSent`] only when certainly no byte left this machine; whenever that is not
    /// certain and no answer came, [`Outcome::Unknown`].
    fn send<'a>(&'a self, order: &'a Order, card: Option<&'a CardData>) -> Sending<'a>;
}
