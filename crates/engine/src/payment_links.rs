//! The operations on links that anybody may open: each payer gets a session of their own.
//!
//! How many pay is decided where each of their payments is written, not here: what is looked at
//! here only spares a payer from typing a card for nothing.

use std::sync::Arc;

use domain::payment::{Metadata, MetadataChange, check_amount};
use domain::payment_link::AfterCompletion;
use domain::{
    CheckoutSession, EventKind, Money, Owner, PaymentLink, PaymentLinkId, Priced, Refusal,
};
use store::{Page, Tx, payment_links};

use crate::catalogue::Telling;
use crate::catalogue::items::{Basket, Wish};
use crate::checkouts::{Create, PaymentData};
use crate::payments::TRIES;
use crate::{App, Error, Loaded, Reply, ReplyKind, Request, Thing, View};

/// What can be said of a link; in an update, `None` leaves it and `Some(None)` takes it away.
#[derive(Clone, Debug, Default)]
pub struct Details {
    /// Whether it can be paid.
    pub is_active: Option<bool>,
    /// What the payer sees once they have paid.
    pub after: Option<AfterCompletion>,
    /// How many may pay.
    pub limit: Option<Option<i64>>,
    /// What whoever comes too late reads.
    pub inactive_message: Option<Option<String>>,
    /// What becomes of the merchant's own pairs.
    pub metadata: MetadataChange,
}

impl Details {
    fn on(self, old: PaymentLink) -> Result<PaymentLink, Refusal> {
        Ok(PaymentLink {
            version: old.version.saturating_add(1),
            is_active: self.is_active.unwrap_or(old.is_active),
            after: self.after.unwrap_or(old.after),
            limit: self.limit.unwrap_or(old.limit),
            inactive_message: self.inactive_message.unwrap_or(old.inactive_message),
            metadata: self.metadata.apply(&old.metadata)?,
            ..old
        })
    }
}

/// A link with the prices its items were taken from.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The link.
    pub link: PaymentLink,
    /// The prices.
    pub priced: Vec<Priced>,
}

impl Offer {
    /// What there is to see of it.
    pub fn view(&self) -> View<'_> {
        View {
            link: Some(&self.link),
            priced: &self.priced,
            ..View::default()
        }
    }

    /// Whether somebody can pay now, as far as one can know before they do.
    pub fn is_open(&self) -> bool {
        self.link.is_open() && self.priced.iter().all(Priced::is_sold)
    }

    /// What one payer pays.
    ///
    /// # Errors
    /// [`Refusal::AmountTooLarge`].
    pub fn amount(&self) -> Result<Money, Refusal> {
        let total = domain::checkout::total_minor(&self.link.items)?;
        Ok(Money::new(total, self.link.currency))
    }
}

fn offered(tx: &Tx<'_>, link: PaymentLink) -> Result<Offer, store::Error> {
    let priced = crate::load::priced_of(tx, link.owner, &link.items)?;
    Ok(Offer { link, priced })
}

impl App {
    /// Makes a link.
    ///
    /// # Errors
    /// [`Error::Item`], [`Error::Refused`], those of the request's key.
    pub async fn create_payment_link(
        &self,
        request: &Request,
        wishes: Vec<Wish>,
        details: Details,
    ) -> Result<Reply, Error> {
        let write = async {
            let owner = request.caller.owner;
            let basket = self.basket(owner, wishes).await?;
            check_amount(basket.total()?)?;
            if !self.merchant(owner).await?.takes(basket.currency) {
                return Err(Refusal::CurrencyNotTaken.into());
            }
            let link = details.on(PaymentLink {
                id: self.ids.next(&self.clock, PaymentLinkId::from_bytes),
                owner,
                version: 0,
                is_active: true,
                items: basket.items,
                currency: basket.currency,
                after: AfterCompletion::Confirmation(None),
                limit: None,
                taken: 0,
                completed: 0,
                inactive_message: None,
                metadata: Metadata::new(),
                created_at: self.clock.now(),
            })?;
            let written = Offer {
                link,
                priced: basket.priced,
            };
            let telling = Telling {
                name: "payment_link_create",
                reply: ReplyKind::PaymentLink,
                events: &[EventKind::PaymentLinkCreated],
                subject: *written.link.id.bytes(),
                view: written.view(),
            };
            let link = written.link.clone();
            let change = move |tx: &Tx<'_>| payment_links::insert(tx, &link);
            self.write_and_tell(request, telling, change).await
        };
        self.keyed(request, write).await
    }

    /// Changes a link as it is when it is written: decides again when others were first.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Refused`], those of the request's key.
    pub async fn update_payment_link(
        &self,
        request: &Request,
        id: PaymentLinkId,
        details: Details,
    ) -> Result<Reply, Error> {
        let run = async {
            for _ in 0..TRIES {
                let Offer { link, priced } =
                    self.get_payment_link(request.caller.owner, id).await?;
                let link = details.clone().on(link)?;
                let written = Offer { link, priced };
                let telling = Telling {
                    name: "payment_link_update",
                    reply: ReplyKind::PaymentLink,
                    events: &[EventKind::PaymentLinkUpdated],
                    subject: *id.bytes(),
                    view: written.view(),
                };
                let link = written.link.clone();
                let change = move |tx: &Tx<'_>| payment_links::replace(tx, &link);
                match self.write_and_tell(request, telling, change).await {
                    Err(Error::Busy) => {}
                    other => return other,
                }
            }
            Err(Error::Busy)
        };
        self.keyed(request, run).await
    }

    /// The link of that id, if it belongs to `owner`.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn get_payment_link(&self, owner: Owner, id: PaymentLinkId) -> Result<Offer, Error> {
        let offer = self.find_payment_link(id).await?;
        if offer.link.owner == owner {
            Ok(offer)
        } else {
            Err(Error::NotFound(Thing::PaymentLink))
        }
    }

    /// The link of that id, for whoever has its address.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn find_payment_link(&self, id: PaymentLinkId) -> Result<Offer, Error> {
        let find = move |tx: &Tx<'_>| {
            let found = payment_links::find(tx, id)?;
            found.map(|link| offered(tx, link)).transpose()
        };
        let found = self.store.read(find).await?;
        found.ok_or(Error::NotFound(Thing::PaymentLink))
    }

    /// A page of links, newest first.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the record at which the page begins is not the owner's.
    pub async fn list_payment_links(
        &self,
        owner: Owner,
        page: Page<PaymentLinkId>,
        is_active: Option<bool>,
    ) -> Result<Vec<Offer>, Error> {
        let list = move |tx: &Tx<'_>| {
            let found = payment_links::list(tx, owner, &page, is_active)?;
            found.into_iter().map(|link| offered(tx, link)).collect()
        };
        self.store
            .read(list)
            .await
            .map_err(crate::lists::missing(Thing::PaymentLink))
    }

    /// Opens a session of a link for one payer, who has `life_ms` milliseconds to pay.
    ///
    /// # Errors
    /// [`Error::Refused`] when nobody can pay now.
    pub async fn take_up(
        self: &Arc<Self>,
        request: &Request,
        offer: Offer,
        life_ms: i64,
    ) -> Result<Loaded, Error> {
        if !offer.is_open() {
            return Err(Refusal::PaymentLinkClosed.into());
        }
        let Offer { link, priced } = offer;
        let success_url = match link.after {
            AfterCompletion::Redirect(url) => Some(url),
            AfterCompletion::Confirmation(_) => None,
        };
        let create = Create {
            items: Vec::new(),
            payment: PaymentData::default(),
            customer: None,
            client_reference: None,
            success_url,
            cancel_url: None,
            locale: None,
            customer_email: None,
            metadata: link.metadata,
            expires_at: None,
            life_ms,
        };
        let basket = Basket {
            items: link.items,
            currency: link.currency,
            priced,
        };
        let mut opened = self.draft_checkout(request.caller.owner, basket, create)?;
        opened.session = CheckoutSession {
            link: Some(link.id),
            ..opened.session
        };
        let draft = self.draft_opened(opened).await?;
        let committed = self.commit(&request.caller, draft).await?;
        Ok(committed.loaded)
    }
}
