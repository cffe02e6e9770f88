//! The one table from causes to what the outside is told. No public code exists anywhere else.
//!
//! The names are those of Stripe's API, so that its clients understand them; the words are ours. In
//! a sentence `{param}` stands for the parameter and `{detail}` for what the cause adds.

use domain::payment::{PaymentError, PaymentStatus};
use domain::{DeclineReason, PayoutStatus, Refusal};

use super::access::{AccessFault, no_access};
use crate::form::FaultKind;

/// Everything that can go wrong, as far as the outside may know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The rules of money say no.
    Refused(Refusal),
    /// A payment was not made.
    Payment(PaymentError),
    /// A parameter or the body is wrong.
    Request(FaultKind),
    /// Card data that cannot be right, found before anybody was asked.
    Card(CardFault),
    /// Who asks, or what they may do.
    Access(AccessFault),
    /// There is no such address.
    PathUnknown,
    /// An operation of Stripe's that this service does not have; the detail is which.
    OperationUnsupported,
    /// The address does not take this method.
    MethodUnknown,
    /// The key was used for another request.
    KeyReused,
    /// The first request with this key is still running.
    KeyInUse,
    /// The same record is changed by too many requests at once.
    Busy,
    /// The key makes too many requests.
    RateLimited,
    /// A field that is no id of an object; the detail is its path.
    NotExpandable,
    /// A defect, or a broken machine. Nothing of it is told.
    Internal,
}

/// What is wrong with card data on its face.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CardFault {
    /// No card number (ISO/IEC 7812): wrong digits, length or check digit.
    Number,
    /// No month.
    ExpiryMonth,
    /// No year that a card can have.
    ExpiryYear,
    /// The card is over.
    Expired,
    /// No security code.
    Cvc,
}

impl CardFault {
    /// Every fault, in the order in which they are checked.
    #[cfg(test)]
    pub(crate) const ALL: &'static [Self] = &[
        Self::Number,
        Self::ExpiryMonth,
        Self::ExpiryYear,
        Self::Expired,
        Self::Cvc,
    ];
}

/// The kinds of errors that Stripe's clients make exceptions of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorType {
    /// Our fault.
    Api,
    /// The payer's bank, or their card.
    Card,
    /// A key used wrongly.
    Idempotency,
    /// The request.
    InvalidRequest,
}

impl ErrorType {
    /// The name on the wire.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Api => "api_error",
            Self::Card => "card_error",
            Self::Idempotency => "idempotency_error",
            Self::InvalidRequest => "invalid_request_error",
        }
    }
}

/// One line of the table. An empty text means that there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// The HTTP status.
    pub status: u16,
    /// The kind.
    pub kind: ErrorType,
    /// What programs look at.
    pub code: &'static str,
    /// Why the card was declined.
    pub decline_code: &'static str,
    /// The parameter that is usually meant.
    pub param: &'static str,
    /// What people read.
    pub message: &'static str,
    /// Whether the same request may be sent again at once (`Stripe-Should-Retry`).
    pub is_retryable: bool,
}

impl Row {
    pub(super) const fn invalid(status: u16, code: &'static str, message: &'static str) -> Self {
        Self {
            status,
            kind: ErrorType::InvalidRequest,
            code,
            decline_code: "",
            param: "",
            message,
            is_retryable: false,
        }
    }

    const fn card(code: &'static str, decline_code: &'static str, message: &'static str) -> Self {
        let row = Self::invalid(402, code, message);
        Self {
            kind: ErrorType::Card,
            decline_code,
            ..row
        }
    }

    pub(super) const fn of(self, param: &'static str) -> Self {
        Self { param, ..self }
    }
}

/// What the outside is told of `cause`.
pub(crate) const fn row(cause: Cause) -> Row {
    match cause {
        Cause::Refused(refusal) => refused(refusal),
        Cause::Payment(PaymentError::Declined(reason)) => declined(reason),
        Cause::Payment(PaymentError::Processing) => declined(DeclineReason::ProcessingError),
        Cause::Payment(PaymentError::AuthenticationFailed) => Row::card(
            "payment_intent_authentication_failure",
            "",
            "The payer could not be authenticated. Try again, or use another card.",
        ),
        Cause::Request(kind) => faulty(kind),
        Cause::Card(fault) => wrong_card(fault),
        Cause::Access(fault) => no_access(fault),
        Cause::PathUnknown => Row::invalid(404, "", "There is nothing at this address: {detail}"),
        Cause::OperationUnsupported => Row::invalid(
            404,
            "",
            "This service does not support this operation: {detail}. What it supports is at \
             /openapi.json.",
        ),
        Cause::MethodUnknown => Row::invalid(405, "", "This address does not take {detail}."),
        Cause::KeyReused => Row {
            kind: ErrorType::Idempotency,
            ..Row::invalid(
                400,
                "",
                "This idempotency key was used for another request. Use a new key, or repeat the \
                 first request exactly.",
            )
        },
        Cause::KeyInUse => Row {
            kind: ErrorType::Idempotency,
            is_retryable: true,
            ..Row::invalid(
                409,
                "idempotency_key_in_use",
                "Another request with this idempotency key is still running. Try again.",
            )
        },
        Cause::Busy => Row {
            is_retryable: true,
            ..Row::invalid(
                429,
                "lock_timeout",
                "This object is being changed by other requests. Try again.",
            )
        },
        Cause::RateLimited => Row {
            is_retryable: true,
            ..Row::invalid(
                429,
                "rate_limit",
                "This key makes more requests than this service allows it. Slow down.",
            )
        },
        Cause::NotExpandable => Row::invalid(400, "", "This cannot be expanded: {detail}"),
        Cause::Internal => Row {
            kind: ErrorType::Api,
            ..Row::invalid(
                500,
                "",
                "Something went wrong on our side. The Request-Id header says where to look.",
            )
        },
    }
}

const fn refused(refusal: Refusal) -> Row {
    match refusal {
        Refusal::UnexpectedStatus(status) => {
            Row::invalid(400, "payment_intent_unexpected_state", unexpected(status))
        }
        Refusal::AmountTooSmall => Row::invalid(
            400,
            "amount_too_small",
            "The amount must be at least 1 in the smallest unit of the currency.",
        )
        .of("amount"),
        Refusal::AmountTooLarge => Row::invalid(
            400,
            "amount_too_large",
            "The amount must be at most 99999999 in the smallest unit of the currency.",
        )
        .of("amount"),
        Refusal::CurrencyNotTaken => Row::invalid(
            400,
            "",
            "This merchant does not take payments in that currency.",
        )
        .of("currency"),
        Refusal::PaymentMethodMissing => Row::invalid(
            400,
            "payment_intent_unexpected_state",
            "The payment has no payment method yet. Confirm it with one, or update it first.",
        )
        .of("payment_method"),
        Refusal::PaymentMethodOfNobody => Row::invalid(
            400,
            "",
            "The payment method is not attached to a customer, so it cannot be detached.",
        )
        .of("payment_method"),
        Refusal::PaymentMethodOfAnotherCustomer => Row::invalid(
            400,
            "payment_method_invalid_parameter",
            "This payment method is kept for another customer.",
        )
        .of("payment_method"),
        Refusal::TestCardInLiveMode => Row::card(
            "card_declined",
            "live_mode_test_card",
            "The card was declined: it is a test card, and this is a payment with real money.",
        ),
        Refusal::RealCardInTestMode => Row::card(
            "card_declined",
            "test_mode_live_card",
            "The card was declined: it is a real card, and this is a test. Use a test card.",
        ),
        Refusal::LiveModeNotConfigured => Row::invalid(
            400,
            "testmode_charges_only",
            "No acquirer is configured for real money. Use test keys.",
        ),
        Refusal::AmountAboveCapturable => Row::invalid(
            400,
            "amount_too_large",
            "The amount is more than can be captured.",
        )
        .of("amount_to_capture"),
        Refusal::PriceInactive => Row::invalid(
            400,
            "",
            "The price cannot be used: it, or its product, is not active.",
        )
        .of("price"),
        Refusal::PriceRecurring => Row::invalid(
            400,
            "",
            "The price is recurring, and this is paid once. Use a price without `recurring`.",
        )
        .of("price"),
        Refusal::PriceOfAnotherProduct => Row::invalid(
            400,
            "",
            "The default price must be an active price of this product.",
        )
        .of("default_price"),
        Refusal::PriceIsDefault => Row::invalid(
            400,
            "",
            "The price cannot be archived while it is the default price of its product.",
        )
        .of("active"),
        Refusal::LookupKeyTaken => Row::invalid(
            400,
            "resource_already_exists",
            "Another price has this lookup key. Send transfer_lookup_key=true to take it over.",
        )
        .of("lookup_key"),
        Refusal::ProductHasPrices => Row::invalid(
            400,
            "",
            "The product cannot be deleted because it has prices. Set active=false instead.",
        )
        .of("id"),
        Refusal::PaymentLinkClosed => Row::invalid(
            400,
            "",
            "The payment link takes no more payments: it is not active, or as many have been made \
             as it allows.",
        ),
        Refusal::CurrenciesMixed => {
            Row::invalid(400, "", "All line items must be in one currency.").of("line_items")
        }
        Refusal::NothingToRefund => Row::invalid(
            400,
            "charge_not_refundable",
            "No money was taken that could be given back.",
        ),
        Refusal::AlreadyRefunded => Row::invalid(
            400,
            "charge_already_refunded",
            "All of this payment was given back already.",
        ),
        Refusal::EndpointsTooMany => Row::invalid(
            400,
            "",
            "This merchant has 16 webhook endpoints, and there can be no more. Remove one first.",
        ),
        Refusal::EndpointDisabled => Row::invalid(
            400,
            "",
            "This webhook endpoint is disabled. Enable it first: `disabled=false`.",
        ),
        Refusal::AmountAboveRefundable => Row::invalid(
            400,
            "amount_too_large",
            "The amount is more than is left to give back.",
        )
        .of("amount"),
        Refusal::ExpiryOutOfBounds => Row::invalid(
            400,
            "",
            "The parameter {param} is not a valid time between 30 minutes and 24 hours from now.",
        )
        .of("expires_at"),
        Refusal::BalanceInsufficient => Row::invalid(
            400,
            "balance_insufficient",
            "The balance has less than this available in that currency.",
        )
        .of("amount"),
        Refusal::PayoutEnded(status) => Row::invalid(400, "", ended(status)),
        Refusal::TooManyPairs => row(Cause::Request(FaultKind::MetadataPairs)).of("metadata"),
    }
}

const fn ended(status: PayoutStatus) -> &'static str {
    match status {
        PayoutStatus::Pending => "The payout has not left yet.",
        PayoutStatus::Paid => "The payout has left and cannot be taken back.",
        PayoutStatus::Failed => "The payout failed; its money is in the balance again.",
        PayoutStatus::Canceled => "The payout was canceled already.",
    }
}

const fn unexpected(status: PaymentStatus) -> &'static str {
    match status {
        PaymentStatus::RequiresPaymentMethod => {
            "The payment cannot do this while it is requires_payment_method."
        }
        PaymentStatus::RequiresConfirmation => {
            "The payment cannot do this while it is requires_confirmation."
        }
        PaymentStatus::RequiresAction => "The payment cannot do this while it is requires_action.",
        PaymentStatus::Processing => "The payment cannot do this while it is processing.",
        PaymentStatus::RequiresCapture => {
            "The payment cannot do this while it is requires_capture."
        }
        PaymentStatus::Succeeded => "The payment cannot do this: it is succeeded already.",
        PaymentStatus::Canceled => "The payment cannot do this: it is canceled.",
    }
}

/// The payer is not told that a card was reported lost or stolen: it may be a thief who asks.
const DECLINED: &str = "The card was declined.";

const fn declined(reason: DeclineReason) -> Row {
    let code = reason.as_str();
    match reason {
        DeclineReason::ExpiredCard => Row::card(code, "", "The card has expired.").of("exp_month"),
        DeclineReason::IncorrectCvc => {
            Row::card(code, "", "The card's security code is incorrect.").of("cvc")
        }
        DeclineReason::IncorrectNumber => {
            Row::card(code, "", "The card number is incorrect.").of("number")
        }
        DeclineReason::ProcessingError => Row::card(
            code,
            "",
            "The card could not be charged just now, and no money was taken. Try again.",
        ),
        DeclineReason::AuthenticationRequired => Row::card(
            code,
            code,
            "The card was declined: the bank wants the payer to be authenticated.",
        ),
        DeclineReason::InsufficientFunds => {
            Row::card("card_declined", code, "The card has insufficient funds.")
        }
        DeclineReason::CardNotSupported => Row::card(
            "card_declined",
            code,
            "The card does not support this kind of purchase.",
        ),
        DeclineReason::PartialApproval => Row::card(
            "card_declined",
            code,
            "The bank agreed to a part of the amount only, and that part was given back.",
        ),
        DeclineReason::CallIssuer
        | DeclineReason::DoNotHonor
        | DeclineReason::Fraudulent
        | DeclineReason::GenericDecline
        | DeclineReason::InvalidAmount
        | DeclineReason::IssuerNotAvailable
        | DeclineReason::LostCard
        | DeclineReason::PickupCard
        | DeclineReason::StolenCard
        | DeclineReason::TransactionNotFound
        | DeclineReason::TransactionNotAllowed
        | DeclineReason::WithdrawalCountLimitExceeded => Row::card("card_declined", code, DECLINED),
    }
}

const fn wrong_card(fault: CardFault) -> Row {
    match fault {
        CardFault::Number => {
            Row::card("incorrect_number", "", "The card number is incorrect.").of("number")
        }
        CardFault::ExpiryMonth => Row::card(
            "invalid_expiry_month",
            "",
            "The month in which the card expires is not a month.",
        )
        .of("exp_month"),
        CardFault::ExpiryYear => Row::card(
            "invalid_expiry_year",
            "",
            "The year in which the card expires is not a year of a card.",
        )
        .of("exp_year"),
        CardFault::Expired => {
            Row::card("expired_card", "", "The card has expired.").of("exp_month")
        }
        CardFault::Cvc => Row::card(
            "invalid_cvc",
            "",
            "The card's security code has three digits, or four on American Express.",
        )
        .of("cvc"),
    }
}

const fn faulty(kind: FaultKind) -> Row {
    match kind {
        FaultKind::Missing => bad("parameter_missing", "The parameter {param} is required."),
        FaultKind::Unknown => bad("parameter_unknown", "There is no parameter {param}."),
        FaultKind::Repeated => bad("", "The parameter {param} was sent more than once."),
        FaultKind::Empty => bad(
            "parameter_invalid_empty",
            "The parameter {param} cannot be empty: leave it out, or give it a value.",
        ),
        FaultKind::Blank => bad(
            "parameter_invalid_string_blank",
            "The parameter {param} must hold more than spaces.",
        ),
        FaultKind::TooLong => bad(
            "",
            "The parameter {param} must have at most {detail} characters.",
        ),
        FaultKind::InvalidInteger => bad(
            "parameter_invalid_integer",
            "The parameter {param} must be a whole number.",
        ),
        FaultKind::Invalid => bad("", "The parameter {param} is not a valid {detail}."),
        FaultKind::UrlInvalid => bad("url_invalid", "The parameter {param} is refused: {detail}."),
        FaultKind::NotOneOf => bad("", "The parameter {param} must be one of: {detail}."),
        FaultKind::NotText => bad("", "The parameter {param} must be a single value."),
        FaultKind::NotObject => bad("", "The parameter {param} must be an object."),
        FaultKind::NotList => bad("", "The parameter {param} must be a list."),
        FaultKind::NoSuch => Row::invalid(404, "resource_missing", "No such {detail}"),
        FaultKind::MetadataKey => bad(
            "",
            "A key of the metadata, {param}, must have between 1 and 40 characters.",
        ),
        FaultKind::MetadataPairs => bad("", "{param} can hold at most 50 keys."),
        FaultKind::Exclusive => bad(
            "parameters_exclusive",
            "The parameters {param} and {detail} exclude each other.",
        ),
        FaultKind::Query => bad("", "The search in {param} cannot be understood: {detail}."),
        FaultKind::MalformedName => bad("", "The brackets of the parameter {param} do not match."),
        FaultKind::MalformedText => bad(
            "",
            "The request is not encoded as a form: a percent sign needs two digits, and the text \
             must be UTF-8.",
        ),
        FaultKind::MalformedJson => bad("", "The body is not a JSON object."),
        FaultKind::TooMany => bad("", "The request has too many parameters."),
        FaultKind::TooDeep => bad("", "The parameter {param} is nested too deep."),
        FaultKind::TooLarge => Row::invalid(413, "", "The request is too large."),
        FaultKind::UnsupportedEncoding => Row::invalid(
            415,
            "",
            "The body must be application/x-www-form-urlencoded or application/json.",
        ),
    }
}

const fn bad(code: &'static str, message: &'static str) -> Row {
    Row::invalid(400, code, message)
}
