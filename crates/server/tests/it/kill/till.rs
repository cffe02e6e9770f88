//! A till that works while the service is killed: it repeats each request with the same key until
//! it is answered, as the documentation asks of every client.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;

use crate::client::{Answer, Request};

/// One request with its key, and the answer that it got in the end.
pub(super) struct Receipt {
    request: Request,
    path: String,
    key: String,
    pub(super) answer: Answer,
}

impl Receipt {
    pub(super) fn key(&self) -> &str {
        &self.key
    }

    pub(super) fn is_creation(&self) -> bool {
        self.path == "/v1/payment_intents"
    }

    pub(super) fn object(&self) -> Value {
        self.answer.object()
    }

    /// The id of the payment, in a success as in a decline.
    pub(super) fn payment(&self) -> String {
        let value = self.answer.json();
        let id = match self.answer.status {
            200 => &value["id"],
            _ => &value["error"]["payment_intent"]["id"],
        };
        let id = id.as_str();
        id.unwrap_or_else(|| panic!("no payment: {value}"))
            .to_owned()
    }
}

/// What is done with a payment once it is made.
#[derive(Clone, Copy)]
enum Story {
    Pay,
    GiveBack,
    Capture,
    Cancel,
}

/// Cards and what is done with them; the names are those of the sandbox's table.
const STORIES: &[(Story, &str)] = &[
    (Story::Pay, "4242424242424242"),
    (Story::GiveBack, "5555555555554444"),
    (Story::Capture, "4242424242424242"),
    (Story::Cancel, "4242424242424242"),
    (Story::Pay, "4000000000009995"),
    (Story::Pay, "4000000000550303"),      // slow_answer
    (Story::Pay, "4000000000550402"),      // answer_cut
    (Story::GiveBack, "4000000000550501"), // answer_twice
    (Story::Pay, "4000000000550600"),      // drop_before_booking
    (Story::Pay, "4000000000550709"),      // drop_before_answer
    (Story::GiveBack, "4000000000550808"), // drop_after_answer
    (Story::Pay, "4000000000551004"),      // partial_approval
    (Story::Capture, "4000000000551202"),  // capture_ignored
    (Story::GiveBack, "4000000000551400"), // refund_no_answer
    (Story::Pay, "4000000000550105"),      // no_answer
    (Story::Cancel, "4000000000550204"),   // late_answer
    (Story::Pay, "4000000000550907"),      // message_lost
    (Story::Capture, "4000000000551509"),  // reversal_ignored
];

/// A client with a program of its own.
pub(super) struct Till {
    number: usize,
    secret: String,
    address: watch::Receiver<SocketAddr>,
    count: watch::Sender<usize>,
}

impl Till {
    pub(super) fn new(
        number: usize,
        secret: &str,
        address: watch::Receiver<SocketAddr>,
        count: watch::Sender<usize>,
    ) -> Self {
        Self {
            number,
            secret: secret.to_owned(),
            address,
            count,
        }
    }

    /// Lives through every story, each till beginning with another one.
    pub(super) async fn work(self) -> Vec<Receipt> {
        let mut receipts = Vec::new();
        for place in 0..STORIES.len() {
            let (story, card) = STORIES[(place + 5 * self.number) % STORIES.len()];
            let key = format!("till-{}-{place}", self.number);
            self.live(story, card, &key, &mut receipts).await;
        }
        receipts
    }

    async fn live(&self, story: Story, card: &str, key: &str, receipts: &mut Vec<Receipt>) {
        let made = self.create_until_sent(story, card, key, receipts).await;
        let is_good = made.answer.status == 200;
        let status = is_good.then(|| made.object()["status"].clone());
        let path = format!("/v1/payment_intents/{}", made.payment());
        let id = made.payment();
        receipts.push(made);
        let status = status.as_ref().and_then(Value::as_str).unwrap_or_default();
        let more = match (story, status) {
            (Story::GiveBack, "succeeded") => self.give_back(&id, key).await,
            (Story::Capture, "requires_capture") => {
                let part = [("amount_to_capture", "1000")];
                vec![
                    self.post(&format!("{path}/capture"), &part, &format!("{key}-c"))
                        .await,
                ]
            }
            (Story::Cancel, "requires_capture") => {
                vec![
                    self.post(&format!("{path}/cancel"), &[], &format!("{key}-c"))
                        .await,
                ]
            }
            _ => Vec::new(),
        };
        receipts.extend(more);
    }

    /// Makes the payment; a plain card that could not be sent is tried again under a new key, as
    /// the answer says.
    async fn create_until_sent(
        &self,
        story: Story,
        card: &str,
        key: &str,
        receipts: &mut Vec<Receipt>,
    ) -> Receipt {
        let is_plain = card.starts_with("42424242") || card.starts_with("55555555");
        let mut made = self.create(story, card, key).await;
        for again in 1..=20 {
            if !is_plain || made.answer.json()["error"]["code"] != "processing_error" {
                break;
            }
            receipts.push(made);
            tokio::time::sleep(Duration::from_millis(20)).await;
            made = self
                .create(story, card, &format!("{key}-again-{again}"))
                .await;
        }
        made
    }

    async fn create(&self, story: Story, card: &str, key: &str) -> Receipt {
        let capture = match story {
            Story::Pay | Story::GiveBack => "automatic",
            Story::Capture | Story::Cancel => "manual",
        };
        let fields = [
            ("amount", "1250"),
            ("currency", "eur"),
            ("confirm", "true"),
            ("capture_method", capture),
            ("metadata[key]", key),
            ("payment_method_data[type]", "card"),
            ("payment_method_data[card][number]", card),
            ("payment_method_data[card][exp_month]", "12"),
            ("payment_method_data[card][exp_year]", "2034"),
            ("payment_method_data[card][cvc]", "123"),
        ];
        self.post("/v1/payment_intents", &fields, key).await
    }

    /// Gives back a part, then more than is left, which is refused unless the part is not given
    /// back after all: a refund in doubt ends as failed.
    async fn give_back(&self, payment: &str, key: &str) -> Vec<Receipt> {
        let part = [("payment_intent", payment), ("amount", "400")];
        let part = self.post("/v1/refunds", &part, &format!("{key}-r1")).await;
        let above = [("payment_intent", payment), ("amount", "1000")];
        let above = self.post("/v1/refunds", &above, &format!("{key}-r2")).await;
        let both = [&part, &above].map(|one| u8::from(one.answer.status == 200));
        assert!(
            both[0] + both[1] == 1 || part.object()["status"] != "succeeded",
            "more is given back than was taken: {key}"
        );
        vec![part, above]
    }

    /// Asks until there is an answer. Only a key in use and a busy record are asked again.
    async fn post(&self, path: &str, fields: &[(&str, &str)], key: &str) -> Receipt {
        let request = Request::new("POST", path).form(fields).key(key);
        let answer = self.insist(request.clone()).await;
        self.count.send_modify(|count| *count += 1);
        Receipt {
            request,
            path: path.to_owned(),
            key: key.to_owned(),
            answer,
        }
    }

    async fn insist(&self, request: Request) -> Answer {
        let request = request.bearer(&self.secret);
        loop {
            let address = *self.address.borrow();
            match request.try_send(address).await {
                Some(answer) if !matches!(answer.status, 409 | 429) => {
                    assert!(answer.status < 500, "{}", answer.json());
                    return answer;
                }
                _ => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    }

    /// The same request with the same key, much later.
    pub(super) async fn repeat(&self, receipt: &Receipt) -> Receipt {
        Receipt {
            request: receipt.request.clone(),
            path: receipt.path.clone(),
            key: receipt.key.clone(),
            answer: self.insist(receipt.request.clone()).await,
        }
    }

    pub(super) async fn get(&self, path: &str) -> Value {
        self.insist(Request::new("GET", path)).await.object()
    }

    /// Every object of a list.
    pub(super) async fn all(&self, path: &str) -> Vec<Value> {
        let mut found: Vec<Value> = Vec::new();
        loop {
            let after = found.last().map(|last| last["id"].as_str().unwrap());
            let after = after.map(|id| format!("&starting_after={id}"));
            let page = format!("{path}?limit=100{}", after.unwrap_or_default());
            let mut page = self.get(&page).await;
            let Value::Array(objects) = page["data"].take() else {
                panic!("no list: {page}");
            };
            found.extend(objects);
            if page["has_more"] == false {
                return found;
            }
        }
    }
}
