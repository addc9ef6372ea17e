import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { useCommand, useDesk, useStreamListener, type Failure } from '#renderer/app/desk.ts';
import { useOtherPerson } from '#renderer/features/session/index.ts';
import type { DialOrder } from './logic/dial-order.ts';

/** A dial that the gate, the phone or the SIM refused: shown in the dock, where the eye is (ux.md), never as a modal. */
export interface Refusal {
  readonly order: DialOrder;
  readonly failure: Failure;
}

/** What a person does at the handset's keypad while no call is up: it fills the dial pad, and never dials. */
export interface HandsetTyping {
  /** All since the handset was put down or the last call. */
  readonly digits: string;
  /** What the last press added. */
  readonly added: string;
  readonly redial: boolean;
}

/** Every way to dial in the window goes through here, so that a refusal has one place. */
export const useDial = defineStore('dial', () => {
  const desk = useDesk();
  const command = useCommand('calls.dial');
  const refusal = shallowRef<Refusal | null>(null);
  const dialing = shallowRef<DialOrder | null>(null);
  const lastNumber = ref<string | null>(null);
  const handset = shallowRef<HandsetTyping | null>(null);
  let seen: { readonly rev: number; readonly digits: string } | null = null;

  /** A number of a web page: it fills the dial pad, and whether it is dialled is a person's decision. */
  const linked = shallowRef<string | null>(null);
  useStreamListener('shell.state', null, ({ dialLink }) => {
    if (!dialLink) return;
    linked.value = dialLink.text;
    void desk.attempt('shell.takeDialLink', { rev: dialLink.rev });
  });
  useStreamListener('phone.keys', null, ({ dialField }) => {
    const { rev, digits, redial } = dialField;
    const before = seen;
    seen = dialField;
    // What was typed before this window opened is not for it.
    if (!before || rev <= before.rev) return;
    const added = digits.startsWith(before.digits) ? digits.slice(before.digits.length) : digits;
    handset.value = { digits, added, redial };
  });

  useOtherPerson(() => {
    refusal.value = null;
    lastNumber.value = null;
    handset.value = null;
  });

  /** Resolves true when the call is on its way. One dial at a time: a second click while one is under way does nothing. */
  async function dial(order: DialOrder): Promise<boolean> {
    if (dialing.value) return false;
    dialing.value = order;
    refusal.value = null;
    lastNumber.value = order.number;
    const result = await command.run({
      number: order.number,
      leadId: order.leadId ?? null,
      channel: order.channel ?? null,
      slot: order.slot ?? null,
      lineId: order.lineId ?? null,
      hideNumber: order.hideNumber ?? false,
      callerId: order.callerId ?? null,
    });
    dialing.value = null;
    // Unless whoever dialled has left meanwhile.
    if (!result.ok && lastNumber.value === order.number) refusal.value = { order, failure: result.error };
    return result.ok;
  }

  return {
    dial,
    /** What is being put to the phone just now. */
    dialing: computed(() => dialing.value),
    refusal: computed(() => refusal.value),
    lastNumber: computed(() => lastNumber.value),
    /** Set by each press at the handset, for a dial pad to take; null = nothing to take. */
    handset: computed(() => handset.value),
    forgetHandset: () => {
      handset.value = null;
    },
    /** What a link asks for, for a dial pad to take; null = nothing. */
    linked: computed(() => linked.value),
    takeLinked(): string | null {
      const text = linked.value;
      linked.value = null;
      return text;
    },
    forgetRefusal: () => {
      refusal.value = null;
    },
  };
});
