import { expect, it } from 'vitest';
import { FrameInbox } from '#shared/desk-contract/frame-inbox.ts';
import { SampleEngine } from './sample-contract.ts';

/** Delivered from inside the port's own event, where nobody catches: there a throw would end the engine, and its call. */
it('a frame that is nested deeper than any stack is no frame, and harms nobody but its sender', () => {
  const inbox = new FrameInbox();
  const sent: unknown[] = [];
  new SampleEngine().serve(
    {
      send: (frame) => sent.push(frame),
      onFrame: (listener) => inbox.onFrame(listener),
      onClose: (listener) => inbox.onClose(listener),
      close: () => inbox.end(),
    },
    { kind: 'in-process', id: 'test' },
  );
  const text = `{"t":"call","id":0,"name":"add","input":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  inbox.deliver(JSON.parse(text));
  expect(sent).toEqual([{ t: 'bye', error: { code: 'input.invalid', details: {} } }]);
  expect(inbox.closed).toBe(true);
});
