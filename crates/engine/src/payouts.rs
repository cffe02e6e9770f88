//! The operations on payouts.
//!
//! No rail to banks exists yet: whoever runs the service transfers the money by hand and says what
//! became of it ([`App::end_payout`]).

use domain::payment::{Metadata, MetadataChange};
use domain::payout::{self, Open};
use domain::{Money, Owner, Payout, PayoutFailure, PayoutId, PayoutStep, StepId, Transfer};
use store::audit::{AuditAction, AuditEntry};
use store::transfers::{self, Movement};
use store::{KeyWrite, Page, PayoutEntry, payouts};

use crate::balances::{BalanceTransaction, shows_transactions};
use crate::lists::missing;
use crate::payments::TRIES;
use crate::{App, Caller, Error, Reply, ReplyKind, Request, Thing, Turn, View};

/// What is asked.
#[derive(Clone, Debug)]
pub struct Create {
    /// How much.
    pub amount: Money,
    /// The merchant's own words.
    pub description: Option<String>,
    /// What the merchant's bank shows.
    pub statement_descriptor: Option<String>,
    /// The merchant's own pairs.
    pub metadata: Metadata,
}

/// What became of a payout that somebody transferred, or tried to.
#[derive(Clone, Copy, Debug)]
pub enum Ending {
    /// The money left.
    Paid,
    /// The bank did not take it.
    Failed(PayoutFailure),
}

impl App {
    /// Takes money out of the balance, for the merchant's bank.
    ///
    /// # Errors
    /// [`Error::Refused`], those of the request's key.
    pub async fn create_payout(&self, request: &Request, create: Create) -> Result<Reply, Error> {
        let owner = request.caller.owner;
        let open = Open {
            id: self.ids.next(&self.clock, PayoutId::from_bytes),
            owner,
            amount: create.amount,
            description: create.description,
            statement_descriptor: create.statement_descriptor,
            metadata: create.metadata,
        };
        let run = async {
            for _ in 0..TRIES {
                let funds = self.funds(owner, open.amount.currency).await?;
                let step = payout::open(open.clone(), funds, self.clock.now())?;
                match self.answer_payout(request, "payout_open", step).await {
                    Err(Error::Busy) => {}
                    other => return other,
                }
            }
            Err(Error::Busy)
        };
        self.keyed(request, run).await
    }

    /// Puts money that has not left back into the balance.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Refused`], those of the request's key.
    pub async fn cancel_payout(&self, request: &Request, id: PayoutId) -> Result<Reply, Error> {
        let run = async {
            for _ in 0..TRIES {
                let payout = self.get_payout(request.caller.owner, id).await?;
                let step = payout::cancel(&payout, self.clock.now())?;
                match self.answer_payout(request, "payout_cancel", step).await {
                    Err(Error::Busy) => {}
                    other => return other,
                }
            }
            Err(Error::Busy)
        };
        self.keyed(request, run).await
    }

    /// Changes the merchant's own pairs of a payout.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Refused`], those of the request's key.
    pub async fn update_payout(
        &self,
        request: &Request,
        id: PayoutId,
        change: MetadataChange,
    ) -> Result<Reply, Error> {
        let run = async {
            for _ in 0..TRIES {
                let payout = self.get_payout(request.caller.owner, id).await?;
                let step = payout::update(&payout, &change)?;
                match self.answer_payout(request, "payout_update", step).await {
                    Err(Error::Busy) => {}
                    other => return other,
                }
            }
            Err(Error::Busy)
        };
        self.keyed(request, run).await
    }

    /// Says what became of a payout: for whoever transfers the money by hand.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Refused`] when it has ended.
    pub async fn end_payout(&self, id: PayoutId, ending: Ending) -> Result<Payout, Error> {
        for _ in 0..TRIES {
            let payout = self.find_payout(id).await?;
            let now = self.clock.now();
            let step = match ending {
                Ending::Paid => payout::pay(&payout, now)?,
                Ending::Failed(why) => payout::fail(&payout, why, now)?,
            };
            let caller = Caller::operator(payout.owner);
            let line = self.audit(&caller, AuditAction::Administer, id.to_string(), true);
            let ended = step.payout.clone();
            let entry = self.payout_entry(&caller, step);
            let written = self.write_payout(
                "payout_end",
                PayoutEntry {
                    audit: Some(line),
                    ..entry
                },
            );
            match written.await {
                Err(Error::Busy) => {}
                other => return other.map(|()| ended),
            }
        }
        Err(Error::Busy)
    }

    /// Writes a step, with the answer to whoever asked for it.
    async fn answer_payout(
        &self,
        request: &Request,
        name: &'static str,
        step: PayoutStep,
    ) -> Result<Reply, Error> {
        let moved = step.transfer.as_ref();
        let transactions = self.payout_transactions(request, &step.payout, moved);
        let view = View {
            payout: Some(&step.payout),
            transactions: &transactions.await?,
            ..View::default()
        };
        let answer = self.answer(ReplyKind::Payout, &view, request);
        let key = request.key();
        let entry = PayoutEntry {
            key: key.map(|key| KeyWrite::Whole(key, answer.clone())),
            ..self.payout_entry(&request.caller, step)
        };
        self.write_payout(name, entry).await?;
        Ok(Reply {
            answer,
            is_replay: false,
        })
    }

    fn payout_entry(&self, caller: &Caller, step: PayoutStep) -> PayoutEntry {
        let view = View {
            payout: Some(&step.payout),
            ..View::default()
        };
        PayoutEntry {
            id: self.ids.next(&self.clock, StepId::from_bytes),
            at: self.clock.now(),
            event: self.event(caller, step.event, &view),
            key: None,
            audit: None::<AuditEntry>,
            step,
        }
    }

    async fn write_payout(&self, name: &'static str, entry: PayoutEntry) -> Result<(), Error> {
        self.turns.take(Turn::BeforeCommit(name)).await;
        let deliveries = self.store.apply_payout(name, entry).await?;
        self.turns.take(Turn::AfterCommit(name)).await;
        self.tell(deliveries);
        Ok(())
    }

    /// What a payout moved, and `more` that is about to be written, when the answer to `request`
    /// shows it.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn payout_transactions(
        &self,
        request: &Request,
        payout: &Payout,
        more: Option<&Transfer>,
    ) -> Result<Vec<BalanceTransaction>, Error> {
        if !shows_transactions(&request.expand) {
            return Ok(Vec::new());
        }
        let (owner, id) = (payout.owner, payout.id);
        let list = move |tx: &store::Tx<'_>| transfers::shown_of(tx, owner, id.bytes());
        let mut found = self.store.read(list).await?;
        found.extend(more.map(|transfer| Movement {
            transfer: transfer.clone(),
            fee_minor: 0,
        }));
        self.transactions(owner, found).await
    }

    /// Payouts of every merchant that are still to be transferred, the oldest first.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn list_pending_payouts(&self) -> Result<Vec<Payout>, Error> {
        Ok(self.store.read(payouts::list_pending).await?)
    }

    async fn find_payout(&self, id: PayoutId) -> Result<Payout, Error> {
        let found = self.store.read(move |tx| payouts::find(tx, id)).await?;
        found.ok_or(Error::NotFound(Thing::Payout))
    }

    /// The payout of that id, if it belongs to `owner`.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn get_payout(&self, owner: Owner, id: PayoutId) -> Result<Payout, Error> {
        let payout = self.find_payout(id).await?;
        if payout.owner == owner {
            Ok(payout)
        } else {
            Err(Error::NotFound(Thing::Payout))
        }
    }

    /// A page of payouts, newest first.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the record at which the page begins is not the owner's.
    pub async fn list_payouts(
        &self,
        owner: Owner,
        page: Page<PayoutId>,
    ) -> Result<Vec<Payout>, Error> {
        let list = move |tx: &store::Tx<'_>| payouts::list(tx, owner, &page);
        let found = self.store.read(list).await;
        found.map_err(missing(Thing::Payout))
    }
}
