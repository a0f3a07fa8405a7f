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
import moderate from "./examples/moderate.graphql";
import pay from "./examples/pay.graphql";
import payLess from "./examples/pay-less.graphql";
import product from "./examples/product.graphql";
import receive from "./examples/receive.graphql";
import reviews from "./examples/reviews.graphql";
import search from "./examples/search.graphql";
import setStatus from "./examples/set-status.graphql";
import shelves from "./examples/shelves.graphql";
import suggest from "./examples/suggest.graphql";
import watch from "./examples/watch.graphql";
import watchCart from "./examples/watch-cart.graphql";
import watchOrder from "./examples/watch-order.graphql";
import watchReviews from "./examples/watch-reviews.graphql";
import watchStock from "./examples/watch-stock.graphql";
import {
  AN_ORDER,
  aCart,
  aDelivery,
  aDraft,
  aFilling,
  aHeldCart,
  aKey,
  aProduct,
  aPurchase,
  aVariant,
  anEntrance,
  anOrder,
  switched,
} from "./things";

export interface Example {
  readonly title: string;
  readonly sentence: string;
  readonly document: string;
  /** The group that may run it; everybody may where there is none. */
  readonly group?: string;
  /** Asks the shop for what must exist in it, as whoever one is. */
  readonly variables?: () => Promise<object>;
}

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
    title: "What buyers say",
    sentence: "A product's rating, how many gave how many stars, and what others found most helpful.",
    document: reviews,
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
    title: "Watch reviews",
    sentence: "Each that appears, changes or goes, live, with the rating that it makes.",
    document: watchReviews,
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
    title: "Reviews to read",
    sentence: "What buyers have said that nobody sees before the shop has read it, what waits longest first.",
    document: moderate,
    group: "staff",
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
