// The official Stripe package for Node.js drives the whole life of payments against a running
// server. Called with the address of a server and a secret key in test mode. Each function is one
// claim; the first that does not hold ends the run. Knows nothing of the server but its API.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';

const [address, key] = process.argv.slice(2);
const { hostname, port, protocol } = new URL(address);
const settings = { host: hostname, port, protocol: protocol.slice(0, -1), maxNetworkRetries: 0 };
const shop = new Stripe(key, settings);
const DECLINED_NUMBER = '4000000000000002';
const TYPED_CARD = { number: '4242424242424242', exp_month: 12, exp_year: 2034, cvc: '123' };

const pay = (payment_method = 'pm_card_visa', more = {}, options = {}) =>
  shop.paymentIntents.create(
    { amount: 1250, currency: 'eur', confirm: true, payment_method, ...more },
    options,
  );

/** The exception of exactly this class that the promise must end with. */
const raised = async (kind, promise) => {
  const error = await promise.then(
    () => assert.fail(`no ${kind.name}`),
    (error) => error,
  );
  assert.equal(error.constructor.name, kind.name, error.stack);
  assert.ok(error.requestId.startsWith('req_') && error.message);
  return error;
};

const collected = async (list) => {
  const ids = [];
  for await (const one of list) ids.push(one.id);
  return ids;
};

const claims = {
  async 'a payment is made step by step'() {
    const made = await shop.paymentIntents.create({
      amount: 1250,
      currency: 'eur',
      metadata: { order: '7' },
    });
    assert.equal(made.status, 'requires_payment_method');
    const changed = await shop.paymentIntents.update(made.id, {
      description: 'Café',
      metadata: { order: '', table: '3' },
    });
    assert.deepEqual(changed.metadata, { table: '3' });
    const paid = await shop.paymentIntents.confirm(made.id, { payment_method: 'pm_card_visa' });
    assert.deepEqual([paid.status, paid.amount_received], ['succeeded', 1250]);
    assert.deepEqual(await shop.paymentIntents.retrieve(made.id), paid);
  },

  async 'the charge is expanded where it is asked for'() {
    const paid = await pay(undefined, { expand: ['latest_charge'] });
    const details = paid.latest_charge.payment_method_details;
    assert.deepEqual([details.card.brand, details.card.last4], ['visa', '4242']);
    const { data } = await shop.charges.list({ payment_intent: paid.id });
    assert.deepEqual(
      data.map((one) => one.id),
      [paid.latest_charge.id],
    );
    assert.equal((await shop.charges.retrieve(paid.latest_charge.id)).paid, true);
  },

  async 'money is captured later, whole or in part, or not at all'() {
    for (const amount_to_capture of [undefined, 1000]) {
      const held = await pay(undefined, { capture_method: 'manual' });
      assert.deepEqual([held.status, held.amount_capturable], ['requires_capture', 1250]);
      const taken = await shop.paymentIntents.capture(held.id, { amount_to_capture });
      assert.equal(taken.amount_received, amount_to_capture ?? 1250);
    }
    const held = await pay(undefined, { capture_method: 'manual' });
    const gone = await shop.paymentIntents.cancel(held.id);
    assert.equal(gone.status, 'canceled');
    const again = shop.paymentIntents.cancel(held.id);
    const error = await raised(Stripe.errors.StripeInvalidRequestError, again);
    assert.equal(error.code, 'payment_intent_unexpected_state');
  },

  async 'lists are paged through by the package'() {
    const made = [];
    for (let n = 0; n < 12; n += 1) {
      made.unshift((await shop.customers.create({ name: `Zoé ${n}` })).id);
    }
    const all = await collected(shop.customers.list({ limit: 5 }));
    assert.deepEqual(all.slice(0, 12), made);
    assert.equal(new Set(all).size, all.length);
    const newer = await collected(shop.customers.list({ limit: 5, ending_before: made[9] }));
    assert.deepEqual(newer, made.slice(0, 9).reverse());
  },

  async 'a decline is a card error'() {
    for (const [method, code, decline] of [
      ['pm_card_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
      ['pm_card_chargeDeclinedExpiredCard', 'expired_card', ''],
      ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', ''],
    ]) {
      const error = await raised(Stripe.errors.StripeCardError, pay(method));
      assert.deepEqual([error.statusCode, error.code, error.decline_code], [402, code, decline]);
      assert.equal(error.payment_intent.status, 'requires_payment_method');
    }
    const payment_method_data = { type: 'card', card: { ...TYPED_CARD, number: DECLINED_NUMBER } };
    const typed = pay(undefined, { payment_method: undefined, payment_method_data });
    const error = await raised(Stripe.errors.StripeCardError, typed);
    assert.ok(!JSON.stringify(error.raw).includes(DECLINED_NUMBER));
  },

  async 'a payer who must authenticate is sent somewhere'() {
    const waits = await pay('pm_card_authenticationRequired');
    assert.deepEqual([waits.status, waits.next_action.type], [
      'requires_action',
      'redirect_to_url',
    ]);
    const body = new URLSearchParams({ verdict: 'confirm' });
    const answer = await fetch(waits.next_action.redirect_to_url.url, { method: 'POST', body });
    assert.equal(answer.status, 200);
    assert.equal((await shop.paymentIntents.retrieve(waits.id)).status, 'succeeded');
  },

  async 'wrong requests name the parameter'() {
    const { StripeInvalidRequestError } = Stripe.errors;
    const missing = shop.paymentIntents.create({ currency: 'eur' });
    assert.equal((await raised(StripeInvalidRequestError, missing)).param, 'amount');
    const unknown = shop.paymentIntents.create({ amount: 1, currency: 'eur', colour: 'red' });
    assert.equal((await raised(StripeInvalidRequestError, unknown)).code, 'parameter_unknown');
    const absent = await raised(StripeInvalidRequestError, shop.customers.retrieve('cus_none'));
    assert.deepEqual([absent.statusCode, absent.code], [404, 'resource_missing']);
  },

  async 'a key that nobody knows is an authentication error'() {
    const stranger = new Stripe('sk_test_0123456789012345678901', settings);
    await raised(Stripe.errors.StripeAuthenticationError, stranger.paymentIntents.list());
  },

  async 'a repeated request is answered again and not done again'() {
    const options = { idempotencyKey: randomUUID() };
    const first = await pay(undefined, {}, options);
    const again = await pay(undefined, {}, options);
    assert.deepEqual(again, first);
    assert.equal(again.lastResponse.headers['idempotent-replayed'], 'true');
    const other = pay(undefined, { amount: 1251 }, options);
    await raised(Stripe.errors.StripeIdempotencyError, other);
  },

  async 'cards are kept for customers'() {
    const customer = await shop.customers.create({ name: 'Zoé' });
    const card = await shop.paymentMethods.create({ type: 'card', card: TYPED_CARD });
    await shop.paymentMethods.attach(card.id, { customer: customer.id });
    const kept = await collected(shop.paymentMethods.list({ customer: customer.id, type: 'card' }));
    assert.deepEqual(kept, [card.id]);
    const paid = await pay(card.id, { customer: customer.id });
    assert.deepEqual([paid.status, paid.customer], ['succeeded', customer.id]);
    assert.equal((await shop.paymentMethods.detach(card.id)).customer, null);
    assert.equal((await shop.paymentMethods.retrieve(card.id)).card.exp_year, 2034);
  },

  async 'customers are changed and removed'() {
    const made = await shop.customers.create({ name: 'Zoé', email: 'zoe@example.com' });
    const changed = await shop.customers.update(made.id, { phone: '+33 1 23' });
    assert.deepEqual([changed.name, changed.phone], ['Zoé', '+33 1 23']);
    assert.equal((await shop.customers.del(made.id)).deleted, true);
    assert.equal((await shop.customers.retrieve(made.id)).deleted, true);
  },

  async 'money is given back, and never more than was taken'() {
    const { StripeInvalidRequestError } = Stripe.errors;
    const paid = await pay();
    const part = await shop.refunds.create({ payment_intent: paid.id, amount: 250 });
    assert.deepEqual([part.status, part.amount], ['succeeded', 250]);
    const above = shop.refunds.create({ payment_intent: paid.id, amount: 1001 });
    assert.equal((await raised(StripeInvalidRequestError, above)).param, 'amount');
    const rest = await shop.refunds.create({ charge: paid.latest_charge });
    assert.equal(rest.amount, 1000);
    const more = shop.refunds.create({ payment_intent: paid.id });
    const error = await raised(StripeInvalidRequestError, more);
    assert.equal(error.code, 'charge_already_refunded');
    const listed = await collected(shop.refunds.list({ payment_intent: paid.id }));
    assert.deepEqual(listed, [rest.id, part.id]);
    assert.equal((await shop.refunds.retrieve(part.id)).charge, paid.latest_charge);
  },

  async 'the balance is what moved it, and is paid out'() {
    const { StripeInvalidRequestError } = Stripe.errors;
    const due = async () => {
      const { available } = await shop.balance.retrieve();
      return available.find((one) => one.currency === 'eur').amount;
    };
    const before = await due();
    const paid = await pay();
    const charge = await shop.charges.retrieve(paid.latest_charge, {
      expand: ['balance_transaction'],
    });
    const { net, type } = charge.balance_transaction;
    assert.deepEqual([net, type], [1250, 'charge']);
    assert.equal(await due(), before + 1250);
    const above = shop.payouts.create({ amount: before + 1251, currency: 'eur' });
    const error = await raised(StripeInvalidRequestError, above);
    assert.equal(error.code, 'balance_insufficient');
    const made = await shop.payouts.create({ amount: 1250, currency: 'eur' });
    assert.equal(await due(), before);
    assert.deepEqual(await shop.payouts.retrieve(made.id), made);
    assert.equal((await shop.payouts.cancel(made.id)).status, 'canceled');
    const moved = await collected(shop.balanceTransactions.list({ source: made.id }));
    assert.equal(moved.length, 2);
    assert.equal(await due(), before + 1250);
  },

  async 'a link is made and ended'() {
    const made = await shop.checkout.sessions.create({
      mode: 'payment',
      line_items: [
        {
          price_data: { currency: 'eur', unit_amount: 300, product_data: { name: 'Café' } },
          quantity: 2,
        },
      ],
      success_url: 'https://shop.example/thanks',
    });
    assert.deepEqual([made.amount_total, made.status], [600, 'open']);
    assert.ok((await (await fetch(made.url)).text()).includes('Café'));
    assert.deepEqual(await shop.checkout.sessions.retrieve(made.id), made);
    assert.equal((await shop.checkout.sessions.expire(made.id)).status, 'expired');
  },

  async 'products, prices and payment links live their life'() {
    const { StripeInvalidRequestError } = Stripe.errors;
    const product = await shop.products.create({
      name: 'Café',
      default_price_data: { currency: 'eur', unit_amount: 180 },
      expand: ['default_price'],
    });
    const price = product.default_price;
    assert.deepEqual([price.unit_amount, price.product], [180, product.id]);
    const nickname = { nickname: 'usual' };
    assert.equal((await shop.prices.update(price.id, nickname)).nickname, 'usual');
    const kept = shop.products.del(product.id);
    await raised(StripeInvalidRequestError, kept);
    const line_items = [{ price: price.id, quantity: 2 }];
    const session = await shop.checkout.sessions.create({ mode: 'payment', line_items });
    assert.equal(session.amount_total, 360);
    const { data } = await shop.checkout.sessions.listLineItems(session.id);
    assert.deepEqual([data[0].price.id, data[0].quantity], [price.id, 2]);
    const link = await shop.paymentLinks.create({
      line_items,
      restrictions: { completed_sessions: { limit: 1 } },
    });
    assert.ok((await (await fetch(link.url)).text()).includes('Café'));
    const ended = await shop.paymentLinks.update(link.id, { active: false });
    assert.deepEqual([ended.active, (await fetch(link.url)).status], [false, 410]);
    const sold = await shop.paymentLinks.listLineItems(link.id);
    assert.equal(sold.data[0].amount_total, 360);
    assert.ok((await collected(shop.prices.list({ product: product.id }))).includes(price.id));
  },

  async 'what happened can be read as events'() {
    const paid = await pay();
    const { data } = await shop.events.list({ limit: 10 });
    const about = data.filter((event) => event.data.object.id === paid.id);
    assert.ok(about.some((event) => event.type === 'payment_intent.succeeded'));
    assert.deepEqual(await shop.events.retrieve(about[0].id), about[0]);
  },

  async 'events arrive signed as both official packages verify'() {
    const desk = createServer();
    desk.listen(0, '127.0.0.1');
    await once(desk, 'listening');
    const url = `http://127.0.0.1:${desk.address().port}/hook`;
    const wish = { url, enabled_events: ['customer.created'] };
    const made = await shop.webhookEndpoints.create(wish);
    const arriving = once(desk, 'request');
    const customer = await shop.customers.create({ name: 'Zoé' });
    const [request, answer] = await arriving;
    const parts = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts);
    answer.end();
    const { headers } = request;
    const signature = headers['stripe-signature'];
    const event = shop.webhooks.constructEvent(body, signature, made.secret);
    assert.deepEqual([event.type, event.data.object.id], ['customer.created', customer.id]);
    assert.equal(new Webhook(made.secret).verify(body, headers).id, event.id);
    const wrong = `whsec_${Buffer.alloc(32).toString('base64')}`;
    assert.throws(() => shop.webhooks.constructEvent(body, signature, wrong));
    assert.throws(() => new Webhook(wrong).verify(body, headers));
    assert.equal((await shop.webhookEndpoints.del(made.id)).deleted, true);
    desk.close();
    desk.closeAllConnections();
  },
};

for (const [name, claim] of Object.entries(claims)) {
  console.log(`${name} …`);
  await claim();
}
console.log(`${Object.keys(claims).length} claims hold`);
