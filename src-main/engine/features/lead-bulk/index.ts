import type { Disposable } from '#shared/base/dispose.ts';
import { mostBulkLeads, type leadBulkArea } from '#shared/desk-contract/areas/lead-bulk.ts';
import type { Handlers, Sources } from '#shared/desk-contract/kit.ts';
import { nextTurn } from '../../next-turn.ts';
import type { LeadsService } from '../leads/index.ts';
import { LeadBulks, type LeadBulksDeps } from './lead-bulk.ts';

export interface LeadBulkFeature extends Disposable {
  readonly handlers: Handlers<typeof leadBulkArea>;
  readonly sources: Sources<typeof leadBulkArea>;
  readonly bulks: LeadBulks;
}

interface Deps extends LeadBulksDeps {
  readonly leads: LeadBulksDeps['leads'] & Pick<LeadsService, 'pick'>;
}

/** 批量分配, 批量丢公海 (docs/decisions/0034-managers.md). */
export function createLeadBulk(deps: Deps): LeadBulkFeature {
  const bulks = new LeadBulks(deps);
  return {
    bulks,
    handlers: {
      async 'leadBulk.look'({ what }) {
        const { leads, total } = await deps.leads.pick(what, mostBulkLeads);
        return { leads: [...leads], total };
      },
      // To read five thousand ids takes milliseconds, and to write them too: between the two the loop does other things.
      async 'leadBulk.start'({ deed }) {
        await nextTurn();
        bulks.begin(deed);
        return null;
      },
      'leadBulk.stop': () => (bulks.stop(), null),
      'leadBulk.seen': () => (bulks.seen(), null),
    },
    sources: {
      'leadBulk.state': (_args, sink) => {
        sink.item(bulks.now);
        const following = bulks.onChange((now) => sink.item(now));
        return () => following.dispose();
      },
    },
    dispose: () => bulks.dispose(),
  };
}
