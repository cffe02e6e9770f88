//! Origins and hosts, read strictly: what is accepted can stand in a link or be dialled.
//!
//! Does not resolve names and opens nothing.

use std::fmt;
use std::net::SocketAddr;

/// The origin under which payers and phones reach the service, without a slash at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// Reads `http://host[:port]` or `https://host[:port]`; a single slash at the end is dropped.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_suffix('/').unwrap_or(text);
        let (scheme, host) = text.split_once("://")?;
        let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte);
        let is_good = matches!(scheme, "http" | "https")
            && host.bytes().all(is_host)
            && host.bytes().next().is_some_and(|first| first != b':');
        is_good.then(|| Self(text.to_owned()))
    }

    /// The origin of a service that listens on `address` and was given no other.
    pub fn of(address: SocketAddr) -> Self {
        let mut shown = address;
        if address.ip().is_unspecified() {
            shown.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
        }
        Self(format!("http://{shown}"))
    }

    /// The origin, as it stands in links and in the `Origin` header.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether what is sent there is encrypted on its way.
    pub fn is_encrypted(&self) -> bool {
        self.0.starts_with("https://")
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A host, by name or number, and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPort {
    /// The host.
    pub host: String,
    /// The port.
    pub port: u16,
}

impl HostPort {
    /// Reads `host:port`; an IPv6 number stands in brackets.
    pub fn parse(text: &str) -> Option<Self> {
        let (host, port) = text.rsplit_once(':')?;
        let inner = host
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        let is_name = !host.is_empty()
            && host
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
        let is_good = inner.map_or(is_name, |number| {
            number.parse::<std::net::Ipv6Addr>().is_ok()
        });
        let port = port.parse().ok().filter(|port| *port != 0)?;
        is_good.then(|| Self {
            host: inner.unwrap_or(host).to_owned(),
            port,
        })
    }
}

impl fmt::Display for HostPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_read_strictly() {
        for good in [
            "http://a",
            "https://pay.example.com",
            "http://[::1]:80",
            "http://10.0.0.1:8080",
        ] {
            assert_eq!(PublicUrl::parse(good).unwrap().as_str(), good);
        }
        assert_eq!(PublicUrl::parse("http://a/").unwrap().as_str(), "http://a");
        for bad in [
            "",
            "a",
            "ftp://a",
            "http://",
            "http:///",
            "http://a/b",
            "http://a?b",
            "http://u@a",
            "http://:80",
            "http://a b",
        ] {
            assert_eq!(PublicUrl::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_origin_that_is_not_set_is_the_address_that_was_taken() {
        let of = |text: &str| PublicUrl::of(text.parse().unwrap()).to_string();
        assert_eq!(of("127.0.0.1:8080"), "http://127.0.0.1:8080");
        assert_eq!(of("0.0.0.0:80"), "http://127.0.0.1:80");
        assert_eq!(of("[::1]:80"), "http://[::1]:80");
    }

    #[test]
    fn hosts_and_ports_are_read_strictly() {
        for good in ["a:1", "acquirer.example:65535", "10.0.0.1:80", "[::1]:80"] {
            assert_eq!(HostPort::parse(good).unwrap().to_string(), good);
        }
        for bad in [
            "",
            "a",
            ":1",
            "a:",
            "a:0",
            "a:65536",
            "a b:1",
            "::1:80",
            "[x]:1",
            "http://a:1",
        ] {
            assert_eq!(HostPort::parse(bad), None, "{bad}");
        }
    }
}
