//! What every rendered page holds to, whatever it shows. Reads the HTML as text: no parser, no
//! browser.

use super::*;
use crate::pay::decline::every_setback;
use crate::pay::sample::{self, TOKEN, declined, item, payable, receipt, screens};
use crate::pay::screen::{Payable, Receipt};
use domain::{Brand, Currency, DeclineReason, Money};

fn page(screen: &Screen, language: Language) -> String {
    render(&sample::frame(language), screen).unwrap()
}

fn every_page() -> Vec<(String, String)> {
    let named = |language: Language| {
        screens().into_iter().map(move |(name, screen)| {
            (
                format!("{name}.{}", language.tag()),
                page(&screen, language),
            )
        })
    };
    Language::ALL.into_iter().flat_map(named).collect()
}

/// The tags of that name.
fn tags<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let parts = html
        .split('<')
        .skip(1)
        .filter_map(|part| part.split('>').next());
    parts
        .filter(|tag| tag.split([' ', '\n']).next() == Some(name))
        .collect()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!("{name}=\""))?;
    rest.split('"').next()
}

/// The tag of the input with that id.
fn input<'a>(html: &'a str, id: &str) -> &'a str {
    let inputs = tags(html, "input");
    inputs
        .into_iter()
        .find(|tag| attribute(tag, "id") == Some(id))
        .unwrap()
}

/// What people read: the texts between tags and the sentences in attributes.
fn sentences(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    for part in html.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap();
        found.push(text.trim().to_owned());
        for name in ["alt", "placeholder", "aria-label", "title"] {
            found.extend(attribute(tag, name).map(str::to_owned));
        }
        let data = tag
            .split(" data-")
            .skip(1)
            .filter_map(|rest| rest.split('"').nth(1));
        found.extend(data.map(str::to_owned));
    }
    found.retain(|text| !text.is_empty());
    found
}

#[test]
fn nothing_is_written_inside_a_page_that_runs_or_paints() {
    for (name, html) in every_page() {
        for tag in html
            .split('<')
            .skip(1)
            .filter_map(|part| part.split('>').next())
        {
            assert!(
                !tag.contains(" style=") && !tag.starts_with("style"),
                "{name}: {tag}"
            );
            let is_handler = |rest: &str| {
                let name = rest.split('=').next().filter(|_| rest.contains("=\""));
                name.is_some_and(|name| name.bytes().all(|byte| byte.is_ascii_lowercase()))
            };
            assert!(!tag.split(" on").skip(1).any(is_handler), "{name}: {tag}");
        }
        for script in html.split("<script").skip(1) {
            assert!(script.contains("></script>"), "{name}");
        }
        assert!(!html.contains("javascript:"), "{name}");
    }
}

#[test]
fn nothing_comes_from_elsewhere() {
    for (name, html) in every_page() {
        for tag in ["script", "img", "link", "form"]
            .iter()
            .flat_map(|tag| tags(&html, tag))
        {
            let addresses = ["src", "href", "action"]
                .iter()
                .filter_map(|at| attribute(tag, at));
            for address in addresses {
                assert!(
                    address.starts_with("/pay/") || address == "data:,",
                    "{name}: {address}"
                );
            }
        }
    }
}

#[test]
fn every_page_says_its_language_and_offers_the_other() {
    for language in Language::ALL {
        for (name, screen) in screens() {
            let html = page(&screen, language);
            assert!(html.starts_with("<!doctype html>"), "{name}");
            assert_eq!(
                attribute(tags(&html, "html")[0], "lang"),
                Some(language.tag()),
                "{name}"
            );
            let other = format!("href=\"?lang={}\"", language.other().tag());
            assert!(html.contains(&other), "{name}");
        }
    }
}

#[test]
fn every_page_has_one_heading_and_a_title() {
    for (name, html) in every_page() {
        assert_eq!(tags(&html, "h1").len(), 1, "{name}");
        assert_eq!(tags(&html, "main").len(), 1, "{name}");
        let title = html
            .split("<title>")
            .nth(1)
            .unwrap()
            .split('<')
            .next()
            .unwrap();
        assert!(title.len() > 3, "{name}: {title}");
    }
}

#[test]
fn the_merchants_name_is_not_repeated_as_what_is_paid_for() {
    let name = "Café du Port";
    let screens = |quantity, label: &str| {
        let things = vec![item(label, 1250, quantity)];
        let payable = Payable {
            items: things.clone(),
            ..payable()
        };
        let receipt = Receipt {
            items: things,
            ..receipt()
        };
        [Screen::Payable(payable), Screen::Receipt(receipt)]
    };
    // In the head of the page, and in the small print below.
    let around = |screen: &Screen| page(screen, Language::French).matches(name).count();
    let [payable, receipt] = screens(1, "Petit-déjeuner").map(|screen| around(&screen));
    for label in [name, " Café du Port "] {
        let [shown, kept] = screens(1, label).map(|screen| around(&screen));
        assert_eq!((shown, kept), (payable, receipt));
    }
    // How many there are is worth saying.
    let [shown, kept] = screens(2, name).map(|screen| around(&screen));
    assert_eq!((shown, kept), (payable + 1, receipt + 1));
}

#[test]
fn test_mode_is_said_on_every_page_and_live_mode_on_none() {
    for language in Language::ALL {
        let band = Words::of(language).shell.test_band;
        for (name, screen) in screens() {
            let mut frame = sample::frame(language);
            assert!(render(&frame, &screen).unwrap().contains(band), "{name}");
            frame.mode = Mode::Live;
            let live = render(&frame, &screen).unwrap();
            assert!(
                !live.contains(band) && !live.contains("4242\u{a0}4242"),
                "{name}"
            );
        }
    }
}

#[test]
fn every_field_has_its_label_its_autofill_and_its_keyboard() {
    for language in Language::ALL {
        let html = page(&Screen::Payable(sample::faulty()), language);
        let fields = [
            ("number", "cc-number", Some("numeric")),
            ("expiry", "cc-exp", Some("numeric")),
            ("code", "cc-csc", Some("numeric")),
            ("holder", "cc-name", None),
        ];
        for (id, autocomplete, keyboard) in fields {
            let input = input(&html, id);
            assert!(html.contains(&format!("<label for=\"{id}\"")), "{id}");
            assert_eq!(attribute(input, "name"), Some(id));
            assert_eq!(attribute(input, "type"), Some("text"));
            assert_eq!(attribute(input, "autocomplete"), Some(autocomplete));
            assert_eq!(attribute(input, "inputmode"), keyboard);
            let described = attribute(input, "aria-describedby").unwrap();
            for target in described.split(' ') {
                assert!(html.contains(&format!("id=\"{target}\"")), "{target}");
            }
        }
        assert!(!html.contains("autocomplete=\"off\""));
    }
}

#[test]
fn the_name_is_asked_only_when_it_is_needed() {
    let html = page(&Screen::Payable(payable()), Language::French);
    assert!(!html.contains("cc-name"));
}

#[test]
fn the_form_posts_to_its_own_address_with_its_token() {
    let html = page(&Screen::Payable(payable()), Language::French);
    let form = tags(&html, "form")[0];
    assert_eq!(attribute(form, "method"), Some("post"));
    assert_eq!(attribute(form, "action"), None);
    let token = format!("name=\"attempt\" value=\"{}\"", payable().form.attempt);
    assert!(html.contains(&token));
}

#[test]
fn a_faulty_field_says_so_and_only_that_one() {
    let html = page(&Screen::Payable(sample::faulty()), Language::English);
    let words = &Words::of(Language::English).faults;
    let shown = [
        words.number_incomplete,
        words.expiry_past,
        words.code_three,
        words.holder,
        words.summary,
    ];
    for text in shown {
        assert!(html.contains(&format!(">{text}<")), "{text}");
    }
    for id in ["number", "expiry", "code", "holder"] {
        assert!(input(&html, id).contains("aria-invalid=\"true\""), "{id}");
    }
    let clean = page(&Screen::Payable(payable()), Language::English);
    assert!(!clean.contains("aria-invalid"));
    assert!(clean.contains("<title>Pay €12.50 · Café du Port</title>"));
    assert!(html.contains("<title>To correct — Pay €12.50"));
}

#[test]
fn no_card_field_is_given_back_and_the_name_is() {
    let html = page(&Screen::Payable(sample::faulty()), Language::English);
    for id in ["number", "expiry", "code"] {
        assert_eq!(attribute(input(&html, id), "value"), None, "{id}");
    }
    assert_eq!(attribute(input(&html, "holder"), "value"), Some("Zoé"));
}

#[test]
fn a_refusal_is_explained_on_the_page_with_the_form() {
    for language in Language::ALL {
        for setback in every_setback() {
            let view = Payable {
                setback: Some(setback),
                ..payable()
            };
            let html = page(&Screen::Payable(view), language);
            let advice = super::super::decline::explain(setback, Words::of(language)).advice;
            assert!(
                html.contains(advice.happened) && html.contains(advice.next),
                "{setback:?}"
            );
            assert!(html.contains("id=\"number\"") && html.contains("role=\"alert\""));
        }
    }
}

#[test]
fn a_refused_code_points_at_its_field() {
    let setback = Some(declined(DeclineReason::IncorrectCvc));
    let html = page(
        &Screen::Payable(Payable {
            setback,
            ..payable()
        }),
        Language::French,
    );
    assert!(input(&html, "code").contains("aria-invalid"));
    assert!(!input(&html, "number").contains("aria-invalid"));
}

#[test]
fn what_others_write_is_escaped() {
    let evil = "<script>alert(1)</script>\"'&";
    let mut frame = sample::frame(Language::French);
    frame.merchant = Some(evil.into());
    frame.legal_url = Some("javascript:alert(1)".into());
    let form = crate::pay::Form {
        asks_holder: true,
        holder: Some(evil.into()),
        ..payable().form
    };
    let items = vec![item(evil, 1250, 2), item("x", 1, 1)];
    let bad_url = Some("javascript:alert(1)//https://x".to_owned());
    let view = Payable {
        items: items.clone(),
        form,
        cancel_url: bad_url.clone(),
        ..payable()
    };
    let paid = Receipt {
        items,
        success_url: bad_url.clone(),
        reference: evil.into(),
        last4: evil.into(),
        ..receipt()
    };
    let closed = crate::pay::Closed {
        is_canceled: false,
        cancel_url: bad_url,
    };
    for screen in [
        Screen::Payable(view),
        Screen::Paid(paid),
        Screen::Closed(closed),
    ] {
        let html = render(&frame, &screen).unwrap();
        assert!(
            !html.contains("<script>") && !html.contains("alert(1)//"),
            "{html}"
        );
        assert!(!html.contains("javascript:"));
        assert!(html.contains("&#60;script&#62;alert(1)&#60;/script&#62;&#34;&#39;&#38;"));
    }
}

#[test]
fn a_page_without_end_offers_no_second_try() {
    for (name, html) in every_page() {
        let is_open = name.starts_with("unknown") || name.starts_with("processing");
        if is_open {
            assert!(
                !html.contains("<form") && !html.contains("<button"),
                "{name}"
            );
            assert!(html.contains("<noscript><meta http-equiv=\"refresh\" content=\"5\">"));
        }
    }
}

#[test]
fn open_pages_watch_their_payment_and_closed_ones_rest() {
    for (name, screen) in screens() {
        let html = page(&screen, Language::French);
        let watched = html.contains(&format!("data-status=\"/pay/{TOKEN}/status\""));
        let is_challenge = matches!(screen, Screen::Challenge(_));
        assert_eq!(watched, screen.state().is_open() && !is_challenge, "{name}");
        assert!(
            html.contains(&format!("data-state=\"{}\"", screen.state().as_str())),
            "{name}"
        );
    }
}

#[test]
fn the_bank_is_followed_only_from_the_form_that_asked() {
    let html = |name: &str| {
        let screen = screens()
            .into_iter()
            .find(|(each, _)| *each == name)
            .unwrap()
            .1;
        page(&screen, Language::English)
    };
    assert!(html("action").contains("data-follow=\"0\""));
    assert!(html("action").contains(&format!("content=\"0;url=/pay/challenge/{TOKEN}?lang=en\"")));
    assert!(!html("action_elsewhere").contains("data-follow"));
    assert!(html("paid_follow").contains("data-follow=\"3000\""));
    assert!(html("paid_follow").contains("href=\"https://shop.example.test/thanks?order=12\""));
    assert!(!html("paid").contains("data-follow"));
}

#[test]
fn a_receipt_says_everything_a_payer_keeps() {
    for language in Language::ALL {
        let screen = Screen::Receipt(Receipt {
            refunded_minor: 500,
            ..receipt()
        });
        let html = page(&screen, language);
        let words = Words::of(language);
        for text in [
            "Café du Port",
            "Visa",
            "••••&nbsp;4242",
            "14:05",
            "pi_06C2rUYDEnp6ZLA4oTZQXZ",
        ] {
            assert!(html.contains(text), "{text}");
        }
        assert!(html.contains(words.receipt.refunded) && html.contains(words.receipt.paid));
        assert!(html.contains("datetime=\"2026-11-22T13:05:09Z\""));
    }
    let french = page(&Screen::Receipt(receipt()), Language::French);
    assert!(french.contains("12,50\u{a0}€") && !french.contains("Remboursé"));
}

#[test]
fn the_status_of_the_answer_tells_caches_and_programs_the_same() {
    let status = |name: &str| {
        screens()
            .into_iter()
            .find(|(each, _)| *each == name)
            .unwrap()
            .1
            .http_status()
    };
    assert_eq!(status("payable"), 200);
    assert_eq!(status("refused"), 200);
    assert_eq!(status("faulty"), 422);
    assert_eq!(status("unknown"), 200);
    assert_eq!(status("paid"), 200);
    assert_eq!((status("expired"), status("canceled")), (410, 410));
    assert_eq!(status("missing"), 404);
    assert_eq!(status("failed"), 503);
}

#[test]
fn french_keeps_its_typography() {
    let setbacks = every_setback().into_iter().map(|setback| {
        page(
            &Screen::Payable(Payable {
                setback: Some(setback),
                ..payable()
            }),
            Language::French,
        )
    });
    let pages = screens()
        .into_iter()
        .map(|(_, screen)| page(&screen, Language::French));
    for html in pages.chain(setbacks) {
        for text in sentences(&html)
            .iter()
            .filter(|text| !text.contains("/pay/"))
        {
            for mark in [';', '!', '?'] {
                let before = text
                    .split(mark)
                    .rev()
                    .skip(1)
                    .map(|part| part.chars().next_back());
                let is_entity = text.contains('&');
                assert!(
                    is_entity || before.clone().all(|c| c == Some('\u{202f}')),
                    "{text}"
                );
            }
            assert!(
                !text.contains(" :") && !text.contains(" €") && !text.contains('\''),
                "{text}"
            );
            assert!(!text.contains("&#39;"), "{text}");
        }
    }
}

#[test]
fn amounts_stay_whole_in_every_currency() {
    let amount = Money::new(99_999_999, Currency::parse("tnd").unwrap());
    let html = page(
        &Screen::Payable(Payable {
            amount,
            ..payable()
        }),
        Language::French,
    );
    assert!(html.contains("class=\"amount long\">99\u{202f}999,999\u{a0}TND<"));
    assert!(html.contains(">Payer 99\u{202f}999,999\u{a0}TND</button>"));
}

#[test]
fn only_networks_that_are_taken_are_shown() {
    let view = Payable {
        brands: vec![Brand::Visa, Brand::Mastercard],
        ..payable()
    };
    let html = page(&Screen::Payable(view), Language::French);
    assert!(html.contains("data-brand=\"visa\">Visa<") && !html.contains("data-brand=\"amex\""));
}

#[test]
fn the_first_load_is_small() {
    let files = ["pay.css", "pay.js"].map(|name| assets::find(name, "").unwrap().body.len());
    let html = every_page()
        .into_iter()
        .map(|(_, html)| html.len())
        .max()
        .unwrap();
    let qr = crate::pay::qr::svg(&payable().link).unwrap().len();
    let total = files.iter().sum::<usize>() + html + qr;
    assert!(total < 32_000, "{files:?} + {html} + {qr}");
}
