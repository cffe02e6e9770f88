//! News of payments for whoever waits on this node.
//!
//! A hint, never the truth: a listener reads the payment again, and reads it from time to time
//! without a hint too, because another node may have moved it.

use domain::PaymentId;
use tokio::sync::broadcast;

/// How many hints a slow listener may miss before it is told that it missed some.
const BACKLOG: usize = 256;

/// Tells listeners that a payment moved.
#[derive(Debug)]
pub struct Live(broadcast::Sender<PaymentId>);

/// Listens for one payment.
#[derive(Debug)]
pub struct Listener {
    payment: PaymentId,
    hints: broadcast::Receiver<PaymentId>,
}

impl Live {
    pub(crate) fn new() -> Self {
        Self(broadcast::Sender::new(BACKLOG))
    }

    pub(crate) fn tell(&self, payment: PaymentId) {
        // Nobody listening is the usual case.
        let _ = self.0.send(payment);
    }

    /// Listens for news of `payment`. Read the payment after this call, or news may be missed.
    pub fn listen(&self, payment: PaymentId) -> Listener {
        Listener {
            payment,
            hints: self.0.subscribe(),
        }
    }
}

impl Listener {
    /// Waits until the payment may have moved.
    pub async fn moved(&mut self) {
        loop {
            match self.hints.recv().await {
                Ok(payment) if payment != self.payment => {}
                Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => return,
                // The service ends: whoever waits will see it by their own time-out.
                Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: PaymentId = PaymentId::from_bytes([1; 16]);
    const OTHER: PaymentId = PaymentId::from_bytes([2; 16]);

    #[tokio::test]
    async fn a_listener_hears_of_its_own_payment_only() {
        let live = Live::new();
        let mut listener = live.listen(ONE);
        live.tell(OTHER);
        live.tell(ONE);
        listener.moved().await;
        assert!(listener.hints.is_empty());
    }

    #[tokio::test]
    async fn a_listener_that_missed_hints_looks_again() {
        let live = Live::new();
        let mut listener = live.listen(ONE);
        for _ in 0..=BACKLOG {
            live.tell(OTHER);
        }
        listener.moved().await;
    }
}
