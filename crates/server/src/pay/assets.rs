//! The two files the page loads, inside the binary.
//!
//! Their addresses carry the hash of their content, so browsers keep them for ever. They are
//! written by hand in `web/pay` and need no build.

const STYLE: &str = include_str!("../../../../web/pay/pay.css");
const SCRIPT: &str = include_str!("../../../../web/pay/pay.js");

const STYLE_VERSION: u64 = fingerprint(STYLE);
const SCRIPT_VERSION: u64 = fingerprint(SCRIPT);

/// Where the page's style is.
pub(crate) fn style_path() -> String {
    format!("/pay/assets/pay.css?v={STYLE_VERSION:016x}")
}

/// Where the page's script is.
pub(crate) fn script_path() -> String {
    format!("/pay/assets/pay.js?v={SCRIPT_VERSION:016x}")
}

/// A file and how to send it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asset {
    /// The `content-type` header.
    pub(crate) content_type: &'static str,
    /// The `cache-control` header.
    pub(crate) cache_control: &'static str,
    /// The file.
    pub(crate) body: &'static str,
}

/// The file of `/pay/assets/{name}?v={version}`, if there is one. During a rolling update a node
/// may be asked for a version it does not have: it gives its own, for this once.
pub(crate) fn find(name: &str, version: &str) -> Option<Asset> {
    let (content_type, current, body) = match name {
        "pay.css" => ("text/css; charset=utf-8", STYLE_VERSION, STYLE),
        "pay.js" => ("text/javascript; charset=utf-8", SCRIPT_VERSION, SCRIPT),
        _ => return None,
    };
    let cache_control = match version == format!("{current:016x}") {
        true => "public, max-age=31536000, immutable",
        false => "no-store",
    };
    Some(Asset {
        content_type,
        cache_control,
        body,
    })
}

/// FNV-1a: tells versions apart, guards nothing.
const fn fingerprint(text: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut rest = text.as_bytes();
    while let [byte, tail @ ..] = rest {
        let octet = u64::from_le_bytes([*byte, 0, 0, 0, 0, 0, 0, 0]);
        hash = (hash ^ octet).wrapping_mul(0x0000_0100_0000_01b3);
        rest = tail;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(path: &str) -> &str {
        path.split_once("?v=").unwrap().1
    }

    #[test]
    fn the_fingerprint_is_fnv_1a() {
        assert_eq!(fingerprint(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fingerprint("a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fingerprint("foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn a_file_of_this_version_is_kept_for_ever() {
        let style = find("pay.css", version(&style_path())).unwrap();
        assert!(style.cache_control.contains("immutable"));
        assert!(style.content_type.starts_with("text/css"));
        let script = find("pay.js", version(&script_path())).unwrap();
        assert!(script.cache_control.contains("immutable"));
    }

    #[test]
    fn a_file_of_another_version_is_not_kept() {
        let style = style_path();
        for version in ["", "0", version(&style)] {
            assert_eq!(find("pay.js", version).unwrap().cache_control, "no-store");
        }
    }

    #[test]
    fn there_are_no_other_files() {
        for name in ["", "pay.map", "../pay.css", "PAY.CSS"] {
            assert_eq!(find(name, ""), None, "{name}");
        }
    }

    #[test]
    fn the_files_load_nothing_from_elsewhere() {
        for text in [STYLE, SCRIPT] {
            assert!(!text.contains("http://") && !text.contains("https://"));
            assert!(!text.contains("@import") && !text.contains("eval("));
        }
    }

    #[test]
    fn the_files_stay_small() {
        assert!(SCRIPT.len() < 8_200, "{}", SCRIPT.len());
        assert!(STYLE.len() <= 9_000, "{}", STYLE.len());
    }
}
