//! The card rail: ISO 8583 with an acquirer host, over connections that stay open.
//!
//! Three rooms: [`mod@dialect`] turns an order into a message and an answer into an outcome,
//! [`mod@link`] carries messages and finds the answer to each, and the configuration says with
//! whom. Neither knows the other's business, and neither repeats or reverses: that is `engine`'s.

mod calendar;
mod config;
mod dialect;
mod link;

use std::sync::Arc;

use domain::{NotSent, Order, Outcome, Timestamp};
use vault::CardData;

use crate::{Rail, Sending};

pub use calendar::rrn;
pub use config::{Config, Dialect, Framing, OpenError, Tls};
pub use link::Status;

use link::Link;

/// A rail to one acquirer.
///
/// Clones share its connections.
#[derive(Clone, Debug)]
pub struct CardRail(Arc<Link>);

/// Prepares a rail to one acquirer, and the future that keeps its connections.
///
/// Nothing is connected before the future runs. It belongs to whoever supervises long tasks, and
/// ends after [`CardRail::close`] when the connections are drained. Dropped earlier, it takes the
/// connections with it, and no order leaves any more.
///
/// `now` tells the time that messages without an order carry (sign-on, echo); those with an order
/// carry the time of their trace.
///
/// # Errors
/// The configuration is contradictory, or the certificate of the authority cannot be used.
pub fn open(
    config: Config,
    now: impl Fn() -> Timestamp + Send + Sync + 'static,
) -> Result<(CardRail, impl Future<Output = ()> + Send + 'static), OpenError> {
    let link = Arc::new(Link::new(config, Box::new(now))?);
    Ok((CardRail(Arc::clone(&link)), link::keep(link)))
}

impl CardRail {
    /// Takes no more orders, lets those under way end, signs off and disconnects. Returns at once;
    /// the future of [`open`] ends when it is done, at the latest after two answer time-outs.
    pub fn close(&self) {
        self.0.traffic.close();
    }

    /// What the connections do at this moment.
    pub fn status(&self) -> Status {
        self.0.traffic.status()
    }

    /// Ends as soon as one connection is signed on.
    pub async fn signed_on(&self) {
        self.0.traffic.signed_on().await;
    }

    async fn exchange(&self, order: &Order, card: Option<&CardData>) -> Outcome {
        let link = &self.0;
        match link.express(order, card) {
            Ok(message) => {
                link.traffic
                    .exchange(message, link.config.answer_timeout())
                    .await
            }
            Err(error) => {
                tracing::error!(
                    acquirer = %link.config.acquirer,
                    order.kind = %order.kind,
                    trace.stan = order.trace.stan,
                    "an order cannot be expressed and is not sent: {error}"
                );
                Outcome::NotSent(NotSent::NotExpressible)
            }
        }
    }
}

impl Rail for CardRail {
    fn send<'a>(&'a self, order: &'a Order, card: Option<&'a CardData>) -> Sending<'a> {
        Box::pin(self.exchange(order, card))
    }
}
