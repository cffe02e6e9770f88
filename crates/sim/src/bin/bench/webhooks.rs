//! Waiting deliveries to one webhook endpoint: how quickly they drain to a receiver on this
//! machine.
//!
//! The receiver is part of this process and accepts everything. The deliveries are written beside
//! the running service and become due at one moment, as after an outage of the receiver.

use std::cell::RefCell;
use std::collections::HashSet;
use std::convert::Infallible;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use domain::{EventId, EventKind, Mode, Owner, Timestamp};
use http_body_util::{BodyExt as _, Empty, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use store::events::{self, Event};
use tokio::net::TcpListener;
use tokio::task::LocalSet;

use crate::load;
use crate::process::{Folder, Service};

/// How many deliveries wait.
const DELIVERIES: usize = 50_000;
/// How many events are about the same payment.
const OF_ONE: usize = 2;
/// How many events one write seeds.
const BATCH: usize = 500;
/// When they become due after the seeding begins, in milliseconds: longer than seeding takes.
const DUE_MS: i64 = 20_000;
/// The longest it may take after that.
const PATIENCE: Duration = Duration::from_secs(120);

/// What the receiver saw.
#[derive(Default)]
struct Seen {
    ids: HashSet<String>,
    count: usize,
    first: Option<Instant>,
    last: Option<Instant>,
}

type Shared = Rc<RefCell<Seen>>;

#[expect(
    clippy::print_stdout,
    reason = "the report is the product of this program"
)]
pub(crate) async fn run(binary: &Path) -> anyhow::Result<()> {
    let folder = Folder::new("encaisse-webhooks")?;
    let service = Service::start(binary, &folder)?;
    let sample = load::one(&service).await?;
    let seen = Shared::default();
    let all = async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}/", listener.local_addr()?);
        tokio::task::spawn_local(receive(listener, seen.clone()));
        create_endpoint(&service, &url).await?;
        seed(&service, &folder, &sample).await?;
        let before = service.cpu_us()?;
        await_all(&seen).await?;
        let after = service.cpu_us()?;
        anyhow::Ok(after[0] - before[0])
    };
    let cpu_us = LocalSet::new().run_until(all).await?;
    let seen = seen.borrow();
    let (first, last) = seen.first.zip(seen.last).context("nothing arrived")?;
    let millis = u64::try_from((last - first).as_millis())?.max(1);
    let count = u64::try_from(DELIVERIES)?;
    println!(
        "{count} deliveries in {millis} ms: {}/s; server {} µs each; {} arrived twice",
        count * 1_000 / millis,
        cpu_us / count,
        seen.count - seen.ids.len(),
    );
    Ok(())
}

async fn receive(listener: TcpListener, seen: Shared) {
    while let Ok((stream, _)) = listener.accept().await {
        let _ = stream.set_nodelay(true);
        let seen = seen.clone();
        let answer = service_fn(move |request| note(request, seen.clone()));
        tokio::task::spawn_local(async move {
            // A connection that ends is opened anew by the service.
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), answer)
                .await;
        });
    }
}

async fn note(
    request: Request<Incoming>,
    seen: Shared,
) -> Result<Response<Empty<Bytes>>, Infallible> {
    let id = request.headers().get("webhook-id").cloned();
    let id = id.and_then(|id| id.to_str().map(str::to_owned).ok());
    // What is cut off was not received; the answer would reach nobody.
    let _ = request.into_body().collect().await;
    let mut seen = seen.borrow_mut();
    seen.ids.extend(id);
    seen.count += 1;
    let now = Instant::now();
    seen.first.get_or_insert(now);
    seen.last = Some(now);
    Ok(Response::new(Empty::new()))
}

async fn create_endpoint(service: &Service, url: &str) -> anyhow::Result<()> {
    let mut client = load::connect(service).await?;
    let body = format!("url={url}&enabled_events[]=*");
    let request = Request::post("/v1/webhook_endpoints")
        .header("host", "bench")
        .header("authorization", format!("Bearer {}", service.secret_key))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Full::new(Bytes::from(body)))?;
    client.ready().await?;
    let answer = client.send_request(request).await?;
    if answer.status() != StatusCode::OK {
        bail!("the endpoint was answered {}", answer.status());
    }
    Ok(())
}

/// Writes the events, with their deliveries, beside the running service.
async fn seed(service: &Service, folder: &Folder, sample: &[u8]) -> anyhow::Result<()> {
    let location = store::Location::File(folder.path().join("data/encaisse.db"));
    let store = store::Store::open(&location, &store::Settings::default())?;
    let owner = Owner {
        merchant: domain::MerchantId::parse(&service.merchant).context("the merchant's id")?,
        mode: Mode::Test,
    };
    let (clock, ids) = (engine::Clock::system(), engine::Ids::system());
    let due = clock.now().plus_millis(DUE_MS);
    for batch in 0..DELIVERIES / BATCH {
        let make = |number: usize| {
            let id = ids.next(&clock, EventId::from_bytes);
            let subject = u128::try_from((batch * BATCH + number) / OF_ONE).unwrap_or(0);
            (event(id, owner, sample, due), (subject + 1).to_be_bytes())
        };
        let made: Vec<_> = (0..BATCH).map(make).collect();
        let write = move |tx: &store::Tx<'_>| {
            made.iter().try_fold(0, |count, (event, subject)| {
                events::insert(tx, event, subject).map(|deliveries| count + deliveries)
            })
        };
        let made = store.write("seed", write).await?;
        if made != BATCH {
            bail!("{made} deliveries were made of {BATCH} events");
        }
    }
    if clock.now() > due {
        bail!("the seeding took longer than until the deliveries were due");
    }
    Ok(())
}

fn event(id: EventId, owner: Owner, sample: &[u8], due: Timestamp) -> Event {
    Event {
        id,
        owner,
        kind: EventKind::PaymentSucceeded,
        object: sample.to_vec(),
        request_id: None,
        key: None,
        created_at: due,
    }
}

async fn await_all(seen: &Shared) -> anyhow::Result<()> {
    let end = Instant::now() + PATIENCE;
    while seen.borrow().ids.len() < DELIVERIES {
        if Instant::now() > end {
            let arrived = seen.borrow().ids.len();
            bail!("{arrived} of {DELIVERIES} arrived in time");
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}
