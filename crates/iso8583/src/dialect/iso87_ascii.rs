//! ISO 8583:1987 with every byte printable: ASCII digits, hexadecimal bitmaps and bytes.

use super::{Dialect, MtiForm, Wire, elements87};
use crate::bitmap::BitmapForm;
use crate::encoding::Encoding;
use crate::mti::Version;

/// ISO 8583:1987, all characters ASCII.
///
/// Bitmaps and fields of class `b` are hexadecimal digits; the length in front of the latter counts
/// those digits, not the bytes behind them.
pub static ISO87_ASCII: Dialect = Dialect {
    name: "iso87-ascii",
    version: Version::V1987,
    mti: MtiForm::Ascii,
    bitmap: BitmapForm::Hex,
    fields: WIRE.fields(&elements87::ELEMENTS),
};

const WIRE: Wire = Wire {
    digits: Encoding::Ascii,
    track: Encoding::Ascii,
    signed: Encoding::Ascii,
    bytes: Encoding::Hex,
    packed_lengths: false,
};
