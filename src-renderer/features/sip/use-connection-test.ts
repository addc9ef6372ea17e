import { onScopeDispose, ref, shallowReadonly, shallowRef, type Ref, type ShallowRef } from 'vue';
import { AppError } from '#shared/base/errors.ts';
import type { CommandInput } from '#shared/desk-contract/kit.ts';
import type { DeskContract } from '#shared/desk-contract/contract.ts';
import type { SipLineState } from '#shared/desk-contract/areas/sip.ts';
import type { SipAccount } from '#shared/domain/sip-account.ts';
import { useCommand, useDesk, type Desk, type Failure } from '#renderer/app/desk.ts';
import { askIceServer } from '#renderer/telephony/ask-ice.ts';
import { opensSocket, soundAddresses } from '#renderer/telephony/own-way.ts';
import { browserClock } from '#renderer/ui/index.ts';
import { ConnectionTest, type TestView, type TestWays } from './connection-test.ts';

const socketMs = 5_000;
const registerMs = 8_000;
const iceMs = 5_000;
/** The machine's own addresses are there at once, or never. */
const addressesMs = 2_000;

export interface ConnectionTestUse {
  /** Null = nothing was tested since the account was kept. */
  readonly view: Readonly<ShallowRef<TestView | null>>;
  /** The server that is tested. */
  readonly server: Readonly<Ref<string>>;
  /** What was typed is no account. */
  readonly refusal: Readonly<ShallowRef<Failure | null>>;
  start(typed: CommandInput<DeskContract, 'sip.draftAccount'>, lines: readonly SipLineState[]): Promise<void>;
  cancel(): void;
  /** Something else is typed since: what was found, and what to do about it, stays to be read. */
  readonly outdated: Readonly<Ref<boolean>>;
  outdate(): void;
  forget(): void;
}

/** 测试连接, with what stands in the form, kept or not. */
export function useConnectionTest(): ConnectionTestUse {
  const desk = useDesk();
  const draft = useCommand('sip.draftAccount');
  const view = shallowRef<TestView | null>(null);
  const server = ref('');
  const outdated = ref(false);
  let test: ConnectionTest | null = null;
  const forget = (): void => {
    test?.cancel();
    test = null;
    view.value = null;
    outdated.value = false;
    draft.clear();
  };
  onScopeDispose(forget);
  return {
    view: shallowReadonly(view),
    server,
    outdated,
    refusal: draft.failure,
    forget,
    outdate() {
      test?.cancel();
      // Not told yet: it ends with nothing to show.
      if (view.value === null) test = null;
      outdated.value = true;
    },
    cancel: () => test?.cancel(),
    async start(typed, lines) {
      forget();
      const begun = new ConnectionTest(browserClock, waysOf(desk));
      test = begun;
      const account = await draft.run(typed);
      if (!account.ok || test !== begun) return;
      server.value = account.value.server;
      begun.changed.on((now) => {
        if (test === begun) view.value = now;
      });
      await begun.run(
        account.value,
        lines.some((line) => isInUse(account.value, line)),
      );
    },
  };
}

/** By this program, wherever its window is. */
function isInUse({ user, domain }: SipAccount, { account, line }: SipLineState): boolean {
  return line.phase === 'registered' && account.user === user && account.domain === domain;
}

function waysOf(desk: Desk): TestWays {
  const clock = browserClock;
  return {
    async engine(step, server, signal) {
      const answer = await desk.attempt('sip.testStep', { step, server, origin: location.origin }, { signal });
      if (!answer.ok) throw new AppError(answer.error.code, answer.error.details);
      return answer.value;
    },
    opens: (server, signal) => opensSocket(server, { clock, signal, limitMs: socketMs }),
    async ask(account, register, signal) {
      // Who has no account has not loaded the SIP stack yet.
      const { askRegistrar } = await import('#renderer/telephony/ask-registrar.ts');
      return askRegistrar(account, { clock, signal, limitMs: registerMs, register });
    },
    askIce: (server, signal) => askIceServer(server, { clock, signal, limitMs: iceMs }),
    soundAddresses: (signal) => soundAddresses({ clock, signal, limitMs: addressesMs }),
    hasMicrophone,
  };
}

/** Looks without opening one: a call may be running, and nobody is asked. */
async function hasMicrophone(): Promise<boolean> {
  const inputs = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === 'audioinput');
  // A browser names them only to a page that may open them.
  if (inputs.some(({ label }) => label !== '')) return true;
  const { state } = await navigator.permissions.query({ name: 'microphone' });
  return inputs.length > 0 && state !== 'denied';
}
