"""How staff read and set the shop's terms: discounts, shipping zones, tax tables."""

import strawberry

from schema.cart.discounts import Discount, DiscountConnection, DiscountInput, DiscountPayload
from schema.cart.taxes import TaxTable, TaxTableInput, TaxTablePayload
from schema.cart.zones import ShippingZone, ShippingZoneInput, ShippingZonePayload
from schema.deletes import DeletePayload
from schema.route import Access, routed


@strawberry.type
class TermsQueries:
    @routed("cart", Access.STAFF)
    def discount(self, id: strawberry.ID) -> Discount | None:
        """A discount by its id.

        id: Which one.
        """

    @routed("cart", Access.STAFF)
    def discounts(self, first: int | None = None, after: str | None = None) -> DiscountConnection:
        """A page of all discounts, newest first.

        first: How many, 1 to 100; 20 when left out.
        after: The cursor to go on from.
        """

    @routed("cart", Access.STAFF)
    def shipping_zones(self) -> list[ShippingZone]:
        """Every shipping zone, by name."""

    @routed("cart", Access.STAFF)
    def tax_tables(self) -> list[TaxTable]:
        """Every country's tax table, by country."""


@strawberry.type
class TermsMutations:
    @routed("cart", Access.STAFF)
    def discount_save(
        self, input: DiscountInput, id: strawberry.ID | None = None, expected_version: int | None = None
    ) -> DiscountPayload:
        """Store a new discount, or replace the content of one. How often it was used stays counted.

        input: The whole content of the discount.
        id: Which discount; a new one when left out.
        expected_version: Change it only if this is still its version.
        """

    @routed("cart", Access.STAFF)
    def shipping_zone_save(
        self, input: ShippingZoneInput, id: strawberry.ID | None = None, expected_version: int | None = None
    ) -> ShippingZonePayload:
        """Store a new shipping zone, or replace the content of one.

        input: The whole content of the zone.
        id: Which zone; a new one when left out.
        expected_version: Change it only if this is still its version.
        """

    @routed("cart", Access.STAFF)
    def shipping_zone_delete(self, id: strawberry.ID) -> DeletePayload:
        """Remove a shipping zone.

        id: Which zone.
        """

    @routed("cart", Access.STAFF)
    def tax_table_save(self, input: TaxTableInput, expected_version: int | None = None) -> TaxTablePayload:
        """Store a country's tax table, in place of the one that it has.

        input: The whole content of the table, with its country.
        expected_version: Change it only if this is still its version.
        """

    @routed("cart", Access.STAFF)
    def tax_table_delete(self, country: str) -> DeletePayload:
        """Remove a country's tax table: what goes there costs what is listed.

        country: The country's code by ISO 3166-1 alpha-2.
        """
