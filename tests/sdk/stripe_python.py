"""The official Stripe package for Python drives the whole life of payments against a running server.

Called with the address of a server and a secret key in test mode. Each function is one claim; the
first that does not hold ends the run with its traceback. Knows nothing of the server but its API.
"""

import contextlib
import http.server
import queue
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
import uuid

import standardwebhooks
import stripe

import declared

NUMBER_DECLINED = "4000000000000002"
UNKNOWN = "cus_0000000000000000000000"
TYPED_CARD = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2034, "cvc": "123"}


class Shop:
    """A client as a merchant's own program has one."""

    def __init__(self, address, key):
        self.address, self.key = address, key
        self.api = self.client_with(key).v1

    def client_with(self, key):
        return stripe.StripeClient(
            key, base_addresses={"api": self.address}, max_network_retries=0
        )

    def pay(self, method="pm_card_visa", **more):
        wish = {"amount": 1250, "currency": "eur", "confirm": True, "payment_method": method}
        return self.api.payment_intents.create(wish | more)


def raised(kind, work, *arguments, **named):
    """The exception of exactly this class that the work must raise."""
    try:
        work(*arguments, **named)
    except stripe.StripeError as error:
        assert type(error) is kind, f"{type(error).__name__} instead of {kind.__name__}: {error}"
        assert error.user_message and error.headers["request-id"] == error.request_id
        return error
    raise AssertionError(f"no {kind.__name__}")


def a_payment_is_made_step_by_step(shop):
    intents = shop.api.payment_intents
    made = intents.create({"amount": 1250, "currency": "eur", "metadata": {"order": "7"}})
    assert (made.status, made.amount_received) == ("requires_payment_method", 0)
    changed = intents.update(made.id, {"description": "Café", "metadata": {"table": "3"}})
    assert changed.metadata.to_dict() == {"order": "7", "table": "3"}
    chosen = shop.api.payment_methods.create({"type": "card", "card": TYPED_CARD})
    assert intents.update(made.id, {"payment_method": chosen.id}).status == "requires_confirmation"
    paid = intents.confirm(made.id)
    assert (paid.status, paid.amount_received) == ("succeeded", 1250)
    again = intents.retrieve(made.id)
    assert again.to_dict() == paid.to_dict() and again.description == "Café"


def the_charge_is_expanded_where_it_is_asked_for(shop):
    plain = shop.pay()
    assert isinstance(plain.latest_charge, str) and plain.latest_charge.startswith("ch_")
    paths = ["latest_charge", "payment_method"]
    whole = shop.api.payment_intents.retrieve(plain.id, {"expand": paths})
    assert isinstance(whole.latest_charge, stripe.Charge)
    assert isinstance(whole.payment_method, stripe.PaymentMethod)
    card = whole.latest_charge.payment_method_details.card
    assert (card.brand, card.last4, card.checks.cvc_check) == ("visa", "4242", "pass")
    page = shop.api.payment_intents.list({"limit": 1, "expand": ["data.latest_charge"]})
    assert page.data[0].latest_charge.id == plain.latest_charge


def amounts_keep_the_exponent_of_their_currency(shop):
    for currency, amount in [("jpy", 500), ("tnd", 12345)]:
        paid = shop.pay(currency=currency, amount=amount)
        assert (paid.currency, paid.amount, paid.status) == (currency, amount, "succeeded")


def money_is_captured_later_whole_or_in_part(shop):
    for amount in [None, 1000]:
        held = shop.pay(capture_method="manual")
        assert (held.status, held.amount_capturable) == ("requires_capture", 1250)
        wish = {} if amount is None else {"amount_to_capture": amount}
        taken = shop.api.payment_intents.capture(held.id, wish)
        assert (taken.status, taken.amount_received) == ("succeeded", amount or 1250)
        assert taken.amount_capturable == 0
    held = shop.pay(capture_method="manual")
    above = {"amount_to_capture": 1251}
    error = raised(stripe.InvalidRequestError, shop.api.payment_intents.capture, held.id, above)
    assert (error.code, error.param) == ("amount_too_large", "amount_to_capture")
    gone = shop.api.payment_intents.cancel(held.id, {"cancellation_reason": "duplicate"})
    assert (gone.status, gone.cancellation_reason) == ("canceled", "duplicate")


def what_is_paid_or_given_up_cannot_be_cancelled(shop):
    open_one = shop.api.payment_intents.create({"amount": 100, "currency": "eur"})
    for intent in [shop.api.payment_intents.cancel(open_one.id), shop.pay()]:
        error = raised(stripe.InvalidRequestError, shop.api.payment_intents.cancel, intent.id)
        assert error.code == "payment_intent_unexpected_state" and error.http_status == 400


def lists_are_paged_through_by_the_package(shop):
    made = [shop.api.payment_intents.create({"amount": 100 + n, "currency": "eur"}).id
            for n in range(23)]
    listed = shop.api.payment_intents.list
    forwards = [one.id for one in listed({"limit": 7}).auto_paging_iter()]
    assert forwards[:23] == made[::-1], "newest first, none left out"
    assert len(set(forwards)) == len(forwards), "none twice"
    newer = listed({"limit": 5, "ending_before": made[10]})
    assert [one.id for one in newer.data] == made[11:16][::-1] and newer.has_more
    backwards = [one.id for one in newer.auto_paging_iter()]
    assert backwards == made[11:], "the package walks to the newest"


def a_decline_is_a_card_error(shop):
    for method, code, decline in [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_chargeDeclinedLostCard", "card_declined", "lost_card"),
        ("pm_card_chargeDeclinedStolenCard", "card_declined", "stolen_card"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", None),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", None),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", None),
    ]:
        error = raised(stripe.CardError, shop.pay, method)
        assert (error.http_status, error.code) == (402, code), method
        assert error.error.decline_code == decline, (method, error.error.decline_code)
        intent = error.error.payment_intent
        assert intent.status == "requires_payment_method"
        assert shop.api.charges.retrieve(error.error.charge).status == "failed"
        paid = shop.api.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
        assert paid.status == "succeeded", "another card may be tried"


def a_card_error_never_repeats_the_card(shop):
    typed = {"type": "card", "card": TYPED_CARD | {"number": NUMBER_DECLINED}}
    wish = {"amount": 100, "currency": "eur", "confirm": True, "payment_method_data": typed}
    error = raised(stripe.CardError, shop.api.payment_intents.create, wish)
    assert NUMBER_DECLINED not in error.http_body
    wrong = {"type": "card", "card": TYPED_CARD | {"number": "4242424242424241"}}
    error = raised(stripe.CardError, shop.api.payment_methods.create, wrong)
    assert (error.code, error.param) == ("incorrect_number", "card[number]")
    assert "4242424242424241" not in error.http_body


def a_payer_who_must_authenticate_is_sent_somewhere(shop):
    for verdict, ends in [("confirm", "succeeded"), ("refuse", "requires_payment_method")]:
        waits = shop.pay("pm_card_authenticationRequired", return_url="https://shop.example/back")
        assert waits.status == "requires_action"
        assert waits.next_action.type == "redirect_to_url"
        form = urllib.parse.urlencode({"verdict": verdict}).encode()
        with urllib.request.urlopen(waits.next_action.redirect_to_url.url, form) as answer:
            assert answer.status == 200
        after = shop.api.payment_intents.retrieve(waits.id)
        assert after.status == ends, (verdict, after.status)
    assert after.last_payment_error.code == "payment_intent_authentication_failure"


def wrong_requests_name_the_parameter(shop):
    create = shop.api.payment_intents.create
    for wish, code, param in [
        ({"currency": "eur"}, "parameter_missing", "amount"),
        ({"amount": 0, "currency": "eur"}, "amount_too_small", "amount"),
        ({"amount": "x", "currency": "eur"}, "parameter_invalid_integer", "amount"),
        ({"amount": 1, "currency": "eur", "colour": 1}, "parameter_unknown", "colour"),
        ({"amount": 1, "currency": "eur", "customer": UNKNOWN}, "resource_missing", "customer"),
    ]:
        error = raised(stripe.InvalidRequestError, create, wish)
        assert (error.code, error.param) == (code, param), (wish, error.code, error.param)
    error = raised(stripe.InvalidRequestError, shop.api.payment_intents.retrieve, "pi_none")
    assert (error.http_status, error.code, error.param) == (404, "resource_missing", "intent")


def a_key_that_nobody_knows_is_an_authentication_error(shop):
    stranger = shop.client_with("sk_test_0123456789012345678901").v1
    assert raised(stripe.AuthenticationError, stranger.payment_intents.list).http_status == 401


def a_repeated_request_is_answered_again_and_not_done_again(shop):
    wish = {"amount": 700, "currency": "eur", "confirm": True, "payment_method": "pm_card_visa"}
    create, one, two = shop.api.payment_intents.create, str(uuid.uuid4()), str(uuid.uuid4())
    first = create(wish, {"idempotency_key": one})
    again = create(wish, {"idempotency_key": one})
    assert again.to_dict() == first.to_dict()
    assert again.last_response.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.last_response.headers
    other = wish | {"amount": 701}
    error = raised(stripe.IdempotencyError, create, other, {"idempotency_key": one})
    assert error.http_status == 400
    declined = wish | {"payment_method": "pm_card_chargeDeclined"}
    errors = [raised(stripe.CardError, create, declined, {"idempotency_key": two})
              for _ in range(2)]
    assert errors[0].http_body == errors[1].http_body, "a decline is replayed too"


def cards_are_kept_for_customers(shop):
    methods, customer = shop.api.payment_methods, shop.api.customers.create({"name": "Zoé"})
    card = methods.create({"type": "card", "card": TYPED_CARD})
    assert (card.card.last4, card.card.exp_year, card.customer) == ("4242", 2034, None)
    assert methods.attach(card.id, {"customer": customer.id}).customer == customer.id
    kept = methods.list({"customer": customer.id, "type": "card"})
    assert [one.id for one in kept.data] == [card.id]
    paid = shop.pay(card.id, customer=customer.id)
    assert (paid.status, paid.customer, paid.payment_method) == ("succeeded", customer.id, card.id)
    other = shop.api.customers.create()
    wish = {"method": card.id, "customer": other.id}
    assert raised(stripe.InvalidRequestError, shop.pay, **wish).param == "payment_method"
    assert methods.detach(card.id).customer is None
    assert methods.list({"customer": customer.id}).data == []


def customers_are_made_changed_and_removed(shop):
    customers = shop.api.customers
    made = customers.create({"name": "Zoé", "email": "zoe@example.com", "metadata": {"a": "1"}})
    changed = customers.update(made.id, {"phone": "+33 1 23", "metadata": {"a": "", "b": "2"}})
    assert (changed.name, changed.phone) == ("Zoé", "+33 1 23")
    assert changed.metadata.to_dict() == {"b": "2"}
    assert customers.retrieve(made.id).to_dict() == changed.to_dict()
    assert made.id in [one.id for one in customers.list({"limit": 100}).auto_paging_iter()]
    assert customers.delete(made.id).deleted is True
    assert customers.retrieve(made.id).deleted is True
    assert made.id not in [one.id for one in customers.list({"limit": 100}).auto_paging_iter()]
    raised(stripe.InvalidRequestError, customers.update, made.id, {"name": "X"})


def money_is_given_back_and_never_more_than_was_taken(shop):
    refunds, paid = shop.api.refunds, shop.pay()
    part = refunds.create({"payment_intent": paid.id, "amount": 250, "reason": "duplicate"})
    assert (part.status, part.amount, part.charge) == ("succeeded", 250, paid.latest_charge)
    above = {"payment_intent": paid.id, "amount": 1001}
    error = raised(stripe.InvalidRequestError, refunds.create, above)
    assert (error.code, error.param) == ("amount_too_large", "amount")
    rest = refunds.create({"charge": paid.latest_charge})
    assert rest.amount == 1000
    error = raised(stripe.InvalidRequestError, refunds.create, {"payment_intent": paid.id})
    assert error.code == "charge_already_refunded"
    charge = shop.api.charges.retrieve(paid.latest_charge)
    assert (charge.refunded, charge.amount_refunded) == (True, 1250)
    listed = refunds.list({"payment_intent": paid.id})
    assert [one.id for one in listed.data] == [rest.id, part.id]
    assert refunds.update(part.id, {"metadata": {"why": "x"}}).metadata["why"] == "x"
    assert refunds.retrieve(part.id).metadata["why"] == "x"


def a_refund_that_the_bank_refuses_says_so(shop):
    typed = {"type": "card", "card": TYPED_CARD | {"number": "4000000000551301"}}
    wish = {"amount": 1250, "currency": "eur", "confirm": True, "payment_method_data": typed}
    paid = shop.api.payment_intents.create(wish)
    failed = shop.api.refunds.create({"payment_intent": paid.id})
    assert failed.status == "failed" and failed.failure_reason
    assert shop.api.charges.retrieve(paid.latest_charge).amount_refunded == 0


def charges_are_read_by_payment(shop):
    error = raised(stripe.CardError, shop.pay, "pm_card_chargeDeclined")
    intent = error.error.payment_intent.id
    paid = shop.api.payment_intents.confirm(intent, {"payment_method": "pm_card_visa"})
    charges = shop.api.charges.list({"payment_intent": intent}).data
    assert [one.status for one in charges] == ["succeeded", "failed"]
    assert charges[0].id == paid.latest_charge and charges[0].receipt_url
    assert charges[1].outcome.type == "issuer_declined"


def a_link_is_made_and_ended(shop):
    sessions = shop.api.checkout.sessions
    price = {"currency": "eur", "unit_amount": 300, "product_data": {"name": "Café"}}
    made = sessions.create({
        "mode": "payment",
        "line_items": [{"price_data": price, "quantity": 2}],
        "success_url": "https://shop.example/thanks",
        "client_reference_id": "table-3",
    })
    assert (made.amount_total, made.status, made.payment_status) == (600, "open", "unpaid")
    with urllib.request.urlopen(made.url) as page:
        assert "Café" in page.read().decode()
    whole = sessions.retrieve(made.id, {"expand": ["payment_intent"]})
    assert whole.payment_intent.amount == 600 and whole.client_reference_id == "table-3"
    assert sessions.expire(made.id).status == "expired"
    error = raised(stripe.InvalidRequestError, sessions.expire, made.id)
    assert error.http_status == 400
    assert sessions.list({"limit": 1}).data[0].id == made.id


def products_and_prices_live_their_life(shop):
    products, prices = shop.api.products, shop.api.prices
    product = products.create({
        "name": "Café", "images": ["https://shop.example/cafe.jpg"], "metadata": {"a": "1"},
        "default_price_data": {"currency": "eur", "unit_amount": 180},
    })
    usual = prices.retrieve(product.default_price, {"expand": ["product"]})
    assert (usual.unit_amount, usual.type, usual.product.name) == (180, "one_time", "Café")
    monthly = prices.create({
        "product": product.id, "currency": "eur", "unit_amount": 1500, "nickname": "club",
        "recurring": {"interval": "month"}, "lookup_key": f"club-{product.id}",
    })
    assert (monthly.recurring.interval_count, monthly.type) == (1, "recurring")
    found = prices.list({"lookup_keys": [monthly.lookup_key]}).data
    assert [one.id for one in found] == [monthly.id]
    again = {"product": product.id, "currency": "eur", "unit_amount": 1, "lookup_key":
             monthly.lookup_key}
    error = raised(stripe.InvalidRequestError, prices.create, again)
    assert error.param == "lookup_key"
    taken = prices.create(again | {"transfer_lookup_key": True})
    assert prices.retrieve(monthly.id).lookup_key is None
    assert prices.update(taken.id, {"active": False, "metadata": {"b": "2"}}).active is False
    active = prices.list({"product": product.id, "active": True}).data
    assert [one.id for one in active] == [monthly.id, usual.id]
    changed = products.update(product.id, {"description": "Noir", "metadata": {"a": ""}})
    assert (changed.description, changed.metadata.to_dict()) == ("Noir", {})
    raised(stripe.InvalidRequestError, products.delete, product.id)
    bare = products.create({"name": "Thé"})
    assert products.delete(bare.id).deleted is True
    assert product.id in [one.id for one in products.list({"active": True}).auto_paging_iter()]
    tiers = again | {"billing_scheme": "tiered"}
    assert raised(stripe.InvalidRequestError, prices.create, tiers).param == "billing_scheme"


def links_are_made_of_prices(shop):
    price = shop.api.prices.create({
        "currency": "eur", "unit_amount": 180, "product_data": {"name": "Café"}})
    sessions = shop.api.checkout.sessions
    made = sessions.create({
        "mode": "payment", "line_items": [{"price": price.id, "quantity": 3}],
        "metadata": {"table": "3"}, "customer_email": "zoe@example.com",
        "payment_intent_data": {"description": "Midday", "metadata": {"till": "2"}},
        "expand": ["payment_intent"],
    })
    assert (made.amount_total, made.customer_email) == (540, "zoe@example.com")
    assert made.payment_intent.metadata.to_dict() == {"till": "2"}
    (item,) = sessions.line_items.list(made.id, {"expand": ["data.price.product"]}).data
    assert (item.price.id, item.price.product.name, item.amount_total) == (price.id, "Café", 540)
    changed = sessions.update(made.id, {"metadata": {"seat": "7"}})
    assert changed.metadata.to_dict() == {"table": "3", "seat": "7"}
    monthly = shop.api.prices.create({
        "currency": "eur", "unit_amount": 1, "product_data": {"name": "Club"},
        "recurring": {"interval": "month"}})
    wish = {"mode": "payment", "line_items": [{"price": monthly.id}]}
    error = raised(stripe.InvalidRequestError, sessions.create, wish)
    assert error.param == "line_items[0][price]"


def a_payment_link_is_paid_as_often_as_it_says(shop):
    links = shop.api.payment_links
    price = shop.api.prices.create({
        "currency": "eur", "unit_amount": 180, "product_data": {"name": "Café"}})
    made = links.create({
        "line_items": [{"price": price.id, "quantity": 1}], "metadata": {"stall": "4"},
        "restrictions": {"completed_sessions": {"limit": 1}},
        "after_completion": {
            "type": "hosted_confirmation", "hosted_confirmation": {"custom_message": "Merci"}},
    })
    with urllib.request.urlopen(made.url) as page:
        assert "Café" in page.read().decode()
    with urllib.request.urlopen(made.url, b"") as page:
        assert 'data-state="payable"' in page.read().decode()
    session = shop.api.checkout.sessions.list({"limit": 1}).data[0]
    assert (session.payment_link, session.metadata.to_dict()) == (made.id, {"stall": "4"})
    card = {"payment_method": "pm_card_visa"}
    assert shop.api.payment_intents.confirm(session.payment_intent, card).status == "succeeded"
    after = links.retrieve(made.id)
    counts = after.restrictions.completed_sessions
    assert (counts.count, counts.limit) == (1, 1)
    try:
        urllib.request.urlopen(made.url)
        raise AssertionError("it takes more")
    except urllib.error.HTTPError as error:
        assert error.code == 410
    assert links.update(made.id, {"active": False}).active is False
    (item,) = links.line_items.list(made.id).data
    assert item.price.id == price.id
    assert made.id in [one.id for one in links.list({"active": False}).data]


def what_happened_can_be_read_as_events(shop):
    paid = shop.pay()
    refund = shop.api.refunds.create({"payment_intent": paid.id})
    events = shop.api.events.list({"limit": 20}).data
    of_payment = [one for one in events if one.data.object.id in (paid.id, refund.id)]
    kinds = [one.type for one in of_payment]
    for kind in ["payment_intent.created", "payment_intent.succeeded", "refund.created"]:
        assert kind in kinds, kinds
    event = next(one for one in of_payment if one.type == "payment_intent.succeeded")
    assert shop.api.events.retrieve(event.id).to_dict() == event.to_dict()
    assert event.request.id.startswith("req_") and event.data.object.status == "succeeded"


def the_balance_is_what_moved_it(shop):
    def due():
        balance = shop.api.balance.retrieve()
        assert [one.amount for one in balance.pending if one.currency == "eur"] == [0]
        return next(one.amount for one in balance.available if one.currency == "eur")

    before = due()
    paid = shop.pay(expand=["latest_charge.balance_transaction"])
    taken = paid.latest_charge.balance_transaction
    assert isinstance(taken, stripe.BalanceTransaction)
    assert (taken.amount, taken.fee, taken.net, taken.type) == (1250, 0, 1250, "charge")
    assert shop.api.balance_transactions.retrieve(taken.id).to_dict() == taken.to_dict()
    refund = shop.api.refunds.create({"payment_intent": paid.id, "amount": 250})
    given = shop.api.balance_transactions.retrieve(refund.balance_transaction)
    assert (given.net, given.source) == (-250, refund.id)
    assert due() == before + 1000
    every = shop.api.balance_transactions.list({"limit": 5, "currency": "eur"}).auto_paging_iter()
    assert sum(one.net for one in every) == before + 1000
    of_charge = shop.api.balance_transactions.list({"source": paid.latest_charge.id}).data
    assert [one.id for one in of_charge] == [taken.id]


def money_is_paid_out_and_never_more_than_is_available(shop):
    shop.pay()
    balance = shop.api.balance.retrieve()
    due = next(one.amount for one in balance.available if one.currency == "eur")
    above = {"amount": due + 1, "currency": "eur"}
    error = raised(stripe.InvalidRequestError, shop.api.payouts.create, above)
    assert (error.code, error.http_status) == ("balance_insufficient", 400)
    wish = {"amount": due, "currency": "eur", "description": "All of it", "method": "standard",
            "statement_descriptor": "CAFE", "metadata": {"week": "47"}}
    made = shop.api.payouts.create(wish)
    assert (made.status, made.amount, made.automatic) == ("pending", due, False)
    changed = shop.api.payouts.update(made.id, {"metadata": {"week": ""}})
    assert changed.metadata.to_dict() == {}
    raised(stripe.InvalidRequestError, shop.api.payouts.create, {"amount": 1, "currency": "eur"})
    assert shop.api.payouts.list({"limit": 1}).data[0].id == made.id
    canceled = shop.api.payouts.cancel(made.id)
    assert canceled.status == "canceled"
    moved = shop.api.balance_transactions.list({"payout": made.id}).data
    assert [(one.type, one.net) for one in moved] == [("payout_cancel", due), ("payout", -due)]
    assert canceled.failure_balance_transaction == moved[0].id
    error = raised(stripe.InvalidRequestError, shop.api.payouts.cancel, made.id)
    assert error.http_status == 400


@contextlib.contextmanager
def receiver():
    """A merchant's program on a port of its own: its address, and what arrives there."""
    arrived = queue.Queue()

    class Desk(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            arrived.put((body, {name.lower(): value for name, value in self.headers.items()}))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Desk) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/hook", arrived
        server.shutdown()


def refused_by_both(body, headers, secret):
    for verify, error in [
        (lambda: stripe.Webhook.construct_event(body, headers["stripe-signature"], secret),
         stripe.SignatureVerificationError),
        (lambda: standardwebhooks.Webhook(secret).verify(body, headers),
         standardwebhooks.WebhookVerificationError),
    ]:
        try:
            verify()
        except error:
            continue
        raise AssertionError(f"no {error.__name__}")


def events_arrive_signed_as_both_official_packages_verify(shop):
    endpoints = shop.api.webhook_endpoints
    with receiver() as (url, arrived):
        made = endpoints.create({"url": url, "enabled_events": ["customer.created"]})
        customer = shop.api.customers.create({"name": "Zoé"})
        body, headers = arrived.get(timeout=20)
        signature = headers["stripe-signature"]
        event = stripe.Webhook.construct_event(body, signature, made.secret)
        assert (event.type, event.data.object.id) == ("customer.created", customer.id)
        verified = standardwebhooks.Webhook(made.secret).verify(body, headers)
        assert verified["id"] == event.id == headers["webhook-id"]
        assert shop.api.events.retrieve(event.id).data.to_dict() == event.data.to_dict()
        refused_by_both(body + b" ", headers, made.secret)
        old, new = made.secret, rotated(shop, made.id, 600)
        shop.api.customers.create()
        body, headers = arrived.get(timeout=20)
        for secret in [old, new]:
            stripe.Webhook.construct_event(body, headers["stripe-signature"], secret)
            standardwebhooks.Webhook(secret).verify(body, headers)
        newest = rotated(shop, made.id, 0)
        shop.api.customers.create()
        body, headers = arrived.get(timeout=20)
        standardwebhooks.Webhook(newest).verify(body, headers)
        refused_by_both(body, headers, new)
    assert endpoints.update(made.id, {"disabled": True}).status == "disabled"
    assert made.id in [one.id for one in endpoints.list().auto_paging_iter()]
    assert endpoints.delete(made.id).deleted is True
    error = raised(stripe.InvalidRequestError, endpoints.retrieve, made.id)
    assert error.code == "resource_missing"


def rotated(shop, endpoint, overlap):
    """Renews a secret by our own operation, which the package sends as it stands."""
    path = f"/v1/webhook_endpoints/{endpoint}/rotate_secret"
    client = shop.client_with(shop.key)
    answer = client.raw_request("post", path, expire_existing_in=overlap)
    return client.deserialize(answer, api_mode="V1").secret


def every_declared_field_is_there(shop):
    """Every field that the package declares is in our answers, with a type it declares."""
    product = shop.api.products.create({
        "name": "Café", "default_price_data": {"currency": "eur", "unit_amount": 300},
        "expand": ["default_price"],
    })
    monthly = shop.api.prices.create({
        "product": product.id, "currency": "eur", "unit_amount": 1,
        "recurring": {"interval": "month"}, "expand": ["product"],
    })
    items = [{"price": product.default_price.id}]
    session = shop.api.checkout.sessions.create({
        "mode": "payment", "line_items": items, "expand": ["line_items"],
        "success_url": "https://shop.example/thanks",
    })
    links = [shop.api.payment_links.create({"line_items": items, **more}) for more in (
        {"expand": ["line_items"]},
        {"restrictions": {"completed_sessions": {"limit": 3}}},
        {"after_completion": {"type": "redirect", "redirect": {"url": "https://x.test"}}},
    )]
    customer = shop.api.customers.create({"name": "Zoé"})
    declined = raised(stripe.CardError, shop.pay, "pm_card_chargeDeclined").error.payment_intent
    held, paid = shop.pay(capture_method="manual"), shop.pay(customer=customer.id)
    waits = shop.pay("pm_card_authenticationRequired")
    refund = shop.api.refunds.create({"payment_intent": paid.id, "amount": 1})
    intents = [shop.api.payment_intents.retrieve(one.id) for one in (declined, held, paid, waits)]
    charges = [shop.api.charges.retrieve(one.latest_charge) for one in (declined, held, paid)]
    methods = [shop.api.payment_methods.retrieve(one.payment_method) for one in (held, paid)]
    events = shop.api.events.list({"limit": 10}).data
    payout = shop.api.payouts.create({"amount": 1, "currency": "eur"})
    moved = shop.api.balance_transactions.list({"limit": 3}).data
    hook = {"url": "https://example.com/hook", "enabled_events": ["*"]}
    endpoint = shop.api.webhook_endpoints.create(hook)
    hidden = shop.api.webhook_endpoints.retrieve(endpoint.id)
    shop.api.webhook_endpoints.delete(endpoint.id)
    objects = [product, monthly, session, *links, customer, refund, payout,
               shop.api.balance.retrieve(), *moved, endpoint, hidden, *intents, *charges, *methods,
               *events]
    failures = [line for one in objects for line in declared.faults(one)]
    assert not failures, "\n".join(sorted(set(failures)))
    assert {type(one).__name__ for one in objects} == {
        "Product", "Price", "Session", "PaymentLink", "Customer", "Refund", "PaymentIntent",
        "Charge", "PaymentMethod", "Event", "WebhookEndpoint", "Payout", "Balance",
        "BalanceTransaction"}


CLAIMS = [
    a_payment_is_made_step_by_step,
    the_charge_is_expanded_where_it_is_asked_for,
    amounts_keep_the_exponent_of_their_currency,
    money_is_captured_later_whole_or_in_part,
    what_is_paid_or_given_up_cannot_be_cancelled,
    lists_are_paged_through_by_the_package,
    a_decline_is_a_card_error,
    a_card_error_never_repeats_the_card,
    a_payer_who_must_authenticate_is_sent_somewhere,
    wrong_requests_name_the_parameter,
    a_key_that_nobody_knows_is_an_authentication_error,
    a_repeated_request_is_answered_again_and_not_done_again,
    cards_are_kept_for_customers,
    customers_are_made_changed_and_removed,
    money_is_given_back_and_never_more_than_was_taken,
    a_refund_that_the_bank_refuses_says_so,
    charges_are_read_by_payment,
    a_link_is_made_and_ended,
    products_and_prices_live_their_life,
    links_are_made_of_prices,
    a_payment_link_is_paid_as_often_as_it_says,
    what_happened_can_be_read_as_events,
    the_balance_is_what_moved_it,
    money_is_paid_out_and_never_more_than_is_available,
    events_arrive_signed_as_both_official_packages_verify,
    every_declared_field_is_there,
]

if __name__ == "__main__":
    _, ADDRESS, KEY = sys.argv
    for claim in CLAIMS:
        print(f"{claim.__name__} …", flush=True)
        claim(Shop(ADDRESS, KEY))
    print(f"{len(CLAIMS)} claims hold")
