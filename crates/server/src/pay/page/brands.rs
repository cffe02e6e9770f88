//! How networks are named. Names only: their artwork is theirs.

use domain::Brand;

use crate::pay::words::Words;

/// The name of a network, in full.
pub(super) fn brand_name(brand: Brand, words: &Words) -> &'static str {
    match brand {
        Brand::Amex => "American Express",
        Brand::Diners => "Diners Club",
        Brand::Unknown => words.receipt.other_card,
        Brand::Discover | Brand::Jcb | Brand::Mastercard | Brand::UnionPay | Brand::Visa => {
            chip_name(brand)
        }
    }
}

/// The name of a network where there is little room.
pub(super) fn chip_name(brand: Brand) -> &'static str {
    match brand {
        Brand::Amex => "Amex",
        Brand::Diners => "Diners",
        Brand::Discover => "Discover",
        Brand::Jcb => "JCB",
        Brand::Mastercard => "Mastercard",
        Brand::UnionPay => "UnionPay",
        Brand::Visa => "Visa",
        Brand::Unknown => "",
    }
}
