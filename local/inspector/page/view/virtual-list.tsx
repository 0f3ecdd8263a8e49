/**
 * A list that draws only the lines on the screen. What the user is doing is never disturbed: the first visible line stays
 * where it is while lines come and go, and lines that have the focus or selected text are not removed. The list follows its
 * end while the end is on the screen and nothing in it has the focus.
 */
import type { ComponentChildren, HTMLAttributes, RefObject } from "preact";
import { useLayoutEffect, useMemo, useReducer, useRef } from "preact/hooks";
import { Layout } from "./layout";
import { type Lines, ScrollPosition } from "./scroll-position";

export interface VirtualListProps<T> {
  readonly items: readonly T[];
  readonly keyOf: (item: T) => string;
  readonly lineHeight: number;
  readonly role: "list" | "listbox";
  /** Keys of open lines, whose height is measured. */
  readonly open?: ReadonlySet<string>;
  /** The line that the keys move. It is drawn wherever it is, and scrolled into view when it changes. */
  readonly active: string;
  readonly onMove: (key: string) => void;
  readonly children: (item: T, index: number) => ComponentChildren;
  readonly container: HTMLAttributes<HTMLDivElement>;
  readonly line: (item: T, index: number) => HTMLAttributes<HTMLDivElement>;
  /** Increases when the list shall go to its end, and follow it. */
  readonly toEnd?: number;
}

/** Lines above and below the screen, so that scrolling shows no gap. */
const MARGIN = 6;

export function VirtualList<T>(props: VirtualListProps<T>) {
  const { items, keyOf, lineHeight, open = NO_KEYS, active } = props;
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const element = useRef<HTMLDivElement>(null);
  const position = useRef(new ScrollPosition()).current;
  /** The height of the list on the screen, and the properties that were acted on. */
  const seen = useRef({ height: 0, active, revealed: "", toEnd: props.toEnd }).current;
  const heights = useRef(new Map<string, number>()).current;
  const observer = useMemo(() => openLines(heights, () => redraw(undefined)), []);
  const selectedKeys = useSelectedKeys(element);

  const indexOf = useIndexOf(items, keyOf);
  const measured = [...open].flatMap((key) => {
    const index = indexOf(key);
    return index < 0 ? [] : [[index, heights.get(key) ?? lineHeight] as const];
  });
  const layout = new Layout(items.length, lineHeight, measured);
  const lines: Lines = { layout, height: seen.height, indexOf, keyAt: (index) => keyAt(items, keyOf, index) };

  if (props.toEnd !== seen.toEnd) position.follow();
  seen.toEnd = props.toEnd;
  const activeIndex = indexOf(active);
  if (active !== seen.active && activeIndex >= 0) {
    seen.active = active;
    position.reveal(activeIndex, lines);
  }
  if (active === "") seen.active = "";
  // An open line is revealed as a whole, once its height is known.
  const isOpened = activeIndex >= 0 && open.has(active) && heights.has(active);
  if (isOpened && seen.revealed !== active) position.reveal(activeIndex, lines);
  seen.revealed = isOpened ? active : "";
  const isBusy = selectedKeys.current.length > 0 || activeIndex >= 0;
  if (isBusy && position.follows) position.stayAt(element.current?.scrollTop ?? 0, lines);
  const top = position.top(lines);

  const first = Math.max(layout.indexAt(top) - MARGIN, 0);
  const last = Math.min(layout.indexAt(top + seen.height) + MARGIN, items.length - 1);
  const pinned = [activeIndex, ...selectedKeys.current.map(indexOf)];
  const shown = new Set(pinned.filter((index) => index >= 0));
  for (let index = first; index <= last; index++) shown.add(index);

  useLayoutEffect(() => {
    const list = element.current;
    if (list !== null && Math.abs(list.scrollTop - top) >= 1) list.scrollTop = top;
    if (!position.follows) position.stayAt(top, lines);
    for (const line of list?.querySelectorAll<HTMLElement>("[data-open]") ?? []) observer.observe(line);
  });
  useLayoutEffect(() => {
    const list = element.current;
    if (list === null) return;
    const size = new ResizeObserver(() => {
      seen.height = list.clientHeight;
      redraw(undefined);
    });
    size.observe(list);
    return () => {
      size.disconnect();
      observer.disconnect();
    };
  }, []);

  const onScroll = (): void => {
    const list = element.current;
    if (list === null || Math.abs(list.scrollTop - top) < 1) return;
    position.stayAt(list.scrollTop, lines);
    // Of the element, not of `layout`: the list may be higher than when it was drawn.
    if (list.scrollTop >= list.scrollHeight - list.clientHeight - 1) position.follow();
    redraw(undefined);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = targetOf(event.key, activeIndex, items.length, Math.max(Math.floor(seen.height / lineHeight) - 1, 1));
    const item = to === undefined ? undefined : items[to];
    if (item === undefined || event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) return;
    event.preventDefault();
    props.onMove(keyOf(item));
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it has a role, of two
    <div
      {...props.container}
      role={props.role}
      class={`list ${props.container.class ?? ""}`}
      ref={element}
      onScroll={onScroll}
      onKeyDown={onKeyDown}
    >
      <div class="filler" role="presentation" style={{ height: `${layout.total}px` }}>
        {[...shown]
          .sort((a, b) => a - b)
          .flatMap((index) => {
            const item = items[index];
            if (item === undefined) return [];
            const key = keyOf(item);
            const isOpen = open.has(key);
            return (
              <div
                {...props.line(item, index)}
                key={key}
                data-key={key}
                data-open={isOpen ? "" : undefined}
                style={{ top: `${layout.offset(index)}px`, ...(isOpen ? {} : { height: `${lineHeight}px` }) }}
              >
                {props.children(item, index)}
              </div>
            );
          })}
      </div>
    </div>
  );
}

/** Returns a function that finds a line: -1 where there is none. Lines move rarely, so the last place is tried first. */
function useIndexOf<T>(items: readonly T[], keyOf: (item: T) => string): (key: string) => number {
  const places = useRef(new Map<string, number>()).current;
  return (key) => {
    const place = places.get(key) ?? -1;
    if (key === "" || (place >= 0 && keyAt(items, keyOf, place) === key)) return place;
    const found = items.findIndex((item) => keyOf(item) === key);
    if (found < 0) places.delete(key);
    else places.set(key, found);
    return found;
  };
}

/** Empty where there is no such line. */
function keyAt<T>(items: readonly T[], keyOf: (item: T) => string, index: number): string {
  const item = items[index];
  return item === undefined ? "" : keyOf(item);
}

/** The keys of the lines in which selected text begins and ends; none where it begins outside of the list. */
function useSelectedKeys(list: RefObject<HTMLDivElement | null>): { readonly current: readonly string[] } {
  const keys = useRef<readonly string[]>(NO_LINES);
  useLayoutEffect(() => {
    const onSelect = (): void => {
      const selection = document.getSelection();
      const isHere = selection?.isCollapsed === false && list.current?.contains(elementOf(selection.anchorNode));
      keys.current = isHere ? [selection.anchorNode, selection.focusNode].flatMap(keyAround) : NO_LINES;
    };
    document.addEventListener("selectionchange", onSelect);
    return () => document.removeEventListener("selectionchange", onSelect);
  }, []);
  return keys;
}

/** Measures open lines, each from when it is drawn, and calls `changed` when one has another height. */
function openLines(heights: Map<string, number>, changed: () => void) {
  const seen = new WeakSet<HTMLElement>();
  const observer = new ResizeObserver((entries) => {
    let isChanged = false;
    for (const { target } of entries) {
      if (!(target instanceof HTMLElement) || target.dataset.open === undefined) continue;
      const key = target.dataset.key ?? "";
      isChanged ||= heights.get(key) !== target.offsetHeight;
      heights.set(key, target.offsetHeight);
    }
    if (isChanged) changed();
  });
  return {
    observe(line: HTMLElement): void {
      if (!seen.has(line)) observer.observe(line);
      seen.add(line);
    },
    disconnect: () => observer.disconnect(),
  };
}

const NO_KEYS: ReadonlySet<string> = new Set();
const NO_LINES: readonly string[] = [];

function targetOf(key: string, from: number, count: number, page: number): number | undefined {
  switch (key) {
    case "ArrowDown":
      return from < 0 ? 0 : Math.min(from + 1, count - 1);
    case "ArrowUp":
      return from < 0 ? count - 1 : Math.max(from - 1, 0);
    case "PageDown":
      return Math.min(Math.max(from, 0) + page, count - 1);
    case "PageUp":
      return Math.max(from - page, 0);
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
}

function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, textarea, select");
}

function elementOf(node: Node | null | undefined): Element | null {
  return node instanceof Element ? node : (node?.parentElement ?? null);
}

function keyAround(node: Node | null | undefined): string[] {
  const key = elementOf(node)?.closest<HTMLElement>("[data-key]")?.dataset.key;
  return key === undefined ? [] : [key];
}
