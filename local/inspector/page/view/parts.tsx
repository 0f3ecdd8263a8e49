/** Parts of the details: sections, tables of names and values, and texts that can be copied. */
import type { ComponentChildren } from "preact";
import { copy } from "../actions";
import { pretty } from "../model/pretty";

export function Section({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

/** A table of names and values. */
export function Pairs({ values }: { values: Readonly<Record<string, unknown>> }) {
  const pairs = Object.entries(values);
  if (pairs.length === 0) return null;
  return (
    <dl>
      {pairs.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{typeof value === "string" ? value : JSON.stringify(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A text, indented where it is JSON. */
export function Block({ name, text }: { name: string; text: string }) {
  if (text === "") return null;
  return (
    <div class="block">
      <pre>{pretty(text)}</pre>
      <button type="button" aria-label={`Copy ${name}`} onClick={() => void copy(text, name)}>
        Copy
      </button>
    </div>
  );
}
