//! What a merchant sells, and for how much: products and their prices, as Stripe has them.
//!
//! A price never changes its amount, so whatever refers to one keeps it. Does not charge: a
//! recurring price is kept as data, and nothing here makes payments of it.

use crate::checkout::LineItem;
use crate::named::named_enum;
use crate::payment::Metadata;
use crate::{Money, Owner, PriceId, ProductId, Refusal, Timestamp};

named_enum! {
    /// The unit of time between two payments of a recurring price.
    pub enum Interval {
        /// A day.
        Day = "day",
        /// A week.
        Week = "week",
        /// A month.
        Month = "month",
        /// A year.
        Year = "year",
    }
}

impl Interval {
    /// How many of them may lie between two payments: three years at most, as with Stripe.
    pub const fn count_max(self) -> i64 {
        match self {
            Self::Day => 1_095,
            Self::Week => 156,
            Self::Month => 36,
            Self::Year => 3,
        }
    }
}

named_enum! {
    /// Whether tax is in the amount. Kept for the merchant; no tax is counted here.
    pub enum TaxBehavior {
        /// It comes on top.
        Exclusive = "exclusive",
        /// It is within.
        Inclusive = "inclusive",
        /// Nobody said.
        Unspecified = "unspecified",
    }
}

named_enum! {
    /// Whether a price is paid once or again and again.
    pub enum PriceType {
        /// Once.
        OneTime = "one_time",
        /// Again and again.
        Recurring = "recurring",
    }
}

/// How often a recurring price is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recurring {
    /// The unit of time.
    pub interval: Interval,
    /// How many of them, from 1 to [`Interval::count_max`].
    pub count: i64,
}

/// Something that is sold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// Its id.
    pub id: ProductId,
    /// To whom it belongs.
    pub owner: Owner,
    /// 1 when made; one more with every change, which is written only on the version before it.
    pub version: i64,
    /// Whether it can be bought.
    pub is_active: bool,
    /// What payers read.
    pub name: String,
    /// The merchant's own words about it.
    pub description: Option<String>,
    /// Addresses of up to eight pictures.
    pub images: Vec<String>,
    /// What the payer reads on their statement.
    pub statement_descriptor: Option<String>,
    /// What one of it is called.
    pub unit_label: Option<String>,
    /// Its page in the merchant's shop.
    pub url: Option<String>,
    /// The price it usually has.
    pub default_price: Option<PriceId>,
    /// The merchant's own pairs.
    pub metadata: Metadata,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

/// How much one of a product is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// Its id.
    pub id: PriceId,
    /// To whom it belongs.
    pub owner: Owner,
    /// Of what.
    pub product: ProductId,
    /// 1 when made; one more with every change, which is written only on the version before it.
    pub version: i64,
    /// Whether it can be used for something new.
    pub is_active: bool,
    /// How much one is; may be nothing.
    pub amount: Money,
    /// How often it is paid; once when `None`.
    pub recurring: Option<Recurring>,
    /// The merchant's own word for it.
    pub nickname: Option<String>,
    /// A name of the merchant's own that only one of their prices has at a time.
    pub lookup_key: Option<String>,
    /// Whether tax is in it.
    pub tax_behavior: TaxBehavior,
    /// The merchant's own pairs.
    pub metadata: Metadata,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Price {
    /// Whether it is paid once or again and again.
    pub const fn kind(&self) -> PriceType {
        match self.recurring {
            Some(_) => PriceType::Recurring,
            None => PriceType::OneTime,
        }
    }
}

/// A price with what it is the price of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Priced {
    /// How much.
    pub price: Price,
    /// Of what.
    pub product: Product,
}

impl Priced {
    /// So many of it, to be paid once.
    ///
    /// # Errors
    /// The first of: [`Refusal::PriceInactive`], when the price or its product can no longer be
    /// bought, and [`Refusal::PriceRecurring`].
    pub fn item(&self, quantity: i64) -> Result<LineItem, Refusal> {
        if !self.is_sold() {
            return Err(Refusal::PriceInactive);
        }
        if self.price.recurring.is_some() {
            return Err(Refusal::PriceRecurring);
        }
        Ok(LineItem {
            name: self.product.name.clone(),
            unit_minor: self.price.amount.minor,
            quantity,
            price: Some(self.price.id),
        })
    }

    /// Whether it can be bought.
    pub const fn is_sold(&self) -> bool {
        self.price.is_active && self.product.is_active
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payment::sample;

    fn croissant() -> Priced {
        let product = Product {
            id: ProductId::from_bytes([1; 16]),
            owner: sample::OWNER,
            version: 1,
            is_active: true,
            name: "Croissant".into(),
            description: None,
            images: Vec::new(),
            statement_descriptor: None,
            unit_label: None,
            url: None,
            default_price: None,
            metadata: Metadata::new(),
            created_at: sample::NOW,
            updated_at: sample::NOW,
        };
        let price = Price {
            id: PriceId::from_bytes([2; 16]),
            owner: sample::OWNER,
            product: product.id,
            version: 1,
            is_active: true,
            amount: sample::euros(120),
            recurring: None,
            nickname: None,
            lookup_key: None,
            tax_behavior: TaxBehavior::Unspecified,
            metadata: Metadata::new(),
            created_at: sample::NOW,
        };
        Priced { price, product }
    }

    fn monthly(mut priced: Priced) -> Priced {
        priced.price.recurring = Some(Recurring {
            interval: Interval::Month,
            count: 1,
        });
        priced
    }

    #[test]
    fn an_item_has_the_name_of_its_product_and_the_amount_of_its_price() {
        let item = croissant().item(3).unwrap();
        assert_eq!((item.name.as_str(), item.unit_minor), ("Croissant", 120));
        assert_eq!(item.total_minor(), Some(360));
        assert_eq!(item.price, Some(croissant().price.id));
    }

    #[test]
    fn what_is_no_longer_sold_cannot_be_bought() {
        let mut without_price = croissant();
        without_price.price.is_active = false;
        assert_eq!(without_price.item(1), Err(Refusal::PriceInactive));
        let mut without_product = croissant();
        without_product.product.is_active = false;
        assert_eq!(without_product.item(1), Err(Refusal::PriceInactive));
    }

    #[test]
    fn a_recurring_price_is_not_paid_once() {
        let priced = monthly(croissant());
        assert_eq!(priced.price.kind(), PriceType::Recurring);
        assert_eq!(priced.item(1), Err(Refusal::PriceRecurring));
        assert_eq!(croissant().price.kind(), PriceType::OneTime);
    }

    #[test]
    fn of_two_faults_the_first_is_always_named() {
        let mut priced = monthly(croissant());
        priced.price.is_active = false;
        assert_eq!(priced.item(1), Err(Refusal::PriceInactive));
    }

    #[test]
    fn three_years_lie_between_two_payments_at_most() {
        let counts = Interval::ALL.iter().map(|interval| interval.count_max());
        assert_eq!(counts.collect::<Vec<_>>(), [1_095, 156, 36, 3]);
    }
}
