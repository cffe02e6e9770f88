//! The page in English. Owns no logic.

use super::{
    Advice, CardForm, ChallengeWords, ClosedWords, Elsewhere, FaultWords, Progress, Reasons,
    ReceiptWords, Shell, Words,
};

pub(super) static WORDS: Words = Words {
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    date_and_time: |day, month, year, time| {
        format!("{day}\u{a0}{month}\u{a0}{year} at\u{a0}{time}")
    },
    shell: Shell {
        test_band: "TEST MODE — no real money",
        handled_for: |merchant| format!("Payment handled by Encaisse for {merchant}."),
        handled: "Payments handled by Encaisse.",
        legal: "Legal notice",
        language_name: "English",
    },
    form: CardForm {
        title: |amount| format!("Pay {amount}"),
        title_refused: |amount| format!("Payment refused — Pay {amount}"),
        title_faulty: |amount| format!("To correct — Pay {amount}"),
        items: |count| format!("{count}\u{a0}items"),
        heading: "By card",
        accepted: "Cards accepted",
        number: "Card number",
        expiry: "Expiry (MM/YY)",
        expiry_example: "MM / YY",
        code: "Security code",
        code_three: "3\u{a0}digits on the back",
        code_four: "4\u{a0}digits on the front",
        holder: "Name on card",
        pay: |amount| format!("Pay {amount}"),
        paying: "Paying…",
        slow: "Your bank is taking its time. Keep this page open.",
        offline: "No answer. Keep this page open: we are checking whether the payment went \
                  through.",
        give_up: |merchant| format!("Cancel and return to {merchant}"),
        time_left: |time| format!("{time} left to pay."),
        time_short: "Less than two minutes left to pay.",
        test_card: "Test card: 4242\u{a0}4242\u{a0}4242\u{a0}4242, any future date, any code.",
    },
    faults: FaultWords {
        summary: "Correct what is marked below, then pay. Nothing was charged.",
        number_missing: "Enter the card number.",
        number_incomplete: "Some digits are missing. Check the number on the card.",
        number_wrong: "This number has a mistake. Check it on the card.",
        expiry_missing: "Enter the expiry date.",
        expiry_incomplete: "Enter the month and the year, for example 05\u{a0}/\u{a0}28.",
        expiry_wrong: "There is no such date. Enter the month and year on the card.",
        expiry_past: "This card has expired. Use another card.",
        code_missing: "Enter the security code.",
        code_wrong: "Check the code on the card.",
        code_three: "Enter the 3\u{a0}digits on the back of the card.",
        code_four: "Enter the 4\u{a0}digits on the front of the card.",
        holder: "Enter the name as it is written on the card.",
    },
    reasons: REASONS,
    elsewhere: Elsewhere {
        heading: "Pay with your phone",
        hint: "Scan this code to open this page.",
        qr: "QR code of this page",
        link: "Link to this page",
        copy: "Copy the link",
        copied: "Link copied",
    },
    progress: Progress {
        processing: Advice {
            happened: "Your bank is looking at the payment",
            next: "The answer will show here in a moment. Keep this page open.",
        },
        unknown: Advice {
            happened: "We do not know yet whether your payment went through",
            next: "The bank’s answer was lost and we are finding out. Do not pay a second time: \
                   this page will tell you what became of it.",
        },
        refresh: "Refresh the page",
        action: Advice {
            happened: "Your bank asks you to confirm",
            next: "Confirm this payment with your bank; you will come back here afterwards.",
        },
        go: "Continue to my bank",
        failed: Advice {
            happened: "This page could not be prepared",
            next: "Refresh it to see where the payment stands before you pay again.",
        },
        missing: Advice {
            happened: "There is no payment at this address",
            next: "Check the link, or ask the merchant for a new one.",
        },
    },
    receipt: ReceiptWords {
        paid: "Paid",
        held: "Amount reserved",
        held_hint: "The amount is reserved on your card. It will be charged when the merchant \
                    confirms it.",
        title: "Receipt",
        date: "Date",
        card: "Card",
        ending: |last4| format!("ending in {last4}"),
        other_card: "Card",
        reference: "Reference",
        refunded: "Refunded",
        keep: "Open the receipt",
        print: "Print the receipt",
        go_on: |merchant| format!("Return to {merchant}"),
        going_on: "You will be taken there in a moment.",
    },
    closed: ClosedWords {
        expired: Advice {
            happened: "This payment link has expired",
            next: "Nothing was charged. Ask the merchant for a new link.",
        },
        canceled: Advice {
            happened: "This payment was cancelled",
            next: "There is nothing to pay with this link. If you have a question, ask the \
                   merchant.",
        },
        used: Advice {
            happened: "This payment link is taken",
            next: "It has been paid, or somebody is paying with it now. Your card was not charged. \
                   If you need another link, ask the merchant.",
        },
        ended: Advice {
            happened: "This payment link is no longer available",
            next: "Nothing was charged. Ask the merchant for a new link.",
        },
    },
    challenge: ChallengeWords {
        band: "SIMULATION — this is not a bank",
        title: "Simulated authentication",
        hint: "With a real card, your bank’s page would open here. Choose what it would answer.",
        amount: "Amount",
        payee: "Merchant",
        confirm: |amount| format!("Confirm {amount}"),
        refuse: "Refuse the payment",
    },
};

const REASONS: Reasons = Reasons {
    refused: Advice {
        happened: "Your bank refused the payment.",
        next: "Nothing was charged. Try another card, or call your bank.",
    },
    call: Advice {
        happened: "Your bank wants to speak with you before it accepts the payment.",
        next: "Nothing was charged. Call them, or try another card.",
    },
    funds: Advice {
        happened: "Your bank refused the payment for lack of funds.",
        next: "Nothing was charged. Try another card.",
    },
    limit: Advice {
        happened: "Your card has reached its limit.",
        next: "Nothing was charged. Try another card, or ask your bank to raise the limit.",
    },
    expired: Advice {
        happened: "Your bank refused the card because it has expired.",
        next: "Nothing was charged. Check the date, or try another card.",
    },
    code: Advice {
        happened: "The security code does not match the card.",
        next: "Nothing was charged. Check the code, then pay.",
    },
    number: Advice {
        happened: "This card number is not recognised.",
        next: "Nothing was charged. Check the number, then pay.",
    },
    unsupported: Advice {
        happened: "Your card does not allow this payment.",
        next: "Nothing was charged. Try another card.",
    },
    partial: Advice {
        happened: "Your bank accepted only a part of the amount.",
        next: "Nothing was charged. Try another card.",
    },
    authentication: Advice {
        happened: "Your bank did not receive your confirmation.",
        next: "Nothing was charged. Pay again and confirm with them, or try another card.",
    },
    technical: Advice {
        happened: "The payment could not go through for a technical reason.",
        next: "Your card is not charged. You can try again.",
    },
    test_card: Advice {
        happened: "This is a test card.",
        next: "Pay with a card of your own.",
    },
    real_card: Advice {
        happened: "In test mode, only test cards are accepted.",
        next: "Your card was not used. Take the test card below.",
    },
};
