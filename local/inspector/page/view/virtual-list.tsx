/**
 * A list that draws only the lines on the screen. What the user is doing is never disturbed: the first visible line stays
 * where it is while lines come and go, and lines that have the focus or selected text are not removed. The list follows its
 * end while the end is on the screen and nothing in it has the focus.
 */
import type { ComponentChildren, HTMLAttributes } from "preact";
import { useLayoutEffect, useMemo, useReducer, useRef } from "preact/hooks";
import { Layout } from "./layout";

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
/** Lines that stay visible above a long one that is opened. */
const CONTEXT = 5;

export function VirtualList<T>(props: VirtualListProps<T>) {
  const { items, keyOf, lineHeight, open = NO_KEYS, active } = props;
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const element = useRef<HTMLDivElement>(null);
  const view = useRef({
    height: 0,
    follow: true,
    key: "",
    index: 0,
    delta: 0,
    active,
    revealed: "",
    toEnd: props.toEnd,
  }).current;
  const heights = useRef(new Map<string, number>()).current;
  const selectedKeys = useRef<readonly string[]>([]);
  const observer = useMemo(() => openLines(heights, () => redraw(undefined)), []);
  const guesses = useRef(new Map<string, number>()).current;

  /** -1 where there is no such line. Lines move rarely, so the last place is tried first. */
  const indexOf = (key: string): number => {
    const guess = guesses.get(key) ?? -1;
    const known = items[guess];
    if (known !== undefined && keyOf(known) === key) return guess;
    const found = key === "" ? -1 : items.findIndex((item) => keyOf(item) === key);
    if (found < 0) guesses.delete(key);
    else guesses.set(key, found);
    return found;
  };
  const measured = [...open].flatMap((key) => {
    const index = indexOf(key);
    return index < 0 ? [] : [[index, heights.get(key) ?? lineHeight] as const];
  });
  const layout = new Layout(items.length, lineHeight, measured);
  const highest = Math.max(layout.total - view.height, 0);
  const has = (within: Element | null): boolean => Boolean(within && element.current?.contains(within));

  const keep = (top: number): void => {
    view.index = layout.indexAt(top);
    const item = items[view.index];
    view.key = item === undefined ? "" : keyOf(item);
    view.delta = top - layout.offset(view.index);
  };
  const topNow = (): number => {
    const found = indexOf(view.key);
    const index = found < 0 ? Math.min(view.index, Math.max(items.length - 1, 0)) : found;
    return Math.min(layout.offset(index) + (found < 0 ? 0 : view.delta), highest);
  };
  /** Where to scroll so that the whole line is visible, or its beginning below a few lines before it. */
  const reveal = (index: number): number => {
    const from = layout.offset(index);
    const now = topNow();
    if (from < now) return from;
    const farthest = Math.max(from - CONTEXT * lineHeight, 0);
    return Math.min(Math.max(now, Math.min(layout.offset(index + 1) - view.height, farthest)), highest);
  };

  if (props.toEnd !== view.toEnd) {
    view.toEnd = props.toEnd;
    view.follow = true;
  }
  const activeIndex = indexOf(active);
  if (active !== view.active && activeIndex >= 0) {
    view.active = active;
    view.follow = false;
    keep(reveal(activeIndex));
  }
  if (active === "") view.active = "";
  // An open line is revealed as a whole, once its height is known.
  const isOpened = activeIndex >= 0 && open.has(active) && heights.has(active);
  if (isOpened && view.revealed !== active) keep(reveal(activeIndex));
  view.revealed = isOpened ? active : "";
  const isBusy = selectedKeys.current.length > 0 || activeIndex >= 0;
  if (view.follow && isBusy) keep(Math.min(element.current?.scrollTop ?? 0, highest));
  if (isBusy) view.follow = false;
  const top = view.follow ? highest : topNow();

  const first = Math.max(layout.indexAt(top) - MARGIN, 0);
  const last = Math.min(layout.indexAt(top + view.height) + MARGIN, items.length - 1);
  const pinned = [activeIndex, ...selectedKeys.current.map(indexOf)];
  const shown = new Set(pinned.filter((index) => index >= 0));
  for (let index = first; index <= last; index++) shown.add(index);

  useLayoutEffect(() => {
    const list = element.current;
    if (list !== null && Math.abs(list.scrollTop - top) >= 1) list.scrollTop = top;
    if (!view.follow) keep(top);
    for (const line of list?.querySelectorAll<HTMLElement>("[data-open]") ?? []) observer.observe(line);
  });
  useLayoutEffect(() => {
    const list = element.current;
    if (list === null) return;
    const size = new ResizeObserver(() => {
      view.height = list.clientHeight;
      redraw(undefined);
    });
    size.observe(list);
    const onSelect = (): void => {
      const selection = document.getSelection();
      const keys = selection?.isCollapsed ? [] : [selection?.anchorNode, selection?.focusNode].flatMap(keyAround);
      selectedKeys.current = selection && has(elementOf(selection.anchorNode)) ? keys : [];
    };
    document.addEventListener("selectionchange", onSelect);
    return () => {
      size.disconnect();
      observer.disconnect();
      document.removeEventListener("selectionchange", onSelect);
    };
  }, []);

  const onScroll = (): void => {
    const list = element.current;
    if (list === null || Math.abs(list.scrollTop - top) < 1) return;
    keep(list.scrollTop);
    // Not `highest`: the list may be higher than when it was drawn.
    view.follow = list.scrollTop >= list.scrollHeight - list.clientHeight - 1;
    redraw(undefined);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = targetOf(event.key, activeIndex, items.length, Math.max(Math.floor(view.height / lineHeight) - 1, 1));
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
