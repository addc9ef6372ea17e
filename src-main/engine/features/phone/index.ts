import { DisposeBag, type Disposable } from '#shared/base/dispose.ts';
import { AppError, describeError } from '#shared/base/errors.ts';
import { Emitter } from '#shared/base/emitter.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { PhoneConnection, PhoneState, phoneArea } from '#shared/desk-contract/areas/phone.ts';
import type { Settings } from '#shared/desk-contract/areas/settings.ts';
import type { Handlers, Sources } from '#shared/desk-contract/kit.ts';
import type { KeyValueStore } from '../../database/key-value.ts';
import { listSerialPorts, type DeskPhone } from '../../devices/index.ts';
import type { KeptPhoneRules } from './phone-rules.ts';

export { createPhoneRules, type KeptPhoneRules } from './phone-rules.ts';

/** What one SIM slot has done today, by the desk's own records. */
export interface SlotUse {
  readonly slot: number;
  readonly dials: number;
  readonly talkMs: number;
}

export interface PhoneDeps {
  readonly phone: DeskPhone;
  readonly logger: Logger;
  /** Keeps the chosen slot over restarts; of the signed-in person. */
  readonly store: Pick<KeyValueStore, 'get' | 'set'>;
  readonly rules: Pick<KeptPhoneRules, 'allowRoaming'>;
  readonly settings: { current(): Settings; onChange(listener: (settings: Settings) => void): Disposable };
  /** False where the simulated phone belongs to another desk: the connection `demo` is then none. */
  readonly hasDemoPhone: boolean;
  readonly hasLiveCall: () => boolean;
  readonly slotsToday: () => readonly SlotUse[];
  /** The numbers of `slotsToday` may have changed. */
  readonly onCallsChanged: (listener: () => void) => Disposable;
}

/** Keys of the handset are features/phone-keys. */
type PhoneCommand = Exclude<keyof Handlers<typeof phoneArea>, 'phone.learnKey'>;

export interface PhoneFeature extends Disposable {
  readonly handlers: Pick<Handlers<typeof phoneArea>, PhoneCommand>;
  readonly sources: Pick<Sources<typeof phoneArea>, 'phone.state'>;
}

/** Keeps the phone on the connection that the settings name, and shows its slots with today's use. */
export function createPhone(deps: PhoneDeps): PhoneFeature {
  const { phone, settings } = deps;
  const bag = new DisposeBag();
  /** A rule changed by a person: what a slot may do follows at once. */
  const ruled = new Emitter<void>();
  let wanted = '';
  const follow = ({ phone: chosen }: Settings): void => {
    const connection: PhoneConnection = chosen.kind === 'demo' && !deps.hasDemoPhone ? { kind: 'none' } : chosen;
    // A call must not lose its phone because somebody looks at the settings: the new one is taken after the call.
    if (JSON.stringify(connection) === wanted || deps.hasLiveCall()) return;
    wanted = JSON.stringify(connection);
    phone.connect(connection);
    // Behind a slot switch the phone itself remembers where it stands.
    if (connection.kind !== 'mux') void chooseAgain(deps);
  };
  follow(settings.current());
  bag.add(settings.onChange(follow));
  bag.add(deps.onCallsChanged(() => follow(settings.current())));

  const view = (): PhoneState => withUse(phone.state, deps.slotsToday());
  return {
    handlers: {
      'phone.listPorts': async () => [...(await listSerialPorts())],
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
    },
    sources: {
      'phone.state': (_args, sink) => {
        sink.item(view());
        const show = (): void => sink.item(view());
        const changes = [phone.onState(show), deps.onCallsChanged(show), ruled.on(show)];
        return () => changes.forEach((change) => change.dispose());
      },
    },
    dispose: () => bag.dispose(),
  };
}

const slotKey = 'phone.slot';

/** A person's calls must not go out by another card because the desk was started anew. */
async function chooseAgain({ phone, store, logger }: PhoneDeps): Promise<void> {
  const slot = Number(store.get(slotKey));
  if (!Number.isInteger(slot) || phone.state.shape !== 'modem-per-sim') return;
  try {
    await phone.selectSlot(slot);
  } catch (error) {
    logger.log('info', 'phone.slot-not-there', { slot, problem: describeError(error) });
  }
}

function withUse(state: PhoneState, use: readonly SlotUse[]): PhoneState {
  const slots = state.slots.map((slot) => {
    const used = use.find((one) => one.slot === slot.slot);
    return used ? { ...slot, todayDials: used.dials, todayTalkMs: used.talkMs } : slot;
  });
  return { ...state, slots };
}
