//! The operations on links: one payment asked of one payer.

use std::sync::Arc;

use domain::checkout::LineItem;
use domain::payment::{Metadata, Open};
use domain::{
    CancellationReason, CaptureMethod, CheckoutSession, CheckoutSessionId, ClientSecret, Currency,
    CustomerId, Money, Owner, PaymentId, Refusal,
};
use store::{Page, checkouts, payments};

use crate::{App, Error, Loaded, Reply, Request, Thing};

/// What is asked.
#[derive(Clone, Debug)]
pub struct Create {
    /// What is paid for; at least one.
    pub items: Vec<LineItem>,
    /// In which currency.
    pub currency: Currency,
    /// When the money is taken.
    pub capture_method: CaptureMethod,
    /// For whom.
    pub customer: Option<CustomerId>,
    /// The merchant's own reference.
    pub client_reference: Option<String>,
    /// Where the payer goes when they have paid.
    pub success_url: Option<String>,
    /// Where the payer goes when they give up.
    pub cancel_url: Option<String>,
    /// The language of the page.
    pub locale: Option<String>,
    /// The merchant's own pairs.
    pub metadata: Metadata,
    /// How long it can be paid, in milliseconds.
    pub life_ms: i64,
}

impl App {
    /// Makes a link and opens the payment it asks for.
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::NotFound`], those of the request's key.
    pub async fn create_checkout(
        self: &Arc<Self>,
        request: &Request,
        create: Create,
    ) -> Result<Reply, Error> {
        let run = async {
            let owner = request.caller.owner;
            if let Some(customer) = create.customer {
                self.get_customer(owner, customer).await?;
            }
            let amount = Money::new(total_minor(&create.items)?, create.currency);
            let (session, open) = self.draft_checkout(owner, amount, create);
            self.open_for(request, open, session).await
        };
        self.keyed(request, run).await
    }

    fn draft_checkout(
        &self,
        owner: Owner,
        amount: Money,
        create: Create,
    ) -> (CheckoutSession, Open) {
        let now = self.clock.now();
        let names: Vec<_> = create.items.iter().map(|item| item.name.as_str()).collect();
        let description = Some(names.join(", ")).filter(|text| !text.is_empty());
        let session = CheckoutSession {
            id: self.ids.next(&self.clock, CheckoutSessionId::from_bytes),
            owner,
            payment: self.ids.next(&self.clock, PaymentId::from_bytes),
            items: create.items,
            client_reference: create.client_reference,
            success_url: create.success_url,
            cancel_url: create.cancel_url,
            locale: create.locale,
            expires_at: now.plus_millis(create.life_ms),
            created_at: now,
        };
        let open = Open {
            id: session.payment,
            owner,
            secret: self.ids.secret(),
            amount,
            capture_method: create.capture_method,
            method: None,
            customer: create.customer,
            session: Some(session.id),
            description,
            statement_descriptor: None,
            receipt_email: None,
            return_url: None,
            metadata: create.metadata,
        };
        (session, open)
    }

    /// The link of that id with its payment, if it belongs to `owner`.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn get_checkout(&self, owner: Owner, id: CheckoutSessionId) -> Result<Loaded, Error> {
        let loaded = self.find_checkout(id).await?;
        if loaded.payment.owner == owner {
            Ok(loaded)
        } else {
            Err(Error::NotFound(Thing::Checkout))
        }
    }

    /// The payment that the holder of a link may see and pay.
    ///
    /// # Errors
    /// [`Error::NotFound`], also when the secret is another payment's.
    pub async fn open_link(
        &self,
        id: CheckoutSessionId,
        secret: &ClientSecret,
    ) -> Result<Loaded, Error> {
        let loaded = self.find_checkout(id).await?;
        if loaded.payment.secret.matches(secret) {
            Ok(loaded)
        } else {
            Err(Error::NotFound(Thing::Checkout))
        }
    }

    /// The payment that the holder of its secret may see.
    ///
    /// # Errors
    /// [`Error::NotFound`], also when the secret is another payment's.
    pub async fn open_secret(&self, id: PaymentId, secret: &ClientSecret) -> Result<Loaded, Error> {
        let loaded = self.reload(id).await?;
        if loaded.payment.secret.matches(secret) {
            Ok(loaded)
        } else {
            Err(Error::NotFound(Thing::Payment))
        }
    }

    pub(crate) async fn find_checkout(&self, id: CheckoutSessionId) -> Result<Loaded, Error> {
        let found = self
            .store
            .read(move |tx| {
                let Some(session) = checkouts::find(tx, id)? else {
                    return Ok(None);
                };
                match payments::find(tx, session.payment)? {
                    Some(payment) => crate::load::load(tx, payment).map(Some),
                    None => Ok(None),
                }
            })
            .await?;
        found.ok_or(Error::NotFound(Thing::Checkout))
    }

    /// Ends a link that was not paid: its payment is given up.
    ///
    /// # Errors
    /// [`Error::Refused`] when it was paid or is being paid, [`Error::NotFound`], those of the
    /// request's key.
    pub async fn expire_checkout(
        &self,
        request: &Request,
        id: CheckoutSessionId,
    ) -> Result<Reply, Error> {
        let loaded = self.get_checkout(request.caller.owner, id).await?;
        let reason = Some(CancellationReason::Abandoned);
        self.cancel_checkout(request, loaded.payment.id, reason)
            .await
    }

    /// A page of links, newest first.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn list_checkouts(
        &self,
        owner: Owner,
        page: Page<CheckoutSessionId>,
    ) -> Result<Vec<Loaded>, Error> {
        let found = self
            .store
            .read(move |tx| {
                let mut found = Vec::new();
                for session in checkouts::list(tx, owner, &page)? {
                    if let Some(payment) = payments::find(tx, session.payment)? {
                        found.push(crate::load::load(tx, payment)?);
                    }
                }
                Ok(found)
            })
            .await?;
        Ok(found)
    }
}

fn total_minor(items: &[LineItem]) -> Result<i64, Refusal> {
    items.iter().try_fold(0_i64, |sum, item| {
        let total = item.total_minor().ok_or(Refusal::AmountTooLarge)?;
        sum.checked_add(total).ok_or(Refusal::AmountTooLarge)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(items: &[(i64, i64)], expect: Result<i64, Refusal>) {
        let items: Vec<_> = items
            .iter()
            .map(|(unit_minor, quantity)| LineItem {
                name: "x".into(),
                unit_minor: *unit_minor,
                quantity: *quantity,
                price: None,
            })
            .collect();
        assert_eq!(total_minor(&items), expect);
    }

    #[test]
    fn the_total_is_the_sum_of_all_items_or_too_large() {
        check(&[], Ok(0));
        check(&[(250, 2), (750, 1)], Ok(1_250));
        check(&[(i64::MAX, 1)], Ok(i64::MAX));
        check(&[(i64::MAX, 2)], Err(Refusal::AmountTooLarge));
        check(&[(i64::MAX, 1), (1, 1)], Err(Refusal::AmountTooLarge));
    }
}
