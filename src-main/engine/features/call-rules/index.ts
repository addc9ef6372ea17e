import type { callRulesArea } from '#shared/desk-contract/areas/call-rules.ts';
import type { Sources } from '#shared/desk-contract/kit.ts';
import type { CallRules } from '#shared/domain/call-rules.ts';
import type { ReadableDb } from '../../database/handles.ts';
import type { ChangeApplier } from '../../sync/index.ts';
import { DeskCallRules } from './call-rules.ts';

export interface CallRulesFeature {
  readonly sources: Sources<typeof callRulesArea>;
  readonly rules: DeskCallRules;
  readonly applier: ChangeApplier;
}

/** @param fallback while the company has said nothing */
export function createCallRules(db: ReadableDb, fallback: CallRules): CallRulesFeature {
  const rules = new DeskCallRules(db, fallback);
  const onWire = (current: CallRules) => ({ ...current, week: [...current.week] });
  return {
    sources: {
      'callRules.current': (_args, sink) => {
        sink.item(onWire(rules.current()));
        const subscription = rules.onChange((next) => sink.item(onWire(next)));
        return () => subscription.dispose();
      },
    },
    rules,
    applier: rules.applier,
  };
}
