// What examples are about: things that there are in the shop at hand, taken or made for them.

import { ask } from "./graph";

interface Found {
  readonly id: string;
  readonly slug: string;
  readonly status: string;
}

interface Stocked {
  readonly id: string;
  readonly status: string;
  readonly variants: { readonly edges: { node: { id: string; availability: { purchasable: boolean } | null } }[] };
}

/** What to put into a new cart. */
interface Filling {
  readonly key: string;
  readonly lines: readonly { readonly variantId: string; readonly quantity: number }[];
}

/** A cart that lacks nothing, and what was promised for it. */
interface Purchase {
  readonly cartId: string;
  readonly paymentId: string;
  readonly total: object;
  readonly key: string;
}

interface Bought {
  readonly order: { readonly id: string; readonly number: string; readonly email: string } | null;
  readonly guestToken: string | null;
}

const LAST_PRODUCT = "souk.product";
const LAST_FILLING = "souk.cart";
const LAST_PURCHASE = "souk.purchase";
const A_PRODUCT = `query ($id: ID!, $known: Boolean!) {
  product(id: $id) @include(if: $known) { id slug status }
  products(first: 1, sort: NAME) { edges { node { id slug status } } }
}`;

const A_VARIANT = `query ($id: ID!) {
  product(id: $id) { variants(first: 1) { edges { node { id } } } }
}`;
const SOME_VARIANTS = `{
  products(first: 20, sort: NAME) {
    edges { node { id status variants(first: 1) { edges { node { id availability { purchasable } } } } } }
  }
}`;
const A_CART = `mutation ($lines: [CartLineInput!]!, $key: String!) {
  cartCreate(lines: $lines, idempotencyKey: $key) { cart { id } }
}`;
/** Changes nothing; a cart that was bought refuses it. */
const IS_OPEN = `mutation ($cartId: ID!) {
  cartDetailsSet(cartId: $cartId, input: {}) { userErrors { code } }
}`;
const DETAILS = `mutation ($cartId: ID!, $details: CartDetailsInput!) {
  cartDetailsSet(cartId: $cartId, input: $details) { cart { shippingQuotes { id } } }
}`;
const THE_HOLD = `mutation ($cartId: ID!, $quote: ID, $key: String!) {
  cartDetailsSet(cartId: $cartId, input: { shippingQuoteId: $quote }) { cart { id } }
  cartReserve(cartId: $cartId, idempotencyKey: $key) { cart { id } }
}`;
const A_PAYMENT = `mutation ($cartId: ID!, $key: String!) {
  paymentStart(cartId: $cartId, provider: "simulator", idempotencyKey: $key) {
    payment { id amount { amount currency } }
  }
}`;
const AN_ORDER_OF = `mutation ($cartId: ID!, $paymentId: ID!, $total: MoneyInput!, $key: String!) {
  checkoutComplete(cartId: $cartId, paymentId: $paymentId, expectedTotal: $total, idempotencyKey: $key) {
    order { id number email } guestToken
  }
}`;
const THE_WAREHOUSES = "{ warehouses { id } }";

export const AN_ORDER = {
  codes: ["WELCOME10"],
  details: {
    email: "ada@example.com",
    shippingAddress: {
      name: "Ada Lovelace",
      line1: "350 Fifth Avenue",
      city: "New York",
      region: "NY",
      postalCode: "10118",
      country: "US",
    },
  },
};

/** The one that was taken last, in any window, so that two windows speak of the same; else the first by name. */
export async function aProduct(): Promise<Found> {
  const last = localStorage.getItem(LAST_PRODUCT);
  const { result } = await ask({ query: A_PRODUCT, variables: { id: last ?? "", known: last !== null } });
  const { product, products } = (result.data ?? {}) as {
    product?: Found | null;
    products?: { edges: { node: Found }[] };
  };
  const found = product ?? products?.edges[0]?.node ?? { id: "", slug: "", status: "" };
  localStorage.setItem(LAST_PRODUCT, found.id);
  return found;
}

/** The first variant of `aProduct`. */
export async function aVariant(): Promise<string> {
  const { result } = await ask({ query: A_VARIANT, variables: { id: (await aProduct()).id } });
  const { product } = (result.data ?? {}) as { product?: { variants: { edges: { node: { id: string } }[] } } | null };
  return product?.variants.edges[0]?.node.id ?? "";
}

/** To the warehouse that is asked first for goods. */
export async function aDelivery(variantId: string): Promise<object> {
  const { result } = await ask({ query: THE_WAREHOUSES });
  const { warehouses } = (result.data ?? {}) as { warehouses?: { id: string }[] };
  return {
    key: aKey(),
    changes: [{ variantId, warehouseId: warehouses?.[0]?.id ?? "", delta: 10, reason: "RECEIVED" }],
  };
}

/** Of two products that can be had, and not of `aProduct`, which other examples take off sale. */
export async function aFilling(): Promise<Filling> {
  const { id: other } = await aProduct();
  const { result } = await ask({ query: SOME_VARIANTS });
  const { products } = (result.data ?? {}) as { products?: { edges: { node: Stocked }[] } };
  const lines = (products?.edges ?? [])
    .filter(({ node: { id, status } }) => id !== other && status === "ACTIVE")
    .flatMap(({ node: { variants } }) => variants.edges.filter(({ node }) => node.availability?.purchasable))
    .slice(0, 2)
    .map(({ node }, place) => ({ variantId: node.id, quantity: 2 - place }));
  const filling = { lines, key: aKey() };
  localStorage.setItem(LAST_FILLING, JSON.stringify(filling));
  return filling;
}

/**
 * What "Fill a cart" gives, was it run or not, in any window: the same key is the same cart. Another one when there is
 * none, or when it was bought.
 */
export async function aCart(): Promise<string> {
  const last = localStorage.getItem(LAST_FILLING);
  const found = last === null ? undefined : await filled(JSON.parse(last) as Filling);
  return found ?? (await filled(await aFilling())) ?? "";
}

async function filled(filling: Filling): Promise<string | undefined> {
  const { result } = await ask({ query: A_CART, variables: filling });
  const { cartCreate } = (result.data ?? {}) as { cartCreate?: { cart: { id: string } | null } | null };
  const id = cartCreate?.cart?.id;
  return id !== undefined && (await isOpen(id)) ? id : undefined;
}

async function isOpen(cartId: string): Promise<boolean> {
  const { result } = await ask({ query: IS_OPEN, variables: { cartId } });
  const { cartDetailsSet } = (result.data ?? {}) as { cartDetailsSet?: { userErrors: object[] } };
  return cartDetailsSet?.userErrors.length === 0;
}

/** `aCart`, of which nothing is lacking: said where it goes, sent the cheapest way, held. */
export async function aHeldCart(): Promise<string> {
  const cartId = await aCart();
  // A buyer of their own each time: some discounts are for one's first order.
  const details = { ...AN_ORDER.details, email: `${aKey()}@example.com` };
  const { result } = await ask({ query: DETAILS, variables: { cartId, details } });
  const { cartDetailsSet } = (result.data ?? {}) as {
    cartDetailsSet?: { cart: { shippingQuotes: { id: string }[] } | null };
  };
  const quote = cartDetailsSet?.cart?.shippingQuotes[0]?.id ?? null;
  await ask({ query: THE_HOLD, variables: { cartId, quote, key: aKey() } });
  return cartId;
}

/** Of `aHeldCart`, which is paid with this: half a minute later the shop makes it an order by itself. */
export async function aPurchase(): Promise<Purchase> {
  const cartId = await aHeldCart();
  const { result } = await ask({ query: A_PAYMENT, variables: { cartId, key: aKey() } });
  const { paymentStart } = (result.data ?? {}) as { paymentStart?: { payment: { id: string; amount: object } | null } };
  const { id: paymentId, amount: total } = paymentStart?.payment ?? { id: "", amount: {} };
  const purchase = { cartId, paymentId, total, key: aKey() };
  localStorage.setItem(LAST_PURCHASE, JSON.stringify(purchase));
  return purchase;
}

/** What "Buy it" gives, was it run or not, in any window: the same key is the same order. Else something is bought. */
export async function anOrder(): Promise<Bought> {
  const last = localStorage.getItem(LAST_PURCHASE);
  const found = last === null ? undefined : await bought(JSON.parse(last) as Purchase);
  return found?.order ? found : await bought(await aPurchase());
}

async function bought(purchase: Purchase): Promise<Bought> {
  const { result } = await ask({ query: AN_ORDER_OF, variables: purchase });
  const { checkoutComplete } = (result.data ?? {}) as { checkoutComplete?: Bought };
  return checkoutComplete ?? { order: null, guestToken: null };
}

export async function anEntrance(): Promise<object> {
  const { order, guestToken } = await anOrder();
  return { number: order?.number ?? "", email: order?.email ?? "", token: guestToken ?? "" };
}

export function aKey(): string {
  return `explorer-${Date.now().toString(36)}`;
}

export function switched({ id, status }: Found): object {
  return { id, status: status === "ACTIVE" ? "DRAFT" : "ACTIVE" };
}

export function aDraft(): object {
  const unique = Date.now().toString(36);
  return {
    key: `explorer-${unique}`,
    input: {
      slug: `tea-tin-${unique}`,
      name: "Tea Tin",
      kind: "PHYSICAL",
      vendor: "Kiln Street",
      tags: ["tea", "gift"],
      variants: [{ sku: `TEA-${unique.toUpperCase()}`, prices: [{ amount: "12.50", currency: "USD" }] }],
    },
  };
}
