//! How rendered objects are kept: compressed against a dictionary of what all of them repeat.
//!
//! A stored answer is mostly field names and nulls. The first byte names the dictionary, and a dictionary once
//! released is never changed, so every row stays readable.

use crate::Error;

/// The dictionaries, in the order they were introduced; the last one is used for new rows.
const DICTIONARIES: &[&[u8]] = &[b""];

/// The largest object we keep, in bytes: guards the memory of whoever reads a damaged row.
const SIZE_MAX: usize = 1024 * 1024;

/// Packs `bytes`.
pub(crate) fn pack(bytes: &[u8]) -> Vec<u8> {
    let newest = DICTIONARIES.len().saturating_sub(1);
    let dictionary = DICTIONARIES.last().copied().unwrap_or_default();
    let mut packed = vec![u8::try_from(newest).unwrap_or(0)];
    let size = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    packed.extend(size.to_le_bytes());
    packed.extend(lz4_flex::block::compress_with_dict(bytes, dictionary));
    packed
}

/// Unpacks what [`pack`] made.
///
/// # Errors
/// [`Error::Corrupt`] for anything else.
pub(crate) fn unpack(packed: &[u8]) -> Result<Vec<u8>, Error> {
    let corrupt = || Error::Corrupt("a packed object".into());
    let (number, rest) = packed.split_first().ok_or_else(corrupt)?;
    let (size, body) = rest.split_first_chunk::<4>().ok_or_else(corrupt)?;
    let dictionary = DICTIONARIES.get(usize::from(*number)).ok_or_else(corrupt)?;
    let size = usize::try_from(u32::from_le_bytes(*size)).map_err(|_| corrupt())?;
    if size > SIZE_MAX {
        return Err(corrupt());
    }
    lz4_flex::block::decompress_with_dict(body, size, dictionary).map_err(|_| corrupt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_truncation_is_found() {
        let packed = pack(br#"{"object":"payment_intent","amount":1250,"currency":"eur"}"#);
        for length in 0..packed.len() {
            assert!(unpack(&packed[..length]).is_err(), "{length}");
        }
    }

    #[test]
    fn an_unknown_dictionary_is_found() {
        let mut packed = pack(b"object");
        packed[0] = 250;
        assert!(unpack(&packed).is_err());
    }

    #[test]
    fn a_huge_size_is_refused_before_memory_is_taken() {
        assert!(unpack(&[0, 255, 255, 255, 255, 0]).is_err());
    }

    proptest! {
        #[test]
        fn every_object_reads_back(bytes: Vec<u8>) {
            prop_assert_eq!(unpack(&pack(&bytes)).unwrap(), bytes);
        }

        #[test]
        fn no_bytes_make_the_reader_panic(bytes: Vec<u8>) {
            let _ = unpack(&bytes);
        }
    }
}
