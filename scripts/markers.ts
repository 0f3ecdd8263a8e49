/** Puts generated tables into pages of the manual. */

/**
 * Replaces the text between the markers `<!-- NAME:start -->` and `<!-- NAME:end -->`. A page without them is unchanged.
 *
 * @example withTable("<!-- a:start -->\nold\n<!-- a:end -->", "a", "new") // "<!-- a:start -->\nnew\n<!-- a:end -->"
 */
export function withTable(page: string, name: string, table: string): string {
  const start = `<!-- ${name}:start -->`;
  const [from, to] = [page.indexOf(start), page.indexOf(`<!-- ${name}:end -->`)];
  return from < 0 || to < from ? page : `${page.slice(0, from + start.length)}\n${table}\n${page.slice(to)}`;
}
