import { effectScope } from 'vue';
import { expect, it } from 'vitest';
import { leaveAsked, mayLeave, useUnsaved } from './unsaved.ts';

it('a form that is as it was may be left, a changed one when its person says so', async () => {
  let changed = false;
  const scope = effectScope();
  scope.run(() => useUnsaved(() => changed));
  expect([await mayLeave(), leaveAsked.value]).toEqual([true, null]);
  changed = true;
  const first = mayLeave();
  const second = mayLeave();
  expect(await first).toBe(false);
  leaveAsked.value?.(true);
  expect([await second, leaveAsked.value]).toEqual([true, null]);
  scope.stop();
  expect(await mayLeave()).toBe(true);
});
