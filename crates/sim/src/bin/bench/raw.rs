//! The raw limit: the same two writes of each payment through the same writer, without HTTP and
//! without a rail.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use domain::payment::{Metadata, Open, Start, conclude, confirm, open};
use domain::{
    AdviceId, Approval, AttemptId, Brand, CaptureMethod, Card, ClientSecret, Currency, CustomerId,
    CvcCheck, EventId, EventKind, Expiry, Funding, Merchant, MerchantId, Mode, Money, NodeId,
    Outcome, Owner, PaymentId, PaymentMethod, PaymentMethodId, StepId, Timestamp, Trace,
};
use engine::{Clock, Ids};
use store::customers::Customer;
use store::events::Event;
use store::idempotency::{Answer, Key};
use store::payment_methods::SealedCard;
use store::{Entry, KeyWrite, Location, NewMethod, Settings, Store};

use crate::process::Folder;

/// Writes that wait at once.
const WAITING: usize = 64;

/// The process that these payments say they are of.
pub(crate) const NODE: NodeId = NodeId::from_bytes([4; 16]);

/// Payments a second.
pub(crate) fn measure(folder: &Folder, sample: &[u8], time: Duration) -> anyhow::Result<u64> {
    let location = Location::File(folder.path().join("raw.db"));
    let store = Store::open(&location, &Settings::default())?;
    let maker = Arc::new(Maker::new(sample));
    let count = Arc::new(AtomicU64::new(0));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .build()?;
    let began = Instant::now();
    let end = began + time;
    runtime.block_on(async {
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..WAITING {
            let (store, maker, count) = (store.clone(), maker.clone(), count.clone());
            tasks.spawn(async move {
                while Instant::now() < end {
                    for entry in maker.payment() {
                        store.apply("raw", entry).await?;
                    }
                    count.fetch_add(1, Ordering::Relaxed);
                }
                anyhow::Ok(())
            });
        }
        while let Some(task) = tasks.join_next().await {
            task??;
        }
        anyhow::Ok(())
    })?;
    let millis = u64::try_from(began.elapsed().as_millis())?.max(1);
    Ok(count.load(Ordering::Relaxed) * 1_000 / millis)
}

/// Makes payments as the engine writes them.
pub(crate) struct Maker {
    clock: Clock,
    ids: Ids,
    merchant: Merchant,
    sample: Vec<u8>,
    stan: AtomicU64,
}

impl Maker {
    /// Events and answers look like `sample`.
    pub(crate) fn new(sample: &[u8]) -> Self {
        Self::of(sample, MerchantId::from_bytes([7; 16]))
    }

    /// Payments of one merchant.
    pub(crate) fn of(sample: &[u8], merchant: MerchantId) -> Self {
        Self {
            clock: Clock::system(),
            ids: Ids::system(),
            merchant: Merchant {
                id: merchant,
                name: "Bench".into(),
                time_zone: "Europe/Paris".into(),
                country: "FR".into(),
                locale: "fr-FR".into(),
                currencies: vec![Currency::EUR],
                acceptor: "000000000000001".into(),
                fees: domain::FeeRules::default(),
                payout_delay_days: 0,
            },
            sample: sample.to_vec(),
            stan: AtomicU64::new(0),
        }
    }

    fn next<T>(&self, make: fn([u8; 16]) -> T) -> T {
        self.ids.next(&self.clock, make)
    }

    /// The two writes of one payment: the intent, and the outcome.
    pub(crate) fn payment(&self) -> [Entry; 2] {
        let now = self.clock.now();
        let owner = self.owner();
        let method = self.method(owner, now);
        let key = Key {
            owner,
            key: self.next(StepId::from_bytes).to_string(),
            fingerprint: [1; 32],
        };
        let step = open(self.request(owner, method.method.id), &self.merchant, now);
        let step = step.unwrap_or_else(|refusal| unreachable!("{refusal}"));
        let confirmed = confirm(&step.payment, None, self.start(&key, now), now);
        let begun = step.then(confirmed.unwrap_or_else(|refusal| unreachable!("{refusal}")));
        let advice = self.next(AdviceId::from_bytes);
        let attempt = begun
            .attempt
            .clone()
            .unwrap_or_else(|| unreachable!("an attempt began"));
        let outcome = Outcome::Approved(Approval {
            amount_minor: 1250,
            approval_code: Some("A1B2C3".into()),
            response_code: "00".into(),
            cvc_check: CvcCheck::Pass,
        });
        let ended = conclude(&begun.payment, &attempt, &outcome, advice, now);
        let ended = ended.unwrap_or_else(|| unreachable!("the attempt was just begun"));
        let answer = Answer {
            status: 200,
            body: self.sample.clone(),
        };
        let first = self.entry(begun, Some(method), KeyWrite::Claim(key.clone()), now);
        let second = self.entry(ended, None, KeyWrite::Answer(owner, key.key, answer), now);
        [first, second]
    }

    /// A customer; the payments are not theirs.
    pub(crate) fn customer(&self) -> Customer {
        Customer {
            id: self.next(CustomerId::from_bytes),
            owner: self.owner(),
            name: Some("Zoé Martin".into()),
            email: Some("zoe@example.com".into()),
            phone: None,
            description: None,
            metadata: Metadata::new(),
            created_at: self.clock.now(),
            deleted_at: None,
        }
    }

    const fn owner(&self) -> Owner {
        Owner {
            merchant: self.merchant.id,
            mode: Mode::Test,
        }
    }

    fn entry(
        &self,
        step: domain::Step,
        method: Option<NewMethod>,
        key: KeyWrite,
        now: Timestamp,
    ) -> Entry {
        let owner = step.payment.owner;
        let events = step
            .events
            .iter()
            .map(|kind| self.event(*kind, owner, now))
            .collect();
        let id = self.next(StepId::from_bytes);
        Entry {
            id,
            at: now,
            step,
            method,
            session: None,
            place: None,
            events,
            key: Some(key),
            audit: vec![],
        }
    }

    fn event(&self, kind: EventKind, owner: Owner, now: Timestamp) -> Event {
        Event {
            id: self.next(EventId::from_bytes),
            owner,
            kind,
            object: self.sample.clone(),
            request_id: Some("req_0000000000000000000000".into()),
            key: None,
            created_at: now,
        }
    }

    fn request(&self, owner: Owner, method: PaymentMethodId) -> Open {
        Open {
            id: self.next(PaymentId::from_bytes),
            owner,
            secret: ClientSecret::from_bytes([3; 16]),
            amount: Money::new(1250, Currency::EUR),
            capture_method: CaptureMethod::Automatic,
            method: Some(method),
            customer: None,
            session: None,
            description: None,
            statement_descriptor: None,
            receipt_email: None,
            return_url: None,
            metadata: Metadata::new(),
        }
    }

    fn start(&self, key: &Key, now: Timestamp) -> Start {
        // A trace may be used once: numbers that do not wrap, spread over seconds that are gone.
        let number = self.stan.fetch_add(1, Ordering::Relaxed);
        let round = i64::try_from(number / 999_999).unwrap_or(0);
        Start {
            attempt: self.next(AttemptId::from_bytes),
            trace: Trace {
                acquirer: "sandbox".into(),
                terminal: "BENCH001".into(),
                stan: u32::try_from(number % 999_999).unwrap_or(0) + 1,
                sent_at: Timestamp::from_seconds(now.seconds() / 100_000 * 100_000 - round),
            },
            node: NODE,
            key: Some(key.key.clone()),
        }
    }

    fn method(&self, owner: Owner, now: Timestamp) -> NewMethod {
        let expiry =
            Expiry::new(12, 2034).unwrap_or_else(|| unreachable!("a month of this century"));
        NewMethod {
            method: PaymentMethod {
                id: self.next(PaymentMethodId::from_bytes),
                owner,
                customer: None,
                card: Card {
                    brand: Brand::Visa,
                    funding: Funding::Credit,
                    bin: "424242".into(),
                    last4: "4242".into(),
                    expiry,
                    fingerprint: "0123456789abcdef".into(),
                    country: None,
                },
                holder: None,
                email: None,
                created_at: now,
            },
            card: SealedCard {
                key_id: [1; 16],
                wrapped_key: vec![2; 60],
                ciphertext: vec![3; 39],
            },
        }
    }
}
