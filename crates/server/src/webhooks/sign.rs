//! Signatures of deliveries, in both forms that receivers' libraries verify.
//!
//! `Stripe-Signature` signs time and body under the whole text of the secret; Standard Webhooks
//! (specification 1.0) signs id, time and body under the bytes behind its prefix. Each secret that
//! is valid signs, so a receiver may change to the new one at any time while they overlap.

use std::fmt::Write as _;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use vault::Hidden;
use zeroize::Zeroizing;

/// What a secret begins with, in both forms.
const PREFIX: &str = "whsec_";

/// The headers that prove who sends.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Signed {
    /// `Stripe-Signature`
    pub(super) stripe: String,
    /// `webhook-signature`
    pub(super) standard: String,
}

/// A secret as the merchant gets to see it.
pub(crate) fn secret_text(secret: &Hidden) -> Zeroizing<String> {
    let mut text = Zeroizing::new(PREFIX.to_owned());
    BASE64.encode_string(secret.reveal(), &mut text);
    text
}

/// Signs `body`, which tells of the event `id`, at `seconds` of Unix time.
pub(super) fn sign(secrets: &[Hidden], id: &str, seconds: i64, body: &[u8]) -> Signed {
    let mut stripe = format!("t={seconds}");
    let mut standard = String::new();
    let (short, long) = (format!("{seconds}."), format!("{id}.{seconds}."));
    for secret in secrets {
        let text = secret_text(secret);
        let tag = mac(text.as_bytes(), &[short.as_bytes(), body]);
        stripe.push_str(",v1=");
        for byte in tag.as_ref() {
            // Writing to a text does not fail.
            let _ = write!(stripe, "{byte:02x}");
        }
        let tag = mac(secret.reveal(), &[long.as_bytes(), body]);
        if !standard.is_empty() {
            standard.push(' ');
        }
        standard.push_str("v1,");
        BASE64.encode_string(tag.as_ref(), &mut standard);
    }
    Signed { stripe, standard }
}

fn mac(key: &[u8], parts: &[&[u8]]) -> hmac::Tag {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    parts.iter().for_each(|part| context.update(part));
    context.sign()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Hidden {
        Hidden::new(BASE64.decode(text).unwrap())
    }

    #[test]
    fn the_example_of_the_standard_webhooks_specification_is_signed_as_it_says() {
        let secrets = [secret("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")];
        let (id, body) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", br#"{"test": 2432232314}"#);
        let signed = sign(&secrets, id, 1_614_265_330, body);
        assert_eq!(
            signed.standard,
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn the_stripe_header_is_what_other_programs_compute() {
        // Python's hmac module, with the key b"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".
        let secrets = [secret("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")];
        let signed = sign(&secrets, "evt_1", 1_614_265_330, b"{}");
        let mac = "f0350121c22e0191dba7cbf90fa37bdb0dcf44bb6e9a1e1ef2e47d6191282643";
        assert_eq!(signed.stripe, format!("t=1614265330,v1={mac}"));
    }

    #[test]
    fn while_secrets_overlap_both_sign() {
        let [new, old] = [secret("bmV3"), secret("b2xk")];
        let both = sign(&[new.clone(), old.clone()], "evt_1", 7, b"{}");
        let [of_new, of_old] = [new, old].map(|one| sign(&[one], "evt_1", 7, b"{}"));
        let (_, last) = of_old.stripe.split_once(',').unwrap();
        assert_eq!(both.stripe, format!("{},{last}", of_new.stripe));
        let list = format!("{} {}", of_new.standard, of_old.standard);
        assert_eq!(both.standard, list);
    }

    #[test]
    fn a_secret_is_shown_in_base64_behind_its_prefix() {
        assert_eq!(secret_text(&secret("AAEC")).as_str(), "whsec_AAEC");
    }
}
