//! A small HTTP client: one connection for each request, nothing hidden.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A request before it is sent.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    method: &'static str,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    pub(crate) fn new(method: &'static str, path: &str) -> Self {
        Self {
            method,
            path: path.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn bearer(self, key: &str) -> Self {
        self.header("authorization", &format!("Bearer {key}"))
    }

    pub(crate) fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    pub(crate) fn form(self, fields: &[(&str, &str)]) -> Self {
        let pairs: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect();
        self.raw(
            "application/x-www-form-urlencoded",
            pairs.join("&").into_bytes(),
        )
    }

    pub(crate) fn json(self, value: &Value) -> Self {
        self.raw("application/json", value.to_string().into_bytes())
    }

    pub(crate) fn raw(self, content_type: &str, body: Vec<u8>) -> Self {
        let mut request = self.header("content-type", content_type);
        request.body = body;
        request
    }

    fn bytes(&self, host: SocketAddr) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\nhost: {host}\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!(
            "connection: close\r\ncontent-length: {}\r\n\r\n",
            self.body.len()
        ));
        [head.into_bytes(), self.body.clone()].concat()
    }

    /// Sends the request and reads the whole answer.
    pub(crate) async fn send(&self, to: SocketAddr) -> Answer {
        let mut stream = self.open(to).await;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.unwrap();
        Answer::parse(&bytes)
    }

    /// Sends the request to a server that may end at any moment; an answer cut short is none.
    pub(crate) async fn try_send(&self, to: SocketAddr) -> Option<Answer> {
        let mut stream = TcpStream::connect(to).await.ok()?;
        stream.write_all(&self.bytes(to)).await.ok()?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.ok()?;
        bytes.windows(4).find(|four| *four == b"\r\n\r\n")?;
        let answer = Answer::parse(&bytes);
        (answer.header("content-length") == answer.body.len().to_string()).then_some(answer)
    }

    /// Sends the request and leaves the answer to the caller.
    pub(crate) async fn open(&self, to: SocketAddr) -> TcpStream {
        let mut stream = TcpStream::connect(to).await.unwrap();
        stream.write_all(&self.bytes(to)).await.unwrap();
        stream
    }
}

pub(crate) fn encode(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~[]".contains(&byte);
    text.bytes()
        .map(|byte| match plain(byte) {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        })
        .collect()
}

/// A whole answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    fn parse(bytes: &[u8]) -> Self {
        let end = bytes
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap();
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines
            .next()
            .unwrap()
            .split(' ')
            .nth(1)
            .unwrap()
            .parse()
            .unwrap();
        let headers = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        Self {
            status,
            headers,
            body: bytes[end + 4..].to_vec(),
        }
    }

    /// A header, empty when it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    /// Headers and body, as far as anybody can see them.
    pub(crate) fn all(&self) -> Vec<u8> {
        let lines = self.headers.iter();
        let head: String = lines
            .map(|(name, value)| format!("{name}: {value}\n"))
            .collect();
        [head.as_bytes(), &self.body].concat()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("no JSON: {}", String::from_utf8_lossy(&self.body)))
    }

    /// The object of a success.
    pub(crate) fn object(&self) -> Value {
        let value = self.json();
        assert_eq!(self.status, 200, "{value}");
        value
    }

    /// The error of a failure with this status.
    pub(crate) fn error(&self, status: u16) -> Value {
        let mut value = self.json();
        assert_eq!(self.status, status, "{value}");
        value["error"].take()
    }
}
