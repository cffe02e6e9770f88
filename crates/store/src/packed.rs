//! How rendered objects are kept: compressed against a dictionary of what all of them repeat.
//!
//! A stored answer is mostly field names and nulls. The first byte names the dictionary, and a
//! dictionary once released is never changed, so every row stays readable.

use domain::Broken;

use crate::Error;

/// The dictionaries, in the order they were introduced; the last one is used for new rows.
const DICTIONARIES: &[&[u8]] = &[include_bytes!("packed/dictionary-1.json")];

/// The largest object we keep, in bytes: guards the memory of whoever reads a damaged row.
const SIZE_MAX: usize = 1024 * 1024;

/// Packs `bytes`.
///
/// # Errors
/// [`Error::Broken`] when they are larger than anything we keep: nobody could read them back.
pub(crate) fn pack(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    pack_by(DICTIONARIES, bytes)
}

/// Unpacks what [`pack`] made.
///
/// # Errors
/// [`Error::Corrupt`] for anything else.
pub(crate) fn unpack(packed: &[u8]) -> Result<Vec<u8>, Error> {
    unpack_by(DICTIONARIES, packed).ok_or_else(|| Error::Corrupt("a packed object".into()))
}

fn pack_by(dictionaries: &[&[u8]], bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let newest = u8::try_from(dictionaries.len().saturating_sub(1));
    let size = u32::try_from(bytes.len());
    let (Ok(newest), Ok(size), true) = (newest, size, bytes.len() <= SIZE_MAX) else {
        return Err(Broken("an object fits into a row").into());
    };
    let dictionary = dictionaries.last().copied().unwrap_or_default();
    let mut packed = vec![newest];
    packed.extend(size.to_le_bytes());
    packed.extend(lz4_flex::block::compress_with_dict(bytes, dictionary));
    Ok(packed)
}

fn unpack_by(dictionaries: &[&[u8]], packed: &[u8]) -> Option<Vec<u8>> {
    let (number, rest) = packed.split_first()?;
    let (size, body) = rest.split_first_chunk::<4>()?;
    let dictionary = dictionaries.get(usize::from(*number))?;
    let size = usize::try_from(u32::from_le_bytes(*size)).ok()?;
    let size = Some(size).filter(|size| *size <= SIZE_MAX)?;
    let bytes = lz4_flex::block::decompress_with_dict(body, size, dictionary).ok()?;
    (bytes.len() == size).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const OBJECT: &[u8] = br#"{"object":"payment_intent","amount":1250,"currency":"eur"}"#;
    const REPEATED: &[u8] = br#"{"object":"payment_intent","amount":,"currency":"eur"}"#;

    #[test]
    fn a_dictionary_makes_an_object_smaller() {
        let plain = pack_by(&[b""], OBJECT).unwrap();
        let packed = pack_by(&[b"", REPEATED], OBJECT).unwrap();
        assert!(
            packed.len() * 2 < plain.len(),
            "{} {}",
            packed.len(),
            plain.len()
        );
    }

    #[test]
    fn rows_of_an_older_dictionary_stay_readable() {
        let other: &[u8] = b"another dictionary";
        let [first, second]: [&[&[u8]]; 2] = [&[b"", REPEATED], &[b"", REPEATED, other]];
        let old = pack_by(first, OBJECT).unwrap();
        let new = pack_by(second, OBJECT).unwrap();
        assert_eq!((old[0], new[0]), (1, 2));
        assert_eq!(unpack_by(second, &old).unwrap(), OBJECT);
        assert_eq!(unpack_by(second, &new).unwrap(), OBJECT);
        assert_eq!(unpack_by(first, &new), None);
    }

    #[test]
    fn what_could_not_be_read_back_is_not_kept() {
        assert!(pack(&vec![0; SIZE_MAX]).is_ok());
        assert!(matches!(
            pack(&vec![0; SIZE_MAX + 1]),
            Err(Error::Broken(_))
        ));
    }

    #[test]
    fn an_object_of_another_size_than_said_is_found() {
        let mut packed = pack(OBJECT).unwrap();
        packed[1] += 1;
        assert!(unpack(&packed).is_err());
    }

    #[test]
    fn every_truncation_is_found() {
        let packed = pack(OBJECT).unwrap();
        for length in 0..packed.len() {
            assert!(unpack(&packed[..length]).is_err(), "{length}");
        }
    }

    #[test]
    fn an_unknown_dictionary_is_found() {
        let mut packed = pack(OBJECT).unwrap();
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
            prop_assert_eq!(unpack(&pack(&bytes).unwrap()).unwrap(), bytes);
        }

        #[test]
        fn no_bytes_make_the_reader_panic(bytes: Vec<u8>) {
            let _ = unpack(&bytes);
        }
    }
}
