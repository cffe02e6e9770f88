//! The operations on links: one payment asked of one payer.

use std::sync::Arc;

use domain::payment::{Metadata, MetadataChange, Open};
use domain::{
    CancellationReason, CaptureMethod, CheckoutSession, CheckoutSessionId, ClientSecret,
    CustomerId, Owner, PaymentId, Priced, Refusal, Timestamp,
};
use store::checkouts;
use store::customers::Customer;

use crate::catalogue::Telling;
use crate::catalogue::items::{Basket, Wish};
use crate::payments::TRIES;
use crate::{App, Error, Loaded, Reply, ReplyKind, Request, Thing, View};

/// A link before it is written, with the payment it asks for.
pub(crate) struct Opened {
    /// The payment.
    pub(crate) open: Open,
    /// The link.
    pub(crate) session: CheckoutSession,
    /// The prices its items were taken from.
    pub(crate) priced: Vec<Priced>,
    /// Who it is for.
    pub(crate) customer: Option<Customer>,
}

/// What the payment of a link will have.
#[derive(Clone, Debug)]
pub struct PaymentData {
    /// When the money is taken.
    pub capture_method: CaptureMethod,
    /// What it is for; the names of the items when `None`.
    pub description: Option<String>,
    /// What the payer reads on their statement.
    pub statement_descriptor: Option<String>,
    /// Where the receipt goes.
    pub receipt_email: Option<String>,
    /// The payment's own pairs.
    pub metadata: Metadata,
}

impl Default for PaymentData {
    fn default() -> Self {
        Self {
            capture_method: CaptureMethod::Automatic,
            description: None,
            statement_descriptor: None,
            receipt_email: None,
            metadata: Metadata::new(),
        }
    }
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Create {
    /// What is paid for; at least one.
    pub items: Vec<Wish>,
    /// What is known of the payment.
    pub payment: PaymentData,
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
    /// The address the merchant has of the payer.
    pub customer_email: Option<String>,
    /// The link's own pairs.
    pub metadata: Metadata,
    /// Until when it can be paid, when the merchant says so.
    pub expires_at: Option<Timestamp>,
    /// How long it can be paid otherwise, in milliseconds.
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
            let customer = match create.customer {
                Some(id) => Some(self.get_customer(owner, id).await?),
                None => None,
            };
            let basket = self.basket(owner, create.items.clone()).await?;
            let opened = Opened {
                customer,
                ..self.draft_checkout(owner, basket, create)?
            };
            self.open_for(request, opened).await
        };
        self.keyed(request, run).await
    }

    /// A link for what is in `basket`, and its payment; of `create` the items are not looked at.
    pub(crate) fn draft_checkout(
        &self,
        owner: Owner,
        basket: Basket,
        create: Create,
    ) -> Result<Opened, Refusal> {
        let now = self.clock.now();
        let expires_at = match create.expires_at {
            Some(asked) => CheckoutSession::expiry(asked, now)?,
            None => now.plus_millis(create.life_ms),
        };
        let amount = basket.total()?;
        let names: Vec<_> = basket.items.iter().map(|item| item.name.as_str()).collect();
        let names = Some(names.join(", ")).filter(|text| !text.is_empty());
        let session = CheckoutSession {
            id: self.ids.next(&self.clock, CheckoutSessionId::from_bytes),
            owner,
            payment: self.ids.next(&self.clock, PaymentId::from_bytes),
            link: None,
            items: basket.items,
            client_reference: create.client_reference,
            success_url: create.success_url,
            cancel_url: create.cancel_url,
            locale: create.locale,
            customer_email: create.customer_email,
            metadata: create.metadata,
            expires_at,
            created_at: now,
        };
        let open = Open {
            id: session.payment,
            owner,
            secret: self.ids.secret(),
            amount,
            capture_method: create.payment.capture_method,
            method: None,
            customer: create.customer,
            session: Some(session.id),
            description: create.payment.description.or(names),
            statement_descriptor: create.payment.statement_descriptor,
            receipt_email: create.payment.receipt_email,
            return_url: None,
            metadata: create.payment.metadata,
        };
        Ok(Opened {
            open,
            session,
            priced: basket.priced,
            customer: None,
        })
    }

    /// Changes the merchant's own pairs of a link.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Refused`], those of the request's key.
    pub async fn update_checkout(
        &self,
        request: &Request,
        id: CheckoutSessionId,
        metadata: MetadataChange,
    ) -> Result<Reply, Error> {
        let run = async {
            for _ in 0..TRIES {
                let before = self.get_checkout(request.caller.owner, id).await?;
                let missing = Error::NotFound(Thing::Checkout);
                let session = before.session.clone().ok_or(missing)?;
                let after = CheckoutSession {
                    metadata: metadata.apply(&session.metadata)?,
                    ..session.clone()
                };
                let telling = Telling {
                    name: "checkout_update",
                    reply: ReplyKind::Checkout,
                    events: &[],
                    subject: *before.payment.id.bytes(),
                    view: View {
                        session: Some(&after),
                        ..before.view()
                    },
                };
                let new = after.metadata.clone();
                let change = move |tx: &store::Tx<'_>| checkouts::set_metadata(tx, &session, &new);
                match self.write_and_tell(request, telling, change).await {
                    Err(Error::Busy) => {}
                    other => return other,
                }
            }
            Err(Error::Busy)
        };
        self.keyed(request, run).await
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
                crate::load::of_session(tx, &session)
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
}
