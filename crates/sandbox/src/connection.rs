//! One connection: frames in, answers out, and the faults that belong to the wire.
//!
//! All messages that have arrived are decided together and answered with one write. Only an answer
//! that is delayed on purpose gets a task of its own.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use iso8583::Message;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tracing::{debug, warn};

use crate::fault::Fault;
use crate::host::{Delivery, Shared};

/// How much is read at once.
const READ_BYTES: usize = 16 * 1024;

pub(crate) struct Connection {
    stream: TcpStream,
    shared: Arc<Shared>,
    /// Requests before the sign-on are refused.
    signed_on: bool,
    /// What has arrived and is not whole yet.
    input: Vec<u8>,
    /// Answers that are ready.
    output: Vec<u8>,
    /// Answers that wait on purpose.
    delayed: JoinSet<Vec<u8>>,
}

/// Whether the connection goes on.
#[derive(PartialEq, Eq)]
enum Next {
    Continue,
    Close,
}

impl Connection {
    pub(crate) fn new(stream: TcpStream, shared: Arc<Shared>) -> Connection {
        Connection {
            stream,
            shared,
            signed_on: false,
            input: Vec::new(),
            output: Vec::new(),
            delayed: JoinSet::new(),
        }
    }

    /// Answers until the other side or a fault closes the connection.
    pub(crate) async fn serve(mut self) {
        // Answers are small and awaited.
        if let Err(error) = self.stream.set_nodelay(true) {
            debug!(%error, "the sandbox cannot switch off Nagle's algorithm");
        }
        loop {
            self.input.reserve(READ_BYTES);
            let next = tokio::select! {
                read = self.stream.read_buf(&mut self.input) => match read {
                    Ok(0) | Err(_) => Next::Close,
                    Ok(_) => self.answer(),
                },
                Some(Ok(frame)) = self.delayed.join_next() => {
                    self.output.extend(frame);
                    Next::Continue
                }
            };
            if self.flush().await.is_err() || next == Next::Close {
                return;
            }
        }
    }

    /// Answers every message that has arrived whole. The answers wait in `output`.
    fn answer(&mut self) -> Next {
        let mut messages = Vec::new();
        let mut rest = self.input.as_slice();
        let (framing, config) = (self.shared.config.framing, &self.shared.config);
        let mut next = Next::Continue;
        while next == Next::Continue {
            match framing.split(rest, config.message_bytes_max) {
                Ok(None) => break,
                Ok(Some((message, behind))) => {
                    rest = behind;
                    // An empty message keeps the connection alive and is not answered.
                    if message.is_empty() {
                        continue;
                    }
                    match Message::decode(config.dialect, message) {
                        Ok(message) => messages.push(message),
                        Err(error) => {
                            warn!(%error, "the sandbox got something that is no message");
                            next = Next::Close;
                        }
                    }
                }
                Err(_) => {
                    warn!("the sandbox got a length that cannot be one");
                    next = Next::Close;
                }
            }
        }
        let answered = self.shared.answer(&messages, &mut self.signed_on);
        let consumed = self.input.len() - rest.len();
        drop(messages);
        self.input.drain(..consumed);
        match answered {
            Ok(deliveries) => {
                let goes_on = deliveries
                    .into_iter()
                    .all(|one| self.deliver(one) == Next::Continue);
                if goes_on { next } else { Next::Close }
            }
            Err(error) => {
                warn!(%error, "the sandbox cannot write its journal and does not answer");
                Next::Close
            }
        }
    }

    /// Puts one answer into `output`, in the way that its fault wants.
    fn deliver(&mut self, delivery: Delivery) -> Next {
        let Delivery { frame, fault } = delivery;
        let timings = self.shared.config.timings;
        match fault {
            None => self.output.extend(frame),
            Some(Fault::Silence | Fault::Lost) => {}
            Some(Fault::Slow) => self.delay(frame, timings.slow_ms),
            Some(Fault::Late) => self.delay(frame, timings.late_ms),
            Some(Fault::Twice) => {
                self.output.extend(&frame);
                self.output.extend(frame);
            }
            Some(Fault::Cut) => {
                let half = frame.len() / 2;
                self.output.extend(frame.into_iter().take(half));
                return Next::Close;
            }
            Some(Fault::DropBeforeBooking | Fault::DropBeforeAnswer) => return Next::Close,
            Some(Fault::DropAfterAnswer) => {
                self.output.extend(frame);
                return Next::Close;
            }
        }
        Next::Continue
    }

    fn delay(&mut self, frame: Vec<u8>, delay_ms: u64) {
        self.delayed.spawn(async move {
            tokio::time::sleep(Duration::from_millis(delay_ms)).await;
            frame
        });
    }

    async fn flush(&mut self) -> io::Result<()> {
        if self.output.is_empty() {
            return Ok(());
        }
        self.stream.write_all(&self.output).await?;
        self.output.clear();
        Ok(())
    }
}
