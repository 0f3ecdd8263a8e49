/** Tests tables of configuration mistakes: each row has the file, the position of the mistake and all messages. */
import { problemsOf, said } from "./load";

/** Marks each position at which a mistake must be reported, in the order of the messages. */
const MARK = "▸";

export const LOGIN = "issuer: https://login.example.com/, audience: quotes";
export const authorizer = (keys: string) => `name: quotes\nbackend: https://api.example.com\nauthorizer: {${keys}}\n`;

/** The mistake, the file with its marks, and the messages. A message may begin with its position, as `line:column `. */
type Case = readonly [mistake: string, marked: string, ...messages: string[]];

/** Defines one test for each mistake. */
export function finds(what: string, cases: readonly Case[]): void {
  describe(`finds mistakes in ${what}:`, () => {
    test.each(cases.map(([mistake, marked, ...messages]) => ({ mistake, marked, messages })))(
      "$mistake",
      ({ marked, messages }) => {
        const [yaml, places] = unmark(marked);
        const expected = messages.map((message) =>
          /^\d+:\d+ /.test(message) ? message : `${places.shift() ?? "nowhere"} ${message}`,
        );
        expect(problemsOf(yaml).map(said)).toEqual(expected);
        expect(places).toEqual([]);
      },
    );
  });
}

function unmark(marked: string): [yaml: string, places: string[]] {
  const [first = "", ...rest] = marked.split(MARK);
  let before = first;
  const places = rest.map((text) => {
    const lines = before.split("\n");
    before += text;
    return `${lines.length}:${(lines.at(-1) ?? "").length + 1}`;
  });
  return [before, places];
}
