import { release, type } from 'node:os';
import type { DisposeBag } from '#shared/base/dispose.ts';
import type { EngineContext } from './context.ts';
import { createKeyValueStore } from './database/key-value.ts';
import type { WritableDb } from './database/handles.ts';
import { listPhones, type DeskPhone, type PhoneProfile, type SoundCardLink } from './devices/index.ts';
import { createAgent, type AgentFeature } from './features/agent/index.ts';
import type { CallsFeature } from './features/calls/index.ts';
import { createPhone, type KeptPhoneRules, type PhoneFeature } from './features/phone/index.ts';
import type { PhoneKeysFeature } from './features/phone-keys/index.ts';
import type { SelfTestFeature } from './features/self-test/index.ts';
import type { SimsFeature } from './features/sims/index.ts';
import { createSoundCard, type SoundCardFeature } from './features/sound-card/index.ts';
import type { MediaHandles } from './media/media-handles.ts';
import { composeKeys, type KeysGround } from './workspace-keys.ts';

/** What they are made from (workspace.ts). */
interface AroundGround extends KeysGround {
  readonly deps: KeysGround['deps'] & {
    /** Of this program. */
    readonly version: string;
    readonly media: MediaHandles;
  };
  readonly context: EngineContext;
  readonly db: WritableDb;
  readonly bag: DisposeBag;
}

interface AroundParts {
  readonly sims: SimsFeature;
  readonly calls: CallsFeature;
  readonly phone: DeskPhone;
  readonly soundCard: SoundCardLink;
  readonly rules: KeptPhoneRules;
  readonly profiles: readonly PhoneProfile[];
  readonly clockOffMs: () => number | null;
}

interface AroundCalls {
  readonly agent: AgentFeature;
  readonly phone: PhoneFeature;
  readonly phoneKeys: PhoneKeysFeature;
  readonly selfTest: SelfTestFeature;
  readonly soundCard: SoundCardFeature;
}

/** What follows calls: the agent's state and the phone's slots. */
export function composeAroundCalls({ deps, context, db, bag }: AroundGround, parts: AroundParts): AroundCalls {
  const { phone, sims, calls, rules, profiles } = parts;
  const { settings } = deps;
  const agent = bag.add(
    createAgent({
      context,
      store: createKeyValueStore(db),
      signedIn: () => true,
      inCall: () => calls.inCall(),
      owed: () => calls.owed(),
      wrapUpSeconds: () => settings.current().wrapUpSeconds,
    }),
  );
  bag.add(calls.ended.on(({ call }) => agent.callEnded(call.answered !== null)));
  bag.add(calls.onChange(() => agent.update()));
  const phoneFeature = bag.add(
    createPhone({
      phone,
      rules,
      context: { ...context, logger: context.logger.child('phone') },
      media: deps.media,
      about: { version: deps.version, system: `${type()} ${release()} ${process.arch}` },
      sims,
      store: createKeyValueStore(db),
      settings,
      listPhones: () => listPhones(profiles),
      hasDemoPhone: deps.loopback !== null,
      hasLiveCall: () => calls.inCall(),
      useOfSlots: () => calls.useOfSlots(),
      onCallsChanged: (listener) => calls.onChange(listener),
    }),
  );
  const soundCard = bag.add(
    createSoundCard({
      context,
      link: parts.soundCard,
      settings,
      inCall: () => calls.inCall(),
      onCallsChanged: (listener) => calls.onChange(listener),
    }),
  );
  return { agent, phone: phoneFeature, soundCard, ...composeKeys({ deps, context, bag }, parts) };
}
