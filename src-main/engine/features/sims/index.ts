import { DisposeBag, type Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError } from '#shared/base/errors.ts';
import type { phoneArea, SimCardView } from '#shared/desk-contract/areas/phone.ts';
import type { Settings } from '#shared/desk-contract/areas/settings.ts';
import type { CommandInput, Handlers } from '#shared/desk-contract/kit.ts';
import { readNumber } from '#shared/domain/phone-number.ts';
import { capsFor, type SimCaps } from '#shared/domain/sim-caps.ts';
import type { EngineContext } from '../../context.ts';
import { DurableWrites } from '../../database/durable-writes.ts';
import type { WritableDb } from '../../database/handles.ts';
import type { DeskPhone } from '../../devices/index.ts';
import { SimRepository, type CardRecord } from './repository.ts';

export { openCardDials, type CardDials } from './card-dials.ts';
export { SimRepository } from './repository.ts';

export interface SimsDeps {
  readonly context: EngineContext;
  /** Of the signed-in person. */
  readonly db: WritableDb;
  readonly phone: DeskPhone;
  readonly settings: { current(): Settings; onChange(listener: () => void): Disposable };
}

export interface SimsFeature extends Disposable {
  readonly handlers: Pick<Handlers<typeof phoneArea>, 'phone.setCard'>;
  capsOf(iccid: string | null): SimCaps;
  ownNumberOf(iccid: string): string | null;
  /** The card in a slot as people know it; null = not known which card it is. */
  cardIn(slot: number): SimCardView | null;
  /** A card or the desk's caps changed. */
  onChange(listener: () => void): Disposable;
}

const seenEveryMs = 60 * 60 * 1000;
const unnamed: CardRecord = { label: '', ownNumber: null, kind: 'default', caps: null };

/** What is known of SIM cards: by ICCID, so that it goes with the card and never stays with the slot (research/hardware case 33). */
export function createSims(deps: SimsDeps): SimsFeature {
  const { context, phone, settings } = deps;
  const { clock } = context;
  const bag = new DisposeBag();
  const changed = new Emitter<void>();
  const repository = new SimRepository(deps.db);
  const cards = new Map<string, CardRecord>();
  const seenAt = new Map<string, number>();
  const logger = context.logger.child('sims');
  const writes = bag.add(new DurableWrites({ clock, logger, written: () => undefined }));

  /** A dial asks for five of them: read once, written through. */
  const recordOf = (iccid: string): CardRecord => {
    const known = cards.get(iccid) ?? repository.get(iccid) ?? unnamed;
    cards.set(iccid, known);
    return known;
  };
  const capsOf = (iccid: string | null): SimCaps => {
    const { kind, caps } = iccid === null ? unnamed : recordOf(iccid);
    return capsFor(kind, caps, settings.current().simCaps);
  };

  const noteSeen = (): void => {
    for (const { slot } of phone.state.slots) {
      const iccid = phone.card(slot)?.iccid;
      const now = Math.round(clock.now());
      if (iccid === undefined || Math.abs(now - (seenAt.get(iccid) ?? -Infinity)) < seenEveryMs) continue;
      seenAt.set(iccid, now);
      writes.write(iccid, () => repository.seen(iccid, now));
    }
  };
  noteSeen();
  bag.add(phone.onState(noteSeen));
  bag.add(settings.onChange(() => changed.emit()));

  function setCard({ slot, iccidTail, label, ownNumber, kind, caps }: SetCard): void {
    const iccid = phone.card(slot)?.iccid;
    if (iccid === undefined) throw new AppError('sim.absent', { slot });
    if (!iccid.endsWith(iccidTail)) throw new AppError('sim.changed', { slot });
    const number = ownNumber?.trim() ? readNumber(ownNumber) : null;
    if (number && !number.ok) throw new AppError(number.error);
    const record = { label, ownNumber: number?.value.e164 ?? null, kind, caps: kind === 'custom' ? caps : null };
    repository.put(iccid, record, Math.round(clock.now()));
    cards.set(iccid, record);
    changed.emit();
  }

  return {
    handlers: {
      'phone.setCard': (input) => {
        setCard(input);
        return null;
      },
    },
    capsOf,
    ownNumberOf: (iccid) => recordOf(iccid).ownNumber,
    cardIn: (slot) => {
      const iccid = phone.card(slot)?.iccid;
      if (iccid === undefined) return null;
      const { label, ownNumber, kind } = recordOf(iccid);
      return { label, ownNumber, kind, caps: capsOf(iccid) };
    },
    onChange: (listener) => changed.on(listener),
    dispose: () => bag.dispose(),
  };
}

type SetCard = CommandInput<typeof phoneArea, 'phone.setCard'>;
