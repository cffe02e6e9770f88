//! An acquirer without a will of its own: a test accepts, reads, answers, cuts.

use std::time::Duration;

use iso8583::{Builder, Dialect, ISO87_ASCII, Message, Mti};
use rails::card::Framing;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// Longer than anything here takes; a test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Host {
    listener: TcpListener,
    framing: Framing,
    dialect: &'static Dialect,
}

impl Host {
    /// Listens for ISO 8583:1987 in ASCII behind two-byte lengths.
    pub(crate) async fn bind() -> Self {
        Self::speaking(Framing::TwoByteBinary, &ISO87_ASCII).await
    }

    pub(crate) async fn speaking(framing: Framing, dialect: &'static Dialect) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self {
            listener,
            framing,
            dialect,
        }
    }

    pub(crate) fn address(&self) -> String {
        self.listener.local_addr().unwrap().to_string()
    }

    /// The next connection, as it comes.
    pub(crate) async fn accept_raw(&self) -> TcpStream {
        timeout(PATIENCE, self.listener.accept())
            .await
            .unwrap()
            .unwrap()
            .0
    }

    /// The next connection, before it signs on.
    pub(crate) async fn accept_silently(&self) -> Peer<TcpStream> {
        self.peer(self.accept_raw().await)
    }

    /// The next connection, signed on.
    pub(crate) async fn accept(&self) -> Peer<TcpStream> {
        let mut peer = self.accept_silently().await;
        peer.agree_to_sign_on().await;
        peer
    }

    pub(crate) fn peer<S>(&self, stream: S) -> Peer<S> {
        Peer {
            stream,
            framing: self.framing,
            dialect: self.dialect,
        }
    }
}

/// One connection, seen from the acquirer.
pub(crate) struct Peer<S> {
    pub(crate) stream: S,
    framing: Framing,
    dialect: &'static Dialect,
}

/// A message as it came.
pub(crate) struct Received {
    dialect: &'static Dialect,
    pub(crate) bytes: Vec<u8>,
}

impl Received {
    pub(crate) fn message(&self) -> Message<'_> {
        Message::decode(self.dialect, &self.bytes).unwrap()
    }

    pub(crate) fn text(&self, field: u8) -> String {
        self.message().text(field).unwrap().into_owned()
    }

    pub(crate) fn mti(&self) -> String {
        self.message().mti().to_string()
    }

    /// The answer every host gives: the same trace, this code, and what `fill` adds.
    pub(crate) fn answer(&self, code: &str, fill: impl Fn(&mut Builder<'_>)) -> Vec<u8> {
        let asked = self.message();
        let mut answer = Builder::new(self.dialect, asked.mti().response().unwrap());
        for field in [7, 11, 24, 41, 70] {
            if asked.has(field) {
                answer.copy(&asked, field).unwrap();
            }
        }
        answer.set(39, code.to_owned()).unwrap();
        fill(&mut answer);
        let mut bytes = Vec::new();
        answer.encode(&mut bytes).unwrap();
        bytes
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Peer<S> {
    pub(crate) async fn agree_to_sign_on(&mut self) {
        let asked = self.receive().await;
        let notice = if asked.message().has(70) { 70 } else { 24 };
        assert!(asked.text(notice).ends_with("01"), "a sign-on comes first");
        let code = if notice == 70 { "00" } else { "800" };
        self.answer(&asked, code).await;
    }

    /// The next message; the end of the connection fails the test.
    pub(crate) async fn receive(&mut self) -> Received {
        self.receive_or_end().await.unwrap()
    }

    /// The next message, or `None` at the end of the connection.
    pub(crate) async fn receive_or_end(&mut self) -> Option<Received> {
        timeout(PATIENCE, self.read()).await.unwrap().ok()
    }

    async fn read(&mut self) -> std::io::Result<Received> {
        let length = match self.framing {
            Framing::TwoByteBinary => usize::from(self.stream.read_u16().await?),
            Framing::FourDigitAscii => {
                let mut digits = [0; 4];
                self.stream.read_exact(&mut digits).await?;
                std::str::from_utf8(&digits).unwrap().parse().unwrap()
            }
        };
        let mut bytes = vec![0; length];
        self.stream.read_exact(&mut bytes).await?;
        Ok(Received {
            dialect: self.dialect,
            bytes,
        })
    }

    /// Answers with a code and nothing more.
    pub(crate) async fn answer(&mut self, asked: &Received, code: &str) {
        self.send(&asked.answer(code, |_| ())).await;
    }

    /// Sends a message behind its length.
    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        let framed = self.framed(bytes);
        self.send_raw(&framed).await;
    }

    pub(crate) fn framed(&self, bytes: &[u8]) -> Vec<u8> {
        let length = u16::try_from(bytes.len()).unwrap();
        let header = match self.framing {
            Framing::TwoByteBinary => length.to_be_bytes().to_vec(),
            Framing::FourDigitAscii => format!("{length:04}").into_bytes(),
        };
        [header, bytes.to_vec()].concat()
    }

    pub(crate) async fn send_raw(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
        self.stream.flush().await.unwrap();
    }

    /// Asks something about the connection, as a host may.
    pub(crate) async fn ask_for_an_echo(&mut self) {
        let mut echo = Builder::new(self.dialect, Mti::NETWORK_REQUEST);
        echo.set(7, "0301070809")
            .unwrap()
            .set(11, "000099")
            .unwrap()
            .set(70, "301")
            .unwrap();
        let mut bytes = Vec::new();
        echo.encode(&mut bytes).unwrap();
        self.send(&bytes).await;
    }
}
