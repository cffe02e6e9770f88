//! How a request names a means of payment: an id, one of Stripe's test names, or a card.

use std::sync::Arc;

use domain::{Owner, PaymentMethodId};
use engine::App;
use engine::cards::{MethodChoice, NewCard};

use crate::error::{ApiError, spelled};
use crate::form::{Fault, FaultKind, Form, has_card_number};
use crate::tokenise::{Typed, card_fault, month_now, test_method};

/// A means of payment as a request spells it.
#[derive(Default)]
pub(crate) struct Named {
    id: Option<String>,
    card: Option<(String, TypedMethod)>,
}

/// A card with what Stripe calls billing details.
pub(crate) struct TypedMethod {
    /// The card.
    pub card: Typed,
    /// The name the payer gave.
    pub holder: Option<String>,
    /// The payer's e-mail address.
    pub email: Option<String>,
}

impl TypedMethod {
    /// Reads `type`, `card` and `billing_details`.
    ///
    /// # Errors
    /// A part is missing or wrong; only cards are supported.
    pub(crate) fn read(form: &mut Form) -> Result<Self, Fault> {
        if !form.only("type", "card")? {
            return Err(form.missing("type"));
        }
        let card = form
            .object("card", Typed::read)?
            .ok_or_else(|| form.missing("card"))?;
        let details = form.object("billing_details", |details| {
            let name = details.text("name", 256)?;
            let email = details.text("email", 512)?;
            refuse_numbers(details, "name", name.as_deref())?;
            refuse_numbers(details, "email", email.as_deref())?;
            Ok((name, email))
        })?;
        let (holder, email) = details.unwrap_or_default();
        Ok(Self {
            card,
            holder,
            email,
        })
    }

    /// The card, if it can be one.
    ///
    /// # Errors
    /// [`crate::error::CardFault`], with the parameter under `path`.
    pub(crate) fn check(self, app: &App, path: &str) -> Result<NewCard, ApiError> {
        let card = self
            .card
            .check(month_now(app))
            .map_err(|fault| card_fault(fault, path))?;
        Ok(NewCard {
            data: card,
            holder: self.holder,
            email: self.email,
        })
    }
}

/// A card number typed into the wrong field would be kept and shown.
fn refuse_numbers(details: &Form, field: &str, text: Option<&str>) -> Result<(), Fault> {
    match text {
        Some(text) if has_card_number(text) => {
            let fault = details.fault(FaultKind::Invalid, field);
            Err(fault.with_detail(format!("{field}: it holds a card number")))
        }
        _ => Ok(()),
    }
}

impl Named {
    /// Reads `payment_method` and `payment_method_data`, of which one at most may be there.
    ///
    /// # Errors
    /// Both are there, or a part is wrong.
    pub(crate) fn read(form: &mut Form) -> Result<Self, Fault> {
        let id = form.id("payment_method", "payment_method", |id| Some(id.to_owned()))?;
        let path = form.path_of("payment_method_data") + "[card]";
        let card = form.object("payment_method_data", TypedMethod::read)?;
        if id.is_some() && card.is_some() {
            let fault = form.fault(FaultKind::Exclusive, "payment_method_data");
            return Err(fault.with_detail("payment_method"));
        }
        Ok(Self {
            id,
            card: card.map(|card| (path, card)),
        })
    }

    /// The id or name it holds; empty when it holds none.
    pub(crate) fn id(&self) -> String {
        spelled(self.id.as_ref())
    }

    /// What the engine is to charge.
    ///
    /// # Errors
    /// The card cannot be one, or there is no such id.
    pub(crate) fn choose(self, app: &App, owner: Owner) -> Result<MethodChoice, ApiError> {
        if let Some((path, card)) = self.card {
            return Ok(MethodChoice::New(Arc::new(card.check(app, &path)?)));
        }
        let Some(id) = self.id else {
            return Ok(MethodChoice::Unchanged);
        };
        if let Some(test) = test_method(&id, owner.mode, month_now(app)) {
            return Ok(test);
        }
        match PaymentMethodId::parse(&id) {
            Some(id) => Ok(MethodChoice::Kept(id)),
            None => Err(ApiError::missing("payment_method", &id, "payment_method")),
        }
    }
}
