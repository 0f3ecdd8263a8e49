/** A modal dialog. Esc closes it, and the focus returns to where it was. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { dialog } from "../state";

interface DialogProps {
  readonly name: "connect" | "close" | "help";
  readonly title: string;
  readonly children: ComponentChildren;
}

export function Dialog({ name, title, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const isOpen = dialog.value === name;
  useLayoutEffect(() => {
    if (isOpen && !element.current?.open) element.current?.showModal();
    if (!isOpen && element.current?.open) element.current.close();
  }, [isOpen]);
  return (
    <dialog
      ref={element}
      aria-labelledby={`${name}-title`}
      // At once: the next key must not be lost.
      onCancel={closeDialog}
      onClose={() => {
        if (dialog.value === name) dialog.value = "";
      }}
    >
      {isOpen && (
        <>
          <h2 id={`${name}-title`}>{title}</h2>
          {children}
        </>
      )}
    </dialog>
  );
}

export function closeDialog(): void {
  dialog.value = "";
}
