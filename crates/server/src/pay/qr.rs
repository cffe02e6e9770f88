//! QR codes as small SVG documents: a page's own address for a second device, a receipt to take
//! along.
//!
//! Black on white with the quiet zone of ISO/IEC 18004 in both themes, because cameras read that
//! best. Draws runs instead of single modules: a code is some 3 kB.

use std::fmt::Write;

use fast_qr::{ECL, QRBuilder, QRCode};

/// Modules of white around the code (ISO/IEC 18004, 6.3.8).
const QUIET: usize = 4;

/// The code of `text`. `None` when the text is too long for one.
pub(crate) fn svg(text: &str) -> Option<String> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
    let side = code.size + 2 * QUIET;
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" \
         shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/>\
         <path stroke=\"#000\" d=\"{}\"/></svg>",
        dark(&code)
    ))
}

/// The dark modules: a line for each horizontal run, one module wide, through the middle of its
/// row.
fn dark(code: &QRCode) -> String {
    let mut path = String::new();
    for y in 0..code.size {
        // Writing to a string does not fail.
        let _ = write!(path, "M{QUIET} {}.5", y + QUIET);
        let (mut run, mut gap) = (0_usize, 0_usize);
        for is_dark in code[y].iter().map(|module| module.value()).chain([false]) {
            if is_dark {
                run += 1;
            } else {
                if run > 0 {
                    let _ = write!(path, "m{gap} 0h{run}");
                    (run, gap) = (0, 0);
                }
                gap += 1;
            }
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: &str = "https://pay.example.test/pay/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefgh";

    #[test]
    fn the_code_is_black_on_white_with_a_quiet_zone() {
        let svg = svg(LINK).unwrap();
        assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 "));
        // The finder pattern begins right behind the quiet zone: seven dark modules.
        assert!(svg.contains("d=\"M4 4.5m0 0h7"), "{svg}");
        assert!(svg.contains("fill=\"#fff\""));
        assert!(!svg.contains("style") && !svg.contains("script"));
    }

    /// The modules that a path paints, as the fast_qr crate would list them.
    fn painted(path: &str, size: usize) -> Vec<Vec<bool>> {
        let row = |row: &str| {
            let mut modules = Vec::new();
            for step in row.split('m').skip(1) {
                let (gap, run) = step.split_once(" 0h").unwrap();
                modules.resize(modules.len() + gap.parse::<usize>().unwrap(), false);
                modules.resize(modules.len() + run.parse::<usize>().unwrap(), true);
            }
            modules.resize(size, false);
            modules
        };
        path.split('M').skip(1).map(row).collect()
    }

    #[test]
    fn what_is_painted_is_the_code() {
        let code = QRBuilder::new(LINK).ecl(ECL::M).build().unwrap();
        let expected: Vec<Vec<bool>> = (0..code.size)
            .map(|y| code[y].iter().map(|module| module.value()).collect())
            .collect();
        assert_eq!(painted(&dark(&code), code.size), expected);
    }

    #[test]
    fn a_code_is_small() {
        assert!(svg(LINK).unwrap().len() < 3_500);
    }

    #[test]
    fn a_text_too_long_has_no_code() {
        assert_eq!(svg(&"x".repeat(5_000)), None);
    }
}
