import { inject, onScopeDispose, type InjectionKey } from 'vue';
import { disposable, type Disposable } from '#shared/base/dispose.ts';
import type { Clock } from '#shared/base/clock.ts';
import { escapeClosesPopup } from '#renderer/ui/escape.ts';

/**
 * Keys of the window. Written as `F2`, `Ctrl+D` (⌘D on a Mac too), `/`, `Alt+1`, `Space`, `Shift+D` (of letters alone: a `?` has its Shift in it), or two strokes: `Escape Escape`.
 * The binding that was added last and is willing (`when`) wins. Keys without Ctrl, Alt or F stay out of text fields, and are not for
 * what lies below a dialog or a menu, unless `inFields` says otherwise.
 */
export interface KeyBinding {
  readonly keys: string;
  readonly run: () => void;
  readonly when?: () => boolean;
  readonly inFields?: boolean;
  /** Of what lies over the page: wins over others, whenever they were added. */
  readonly over?: boolean;
}

/** What a stroke is, taken from a KeyboardEvent. */
export interface Stroke {
  readonly key: string;
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
  readonly inField: boolean;
  /** Something lies over the page and takes what is typed. */
  readonly covered: boolean;
}

/** Two strokes count as one gesture within this time. */
const gestureMs = 600;

const nameOf = (stroke: Stroke): string => {
  const key = stroke.key === ' ' ? 'Space' : stroke.key.length === 1 ? stroke.key.toUpperCase() : stroke.key;
  const shift = stroke.shift && /^[A-Z]$/.test(key);
  return `${stroke.ctrl ? 'Ctrl+' : ''}${stroke.alt ? 'Alt+' : ''}${shift ? 'Shift+' : ''}${key}`;
};

export class KeyRegistry {
  private bindings: KeyBinding[] = [];
  private last: { readonly name: string; readonly at: number } | undefined;
  private readonly clock: Pick<Clock, 'mono'>;

  constructor(clock: Pick<Clock, 'mono'>) {
    this.clock = clock;
  }

  add(binding: KeyBinding): Disposable {
    const all = [binding, ...this.bindings];
    this.bindings = [...all.filter(({ over }) => over), ...all.filter(({ over }) => !over)];
    return disposable(() => {
      this.bindings = this.bindings.filter((other) => other !== binding);
    });
  }

  /** Runs what the stroke means; true when somebody took it. */
  handle(stroke: Stroke): boolean {
    const name = nameOf(stroke);
    const now = this.clock.mono();
    const pair = this.last && now - this.last.at <= gestureMs ? `${this.last.name} ${name}` : undefined;
    this.last = { name, at: now };
    const found = (pair && this.find(pair, stroke)) ?? this.find(name, stroke);
    if (!found) return false;
    if (found.keys === pair) this.last = undefined;
    found.run();
    return true;
  }

  private find(keys: string, stroke: Stroke): KeyBinding | undefined {
    const bare = !stroke.ctrl && !stroke.alt && !/^F\d+$/.test(stroke.key);
    const staysOut = bare && (stroke.inField || stroke.covered);
    return this.bindings.find(
      (binding) => binding.keys === keys && (binding.inFields || !staysOut) && (binding.when?.() ?? true),
    );
  }
}

export const keysKey: InjectionKey<KeyRegistry> = Symbol('keys');

/** What is written into takes all bare keys; what is ticked or chosen only those that do that. */
function isField(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement && /^(checkbox|radio)$/.test(target.type)) return /^( |Enter|Arrow)/.test(key);
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

/** Who wrote in a field that is gone goes on writing until they see it: so long a pause tells that they have, ms. */
const goesOnMs = 1_500;

/** Whether what is typed was meant for a field that has been taken away: a call came in over the note of the last one. */
class LostField {
  private last: { readonly field: Element; readonly at: number } | null = null;

  /** Who clicks means what they see. */
  left(): void {
    this.last = null;
  }

  /** Who leaves a field by a key means to: what they press next is for what comes then. */
  typed({ target, key, isComposing }: KeyboardEvent, at: number): void {
    this.last = isComposing || !/^(Enter|Escape|Tab)$/.test(key) ? { field: target as Element, at } : null;
  }

  takes(at: number): boolean {
    const { last } = this;
    if (!last || last.field.isConnected || at - last.at > goesOnMs) return false;
    this.last = { ...last, at };
    return true;
  }
}

/** One listener for the window, in the capture phase: F2 must work whatever has the focus. */
export function listenToKeys(registry: KeyRegistry, target: Window): Disposable {
  const lost = new LostField();
  const onPointer = (): void => lost.left();
  const onKey = (event: KeyboardEvent): void => {
    const now = performance.now();
    const inField = isField(event.target, event.key);
    if (inField) lost.typed(event, now);
    // Keys of an input method are its own, and nobody else hears them: the Esc that drops its letters would close the dialog they are
    // typed in, the Enter that takes them would send it, the arrows among its words would leave the field.
    if (event.isComposing) event.stopPropagation();
    if (event.isComposing || event.repeat) return;
    const taken = registry.handle({
      key: event.key,
      ctrl: event.ctrlKey || event.metaKey,
      alt: event.altKey,
      shift: event.shiftKey,
      inField: inField || lost.takes(now),
      covered: escapeClosesPopup(),
    });
    if (taken) event.preventDefault();
  };
  target.addEventListener('keydown', onKey, { capture: true });
  target.addEventListener('pointerdown', onPointer, { capture: true });
  return disposable(() => {
    target.removeEventListener('keydown', onKey, { capture: true });
    target.removeEventListener('pointerdown', onPointer, { capture: true });
  });
}

/** Binds keys while the component lives. */
export function useKeys(...bindings: readonly KeyBinding[]): void {
  const registry = inject(keysKey);
  if (!registry) throw new Error('no key registry was provided to this app');
  for (const binding of bindings) {
    const added = registry.add(binding);
    onScopeDispose(() => added.dispose());
  }
}
