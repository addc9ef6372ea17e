import { describe, expect, it } from 'vitest';
import { exportLocales, exportWords } from '#shared/domain/export-words.ts';
import { callExportColumns } from '#shared/domain/exports.ts';
import { gatherMessages, type MessageTree } from '#renderer/app/messages.ts';
import { leadColumns } from '#renderer/features/leads/logic/lead-views.ts';
import { chosenColumns, columnsOf, keptColumns, shownInFile } from './columns.ts';

describe('columns of a file', () => {
  it('are those of the list until somebody chooses others, and of a choice what there still is', () => {
    expect(chosenColumns('leads', null, ['company', 'contact', 'dial'])).toEqual(['companyName', 'contactName', 'contactTitle']); // prettier-ignore
    expect(chosenColumns('leads', ['phone', 'gone', 'companyName'], ['company'])).toEqual(['companyName', 'phone']);
    expect(chosenColumns('calls', ['gone'], ['time'])).toEqual(['startedAt']);
  });

  it('are kept as chosen where they are others than the list shows: else another list has its own', () => {
    expect(keptColumns('leads', ['contactTitle', 'contactName', 'phone'], ['contact', 'phone'])).toBeNull();
    expect(keptColumns('leads', ['contactName', 'phone'], ['contact', 'phone'])).toEqual(['contactName', 'phone']);
    expect(keptColumns('leads', ['contactName', 'contactTitle', 'phone', 'region'], ['contact', 'phone'])).toContain('region'); // prettier-ignore
  });

  it('know every column of a list of leads but the button, and the place of a number, which stands in the number', () => {
    const none = Object.keys(leadColumns).filter((key) => shownInFile('leads', [key]).length === 0);
    expect(none).toEqual(['place', 'dial']);
    expect(columnsOf('calls')).toEqual(callExportColumns);
  });
});

it.each(exportLocales)('the file says what the window says: %s', (locale) => {
  const words = gatherMessages()[locale]['words'] as MessageTree;
  const calls = gatherMessages()[locale]['calls'] as MessageTree;
  const { numberCheck, stage, outcome, direction, channel, result, ender } = exportWords[locale];
  expect({ numberCheck, outcome, direction, channel }).toEqual({
    numberCheck: words['numberCheck'], outcome: words['outcome'], direction: words['direction'], channel: words['channel'],
  }); // prettier-ignore
  expect([stage, result, ender]).toEqual([words['leadStage'], words['callResult'], calls['endedBy']]);
});
