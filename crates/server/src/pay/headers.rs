//! What every answer of this room says about itself to browsers.
//!
//! Owns the values, not their way into a response. Strict-Transport-Security belongs to whoever
//! ends TLS: the page must also work over plain http on a local network.

/// What a page may load and do: files of this origin, and nothing written inside the page. `data:`
/// is for the empty icon, which saves a request. Forms never leave this origin, not even by a
/// redirect: whoever has to go elsewhere (a bank, the merchant) follows a link on a page of ours.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; \
     base-uri 'none'";

/// The headers of a page, of its status answer and of its QR codes.
pub(crate) const PRIVATE: [(&str, &str); 8] = [
    ("content-security-policy", POLICY),
    ("cache-control", "no-store"),
    // The address is the key to the payment, so no other site may see it.
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    ("x-robots-tag", "noindex"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn value(name: &str) -> &'static str {
        PRIVATE
            .iter()
            .find(|(header, _)| *header == name)
            .unwrap()
            .1
    }

    #[test]
    fn nothing_written_inside_the_page_runs() {
        let policy = value("content-security-policy");
        assert!(policy.starts_with("default-src 'none';"));
        for source in ["unsafe-inline", "unsafe-eval", "http", "*"] {
            assert!(!policy.contains(source), "{source}");
        }
        for rule in [
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        ] {
            assert!(policy.contains(rule), "{rule}");
        }
    }

    #[test]
    fn the_address_stays_with_us() {
        assert_eq!(value("referrer-policy"), "no-referrer");
        assert_eq!(value("cache-control"), "no-store");
        assert_eq!(value("x-robots-tag"), "noindex");
    }

    #[test]
    fn names_and_values_can_be_sent_as_they_are() {
        for (name, value) in PRIVATE {
            assert!(
                name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'),
                "{name}"
            );
            assert!(value.bytes().all(|b| (0x20..0x7f).contains(&b)), "{value}");
        }
    }
}
