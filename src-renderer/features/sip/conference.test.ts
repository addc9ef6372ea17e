import { expect, it } from 'vitest';
import { disposable } from '#shared/base/dispose.ts';
import { Conference, type Party } from './conference.ts';

const added: string[] = [];
/** A party whose outlet notes what is added to it, and taken from it. */
const party = (id: string, remote: string | null): Party & { remote: MediaStream | null } => ({
  id,
  remote: remote as unknown as MediaStream | null,
  outlet: {
    add: (other: unknown) => {
      added.push(`${id}+${String(other)}`);
      return disposable(() => void added.push(`${id}-${String(other)}`));
    },
  } as unknown as Party['outlet'],
});

it('each hears the other, never themselves; a new sound takes the place of the old; in the end there is nothing left', () => {
  const conference = new Conference();
  const one = party('a', 'A');
  const other = party('b', null);
  conference.join(one, other);
  expect(added.splice(0)).toEqual(['b+A']);
  Object.assign(other, { remote: 'B' });
  conference.renew();
  expect(added.splice(0)).toEqual(['b-A', 'a+B', 'b+A']);
  expect([conference.has('a'), conference.has('b'), conference.has('c')]).toEqual([true, true, false]);
  conference.split();
  expect(added.splice(0)).toEqual(['a-B', 'b-A']);
  conference.renew();
  expect(added).toEqual([]);
  expect(conference.has('a')).toBe(false);
});
