import type { outcomesArea } from '#shared/desk-contract/areas/outcomes.ts';
import type { Handlers, Sources } from '#shared/desk-contract/kit.ts';
import type { OutcomeSet } from '#shared/domain/outcome-set.ts';
import type { EngineContext } from '../../context.ts';
import type { ReadableDb } from '../../database/handles.ts';
import { DeskOutcomes } from './outcomes.ts';
import { DeskScripts } from './scripts.ts';

export { outcomesIn } from './outcomes.ts';

export interface OutcomesFeature {
  readonly handlers: Handlers<typeof outcomesArea>;
  readonly sources: Sources<typeof outcomesArea>;
  readonly outcomes: DeskOutcomes;
  readonly scripts: DeskScripts;
}

/** 话后结果 and 通话话术 of the company. */
export function createOutcomes(context: Pick<EngineContext, 'clock'>, db: ReadableDb): OutcomesFeature {
  const outcomes = new DeskOutcomes(db);
  const scripts = new DeskScripts(context, db);
  return {
    handlers: { 'scripts.get': ({ id }) => scripts.get(id) },
    sources: {
      'outcomes.current': (_args, sink) => {
        sink.item(onWire(outcomes.current()));
        const subscription = outcomes.onChange((set) => sink.item(onWire(set)));
        return () => subscription.dispose();
      },
      'scripts.all': (_args, sink) => {
        sink.item(scripts.titles());
        const subscription = scripts.onChange((titles) => sink.item(titles));
        return () => subscription.dispose();
      },
    },
    outcomes,
    scripts,
  };
}

const onWire = ({ mustChoose, outcomes }: OutcomeSet) => ({
  mustChoose,
  outcomes: outcomes.map((one) => ({ ...one, requires: [...one.requires] })),
});
