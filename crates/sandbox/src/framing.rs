//! Where one message ends and the next begins on a connection: a length in front of each.

/// The form of the length. It counts the message behind it and not itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Framing {
    /// Two bytes, the greater one first.
    Binary2,
    /// Four ASCII digits.
    Ascii4,
}

/// A length that cannot be one; the connection is of no more use.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct BadLength;

/// The first whole message and what follows it, or nothing yet.
type Split<'b> = Option<(&'b [u8], &'b [u8])>;

impl Framing {
    /// Cuts the first whole message off `bytes`: the message, and what follows it. `None` while it
    /// has not arrived whole.
    pub(crate) fn split(self, bytes: &[u8], bytes_max: usize) -> Result<Split<'_>, BadLength> {
        let head = match self {
            Framing::Binary2 => bytes
                .split_first_chunk()
                .map(|(length, rest)| (Ok(usize::from(u16::from_be_bytes(*length))), rest)),
            Framing::Ascii4 => bytes
                .split_first_chunk::<4>()
                .map(|(digits, rest)| (decimal(digits).ok_or(BadLength), rest)),
        };
        let Some((length, rest)) = head else {
            return Ok(None);
        };
        let length = length?;
        if length > bytes_max {
            return Err(BadLength);
        }
        Ok(rest.split_at_checked(length))
    }

    /// Appends a message with its length in front; `write` appends the message itself.
    pub(crate) fn append<E>(
        self,
        out: &mut Vec<u8>,
        write: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
    ) -> Result<(), E> {
        let start = out.len();
        out.resize(start + self.head_len(), 0);
        let behind = out.len();
        if let Err(error) = write(out) {
            out.truncate(start);
            return Err(error);
        }
        let length = out.len() - behind;
        // Answers are a few hundred bytes; a longer one is cut off by its own wrong length.
        let length = u16::try_from(length).unwrap_or(u16::MAX);
        let head = match self {
            Framing::Binary2 => length.to_be_bytes().to_vec(),
            Framing::Ascii4 => format!("{length:04}").into_bytes(),
        };
        let places = out.iter_mut().skip(start).take(self.head_len());
        places.zip(head).for_each(|(place, byte)| *place = byte);
        Ok(())
    }

    const fn head_len(self) -> usize {
        match self {
            Framing::Binary2 => 2,
            Framing::Ascii4 => 4,
        }
    }
}

fn decimal(digits: &[u8]) -> Option<usize> {
    digits.iter().try_fold(0, |sum, digit| {
        digit
            .is_ascii_digit()
            .then(|| sum * 10 + usize::from(digit - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(framing: Framing, message: &[u8], framed: &[u8]) {
        let mut out = b"before".to_vec();
        let written: Result<(), ()> = framing.append(&mut out, |out| {
            out.extend(message);
            Ok(())
        });
        assert_eq!(written, Ok(()));
        assert_eq!(&out[6..], framed);
        let behind = [framed, b"next"].concat();
        assert_eq!(
            framing.split(&behind, 100),
            Ok(Some((message, &b"next"[..])))
        );
        for end in 0..framed.len() {
            assert_eq!(framing.split(&framed[..end], 100), Ok(None), "cut at {end}");
        }
    }

    #[test]
    fn a_length_stands_in_front_of_each_message() {
        check(Framing::Binary2, b"abc", b"\x00\x03abc");
        check(Framing::Ascii4, b"abc", b"0003abc");
        check(Framing::Binary2, b"", b"\x00\x00");
        check(Framing::Ascii4, b"", b"0000");
    }

    #[test]
    fn a_length_that_cannot_be_one_is_refused() {
        assert_eq!(Framing::Ascii4.split(b"00x3abc", 100), Err(BadLength));
        assert_eq!(Framing::Ascii4.split(b"0101", 100), Err(BadLength));
        assert_eq!(Framing::Binary2.split(b"\xFF\xFF", 100), Err(BadLength));
        assert_eq!(Framing::Binary2.split(b"\x00\x65", 100), Err(BadLength));
    }

    #[test]
    fn a_message_that_cannot_be_written_leaves_nothing_behind() {
        let mut out = b"before".to_vec();
        let refused = Framing::Ascii4.append(&mut out, |out| {
            out.extend(b"half");
            Err("no")
        });
        assert_eq!(refused, Err("no"));
        assert_eq!(out, b"before");
    }
}
