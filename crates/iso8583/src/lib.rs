//! The card message codec of ISO 8583: the message type, the bitmaps and the fields, as data.
//!
//! It owns the *form* of a message: which field stands where, in which characters, with which
//! length in front. Every dialect is a table ([`Dialect`]) and one encoder and one decoder read
//! all of them, so a new acquirer is a new table and no new code.
//!
//! It deliberately does not know what a message *means* (no payment, no amount with a currency),
//! how it is framed on a socket, or what time it is. There is no I/O, no clock and no dependency.
//!
//! ```
//! use iso8583::{Builder, ISO87_ASCII, Message, Mti};
//!
//! let mut request = Builder::new(&ISO87_ASCII, Mti::FINANCIAL_REQUEST);
//! request.set(3, "000000")?.set_number(4, 1250)?.set(41, "TERM0001")?;
//! let mut bytes = Vec::new();
//! request.encode(&mut bytes)?;
//!
//! let message = Message::decode(&ISO87_ASCII, &bytes).unwrap();
//! assert_eq!(message.mti(), Mti::FINANCIAL_REQUEST);
//! assert_eq!(message.numeric(4), Some(1250));
//! assert_eq!(message.text(41).as_deref(), Some("TERM0001"));
//! # Ok::<(), iso8583::EncodeError>(())
//! ```

mod bitmap;
mod builder;
mod dialect;
mod encoding;
mod error;
mod field;
mod mask;
mod message;
mod mti;
mod prefix;
mod sub;

pub use bitmap::{Bitmap, BitmapForm};
pub use builder::Builder;
pub use dialect::{Dialect, ISO87_ASCII, ISO87_BINARY, ISO93_ASCII, MtiForm};
pub use encoding::Encoding;
pub use error::{DecodeError, DecodeErrorKind, EncodeError, EncodeErrorKind, Path};
pub use field::{Element, Field, Kind, Padding, Size};
pub use mask::{Mask, masked_pan};
pub use message::Message;
pub use mti::{Class, Function, Mti, Origin, Version};
pub use prefix::Prefix;
pub use sub::{Sub, Subs};
