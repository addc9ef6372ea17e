import { join } from 'node:path';
import { every } from '#shared/base/clock.ts';
import { DisposeBag, type Disposable } from '#shared/base/dispose.ts';
import { AppError, describeError } from '#shared/base/errors.ts';
import { Emitter } from '#shared/base/emitter.ts';
import type {
  FoundPhone,
  PhoneConnection,
  PhoneState,
  phoneArea,
  SimCardView,
  SimUse,
} from '#shared/desk-contract/areas/phone.ts';
import type { Settings } from '#shared/desk-contract/areas/settings.ts';
import type { Handlers, Sources } from '#shared/desk-contract/kit.ts';
import type { EngineContext } from '../../context.ts';
import type { KeyValueStore } from '../../database/key-value.ts';
import { listSerialPorts, type DeskPhone } from '../../devices/index.ts';
import type { MediaHandles } from '../../media/media-handles.ts';
import { followTrace } from './phone-log.ts';
import type { KeptPhoneRules } from './phone-rules.ts';
import { traceFileName, traceText, writeTrace } from './trace-file.ts';

export { createPhoneRules, type KeptPhoneRules } from './phone-rules.ts';

/** What the card in one slot has done today against its caps, by the desk's own records. */
export interface SlotUse {
  readonly slot: number;
  readonly todayDials: number;
  readonly todayTalkMs: number;
  readonly use: SimUse;
}

export interface PhoneDeps {
  readonly phone: DeskPhone;
  readonly context: EngineContext;
  readonly listPhones: () => Promise<FoundPhone[]>;
  /** Keeps the chosen slot over restarts; of the signed-in person. */
  readonly store: Pick<KeyValueStore, 'get' | 'set'>;
  readonly rules: Pick<KeptPhoneRules, 'allowRoaming'>;
  readonly settings: { current(): Settings; onChange(listener: (settings: Settings) => void): Disposable };
  /** False where the simulated phone belongs to another desk: the connection `demo` is then none. */
  readonly hasDemoPhone: boolean;
  readonly hasLiveCall: () => boolean;
  readonly useOfSlots: () => readonly SlotUse[];
  /** The numbers of `useOfSlots` may have changed. */
  readonly onCallsChanged: (listener: () => void) => Disposable;
  /** Gives the window an address for the exported trace. */
  readonly media: Pick<MediaHandles, 'issue'>;
  /** For the head of the exported trace: the program's version, the operating system in a few words. */
  readonly about: { readonly version: string; readonly system: string };
  /** What people know of the cards. */
  readonly sims: {
    cardIn(slot: number): SimCardView | null;
    onChange(listener: () => void): Disposable;
  };
}

/** What is said of a card is the sims feature's, keys of the handset are features/phone-keys. */
type PhoneCommand = Exclude<keyof Handlers<typeof phoneArea>, 'phone.setCard' | 'phone.learnKey'>;

/** An hour slides and a rest ends without anything having happened. */
const lookAgainMs = 5_000;

export interface PhoneFeature extends Disposable {
  readonly handlers: Pick<Handlers<typeof phoneArea>, PhoneCommand>;
  readonly sources: Pick<Sources<typeof phoneArea>, 'phone.state' | 'phone.log'>;
}

/** Keeps the phone on the connection that the settings name, and shows its slots with today's use. */
export function createPhone(deps: PhoneDeps): PhoneFeature {
  const { phone, settings } = deps;
  const { clock, newId } = deps.context;
  const run = newId();
  const bag = new DisposeBag();
  /** A rule changed by a person: what a slot may do follows at once. */
  const ruled = new Emitter<void>();
  let wanted = '';
  let chosenAgain: Disposable | null = null;
  const follow = ({ phone: chosen }: Settings): void => {
    const connection: PhoneConnection = chosen.kind === 'demo' && !deps.hasDemoPhone ? { kind: 'none' } : chosen;
    // A call must not lose its phone because somebody looks at the settings: the new one is taken after the call.
    if (JSON.stringify(connection) === wanted || deps.hasLiveCall()) return;
    wanted = JSON.stringify(connection);
    phone.connect(connection);
    chosenAgain?.dispose();
    chosenAgain = connection.kind === 'mux' ? null : chooseAgain(deps);
  };
  follow(settings.current());
  bag.add(settings.onChange(follow));
  bag.add(deps.onCallsChanged(() => follow(settings.current())));

  const view = (): PhoneState => dressed(phone.state, deps);
  return {
    handlers: {
      'phone.listPorts': async () => [...(await listSerialPorts())],
      'phone.listPhones': () => deps.listPhones(),
      'phone.reconnect': () => {
        if (deps.hasLiveCall()) throw new AppError('call.busy');
        phone.reconnect();
        return null;
      },
      'phone.selectSlot': async ({ slot }) => {
        await phone.selectSlot(slot);
        deps.store.set(slotKey, String(slot));
        return null;
      },
      'phone.allowRoaming': ({ slot, allowed }) => {
        const card = phone.card(slot);
        if (!card) throw new AppError('sim.absent', { slot });
        deps.rules.allowRoaming(card.iccid, allowed);
        ruled.emit();
        return null;
      },
      'phone.enterPin': ({ slot, pin }) => phone.enterPin(slot, pin).then(() => null),
      'phone.ussd': ({ slot, text }) => phone.ussd(slot, text),
      'phone.cancelUssd': ({ slot }) => phone.cancelUssd(slot).then(() => null),
      'phone.exportTrace': () => exportTrace(deps),
    },
    sources: {
      'phone.state': (_args, sink) => {
        let last = '';
        const send = (): void => {
          const state = view();
          const text = JSON.stringify(state);
          if (text !== last) sink.item(state);
          last = text;
        };
        send();
        const changes = [phone.onState(send), deps.onCallsChanged(send), deps.sims.onChange(send)];
        changes.push(ruled.on(send), every(clock, lookAgainMs, send));
        return () => changes.forEach((change) => change.dispose());
      },
      'phone.log': (_args, sink) => followTrace(phone.trace, clock, run, (batch) => sink.item(batch)),
    },
    dispose: () => {
      chosenAgain?.dispose();
      bag.dispose();
    },
  };
}

/** One file, written anew each time: nothing of it gathers on the disk. */
async function exportTrace({
  phone,
  context,
  media,
  about,
}: PhoneDeps): Promise<{ url: string; fileName: string; lines: number }> {
  const now = context.clock.now();
  const lines = phone.trace.since(0);
  const path = join(context.dataDir, 'phone-trace.txt');
  await writeTrace(path, traceText(lines, { ...about, now, state: phone.state }));
  return { url: media.issue(path, 'text/plain; charset=utf-8'), fileName: traceFileName(now), lines: lines.length };
}

const slotKey = 'phone.slot';

/**
 * A person's calls must not go out by another card because the desk was started anew. Where one modem serves several cards
 * it is chosen once the phone has told which; a card behind the slot switch stays there, since to fetch it wears the phone.
 * @returns what ends the wait for the phone's word
 */
function chooseAgain({ phone, store, context }: PhoneDeps): Disposable {
  const slot = Number(store.get(slotKey));
  const choose = (): boolean => {
    const { shape, liveSlots } = phone.state;
    if (!Number.isInteger(slot) || shape === null || shape === 'mux') return true;
    if (liveSlots.length === 0) return false;
    const chosen = liveSlots.includes(slot) ? phone.selectSlot(slot) : Promise.reject(new AppError('sim.not-selected'));
    chosen.catch((error: unknown) =>
      context.logger.log('info', 'phone.slot-not-there', { slot, problem: describeError(error) }),
    );
    return true;
  };
  const waiting = new DisposeBag();
  if (!choose()) waiting.add(phone.onState(() => choose() && waiting.dispose()));
  return waiting;
}

/** The device's state with what the records and the people of this desk know of its cards. */
function dressed(state: PhoneState, { useOfSlots, sims }: PhoneDeps): PhoneState {
  const uses = useOfSlots();
  const slots = state.slots.map((slot) => {
    const card = sims.cardIn(slot.slot);
    const used = uses.find((one) => one.slot === slot.slot);
    return { ...slot, ...used, card, ownNumber: card?.ownNumber ?? slot.ownNumber };
  });
  return { ...state, slots };
}
