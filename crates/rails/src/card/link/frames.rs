//! Where one message ends and the next begins on a connection.
//!
//! Does not look into messages. Received bytes are wiped when they have been read, because an
//! acquirer may repeat a card number in its answer.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};
use zeroize::{Zeroize, Zeroizing};

use crate::card::Framing;

/// The longest message that is believed; ISO 8583 messages about cards stay far below, and a length
/// beyond it is garbage.
pub(super) const MESSAGE_MAX: usize = 4_096;
const ROOM: usize = 4 * MESSAGE_MAX;

impl Framing {
    const fn header_len(self) -> usize {
        match self {
            Self::TwoByteBinary => 2,
            Self::FourDigitAscii => 4,
        }
    }

    /// Appends what `fill` appends, behind its length.
    pub(in crate::card) fn enclose<T, E>(
        self,
        out: &mut Vec<u8>,
        fill: impl FnOnce(&mut Vec<u8>) -> Result<T, E>,
    ) -> Result<T, E> {
        let start = out.len();
        let body = start.saturating_add(self.header_len());
        out.resize(body, 0);
        let filled = fill(out)?;
        let length = out.len().saturating_sub(body);
        if let Some(header) = out.get_mut(start..body) {
            self.write_length(length, header);
        }
        Ok(filled)
    }

    fn write_length(self, length: usize, header: &mut [u8]) {
        match self {
            Self::TwoByteBinary => {
                let length = u16::try_from(length).unwrap_or(u16::MAX);
                header.copy_from_slice(&length.to_be_bytes());
            }
            Self::FourDigitAscii => {
                header.copy_from_slice(format!("{:04}", length.min(9_999)).as_bytes());
            }
        }
    }

    /// The length that a whole header says. `None` when it says none.
    fn read_length(self, header: &[u8]) -> Option<usize> {
        match (self, header) {
            (Self::TwoByteBinary, [high, low]) => {
                Some(usize::from(u16::from_be_bytes([*high, *low])))
            }
            (Self::FourDigitAscii, digits) if digits.iter().all(u8::is_ascii_digit) => {
                std::str::from_utf8(digits).ok()?.parse().ok()
            }
            (Self::TwoByteBinary | Self::FourDigitAscii, _) => None,
        }
    }
}

/// Why no further message can be read from a connection.
#[derive(Debug, thiserror::Error)]
pub(super) enum FrameError {
    /// The other side hung up between two messages.
    #[error("the other side closed the connection")]
    Closed,
    /// The other side hung up within a message.
    #[error("the connection was cut within a message")]
    Cut,
    /// The bytes in front of a message are no possible length.
    #[error("what should be a length is none")]
    Length,
    /// The system reports a failure.
    #[error("reading failed: {0}")]
    Io(#[from] io::Error),
}

/// The messages that arrive on a connection, one after the other.
pub(super) struct Frames<R> {
    from: R,
    framing: Framing,
    buffer: Zeroizing<Vec<u8>>,
    /// What was received and not yet handed out: `start..end` of the buffer.
    start: usize,
    end: usize,
    /// The length of the message handed out last, which is wiped before the next.
    lent: usize,
}

impl<R: AsyncRead + Unpin> Frames<R> {
    pub(super) fn new(from: R, framing: Framing) -> Self {
        Self {
            from,
            framing,
            buffer: Zeroizing::new(vec![0; ROOM]),
            start: 0,
            end: 0,
            lent: 0,
        }
    }

    /// The next message. An empty one is a sign of life and is passed over. Nothing is lost when
    /// the future is dropped.
    pub(super) async fn next(&mut self) -> Result<&[u8], FrameError> {
        self.give_back();
        let header = self.framing.header_len();
        loop {
            let received = self.buffer.get(self.start..self.end).unwrap_or_default();
            if let Some(head) = received.get(..header) {
                let length = self
                    .framing
                    .read_length(head)
                    .filter(|length| *length <= MESSAGE_MAX)
                    .ok_or(FrameError::Length)?;
                if received.len().saturating_sub(header) >= length {
                    self.start = self.start.saturating_add(header);
                    self.lent = length;
                    if length > 0 {
                        break;
                    }
                    continue;
                }
            }
            self.receive().await?;
        }
        let whole = self.start..self.start.saturating_add(self.lent);
        Ok(self.buffer.get(whole).unwrap_or_default())
    }

    /// Wipes the message handed out last.
    fn give_back(&mut self) {
        let end = self.start.saturating_add(self.lent);
        if let Some(read) = self.buffer.get_mut(self.start..end) {
            read.zeroize();
        }
        self.start = end;
        self.lent = 0;
    }

    async fn receive(&mut self) -> Result<(), FrameError> {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        } else if self.buffer.len().saturating_sub(self.end) < MESSAGE_MAX {
            self.move_to_front();
        }
        let room = self.buffer.get_mut(self.end..).unwrap_or_default();
        match self.from.read(room).await? {
            0 if self.start == self.end => Err(FrameError::Closed),
            0 => Err(FrameError::Cut),
            count => {
                self.end = self.end.saturating_add(count);
                Ok(())
            }
        }
    }

    fn move_to_front(&mut self) {
        let kept = self.end.saturating_sub(self.start);
        self.buffer.copy_within(self.start..self.end, 0);
        if let Some(left) = self.buffer.get_mut(kept..self.end) {
            left.zeroize();
        }
        (self.start, self.end) = (0, kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;
    use std::pin::{Pin, pin};
    use std::task::{Context, Poll, Waker};
    use tokio::io::ReadBuf;

    const FRAMINGS: [Framing; 2] = [Framing::TwoByteBinary, Framing::FourDigitAscii];

    /// Bytes that arrive in pieces, then the end.
    struct Pieces(VecDeque<Vec<u8>>);

    impl AsyncRead for Pieces {
        fn poll_read(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            buffer: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            if let Some(piece) = self.0.pop_front() {
                let (now, later) = piece.split_at(piece.len().min(buffer.remaining()));
                buffer.put_slice(now);
                if !later.is_empty() {
                    self.0.push_front(later.to_vec());
                }
            }
            Poll::Ready(Ok(()))
        }
    }

    fn ready<T>(future: impl Future<Output = T>) -> T {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => value,
            Poll::Pending => panic!("pieces are always there"),
        }
    }

    fn framed(framing: Framing, body: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        let filled: Result<(), ()> = framing.enclose(&mut out, |out| {
            out.extend_from_slice(body);
            Ok(())
        });
        filled.unwrap();
        out
    }

    fn received(framing: Framing, pieces: Vec<Vec<u8>>) -> (Vec<Vec<u8>>, FrameError) {
        let mut frames = Frames::new(Pieces(pieces.into()), framing);
        let mut messages = Vec::new();
        loop {
            match ready(frames.next()) {
                Ok(message) => messages.push(message.to_vec()),
                Err(error) => return (messages, error),
            }
        }
    }

    #[test]
    fn a_length_stands_in_front_in_the_form_of_the_framing() {
        assert_eq!(framed(Framing::TwoByteBinary, &[9; 258])[..3], [1, 2, 9]);
        assert_eq!(
            &framed(Framing::FourDigitAscii, &[9; 258])[..5],
            b"0258\x09"
        );
    }

    #[test]
    fn a_message_that_cannot_be_filled_in_is_not_framed() {
        let mut out = Vec::new();
        let refused: Result<(), &str> = Framing::TwoByteBinary.enclose(&mut out, |_| Err("no"));
        assert_eq!(refused, Err("no"));
    }

    #[test]
    fn messages_are_found_however_they_are_cut() {
        for framing in FRAMINGS {
            let stream = [framed(framing, b"one"), framed(framing, b"three")].concat();
            for size in 1..=stream.len() {
                let pieces = stream.chunks(size).map(<[u8]>::to_vec).collect();
                let (messages, end) = received(framing, pieces);
                assert_eq!(messages, [b"one".to_vec(), b"three".to_vec()]);
                assert!(matches!(end, FrameError::Closed));
            }
        }
    }

    #[test]
    fn many_messages_pass_through_the_same_buffer() {
        for framing in FRAMINGS {
            let sent: Vec<Vec<u8>> = (0..200_u8).map(|n| vec![n; 1_000]).collect();
            let stream: Vec<u8> = sent.iter().flat_map(|body| framed(framing, body)).collect();
            let pieces = stream.chunks(7_777).map(<[u8]>::to_vec).collect();
            assert_eq!(received(framing, pieces).0, sent);
        }
    }

    #[test]
    fn an_empty_message_is_passed_over() {
        for framing in FRAMINGS {
            let stream = [
                framed(framing, b""),
                framed(framing, b"one"),
                framed(framing, b""),
            ];
            let (messages, end) = received(framing, vec![stream.concat()]);
            assert_eq!(messages, [b"one".to_vec()]);
            assert!(matches!(end, FrameError::Closed));
        }
    }

    #[test]
    fn the_end_within_a_message_is_a_cut() {
        for framing in FRAMINGS {
            let whole = framed(framing, b"one");
            for length in 1..whole.len() {
                let (messages, end) = received(framing, vec![whole[..length].to_vec()]);
                assert!(messages.is_empty());
                assert!(matches!(end, FrameError::Cut), "{length}");
            }
        }
    }

    #[test]
    fn what_is_no_possible_length_is_refused() {
        for (framing, header) in [
            (Framing::TwoByteBinary, vec![0xff, 0xff]),
            (Framing::TwoByteBinary, vec![0x10, 0x01]),
            (Framing::FourDigitAscii, b"4097".to_vec()),
            (Framing::FourDigitAscii, b"12a4".to_vec()),
            (Framing::FourDigitAscii, b"-001".to_vec()),
            (Framing::FourDigitAscii, b"+001".to_vec()),
        ] {
            let (_, end) = received(framing, vec![header]);
            assert!(matches!(end, FrameError::Length));
        }
    }

    #[test]
    fn the_longest_message_fits() {
        for framing in FRAMINGS {
            let body = vec![7; MESSAGE_MAX];
            let stream = [framed(framing, &body), framed(framing, &body)].concat();
            let pieces = stream.chunks(1_500).map(<[u8]>::to_vec).collect();
            assert_eq!(received(framing, pieces).0, [body.clone(), body]);
        }
    }

    #[test]
    fn a_message_is_wiped_once_the_next_is_asked_for() {
        let framing = Framing::TwoByteBinary;
        let stream = [framed(framing, b"secret"), framed(framing, b"next")].concat();
        let mut frames = Frames::new(Pieces(vec![stream].into()), framing);
        assert_eq!(ready(frames.next()).unwrap(), b"secret");
        assert_eq!(ready(frames.next()).unwrap(), b"next");
        assert!(!frames.buffer.windows(6).any(|part| part == b"secret"));
    }
}
