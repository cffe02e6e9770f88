"""Holds a running server to its own description: made-up requests in JSON, by schemathesis.

A house of its own is filled with one of everything, so that made-up requests meet records that are
there. The description is that of the server, without the form encoding and without the connected
accounts, whose made-up ids would end every request at the door.
"""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

import requests

CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
]
# Nothing a person waits for may be waited for here, in milliseconds.
QUICK = {
    "ENCAISSE_RAIL__ANSWER_TIMEOUT_MS": "2500",
    "ENCAISSE_RAIL__ADVICE_RETRY_FIRST_MS": "150",
    "ENCAISSE_WORKERS__RESOLVE_PERIOD_MS": "100",
}
# The sandbox's cards: one that pays, one that is declined, one whose payer must be authenticated.
NUMBERS = ["4242424242424242", "4000000000000002", "4000002500003155"]


class House:
    """A server with one merchant, in a folder of its own."""

    def __init__(self, binary, folder):
        self.binary, self.log = binary, pathlib.Path(folder, "server.log")
        own = {name: value for name, value in os.environ.items() if not name.startswith("ENCAISSE_")}
        self.environment = own | QUICK | {
            "ENCAISSE_DATA_DIR": folder, "ENCAISSE_LISTEN": "127.0.0.1:0",
            "ENCAISSE_LOG__FORMAT": "json",
        }
        made = self.command("admin", "merchant", "create", "--json", "--name", "Café du Port",
                            "--email", "a@example.com")
        self.key = json.loads(made.stdout)["secret_key"]
        with self.log.open("w") as log:
            self.server = subprocess.Popen([binary, "serve"], env=self.environment, stderr=log)
        self.url = f"http://127.0.0.1:{self.port()}"

    def command(self, *arguments):
        return subprocess.run([self.binary, *arguments], env=self.environment, check=True,
                              capture_output=True, text=True)

    def port(self):
        while self.server.poll() is None:
            ready = re.search(r"Listening on [^ ]*:(\d+)\.", self.log.read_text())
            if ready:
                return ready[1]
            time.sleep(0.05)
        raise SystemExit(f"the server did not start: {self.log.read_text()}")

    def ask(self, method, path, **fields):
        answer = requests.request(method, self.url + path, json=fields or None,
                                  headers={"authorization": f"Bearer {self.key}"}, timeout=30)
        assert answer.ok, (method, path, answer.text)
        return answer.json()

    def stop(self):
        """Ends the server as an operator does: its books balance, and its log is calm."""
        self.server.send_signal(signal.SIGTERM)
        assert self.server.wait(60) == 0, "the server did not end well"
        self.command("ledger", "verify")
        errors = [line for line in self.log.read_text().splitlines() if '"level":"ERROR"' in line]
        assert not errors, "\n".join(errors)


def fill(house):
    """One of everything, so that lists are not empty and ids are known."""
    card = {"type": "card", "card": {"number": NUMBERS[0], "exp_month": 12, "exp_year": 2034}}
    customer = house.ask("POST", "/v1/customers", name="Zoé")["id"]
    method = house.ask("POST", "/v1/payment_methods", **card)["id"]
    house.ask("POST", f"/v1/payment_methods/{method}/attach", customer=customer)
    for more in ({}, {"confirm": True}, {"confirm": True, "capture_method": "manual"}):
        house.ask("POST", "/v1/payment_intents", amount=1250, currency="eur",
                  payment_method_data=card, **more)
    paid = house.ask("POST", "/v1/payment_intents", amount=1250, currency="eur", confirm=True,
                     customer=customer, payment_method=method)
    house.ask("POST", "/v1/refunds", payment_intent=paid["id"], amount=500)
    item = {"price_data": {"currency": "eur", "unit_amount": 250, "product_data": {"name": "Pain"}}}
    house.ask("POST", "/v1/checkout/sessions", mode="payment", line_items=[item])
    made = {"currency": "eur", "unit_amount": 180}
    product = house.ask("POST", "/v1/products", name="Café", default_price_data=made)
    sold = [{"price": product["default_price"], "quantity": 1}]
    house.ask("POST", "/v1/payment_links", line_items=sold)
    house.ask("POST", "/v1/payouts", amount=100, currency="eur")
    hook = {"url": "https://hook.example/a", "enabled_events": ["charge.failed"]}
    house.ask("POST", "/v1/webhook_endpoints", **hook)
    return {"customer": customer, "payment_method": method, "price": product["default_price"]}


def known_ids(house, description):
    """The ids of every list that can be asked for without parameters, by its address."""
    ids = {}
    for path, item in description["paths"].items():
        needed = [one for one in item.get("get", {}).get("parameters", []) if one.get("required")]
        if "get" in item and not needed:
            answer = house.ask("GET", path)
            ids[path] = [one["id"] for one in answer.get("data", []) if "id" in one]
    return ids


def with_known(schema, values):
    return {"anyOf": [{"enum": values}, schema]} if values else schema


def aimed(description, ids, more):
    """The description with values that meet records, beside those that are made up."""
    values = {"currency": ["eur", "jpy"], "number": NUMBERS, "exp_year": [2034], "amount": [1, 1250],
              "url": ["https://hook.example/b"], "query": ["amount>100", "status:'succeeded'"]}
    for path, known in ids.items():
        values[path.rsplit("/", 1)[1].removesuffix("s")] = known
    values |= {name: values.get(name, []) + [known] for name, known in more.items()}
    for schema in objects(description["components"]["schemas"], "_request"):
        for name, inner in schema.get("properties", {}).items():
            schema["properties"][name] = with_known(inner, values.get(name))
    for path, item in description["paths"].items():
        own = ids.get(path.split("/{")[0]) or values.get(path.split("/")[2].removesuffix("s"))
        for operation in item.values():
            for one in operation["parameters"]:
                if "schema" in one:
                    known = own if one["in"] == "path" else values.get(one["name"])
                    one["schema"] = with_known(one["schema"], known)
            operation["parameters"] = [one for one in operation["parameters"]
                                       if not one.get("$ref", "").endswith("/StripeAccount")]
            operation.get("requestBody", {}).get("content", {}).pop(
                "application/x-www-form-urlencoded", None)
    return description


def objects(schemas, ending):
    """Every schema of an object in those whose names end so, however deep."""
    waiting = [schema for name, schema in schemas.items() if name.endswith(ending)]
    while waiting:
        schema = waiting.pop()
        yield schema
        waiting += [inner for inner in schema.get("properties", {}).values() if "type" in inner]
        waiting += [schema["items"]] if "items" in schema else []


def main():
    binary = os.environ["ENCAISSE_BIN"]
    with tempfile.TemporaryDirectory(prefix="encaisse-api-") as folder:
        house = House(binary, folder)
        try:
            more = fill(house)
            description = house.ask("GET", "/openapi.json")
            description = aimed(description, known_ids(house, description), more)
            file = pathlib.Path(folder, "openapi.json")
            file.write_text(json.dumps(description))
            program = pathlib.Path(sys.executable).with_name("schemathesis")
            done = subprocess.run([
                program, "run", file, "--url", house.url, "--header",
                f"Authorization: Bearer {house.key}", "--checks", ",".join(CHECKS), "--seed", "1",
                "--phases", "examples,coverage,fuzzing", "--max-examples", "80",
                "--generation-database", "none", "--warnings", "off", *sys.argv[1:],
            ], cwd=folder, check=False)
        finally:
            house.stop()
    sys.exit(done.returncode)


main()
