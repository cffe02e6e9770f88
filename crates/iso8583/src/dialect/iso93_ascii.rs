//! ISO 8583:1993 as European acquirers send it: ASCII fields, binary bitmaps and bytes.

use super::{Dialect, MtiForm, Wire, elements93};
use crate::bitmap::BitmapForm;
use crate::encoding::Encoding;
use crate::mti::Version;

/// ISO 8583:1993, ASCII characters with binary bitmaps and binary `b` fields.
///
/// This is the form of PayEx's public host profile, whose published message is a test vector here.
pub static ISO93_ASCII: Dialect = Dialect {
    name: "iso93-ascii",
    version: Version::V1993,
    mti: MtiForm::Ascii,
    bitmap: BitmapForm::Binary,
    fields: WIRE.fields(&elements93::ELEMENTS),
};

const WIRE: Wire = Wire {
    digits: Encoding::Ascii,
    track: Encoding::Ascii,
    signed: Encoding::Ascii,
    bytes: Encoding::Binary,
    packed_lengths: false,
};
