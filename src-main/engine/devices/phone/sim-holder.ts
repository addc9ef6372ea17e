import type { Modem } from './modem.ts';
import type { SimStack } from './sim-stack.ts';

/** Who serves a slot: a modem, and which of its SIM stacks has the slot's card. */
export interface SimHolder {
  readonly modem: Modem;
  readonly stack: SimStack;
}
