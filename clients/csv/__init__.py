"""Product files in Shopify's CSV format: read into the shop, and written from it."""
