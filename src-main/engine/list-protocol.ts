import type { ErrorCode, AppError } from '#shared/base/errors.ts';
import type { LeadQuery, LeadSelection } from '#shared/desk-contract/areas/leads.ts';
import type { CallQuery } from '#shared/desk-contract/areas/calls.ts';
import type { CallFigures, CallFiguresQuery } from '#shared/desk-contract/areas/statistics.ts';
import type { PoolRules } from '#shared/domain/pool-rules.ts';
import type { ChosenLeads } from '#shared/domain/queue-choice.ts';
import type { CallPage, CallScope, CallWindow } from './features/calls/index.ts';
import type { ChoiceProgress, QueueAsk } from './features/dial-queue/index.ts';
import type { LeadClaims, LeadPage, LeadWindow, LeadWords, PickedLeads } from './features/leads/index.ts';
import type { WorkbenchRead } from './features/workbench/index.ts';

/** What the loop asks of the thread that has the lists; those with a number are answered. */
export type ListAsk =
  | { readonly do: 'page'; readonly number: number; readonly query: LeadQuery; readonly window: LeadWindow }
  | { readonly do: 'words'; readonly number: number; readonly selection: LeadSelection }
  | { readonly do: 'claims'; readonly number: number; readonly since: number }
  | { readonly do: 'pick'; readonly number: number; readonly query: LeadQuery; readonly most: number }
  | { readonly do: 'figures'; readonly number: number; readonly query: CallFiguresQuery }
  | { readonly do: 'workbench'; readonly number: number; readonly rules: PoolRules | null }
  | { readonly do: 'choose'; readonly number: number; readonly ask: QueueAsk }
  /** What was asked by that number is wanted no more. */
  | { readonly do: 'give-up'; readonly of: number }
  | {
      readonly do: 'calls';
      readonly number: number;
      readonly query: CallQuery;
      readonly scope: CallScope;
      readonly window: CallWindow;
    }
  | {
      readonly do: 'refresh';
      readonly of: 'leads' | 'calls';
      readonly ids: readonly string[];
      readonly gone: readonly number[];
    }
  | { readonly do: 'close' };

/** Questions that take long tell how far they are. */
export interface ListProgress {
  readonly number: number;
  readonly progress: ChoiceProgress;
}
export type ListAnswer = { readonly number: number } & (
  | {
      readonly ok: true;
      readonly value:
        | LeadPage
        | LeadWords
        | LeadClaims
        | PickedLeads
        | CallPage
        | CallFigures
        | WorkbenchRead
        | ChosenLeads;
    }
  | { readonly ok: false; readonly code: ErrorCode; readonly details: AppError['details'] }
);
