import { inject, onBeforeUnmount, onMounted, type Ref } from 'vue';
import type { Disposable } from '#shared/base/dispose.ts';
import { keysKey, useKeys } from '#renderer/app/keys.ts';

interface PanelKeys {
  /** Of the panel; the call dock or the drawer around it is its place. */
  readonly root: Readonly<Ref<HTMLElement | undefined>>;
  /** The one beside a call comes first where the focus is in neither. */
  readonly besideCall: () => boolean;
  focusSearch(): void;
  /** True while the search has the focus. */
  inSearch(): boolean;
  leaveSearch(): void;
  /** Alt+1 … Alt+9. @param at from 0 on */
  use(at: number): void;
}

interface Place {
  readonly element: HTMLElement;
  readonly besideCall: boolean;
}
const places = new Set<Place>();
const hasFocus = ({ element }: Place): boolean => element.contains(document.activeElement);

/** Of several panels the one whose place has the focus, else the one beside the call. */
const chosen = (): Place | undefined =>
  [...places].find(hasFocus) ?? [...places].find(({ besideCall }) => besideCall) ?? [...places][0];

/** Keys of a panel: Alt+1–9 anywhere, `/` and Esc while the focus is in its place. */
export function usePanelKeys(panel: PanelKeys): void {
  const registry = inject(keysKey);
  let place: Place | undefined;
  let inside: Disposable[] = [];
  useKeys(
    ...Array.from({ length: 9 }, (_, at) => ({
      keys: `Alt+${String(at + 1)}`,
      inFields: true,
      when: () => place !== undefined && chosen() === place,
      run: () => panel.use(at),
    })),
  );
  const leave = (): void => {
    inside.forEach((binding) => binding.dispose());
    inside = [];
  };
  // Bound as the focus comes in, so that they win over those of a page that was opened later.
  const enter = (): void => {
    leave();
    if (!registry) return;
    inside = [
      registry.add({ keys: '/', run: () => panel.focusSearch() }),
      registry.add({ keys: 'Escape', inFields: true, when: () => panel.inSearch(), run: () => panel.leaveSearch() }),
    ];
  };
  onMounted(() => {
    const element = panel.root.value?.closest<HTMLElement>('[role=dialog], [role=region]:not(.snippet-panel)');
    if (!element) return;
    place = { element, besideCall: panel.besideCall() };
    places.add(place);
    element.addEventListener('focusin', enter);
    element.addEventListener('focusout', leave);
    if (hasFocus(place)) enter();
  });
  onBeforeUnmount(() => {
    leave();
    if (!place) return;
    places.delete(place);
    place.element.removeEventListener('focusin', enter);
    place.element.removeEventListener('focusout', leave);
  });
}
