//! Broken messages: each is refused at the right place, and none makes the codec panic.

use iso8583::{Bitmap, DecodeError, DecodeErrorKind, Dialect, Path};
use iso8583::{ISO87_ASCII, ISO87_BINARY, ISO93_ASCII, Message};

use crate::sample::{DIALECTS, purchase};

#[track_caller]
fn refused(dialect: &'static Dialect, bytes: &[u8], path: Path, kind: DecodeErrorKind) {
    assert_eq!(
        Message::decode(dialect, bytes).unwrap_err(),
        DecodeError { path, kind }
    );
}

#[test]
fn a_message_cut_anywhere_is_refused() {
    for dialect in DIALECTS {
        let bytes = purchase(dialect);
        let mut reached = Bitmap::EMPTY;
        for end in 0..bytes.len() {
            let error = Message::decode(dialect, &bytes[..end]).unwrap_err();
            assert_eq!(
                error.kind,
                DecodeErrorKind::Truncated,
                "{dialect:?} cut at {end}"
            );
            if let Path::Field(field) = error.path {
                reached.insert(field);
            }
        }
        assert_eq!(
            reached,
            Message::decode(dialect, &bytes).unwrap().fields(),
            "every field"
        );
    }
}

#[test]
fn a_message_with_more_behind_it_is_refused() {
    for dialect in DIALECTS {
        let mut bytes = purchase(dialect);
        bytes.push(b'0');
        refused(dialect, &bytes, Path::End, DecodeErrorKind::TrailingBytes);
    }
}

#[test]
fn empty_and_tiny_messages_are_refused() {
    for dialect in DIALECTS {
        refused(dialect, b"", Path::Mti, DecodeErrorKind::Truncated);
        refused(dialect, b"0", Path::Mti, DecodeErrorKind::Truncated);
    }
}

#[test]
fn reserved_message_types_are_refused() {
    refused(
        &ISO87_ASCII,
        b"02X0",
        Path::Mti,
        DecodeErrorKind::MessageType,
    );
    refused(
        &ISO87_ASCII,
        b"0990",
        Path::Mti,
        DecodeErrorKind::MessageType,
    );
    refused(
        &ISO87_BINARY,
        &[0x02, 0x0F],
        Path::Mti,
        DecodeErrorKind::MessageType,
    );
}

#[test]
fn another_edition_is_refused() {
    refused(&ISO87_ASCII, b"1200", Path::Mti, DecodeErrorKind::Version);
    refused(&ISO93_ASCII, b"0200", Path::Mti, DecodeErrorKind::Version);
    refused(
        &ISO87_BINARY,
        &[0x22, 0x00],
        Path::Mti,
        DecodeErrorKind::Version,
    );
}

#[test]
fn a_broken_bitmap_is_refused() {
    refused(
        &ISO87_ASCII,
        b"0200722000000000000G",
        Path::Bitmap,
        DecodeErrorKind::Character,
    );
    refused(
        &ISO87_ASCII,
        b"0200722000000000000",
        Path::Bitmap,
        DecodeErrorKind::Truncated,
    );
    refused(
        &ISO93_ASCII,
        b"1200\x80\0\0\0\0\0\0\0\0",
        Path::Bitmap,
        DecodeErrorKind::Truncated,
    );
}

#[test]
fn a_third_bitmap_is_refused_and_not_misread() {
    let bytes = b"080080000000000000008000000000000000";
    refused(
        &ISO87_ASCII,
        bytes,
        Path::Field(65),
        DecodeErrorKind::UnknownField,
    );
}

#[test]
fn wrong_characters_are_refused_at_their_field() {
    let amount = b"0200100000000000000000000000125A";
    refused(
        &ISO87_ASCII,
        amount,
        Path::Field(4),
        DecodeErrorKind::Character,
    );
    let approval = b"0210000000000400000012345\x07";
    refused(
        &ISO87_ASCII,
        approval,
        Path::Field(38),
        DecodeErrorKind::Character,
    );
    let mac = b"02000000000000000001012345678X9ABCDE";
    refused(
        &ISO87_ASCII,
        mac,
        Path::Field(64),
        DecodeErrorKind::Character,
    );
    let packed = [
        0x02, 0x00, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x12, 0x5A,
    ];
    refused(
        &ISO87_BINARY,
        &packed,
        Path::Field(4),
        DecodeErrorKind::Character,
    );
}

#[test]
fn wrong_fillings_are_refused_at_their_field() {
    // Field 22 has three digits, so its first nibble is a filling.
    let entry_mode = [0x02, 0x00, 0, 0, 0x04, 0, 0, 0, 0, 0, 0x10, 0x51];
    refused(
        &ISO87_BINARY,
        &entry_mode,
        Path::Field(22),
        DecodeErrorKind::Padding,
    );
}

#[test]
fn lengths_that_lie_are_refused_at_their_field() {
    let no_number = b"020040000000000000001X4242";
    refused(
        &ISO87_ASCII,
        no_number,
        Path::Field(2),
        DecodeErrorKind::Length,
    );
    let too_long = b"02004000000000000000204242424242424242424242";
    refused(
        &ISO87_ASCII,
        too_long,
        Path::Field(2),
        DecodeErrorKind::TooLong,
    );
    let half_a_byte = b"02000000000000000200003ABC";
    refused(
        &ISO87_ASCII,
        half_a_byte,
        Path::Field(55),
        DecodeErrorKind::Length,
    );
    let beyond = b"02000000000000000200012AB";
    refused(
        &ISO87_ASCII,
        beyond,
        Path::Field(55),
        DecodeErrorKind::Truncated,
    );
}

#[test]
fn broken_sub_fields_are_refused_by_their_tag() {
    let cut = b"020000000000000100000074405M92";
    refused(
        &ISO87_ASCII,
        cut,
        Path::Sub(48, 44),
        DecodeErrorKind::Truncated,
    );
    let letters = b"0200000000000001000000792031X3";
    refused(
        &ISO87_ASCII,
        letters,
        Path::Sub(48, 92),
        DecodeErrorKind::Character,
    );
    let twice = b"020000000000000100000104401M4401N";
    refused(
        &ISO87_ASCII,
        twice,
        Path::Sub(48, 44),
        DecodeErrorKind::RepeatedTag,
    );
    let no_tag = b"0200000000000001000000 2AB";
    refused(
        &ISO87_ASCII,
        no_tag,
        Path::Field(48),
        DecodeErrorKind::Length,
    );
}

#[test]
fn every_single_byte_may_be_anything() {
    for dialect in DIALECTS {
        let good = purchase(dialect);
        for place in 0..good.len() {
            for byte in [0x00, 0x0A, 0x2F, 0x3A, 0x99, 0xA0, 0xFF] {
                let mut bytes = good.clone();
                bytes[place] = byte;
                let _ = Message::decode(dialect, &bytes).map(|message| message.describe());
            }
        }
    }
}
