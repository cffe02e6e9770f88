//! Which addresses events may be sent to.
//!
//! A merchant names the address, and the service stands inside somebody's network: without this a
//! merchant could reach what only that network should. An address is public or it is refused,
//! unless the operator allows its network. Names are looked up elsewhere; what they were found to
//! be is judged here, and only what was judged is connected to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use domain::Mode;
use url::{Host, Url};

/// The longest address of an endpoint, in bytes.
pub(crate) const URL_MAX: usize = 2048;

/// A range of addresses, like `10.0.0.0/8` or `fd00::/8`; without a length, one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    first: IpAddr,
    length: u8,
}

impl Network {
    /// Reads a range. `None` when it is none, or when bits beyond its length are set.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        let first: IpAddr = address.parse().ok()?;
        let most = if first.is_ipv4() { 32 } else { 128 };
        let length = match length {
            Some(length) => length.parse().ok().filter(|length| *length <= most)?,
            None => most,
        };
        let network = Self { first, length };
        (network.masked(first) == bits(first).0).then_some(network)
    }

    /// Whether the address lies in the range.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.first.is_ipv4() == address.is_ipv4() && self.masked(address) == bits(self.first).0
    }

    fn masked(&self, address: IpAddr) -> u128 {
        let (bits, width) = bits(address);
        let shift = width.saturating_sub(u32::from(self.length));
        bits.checked_shr(shift)
            .and_then(|head| head.checked_shl(shift))
            .unwrap_or(0)
    }
}

/// The bits of an address, and how many there are.
fn bits(address: IpAddr) -> (u128, u32) {
    match address {
        IpAddr::V4(address) => (u128::from(address.to_bits()), 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    }
}

/// The addresses that are not public (IANA special-purpose registries, RFC 6890), and those of
/// groups.
const REFUSED_V4: &[(Ipv4Addr, u8)] = &[
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// All that is public among IPv6 addresses lies here.
const GLOBAL_V6: (Ipv6Addr, u8) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// What is not public even there: protocol assignments with Teredo, documentation, 6to4.
const REFUSED_V6: &[(Ipv6Addr, u8)] = &[
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// An IPv4 address behind a translator (RFC 6052, section 2.1): what is behind it counts.
const TRANSLATED: (Ipv6Addr, u8) = (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96);

fn is_in<T: Copy + Into<IpAddr>>(range: &(T, u8), address: IpAddr) -> bool {
    let network = Network {
        first: range.0.into(),
        length: range.1,
    };
    network.contains(address)
}

/// The address that is really meant: without the IPv6 forms of IPv4 addresses.
fn meant(address: IpAddr) -> IpAddr {
    let IpAddr::V6(six) = address.to_canonical() else {
        return address.to_canonical();
    };
    if is_in(&TRANSLATED, address) {
        let [.., a, b, c, d] = six.octets();
        return Ipv4Addr::new(a, b, c, d).into();
    }
    six.into()
}

fn is_public(address: IpAddr) -> bool {
    let is_refused = |address| match address {
        IpAddr::V4(_) => REFUSED_V4.iter().any(|range| is_in(range, address)),
        IpAddr::V6(_) => {
            !is_in(&GLOBAL_V6, address) || REFUSED_V6.iter().any(|range| is_in(range, address))
        }
    };
    !is_refused(address)
}

/// Why an endpoint cannot be where it is said to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UrlFault {
    /// It cannot be read, is too long, or holds a user, a password or a fragment.
    Malformed,
    /// It is not encrypted, and not in test mode.
    Scheme,
    /// Its address is not public, and not allowed.
    Address,
}

/// Judges addresses.
#[derive(Clone, Debug)]
pub struct Guard {
    allowed: Vec<Network>,
}

impl Guard {
    /// A guard that lets through what is public, and these networks.
    pub const fn new(allowed: Vec<Network>) -> Self {
        Self { allowed }
    }

    /// Whether events may be sent to this address.
    pub(crate) fn allows(&self, address: IpAddr) -> bool {
        let address = meant(address);
        is_public(address) || self.allowed.iter().any(|one| one.contains(address))
    }

    /// Reads where an endpoint is said to be. A number in any of the forms that programs take for
    /// an address (decimal, octal, hexadecimal, with parts left out) is judged as that address; a
    /// name is judged when it is looked up.
    ///
    /// # Errors
    /// [`UrlFault`].
    pub(crate) fn read(&self, text: &str, mode: Mode) -> Result<Url, UrlFault> {
        // What the client that sends cannot read is no address either.
        let is_sendable =
            |url: &Url| text.len() <= URL_MAX && url.as_str().parse::<hyper::Uri>().is_ok();
        let url = Url::parse(text).ok().filter(is_sendable);
        let url = url.ok_or(UrlFault::Malformed)?;
        let is_plain =
            url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        // The parser drops an empty user; what is meant to mislead is refused all the same.
        let authority = text.split(['/', '\\', '?']).nth(2).unwrap_or_default();
        if !is_plain || authority.contains('@') {
            return Err(UrlFault::Malformed);
        }
        match (url.scheme(), mode) {
            ("https", _) | ("http", Mode::Test) => {}
            (_, Mode::Test | Mode::Live) => return Err(UrlFault::Scheme),
        }
        let address = match url.host() {
            Some(Host::Domain(name)) if !name.is_empty() => return Ok(url),
            Some(Host::Domain(_)) | None => return Err(UrlFault::Malformed),
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
        };
        if self.allows(address) {
            Ok(url)
        } else {
            Err(UrlFault::Address)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(allowed: &[&str]) -> Guard {
        Guard::new(
            allowed
                .iter()
                .map(|text| Network::parse(text).unwrap())
                .collect(),
        )
    }

    #[test]
    fn what_is_not_public_is_refused() {
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.8.8.8",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.7",
            "203.0.113.7",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "::127.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!guard(&[]).allows(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn what_is_public_is_not() {
        for address in [
            "1.1.1.1",
            "9.255.255.255",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "223.255.255.255",
            "2606:4700::1111",
            "2a00:1450::1",
            "::ffff:1.1.1.1",
            "64:ff9b::1.1.1.1",
        ] {
            assert!(guard(&[]).allows(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn an_operator_may_allow_networks_in_whatever_form_they_are_written() {
        let guard = guard(&["10.1.0.0/16", "127.0.0.1", "fd00::/8"]);
        for address in ["10.1.2.3", "127.0.0.1", "::ffff:10.1.2.3", "fd00::7"] {
            assert!(guard.allows(address.parse().unwrap()), "{address}");
        }
        for address in ["10.2.0.1", "127.0.0.2", "fc00::7", "::1"] {
            assert!(!guard.allows(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn networks_are_read_strictly() {
        for text in [
            "",
            "10",
            "10.0.0.0/",
            "10.0.0.0/33",
            "10.0.0.1/8",
            "::/129",
            "a/8",
            "0.0.0.0/-1",
        ] {
            assert_eq!(Network::parse(text), None, "{text}");
        }
        for text in ["0.0.0.0/0", "::/0", "10.0.0.1/32", "::1", "fe80::/10"] {
            assert!(Network::parse(text).is_some(), "{text}");
        }
    }

    #[test]
    fn odd_forms_of_an_address_are_that_address() {
        for text in [
            "https://2130706433/",
            "https://0x7f000001/",
            "https://0x7f.1/",
            "https://0177.0.0.1/",
            "https://127.1/",
            "https://127.0.0.1./",
            "https://[::ffff:10.0.0.1]/",
            "https://[::ffff:7f00:1]/",
            "https://[::1]:8443/hook",
            "https://１２７.0.0.1/",
            "https://169.254.169.254/latest/meta-data",
        ] {
            let read = guard(&[]).read(text, Mode::Test);
            assert_eq!(read, Err(UrlFault::Address), "{text}");
        }
        assert!(
            guard(&["127.0.0.0/8"])
                .read("https://2130706433/", Mode::Live)
                .is_ok()
        );
    }

    #[test]
    fn only_test_mode_takes_http() {
        let read = |text: &str, mode| guard(&[]).read(text, mode).map(drop);
        assert_eq!(read("https://example.com/x?y=1", Mode::Live), Ok(()));
        assert_eq!(read("http://example.com", Mode::Test), Ok(()));
        assert_eq!(
            read("http://example.com", Mode::Live),
            Err(UrlFault::Scheme)
        );
        for scheme in ["ftp", "file", "gopher", "ws", "javascript"] {
            let text = format!("{scheme}://example.com/");
            assert_eq!(read(&text, Mode::Test), Err(UrlFault::Scheme), "{text}");
        }
    }

    #[test]
    fn what_could_mislead_is_refused() {
        let long = format!("https://example.com/{}", "a".repeat(URL_MAX));
        for text in [
            "",
            "example.com",
            "https://",
            "https://user@example.com/",
            "https://user:word@example.com/",
            "https://@example.com/",
            "https://example.com/#fragment",
            "https://exa mple.com/",
            "https://[::1/",
            long.as_str(),
        ] {
            let read = guard(&[]).read(text, Mode::Live);
            assert_eq!(read, Err(UrlFault::Malformed), "{text}");
        }
    }
}
