//! Who may not come in or do something, and what they are told: the part of the table that is about
//! keys and log-ins. What is about money, cards and parameters is in `table`.

use super::table::Row;

/// Why a caller may not do this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AccessFault {
    /// Nobody says who asks.
    KeyMissing,
    /// No such key; the detail is what may be shown of it.
    KeyUnknown,
    /// A key whose time is over.
    KeyExpired,
    /// A platform does not act for that account; the detail is what may be shown of its id.
    AccountInvalid,
    /// A publishable key where a secret one is needed.
    SecretKeyRequired,
    /// A restricted key without the right; the detail is the right.
    RightMissing,
    /// The client secret is not the payment's.
    ClientSecretWrong,
    /// A log-in from a page of somebody else.
    OriginRefused,
    /// The log-in is over.
    SessionOver,
    /// Wrong name or password.
    LogInFailed,
    /// Too many wrong passwords.
    LogInLocked,
}

impl AccessFault {
    /// Every fault.
    #[cfg(test)]
    pub(crate) const ALL: &'static [Self] = &[
        Self::KeyMissing,
        Self::KeyUnknown,
        Self::KeyExpired,
        Self::AccountInvalid,
        Self::SecretKeyRequired,
        Self::RightMissing,
        Self::ClientSecretWrong,
        Self::OriginRefused,
        Self::SessionOver,
        Self::LogInFailed,
        Self::LogInLocked,
    ];
}

/// The line of each.
pub(super) const fn no_access(fault: AccessFault) -> Row {
    match fault {
        AccessFault::KeyMissing => Row::invalid(
            401,
            "",
            "No API key was sent. Send a secret key as the user name of basic authentication, or \
             as a bearer token.",
        ),
        AccessFault::KeyUnknown => Row::invalid(401, "", "There is no such API key: {detail}"),
        AccessFault::KeyExpired => Row::invalid(
            401,
            "api_key_expired",
            "This API key has expired. Use the one that replaced it, or have a new one made.",
        ),
        AccessFault::RightMissing => Row::invalid(
            403,
            "",
            "This restricted key may not do that: the right {detail} is missing.",
        ),
        AccessFault::AccountInvalid => Row::invalid(
            403,
            "account_invalid",
            "This key does not act for the account '{detail}', or there is no such account.",
        ),
        AccessFault::SecretKeyRequired => Row::invalid(
            403,
            "secret_key_required",
            "This cannot be done with a publishable key. Use a secret key, on a server.",
        ),
        AccessFault::ClientSecretWrong => Row::invalid(
            403,
            "",
            "The client secret does not belong to this payment.",
        )
        .of("client_secret"),
        AccessFault::OriginRefused => Row::invalid(
            403,
            "",
            "A log-in is accepted from the service's own pages only.",
        ),
        AccessFault::SessionOver => Row::invalid(401, "", "The log-in is over. Log in again."),
        AccessFault::LogInFailed => {
            Row::invalid(401, "", "The e-mail address or the password is wrong.")
        }
        AccessFault::LogInLocked => Row::invalid(
            429,
            "",
            "Too many wrong passwords. Log in again after half an hour.",
        ),
    }
}
