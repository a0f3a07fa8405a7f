// Ready-made operations for the main jobs, each of which runs as it is in the shop at hand.

import { type GraphQLSchema, getOperationAST, parse, validate } from "graphql";

import browse from "./examples/browse.graphql";
import buy from "./examples/buy.graphql";
import confirm from "./examples/confirm.graphql";
import create from "./examples/create.graphql";
import discounts from "./examples/discounts.graphql";
import fillCart from "./examples/fill-cart.graphql";
import findOrder from "./examples/find-order.graphql";
import holdCart from "./examples/hold-cart.graphql";
import pay from "./examples/pay.graphql";
import payLess from "./examples/pay-less.graphql";
import product from "./examples/product.graphql";
import receive from "./examples/receive.graphql";
import search from "./examples/search.graphql";
import setStatus from "./examples/set-status.graphql";
import shelves from "./examples/shelves.graphql";
import suggest from "./examples/suggest.graphql";
import watch from "./examples/watch.graphql";
import watchCart from "./examples/watch-cart.graphql";
import watchOrder from "./examples/watch-order.graphql";
import watchStock from "./examples/watch-stock.graphql";
import { ask } from "./graph";

export interface Example {
  readonly title: string;
  readonly sentence: string;
  readonly document: string;
  /** The group that may run it; everybody may where there is none. */
  readonly group?: string;
  /** Asks the shop for what must exist in it, as whoever one is. */
  readonly variables?: () => Promise<object>;
}

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

const AN_ORDER = {
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

export const EXAMPLES: readonly Example[] = [
  {
    title: "Browse",
    sentence: "The newest products and what they cost, a page at a time.",
    document: browse,
  },
  {
    title: "Search",
    sentence: "Find products by words, with facets to narrow the list by.",
    document: search,
    variables: async () => ({ words: "linen" }),
  },
  {
    title: "One product",
    sentence: "All that a product page shows: options, pictures, variants, prices, what is left.",
    document: product,
    variables: async () => ({ slug: (await aProduct()).slug }),
  },
  {
    title: "As you type",
    sentence: "What to offer a buyer who has typed two letters.",
    document: suggest,
    variables: async () => ({ prefix: "te" }),
  },
  {
    title: "Shelves",
    sentence: "Every category with the one above it, and the collections.",
    document: shelves,
  },
  {
    title: "Watch a product",
    sentence: "Its changes, live. Leave it running and change the product in a second window.",
    document: watch,
    variables: async () => ({ productId: (await aProduct()).id }),
  },
  {
    title: "Watch stock",
    sentence: "What is left of a variant, live. Leave it running and let some come in, in a second window.",
    document: watchStock,
    variables: async () => ({ variantId: await aVariant() }),
  },
  {
    title: "Fill a cart",
    sentence:
      "Begin one with two lines. Sent twice, the key gives the same cart again; whoever has its id may change it.",
    document: fillCart,
    variables: aFilling,
  },
  {
    title: "Watch a cart",
    sentence: "Its changes, live. Leave it running and run those below in a second window.",
    document: watchCart,
    variables: async () => ({ cartId: await aCart() }),
  },
  {
    title: "Pay less",
    sentence: "A discount's code, and where it goes: what it costs to send, the taxes, the total to the cent.",
    document: payLess,
    variables: async () => ({ cartId: await aCart(), ...AN_ORDER }),
  },
  {
    title: "Hold it",
    sentence: "Keep everything in the cart for its buyer for 15 minutes, or learn what is missing.",
    document: holdCart,
    variables: async () => ({ cartId: await aCart(), key: aKey() }),
  },
  {
    title: "Pay for it",
    sentence: "Have what the cart costs promised, here by the simulator. Nothing is taken before there is an order.",
    document: pay,
    variables: async () => ({ cartId: await aHeldCart(), key: aKey() }),
  },
  {
    title: "Buy it",
    sentence: "The cart that was paid becomes an order, and a guest is given what they find it by.",
    document: buy,
    variables: aPurchase,
  },
  {
    title: "Watch an order",
    sentence:
      "Its changes, live: the money is taken, the shop confirms it. Leave it running, and confirm it elsewhere.",
    document: watchOrder,
    variables: async () => ({ orderId: (await anOrder()).order?.id ?? "" }),
  },
  {
    title: "Find it again",
    sentence: "A guest's order by its number, their e-mail and the token that the letter says too.",
    document: findOrder,
    variables: anEntrance,
  },
  {
    title: "Confirm an order",
    sentence: "Accept what was bought last. What may be done next is in allowedActions.",
    document: confirm,
    group: "staff",
    variables: async () => ({ orderId: (await anOrder()).order?.id ?? "", key: aKey() }),
  },
  {
    title: "Put it on sale, or back to draft",
    sentence: "Switch who can see a product. A draft is for staff only.",
    document: setStatus,
    group: "staff",
    variables: async () => switched(await aProduct()),
  },
  {
    title: "Receive goods",
    sentence: "Ten units more of a variant. The key makes sending it twice harmless.",
    document: receive,
    group: "staff",
    variables: async () => aDelivery(await aVariant()),
  },
  {
    title: "Discounts",
    sentence: "Those that the shop gives, by a code or to everybody, and how often each was used.",
    document: discounts,
    group: "staff",
  },
  {
    title: "Create a product",
    sentence: "Store a new draft. The key makes sending it twice harmless.",
    document: create,
    group: "staff",
    variables: async () => aDraft(),
  },
];

/** Those that the schema can answer; all of them where it is not known. */
export function answerable(schema: GraphQLSchema | null | undefined): readonly Example[] {
  if (!schema) return EXAMPLES;
  return EXAMPLES.filter(({ document }) => fits(schema, document));
}

/** Validation has no rule for an operation whose very kind the schema lacks. */
function fits(schema: GraphQLSchema, text: string): boolean {
  const document = parse(text);
  const operation = getOperationAST(document)?.operation;
  return operation !== undefined && schema.getRootType(operation) != null && validate(schema, document).length === 0;
}

/** The one that was taken last, in any window, so that two windows speak of the same; else the first by name. */
async function aProduct(): Promise<Found> {
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
async function aVariant(): Promise<string> {
  const { result } = await ask({ query: A_VARIANT, variables: { id: (await aProduct()).id } });
  const { product } = (result.data ?? {}) as { product?: { variants: { edges: { node: { id: string } }[] } } | null };
  return product?.variants.edges[0]?.node.id ?? "";
}

/** To the warehouse that is asked first for goods. */
async function aDelivery(variantId: string): Promise<object> {
  const { result } = await ask({ query: THE_WAREHOUSES });
  const { warehouses } = (result.data ?? {}) as { warehouses?: { id: string }[] };
  return {
    key: aKey(),
    changes: [{ variantId, warehouseId: warehouses?.[0]?.id ?? "", delta: 10, reason: "RECEIVED" }],
  };
}

/** Of two products that can be had, and not of `aProduct`, which other examples take off sale. */
async function aFilling(): Promise<Filling> {
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
async function aCart(): Promise<string> {
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
async function aHeldCart(): Promise<string> {
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
async function aPurchase(): Promise<Purchase> {
  const cartId = await aHeldCart();
  const { result } = await ask({ query: A_PAYMENT, variables: { cartId, key: aKey() } });
  const { paymentStart } = (result.data ?? {}) as { paymentStart?: { payment: { id: string; amount: object } | null } };
  const { id: paymentId, amount: total } = paymentStart?.payment ?? { id: "", amount: {} };
  const purchase = { cartId, paymentId, total, key: aKey() };
  localStorage.setItem(LAST_PURCHASE, JSON.stringify(purchase));
  return purchase;
}

/** What "Buy it" gives, was it run or not, in any window: the same key is the same order. Else something is bought. */
async function anOrder(): Promise<Bought> {
  const last = localStorage.getItem(LAST_PURCHASE);
  const found = last === null ? undefined : await bought(JSON.parse(last) as Purchase);
  return found?.order ? found : await bought(await aPurchase());
}

async function bought(purchase: Purchase): Promise<Bought> {
  const { result } = await ask({ query: AN_ORDER_OF, variables: purchase });
  const { checkoutComplete } = (result.data ?? {}) as { checkoutComplete?: Bought };
  return checkoutComplete ?? { order: null, guestToken: null };
}

async function anEntrance(): Promise<object> {
  const { order, guestToken } = await anOrder();
  return { number: order?.number ?? "", email: order?.email ?? "", token: guestToken ?? "" };
}

function aKey(): string {
  return `explorer-${Date.now().toString(36)}`;
}

function switched({ id, status }: Found): object {
  return { id, status: status === "ACTIVE" ? "DRAFT" : "ACTIVE" };
}

function aDraft(): object {
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
