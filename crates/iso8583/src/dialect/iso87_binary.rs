//! ISO 8583:1987 packed: digits two per byte, binary bitmaps, lengths packed too.

use super::{Dialect, MtiForm, Wire, elements87};
use crate::bitmap::BitmapForm;
use crate::encoding::Encoding;
use crate::mti::Version;

/// ISO 8583:1987, packed (BCD) digits and binary bitmaps.
///
/// Lengths count digits for classes `n` and `z`, characters for text, bytes for `b`. An odd number
/// of digits begins with a zero nibble; odd track data ends with F. Letters stay ASCII.
pub static ISO87_BINARY: Dialect = Dialect {
    name: "iso87-binary",
    version: Version::V1987,
    mti: MtiForm::Bcd,
    bitmap: BitmapForm::Binary,
    fields: WIRE.fields(&elements87::ELEMENTS),
};

const WIRE: Wire = Wire {
    digits: Encoding::Bcd,
    track: Encoding::TrackBcd,
    signed: Encoding::SignedBcd,
    bytes: Encoding::Binary,
    packed_lengths: true,
};
