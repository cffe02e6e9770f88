//! The vault itself: the keys of a key file, and what can be done with them.
//!
//! Does not watch the file: it is read again when a record names a key that was not in it, so a
//! process goes on through a rotation without a restart.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use aws_lc_rs::{hkdf, hmac};
use domain::{Mode, Owner, PaymentMethodId};

use crate::error::hex;
use crate::keys::{Garbled, Keys, Secret, derive, root};
use crate::seal::{self, Wrapping};
use crate::{KeyId, Pan, Sealed, VaultError, file};

/// The characters of a fingerprint.
const FINGERPRINT_LEN: usize = 16;

/// Seals card numbers, opens them, and tells whether two are the same.
///
/// Cheap to share; none of its calls blocks but those that take a path, and the first that meets a
/// key which was added to the file since.
pub struct Vault {
    path: PathBuf,
    identity: KeyId,
    digests: hkdf::Prk,
    ring: RwLock<Arc<Ring>>,
}

/// The keys that wrap data keys.
struct Ring {
    current: Wrapping,
    former: Vec<Wrapping>,
}

impl Ring {
    fn of(keys: &Keys) -> Result<Self, VaultError> {
        let former = keys.former.iter().map(Wrapping::new);
        Ok(Self {
            current: Wrapping::new(&keys.current)?,
            former: former.collect::<Result<_, _>>()?,
        })
    }

    fn find(&self, key_id: &KeyId) -> Option<&Wrapping> {
        std::iter::once(&self.current)
            .chain(&self.former)
            .find(|key| key.id == *key_id)
    }
}

impl Vault {
    /// Makes a key file with new keys, readable by its owner only, and opens it.
    ///
    /// # Errors
    /// There is a file already, or it cannot be written; then nothing is left behind.
    pub fn generate(path: &Path) -> Result<Self, VaultError> {
        let keys = Keys::generate();
        file::create(path, &keys.print())?;
        Self::of(path, &keys)
    }

    /// Opens a key file.
    ///
    /// # Errors
    /// There is none, others may read it, or it is not as it was written.
    pub fn open(path: &Path) -> Result<Self, VaultError> {
        let text = file::read(path)?;
        Self::of(path, &parse(path, &text)?)
    }

    /// Adds a new current key to a key file; what was sealed before stays readable. At once or not
    /// at all, whenever the machine stops.
    ///
    /// # Errors
    /// As [`Vault::open`]; the file cannot be written; another change is under way.
    pub fn rotate(path: &Path) -> Result<Self, VaultError> {
        file::replace(path, |text| Ok(parse(path, text)?.rotated().print()))?;
        Self::open(path)
    }

    /// Takes a former key out of a key file for good. What is still sealed under it is lost, so
    /// this comes after every record was re-wrapped.
    ///
    /// # Errors
    /// As [`Vault::rotate`]; the key is the current one, or not in the file.
    pub fn retire(path: &Path, key_id: &KeyId) -> Result<Self, VaultError> {
        file::replace(path, |text| {
            let keys = parse(path, text)?.without(key_id);
            Ok(keys.ok_or(VaultError::NotFormer(*key_id))?.print())
        })?;
        Self::open(path)
    }

    fn of(path: &Path, keys: &Keys) -> Result<Self, VaultError> {
        Ok(Self {
            path: path.to_owned(),
            identity: crate::keys::key_id(&keys.fingerprint),
            digests: root(&keys.fingerprint),
            ring: RwLock::new(Arc::new(Ring::of(keys)?)),
        })
    }

    fn ring(&self) -> Arc<Ring> {
        // Nothing panics while it holds this lock; a poisoned one holds whole keys all the same.
        let ring = self.ring.read();
        ring.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The keys, among them the one that is asked for: as they stand in the file now, when it is
    /// not among those that were read before.
    fn ring_with(&self, key_id: &KeyId) -> Result<Arc<Ring>, VaultError> {
        let ring = self.ring();
        if ring.find(key_id).is_some() {
            return Ok(ring);
        }
        let unknown = || VaultError::UnknownKey(*key_id);
        let text = file::read(&self.path).map_err(|_| unknown())?;
        let keys = parse(&self.path, &text).map_err(|_| unknown())?;
        let read = Arc::new(Ring::of(&keys)?);
        let is_ours = crate::keys::key_id(&keys.fingerprint) == self.identity;
        if !is_ours || read.find(key_id).is_none() {
            return Err(unknown());
        }
        let kept = self.ring.write();
        *kept.unwrap_or_else(PoisonError::into_inner) = read.clone();
        Ok(read)
    }

    /// What tells this vault from every other, for as long as it lives: it outlasts rotations. Not
    /// a secret.
    pub fn identity(&self) -> KeyId {
        self.identity
    }

    /// The key that seals. Not a secret.
    pub fn key_id(&self) -> KeyId {
        self.ring().current.id
    }

    /// The keys that only open what was sealed before, the latest first. Not secrets.
    pub fn former_key_ids(&self) -> Vec<KeyId> {
        self.ring().former.iter().map(|key| key.id).collect()
    }

    /// Whether records under this key can be opened.
    pub fn knows(&self, key_id: &KeyId) -> bool {
        self.ring().find(key_id).is_some()
    }

    /// What every key that serves one purpose is derived from.
    pub(crate) const fn digests(&self) -> &hkdf::Prk {
        &self.digests
    }

    /// Seals a number for one owner and one token; it opens for no other.
    ///
    /// # Errors
    /// Only a failure of the cryptographic library.
    pub fn seal(
        &self,
        owner: &Owner,
        token: PaymentMethodId,
        pan: &Pan,
    ) -> Result<Sealed, VaultError> {
        self.ring().current.seal(owner, token, pan)
    }

    /// Opens what [`Vault::seal`] sealed for the same owner and token.
    ///
    /// # Errors
    /// The key is not in the key file; the record was altered, or is another's.
    pub fn reveal(
        &self,
        owner: &Owner,
        token: PaymentMethodId,
        sealed: &Sealed,
    ) -> Result<Pan, VaultError> {
        seal::open(&self.data_key(sealed)?, owner, token, sealed)
    }

    /// The same record under the current key. The number is not decrypted: only its data key is
    /// wrapped anew.
    ///
    /// # Errors
    /// The key is not in the key file; the wrapped key was altered.
    pub fn rewrap(&self, sealed: &Sealed) -> Result<Sealed, VaultError> {
        let data_key = self.data_key(sealed)?;
        let current = &self.ring().current;
        Ok(Sealed {
            key_id: current.id,
            wrapped_key: current.wrap(&data_key)?,
            ciphertext: sealed.ciphertext.clone(),
        })
    }

    fn data_key(&self, sealed: &Sealed) -> Result<Secret, VaultError> {
        let ring = self.ring_with(&sealed.key_id)?;
        let key = ring.find(&sealed.key_id);
        key.ok_or(VaultError::UnknownKey(sealed.key_id))?
            .unwrap(sealed)
    }

    /// Sixteen letters and digits, the same for the same number and owner; of no use to find the
    /// number without the key file (PCI DSS 3.5.1.1), or to compare the cards of two merchants.
    pub fn fingerprint(&self, owner: &Owner, pan: &Pan) -> String {
        let mode = match owner.mode {
            Mode::Test => b"t",
            Mode::Live => b"l",
        };
        let parts: [&[u8]; 3] = [owner.merchant.bytes(), mode, pan.digits().as_bytes()];
        let mac = self.mac("card fingerprint", &parts);
        let text = mac
            .first_chunk()
            .map_or_else(String::new, |half| domain::ids::to_base62(*half));
        let start = text.len().saturating_sub(FINGERPRINT_LEN);
        text.get(start..).unwrap_or_default().to_owned()
    }

    /// HMAC-SHA256 over `parts`, each with its length, under a key that serves `purpose` alone.
    ///
    /// The same parts divided otherwise give another value, and so does another purpose.
    pub fn mac(&self, purpose: &'static str, parts: &[&[u8]]) -> [u8; 32] {
        let key = derive::<32>(&self.digests, &[b"mac ", purpose.as_bytes()]);
        let mut context =
            hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key.as_slice()));
        for part in parts {
            let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
            context.update(&length.to_be_bytes());
            context.update(part);
        }
        let tag = context.sign();
        let mut bytes = [0; 32];
        bytes.copy_from_slice(tag.as_ref());
        bytes
    }
}

fn parse(path: &Path, text: &str) -> Result<Keys, VaultError> {
    Keys::parse(text).map_err(|Garbled { line, what }| {
        let path = path.to_owned();
        VaultError::Garbled { path, line, what }
    })
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vault({})", hex(&self.identity))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::MerchantId;
    use zeroize::Zeroizing;

    const TOKEN: PaymentMethodId = PaymentMethodId::from_bytes([1; 16]);
    const OWNER: Owner = Owner {
        merchant: MerchantId::from_bytes([2; 16]),
        mode: Mode::Test,
    };

    /// A vault whose keys are known, to hold what it does against what it did.
    fn known() -> Vault {
        let keys = Keys {
            fingerprint: Box::new(Zeroizing::new([7; 32])),
            current: Box::new(Zeroizing::new([8; 32])),
            former: Vec::new(),
        };
        Vault::of(Path::new("no file"), &keys).unwrap()
    }

    fn bytes(hex: &str) -> Vec<u8> {
        let digits = hex
            .as_bytes()
            .chunks(2)
            .map(|pair| std::str::from_utf8(pair).unwrap());
        digits
            .map(|pair| u8::from_str_radix(pair, 16).unwrap())
            .collect()
    }

    #[test]
    fn a_digest_is_what_other_programs_compute() {
        // HKDF-SHA256, then HMAC-SHA256, with Python's hmac module.
        let mac = known().mac("purpose", &[b"ab", b"c"]);
        assert_eq!(
            hex(&mac),
            "9157db7c83e4ccac3411efff7fc9abc9204439420cee89fe4d5b8a607a054e97"
        );
    }

    #[test]
    fn a_fingerprint_is_the_one_it_always_was() {
        let pan = Pan::parse("4242424242424242").unwrap();
        assert_eq!(known().fingerprint(&OWNER, &pan), "te42E5KILB51RVoz");
    }

    #[test]
    fn a_record_of_the_first_version_still_opens() {
        let vault = known();
        // Sealed with Python's cryptography package, by what seal.rs says of the form.
        let sealed = Sealed {
            key_id: vault.key_id(),
            wrapped_key: bytes(concat!(
                "6465666768696a6b6c6d6e6fc1a87d481e53d5908b5de2c59b86f22c6436",
                "b21c9bbaee368a64ffe5354eea795d9f692af5b469b299626ea0f0202867",
            )),
            ciphertext: bytes(concat!(
                "01c8c9cacbcccdcecfd0d1d2d3533a2399c48eb9628bc3d93cf3a146c9ce",
                "c389e4df021a3961e7",
            )),
        };
        let pan = vault.reveal(&OWNER, TOKEN, &sealed).unwrap();
        assert_eq!(pan.digits(), "4242424242424242");
    }
}
