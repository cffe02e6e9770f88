//! Sends one event once: a POST to an address that was judged, without redirects or proxies.
//!
//! The client has neither of those to turn off: it is a pool of connections, and a door of ours
//! that looks a name up, has the guard judge what it found, and connects to exactly that. So no
//! second look-up can answer otherwise. What the receiver says is read as far as it is kept.

use std::error::Error as StdError;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use domain::Timestamp;
use domain::webhook::SendFault;
use engine::webhooks::{Courier, Parcel, Receipt, Verdict};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::{HeaderMap, Request, Response, StatusCode, Uri, header};
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::client::legacy::{Client, Error as ClientError};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tower_service::Service;

use super::guard::{Guard, UrlFault};
use super::sign::sign;
use crate::api::render::event;
use crate::form::shown;

/// Who says so.
const USER_AGENT: &str = concat!("Encaisse/", env!("CARGO_PKG_VERSION"), " (webhooks)");

/// The most of an answer that is looked at, in bytes; fewer characters of it are shown.
const KEPT_MAX: usize = 1024;

/// The most that is read of an answer, in bytes.
const ANSWER_MAX: usize = 64 * 1024;

/// How long the rest of an answer is awaited once its head has said what it means.
const REST_PATIENCE: Duration = Duration::from_secs(2);

/// How long connecting to one address may take.
const CONNECT_PATIENCE: Duration = Duration::from_secs(5);

/// How long a connection that nobody uses is kept.
const IDLE: Duration = Duration::from_secs(20);

/// The way to endpoints: the head of an answer is awaited for `patience`, its rest a little longer.
///
/// # Errors
/// Only a failure of the cryptographic library.
pub(crate) fn courier(guard: Guard, patience: Duration) -> anyhow::Result<Courier> {
    let door = Door {
        guard: guard.clone(),
        tls: tls()?,
    };
    let client = Client::builder(TokioExecutor::new())
        .pool_idle_timeout(IDLE)
        .pool_timer(TokioTimer::new())
        .build(door);
    let sender = Arc::new(Sender { client, guard });
    Ok(Courier::new(move |parcel| {
        let sender = sender.clone();
        async move {
            let answer = tokio::time::timeout(patience, sender.send(&parcel)).await;
            match answer.unwrap_or(Err(SendFault::TimedOut)) {
                Ok(answer) => read(answer, parcel.at).await,
                Err(fault) => Receipt::unanswered(fault),
            }
        }
    }))
}

/// Encryption that trusts whom the system trusts.
fn tls() -> anyhow::Result<TlsConnector> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        tracing::warn!(
            "This system trusts no certificate authority: no webhook over https will arrive. \
             Install ca-certificates."
        );
    }
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

struct Sender {
    client: Client<Door, Full<Bytes>>,
    guard: Guard,
}

impl Sender {
    async fn send(&self, parcel: &Parcel) -> Result<Response<Incoming>, SendFault> {
        let url = self.guard.read(&parcel.url, parcel.event.owner.mode);
        let url = url.map_err(|fault| match fault {
            UrlFault::Address | UrlFault::Scheme => SendFault::AddressRefused,
            UrlFault::Malformed => SendFault::Unresolved,
        })?;
        let uri: Uri = url.as_str().parse().map_err(|_| SendFault::Unresolved)?;
        let request = request(uri, parcel).map_err(|_| SendFault::Protocol)?;
        let answer = self.client.request(request).await;
        answer.map_err(|error| fault_of(&error))
    }
}

fn request(uri: Uri, parcel: &Parcel) -> Result<Request<Full<Bytes>>, hyper::http::Error> {
    let body = event(&parcel.event, parcel.pending);
    let (id, seconds) = (parcel.event.id.to_string(), parcel.at.seconds());
    let signed = sign(&parcel.secrets, &id, seconds, &body);
    Request::post(uri)
        .header(header::CONTENT_TYPE, "application/json; charset=utf-8")
        .header(header::USER_AGENT, USER_AGENT)
        .header(header::ACCEPT, "*/*")
        .header("stripe-signature", signed.stripe)
        .header("webhook-id", id)
        .header("webhook-timestamp", seconds)
        .header("webhook-signature", signed.standard)
        .body(Full::new(Bytes::from(body)))
}

async fn read(answer: Response<Incoming>, now: Timestamp) -> Receipt {
    let status = answer.status();
    let verdict = if status.is_success() {
        Verdict::Accepted
    } else if status == StatusCode::GONE {
        Verdict::Gone
    } else {
        Verdict::Refused {
            pause_ms: retry_after_ms(answer.headers(), now),
        }
    };
    Receipt {
        verdict,
        answer_status: Some(status.as_u16()),
        excerpt: excerpt(answer.into_body()).await,
    }
}

/// The beginning of an answer, without anything that could be a card number. What is cut off, too
/// long or too slow does not change what the status says.
async fn excerpt(mut body: Incoming) -> String {
    let mut kept = Vec::new();
    let rest = async {
        let mut count = 0_usize;
        while let Some(Ok(frame)) = body.frame().await {
            if let Some(data) = frame.data_ref() {
                count = count.saturating_add(data.len());
                kept.extend(data.iter().take(KEPT_MAX.saturating_sub(kept.len())));
            }
            if count > ANSWER_MAX {
                break;
            }
        }
    };
    // Late or whole, what came is shown.
    let _ = tokio::time::timeout(REST_PATIENCE, rest).await;
    shown(&String::from_utf8_lossy(&kept))
}

/// What a receiver asks for: seconds, or a date (RFC 9110, section 10.2.3).
fn retry_after_ms(headers: &HeaderMap, now: Timestamp) -> Option<i64> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(i64::from(seconds).saturating_mul(1_000));
    }
    let date = jiff::fmt::rfc2822::DateTimeParser::new()
        .parse_timestamp(text)
        .ok()?;
    Some(Timestamp::from_seconds(date.as_second()).millis_since(now))
}

/// Why there was no answer: what the door said, if it was the door.
fn fault_of(error: &ClientError) -> SendFault {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(inner) = cause {
        if let Some(Closed(fault)) = inner.downcast_ref() {
            return *fault;
        }
        cause = inner.source();
    }
    SendFault::Protocol
}

/// Opens connections, to addresses that the guard lets through.
#[derive(Clone)]
struct Door {
    guard: Guard,
    tls: TlsConnector,
}

/// Why it does not open.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("{0}")]
struct Closed(SendFault);

/// A connection, encrypted or not.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// What the pool keeps.
struct Road(TokioIo<Box<dyn Stream>>);

type Opening = Pin<Box<dyn Future<Output = Result<Road, Closed>> + Send>>;

impl Service<Uri> for Door {
    type Response = Road;
    type Error = Closed;
    type Future = Opening;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Closed>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Opening {
        let door = self.clone();
        Box::pin(async move { door.open(&uri).await.map_err(Closed) })
    }
}

impl Door {
    async fn open(&self, uri: &Uri) -> Result<Road, SendFault> {
        let is_encrypted = uri.scheme_str() == Some("https");
        let host = uri.host().unwrap_or_default();
        let host = host.strip_prefix('[').unwrap_or(host);
        let host = host.strip_suffix(']').unwrap_or(host);
        let port = uri
            .port_u16()
            .unwrap_or(if is_encrypted { 443 } else { 80 });
        let addresses = self.addresses(host, port).await?;
        let stream = connect(&addresses).await?;
        if !is_encrypted {
            return Ok(Road(TokioIo::new(Box::new(stream))));
        }
        let name = ServerName::try_from(host.to_owned()).map_err(|_| SendFault::Tls)?;
        let stream = self.tls.connect(name, stream).await;
        let stream = stream.map_err(|_| SendFault::Tls)?;
        Ok(Road(TokioIo::new(Box::new(stream))))
    }

    /// The addresses of a host. One that is not public spoils all of them: a name that stands for
    /// both is there to get past a guard.
    async fn addresses(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, SendFault> {
        let addresses: Vec<_> = match host.parse::<IpAddr>() {
            Ok(address) => vec![SocketAddr::new(address, port)],
            Err(_) => {
                let found = tokio::net::lookup_host((host, port)).await;
                found.map_err(|_| SendFault::Unresolved)?.collect()
            }
        };
        if addresses.is_empty() {
            return Err(SendFault::Unresolved);
        }
        if addresses.iter().all(|one| self.guard.allows(one.ip())) {
            Ok(addresses)
        } else {
            Err(SendFault::AddressRefused)
        }
    }
}

/// Connects to the first address that answers.
async fn connect(addresses: &[SocketAddr]) -> Result<TcpStream, SendFault> {
    for address in addresses {
        let opened = tokio::time::timeout(CONNECT_PATIENCE, TcpStream::connect(address)).await;
        if let Ok(Ok(stream)) = opened {
            // Without it small messages wait; with an error they do, and arrive all the same.
            let _ = stream.set_nodelay(true);
            return Ok(stream);
        }
    }
    Err(SendFault::ConnectionFailed)
}

impl Connection for Road {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl hyper::rt::Read for Road {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: hyper::rt::ReadBufCursor<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl hyper::rt::Write for Road {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(784_111_777);

    fn asked(text: &str) -> Option<i64> {
        let mut headers = HeaderMap::new();
        headers.insert(header::RETRY_AFTER, text.parse().unwrap());
        retry_after_ms(&headers, NOW)
    }

    #[test]
    fn a_pause_is_asked_for_in_seconds_or_by_a_date() {
        assert_eq!(asked("120"), Some(120_000));
        assert_eq!(asked(" 0 "), Some(0));
        // The example of RFC 9110, section 5.6.7, is the second called NOW here.
        assert_eq!(asked("Sun, 06 Nov 1994 08:49:37 GMT"), Some(0));
        assert_eq!(asked("Sun, 06 Nov 1994 08:50:37 GMT"), Some(60_000));
        assert_eq!(asked("Sun, 06 Nov 1994 08:49:36 GMT"), Some(-1_000));
    }

    #[test]
    fn what_is_neither_asks_for_nothing() {
        for text in ["", "soon", "-5", "1.5", "99999999999999999999"] {
            assert_eq!(asked(text), None, "{text}");
        }
        assert_eq!(retry_after_ms(&HeaderMap::new(), NOW), None);
    }
}
