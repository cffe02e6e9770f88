//! Whether what clients were told is still true.

use domain::{PaymentId, PaymentStatus, RefundId, RefundStatus};

use super::Books;

/// What a client was told of a payment, and of a refund when they asked for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The payment.
    pub payment: PaymentId,
    /// Where it stood.
    pub status: PaymentStatus,
    /// The refund, and where it stood.
    pub refund: Option<(RefundId, RefundStatus)>,
}

impl Told {
    /// Reads the simulator's own rendering; `None` for an answer about something else.
    pub(crate) fn parse(answer: &str) -> Option<Self> {
        let words: Vec<&str> = answer.split(' ').collect();
        let [payment, status, ..] = words.as_slice() else {
            return None;
        };
        let refund = words.windows(2).find_map(|pair| match pair {
            [id, status] => Some((RefundId::parse(id)?, RefundStatus::parse(status)?)),
            _ => None,
        });
        Some(Self {
            payment: PaymentId::parse(payment)?,
            status: PaymentStatus::parse(status)?,
            refund,
        })
    }

    /// Whether nothing can change what was told.
    pub(crate) fn is_final(&self) -> bool {
        match self.refund {
            Some((_, status)) => matches!(status, RefundStatus::Succeeded | RefundStatus::Failed),
            None => matches!(
                self.status,
                PaymentStatus::Succeeded | PaymentStatus::Canceled
            ),
        }
    }
}

pub(super) fn findings(books: &Books, told: &[Told]) -> Vec<String> {
    told.iter().filter_map(|told| broken(books, told)).collect()
}

fn broken(books: &Books, told: &Told) -> Option<String> {
    let id = told.payment;
    let Some(payment) = books.payments.get(&id) else {
        return Some(format!("{id}: a client knows it, we do not"));
    };
    if let Some((id, status)) = told.refund {
        let is = books.refunds.get(&id).map(|refund| refund.status);
        let stands = is == Some(status) || !told.is_final() && is.is_some();
        return (!stands).then(|| format!("{id}: a client was told {status}, it is {is:?}"));
    }
    let stands = !told.is_final() || payment.status == told.status;
    (!stands).then(|| {
        let (said, is) = (told.status, payment.status);
        format!("{id}: a client was told {said}, it is {is}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_is_read_back() {
        let payment = PaymentId::from_bytes([3; 16]);
        let refund = RefundId::from_bytes([4; 16]);
        let told = Told::parse(&format!("{payment} succeeded ch_x {refund} failed")).unwrap();
        assert_eq!(told.payment, payment);
        assert_eq!(told.status, PaymentStatus::Succeeded);
        assert_eq!(told.refund, Some((refund, RefundStatus::Failed)));
        assert_eq!(Told::parse("pi_x succeeded"), None);
    }
}
