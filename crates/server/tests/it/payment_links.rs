//! Links that anybody may open: made by the merchant, paid on pages of ours.

use serde_json::{Value, json};

use crate::catalogue::{price, text};
use crate::client::{Answer, Request};
use crate::encaisse::Encaisse;

/// A link for two of something at 1,20 €, changed by more fields.
async fn link(house: &Encaisse, more: &[(&str, &str)]) -> Value {
    let croissant = price(house, &[]).await;
    let fields = [
        ("line_items[0][price]", text(&croissant["id"])),
        ("line_items[0][quantity]", "2"),
    ];
    let fields = [&fields, more].concat();
    house.post("/v1/payment_links", &fields).await.object()
}

/// The path of an address of ours.
fn path(house: &Encaisse, url: &str) -> String {
    let origin = format!("http://{}", house.address);
    url.strip_prefix(&origin).unwrap().to_owned()
}

async fn open(house: &Encaisse, path: &str) -> Answer {
    Request::new("GET", path).send(house.address).await
}

/// Presses the button of a link: the path of this payer's own page.
async fn press(house: &Encaisse, path: &str) -> String {
    let pressed = Request::new("POST", path).form(&[]);
    let pressed = pressed.send(house.address).await;
    assert_eq!(pressed.status, 303, "{}", page(&pressed));
    pressed.header("location").to_owned()
}

fn page(answer: &Answer) -> String {
    String::from_utf8(answer.body.clone()).unwrap()
}

/// Types a card into the form of a page and sends it.
async fn pay(house: &Encaisse, path: &str, number: &str) -> Answer {
    let shown = page(&open(house, path).await);
    let attempt = shown.split("name=\"attempt\" value=\"").nth(1);
    let attempt = attempt.and_then(|rest| rest.split('"').next());
    let fields = [
        ("attempt", attempt.unwrap_or_default()),
        ("number", number),
        ("expiry", "12/34"),
        ("code", "123"),
    ];
    let form = Request::new("POST", path).form(&fields);
    form.send(house.address).await
}

async fn sessions(house: &Encaisse) -> Vec<Value> {
    let all = house.get("/v1/checkout/sessions").await.object();
    all["data"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_link_is_made_changed_and_listed() {
    let house = Encaisse::start().await;
    let made = link(
        &house,
        &[("metadata[stall]", "4"), ("expand[]", "line_items")],
    )
    .await;
    assert_eq!(
        (&made["active"], &made["currency"], &made["restrictions"]),
        (&json!(true), &json!("eur"), &Value::Null)
    );
    assert_eq!(made["line_items"]["data"][0]["price"]["unit_amount"], 120);
    assert_eq!(
        made["after_completion"],
        json!({"hosted_confirmation": {"custom_message": null}, "redirect": null,
            "type": "hosted_confirmation"})
    );
    let at = format!("/v1/payment_links/{}", text(&made["id"]));
    let items = house.get(&format!("{at}/line_items")).await.object();
    assert_eq!(items["data"], made["line_items"]["data"]);
    let changes = [
        ("metadata[row]", "b"),
        ("after_completion[type]", "redirect"),
        (
            "after_completion[redirect][url]",
            "https://shop.example/thanks",
        ),
        ("restrictions[completed_sessions][limit]", "3"),
        ("inactive_message", "See you in spring"),
        ("active", "false"),
    ];
    let changed = house.post(&at, &changes).await.object();
    assert_eq!(changed["metadata"], json!({"stall": "4", "row": "b"}));
    assert_eq!(
        changed["restrictions"]["completed_sessions"],
        json!({"count": 0, "limit": 3})
    );
    assert_eq!(
        changed["after_completion"]["redirect"]["url"],
        "https://shop.example/thanks"
    );
    assert_eq!(house.get(&at).await.object(), changed);
    let free = [("restrictions", ""), ("inactive_message", "")];
    let freed = house.post(&at, &free).await.object();
    assert_eq!(
        (&freed["restrictions"], &freed["inactive_message"]),
        (&Value::Null, &Value::Null)
    );
    let other = link(&house, &[]).await;
    for (query, expected) in [
        ("", vec![&other, &freed]),
        ("?active=true", vec![&other]),
        ("?active=false", vec![&freed]),
        ("?limit=1", vec![&other]),
    ] {
        let listed = house.get(&format!("/v1/payment_links{query}")).await;
        assert_eq!(listed.object()["data"], json!(expected), "{query}");
    }
    house.finish().await;
}

#[tokio::test]
async fn opening_a_link_makes_nothing_and_its_button_a_session() {
    let house = Encaisse::start().await;
    let made = link(&house, &[("metadata[stall]", "4")]).await;
    let at = path(&house, text(&made["url"]));
    for language in ["fr", "en"] {
        let shown = open(&house, &format!("{at}?lang={language}")).await;
        assert_eq!(shown.status, 200);
        assert_eq!(shown.header("cache-control"), "no-store");
        let html = page(&shown);
        assert!(html.contains("Croissant") && html.contains("2,40") | html.contains("2.40"));
        assert!(html.contains(&format!("lang=\"{language}\"")), "{html}");
    }
    assert_eq!(sessions(&house).await, Vec::<Value>::new());
    let own = press(&house, &format!("{at}?lang=en")).await;
    assert!(
        own.starts_with("/pay/") && own.ends_with("?lang=en"),
        "{own}"
    );
    let paid = page(&pay(&house, &own, "4242 4242 4242 4242").await);
    assert!(paid.contains("data-state=\"paid\""), "{paid}");
    let [session] = &sessions(&house).await[..] else {
        panic!("not one session")
    };
    assert_eq!(
        (&session["payment_link"], &session["status"]),
        (&made["id"], &json!("complete"))
    );
    assert_eq!(session["metadata"], json!({"stall": "4"}));
    let shown = format!(
        "/v1/checkout/sessions/{}?expand[]=payment_link",
        text(&session["id"])
    );
    let shown = house.get(&shown).await.object();
    assert_eq!(shown["payment_link"], made);
    house.finish().await;
}

#[tokio::test]
async fn a_single_link_is_paid_once_and_says_so_to_the_next() {
    let house = Encaisse::start().await;
    let single = [
        ("restrictions[completed_sessions][limit]", "1"),
        ("inactive_message", "Retrouvez-nous au marché"),
        ("after_completion[type]", "hosted_confirmation"),
        (
            "after_completion[hosted_confirmation][custom_message]",
            "À bientôt",
        ),
    ];
    let made = link(&house, &single).await;
    let at = path(&house, text(&made["url"]));
    let (first, second) = (press(&house, &at).await, press(&house, &at).await);
    let declined = page(&pay(&house, &second, "4000000000000002").await);
    assert!(declined.contains("data-state=\"payable\""), "{declined}");
    let paid = page(&pay(&house, &first, "4242424242424242").await);
    assert!(paid.contains("data-state=\"paid\"") && paid.contains("À bientôt"));
    let late = pay(&house, &second, "4242424242424242").await;
    for (answer, language) in [
        (late, "fr"),
        (open(&house, &second).await, "fr"),
        (open(&house, &at).await, "fr"),
        (open(&house, &format!("{at}?lang=en")).await, "en"),
    ] {
        let html = page(&answer);
        assert_eq!(answer.status, 410, "{html}");
        assert!(html.contains("data-state=\"unavailable\""), "{html}");
        assert!(html.contains("Retrouvez-nous au marché"), "{html}");
        let said = match language {
            "fr" => "déjà pris",
            _ => "is taken",
        };
        assert!(html.contains(said), "{html}");
    }
    let pressed = Request::new("POST", &at)
        .form(&[])
        .send(house.address)
        .await;
    assert_eq!(pressed.status, 410);
    let after = format!("/v1/payment_links/{}", text(&made["id"]));
    let after = house.get(&after).await.object();
    assert_eq!(
        after["restrictions"]["completed_sessions"],
        json!({"count": 1, "limit": 1})
    );
    // The merchant's own request is refused by the same rule.
    let open = sessions(&house).await;
    let open = open.iter().find(|one| one["status"] == "open").unwrap();
    let confirm = format!(
        "/v1/payment_intents/{}/confirm",
        text(&open["payment_intent"])
    );
    let card = [("payment_method", "pm_card_visa")];
    let refused = house.post(&confirm, &card).await.error(400);
    assert!(
        text(&refused["message"]).contains("payment link"),
        "{refused}"
    );
    house.finish().await;
}

#[tokio::test]
async fn a_link_that_was_ended_or_sells_nothing_more_says_so() {
    let house = Encaisse::start().await;
    let made = link(&house, &[("expand[]", "line_items")]).await;
    let at = path(&house, text(&made["url"]));
    let change = format!("/v1/payment_links/{}", text(&made["id"]));
    let price = &made["line_items"]["data"][0]["price"]["id"];
    let price = format!("/v1/prices/{}", text(price));
    for (thing, active, status) in [
        (&change, "false", 410),
        (&change, "true", 200),
        (&price, "false", 410),
        (&price, "true", 200),
    ] {
        let done = house.post(thing, &[("active", active)]).await;
        assert_eq!(done.status, 200);
        let shown = open(&house, &at).await;
        assert_eq!(shown.status, status, "{thing} {active}");
    }
    for nowhere in ["/pay/link/0000000000000000000000", "/pay/link/x"] {
        assert_eq!(open(&house, nowhere).await.status, 404);
        let pressed = Request::new("POST", nowhere).form(&[]);
        assert_eq!(pressed.send(house.address).await.status, 404);
    }
    house.finish().await;
}

#[tokio::test]
async fn whoever_has_paid_is_led_where_the_merchant_says() {
    let house = Encaisse::start().await;
    let redirect = [
        ("after_completion[type]", "redirect"),
        (
            "after_completion[redirect][url]",
            "https://shop.example/thanks?cs={CHECKOUT_SESSION_ID}",
        ),
    ];
    let made = link(&house, &redirect).await;
    let own = press(&house, &path(&house, text(&made["url"]))).await;
    let paid = page(&pay(&house, &own, "4242424242424242").await);
    let session = text(&sessions(&house).await[0]["id"]).to_owned();
    let address = format!("https://shop.example/thanks?cs={session}");
    assert!(paid.contains(&address), "{paid}");
    house.finish().await;
}

#[tokio::test]
async fn links_that_cannot_be_are_refused() {
    let house = Encaisse::start().await;
    let good = price(&house, &[]).await;
    let monthly = price(&house, &[("recurring[interval]", "month")]).await;
    let item = ("line_items[0][price]", text(&good["id"]));
    let limit = "restrictions[completed_sessions][limit]";
    for (fields, param) in [
        (vec![], "line_items"),
        (
            vec![("line_items[0][price]", text(&monthly["id"]))],
            "line_items[0][price]",
        ),
        (vec![item, (limit, "0")], limit),
        (
            vec![item, ("restrictions[x]", "1")],
            "restrictions[completed_sessions]",
        ),
        (
            vec![item, ("after_completion[type]", "x")],
            "after_completion[type]",
        ),
        (
            vec![item, ("after_completion[type]", "redirect")],
            "after_completion[redirect]",
        ),
        (
            vec![item, ("after_completion[redirect][url]", "https://x.test")],
            "after_completion[type]",
        ),
        (
            vec![item, ("allow_promotion_codes", "true")],
            "allow_promotion_codes",
        ),
        (
            vec![
                item,
                ("line_items[0][adjustable_quantity][enabled]", "true"),
            ],
            "line_items[0][adjustable_quantity][enabled]",
        ),
    ] {
        let error = house.post("/v1/payment_links", &fields).await.error(400);
        assert_eq!(error["param"], param, "{error}");
    }
    let fields = [item];
    let request = || Request::new("POST", "/v1/payment_links").form(&fields);
    let first = house.send(request().key("k1")).await.object();
    let again = house.send(request().key("k1")).await;
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.object(), first);
    house.finish().await;
}

#[tokio::test]
async fn another_merchants_payment_links_do_not_exist() {
    let house = Encaisse::start().await;
    let made = link(&house, &[]).await;
    let at = format!("/v1/payment_links/{}", text(&made["id"]));
    let other = house.another_merchant().await;
    for request in [
        Request::new("GET", &at),
        Request::new("GET", &format!("{at}/line_items")),
        Request::new("POST", &at).form(&[("active", "false")]),
    ] {
        let request = request.bearer(&other.secret.secret);
        let error = request.send(house.address).await.error(404);
        assert_eq!(
            (&error["code"], &error["param"]),
            (&json!("resource_missing"), &json!("payment_link"))
        );
    }
    let list = Request::new("GET", "/v1/payment_links").bearer(&other.secret.secret);
    assert_eq!(list.send(house.address).await.object()["data"], json!([]));
    house.finish().await;
}
