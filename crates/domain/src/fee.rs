//! What the service takes of each payment: a share and a fixed part, in force from a moment on.
//!
//! Whole minor units only; there is no float and no other rounding than the one stated at
//! [`FeeRule::on`]. A rule is never changed: a later one follows it, so a fee that was taken stays
//! what it was. A fee is not given back when the money is, as with Stripe.

use crate::{Money, Timestamp};

/// One basis point is a ten-thousandth.
const WHOLE: i64 = 10_000;

/// The largest fixed part, in minor units.
const FIXED_MINOR_MAX: i64 = 1_000_000;

/// How much is taken from some moment on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeeRule {
    basis_points: i64,
    fixed_minor: i64,
    effective_at: Timestamp,
}

impl FeeRule {
    /// A share of 0 to 10,000 basis points and a fixed part of 0 to 1,000,000 minor units of
    /// whatever currency is paid in. `None` when one of them is out of bounds.
    pub fn new(basis_points: i64, fixed_minor: i64, effective_at: Timestamp) -> Option<Self> {
        let is_good =
            (0..=WHOLE).contains(&basis_points) && (0..=FIXED_MINOR_MAX).contains(&fixed_minor);
        is_good.then_some(Self {
            basis_points,
            fixed_minor,
            effective_at,
        })
    }

    /// The share, in basis points.
    pub const fn basis_points(&self) -> i64 {
        self.basis_points
    }

    /// The fixed part, in minor units.
    pub const fn fixed_minor(&self) -> i64 {
        self.fixed_minor
    }

    /// From when on it counts.
    pub const fn effective_at(&self) -> Timestamp {
        self.effective_at
    }

    /// The fee on what was `taken`: the share, half a minor unit rounded up, then the fixed part,
    /// and never more than was taken. `None` when it is nothing.
    pub fn on(&self, taken: Money) -> Option<Money> {
        let share = taken
            .minor
            .saturating_mul(self.basis_points)
            .saturating_add(WHOLE / 2)
            / WHOLE;
        let fee = share.saturating_add(self.fixed_minor).min(taken.minor);
        (fee > 0).then(|| taken.with_minor(fee))
    }
}

/// Every rule a merchant has had. Without any, nothing is taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeeRules(Vec<FeeRule>);

impl FeeRules {
    /// The rules of one merchant, in any order.
    pub fn new(mut rules: Vec<FeeRule>) -> Self {
        rules.sort_by_key(FeeRule::effective_at);
        Self(rules)
    }

    /// The rule in force at `time`, if there is one.
    pub fn at(&self, time: Timestamp) -> Option<&FeeRule> {
        let mut latest_first = self.0.iter().rev();
        latest_first.find(|rule| rule.effective_at <= time)
    }

    /// The rule that comes last, in force already or not.
    pub fn last(&self) -> Option<&FeeRule> {
        self.0.last()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Currency;

    fn check(basis_points: i64, fixed: i64, taken: i64, expect: i64) {
        let rule = FeeRule::new(basis_points, fixed, Timestamp::default()).unwrap();
        let fee = rule.on(Money::new(taken, Currency::EUR));
        let fee = fee.map_or(0, |fee| fee.minor);
        assert_eq!(fee, expect, "{basis_points} and {fixed} on {taken}");
    }

    #[test]
    fn a_share_is_rounded_half_up_before_the_fixed_part() {
        check(0, 0, 1250, 0);
        check(150, 25, 1250, 44); // 18.75 + 25
        check(150, 0, 33, 0); // 0.495
        check(150, 0, 34, 1); // 0.51
        check(100, 0, 50, 1); // exactly a half
        check(100, 0, 49, 0);
        check(10_000, 0, 1250, 1250);
    }

    #[test]
    fn a_fee_is_never_above_what_was_taken() {
        check(0, 25, 10, 10);
        check(10_000, 25, 1250, 1250);
        check(1, 1_000_000, 1, 1);
    }

    #[test]
    fn what_no_rule_can_be_is_refused() {
        let now = Timestamp::default();
        for (basis_points, fixed) in [(-1, 0), (10_001, 0), (0, -1), (0, 1_000_001)] {
            assert_eq!(FeeRule::new(basis_points, fixed, now), None);
        }
    }

    #[test]
    fn a_rule_counts_from_its_moment_until_the_next() {
        let at = Timestamp::from_seconds;
        let rule = |fixed, seconds| FeeRule::new(0, fixed, at(seconds)).unwrap();
        let rules = FeeRules::new(vec![rule(20, 200), rule(10, 100)]);
        let fixed = |seconds| rules.at(at(seconds)).map(FeeRule::fixed_minor);
        assert_eq!(fixed(99), None);
        assert_eq!((fixed(100), fixed(199)), (Some(10), Some(10)));
        assert_eq!((fixed(200), fixed(9_999)), (Some(20), Some(20)));
        assert_eq!(rules.last(), Some(&rule(20, 200)));
        assert_eq!(FeeRules::default().at(at(0)), None);
    }

    proptest! {
        #[test]
        fn a_fee_is_the_nearest_whole_unit(
            basis_points in 0..=10_000_i64, fixed in 0..=1_000_000_i64,
            taken in 1..=crate::money::AMOUNT_MINOR_MAX,
        ) {
            let rule = FeeRule::new(basis_points, fixed, Timestamp::default()).unwrap();
            let fee = rule.on(Money::new(taken, Currency::EUR)).map_or(0, |fee| fee.minor);
            prop_assert!((0..=taken).contains(&fee));
            let is_capped = fee == taken;
            let exact = i128::from(taken) * i128::from(basis_points) + i128::from(fixed) * 10_000;
            let off = i128::from(fee) * 10_000 - exact;
            prop_assert!(is_capped || (-4_999..=5_000).contains(&off), "off by {off}");
        }
    }
}
