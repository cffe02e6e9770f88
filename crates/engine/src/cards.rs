//! Means of payment: a card comes in once, and is a token from then on.
//!
//! The number goes to the vault and, for an order, to the rail. Nothing here can print it.

use std::sync::Arc;

use domain::{
    CustomerId, EventId, EventKind, Mode, Owner, PaymentMethod, PaymentMethodId, Refusal,
};
use store::audit::AuditAction;
use store::events::Event;
use store::idempotency::Answer;
use store::payment_methods::SealedCard;
use store::{NewMethod, payment_methods};
use vault::{CardData, Sealed};

use crate::payments::TRIES;
use crate::{App, Caller, Error, Loaded, Reply, ReplyKind, Request, Thing, View};

/// A card as somebody typed it.
#[derive(Debug)]
pub struct NewCard {
    /// Number, expiry and security code.
    pub data: CardData,
    /// The name the payer gave.
    pub holder: Option<String>,
    /// The payer's e-mail address.
    pub email: Option<String>,
}

/// The means of payment a request names.
#[derive(Clone, Debug)]
pub enum MethodChoice {
    /// None, or the one the payment has already.
    Unchanged,
    /// One that is kept.
    Kept(PaymentMethodId),
    /// A card typed now: one number in memory, however often it is decided about.
    New(Arc<NewCard>),
}

/// A chosen means of payment.
#[derive(Debug, Default)]
pub(crate) struct Chosen {
    /// What may be known of it.
    pub(crate) method: Option<PaymentMethod>,
    /// What to write, when it is new.
    pub(crate) new: Option<NewMethod>,
    /// The card itself, when it is new.
    pub(crate) card: Option<Arc<NewCard>>,
}

impl App {
    /// Finds or seals the means of payment a request names.
    pub(crate) async fn choose(
        &self,
        owner: Owner,
        customer: Option<CustomerId>,
        choice: &MethodChoice,
    ) -> Result<Chosen, Error> {
        match choice {
            MethodChoice::Unchanged => Ok(Chosen::default()),
            MethodChoice::Kept(id) => {
                let method = self.get_method(owner, *id).await?;
                if method.customer.is_some() && method.customer != customer {
                    return Err(Refusal::PaymentMethodOfAnotherCustomer.into());
                }
                Ok(Chosen {
                    method: Some(method),
                    ..Chosen::default()
                })
            }
            MethodChoice::New(card) => {
                let new = self.seal(owner, card)?;
                Ok(Chosen {
                    method: Some(new.method.clone()),
                    new: Some(new),
                    card: Some(card.clone()),
                })
            }
        }
    }

    /// Turns a typed card into a token and what the vault makes of its number.
    fn seal(&self, owner: Owner, card: &NewCard) -> Result<NewMethod, Error> {
        let data = &card.data;
        match (owner.mode, data.pan.is_test()) {
            (Mode::Test, false) => return Err(Refusal::RealCardInTestMode.into()),
            (Mode::Live, true) => return Err(Refusal::TestCardInLiveMode.into()),
            (Mode::Test, true) | (Mode::Live, false) => {}
        }
        let id = self.ids.next(&self.clock, PaymentMethodId::from_bytes);
        let sealed = self.vault.seal(&owner, id, &data.pan)?;
        let fingerprint = self.vault.fingerprint(&owner, &data.pan);
        let method = PaymentMethod {
            id,
            owner,
            customer: None,
            card: data.pan.face(data.expiry, fingerprint),
            holder: card.holder.clone(),
            email: card.email.clone(),
            created_at: self.clock.now(),
        };
        Ok(NewMethod {
            method,
            card: to_store(sealed),
        })
    }

    /// The card of the attempt that `loaded` is about to send, out of the vault.
    pub(crate) async fn reveal(&self, loaded: &Loaded) -> Result<CardData, Error> {
        let method = loaded
            .method
            .as_ref()
            .ok_or(Error::NotFound(Thing::PaymentMethod))?;
        let id = method.id;
        let sealed = self
            .store
            .read(move |tx| payment_methods::find_sealed(tx, id))
            .await?;
        let sealed = sealed.ok_or(Error::NotFound(Thing::PaymentMethod))?;
        let pan = self.vault.reveal(&method.owner, id, &to_vault(sealed))?;
        let code = self.codes.get(id, self.clock.now());
        Ok(CardData {
            pan,
            expiry: method.card.expiry,
            code,
        })
    }

    /// Keeps the security code of `data` in the memory of this process, for a later attempt.
    pub(crate) fn hold_code(&self, id: PaymentMethodId, data: &CardData) {
        if let Some(code) = &data.code {
            self.codes.hold(id, code.clone(), self.clock.now());
        }
    }

    /// Makes a means of payment of a typed card.
    ///
    /// # Errors
    /// [`Error::Refused`] for a card of the other mode; those of [`Request`]'s key.
    pub async fn create_method(&self, request: &Request, card: NewCard) -> Result<Reply, Error> {
        self.keyed(request, async {
            let new = self.seal(request.caller.owner, &card)?;
            let view = View {
                method: Some(&new.method),
                ..View::default()
            };
            let answer = self.answer(ReplyKind::PaymentMethod, &view, request);
            let (key, kept, now) = (request.key(), answer.clone(), self.clock.now());
            let id = new.method.id;
            self.store
                .write("payment_method_create", move |tx| {
                    if let Some(key) = &key {
                        store::idempotency::claim(tx, key, Some(&kept), now)?;
                    }
                    payment_methods::insert(tx, &new.method, &new.card)
                })
                .await?;
            self.hold_code(id, &card.data);
            Ok(Reply {
                answer,
                is_replay: false,
            })
        })
        .await
    }

    /// Keeps a means of payment for a customer, or for nobody any more.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`] when it is kept for somebody else.
    pub async fn assign_method(
        &self,
        request: &Request,
        id: PaymentMethodId,
        customer: Option<CustomerId>,
    ) -> Result<Reply, Error> {
        let owner = request.caller.owner;
        self.keyed(request, async {
            for _ in 0..TRIES {
                let mut method = self.get_method(owner, id).await?;
                match (customer, method.customer) {
                    (Some(customer), None) => drop(self.get_customer(owner, customer).await?),
                    (Some(_), Some(_)) => {
                        return Err(Refusal::PaymentMethodOfAnotherCustomer.into());
                    }
                    (None, Some(_)) => {}
                    (None, None) => return Err(Refusal::PaymentMethodOfNobody.into()),
                }
                method.customer = customer;
                match self.write_assignment(request, method).await {
                    Err(Error::Busy) => {}
                    other => return other,
                }
            }
            Err(Error::Busy)
        })
        .await
    }

    async fn write_assignment(
        &self,
        request: &Request,
        method: PaymentMethod,
    ) -> Result<Reply, Error> {
        let view = View {
            method: Some(&method),
            ..View::default()
        };
        let answer = self.answer(ReplyKind::PaymentMethod, &view, request);
        let kind = match method.customer {
            Some(_) => EventKind::PaymentMethodAttached,
            None => EventKind::PaymentMethodDetached,
        };
        let event = self.event(&request.caller, kind, &view);
        let (key, kept, now) = (request.key(), answer.clone(), self.clock.now());
        let deliveries = self
            .store
            .write("payment_method_assign", move |tx| {
                if let Some(key) = &key {
                    store::idempotency::claim(tx, key, Some(&kept), now)?;
                }
                match method.customer {
                    Some(customer) => payment_methods::attach(tx, method.id, customer)?,
                    None => payment_methods::detach(tx, method.id)?,
                }
                store::events::insert(tx, &event, method.id.bytes())
            })
            .await?;
        self.tell(deliveries);
        Ok(Reply {
            answer,
            is_replay: false,
        })
    }

    /// The means of payment kept for a customer, newest first.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the customer is not the owner's.
    pub async fn list_methods(
        &self,
        owner: Owner,
        customer: CustomerId,
        limit: i64,
    ) -> Result<Vec<PaymentMethod>, Error> {
        self.get_customer(owner, customer).await?;
        let methods = self
            .store
            .read(move |tx| payment_methods::list_of_customer(tx, customer, limit))
            .await?;
        Ok(methods)
    }

    /// The answer that shows `view`.
    pub(crate) fn answer(&self, kind: ReplyKind, view: &View<'_>, request: &Request) -> Answer {
        (self.renderers.answer)(kind, view, &request.expand)
    }

    /// An event that is not about a payment.
    pub(crate) fn event(&self, caller: &Caller, kind: EventKind, view: &View<'_>) -> Event {
        Event {
            id: self.ids.next(&self.clock, EventId::from_bytes),
            owner: caller.owner,
            kind,
            object: (self.renderers.event)(kind, view),
            request_id: Some(caller.request_id.clone()),
            key: None,
            created_at: self.clock.now(),
        }
    }

    /// The line that says a card number is read to be sent.
    pub(crate) fn detokenise_line(
        &self,
        caller: &Caller,
        method: PaymentMethodId,
    ) -> store::audit::AuditEntry {
        self.audit(caller, AuditAction::Detokenise, method.to_string(), true)
    }
}

pub(crate) fn to_store(sealed: Sealed) -> SealedCard {
    SealedCard {
        key_id: sealed.key_id,
        wrapped_key: sealed.wrapped_key,
        ciphertext: sealed.ciphertext,
    }
}

pub(crate) fn to_vault(sealed: SealedCard) -> Sealed {
    Sealed {
        key_id: sealed.key_id,
        wrapped_key: sealed.wrapped_key,
        ciphertext: sealed.ciphertext,
    }
}
