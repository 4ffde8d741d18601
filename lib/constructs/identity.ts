/** Names that follow from construct ids, and the search for the mesh above a construct. */

/** `ProductCatalog` and `product_catalog` become `product-catalog`, `HTTPServer` becomes `http-server`. */
export function kebab(id: string): string {
  return id
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase();
}
