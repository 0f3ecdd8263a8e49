/** The place of a list on the screen, while lines come and go. */
import { Layout } from "../../../../local/inspector/page/view/layout";
import { type Lines, ScrollPosition } from "../../../../local/inspector/page/view/scroll-position";

const LINE = 20;
const HEIGHT = 100;

/** A list of these lines; those in `open` have this height. */
function lines(keys: readonly string[], open: Readonly<Record<string, number>> = {}): Lines {
  const heights = Object.entries(open).map(([key, height]) => [keys.indexOf(key), height] as const);
  return {
    layout: new Layout(keys.length, LINE, heights),
    height: HEIGHT,
    keyAt: (index) => keys[index] ?? "",
    indexOf: (key) => keys.indexOf(key),
  };
}

const keys = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `${from + i}`);
/** A list that stays at this many pixels. */
function at(top: number, list: Lines): ScrollPosition {
  const position = new ScrollPosition();
  position.stayAt(top, list);
  return position;
}

test("follows the end until it stays somewhere, and when it is asked to", () => {
  const position = new ScrollPosition();
  expect(position.top(lines(keys(0, 3)))).toBe(0);
  expect(position.top(lines(keys(0, 20)))).toBe(20 * LINE - HEIGHT);
  position.stayAt(50, lines(keys(0, 20)));
  expect(position.top(lines(keys(0, 30)))).toBe(50);
  position.follow();
  expect(position.top(lines(keys(0, 30)))).toBe(30 * LINE - HEIGHT);
});

test("stays at its line, and at the part of it, while lines before it come and go", () => {
  const position = at(10 * LINE + 7, lines(keys(0, 50)));
  expect(position.top(lines(keys(4, 50)))).toBe(6 * LINE + 7);
  expect(position.top(lines(["new", ...keys(0, 50)]))).toBe(11 * LINE + 7);
  expect(position.top(lines(keys(0, 50), { 3: 75 }))).toBe(10 * LINE + 7 + 75 - LINE);
});

test("stays at the place of a line that is gone, and within the list", () => {
  const position = at(10 * LINE + 7, lines(keys(0, 50)));
  expect(position.top(lines(keys(0, 50).filter((key) => key !== "10")))).toBe(10 * LINE);
  expect(position.top(lines(keys(20, 32)))).toBe(12 * LINE - HEIGHT);
  expect(position.top(lines([]))).toBe(0);
});

test.each([
  ["a line on the screen: not at all", 12, 10 * LINE],
  ["a line above: to it", 3, 3 * LINE],
  ["a line below: until it is the last one", 20, 21 * LINE - HEIGHT],
  ["the last line", 49, 50 * LINE - HEIGHT],
])("scrolls to %s", (_, index, top) => {
  const list = lines(keys(0, 50));
  const position = at(10 * LINE, list);
  position.reveal(index, list);
  expect(position.top(list)).toBe(top);
});

test("reveals the beginning of a line that is higher than the screen, below a few others", () => {
  const list = lines(keys(0, 50), { 20: 3 * HEIGHT });
  const position = at(12 * LINE, list);
  position.reveal(20, list);
  expect(position.top(list)).toBe(16 * LINE);
});

test("reveals from the end which it follows", () => {
  const list = lines(keys(0, 50));
  const position = new ScrollPosition();
  position.reveal(48, list);
  expect(position.top(list)).toBe(50 * LINE - HEIGHT);
  expect(position.follows).toBe(false);
});
