//! One connection: opened, signed on, kept alive, opened again.
//!
//! Reading and writing are two futures of one task, so that neither waits for the other. Whatever
//! fails ends the connection: what was perhaps sent on it is unknown, and a new one begins.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use iso8583::{DecodeError, EncodeError, Message};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, split};
use tokio::net::TcpStream;
use tokio::select;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout};
use tokio_rustls::client::TlsStream;
use zeroize::{Zeroize, Zeroizing};

use super::Link;
use super::backoff::Backoff;
use super::frames::{FrameError, Frames};
use crate::card::dialect::{self, Key, Notice};

/// Messages that wait at the same time are written together, up to this many bytes.
const WRITE_MAX: usize = 16 * 1_024;

/// Why a connection ended, or never began.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error("cannot connect: {0}")]
    Connect(io::Error),
    #[error("connecting took too long")]
    ConnectTimeout,
    #[error("the sign-on was refused")]
    SignOnRefused,
    #[error("the sign-on was not answered")]
    SignOnTimeout,
    #[error(transparent)]
    Frame(#[from] FrameError),
    #[error("a message cannot be read: {0}")]
    Garbled(#[from] DecodeError),
    #[error("writing failed: {0}")]
    Write(io::Error),
    #[error("the other side takes nothing more")]
    WriteTimeout,
    #[error("the other side is silent and does not answer an echo")]
    Silent,
    #[error("a notice cannot be expressed: {0}")]
    Notice(#[from] EncodeError),
}

enum Stream {
    Plain(TcpStream),
    Secure(Box<TlsStream<TcpStream>>),
}

/// Keeps a connection, beginning after `pause`, until the link is closed.
pub(super) async fn keep(link: Arc<Link>, lane: usize, mut pause: Duration) {
    let mut backoff = Backoff::new();
    let mut is_first_failure = true;
    loop {
        let connected = select! {
            biased;
            () = link.traffic.closing() => return,
            connected = connect(&link, pause) => connected,
        };
        let mut conversation = Conversation {
            link: &link,
            lane,
            was_up: false,
        };
        let ended = match connected {
            Ok(Stream::Plain(stream)) => conversation.hold(stream).await,
            Ok(Stream::Secure(stream)) => conversation.hold(stream).await,
            Err(broken) => Err(broken),
        };
        if conversation.was_up {
            backoff.reset();
            is_first_failure = true;
        }
        let Err(broken) = ended else {
            return;
        };
        let acquirer = &link.config.acquirer;
        // An acquirer that is away for hours is said once, not every five seconds.
        if std::mem::take(&mut is_first_failure) {
            tracing::warn!(%acquirer, link.connection = lane, "a connection ended: {broken}");
        } else {
            tracing::debug!(%acquirer, link.connection = lane, "still no connection: {broken}");
        }
        pause = backoff.pause();
    }
}

async fn connect(link: &Link, pause: Duration) -> Result<Stream, Broken> {
    tokio::time::sleep(pause).await;
    let open = async {
        let stream = TcpStream::connect(&link.config.address).await?;
        stream.set_nodelay(true)?;
        Ok(match &link.tls {
            Some((connector, name)) => {
                Stream::Secure(Box::new(connector.connect(name.clone(), stream).await?))
            }
            None => Stream::Plain(stream),
        })
    };
    let opened = timeout(link.config.connect_timeout(), open).await;
    opened
        .map_err(|_| Broken::ConnectTimeout)?
        .map_err(Broken::Connect)
}

/// What is said on one connection from its opening to its end.
struct Conversation<'a> {
    link: &'a Link,
    lane: usize,
    was_up: bool,
}

impl Conversation<'_> {
    /// Signs on, then carries messages until the connection breaks (an error) or is drained.
    async fn hold<S: AsyncRead + AsyncWrite>(&mut self, stream: S) -> Result<(), Broken> {
        let (link, lane) = (self.link, self.lane);
        let (read, write) = split(stream);
        let (read, write) = (pin!(read), pin!(write));
        let mut frames = Frames::new(read, link.config.framing);
        let mut writer = Writer::new(link, write);
        timeout(
            link.config.answer_timeout(),
            self.sign_on(&mut frames, &mut writer),
        )
        .await
        .map_err(|_| Broken::SignOnTimeout)??;
        self.was_up = true;
        let acquirer = &link.config.acquirer;
        tracing::info!(%acquirer, link.connection = lane, "a connection is signed on");
        let _up = link.traffic.up(lane);
        let signs = Signs::new();
        select! {
            broken = receive(link, lane, &mut frames, &signs) => Err(broken),
            ended = transmit(link, lane, &mut writer, &signs) => ended,
        }
    }

    async fn sign_on<R, W>(
        &self,
        frames: &mut Frames<R>,
        writer: &mut Writer<'_, W>,
    ) -> Result<(), Broken>
    where
        R: AsyncRead + Unpin,
        W: AsyncWrite + Unpin,
    {
        let dialect = self.link.config.dialect;
        writer.write(&self.link.notice(Notice::SignOn)?).await?;
        loop {
            let message = Message::decode(dialect.table(), frames.next().await?)?;
            match dialect::answered(dialect, &message) {
                Some((Notice::SignOn, true)) => return Ok(()),
                Some((Notice::SignOn, false)) => return Err(Broken::SignOnRefused),
                Some((Notice::SignOff | Notice::Echo, _)) | None => {}
            }
        }
    }
}

/// What reading tells writing.
struct Signs {
    begun: Instant,
    /// When something was last heard, in nanoseconds since the beginning: an answer over loopback
    /// must not seem to be older than its question.
    heard_ns: AtomicU64,
    signed_off: Notify,
}

impl Signs {
    fn new() -> Self {
        Self {
            begun: Instant::now(),
            heard_ns: AtomicU64::new(0),
            signed_off: Notify::new(),
        }
    }

    fn hear(&self) {
        let elapsed = u64::try_from(self.begun.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.heard_ns.store(elapsed, Ordering::Relaxed);
    }

    fn heard_at(&self) -> Instant {
        self.begun + Duration::from_nanos(self.heard_ns.load(Ordering::Relaxed))
    }
}

/// Delivers what arrives, until something is wrong with it.
async fn receive<R: AsyncRead + Unpin>(
    link: &Link,
    lane: usize,
    frames: &mut Frames<R>,
    signs: &Signs,
) -> Broken {
    loop {
        let bytes = match frames.next().await {
            Ok(bytes) => bytes,
            Err(error) => return error.into(),
        };
        signs.hear();
        // Whoever sends one message that cannot be read may have lost its place in the stream; no
        // byte after it can be trusted.
        if let Err(broken) = deliver(link, lane, bytes, signs) {
            return broken;
        }
    }
}

fn deliver(link: &Link, lane: usize, bytes: &[u8], signs: &Signs) -> Result<(), Broken> {
    let dialect = link.config.dialect;
    let message = Message::decode(dialect.table(), bytes)?;
    if dialect::is_request(&message) {
        let mut answer = Zeroizing::new(Vec::new());
        let fill = |out: &mut Vec<u8>| dialect::consent(dialect, &message, out);
        link.config.framing.enclose(&mut answer, fill)?;
        link.traffic.push(lane, answer);
        return Ok(());
    }
    if let Some((notice, _)) = dialect::answered(dialect, &message) {
        match notice {
            Notice::SignOff => signs.signed_off.notify_one(),
            // The writing half waits for this one, and then for the next silence.
            Notice::Echo => link.traffic.wake(lane),
            Notice::SignOn => {}
        }
        return Ok(());
    }
    match link.traffic.answered(Key::of(&message)) {
        Some(order) => {
            let outcome = dialect::read(dialect, &order.asked, &message);
            // Nobody is there to hear it when the caller has just gone; the books then say unknown.
            let _ = order.reply.send(outcome);
        }
        None => tracing::warn!(
            acquirer = %link.config.acquirer,
            link.connection = lane,
            message.type = %message.mti(),
            trace.stan = message.numeric(11),
            "an answer came that nobody waits for: too late, or twice"
        ),
    }
    Ok(())
}

/// Writes what waits, and an echo when nothing was heard for long. Ends well when it is drained.
async fn transmit<W: AsyncWrite + Unpin>(
    link: &Link,
    lane: usize,
    writer: &mut Writer<'_, W>,
    signs: &Signs,
) -> Result<(), Broken> {
    let mut echo: Option<Instant> = None;
    loop {
        echo = echo.filter(|sent| signs.heard_at() < *sent);
        let (since, patience) = match echo {
            None => (signs.heard_at(), link.config.echo_idle()),
            Some(sent) => (sent, link.config.answer_timeout()),
        };
        match tokio::time::timeout_at(since + patience, link.traffic.awake(lane)).await {
            Ok(()) => writer.write_waiting(lane).await?,
            // Something was heard while the time ran out.
            Err(_) if since < signs.heard_at() => {}
            Err(_) if echo.is_some() => return Err(Broken::Silent),
            Err(_) => {
                echo = Some(Instant::now());
                writer.write(&link.notice(Notice::Echo)?).await?;
            }
        }
        if link.traffic.is_drained(lane) {
            return sign_off(link, writer, signs).await;
        }
    }
}

async fn sign_off<W: AsyncWrite + Unpin>(
    link: &Link,
    writer: &mut Writer<'_, W>,
    signs: &Signs,
) -> Result<(), Broken> {
    writer.write(&link.notice(Notice::SignOff)?).await?;
    let patience = link.config.answer_timeout();
    let goodbye = async {
        signs.signed_off.notified().await;
        writer.to.shutdown().await
    };
    // Politeness only: without an answer the connection ends all the same.
    let _ = timeout(patience, goodbye).await;
    Ok(())
}

/// The writing half, with one buffer that never moves and is wiped after each use.
struct Writer<'a, W> {
    link: &'a Link,
    to: W,
    buffer: Zeroizing<Vec<u8>>,
}

impl<'a, W: AsyncWrite + Unpin> Writer<'a, W> {
    fn new(link: &'a Link, to: W) -> Self {
        let buffer = Zeroizing::new(Vec::with_capacity(WRITE_MAX));
        Self { link, to, buffer }
    }

    /// Writes everything that waits on a connection.
    async fn write_waiting(&mut self, lane: usize) -> Result<(), Broken> {
        loop {
            self.link.traffic.take(lane, &mut self.buffer);
            if self.buffer.is_empty() {
                return Ok(());
            }
            let written = send(
                &mut self.to,
                &self.buffer,
                self.link.config.answer_timeout(),
            )
            .await;
            self.buffer.as_mut_slice().zeroize();
            self.buffer.clear();
            written?;
        }
    }

    /// Writes one message that carries no card.
    async fn write(&mut self, bytes: &[u8]) -> Result<(), Broken> {
        send(&mut self.to, bytes, self.link.config.answer_timeout()).await
    }
}

async fn send<W: AsyncWrite + Unpin>(
    to: &mut W,
    bytes: &[u8],
    patience: Duration,
) -> Result<(), Broken> {
    let write = async {
        to.write_all(bytes).await?;
        to.flush().await
    };
    timeout(patience, write)
        .await
        .map_err(|_| Broken::WriteTimeout)?
        .map_err(Broken::Write)
}
