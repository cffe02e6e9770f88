//! The load: clients that each keep one connection and make one payment after another.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::LocalSet;

use crate::process::Service;

/// What the answer to a payment that was made contains.
const PAID: &[u8] = br#""status":"succeeded""#;

type Client = SendRequest<Full<Bytes>>;

/// What one load showed.
pub(crate) struct Measured {
    pub(crate) clients: usize,
    pub(crate) errors: u64,
    pub(crate) server_rss_kib: u64,
    latencies_us: Vec<u64>,
    elapsed: Duration,
    cpu_us: [u64; 3],
}

impl Measured {
    fn count(&self) -> u64 {
        u64::try_from(self.latencies_us.len()).unwrap_or(0).max(1)
    }

    pub(crate) fn per_second(&self) -> u64 {
        let millis = u64::try_from(self.elapsed.as_millis()).unwrap_or(1).max(1);
        self.count() * 1_000 / millis
    }

    /// The latency that so many of a hundred payments stayed under, in milliseconds.
    pub(crate) fn percentile(&self, percent: usize) -> u64 {
        let at = (self.latencies_us.len() * percent / 100).min(self.latencies_us.len() - 1);
        self.latencies_us.get(at).copied().unwrap_or(0) / 1_000
    }

    pub(crate) fn server_us(&self) -> u64 {
        self.cpu_us[0] / self.count()
    }

    pub(crate) fn sandbox_us(&self) -> u64 {
        self.cpu_us[1] / self.count()
    }

    pub(crate) fn load_us(&self) -> u64 {
        self.cpu_us[2] / self.count()
    }
}

/// Makes one payment and returns its answer: what events and stored answers look like.
pub(crate) async fn one(service: &Service) -> anyhow::Result<Vec<u8>> {
    let set = LocalSet::new();
    set.run_until(async {
        let mut client = connect(service).await?;
        let (status, body) = pay(service, &mut client, "sample").await?;
        if status != StatusCode::OK {
            bail!(
                "a payment was answered {status}: {}",
                String::from_utf8_lossy(&body)
            );
        }
        Ok(body)
    })
    .await
}

/// Lets `clients` pay for `time`.
pub(crate) async fn run(
    service: &Service,
    clients: usize,
    time: Duration,
) -> anyhow::Result<Measured> {
    // No key is ever used twice: a repeated request would only be answered from the store.
    static ROUNDS: AtomicU64 = AtomicU64::new(0);
    let round = ROUNDS.fetch_add(1, Ordering::Relaxed);
    let set = LocalSet::new();
    let errors = Rc::new(Cell::new(0));
    let before = service.cpu_us()?;
    let began = Instant::now();
    let mut latencies_us = set
        .run_until(async {
            let tasks = (0..clients).map(|number| {
                let errors = errors.clone();
                let name = format!("{round}-{number}-{}", std::process::id());
                async move { pay_until(service, &name, began + time, &errors).await }
            });
            let mut all = Vec::new();
            for one in futures_util::future::join_all(tasks).await {
                all.extend(one?);
            }
            anyhow::Ok(all)
        })
        .await?;
    latencies_us.sort_unstable();
    let after = service.cpu_us()?;
    let mut cpu_us = [0; 3];
    for (used, (after, before)) in cpu_us.iter_mut().zip(after.into_iter().zip(before)) {
        *used = after - before;
    }
    Ok(Measured {
        clients,
        errors: errors.get(),
        server_rss_kib: service.rss_kib()?,
        latencies_us,
        elapsed: began.elapsed(),
        cpu_us,
    })
}

async fn pay_until(
    service: &Service,
    name: &str,
    end: Instant,
    errors: &Cell<u64>,
) -> anyhow::Result<Vec<u64>> {
    let mut client = connect(service).await?;
    let mut latencies = Vec::new();
    for number in 0_u64.. {
        let began = Instant::now();
        if began >= end {
            break;
        }
        let key = format!("{name}-{number}");
        let (status, body) = pay(service, &mut client, &key).await?;
        let is_paid = status == StatusCode::OK && body.windows(PAID.len()).any(|part| part == PAID);
        if !is_paid {
            errors.set(errors.get() + 1);
        }
        latencies.push(u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX));
    }
    Ok(latencies)
}

pub(crate) async fn connect(service: &Service) -> anyhow::Result<Client> {
    let stream = TcpStream::connect(service.address).await?;
    stream.set_nodelay(true)?;
    let (client, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::task::spawn_local(connection);
    Ok(client)
}

async fn pay(
    service: &Service,
    client: &mut Client,
    key: &str,
) -> anyhow::Result<(StatusCode, Vec<u8>)> {
    const BODY: &str = "amount=1250&currency=eur&confirm=true&payment_method_data[type]=card\
        &payment_method_data[card][number]=4242424242424242\
        &payment_method_data[card][exp_month]=12&payment_method_data[card][exp_year]=2034\
        &payment_method_data[card][cvc]=123";
    let request = Request::post("/v1/payment_intents")
        .header("host", "bench")
        .header("authorization", format!("Bearer {}", service.secret_key))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("idempotency-key", key)
        .body(Full::new(Bytes::from_static(BODY.as_bytes())))?;
    client.ready().await?;
    let answer = client
        .send_request(request)
        .await
        .context("the service hung up")?;
    let status = answer.status();
    let body = answer.into_body().collect().await?.to_bytes();
    Ok((status, body.to_vec()))
}

/// How long a page takes, in microseconds: the median of `times`.
pub(crate) async fn page_us(service: &Service, path: &str, times: usize) -> anyhow::Result<u128> {
    let set = LocalSet::new();
    let mut taken = set
        .run_until(async {
            let mut client = connect(service).await?;
            let mut taken = Vec::with_capacity(times);
            for _ in 0..times {
                let began = Instant::now();
                read(service, &mut client, path).await?;
                taken.push(began.elapsed().as_micros());
            }
            anyhow::Ok(taken)
        })
        .await?;
    taken.sort_unstable();
    Ok(taken.get(times / 2).copied().unwrap_or(0))
}

/// What is answered at an address of the API.
pub(crate) async fn one_page(service: &Service, path: &str) -> anyhow::Result<Vec<u8>> {
    let set = LocalSet::new();
    set.run_until(async { read(service, &mut connect(service).await?, path).await })
        .await
}

async fn read(service: &Service, client: &mut Client, path: &str) -> anyhow::Result<Vec<u8>> {
    let request = Request::get(path)
        .header("host", "bench")
        .header("authorization", format!("Bearer {}", service.secret_key))
        .body(Full::new(Bytes::new()))?;
    client.ready().await?;
    let answer = client.send_request(request).await?;
    let status = answer.status();
    let body = answer.into_body().collect().await?.to_bytes();
    if status != StatusCode::OK {
        bail!("{path} was answered {status}");
    }
    Ok(body.to_vec())
}
