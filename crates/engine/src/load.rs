//! Reads all that is needed to decide about a payment, and to show it.

use std::collections::BTreeSet;

use domain::checkout::LineItem;
use domain::{
    Attempt, CheckoutSession, Owner, Payment, PaymentId, PaymentLink, PaymentMethod,
    PaymentMethodId, Priced, Refund,
};
use store::customers::Customer;
use store::{Tx, attempts, checkouts, customers, payment_links, payment_methods, payments, prices};

use crate::balances::BalanceTransaction;
use crate::{App, Error, Thing, View};

/// A payment and what belongs to it.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The payment.
    pub payment: Payment,
    /// Its latest attempt.
    pub attempt: Option<Attempt>,
    /// The means of payment of the attempt, or else of the payment.
    pub method: Option<PaymentMethod>,
    /// The link that asks for it.
    pub session: Option<CheckoutSession>,
    /// Who it is for.
    pub customer: Option<Customer>,
    /// What moved the balance, when somebody wants to see it.
    pub transactions: Vec<BalanceTransaction>,
    /// The link that anybody may open, by which it was asked.
    pub link: Option<PaymentLink>,
    /// The prices that the items were taken from.
    pub priced: Vec<Priced>,
}

impl Loaded {
    /// What there is to see of it.
    pub fn view(&self) -> View<'_> {
        View {
            payment: Some(&self.payment),
            attempt: self.attempt.as_ref(),
            method: self.method.as_ref(),
            refund: None,
            session: self.session.as_ref(),
            customer: self.customer.as_ref(),
            transactions: &self.transactions,
            link: self.link.as_ref(),
            priced: &self.priced,
            ..View::default()
        }
    }

    /// The same with a refund of it.
    pub fn view_with<'a>(&'a self, refund: &'a Refund) -> View<'a> {
        View {
            refund: Some(refund),
            ..self.view()
        }
    }

    /// A payment that was just opened, with the means of payment that came with it.
    pub(crate) fn fresh(payment: Payment, method: Option<PaymentMethod>) -> Self {
        Self {
            payment,
            attempt: None,
            method,
            session: None,
            customer: None,
            transactions: Vec::new(),
            link: None,
            priced: Vec::new(),
        }
    }
}

/// Everything about one payment in one view of the database.
pub(crate) fn load(tx: &Tx<'_>, payment: Payment) -> Result<Loaded, store::Error> {
    let attempt = match payment.attempt {
        Some(id) => attempts::find(tx, id)?,
        None => None,
    };
    let method_id = attempt
        .as_ref()
        .map(|attempt| attempt.method)
        .or(payment.method);
    let method = match method_id {
        Some(id) => payment_methods::find(tx, id)?,
        None => None,
    };
    let session = match payment.session {
        Some(id) => checkouts::find(tx, id)?,
        None => None,
    };
    let customer = match payment.customer {
        Some(id) => customers::find_owned(tx, payment.owner, id)?,
        None => None,
    };
    let (link, priced) = match &session {
        Some(session) => {
            let link = session.link.map(|id| payment_links::find(tx, id));
            let priced = priced_of(tx, payment.owner, &session.items)?;
            (link.transpose()?.flatten(), priced)
        }
        None => (None, Vec::new()),
    };
    Ok(Loaded {
        payment,
        attempt,
        method,
        session,
        customer,
        transactions: Vec::new(),
        link,
        priced,
    })
}

/// The prices that items were taken from, each once, with their products.
pub(crate) fn priced_of(
    tx: &Tx<'_>,
    owner: Owner,
    items: &[LineItem],
) -> Result<Vec<Priced>, store::Error> {
    let ids: BTreeSet<_> = items.iter().filter_map(|item| item.price).collect();
    let found = ids.into_iter().map(|id| prices::find_priced(tx, owner, id));
    found.filter_map(Result::transpose).collect()
}

/// One attempt with its payment and its own means of payment.
pub(crate) fn of_attempt(tx: &Tx<'_>, attempt: Attempt) -> Result<Option<Loaded>, store::Error> {
    let Some(payment) = payments::find(tx, attempt.payment)? else {
        return Ok(None);
    };
    let method = payment_methods::find(tx, attempt.method)?;
    Ok(Some(Loaded {
        attempt: Some(attempt),
        ..Loaded::fresh(payment, method)
    }))
}

/// One link with its payment.
pub(crate) fn of_session(
    tx: &Tx<'_>,
    session: &CheckoutSession,
) -> Result<Option<Loaded>, store::Error> {
    match payments::find(tx, session.payment)? {
        Some(payment) => load(tx, payment).map(Some),
        None => Ok(None),
    }
}

impl App {
    /// The payment of that id, if it belongs to `owner`.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn get_payment(&self, owner: Owner, id: PaymentId) -> Result<Loaded, Error> {
        let found = self
            .store
            .read(move |tx| match payments::find_owned(tx, owner, id)? {
                Some(payment) => load(tx, payment).map(Some),
                None => Ok(None),
            })
            .await?;
        found.ok_or(Error::NotFound(Thing::Payment))
    }

    /// The payment of that id, whoever owns it: for workers, and where the payment's own secret was
    /// shown.
    pub(crate) async fn reload(&self, id: PaymentId) -> Result<Loaded, Error> {
        let found = self
            .store
            .read(move |tx| match payments::find(tx, id)? {
                Some(payment) => load(tx, payment).map(Some),
                None => Ok(None),
            })
            .await?;
        found.ok_or(Error::NotFound(Thing::Payment))
    }

    /// The means of payment of that id, if it belongs to `owner`.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn get_method(
        &self,
        owner: Owner,
        id: PaymentMethodId,
    ) -> Result<PaymentMethod, Error> {
        let found = self
            .store
            .read(move |tx| payment_methods::find_owned(tx, owner, id))
            .await?;
        found.ok_or(Error::NotFound(Thing::PaymentMethod))
    }
}
