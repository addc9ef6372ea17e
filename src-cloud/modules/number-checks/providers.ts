import type { Clock } from '#shared/base/clock.ts';
import { localCheck } from './local.ts';
import type { NumberCheckProvider } from '../../app/number-check-provider.ts';
import { simulatedCheck } from './simulated.ts';

interface Ground {
  readonly clock: Clock;
}

/** Who can be chosen by `--number-check`, by name. A service that is added stands here (docs/guides/number-check-provider.md). */
export const checkProviders = {
  local: () => localCheck,
  simulated: ({ clock }) => simulatedCheck(clock),
} as const satisfies Record<string, (ground: Ground) => NumberCheckProvider>;
export type CheckProviderName = keyof typeof checkProviders;
export const checkProviderNames = Object.keys(checkProviders) as readonly CheckProviderName[];
