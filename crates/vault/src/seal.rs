//! How one number is sealed: a data key of its own, wrapped by a key of the key file.
//!
//! AES-256-GCM for both, with random 96-bit nonces (NIST SP 800-38D, 8.2.2). A data key is used
//! once; a wrapping key must not be used more than 2^32 times, which is when to rotate at the
//! latest. Does not know key files.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use domain::{Mode, Owner, PaymentMethodId};
use zeroize::Zeroizing;

use crate::error::hex;
use crate::keys::{Secret, key_id};
use crate::pan::DIGITS_MAX;
use crate::{Pan, VaultError, random};

/// The value by which a key is known. The key cannot be found from it.
pub type KeyId = [u8; 16];

/// First byte of a ciphertext; another form gets another number.
const VERSION: u8 = 1;
const TAG_LEN: usize = 16;
/// Nineteen digits at two a byte. Shorter numbers are filled, so that length tells nothing.
const PACKED_LEN: usize = DIGITS_MAX.div_ceil(2);
const FILL: u8 = 15;

/// A card number at rest: 115 bytes, of which none means anything without the key file.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The key that wraps the data key.
    pub key_id: KeyId,
    /// The wrapped data key: nonce, 32 bytes, tag; 60 bytes.
    pub wrapped_key: Vec<u8>,
    /// The number under the data key: version, nonce, 10 bytes, tag; 39 bytes.
    pub ciphertext: Vec<u8>,
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed(under {})", hex(&self.key_id))
    }
}

/// A key that wraps data keys.
pub(crate) struct Wrapping {
    pub(crate) id: KeyId,
    key: LessSafeKey,
}

impl Wrapping {
    pub(crate) fn new(secret: &Secret) -> Result<Self, VaultError> {
        let id = key_id(secret);
        let key = cipher(secret)?;
        Ok(Self { id, key })
    }

    /// Seals a number for one owner and token, under a new data key.
    pub(crate) fn seal(
        &self,
        owner: &Owner,
        token: PaymentMethodId,
        pan: &Pan,
    ) -> Result<Sealed, VaultError> {
        let data_key: Secret = Box::new(Zeroizing::new(random()));
        let packed = pack(pan.digits());
        let mut ciphertext = vec![VERSION];
        ciphertext.extend(encrypt(
            &cipher(&data_key)?,
            &bound_to(owner, token),
            packed.as_slice(),
        )?);
        Ok(Sealed {
            key_id: self.id,
            wrapped_key: self.wrap(&data_key)?,
            ciphertext,
        })
    }

    /// Wraps a data key.
    pub(crate) fn wrap(&self, data_key: &Secret) -> Result<Vec<u8>, VaultError> {
        encrypt(&self.key, &self.bound(), data_key.as_slice())
    }

    /// The data key of a record that was sealed under this key.
    pub(crate) fn unwrap(&self, sealed: &Sealed) -> Result<Secret, VaultError> {
        let plain = decrypt(&self.key, &self.bound(), &sealed.wrapped_key)?;
        let mut data_key: Secret = Box::default();
        if plain.len() != data_key.len() {
            return Err(VaultError::Sealed);
        }
        data_key.copy_from_slice(&plain);
        Ok(data_key)
    }

    fn bound(&self) -> Vec<u8> {
        [&[VERSION][..], b"data key", &self.id].concat()
    }
}

/// The number of a record, given its data key.
pub(crate) fn open(
    data_key: &Secret,
    owner: &Owner,
    token: PaymentMethodId,
    sealed: &Sealed,
) -> Result<Pan, VaultError> {
    let Some((&VERSION, ciphertext)) = sealed.ciphertext.split_first() else {
        return Err(VaultError::Sealed);
    };
    let packed = decrypt(&cipher(data_key)?, &bound_to(owner, token), ciphertext)?;
    // What opens was sealed by us, so what is no number now is a defect, not a wrong key.
    Pan::parse(&unpack(&packed)).map_err(|_| VaultError::Sealed)
}

/// What a ciphertext is bound to: it opens for no other owner, mode or token.
fn bound_to(owner: &Owner, token: PaymentMethodId) -> Vec<u8> {
    let mode = match owner.mode {
        Mode::Test => b't',
        Mode::Live => b'l',
    };
    [
        &[VERSION][..],
        owner.merchant.bytes(),
        &[mode],
        token.bytes(),
    ]
    .concat()
}

pub(crate) fn cipher(secret: &Secret) -> Result<LessSafeKey, VaultError> {
    let key = UnboundKey::new(&AES_256_GCM, secret.as_slice()).map_err(|_| VaultError::Cipher)?;
    Ok(LessSafeKey::new(key))
}

/// Nonce, ciphertext and tag in one piece.
pub(crate) fn encrypt(
    key: &LessSafeKey,
    bound: &[u8],
    plain: &[u8],
) -> Result<Vec<u8>, VaultError> {
    let nonce: [u8; NONCE_LEN] = random();
    let mut bytes = Vec::with_capacity(NONCE_LEN + plain.len() + TAG_LEN);
    bytes.extend_from_slice(&nonce);
    bytes.extend_from_slice(plain);
    let (_, in_out) = bytes.split_at_mut(NONCE_LEN);
    let nonce = Nonce::assume_unique_for_key(nonce);
    let tag = key
        .seal_in_place_separate_tag(nonce, Aad::from(bound), in_out)
        .map_err(|_| VaultError::Cipher)?;
    bytes.extend_from_slice(tag.as_ref());
    Ok(bytes)
}

/// What [`encrypt`] hid, if not a bit of it or of what it is bound to has changed.
pub(crate) fn decrypt(
    key: &LessSafeKey,
    bound: &[u8],
    bytes: &[u8],
) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let (nonce, rest) = bytes.split_first_chunk().ok_or(VaultError::Sealed)?;
    let nonce = Nonce::assume_unique_for_key(*nonce);
    let mut plain = Zeroizing::new(rest.to_vec());
    let length = key
        .open_in_place(nonce, Aad::from(bound), &mut plain)
        .map_err(|_| VaultError::Sealed)?
        .len();
    plain.truncate(length);
    Ok(plain)
}

/// Two digits a byte, filled behind.
fn pack(digits: &str) -> Zeroizing<[u8; PACKED_LEN]> {
    let mut packed = Zeroizing::new([FILL << 4 | FILL; PACKED_LEN]);
    for (byte, pair) in packed.iter_mut().zip(digits.as_bytes().chunks(2)) {
        let nibble = |place: usize| pair.get(place).map_or(FILL, |digit| digit & 15);
        *byte = nibble(0) << 4 | nibble(1);
    }
    packed
}

fn unpack(packed: &[u8]) -> Zeroizing<String> {
    let mut digits = Zeroizing::new(String::with_capacity(packed.len().saturating_mul(2)));
    let nibbles = packed.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.extend(nibbles.map_while(|nibble| char::from_digit(u32::from(nibble), 10)));
    digits
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn odd_and_even_counts_of_digits_are_packed() {
        assert_eq!(pack("123")[..3], [0x12, 0x3f, 0xff]);
        assert_eq!(pack("1234")[..3], [0x12, 0x34, 0xff]);
        assert_eq!(pack("6205500000000000004")[9], 0x4f);
    }

    proptest! {
        #[test]
        fn every_number_packs_and_unpacks(digits in "[0-9]{12,19}") {
            let unpacked = unpack(pack(&digits).as_slice());
            prop_assert_eq!(unpacked.as_str(), digits);
        }
    }
}
