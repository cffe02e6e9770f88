//! An authority and the certificates it gives, new in every test: X.509 by hand (RFC 5280), because
//! a library for it is larger than what is needed of it here.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

const SEQUENCE: u8 = 0x30;
const OBJECT: u8 = 0x06;
const OCTETS: u8 = 0x04;
const BITS: u8 = 0x03;
const SET: u8 = 0x31;

const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const ECDSA_WITH_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
const SUBJECT_ALTERNATIVE_NAME: &[u8] = &[0x55, 0x1d, 0x11];
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x13];

/// Whoever signs.
pub(crate) struct Authority {
    key: EcdsaKeyPair,
    certificate: Vec<u8>,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let is_authority = der(SEQUENCE, &[0x01, 0x01, 0xff]);
        let extension = [
            der(OBJECT, BASIC_CONSTRAINTS),
            vec![0x01, 0x01, 0xff],
            der(OCTETS, &is_authority),
        ];
        let certificate = certificate(&key, "authority", &key, &extension.concat());
        Self { key, certificate }
    }

    /// The certificate as a PEM file holds it.
    pub(crate) fn pem(&self) -> String {
        let lines = base64(&self.certificate);
        format!("-----BEGIN CERTIFICATE-----\n{lines}-----END CERTIFICATE-----\n")
    }

    /// A certificate for a host of this name, and its key.
    pub(crate) fn host(&self, name: &str) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let names = der(SEQUENCE, &der(0x82, name.as_bytes()));
        let extension = [der(OBJECT, SUBJECT_ALTERNATIVE_NAME), der(OCTETS, &names)];
        let certificate = certificate(&self.key, "host", &key, &extension.concat());
        let secret = key.to_pkcs8v1().unwrap().as_ref().to_vec();
        (certificate.into(), PrivatePkcs8KeyDer::from(secret).into())
    }
}

fn certificate(
    signer: &EcdsaKeyPair,
    subject: &str,
    key: &EcdsaKeyPair,
    extension: &[u8],
) -> Vec<u8> {
    let algorithm = der(SEQUENCE, &der(OBJECT, ECDSA_WITH_SHA256));
    let validity = [der(0x17, b"200101000000Z"), der(0x17, b"491231235959Z")];
    let curve = der(
        SEQUENCE,
        &[der(OBJECT, EC_PUBLIC_KEY), der(OBJECT, P256)].concat(),
    );
    let point = der(BITS, &[&[0], key.public_key().as_ref()].concat());
    let parts = [
        der(0xa0, &[0x02, 0x01, 0x02]),
        vec![0x02, 0x01, 0x01],
        algorithm.clone(),
        name("authority"),
        der(SEQUENCE, &validity.concat()),
        name(subject),
        der(SEQUENCE, &[curve, point].concat()),
        der(0xa3, &der(SEQUENCE, &der(SEQUENCE, extension))),
    ];
    let body = der(SEQUENCE, &parts.concat());
    let signature = signer.sign(&SystemRandom::new(), &body).unwrap();
    let signature = der(BITS, &[&[0], signature.as_ref()].concat());
    der(SEQUENCE, &[body, algorithm, signature].concat())
}

fn name(text: &str) -> Vec<u8> {
    let pair = [der(OBJECT, COMMON_NAME), der(0x0c, text.as_bytes())];
    der(SEQUENCE, &der(SET, &der(SEQUENCE, &pair.concat())))
}

/// Tag, length, content.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap();
    let [high, low] = length.to_be_bytes();
    let head = match length {
        0..=127 => vec![tag, low],
        128..=255 => vec![tag, 0x81, low],
        _ => vec![tag, 0x82, high, low],
    };
    [head, content.to_vec()].concat()
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for (line, three) in bytes.chunks(3).enumerate() {
        let byte = |place: usize| u32::from(three.get(place).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let digit = usize::try_from(bits >> (18 - 6 * place) & 63).unwrap();
            let is_filling = place > u32::try_from(three.len()).unwrap();
            text.push(if is_filling {
                '='
            } else {
                char::from(*DIGITS.get(digit).unwrap())
            });
        }
        if line % 16 == 15 {
            text.push('\n');
        }
    }
    text + "\n"
}
