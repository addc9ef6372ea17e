import { computed, onScopeDispose, ref, type ComputedRef } from 'vue';
import type { Disposable } from '#shared/base/dispose.ts';
import { browserClock } from '#renderer/ui/index.ts';
import { useDesk, type Failure } from './desk.ts';

/** `connecting` is the first time; `lost` = it was there and is being looked for again. */
export type ConnectionPhase = 'connecting' | 'open' | 'lost' | 'refused';

/** A blink of the connection is not worth a banner. */
const patienceMs = 800;

export interface ConnectionView {
  readonly phase: ComputedRef<ConnectionPhase>;
  /** True once a loss has lasted long enough to be worth telling. */
  readonly tell: ComputedRef<boolean>;
  readonly refusal: ComputedRef<Failure | null>;
}

export function useConnection(): ConnectionView {
  const desk = useDesk();
  const status = ref(desk.status);
  const wasOpen = ref(desk.status === 'open');
  const patient = ref(false);
  const subscription = desk.onStatus((next) => {
    status.value = next;
    if (next === 'open') wasOpen.value = true;
    if (next === 'connecting') beginPatience();
  });
  let timer: Disposable | undefined;
  onScopeDispose(() => {
    subscription.dispose();
    timer?.dispose();
  });

  function beginPatience(): void {
    patient.value = true;
    timer?.dispose();
    timer = browserClock.after(patienceMs, () => {
      patient.value = false;
    });
  }
  if (status.value === 'connecting') beginPatience();

  const phase = computed<ConnectionPhase>(() => {
    if (status.value === 'refused' || status.value === 'closed') return 'refused';
    if (status.value === 'open') return 'open';
    return wasOpen.value ? 'lost' : 'connecting';
  });
  return {
    phase,
    tell: computed(() => phase.value !== 'open' && !patient.value),
    refusal: computed(() => {
      if (phase.value !== 'refused') return null;
      const said = 'refusal' in desk ? (desk.refusal as Failure | null) : null;
      return said ?? { code: 'host.unavailable', details: {} };
    }),
  };
}
