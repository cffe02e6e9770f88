//! With whom the card rail speaks, and how: values that the server read from its configuration.
//!
//! Reads no file but the certificate of the authority that it is told to trust.

use std::path::PathBuf;
use std::time::Duration;

use jiff::tz::TimeZone;

/// Everything that differs between two acquirers.
#[derive(Clone, Debug)]
pub struct Config {
    /// Our name of the acquirer, for logs.
    pub acquirer: String,
    /// Host and port of the acquirer.
    pub address: String,
    /// Connections to keep open at the same time, at least one.
    pub connections: usize,
    /// How messages are told apart on a connection.
    pub framing: Framing,
    /// What the messages look like.
    pub dialect: Dialect,
    /// How long an answer is awaited, in milliseconds, counted from the moment the order arrives.
    pub answer_timeout_ms: u64,
    /// How long connecting may take, a TLS handshake included, in milliseconds.
    pub connect_timeout_ms: u64,
    /// Silence of the other side after which an echo is sent, in milliseconds.
    pub echo_idle_ms: u64,
    /// Encryption, with the one authority that is trusted. `None` on a private line only.
    pub tls: Option<Tls>,
    /// Our institution's code at the acquirer (DE 32), up to eleven digits.
    pub institution: Option<String>,
    /// The acquirer's time zone, in which DE 12 and DE 13 are written. DE 7 is always UTC.
    pub time_zone: TimeZone,
    /// Orders that may wait for their answers on one connection, at least one.
    pub waiting_max: usize,
}

/// How one message ends and the next begins. The length counts the message without itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// Two bytes, the higher first.
    TwoByteBinary,
    /// Four ASCII digits.
    FourDigitAscii,
}

/// Which edition of ISO 8583, in which characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// ISO 8583:1987 in ASCII.
    Iso87Ascii,
    /// ISO 8583:1987, digits packed two to a byte.
    Iso87Binary,
    /// ISO 8583:1993 in ASCII.
    Iso93Ascii,
}

/// How the other side proves who it is.
#[derive(Clone, Debug)]
pub struct Tls {
    /// PEM file of the only authority whose certificates are accepted.
    pub ca_file: PathBuf,
    /// The name that must stand in the certificate.
    pub server_name: String,
}

/// Why a rail cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A number that must not be zero is.
    #[error("{0} must be at least 1")]
    Zero(&'static str),
    /// DE 32 takes up to eleven digits.
    #[error("the institution's code is not made of one to eleven digits")]
    Institution,
    /// The certificate of the authority cannot be used.
    #[error("cannot use the certificates in {}: {reason}", .path.display())]
    Authority {
        /// The PEM file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The name that the certificate must bear is no name.
    #[error("`{0}` cannot stand in a certificate")]
    ServerName(String),
    /// The cryptographic library does not offer TLS 1.2 or 1.3.
    #[error("TLS is not available: {0}")]
    Tls(#[from] tokio_rustls::rustls::Error),
}

impl Config {
    pub(super) fn check(&self) -> Result<(), OpenError> {
        for (name, is_zero) in [
            ("connections", self.connections == 0),
            ("waiting_max", self.waiting_max == 0),
            ("answer_timeout_ms", self.answer_timeout_ms == 0),
            ("connect_timeout_ms", self.connect_timeout_ms == 0),
            ("echo_idle_ms", self.echo_idle_ms == 0),
        ] {
            if is_zero {
                return Err(OpenError::Zero(name));
            }
        }
        let fits = |code: &String| {
            (1..=11).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit())
        };
        if self.institution.as_ref().is_some_and(|code| !fits(code)) {
            return Err(OpenError::Institution);
        }
        Ok(())
    }

    pub(super) const fn answer_timeout(&self) -> Duration {
        Duration::from_millis(self.answer_timeout_ms)
    }

    pub(super) const fn connect_timeout(&self) -> Duration {
        Duration::from_millis(self.connect_timeout_ms)
    }

    pub(super) const fn echo_idle(&self) -> Duration {
        Duration::from_millis(self.echo_idle_ms)
    }
}

impl Dialect {
    pub(super) const fn table(self) -> &'static iso8583::Dialect {
        match self {
            Self::Iso87Ascii => &iso8583::ISO87_ASCII,
            Self::Iso87Binary => &iso8583::ISO87_BINARY,
            Self::Iso93Ascii => &iso8583::ISO93_ASCII,
        }
    }

    pub(super) const fn is_1993(self) -> bool {
        matches!(self, Self::Iso93Ascii)
    }
}

#[cfg(test)]
pub(super) mod sample {
    use super::*;

    pub(crate) fn config() -> Config {
        Config {
            acquirer: "test".into(),
            address: "127.0.0.1:1".into(),
            connections: 2,
            framing: Framing::TwoByteBinary,
            dialect: Dialect::Iso87Ascii,
            answer_timeout_ms: 1_000,
            connect_timeout_ms: 1_000,
            echo_idle_ms: 30_000,
            tls: None,
            institution: Some("12345".into()),
            time_zone: TimeZone::UTC,
            waiting_max: 16,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(change: impl FnOnce(&mut Config)) -> String {
        let mut config = sample::config();
        change(&mut config);
        config
            .check()
            .map_or_else(|error| error.to_string(), |()| String::new())
    }

    #[test]
    fn what_is_complete_is_accepted() {
        assert_eq!(refusal(|_| ()), "");
        assert_eq!(refusal(|config| config.institution = None), "");
    }

    #[test]
    fn a_zero_that_would_stop_everything_is_refused() {
        assert_eq!(
            refusal(|c| c.connections = 0),
            "connections must be at least 1"
        );
        assert_eq!(
            refusal(|c| c.waiting_max = 0),
            "waiting_max must be at least 1"
        );
        assert_eq!(
            refusal(|c| c.answer_timeout_ms = 0),
            "answer_timeout_ms must be at least 1"
        );
        assert_eq!(
            refusal(|c| c.connect_timeout_ms = 0),
            "connect_timeout_ms must be at least 1"
        );
        assert_eq!(
            refusal(|c| c.echo_idle_ms = 0),
            "echo_idle_ms must be at least 1"
        );
    }

    #[test]
    fn an_institution_is_one_to_eleven_digits() {
        for code in ["", "123456789012", "12A", "１２"] {
            let text = refusal(|config| config.institution = Some(code.into()));
            assert_eq!(
                text,
                "the institution's code is not made of one to eleven digits"
            );
        }
        assert_eq!(refusal(|c| c.institution = Some("12345678901".into())), "");
    }
}
