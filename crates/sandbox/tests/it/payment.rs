//! The messages of a shop, written from the specification: each is data, and becomes bytes.

use std::sync::atomic::{AtomicU32, Ordering};

use iso8583::{Builder, Dialect, Mti, Version};

static NEXT_STAN: AtomicU32 = AtomicU32::new(1);

pub(crate) const TERMINAL: &str = "TERM0001";

/// What a message says. Fresh ones have their own trace number and reference.
#[derive(Clone, Debug)]
pub(crate) struct Payment {
    pub(crate) mti: Mti,
    pub(crate) processing: &'static str,
    pub(crate) card: Option<&'static str>,
    pub(crate) amount_minor: u64,
    pub(crate) stan: u32,
    pub(crate) time: &'static str,
    pub(crate) rrn: String,
    pub(crate) merchant: &'static str,
    pub(crate) currency: &'static str,
    pub(crate) code: Option<&'static str>,
    /// Indicator, reference and value of an authentication.
    pub(crate) authentication: Option<[String; 3]>,
    /// Type, trace number and time of the original.
    pub(crate) original: Option<(&'static str, u32, &'static str)>,
}

impl Payment {
    fn new(mti: Mti, card: Option<&'static str>, amount_minor: u64) -> Payment {
        let stan = NEXT_STAN.fetch_add(1, Ordering::Relaxed);
        Payment {
            mti,
            processing: "000000",
            card,
            amount_minor,
            stan,
            time: "1122123456",
            rrn: format!("{:012}", 532_612_000_000_u64 + u64::from(stan)),
            merchant: "MERCHANT0000001",
            currency: "978",
            code: None,
            authentication: None,
            original: None,
        }
    }

    pub(crate) fn purchase(card: &'static str, amount_minor: u64) -> Payment {
        Payment::new(Mti::FINANCIAL_REQUEST, Some(card), amount_minor)
    }

    pub(crate) fn authorization(card: &'static str, amount_minor: u64) -> Payment {
        Payment::new(Mti::AUTHORIZATION_REQUEST, Some(card), amount_minor)
    }

    pub(crate) fn refund(card: &'static str, amount_minor: u64) -> Payment {
        let request = Payment::new(Mti::FINANCIAL_REQUEST, Some(card), amount_minor);
        Payment {
            processing: "200000",
            ..request
        }
    }

    /// The capture of this authorisation.
    pub(crate) fn capture(&self, amount_minor: u64) -> Payment {
        let advice = Payment::new(Mti::FINANCIAL_ADVICE, None, amount_minor);
        Payment {
            rrn: self.rrn.clone(),
            original: Some(self.reference()),
            ..advice
        }
    }

    /// The reversal of this message.
    pub(crate) fn reversal(&self) -> Payment {
        let advice = Payment::new(Mti::REVERSAL_ADVICE, self.card, self.amount_minor);
        Payment {
            rrn: self.rrn.clone(),
            original: Some(self.reference()),
            ..advice
        }
    }

    /// The refund of this payment.
    pub(crate) fn refund_of(&self, amount_minor: u64) -> Payment {
        let refund = Payment::refund(self.card.unwrap(), amount_minor);
        Payment {
            original: Some(self.reference()),
            ..refund
        }
    }

    /// The same advice, once more.
    pub(crate) fn repeated(&self) -> Payment {
        Payment {
            mti: self.mti.repeat(),
            ..self.clone()
        }
    }

    pub(crate) fn with_code(self, code: &'static str) -> Payment {
        Payment {
            code: Some(code),
            ..self
        }
    }

    pub(crate) fn authenticated(self, indicator: &str, reference: &str, value: &str) -> Payment {
        let authentication = [indicator, reference, value].map(ToOwned::to_owned);
        Payment {
            authentication: Some(authentication),
            ..self
        }
    }

    fn reference(&self) -> (&'static str, u32, &'static str) {
        let mti = if self.mti == Mti::AUTHORIZATION_REQUEST {
            "0100"
        } else {
            "0200"
        };
        (mti, self.stan, self.time)
    }

    /// The message in a dialect.
    pub(crate) fn bytes(&self, dialect: &'static Dialect) -> Vec<u8> {
        let mut builder = Builder::new(dialect, self.mti);
        builder.set(3, self.processing).unwrap();
        builder.set_number(4, self.amount_minor).unwrap();
        builder.set(7, self.time).unwrap();
        builder.set_number(11, u64::from(self.stan)).unwrap();
        builder.set(37, self.rrn.as_str()).unwrap();
        builder
            .set(41, TERMINAL)
            .unwrap()
            .set(42, self.merchant)
            .unwrap();
        builder.set(49, self.currency).unwrap();
        if let Some(card) = self.card {
            builder.set(2, card).unwrap().set(14, "2912").unwrap();
        }
        if let Some(code) = self.code {
            builder.set_sub(48, 92, code).unwrap();
        }
        if let Some([indicator, reference, value]) = &self.authentication {
            builder.set_sub(48, 42, indicator.as_str()).unwrap();
            builder.set_sub(48, 71, reference.as_str()).unwrap();
            builder.set_sub(48, 43, value.as_str()).unwrap();
        }
        if dialect.version == Version::V1993 {
            self.write_1993(&mut builder);
        } else {
            self.write_1987(&mut builder);
        }
        let mut bytes = Vec::new();
        builder.encode(&mut bytes).unwrap();
        bytes
    }

    fn write_1987(&self, builder: &mut Builder<'_>) {
        if let Some((mti, stan, time)) = self.original {
            builder
                .set_sub(90, 1, mti)
                .unwrap()
                .set_sub(90, 3, time)
                .unwrap();
            builder.set_sub(90, 2, format!("{stan:06}")).unwrap();
        }
    }

    fn write_1993(&self, builder: &mut Builder<'_>) {
        builder.set(12, format!("25{}", self.time)).unwrap();
        if let Some((mti, stan, time)) = self.original {
            builder.set_sub(56, 1, format!("1{}", &mti[1..])).unwrap();
            builder.set_sub(56, 2, format!("{stan:06}")).unwrap();
            builder.set_sub(56, 3, format!("25{time}")).unwrap();
            builder.set_sub(56, 4, "10031").unwrap();
        }
    }
}
