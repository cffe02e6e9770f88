"""The official Stripe package for Python pages through a long list by itself.

Called with the address of a server, a secret key in test mode, and how many customers there are.
Knows nothing of the server but its API.
"""

import itertools
import sys

import stripe


def main(address, key, count):
    client = stripe.StripeClient(key, base_addresses={"api": address}, max_network_retries=0)
    customers = client.v1.customers
    every = list(customers.list({"limit": 100}).auto_paging_iter())
    ids = [one.id for one in every]
    assert len(ids) == int(count), len(ids)
    assert ids == sorted(set(ids), reverse=True)
    upwards = customers.list({"limit": 100, "ending_before": ids[-1]}).auto_paging_iter()
    assert [one.id for one in itertools.islice(upwards, 250)] == ids[-2:-252:-1]
    rare = [one.id for one in every if one.metadata.to_dict()]
    for query in ["-metadata['table']:null", "metadata['table']:'6'"]:
        found = customers.search({"query": query, "limit": 100}).auto_paging_iter()
        assert [one.id for one in found] == rare, query
    print("4 claims hold")


main(*sys.argv[1:])
