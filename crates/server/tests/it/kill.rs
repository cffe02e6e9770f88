//! The service is killed again and again while money moves, and started again on what it left.
//!
//! The acquirer is a process of its own that lives on: in the end its journal and our books must
//! tell the same story, and whatever was acknowledged must be there.

mod books;
mod till;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;
use tokio::task::{JoinSet, spawn_blocking};

use crate::binary::{Place, Process};
use till::{Receipt, Till};

/// Settings under which doubt ends within seconds. The late answer comes after the time-out and
/// before the end of the late window.
const QUICK: &[(&str, &str)] = &[
    ("ENCAISSE_RAIL__ANSWER_TIMEOUT_MS", "900"),
    ("ENCAISSE_RAIL__LATE_WINDOW_MS", "600"),
    ("ENCAISSE_RAIL__ADVICE_RETRY_FIRST_MS", "100"),
    ("ENCAISSE_RAIL__ADVICE_RETRY_MAX_MS", "300"),
    ("ENCAISSE_WORKERS__LEASE_MS", "1000"),
    ("ENCAISSE_WORKERS__RESOLVE_AGE_MS", "1500"),
    ("ENCAISSE_WORKERS__RESOLVE_PERIOD_MS", "50"),
    ("ENCAISSE_WORKERS__HEARTBEAT_MS", "100"),
    ("ENCAISSE_WORKERS__HEARTBEAT_LEASE_MS", "500"),
    ("ENCAISSE_IDEMPOTENCY__WAIT_MS", "2000"),
    ("ENCAISSE_SANDBOX__SLOW_ANSWER_MS", "200"),
    ("ENCAISSE_SANDBOX__LATE_ANSWER_MS", "1200"),
];

/// Tills that work at the same time.
const TILLS: usize = 8;
/// After how many acknowledgements, of all tills together, the service is killed. Two neighbours
/// are a kill while it still recovers from the one before.
const KILLS: &[usize] = &[5, 25, 26, 60, 61, 100, 150];
/// The longest that everything may take to come to its end.
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn what_was_acknowledged_survives_every_kill() {
    let mut place = Place::new(QUICK);
    let journal = place.folder().join("acquirer.journal");
    let acquirer = place.sandbox(&journal);
    place.set("ENCAISSE_SANDBOX__ADDRESS", &acquirer.address.to_string());
    let merchant = place.create_merchant("zoe@example.com");
    let secret = merchant["secret_key"].as_str().unwrap().to_owned();
    let place = Arc::new(place);

    let service = place.serve();
    let (door, address) = watch::channel(service.address);
    let (count, counted) = watch::channel(0);
    let mut tills = JoinSet::new();
    for number in 0..TILLS {
        let till = Till::new(number, &secret, address.clone(), count.clone());
        tills.spawn(till.work());
    }
    let service = kill_often(&place, service, &door, counted).await;
    let work = tokio::time::timeout(PATIENCE, tills.join_all()).await;
    let receipts: Vec<Receipt> = work.expect("a till waits").into_iter().flatten().collect();

    settle(&place).await;
    let till = Till::new(TILLS, &secret, address, count);
    every_key_made_one_payment(&till, &receipts).await;
    every_acknowledgement_is_still_true(&till, &receipts).await;
    service.tell_to_stop();
    assert!(service.end().0.success());
    acquirer.kill();
    books::compare(&journal, &place.data_dir().join("encaisse.db"));
    let (code, said) = place.verify(&["--settled"]);
    assert_eq!(code, Some(0), "{said}");
}

/// Kills the service at each of [`KILLS`], and starts it again at an address that `door` tells.
async fn kill_often(
    place: &Arc<Place>,
    mut service: Process,
    door: &watch::Sender<std::net::SocketAddr>,
    mut counted: watch::Receiver<usize>,
) -> Process {
    for kill in KILLS {
        let reached = counted.wait_for(|count| count >= kill);
        let reached = tokio::time::timeout(PATIENCE, reached).await;
        drop(reached.expect("nothing is acknowledged any more").unwrap());
        let place = place.clone();
        service = spawn_blocking(move || {
            service.kill();
            place.serve()
        })
        .await
        .unwrap();
        door.send_replace(service.address);
    }
    service
}

/// Waits until nothing is open; the books must be right at every look.
async fn settle(place: &Arc<Place>) {
    let settled = async {
        loop {
            let place = place.clone();
            let (code, said) = spawn_blocking(move || place.verify(&["--settled"]))
                .await
                .unwrap();
            assert!(!said.contains("BROKEN"), "{said}");
            assert!(!said.contains("for a person"), "{said}");
            if code == Some(0) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let settled = tokio::time::timeout(PATIENCE, settled).await;
    settled.expect("something stays open");
}

/// Every payment carries the key that made it; each key stands in one, and is answered by it.
async fn every_key_made_one_payment(till: &Till, receipts: &[Receipt]) {
    let payments = till.all("/v1/payment_intents").await;
    let mut made: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for payment in &payments {
        let key = payment["metadata"]["key"].as_str().unwrap();
        made.entry(key)
            .or_default()
            .push(payment["id"].as_str().unwrap());
    }
    let creations: Vec<_> = receipts.iter().filter(|one| one.is_creation()).collect();
    assert_eq!(made.len(), payments.len(), "a key made two payments");
    assert_eq!(made.len(), creations.len(), "a payment of no key");
    for receipt in creations {
        let id = receipt.payment();
        assert_eq!(made[receipt.key()], [&id], "{}", receipt.key());
        let again = till.repeat(receipt).await;
        assert_eq!(again.payment(), id, "{}", receipt.key());
    }
}

/// What a till was told once is what the service says now, or what the till did to it later.
async fn every_acknowledgement_is_still_true(till: &Till, receipts: &[Receipt]) {
    for receipt in receipts.iter().filter(|one| one.answer.status == 200) {
        let told = receipt.object();
        let path = match told["object"].as_str().unwrap() {
            "refund" => format!("/v1/refunds/{}", told["id"].as_str().unwrap()),
            _ => format!("/v1/payment_intents/{}", told["id"].as_str().unwrap()),
        };
        let now = till.get(&path).await;
        let fields = ["status", "amount", "amount_received"];
        let lasting = |one: &Value| fields.map(|field| one[field].clone());
        match told["status"].as_str().unwrap() {
            "succeeded" | "canceled" | "failed" => {
                assert_eq!(lasting(&now), lasting(&told), "{}", receipt.key());
            }
            "requires_capture" => {
                let after = ["requires_capture", "succeeded", "canceled"];
                assert!(after.contains(&now["status"].as_str().unwrap()), "{now}");
            }
            "processing" | "pending" => {
                assert_ne!(now["status"], told["status"], "it is settled: {now}");
            }
            other => panic!("{other}: {told}"),
        }
    }
    let succeeded =
        |one: &&Receipt| one.answer.status == 200 && one.object()["status"] == "succeeded";
    assert!(receipts.iter().filter(succeeded).count() > 2 * TILLS);
}
