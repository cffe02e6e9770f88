//! A client with its own framing: connects, signs on, sends, receives.

use std::collections::BTreeMap;

use iso8583::{Builder, Dialect, Message, Mti, Origin, Version};
use sandbox::{Config, Framing, Host};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A received message as plain data.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Reply {
    pub(crate) mti: String,
    fields: BTreeMap<u8, String>,
}

impl Reply {
    fn read(dialect: &'static Dialect, bytes: &[u8]) -> Reply {
        let message = Message::decode(dialect, bytes).expect("the host writes its dialect");
        let fields = message
            .fields()
            .iter()
            .map(|field| (field, message.text(field).unwrap().into_owned()))
            .collect();
        Reply {
            mti: message.mti().to_string(),
            fields,
        }
    }

    /// A field, or nothing.
    pub(crate) fn field(&self, field: u8) -> &str {
        self.fields.get(&field).map_or("", String::as_str)
    }

    /// A tag of the private data, or nothing.
    pub(crate) fn tag(&self, tag: u8) -> String {
        let mut rest = self.field(48);
        while rest.len() >= 4 {
            let length: usize = rest[2..4].parse().unwrap();
            if rest[..2] == format!("{tag:02}") {
                return rest[4..4 + length].to_owned();
            }
            rest = &rest[4 + length..];
        }
        String::new()
    }

    /// Type and answer code: `0210 00`.
    pub(crate) fn verdict(&self) -> String {
        format!("{} {}", self.mti, self.field(39))
    }
}

pub(crate) struct Client {
    stream: TcpStream,
    framing: Framing,
    pub(crate) dialect: &'static Dialect,
    input: Vec<u8>,
    echoes: u32,
}

impl Client {
    /// Connects without signing on.
    pub(crate) async fn dial(host: &Host, config: &Config) -> Client {
        let stream = TcpStream::connect(host.address()).await.unwrap();
        let Config {
            framing, dialect, ..
        } = *config;
        Client {
            stream,
            framing,
            dialect,
            input: Vec::new(),
            echoes: 0,
        }
    }

    /// Connects and signs on.
    pub(crate) async fn signed_on(host: &Host, config: &Config) -> Client {
        let mut client = Client::dial(host, config).await;
        let reply = client.network("001", "801").await;
        assert!(
            matches!(reply.verdict().as_str(), "0810 00" | "1814 800"),
            "{reply:?}"
        );
        client
    }

    /// Sends a network message: its code in 1987 and in 1993.
    pub(crate) async fn network(&mut self, code_1987: &str, code_1993: &str) -> Reply {
        let bytes = self.network_bytes(code_1987, code_1993);
        self.send(&bytes).await;
        self.receive().await.expect("a network message is answered")
    }

    /// Sends an echo and does not wait for its answer.
    pub(crate) async fn send_echo(&mut self) {
        let bytes = self.network_bytes("301", "831");
        self.send(&bytes).await;
    }

    fn network_bytes(&mut self, code_1987: &str, code_1993: &str) -> Vec<u8> {
        self.echoes += 1;
        let other = self.dialect.version == Version::V1993;
        let origin = if other {
            Origin::Other
        } else {
            Origin::Acquirer
        };
        let mut builder = Builder::new(self.dialect, Mti::NETWORK_REQUEST.from_origin(origin));
        builder
            .set(7, "1122120000")
            .unwrap()
            .set(41, "LINK")
            .unwrap();
        builder
            .set_number(11, u64::from(900_000 + self.echoes))
            .unwrap();
        if other {
            builder
                .set(12, "251122120000")
                .unwrap()
                .set(24, code_1993)
                .unwrap();
        } else {
            builder.set(70, code_1987).unwrap();
        }
        let mut bytes = Vec::new();
        builder.encode(&mut bytes).unwrap();
        bytes
    }

    pub(crate) async fn send(&mut self, message: &[u8]) {
        let framed = frame(self.framing, message);
        self.stream.write_all(&framed).await.unwrap();
    }

    /// Sends bytes as they are.
    pub(crate) async fn send_raw(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
    }

    /// The next message; `None` when the host closed the connection.
    pub(crate) async fn receive(&mut self) -> Option<Reply> {
        loop {
            if let Some((message, rest)) = unframe(self.framing, &self.input) {
                let reply = Reply::read(self.dialect, message);
                self.input = rest.to_vec();
                return Some(reply);
            }
            // A connection that is reset is closed, too.
            match self.stream.read_buf(&mut self.input).await {
                Ok(0) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    /// What arrived and is no whole message.
    pub(crate) fn leftover(&self) -> usize {
        self.input.len()
    }

    pub(crate) async fn ask(&mut self, message: &[u8]) -> Reply {
        self.send(message).await;
        self.receive().await.expect("the host answers")
    }

    /// Proves that nothing else is on its way: an echo is answered next.
    pub(crate) async fn expect_silence(&mut self) {
        let reply = self.network("301", "831").await;
        assert!(
            matches!(reply.verdict().as_str(), "0810 00" | "1814 800"),
            "{reply:?}"
        );
        assert!(self.input.is_empty());
    }

    /// Proves that the host closed the connection.
    pub(crate) async fn expect_closed(&mut self) {
        assert_eq!(self.receive().await, None);
    }
}

pub(crate) fn frame(framing: Framing, message: &[u8]) -> Vec<u8> {
    let length = u16::try_from(message.len()).unwrap();
    let head = match framing {
        Framing::Binary2 => length.to_be_bytes().to_vec(),
        Framing::Ascii4 => format!("{length:04}").into_bytes(),
    };
    [&head, message].concat()
}

fn unframe(framing: Framing, input: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, behind): (usize, _) = match framing {
        Framing::Binary2 => {
            let (head, behind) = input.split_at_checked(2)?;
            (
                usize::from(u16::from_be_bytes(head.try_into().unwrap())),
                behind,
            )
        }
        Framing::Ascii4 => {
            let (head, behind) = input.split_at_checked(4)?;
            (std::str::from_utf8(head).unwrap().parse().unwrap(), behind)
        }
    };
    behind.split_at_checked(length)
}
